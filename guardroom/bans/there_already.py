"""Not begun, because the person has a ban already that it would be about, or stand in the way of."""

from __future__ import annotations

from guardroom.refusal import Refused


class ThereAlready(Refused):
    """The person has a draft that nobody has decided on, or a ban that another may not overlap with: `ban` is its
    id."""

    def __init__(self, sentence: str, ban: int) -> None:
        super().__init__(sentence)
        self.ban = ban
