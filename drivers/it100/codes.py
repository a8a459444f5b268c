"""What the messages of an IT-100 mean, and those that the Envisalink modules have beside them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from drivers.base import Cause, Kind, Signal, Trouble

PARTITION_IN_ALARM = "654"
TROUBLE_LIGHT = "840"
TROUBLE_LIGHT_OFF = "841"
DURESS = "620"
BYPASSED = "616"
ACKNOWLEDGED = "500"


@dataclass(frozen=True, slots=True)
class Code:
    """`layout` is what the data is made of: p partition (1 digit), z zone or keypad (3), k somebody's radio key (3),
    u user (4), m anything else (so many characters), * any number of them. `about` is the code that begins what this
    ends. `point` is what the code itself names."""

    kind: Kind
    layout: str = ""
    cause: Cause | None = None
    trouble: Trouble | None = None
    about: str = ""
    point: str | None = None


CODES: dict[str, Code] = {
    # signs of life: acknowledgements, what a keypad shows, clock, thermostat, labels, timers
    **dict.fromkeys((ACKNOWLEDGED, "560", "907", "921", "922"), Code(Kind.HEARTBEAT, "*")),
    **dict.fromkeys(("550", "561", "562", "563", "570", "580", "615", "663", "664"), Code(Kind.HEARTBEAT, "*")),
    **dict.fromkeys(("505", "510", "511", "900", "901", "902", "903", "904", "905"), Code(Kind.HEARTBEAT, "*")),
    **dict.fromkeys(("906", "908", "912"), Code(Kind.HEARTBEAT, "*")),
    "501": Code(Kind.STATUS),  # a command's check was wrong
    "502": Code(Kind.STATUS, "mmm"),  # a command cannot be done
    "609": Code(Kind.STATUS, "z"),  # open
    "610": Code(Kind.STATUS, "z"),
    BYPASSED: Code(Kind.BYPASS, "m" * 16),
    DURESS: Code(Kind.ALARM, "u", Cause.DURESS),
    "650": Code(Kind.STATUS, "p"),  # ready
    "651": Code(Kind.STATUS, "p"),  # not ready
    "652": Code(Kind.INFO, "pm"),  # armed
    "653": Code(Kind.STATUS, "p"),  # ready to force arming
    PARTITION_IN_ALARM: Code(Kind.STATUS, "p"),
    "655": Code(Kind.INFO, "p"),  # disarmed
    "656": Code(Kind.STATUS, "p"),  # exit delay
    "657": Code(Kind.STATUS, "p"),  # entry delay
    "658": Code(Kind.INFO, "p"),  # keypad locked after wrong codes
    "659": Code(Kind.STATUS, "p"),
    "660": Code(Kind.STATUS, "p"),  # command output
    "670": Code(Kind.STATUS, "p"),  # wrong code
    "671": Code(Kind.STATUS, "p"),
    "672": Code(Kind.INFO, "p"),  # failed to arm
    "673": Code(Kind.STATUS, "p"),
    "674": Code(Kind.STATUS, "p"),  # is about to arm by itself
    "680": Code(Kind.INFO),  # a technician is programming the panel
    "700": Code(Kind.INFO, "pu"),  # armed by
    "701": Code(Kind.INFO, "p"),
    "702": Code(Kind.INFO, "p"),  # armed with zones bypassed
    "750": Code(Kind.INFO, "pu"),  # disarmed by
    "751": Code(Kind.INFO, "p"),
    "816": Code(Kind.INFO),  # event buffer nearly full
    TROUBLE_LIGHT: Code(Kind.STATUS, "p"),
    TROUBLE_LIGHT_OFF: Code(Kind.STATUS, "p"),
    "849": Code(Kind.STATUS, "mm"),  # troubles as bits, beside their own messages
}
"""By code. Those with a message of their own for the end are added below."""

_PAIRS: tuple[tuple[str, str, Code, Kind], ...] = (
    ("601", "602", Code(Kind.ALARM, "pz", Cause.INTRUSION), Kind.RESTORE),
    ("603", "604", Code(Kind.TAMPER, "pz", None, Trouble.SENSOR), Kind.TAMPER_RESTORE),
    ("605", "606", Code(Kind.FAULT, "z", None, Trouble.SENSOR), Kind.FAULT_RESTORE),
    ("621", "622", Code(Kind.ALARM, "", Cause.FIRE), Kind.RESTORE),
    ("623", "624", Code(Kind.ALARM, "", Cause.MEDICAL), Kind.RESTORE),
    ("625", "626", Code(Kind.ALARM, "", Cause.PANIC), Kind.RESTORE),
    ("631", "632", Code(Kind.ALARM, "", Cause.OTHER), Kind.RESTORE),  # smoke, or whatever hangs on that input
    ("800", "801", Code(Kind.LOW_BATTERY, "", None, Trouble.BATTERY), Kind.BATTERY_RESTORE),
    ("802", "803", Code(Kind.FAULT, "", None, Trouble.MAINS), Kind.FAULT_RESTORE),
    ("806", "807", Code(Kind.FAULT, "", None, Trouble.BELL), Kind.FAULT_RESTORE),
    ("810", "811", Code(Kind.FAULT, "", None, Trouble.PHONE_LINE, point="1"), Kind.FAULT_RESTORE),
    ("812", "813", Code(Kind.FAULT, "", None, Trouble.PHONE_LINE, point="2"), Kind.FAULT_RESTORE),
    ("814", "815", Code(Kind.FAULT, "", None, Trouble.COMMUNICATION), Kind.FAULT_RESTORE),
    ("821", "822", Code(Kind.LOW_BATTERY, "z", None, Trouble.BATTERY), Kind.BATTERY_RESTORE),
    ("825", "826", Code(Kind.LOW_BATTERY, "k", None, Trouble.RADIO), Kind.BATTERY_RESTORE),
    ("827", "828", Code(Kind.LOW_BATTERY, "z", None, Trouble.KEYPAD), Kind.BATTERY_RESTORE),
    ("829", "830", Code(Kind.TAMPER, "", None, Trouble.MODULE), Kind.TAMPER_RESTORE),
    ("831", "832", Code(Kind.FAULT, "", None, Trouble.MODULE), Kind.FAULT_RESTORE),
    ("842", "843", Code(Kind.FAULT, "", None, Trouble.SUPERVISION), Kind.FAULT_RESTORE),  # a fire zone's
    ("896", "897", Code(Kind.FAULT, "", None, Trouble.UNIT), Kind.FAULT_RESTORE),  # the module has lost the panel
)

for _begin, _end, _code, _kind in _PAIRS:
    CODES[_begin] = replace(_code, about=_begin)
    CODES[_end] = replace(_code, kind=_kind, about=_begin)

TOLD_ONCE = frozenset({"621", "623", "625", "631", DURESS})
"""No status report is known to tell of these: one that is not known to stand is news, also in a report."""

ALARM_OVER = frozenset({"650", "652", "653", "655"})
"""A partition that is told to be so is not in alarm."""

_SIZES: Mapping[str, int] = {"p": 1, "z": 3, "k": 3, "u": 4, "m": 1}

LENGTHS: Mapping[str, int] = {
    number: sum(_SIZES[letter] for letter in code.layout) for number, code in CODES.items() if code.layout != "*"
}
"""How many characters of data a message has; those of varying length are not in it."""

UNKNOWN = Code(Kind.UNKNOWN, "*")


def code_of(number: str, data: str) -> Code:
    """What a message with this code means. One whose data has another length than it should is unknown, but an alarm
    is an alarm whatever its data: a module of another make may say more."""
    code = CODES.get(number, UNKNOWN)
    if LENGTHS.get(number, len(data)) == len(data):
        return code
    return replace(code, layout="*") if code.kind in (Kind.ALARM, Kind.RESTORE) else UNKNOWN


def signal_of(code: Code, number: str, data: str, panel_time: str | None, raw: bytes) -> Signal:
    """The message as a signal."""
    layout = code.layout
    area = text = None
    point = code.point
    if layout.startswith("p"):
        area, data, layout = data[:1], data[1:], layout[1:]
    if layout in ("z", "k", "u"):
        point = data
    elif data:
        text = data
    return Signal(
        kind=code.kind,
        cause=code.cause,
        point=point,
        area=area,
        code=number,
        text=text,
        panel_time=panel_time,
        raw=raw,
        trouble=code.trouble,
        by_user=layout in ("k", "u"),
    )
