"""Printers' lines, made to be read by people: words say what they are about (presets `generic`, `galaxy-printer`)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from drivers.base import Cause, Kind, Signal, Trouble
from drivers.line.dialect import Dialect, Reading, alone, heartbeat, rejected
from drivers.line.lines import Line
from drivers.standing import RESTORE_OF
from drivers.words import ALARM_WORDS, FAULT_WORDS, TEST_WORDS, words

_MONTH = "(?:jan|feb|mar|apr|ma[jy]|jun|jul|aug|sep|o[ck]t|nov|dec)"
_DATE = (
    rf"(?:\d{{4}}[./-]\d\d[./-]\d\d|\d{{1,2}}[./-]\d{{1,2}}(?:[./-]\d{{2,4}}| 20\d\d)?|"
    rf"\d{{1,2}}\.? ?{_MONTH}\.?(?:[ -]\d{{2,4}})?)"
)
_CLOCK = r"(?:\d{1,2}:\d{2}(?::\d{2})?(?: ?[ap]m)?)"
_TIME = words(rf"(?<![\d.:/-])(?:{_DATE}[ ,]*{_CLOCK}|{_CLOCK}(?:[ ,]*{_DATE})?)(?![\d:/-])")
_WHEN = words(rf"(?<![\d.:/-])(?:{_DATE}|{_CLOCK})(?![\d:/-])")
_LABEL = (
    r"\b(?:zone?|zn|sone|point|pt|punkt|lin(?:je|ie|e)|gruppe|adr(?:esse)?|address|addr|enhed|device|detektor|tryk)"
    r"\.?\s*[:#=]?\s*(\d{1,5})\b"
)
_LABELLED = words(_LABEL)
_ROOM = words(r"\b(?:kontaktrum|rum|room|lokale)\.?\s*(\d{1,5})\b")
_NUMBER = re.compile(r"(?<![\w.:/#-])(\d{3,5})(?![\w:/-])")
_YEAR = re.compile(r"\b20\d\d\b")
_RULED_OFF = words(r"[\W_]*(?:(?:page|side)\W*\d+\W*)?")
_SIGN_OF_LIFE = words(r"\W*ok\W*")

# The end of an alarm has to be said: a room may be called "LINJE OK", and in doubt somebody goes and looks.
_NOT = words(r"\b(?:ikke|not|ej)\b")
_CANCELLED = words(r"\bcancel(?:l?ed)?\b|\bannul(?:l?er(?:et|ing)?|l?ed)?\b")
_RESTORED = words(r"\brestor(?:ed?|al)\b|\b(?:retableret|gendannet|nulstillet|afstillet|ophørt|cleared)\b")
_STATE = r"(?:off|ok|normal|reset|rst|slut)"
_STATE_BEHIND = words(
    rf"[^\W\d_]*(?:\W+alarm)?\W+(?:\d{{1,5}}\W+)?{_STATE}\b(?=\W*$|\W*\d|\W+(?:zone?|adr|punkt|rum|room)\b)"
)
_STATE_COLUMN = words(
    rf"(?:\s\s|[=|]\s*|(?:{_LABEL}|{_CLOCK})\s+){_STATE}(?:\s+{_DATE})?(?:[\s,]+{_CLOCK})?(?:\s+{_DATE})?\W*$"
)
# What is switched off or on is the alarm system.
_SWITCHED = words(r"alarm\w*\W+(?:er\W+)?(?:fra|til)(?:koblet|sluttet)|alarm\w*\W+(?:unset|(?:dis)?armed)\b")


@dataclass(frozen=True, slots=True, kw_only=True)
class Meaning:
    """What some words mean."""

    kind: Kind
    cause: Cause | None = None
    trouble: Trouble | None = None


def _fault(trouble: Trouble) -> Meaning:
    return Meaning(kind=Kind.FAULT, trouble=trouble)


def _alarm(cause: Cause) -> Meaning:
    return Meaning(kind=Kind.ALARM, cause=cause)


_NOTHING: tuple[None, Meaning] = (None, Meaning(kind=Kind.INFO))
_OF_THE_SYSTEM = (Cause.INTRUSION, Cause.OTHER)
_LOW_BATTERY = Meaning(kind=Kind.LOW_BATTERY, trouble=Trouble.BATTERY)

# Tried in order.
_WORDS: tuple[tuple[re.Pattern[str], Meaning], ...] = (
    *((pattern, _alarm(cause)) for cause, pattern in ALARM_WORDS),
    (words(r"\battack\b|\bp\.a\.|\bpa\b(?=\W*(?:$|\d|alarm|zone|button|knap|tryk|sil))"), _alarm(Cause.HOLD_UP)),
    (words(r"\bintruder\b"), _alarm(Cause.INTRUSION)),
    (words(r"\b(?:mains|ac) ?(?:fail|fault|loss)|strømsvigt|netsvigt"), _fault(Trouble.MAINS)),
    (words(r"\bline ?fail|linjefejl"), _fault(Trouble.PHONE_LINE)),
    *((pattern, Meaning(kind=kind)) for kind, _, pattern in FAULT_WORDS),
    (words(r"\btrouble\b"), Meaning(kind=Kind.FAULT)),
    (TEST_WORDS, Meaning(kind=Kind.TEST)),
    # The last resort. A log, the panel and its parts are called after alarms too.
    (words(r"alarm(?!log|cent|anl|sys|pan|overf|modt|net|send)"), _alarm(Cause.OTHER)),
)

# The event log of Honeywell Galaxy panels (Appendix D of their manuals). "+" begins an event, "-" ends it.
_GALAXY_EVENTS: tuple[tuple[str, Meaning], ...] = (
    (r"P\.?A\.?[ -]?SIL(?:ENT|-ZN)?|P\.?A\.?[ -]?DEL(?:AY)?[ -/]?SIL(?:ENT)?", _alarm(Cause.HOLD_UP)),
    (r"P\.?A\.?(?:[ -]?(?:ALARM|DELAY|DEL|CODE|UNSET))?", _alarm(Cause.PANIC)),
    (r"DURESS(?: CODE)?", _alarm(Cause.DURESS)),
    (r"ASSISTANCE|ASSIST", _alarm(Cause.HOLD_UP)),
    (r"MEDICAL", _alarm(Cause.MEDICAL)),
    (r"FIRE(?: ALARM)?", _alarm(Cause.FIRE)),
    (r"INTRUDER|BURG HIGH|BURG LOW|24 ?HOURS?|ALARM EXT|SECURITY|CONFIRM(?:ED)?", _alarm(Cause.INTRUSION)),
    (r"(?:LID |AUX |RIO |BELL |ZONE |KEYPAD )?TAMP(?:ER)?", Meaning(kind=Kind.TAMPER)),
    (r"(?:MOD(?:ULE)?|RIO|KEYPAD|COMM?S?) ?MISSING|MISSING", Meaning(kind=Kind.TAMPER, trouble=Trouble.MODULE)),
    (r"AC\+BATT", _fault(Trouble.MAINS)),
    (r"CU-BATT|PSU-BATT|BATT(?:ERY)? ?(?:LOW|FAIL)|LOW BATT(?:ERY)?|LOW VOLT", _LOW_BATTERY),
    (r"CU-AC|AC ?FAIL|MAINS FAIL", _fault(Trouble.MAINS)),
    (r"LINE ?FAIL|TEL ?FAIL", _fault(Trouble.PHONE_LINE)),
    (r"COMMS? ?FAIL|FAIL ?COMM?S?", _fault(Trouble.COMMUNICATION)),
    (r"FUSE(?: FAIL)?", _fault(Trouble.FUSE)),
    (r"BELL FAIL", _fault(Trouble.BELL)),
    (r"LOW RES|HIGH RES|MASK(?:ED)?|FAULT", _fault(Trouble.SENSOR)),
    (r"AUTOTEST|ARC TEST|WALK TEST|ENG TEST|BATT TEST|TEST", Meaning(kind=Kind.TEST)),
    (r"OMIT(?:TED)?", Meaning(kind=Kind.BYPASS)),
    (r"CANCEL(?:LED)?", Meaning(kind=Kind.CANCEL)),
)
_GALAXY = tuple(
    (re.compile(rf"(?<!\w)(?:{event})(?![A-Z])(?:(?P<near>[+-])|\s+(?P<last>[+-])$)?"), meaning)
    for event, meaning in _GALAXY_EVENTS
)
_BEGINS = re.compile(r"(?:^|\s)\+\s?\w")
# A sign stands before the event; a dash behind a zone's name is none.
_SIGN_BEFORE = re.compile(r"\+\s?$|(?:^|\d{3}|[:./-]\d\d)\s{0,2}-\s?$")


class Printer(Dialect):
    """Any printer port. A line whose words say nothing is kept as information: it is what people wrote for people."""

    def read(self, line: Line, now: float) -> Reading:
        """The words of an alarm count wherever they stand; a line that nobody can have written is rejected."""
        if _RULED_OFF.fullmatch(line.text):
            return Reading()
        if _SIGN_OF_LIFE.fullmatch(line.text):
            return heartbeat(line)
        meaning = self._meaning(line.text)
        if meaning is None:
            if not line.readable:
                return rejected(line)
            meaning = Meaning(kind=Kind.INFO)
        time = _TIME.search(line.text)
        return alone(
            Signal(
                kind=meaning.kind,
                cause=meaning.cause,
                trouble=meaning.trouble,
                point=self._point(line.text),
                text=line.text,
                panel_time=time[0] if time else None,
                raw=line.raw,
            )
        )

    def may_be_alarm(self, text: str) -> bool:
        """Where it says so in a word of its own: a page header may well have the bare word."""
        meaning = self._meaning(text)
        return meaning is not None and meaning.kind == Kind.ALARM and meaning.cause != Cause.OTHER

    def _meaning(self, text: str) -> Meaning | None:
        return meaning_of_words(text)

    def _point(self, text: str) -> str | None:
        """The number of a zone, else of a room, else the first long one that is no date, time, year or counter."""
        rest = _WHEN.sub(" ", text)
        found = _LABELLED.search(rest) or _ROOM.search(rest) or _NUMBER.search(_YEAR.sub(" ", rest))
        return found[1] if found else None


class GalaxyPrinter(Printer):
    """The printer port of a Honeywell Galaxy panel: its event log."""

    def _meaning(self, text: str) -> Meaning | None:
        events = [(found, meaning) for pattern, meaning in _GALAXY if (found := pattern.search(text))]
        if not events:
            return meaning_of_words(text, begins=_BEGINS.search(text) is not None)
        # The word with the sign is the event; others may be the zone's name.
        found, meaning = next((event for event in events if _sign(text, event[0])), events[0])
        sign = _sign(text, found)
        if not sign and (omitted := _omitted(events)):
            meaning = omitted
        return _ended(meaning) if sign == "-" or (not sign and _is_over(text, found)) else meaning

    def _point(self, text: str) -> str | None:
        """As a rule zones have four digits, 2011 too."""
        rest = _WHEN.sub(" ", text)
        found = _LABELLED.search(rest) or _NUMBER.search(rest) or _ROOM.search(rest)
        return found[1] if found else None


def _omitted(events: Sequence[tuple[re.Match[str], Meaning]]) -> Meaning | None:
    """An omitted zone, whose name comes behind that word, whatever it is."""
    meaning = min(events, key=lambda event: event[0].start())[1]
    return meaning if meaning.kind == Kind.BYPASS else None


def _sign(text: str, found: re.Match[str]) -> str:
    before = _SIGN_BEFORE.search(text[: found.start()])
    return before[0].strip()[-1] if before else found["near"] or found["last"] or ""


def meaning_of_words(text: str, *, begins: bool = False) -> Meaning | None:
    """What free text is about; None where its words say nothing. `begins`: it says that it is no end."""
    found, meaning = next(
        ((found, meaning) for pattern, meaning in _WORDS if (found := pattern.search(text))), _NOTHING
    )
    if found is None or (meaning.cause in _OF_THE_SYSTEM and _SWITCHED.search(text)):
        return None
    if not begins and _is_over(text, found):
        return _ended(meaning)
    if meaning.kind == Kind.ALARM and _CANCELLED.search(text) and not _NOT.search(text):
        return Meaning(kind=Kind.CANCEL, cause=meaning.cause)
    return meaning


def _is_over(text: str, event: re.Match[str]) -> bool:
    """Whether the text says that `event`, a word in it, is over."""
    if _NOT.search(text):
        return False
    said = _RESTORED.search(text) or _STATE_BEHIND.match(text, event.end()) or _STATE_COLUMN.search(text)
    return said is not None


def _ended(meaning: Meaning) -> Meaning:
    return Meaning(kind=RESTORE_OF.get(meaning.kind, meaning.kind), cause=meaning.cause, trouble=meaning.trouble)
