"""What a code of one of the two great code tables (Contact ID, SIA) means."""

from __future__ import annotations

import msgspec

from drivers.base import Cause, Kind, Trouble


class Meaning(msgspec.Struct, frozen=True):
    """Kind, cause and trouble of the signal that carries the code.

    `by_user`: the number that comes with the code is a user's, not a zone's.
    """

    kind: Kind
    cause: Cause | None = None
    trouble: Trouble | None = None
    by_user: bool = False


UNKNOWN = Meaning(Kind.UNKNOWN)
"""What a code that stands in no table means: acknowledged, kept and shown, never refused."""
