"""SIA (DC-03) event codes: what two letters mean."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec.structs import replace

from drivers.base import Cause, Kind, Signal, Trouble
from drivers.codes import UNKNOWN, Meaning

_ZONES: Mapping[str, Cause] = {
    "B": Cause.INTRUSION,
    "F": Cause.FIRE,
    "G": Cause.OTHER,  # gas
    "H": Cause.HOLD_UP,
    "K": Cause.FIRE,  # heat
    "M": Cause.MEDICAL,
    "P": Cause.PANIC,
    "Q": Cause.PANIC,  # emergency: somebody asks for help
    "S": Cause.FIRE,  # sprinkler
    "U": Cause.OTHER,  # untyped
    "W": Cause.OTHER,  # water
    "Z": Cause.OTHER,  # freeze
}
"""The first letters that say what kind of zone reports; each of them takes all of the second letters below."""


def _of_zone(cause: Cause) -> Mapping[str, Meaning]:
    """What the second letter says about a zone of this kind."""
    return {
        "A": Meaning(Kind.ALARM, cause),
        "H": Meaning(Kind.RESTORE, cause),
        "R": Meaning(Kind.RESTORE, cause),
        "T": _fault(Trouble.SENSOR),
        "J": _fault_restore(Trouble.SENSOR),
        "S": _fault(Trouble.SENSOR),  # supervisory: J and R end it as they end T
        "B": Meaning(Kind.BYPASS),
        "U": Meaning(Kind.UNBYPASS),
    }


def _alarm(cause: Cause) -> Meaning:
    return Meaning(Kind.ALARM, cause)


def _fault(trouble: Trouble) -> Meaning:
    return Meaning(Kind.FAULT, trouble=trouble)


def _fault_restore(trouble: Trouble) -> Meaning:
    return Meaning(Kind.FAULT_RESTORE, trouble=trouble)


def _tamper(trouble: Trouble) -> Meaning:
    return Meaning(Kind.TAMPER, trouble=trouble)


def _tamper_restore(trouble: Trouble) -> Meaning:
    return Meaning(Kind.TAMPER_RESTORE, trouble=trouble)


_INFO = Meaning(Kind.INFO)
_BY_USER = Meaning(Kind.INFO, by_user=True)
_STATUS = Meaning(Kind.STATUS)
_TEST = Meaning(Kind.TEST)
_CANCEL = Meaning(Kind.CANCEL, by_user=True)

# The codes that are no zone's ordinary ones. No fault is without a trouble: the end of such a one would end every
# fault of its point.
_GROUPS: tuple[tuple[Meaning, str], ...] = (
    # A — mains, analogue sensors, abort
    (_tamper(Trouble.BOX), "AA"),  # another panel in the place of ours
    (_INFO, "AB"),  # aborted before it was sent
    (_fault(Trouble.MAINS), "AT"),
    (_fault_restore(Trouble.MAINS), "AR"),
    (_fault(Trouble.SENSOR), "AS"),  # wants cleaning
    (_fault_restore(Trouble.SENSOR), "AN"),
    # B — burglary
    (Meaning(Kind.CANCEL, Cause.INTRUSION, by_user=True), "BC"),
    (_fault(Trouble.SENSOR), "BD BG BZ"),  # swinger, not verified by a second sensor, missing
    (_fault_restore(Trouble.SENSOR), "BE"),
    (_alarm(Cause.INTRUSION), "BM BV"),  # verified; BV names an area
    (_TEST, "BX"),
    # C — closing
    (_INFO, "CA CD CG CI CO CS CT CW CX CZ"),
    (_BY_USER, "CE CF CJ CK CL CP CQ CR"),
    (_fault(Trouble.SENSOR), "CM"),  # a point went missing just after closing
    # D — doors and cards
    (_BY_USER, "DA DB"),
    (_INFO, "DC DD DE DG DI DK DN DO DP DQ DS DU DV DW DX DY DZ"),
    (_alarm(Cause.INTRUSION), "DF DL"),  # forced, left open, while armed
    (Meaning(Kind.RESTORE, Cause.INTRUSION), "DH DR"),
    (_fault(Trouble.SENSOR), "DJ DM"),  # the same while not armed
    (_fault(Trouble.MODULE), "DT"),
    # E — exit, expansion devices
    (_alarm(Cause.INTRUSION), "EA"),
    (_BY_USER, "EE"),
    (_tamper(Trouble.BOX), "ES"),
    (_tamper_restore(Trouble.BOX), "EJ"),
    (_fault(Trouble.SUPERVISION), "EM EZ"),
    (_fault_restore(Trouble.SUPERVISION), "EN"),
    (_fault(Trouble.MODULE), "ET"),
    (_fault_restore(Trouble.MODULE), "ER"),
    (_STATUS, "EX"),
    # F — fire
    (Meaning(Kind.CANCEL, Cause.FIRE), "FC"),
    (_fault(Trouble.SENSOR), "FG FW FY FZ"),
    (_fault_restore(Trouble.SENSOR), "FQ FV"),
    (_TEST, "FI FK FX"),
    (_INFO, "FL"),  # silenced
    (_alarm(Cause.FIRE), "FM"),  # verified
    # G — gas
    (_TEST, "GX"),
    # I — equipment
    (_fault(Trouble.MODULE), "IA"),
    (_fault_restore(Trouble.MODULE), "IR"),
    # J — codes, clock, log, schedules
    (_tamper(Trouble.KEYPAD), "JA"),  # too many wrong codes
    (_BY_USER, "JD JH JK JP JS JT JV JX JY JZ"),
    (_INFO, "JL JR"),
    (_fault(Trouble.MEMORY), "JO"),  # log full: events were lost
    # L — phone line, local programming, listening in
    (_fault(Trouble.PHONE_LINE), "LT"),
    (_fault_restore(Trouble.PHONE_LINE), "LR"),
    (_INFO, "LB LD LE LF LS LU LX"),
    # M, N — messages, activity, network, perimeter
    (_INFO, "MI NA NF NL NM NS"),
    (_STATUS, "NC"),
    (_fault(Trouble.COMMUNICATION), "NT"),
    (_fault_restore(Trouble.COMMUNICATION), "NR"),
    # O — opening
    (_INFO, "OA OG OI OS OZ"),
    (_BY_USER, "OJ OK OP OQ OT"),
    (_CANCEL, "OC OH OL OR"),  # cancel; disarmed while in alarm: early, late, in time
    (_fault(Trouble.MODULE), "OU"),  # output
    (_fault_restore(Trouble.MODULE), "OV"),
    # R — remote programming, relays, tests
    (_INFO, "RA RB RC RD RN RO RR RS RU"),
    (_TEST, "RP RY"),
    (Meaning(Kind.TEST, by_user=True), "RX"),
    (_fault(Trouble.COMMUNICATION), "RT"),  # events were lost on the way
    # S — change of state
    (_STATUS, "SC"),
    # T — tamper, tests
    (_tamper(Trouble.BOX), "TA TT"),
    (_tamper_restore(Trouble.BOX), "TH TJ TR"),
    (Meaning(Kind.BYPASS), "TB"),
    (Meaning(Kind.UNBYPASS), "TU"),
    (_TEST, "TC TE TP TS TX"),
    (_INFO, "TW TZ"),
    # U — untyped
    (_fault(Trouble.SENSOR), "UG UY UZ"),
    (_alarm(Cause.OTHER), "UX"),
    # V — printer
    (_fault(Trouble.PRINTER), "VO VT VZ"),
    (_fault_restore(Trouble.PRINTER), "VI VR VY"),
    (_TEST, "VX"),
    # X — radio, sensors' batteries, points
    (_INFO, "XA XE XF XI"),
    (_fault(Trouble.RADIO), "XL XQ"),
    (_fault_restore(Trouble.RADIO), "XH"),
    (_tamper(Trouble.BOX), "XS"),
    (_tamper_restore(Trouble.BOX), "XJ"),
    (_alarm(Cause.INTRUSION), "XM"),  # a point went missing, and a second one tells of an alarm
    (Meaning(Kind.LOW_BATTERY, trouble=Trouble.BATTERY), "XT YM YT"),
    (Meaning(Kind.BATTERY_RESTORE, trouble=Trouble.BATTERY), "XR YR"),
    (Meaning(Kind.BYPASS), "XW"),  # left out when arming
    (_fault(Trouble.COMMUNICATION), "XX"),  # a test did not come
    # Y — the panel or the receiver itself
    (_fault(Trouble.BELL), "YA"),
    (_fault_restore(Trouble.BELL), "YH"),
    (_STATUS, "YB YY"),
    (_fault(Trouble.COMMUNICATION), "YC YN YS"),
    (_fault_restore(Trouble.COMMUNICATION), "YK"),
    (_fault(Trouble.MODULE), "YD YU"),
    (_fault_restore(Trouble.MODULE), "YE"),
    (_fault(Trouble.MEMORY), "YF"),
    (_INFO, "YG YO YW"),
    (_fault(Trouble.FUSE), "YI"),
    (_fault_restore(Trouble.FUSE), "YJ"),
    (_fault(Trouble.MAINS), "YP"),  # power supply
    (_fault_restore(Trouble.MAINS), "YQ"),
    (_fault(Trouble.UNIT), "YX"),  # service wanted
    (_fault_restore(Trouble.UNIT), "YZ"),
    # Not in DC-03, but sent by radio hubs that report in its form
    (_INFO, "AF CB CC NB NE NO NP OB PC PD PE PG ZY ZZ"),
    (_tamper_restore(Trouble.KEYPAD), "JC"),
    (Meaning(Kind.ALARM, Cause.DURESS, by_user=True), "ND"),
    (_fault(Trouble.COMMUNICATION), "PF"),
    (_fault_restore(Trouble.COMMUNICATION), "PO"),
    (_fault(Trouble.SENSOR), "SM"),
    (_fault_restore(Trouble.RADIO), "XC"),
)

CODES: dict[str, Meaning] = {
    **{first + second: of for first, cause in _ZONES.items() for second, of in _of_zone(cause).items()},
    **{code: of for of, codes in _GROUPS for code in codes.split()},
}
"""What each known code means."""


def meaning(code: str) -> Meaning:
    """What event `code` (two letters) means."""
    return CODES.get(code, UNKNOWN)


def all_told(signal: Signal) -> tuple[Signal, ...]:
    """`signal`, and what its code says besides: the restoral of a zone ends an alarm as well as a trouble."""
    code = signal.code or ""
    if signal.kind is not Kind.RESTORE or code[:1] not in _ZONES or code[1:] != "R":
        return (signal,)
    return signal, replace(signal, kind=Kind.FAULT_RESTORE, cause=None, trouble=Trouble.SENSOR)
