"""What the numbers of an event (22h 02h) mean: source, general type and specific type.

The names in the comments are those of the automation protocol. Types that a Concord 4 does not send itself belong to
the Advent panels, which speak the same protocol.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from drivers.base import Cause, Kind, Trouble

ALARM, ALARM_CANCEL, ALARM_RESTORAL = 1, 2, 3
FIRE_TROUBLE, FIRE_TROUBLE_RESTORAL, TROUBLE, TROUBLE_RESTORAL = 4, 5, 6, 7
BYPASS, UNBYPASS = 8, 9
PARTITION_TEST = 14
SYSTEM_TROUBLE, SYSTEM_TROUBLE_RESTORAL = 15, 16

BUS_DEVICE, LOCAL_PHONE, ZONE, SYSTEM, REMOTE_PHONE = range(5)
SYSTEM_POINT = "system"

SILENT_GROUPS = (2, 3)
"""Sensor groups of fixed and portable panic buttons that make no sound at the panel (installation manual)."""


@dataclass(frozen=True, slots=True)
class Meaning:
    """Kind, cause and trouble of an event."""

    kind: Kind
    cause: Cause | None = None
    trouble: Trouble | None = None


CAUSES: Mapping[int, Cause] = {
    1: Cause.FIRE,
    2: Cause.FIRE,  # fire panic
    3: Cause.PANIC,  # police
    4: Cause.PANIC,  # police panic
    5: Cause.MEDICAL,
    6: Cause.MEDICAL,  # medical panic
    7: Cause.MEDICAL,  # auxiliary: help that is not the police's
    8: Cause.PANIC,  # auxiliary panic
    11: Cause.HOLD_UP,  # suspicion
    16: Cause.DURESS,
    17: Cause.INTRUSION,  # exit fault
    23: Cause.HOLD_UP,
    24: Cause.FIRE,  # sprinkler
    25: Cause.FIRE,  # heat
    27: Cause.FIRE,  # smoke
    29: Cause.FIRE,  # fire pump activated
    35: Cause.INTRUSION,  # entry/exit
    36: Cause.INTRUSION,  # perimeter
    37: Cause.INTRUSION,  # interior
    38: Cause.INTRUSION,  # near
}
"""Specific types of alarms. Every other one (no activity, temperature, gas, water, latchkey, pumps and valves, and
what is not known) is an alarm of another cause."""

_ALARM_TAMPERS: Mapping[int, Trouble] = {
    9: Trouble.SENSOR,  # tamper
    15: Trouble.KEYPAD,  # keystroke violation
    22: Trouble.BOX,  # equipment tamper
    26: Trouble.BELL,  # siren tamper
    28: Trouble.RADIO,  # repeater tamper
}

_PLAIN_FAULT = (Kind.FAULT, None)
_ZONE_TROUBLES: Mapping[int, tuple[Kind, Trouble | None]] = {
    0: _PLAIN_FAULT,
    1: (Kind.FAULT, Trouble.SENSOR),  # hardwire
    2: (Kind.FAULT, Trouble.GROUND),
    3: (Kind.FAULT, Trouble.UNIT),  # device
    4: (Kind.FAULT, Trouble.SUPERVISION),
    5: (Kind.LOW_BATTERY, Trouble.SENSOR),
    6: (Kind.TAMPER, Trouble.SENSOR),
    7: (Kind.FAULT, Trouble.MODULE),  # SAM
    8: (Kind.FAULT, Trouble.SENSOR),  # partial obscurity
    9: (Kind.FAULT, Trouble.RADIO),  # jam
    10: (Kind.FAULT, Trouble.MAINS),  # zone AC fail
    12: (Kind.FAULT, Trouble.BELL),  # notification appliance circuit
    13: (Kind.FAULT, Trouble.SENSOR),  # analog zone
    14: (Kind.FAULT, Trouble.SUPERVISION),  # fire supervisory
}

_SYSTEM_TROUBLES: Mapping[int, tuple[Kind, Trouble | None]] = {
    0: (Kind.FAULT, Trouble.RADIO),  # bus receiver failure
    1: (Kind.TAMPER, Trouble.RADIO),  # bus antenna tamper
    2: (Kind.LOW_BATTERY, Trouble.BATTERY),  # main low battery
    3: (Kind.LOW_BATTERY, Trouble.MODULE),  # SnapCard
    4: (Kind.LOW_BATTERY, Trouble.MODULE),  # module
    5: (Kind.FAULT, Trouble.MAINS),  # main AC failure
    6: (Kind.FAULT, Trouble.MAINS),  # SnapCard
    7: (Kind.FAULT, Trouble.MAINS),  # module
    8: (Kind.FAULT, Trouble.FUSE),  # auxiliary power
    9: (Kind.FAULT, Trouble.MODULE),  # bus shutdown
    10: (Kind.FAULT, Trouble.MODULE),  # bus low power mode
    11: (Kind.FAULT, Trouble.PHONE_LINE),  # line 1
    12: (Kind.FAULT, Trouble.PHONE_LINE),  # line 2
    13: (Kind.TAMPER, Trouble.PHONE_LINE),  # remote phone tamper
    14: (Kind.FAULT, Trouble.PROGRAM),  # watchdog reset
    15: (Kind.FAULT, Trouble.MEMORY),  # RAM
    16: (Kind.FAULT, Trouble.MEMORY),  # flash
    17: (Kind.FAULT, Trouble.PRINTER),
    18: (Kind.FAULT, Trouble.MEMORY),  # history almost full
    19: (Kind.FAULT, Trouble.MEMORY),  # history overflow
    20: (Kind.FAULT, Trouble.MEMORY),  # report buffer overflow
    21: (Kind.FAULT, Trouble.MODULE),  # bus device failure
    22: (Kind.FAULT, Trouble.COMMUNICATION),  # failure to communicate
    23: (Kind.FAULT, Trouble.COMMUNICATION),  # long range radio
    24: (Kind.TAMPER, Trouble.MODULE),
    25: (Kind.FAULT, Trouble.MODULE),  # un-enrolled module
    26: (Kind.FAULT, Trouble.BELL),  # audio output
    27: (Kind.FAULT, Trouble.MODULE),  # analog module
    28: (Kind.FAULT, Trouble.COMMUNICATION),  # cell module
    29: (Kind.FAULT, Trouble.COMMUNICATION),  # buddy 1 to 4
    30: (Kind.FAULT, Trouble.COMMUNICATION),
    31: (Kind.FAULT, Trouble.COMMUNICATION),
    32: (Kind.FAULT, Trouble.COMMUNICATION),
    33: (Kind.FAULT, Trouble.MODULE),  # SnapCard
    34: (Kind.FAULT, Trouble.SENSOR),  # analog loop short
    35: (Kind.FAULT, Trouble.SENSOR),  # analog loop break
    36: (Kind.FAULT, Trouble.SENSOR),  # analog address 0
    37: (Kind.FAULT, Trouble.SENSOR),  # un-enrolled analog head
    38: (Kind.FAULT, Trouble.SENSOR),  # duplicate analog head
    39: (Kind.FAULT, Trouble.MODULE),  # analog module initializing
    40: (Kind.FAULT, Trouble.SENSOR),  # microphone switch
    41: (Kind.FAULT, Trouble.SENSOR),  # microphone
    42: (Kind.FAULT, Trouble.SENSOR),  # microphone wiring
    43: (Kind.FAULT, Trouble.COMMUNICATION),  # premise paging
    44: (Kind.TAMPER, Trouble.BELL),  # voice siren tamper
    45: (Kind.FAULT, Trouble.COMMUNICATION),  # Microburst
    46: (Kind.FAULT, Trouble.COMMUNICATION),
    47: (Kind.FAULT, Trouble.COMMUNICATION),
    48: (Kind.FAULT, Trouble.COMMUNICATION),
    49: (Kind.FAULT, Trouble.SUPERVISION),  # automation supervisory
    50: (Kind.FAULT, Trouble.COMMUNICATION),  # Microburst module initializing
    51: (Kind.FAULT, Trouble.PRINTER),  # paper out
}

_RESTORED: Mapping[Kind, Kind] = {
    Kind.FAULT: Kind.FAULT_RESTORE,
    Kind.TAMPER: Kind.TAMPER_RESTORE,
    Kind.LOW_BATTERY: Kind.BATTERY_RESTORE,
}

_PLAIN: Mapping[int, Kind] = {
    BYPASS: Kind.BYPASS,
    UNBYPASS: Kind.UNBYPASS,
    10: Kind.STATUS,  # opening
    11: Kind.STATUS,  # closing
    12: Kind.INFO,  # partition configuration change
    13: Kind.INFO,  # partition event
    PARTITION_TEST: Kind.TEST,
    17: Kind.INFO,  # system configuration change
    18: Kind.INFO,  # system event
}


def meaning(general: int, specific: int, group: int | None) -> Meaning:
    """What these types mean. `group`: the sensor group of the zone they are about, where it is known."""
    if general in (ALARM, ALARM_CANCEL, ALARM_RESTORAL):
        tampered = _ALARM_TAMPERS.get(specific)
        if tampered is not None and general != ALARM_CANCEL:
            kind = Kind.TAMPER if general == ALARM else Kind.TAMPER_RESTORE
            return Meaning(kind, trouble=tampered)
        cause = alarm_cause(specific, group)
        return Meaning({ALARM: Kind.ALARM, ALARM_CANCEL: Kind.CANCEL, ALARM_RESTORAL: Kind.RESTORE}[general], cause)
    if general in (FIRE_TROUBLE, FIRE_TROUBLE_RESTORAL, TROUBLE, TROUBLE_RESTORAL):
        return _trouble(_ZONE_TROUBLES, specific, over=general in (FIRE_TROUBLE_RESTORAL, TROUBLE_RESTORAL))
    if general in (SYSTEM_TROUBLE, SYSTEM_TROUBLE_RESTORAL):
        return _trouble(_SYSTEM_TROUBLES, specific, over=general == SYSTEM_TROUBLE_RESTORAL)
    return Meaning(_PLAIN.get(general, Kind.UNKNOWN))


def alarm_cause(specific: int, group: int | None) -> Cause:
    """The cause of an alarm of this type. A button that is silent by its group was pressed in a hold-up."""
    cause = CAUSES.get(specific, Cause.OTHER)
    return Cause.HOLD_UP if cause is Cause.PANIC and group in SILENT_GROUPS else cause


def group_cause(group: int | None) -> Cause:
    """The cause of an alarm of which nothing but the zone's sensor group is known (installation manual, sensor groups).

    Without a known group it is taken for a person in danger.
    """
    if group is None or group in (0, 1):
        return Cause.PANIC
    if group in SILENT_GROUPS:
        return Cause.HOLD_UP
    if 4 <= group <= 7:
        return Cause.MEDICAL
    if 8 <= group <= 25 or group == 35:
        return Cause.INTRUSION
    return Cause.FIRE if group == 26 else Cause.OTHER


def specific_trouble(kind: Kind, trouble: Trouble | None, source: int) -> int:
    """The specific type with which a panel says such a trouble of a zone or of the system; ValueError for none."""
    table = _SYSTEM_TROUBLES if source == SYSTEM else _ZONE_TROUBLES
    said = next((at for at, known in table.items() if known[0] is kind and trouble in (None, known[1])), None)
    if said is None:
        raise ValueError(f"a Concord panel cannot say {kind} of {trouble}")
    return said


def _trouble(table: Mapping[int, tuple[Kind, Trouble | None]], specific: int, *, over: bool) -> Meaning:
    kind, trouble = table.get(specific, _PLAIN_FAULT)
    return Meaning(_RESTORED[kind] if over else kind, trouble=trouble)
