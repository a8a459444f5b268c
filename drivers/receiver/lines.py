"""The lines of a receiver's automation output: an incremental scanner.

Nothing begins a line, and nothing proves it but its form. So each line is described exactly, and where a stretch of
bytes up to a terminator is no line, its end may be one all the same: what stands before is noise.

Sources: Sur-Gard MLR2E, MLR2000, MLR2-DG and System manuals, "SG Automation Output Protocol" revision 161, Bosch
D6600 Computer Interface Manual, VisorAlarm manual (D6500 and 685), Honeywell MX8000 manual (685).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from drivers.framing import Bad, Broken, Framer, Noise, Whole
from drivers.receiver.options import ADEMCO685, D6500, SURGARD

ACK, NAK = b"\x06", b"\x15"
UNREADABLE = "no line of this receiver"

# The longest line is one of SIA: 63 characters in a block, and a block of text behind it.
MAX_LINE = 512
_NOISE_STEP = 256

# 8Dh is a CR with its parity bit, read as eight bits.
_TERMINATORS = {SURGARD: b"\x14", D6500: b"\x14", ADEMCO685: b"\x0d\x8d"}

# Line ends of terminals and the answers of the computer, where both directions are read.
_QUIET = {SURGARD: frozenset(b"\x00\x06\x0a\x0d\x15"), ADEMCO685: frozenset(b"\x00\x06\x0d\x15\x8d")}
_QUIET[D6500] = _QUIET[SURGARD]

_TO_SEVEN_BITS = bytes(value & 0x7F for value in range(256))


@dataclass(frozen=True, slots=True)
class Line:
    """One line. `form` is one of the names below, `fields` are its parts as they were written."""

    raw: bytes
    form: str
    fields: Mapping[str, str]


HEARTBEAT, CONTACT_ID, SIA_1, SIA_2, BASIC = "heartbeat", "contact id", "sia-1", "sia-2", "basic"
BFSK, HIGH_SPEED, CALLER, OTHER = "bfsk", "high speed", "caller", "other"

QUIET = "quiet"
"""Bytes between lines that say nothing."""

# Receiver and line: RRL, or RRLLL from a System III and its kin.
_HEAD = r"(?P<receiver>[0-9A-Z]{2})(?P<line>[0-9A-F]{3}|[0-9A-Z])"
_SHORT_HEAD = r"(?P<receiver>[0-9A-Z]{2})(?P<line>[0-9A-Z])"
# Never blank: a heartbeat with one wrong bit in its @ would be an alarm.
_ACCOUNT = r"(?P<account>(?! {6})[ 0-9A-Za-z]{6})"
# Besides those that the standard knows, the ones that no single wrong bit makes of them: an alarm whose E was damaged
# must be refused, and come again.
_EVENT = r"(?P<qualifier>[ERP136CFHIJKLNOWY8])(?P<code>[0-9A-F]{3})"
_CHANNELS = r"(?P<channels>[0-9A-F]{4} [0-9A-F]{4}(?: [0-9A-F]{4} [0-9A-F]{4})?) (?P<status>[0-9A-F])"
_SIA = r"\[(?:#(?P<account>[ 0-9A-Za-z]{1,16})\|)?(?P<block>[^\x00-\x1f\[\]]+)\]"
_BFSK = r" {4}" + _ACCOUNT + r"(?P<code>[ -~]{2})(?P<point>[ -~]{4})"

_FORMS: Mapping[str, Sequence[tuple[str, str]]] = {
    SURGARD: (
        (HEARTBEAT, "1" + _HEAD + r" {11}@ {4}"),
        (CONTACT_ID, "5" + _HEAD + r" 18(?P<account>[ 0-9A-F]{4,16})" + _EVENT + r"(?P<area>[ 0-9A-F]{2})"
         r"(?P<point>[ 0-9A-F]{3})"),
        (BASIC, "1" + _HEAD + r" {4}" + _ACCOUNT + r" (?P<code>[ -~])(?P<area>[ -~])(?P<point>[ -~]{3})"),
        (SIA_2, "[S0]" + _HEAD + _SIA),
        (SIA_1, "3" + _HEAD + r" {4}" + _ACCOUNT + r"(?P<code>[A-Z]{2})(?P<point>[ 0-9A-Z]{4})"),
        (BFSK, "6" + _HEAD + _BFSK),
        (HIGH_SPEED, "8" + _SHORT_HEAD + r"(?P<account>[0-9A-F]{4}) " + _CHANNELS),
        (HIGH_SPEED, "8" + r"(?P<receiver>[0-9A-Z]{2})(?P<line>[0-9A-F]{3})(?P<account>[0-9A-F]{3,6}) " + _CHANNELS),
    ),
    # The header character may be switched off in the receiver.
    D6500: (
        (HEARTBEAT, r"[\x00-\x20]?1" + _SHORT_HEAD + r" {11}@ {4}"),
        (CONTACT_ID, r"[\x00-\x20]?a" + _SHORT_HEAD + r" (?P<account>[ 0-9A-F]{4})18" + _EVENT
         + r"(?P<area>[ 0-9A-F]{2})(?P<point>[ 0-9A-F]{3})"),
        (SIA_2, r"[\x00-\x20]?S" + _SHORT_HEAD + _SIA),
        (BFSK, r"[\x00-\x20]?1" + _SHORT_HEAD + _BFSK),
        (HIGH_SPEED, r"[\x00-\x20]?f" + _SHORT_HEAD + _ACCOUNT + " " + _CHANNELS),
    ),
    ADEMCO685: (
        (HEARTBEAT, r"\n?[0-9A-Z]{2} OKAY @ ?"),
        (CONTACT_ID, r"\n?(?P<receiver>[0-9A-Z])(?P<line>[0-9A-Z]) (?P<account>[ 0-9A-F]{4}) 18 " + _EVENT
         + r" (?P<area>[ 0-9A-F]{2}) (?P<who>[CU])(?P<point>[ 0-9A-F]{3})"),
    ),
}  # fmt: skip

# Protocols of further makers, which a receiver passes on under a letter of their own. A damaged line of the forms
# above must not be taken for one: their first characters are more than one bit away from these, and the brackets of
# SIA are left out. Nothing may stand before such a line.
_FOREIGN: Mapping[str, Sequence[tuple[str, str]]] = {
    SURGARD: (
        (CALLER, "U" + _HEAD + _ACCOUNT + r"(?P<text>[ -Z^-~]{18})"),
        (OTHER, r"(?P<text>[A-RTV-Z][0-9A-F]{2}[0-9A-Z][ -Z^-~]{9,})"),
    ),
    D6500: ((OTHER, r"[\x00-\x20]?(?P<text>[B-RT-Z][0-9A-F]{2}[0-9A-Z][ -Z^-~]{9,})"),),
    ADEMCO685: (),
}

# How the first characters of the forms above may look.
_BEGINNINGS: Mapping[str, re.Pattern[str]] = {
    SURGARD: re.compile(r"[013568A-Z][0-9A-Z]{0,3}"),
    D6500: re.compile(r"[\x00-\x20]?[1A-Zaf][0-9A-Z]{0,3}|[\x00-\x20]"),
    ADEMCO685: re.compile(r"\n?[0-9A-Z]{1,2}(?: .?)?"),
}

_Patterns = Sequence[tuple[str, re.Pattern[str]]]


def _compiled(forms: Sequence[tuple[str, str]]) -> _Patterns:
    return tuple((form, re.compile(rf"(?:{pattern})\Z")) for form, pattern in forms)


def _characters(read: bytes) -> str:
    """Seven bits and even parity, read as eight, are understood, where every parity is right."""
    if max(read, default=0) >= 0x80 and all(byte.bit_count() % 2 == 0 for byte in read):
        read = read.translate(_TO_SEVEN_BITS)
    return read.decode("latin-1")


class Scanner(Framer[Line]):
    """Bytes to lines and `Bad`s."""

    def __init__(self, form: str) -> None:
        super().__init__(self._at_start, MAX_LINE)
        self._own = _compiled(_FORMS[form])
        self._foreign = _compiled(_FOREIGN[form])
        self._beginning = _BEGINNINGS[form]
        self._terminators = _TERMINATORS[form]
        self._between = _QUIET[form]

    @property
    def begun(self) -> bool:
        """What has come since the last line may be the beginning of the next."""
        return self._beginning.fullmatch(_characters(bytes(self._read[:4]))) is not None

    def is_whole(self, bad: Bad) -> bool:
        """Whether the sender thought it had sent a line: one that was cut off is waited for."""
        return bad.reason == UNREADABLE and bad.raw[-1] in self._terminators

    def _at_start(self, read: bytearray) -> Whole[Line] | Broken | Noise | None:
        if read[0] in self._between:
            return Whole(1, Line(bytes(read[:1]), QUIET, {}), weak=True)
        ends = (read.find(terminator, 0, MAX_LINE) for terminator in self._terminators)
        end = min((end for end in ends if end >= 0), default=-1)
        if end < 0:
            return Noise(_NOISE_STEP) if len(read) >= MAX_LINE else None
        raw = bytes(read[: end + 1])
        begin, line = self._line_in(raw)
        if line is None and raw.strip(b"\n") == raw[-1:]:
            return Whole(len(raw), Line(raw, QUIET, {}), weak=True)
        if line is None:
            # The search has looked at every place in it.
            return Broken(len(raw), UNREADABLE, skip=len(raw))
        return Whole(len(raw), line) if begin == 0 else Noise(begin)

    def _line_in(self, raw: bytes) -> tuple[int, Line | None]:
        """Where in `raw` a line begins that ends with it, and the line."""
        text = _characters(raw[:-1])
        for form, pattern in self._own:
            if match := pattern.match(text):
                return 0, Line(raw, form, match.groupdict())
        found = [(match.start(), form, match) for form, pattern in self._own if (match := pattern.search(text))]
        if found:
            begin, form, match = min(found, key=lambda each: each[0])
            return begin, Line(raw[begin:], form, match.groupdict())
        for form, pattern in self._foreign:
            if match := pattern.match(text):
                return 0, Line(raw, form, match.groupdict())
        return 0, None
