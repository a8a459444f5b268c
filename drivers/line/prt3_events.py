"""The event groups of a Paradox APR-PRT3 ("System Events" of its ASCII protocol instructions): `GgggNnnnAaaa`.

Groups 000 to 036 are as that manual prints them. 037 to 066 and the numbers of the troubles are as programs in use
have them, 037 to 044, 055, 064 to 066 and the modules' troubles partly from memory: nobody has compared them with a
later manual.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from drivers.base import Cause, Kind, Trouble


@dataclass(frozen=True, slots=True)
class Event:
    """What an event means. `by_zone`: its number is a zone's; else a user's, a door's or the event's own."""

    kind: Kind
    cause: Cause | None = None
    trouble: Trouble | None = None
    by_zone: bool = False


_INFO = Event(Kind.INFO)
_STATUS = Event(Kind.STATUS)
_ZONE_STATUS = Event(Kind.STATUS, by_zone=True)
_BYPASS = Event(Kind.BYPASS, by_zone=True)
_CANCEL = Event(Kind.CANCEL)

_BY_GROUP: Mapping[int, Event] = {
    0: _ZONE_STATUS,  # zone is OK
    1: _ZONE_STATUS,  # zone is open
    2: Event(Kind.TAMPER, trouble=Trouble.SENSOR, by_zone=True),
    3: Event(Kind.FAULT, trouble=Trouble.SENSOR, by_zone=True),  # fire loop trouble
    4: _INFO,  # non-reportable events
    5: _INFO,  # user code entered on keypad
    6: _INFO,  # access on door
    7: _INFO,  # bypass programming access
    8: _ZONE_STATUS,  # a zone whose alarm is transmitted with a delay: 024 follows
    **dict.fromkeys(range(9, 19), _INFO),  # arming, disarming
    **dict.fromkeys(range(19, 22), _CANCEL),  # alarm cancelled
    22: _INFO,  # special disarming
    23: _BYPASS,
    24: Event(Kind.ALARM, Cause.INTRUSION, by_zone=True),
    25: Event(Kind.ALARM, Cause.FIRE, by_zone=True),
    26: Event(Kind.RESTORE, Cause.INTRUSION, by_zone=True),
    27: Event(Kind.RESTORE, Cause.FIRE, by_zone=True),
    28: _INFO,  # early, late to disarm
    29: _INFO,
    31: Event(Kind.ALARM, Cause.DURESS),
    32: _BYPASS,  # zone shut down after too many alarms
    33: Event(Kind.TAMPER, trouble=Trouble.SENSOR, by_zone=True),
    34: Event(Kind.TAMPER_RESTORE, trouble=Trouble.SENSOR, by_zone=True),
    35: _INFO,  # keypad locked out after wrong codes: it opens by itself, and no event says so
    40: Event(Kind.FAULT, trouble=Trouble.COMMUNICATION),
    41: Event(Kind.LOW_BATTERY, trouble=Trouble.BATTERY, by_zone=True),
    42: Event(Kind.FAULT, trouble=Trouble.SUPERVISION, by_zone=True),
    43: Event(Kind.BATTERY_RESTORE, trouble=Trouble.BATTERY, by_zone=True),
    44: Event(Kind.FAULT_RESTORE, trouble=Trouble.SUPERVISION, by_zone=True),
    **dict.fromkeys(range(45, 51), _INFO),  # special events, arming times, utility keys, access
    51: _STATUS,  # door left open
    52: Event(Kind.ALARM, Cause.OTHER),  # door forced open
    53: _STATUS,
    54: Event(Kind.RESTORE, Cause.OTHER),
    55: _ZONE_STATUS,  # intellizone triggered
    56: _BYPASS,  # zone left out of a forced arming
    57: Event(Kind.UNBYPASS, by_zone=True),
    58: _INFO,  # modules added, removed
    59: _INFO,
    62: _INFO,  # access granted, denied
    63: _INFO,
    64: _STATUS,  # area status: the events tell what it is about
    65: _STATUS,
    66: _STATUS,
}

DISARMED = frozenset(range(13, 22))
"""Groups that disarm an area, with or without an alarm before. What was bypassed there is so no more."""

_SPECIAL_ALARMS: Mapping[int, Event] = {
    0: Event(Kind.ALARM, Cause.PANIC),  # emergency panic, keys 1 and 3
    1: Event(Kind.ALARM, Cause.MEDICAL),  # keys 4 and 6
    2: Event(Kind.ALARM, Cause.FIRE),  # keys 7 and 9
    3: _INFO,  # recent closing: somebody has just armed
    # Police code: a second alarm has confirmed a burglary (Contact ID 139).
    4: Event(Kind.ALARM, Cause.INTRUSION),
    5: Event(Kind.BYPASS),  # global shutdown
}

_TROUBLES: Mapping[int, Event] = {
    0: Event(Kind.FAULT, trouble=Trouble.PHONE_LINE),
    1: Event(Kind.FAULT, trouble=Trouble.MAINS),
    2: Event(Kind.LOW_BATTERY, trouble=Trouble.BATTERY),
    3: Event(Kind.FAULT, trouble=Trouble.FUSE),  # auxiliary supply overloaded
    4: Event(Kind.FAULT, trouble=Trouble.BELL),  # bell overloaded
    5: Event(Kind.FAULT, trouble=Trouble.BELL),  # bell absent
    6: Event(Kind.FAULT, trouble=Trouble.CLOCK),
    7: Event(Kind.FAULT, trouble=Trouble.SENSOR),  # fire loop
}

_MODULE_TROUBLES: Mapping[int, Event] = {
    1: Event(Kind.TAMPER, trouble=Trouble.MODULE),
    2: Event(Kind.FAULT, trouble=Trouble.MEMORY),
    3: Event(Kind.FAULT, trouble=Trouble.PHONE_LINE),
    4: Event(Kind.FAULT, trouble=Trouble.COMMUNICATION),
    5: Event(Kind.FAULT, trouble=Trouble.PRINTER),
    6: Event(Kind.FAULT, trouble=Trouble.MAINS),
    7: Event(Kind.LOW_BATTERY, trouble=Trouble.BATTERY),
    8: Event(Kind.FAULT, trouble=Trouble.FUSE),
}
_MODULE = Event(Kind.FAULT, trouble=Trouble.MODULE)

_ENDS: Mapping[Kind, Kind] = {
    Kind.FAULT: Kind.FAULT_RESTORE,
    Kind.TAMPER: Kind.TAMPER_RESTORE,
    Kind.LOW_BATTERY: Kind.BATTERY_RESTORE,
}

UNKNOWN = Event(Kind.UNKNOWN)


def event_of(group: int, number: int) -> Event:
    """What an event of this group and number means; `UNKNOWN` for one that no table has."""
    if group == 30:
        return _SPECIAL_ALARMS.get(number, UNKNOWN)
    if group == 22 and number == 3:
        return _CANCEL  # cancelled from the installer's program
    if group == 4 and number == 0:
        return _TROUBLES[0]
    if group in (36, 38):
        return _TROUBLES.get(number, UNKNOWN) if group == 36 else _MODULE_TROUBLES.get(number, _MODULE)
    if group in (37, 39):
        begun = event_of(group - 1, number)
        return UNKNOWN if begun is UNKNOWN else Event(_ENDS[begun.kind], trouble=begun.trouble)
    return _BY_GROUP.get(group, UNKNOWN)
