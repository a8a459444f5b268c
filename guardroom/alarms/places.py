"""Which room, or which mobile alarm, a signal comes from."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from drivers.base import Kind, Signal
from guardroom.settings import Claim, Mobile, Room

SEVERAL = " / "
"""Stands between the names of those that claim a signal equally well."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a signal belongs. `room` is None where no room owns it (or two claim it equally well); `mobile` is the
    mobile alarm that it comes from, None where it comes from none.

    `name` is what a guard is shown: the room's or the mobile alarm's name, else the raw point and text, never empty.
    """

    room: Room | None
    name: str
    mobile: Mobile | None = None


class Places:
    """The claims of rooms and mobile alarms. The claim that says most wins: more fields first, then point, text, area,
    account."""

    def __init__(self, rooms: Iterable[Room], mobiles: Iterable[Mobile] = ()) -> None:
        owners: tuple[Room | Mobile, ...] = (*rooms, *mobiles)
        self._claims = [(claim, owner) for owner in owners for claim in owner.claims]

    def of(self, panel: str, signal: Signal) -> Place:
        """The place of `signal`. Equal claims of two name both, so that no guard runs to only one of them."""
        best: list[Room | Mobile] = []
        rank: tuple[int, tuple[bool, ...]] = (-1, ())
        if signal.by_user and signal.kind is not Kind.ALARM:
            # Somebody with this number has armed or cancelled: that says nothing of a room with the same number.
            return Place(None, raw_place(panel, signal))
        for claim, owner in self._claims:
            if not matches(claim, panel, signal):
                continue
            this = _rank(claim)
            if this > rank:
                best, rank = [owner], this
            elif this == rank and owner not in best:
                best.append(owner)
        match best:
            case [Room() as room]:
                return Place(room, room.name)
            case [Mobile() as mobile]:
                return Place(None, mobile.name, mobile)
            case [_, *_]:
                return Place(None, SEVERAL.join(owner.name for owner in best))
        return Place(None, raw_place(panel, signal))


def raw_place(panel: str, signal: Signal) -> str:
    """The place of a signal that no room owns, as the panel names it."""
    parts = [part for part in (signal.account, signal.area, signal.point) if part]
    where = f"{panel}:{'/'.join(parts)}" if parts else panel
    return f"{where} {signal.text}" if signal.text else where


def matches(claim: Claim, panel: str, signal: Signal) -> bool:
    """Whether a room that claims this claims the signal."""
    return (
        (claim.panel is None or claim.panel == panel)
        and (claim.account is None or claim.account == signal.account)
        and (claim.area is None or claim.area == signal.area)
        and (claim.point is None or claim.point == signal.point)
        and (claim.text is None or claim.text.search(signal.text or "") is not None)
    )


def _rank(claim: Claim) -> tuple[int, tuple[bool, ...]]:
    said = (
        claim.point is not None,
        claim.text is not None,
        claim.area is not None,
        claim.account is not None,
        claim.panel is not None,
    )
    return sum(said), said


def called(device: str) -> str:
    """A mobile alarm's name as it is compared: however it was spaced, in capitals or not."""
    return " ".join(device.split()).casefold()


def mobile_called(device: str, mobiles: Iterable[Mobile]) -> Mobile | None:
    """The mobile alarm that is meant: a loan names it by its id or its name. None where the house has named none so."""
    return next((one for one in mobiles if called(device) in (called(one.id), called(one.name))), None)


_MOBILE = "mobile:"


def mobile_key(mobile: str) -> str:
    """What stands for a mobile alarm where the buttons of rooms are registered by the room's id."""
    return f"{_MOBILE}{mobile}"


def is_mobile(key: str) -> bool:
    """Whether that stands for a mobile alarm."""
    return key.startswith(_MOBILE)
