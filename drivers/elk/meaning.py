"""What the M1's letters and places say: alarms by area (AS), alarms by zone (AZ), troubles of the system (SS)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from drivers.base import Cause, Kind, Trouble

ZONES = 208
AREAS = 8


@dataclass(frozen=True, slots=True)
class Stands:
    """What stands where such a letter does."""

    kind: Kind
    cause: Cause | None = None
    trouble: Trouble | None = None


_INTRUSION = Stands(Kind.ALARM, Cause.INTRUSION)
_FIRE = Stands(Kind.ALARM, Cause.FIRE)
_MEDICAL = Stands(Kind.ALARM, Cause.MEDICAL)
_PANIC = Stands(Kind.ALARM, Cause.PANIC)
_HOLD_UP = Stands(Kind.ALARM, Cause.HOLD_UP)
_OTHER = Stands(Kind.ALARM, Cause.OTHER)
_SENSOR = Stands(Kind.FAULT, trouble=Trouble.SENSOR)

QUIET_AREA = "012"
"""No alarm, entrance delay, abort delay."""

AREA_LETTERS: Mapping[str, Stands] = {
    "3": _FIRE,
    "4": _MEDICAL,
    "5": _PANIC,  # police: silent or not only the zone tells
    "6": _INTRUSION,
    **dict.fromkeys("789:", _OTHER),  # auxiliary 1 to 4
    ";": _OTHER,  # carbon monoxide
    "<": _PANIC,  # emergency: a person calls
    "=": _OTHER,  # freeze
    ">": _OTHER,  # gas
    "?": _OTHER,  # heat
    "@": _OTHER,  # water
    "A": _SENSOR,  # fire supervisory
    "B": _FIRE,  # fire to be verified
    "U": _SENSOR,  # trouble of a zone; not in the manufacturer's document
}

ZONE_LETTERS: Mapping[str, Stands] = {
    **dict.fromkeys("12345678", _INTRUSION),
    "9": Stands(Kind.TAMPER, trouble=Trouble.BOX),
    ":": _FIRE,
    ";": _FIRE,  # verified
    "<": _SENSOR,  # fire supervisory
    "=": _OTHER,  # auxiliary 1
    ">": _OTHER,  # auxiliary 2
    "A": _OTHER,  # carbon monoxide
    "B": _PANIC,  # emergency
    "C": _OTHER,  # freeze
    "D": _OTHER,  # gas
    "E": _OTHER,  # heat
    "F": _MEDICAL,
    "G": _PANIC,  # police
    "H": _HOLD_UP,  # police, no indication
    "I": _OTHER,  # water
}
"""The letter is the zone's type, counted from "0": the same letters as in the zone definitions."""

BUTTON_TYPES = frozenset("BFGH")
"""Zone types that a person presses: emergency, medical, police, silent police."""

SYSTEM_TROUBLES: Sequence[Stands | None] = (
    Stands(Kind.FAULT, trouble=Trouble.MAINS),
    Stands(Kind.TAMPER, trouble=Trouble.BOX),
    Stands(Kind.FAULT, trouble=Trouble.COMMUNICATION),
    Stands(Kind.FAULT, trouble=Trouble.MEMORY),
    Stands(Kind.LOW_BATTERY, trouble=Trouble.BATTERY),
    Stands(Kind.LOW_BATTERY, trouble=Trouble.BATTERY),  # a transmitter's
    Stands(Kind.FAULT, trouble=Trouble.FUSE),  # over current
    Stands(Kind.FAULT, trouble=Trouble.PHONE_LINE),
    None,
    Stands(Kind.FAULT, trouble=Trouble.BELL),  # output 2
    Stands(Kind.FAULT, trouble=Trouble.KEYPAD),
    Stands(Kind.FAULT, trouble=Trouble.MODULE),  # zone expander
    Stands(Kind.FAULT, trouble=Trouble.MODULE),  # output expander
    None,
    Stands(Kind.FAULT, trouble=Trouble.PROGRAM),  # somebody programs the panel from afar
    None,
    None,  # common area not armed
    Stands(Kind.FAULT, trouble=Trouble.MEMORY),
    Stands(Kind.FAULT, trouble=Trouble.UNIT),  # security alert
    Stands(Kind.FAULT, trouble=Trouble.MODULE),  # serial port expander
    Stands(Kind.FAULT, trouble=Trouble.SUPERVISION),  # lost transmitter
    _SENSOR,  # smoke detector to be cleaned
    Stands(Kind.FAULT, trouble=Trouble.COMMUNICATION),  # Ethernet
    *(None,) * 10,
    _SENSOR,  # fire trouble
)
"""By place in SS; None where it is not used or no trouble."""

BY_ZONE = frozenset({1, 5, 18, 20, 33})
"""Places of SS that hold the zone, counted from "0"."""
