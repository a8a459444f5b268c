"""What the panel tells its long range radio (LRR): events of Contact ID, by number or, from older firmware, by name."""

from __future__ import annotations

from collections.abc import Mapping

from drivers import contact_id
from drivers.alarmdecoder.frames import Line
from drivers.base import Kind, Signal
from drivers.codes import UNKNOWN, Meaning

_NAMED: Mapping[str, tuple[str, str]] = {
    "ALARM_PANIC": ("120", "1"),
    "ALARM_SILENT": ("122", "1"),
    "ALARM_AUDIBLE": ("123", "1"),
    "ALARM_FIRE": ("110", "1"),
    "ALARM_TRIPPED": ("130", "1"),
    "ALARM_PERIMETER": ("131", "1"),
    "ALARM_ENTRY": ("134", "1"),
    "ALARM_AUX": ("150", "1"),
    "ALARM_EXIT_ERROR": ("374", "1"),
    "TROUBLE": ("380", "1"),
    "TROUBLE_RESTORE": ("380", "3"),
    "ACLOSS": ("301", "1"),
    "AC_RESTORE": ("301", "3"),
    "LOWBAT": ("302", "1"),
    "LOWBAT_RESTORE": ("302", "3"),
    "RFLOWBAT": ("384", "1"),
    "RFLOWBAT_RESTORE": ("384", "3"),
    "BYPASS": ("570", "1"),
    "BYPASS_RESTORE": ("570", "3"),
    "OPEN": ("401", "1"),
    "ARM_AWAY": ("401", "3"),
    "ARM_STAY": ("441", "3"),
    "CANCEL": ("406", "1"),
    "TEST_CALL": ("602", "1"),
    "TEST_RESTORE": ("602", "3"),
}
"""The events of the firmware that names them, as code and qualifier."""

_RESTORE = Meaning(Kind.RESTORE)
"""RESTORE, of which the name does not say what ends."""


def event(line: Line) -> Signal:
    """The event of an LRR line."""
    number = line["data"].decode("ascii")
    if line["named"] is None:
        qualifier = line["qualifier"].decode("ascii")
        code = line["event"].decode("ascii")
        meaning = contact_id.meaning(line["code"].decode("ascii").upper(), qualifier)
    else:
        qualifier = ""
        code = line["named"].decode("ascii")
        meaning = _RESTORE if code == "RESTORE" else _by_name(code)
    return Signal(
        kind=meaning.kind,
        cause=meaning.cause,
        trouble=meaning.trouble,
        point=number,
        by_user=meaning.by_user,
        area=line["partition"].decode("ascii"),
        code=code,
        raw=line[0],
        found=qualifier == "6",
    )


def _by_name(name: str) -> Meaning:
    known = _NAMED.get(name)
    return UNKNOWN if known is None else contact_id.meaning(*known)
