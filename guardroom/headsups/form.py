"""The forms of heads-ups: what somebody has typed so far."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class HeadsUpForm:
    """A heads-up as typed. Times are of the house's clock; `room` is a room's id or free words; `staff` are initials,
    parted as people part them; the other words are codes of `guardroom.settings` and `guardroom.headsups.kinds`.

    The citizen is a known `person`, or `citizen`, a few words without a name. `name` is what was typed where a known
    person is looked for: it is never kept. `check_in_at` is a time, `check_in_every` so many minutes; one of them, or
    neither. `version` is that of the heads-up that is changed, 0 for a new one.
    """

    day: str = ""
    begins: str = ""
    ends: str = ""
    room: str = ""
    reason: str = ""
    posture: str = ""
    staff: str = ""
    case_ref: str = ""
    person: int | None = None
    name: str = ""
    citizen: str = ""
    stop_signal: str = ""
    check_in_at: str = ""
    check_in_every: str = ""
    ready: tuple[str, ...] = ()
    note: str = ""
    version: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class PrewarningForm:
    """That the police are warned of a meeting, as typed: why, filed where, who was asked (D12, D13). A moment is a day
    and a time, or a time of today. `version` is that of the heads-up as whoever writes has seen it."""

    reason: str = ""
    case_ref: str = ""
    leader: str = ""
    leader_at: str = ""
    legal: str = ""
    legal_at: str = ""
    version: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class LoanForm:
    """A mobile alarm that is lent, as typed (A20)."""

    device: str = ""
    holder: str = ""
    place: str = ""
    due_day: str = ""
    due_time: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ArrivalForm:
    """Somebody says that they come without appointment, as typed (D6, D7). The citizen as in `HeadsUpForm`."""

    day: str = ""
    time: str = ""
    person: int | None = None
    name: str = ""
    citizen: str = ""
    case_ref: str = ""
