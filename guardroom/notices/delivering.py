"""When a notice is tried again, when another way is taken, and when nobody tries any more. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

from guardroom.settings import Recipient

_URGENT_S = (2, 5, 10, 20, 40, 60)
_ORDINARY_S = (30, 120, 300, 900, 1800, 3600)
_URGENT_TRIES = 125
_ORDINARY_TRIES = 54
"""Two hours, and two days: counted in tries, as the clock may be set meanwhile."""

_PATIENT_TRIES = 3
"""An ordinary notice that was put off so often is a fault: servers put off what they do not know once or twice."""

State = Literal["waiting", "sent", "failed", "stopped"]


@dataclass(frozen=True, slots=True)
class Result:
    """What became of one try. `temporary`: it may go later; `permanent`: not to this address.

    `said` is why, in codes and our own words. `whole` is what the server said, which may name people: it is shown to
    whoever tries the server out, and kept nowhere.
    """

    kind: Literal["sent", "temporary", "permanent"]
    said: str = ""
    whole: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """One delivery, as the rules look at it."""

    recipient: str
    channel: str
    state: State
    tries: int


def again_after(tries: int, *, urgent: bool) -> timedelta:
    """How long after try number `tries` the next one comes."""
    steps = _URGENT_S if urgent else _ORDINARY_S
    return timedelta(seconds=steps[min(max(tries, 1), len(steps)) - 1])


def given_up(tries: int, *, urgent: bool) -> bool:
    """Whether a notice that was tried so often is not tried any more."""
    return tries >= (_URGENT_TRIES if urgent else _ORDINARY_TRIES)


def is_failing(way: Way, *, urgent: bool) -> bool:
    """Whether this way counts as one that does not work: it is time for another, and for a fault on the board."""
    return way.state == "failed" or (way.state == "waiting" and way.tries >= (1 if urgent else _PATIENT_TRIES))


def reserve(
    ways: Sequence[Way], failing: str, known: Mapping[str, Recipient], *, urgent: bool
) -> tuple[Recipient, str, str] | None:
    """The way to take besides, after one to the recipient `failing` has failed: recipient, channel and address.

    First their next channel, then whoever stands in for them; None where nothing is left, or it is too early.
    """
    recipient = known.get(failing)
    if recipient is None:
        return None
    theirs = [way for way in ways if way.recipient == failing]
    if any(way.state == "sent" for way in theirs) or not all(is_failing(way, urgent=urgent) for way in theirs):
        return None
    taken = {way.channel for way in theirs}
    for channel, address in recipient.ways:
        if channel not in taken:
            return recipient, channel, address
    stand_in = known.get(recipient.instead)
    if stand_in is None or not stand_in.ways or any(way.recipient == stand_in.name for way in ways):
        return None
    return stand_in, *stand_in.ways[0]
