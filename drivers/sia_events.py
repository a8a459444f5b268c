"""The inside of a SIA block (DC-03): events with their modifiers, and the text that goes with them.

N ti10:23 / id5 / ri1 / BA 01 / BA 02 *'Front door'NM / AFront door
| |                     |             |                  |
| |                     |             text of its event: also *text and ^text^
| |                     two letters and a number         text of the event before it
| modifiers: they hold for every event behind them
N new, O old
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from msgspec.structs import replace

from drivers import sia
from drivers.base import Kind, Signal
from drivers.codes import Meaning

_PART = re.compile(r"(?:\*'[^']*'NM|[^/])+")
# N and O are letters of event codes too (NA, OP): as such only where two letters would not be left without them.
_HEAD = r"(?P<age>[NO]?)(?P<code>[A-Z]{2}) *"
_EVENT = re.compile(_HEAD + r"(?P<number>[0-9A-F]*) *(?P<text>\*.*|\^[^^]*\^?)?")
_EVENT_AND_WORDS = re.compile(_HEAD + r"(?P<number>[0-9][0-9A-F]*) +(?P<text>.*)")
_AGE = re.compile(r"[NO](?=\Z|[a-z]{2})|[no](?=[a-z]{2}[0-9A-Z])")
# Modifiers may follow each other, and an event may follow them, with and without a stroke between.
_MODIFIER = re.compile(
    r"([a-z]{2}) ?("
    r"(?![0-9][0-9:.\- ]*[NO]?[A-Z]{2} *[0-9A-F]*(?:\Z|[ *^]))[0-9A-Z:.+\-]+\Z"
    r"|[0-9][0-9:.\- ]*"
    r"|\Z)"
)
_LETTERS = re.compile(r"[NO]?([A-Z]{2})")


def events(block: str, said: Signal) -> list[Signal]:
    """A signal for each event of `block`, `said` with what the event says.

    What begins with two letters like an event and is none that can be read is an unknown signal of its own: it may be
    an alarm. Other parts are text of the event before; an unknown signal where there is none.
    """
    found: list[Signal] = []
    modifiers: dict[str, str] = {}
    old = False
    for part in _PART.findall(block):
        rest = part
        while match := (None if found else _AGE.match(rest)) or _MODIFIER.match(rest):
            if match.re is _AGE:
                old = match[0] in "Oo"
            else:
                modifiers[match[1]] = match[2].strip(" ")
            rest = rest[match.end() :]
        rest = rest.strip()
        event = _read(rest)
        if found and is_text(rest):
            found[-1] = _with_more(found[-1], rest[1:])
        elif event:
            old = event["age"] == "O" if event["age"] else old
            found.append(_event(event, modifiers, replace(said, late=said.late or old)))
        elif letters := _LETTERS.match(rest):
            found.append(replace(_placed(said, modifiers), code=letters[1], text=rest, late=said.late or old))
        elif rest and found:
            found[-1] = _with_more(found[-1], rest)
        elif rest:
            found.append(replace(_placed(said, modifiers), text=rest, late=said.late or old))
    return found


def holds_event(block: str) -> bool:
    """Whether a part of `block` can be read as an event."""
    return any(_read(part) for part in block.split("/"))


def is_text(part: str) -> bool:
    """Whether `part`, behind an event, is marked as text. What is a known event is none."""
    event = _read(part)
    return part.startswith("A") and not (event and event["code"] in sia.CODES)


def _read(part: str) -> re.Match[str] | None:
    return _EVENT.fullmatch(part) or _EVENT_AND_WORDS.fullmatch(part)


def _event(event: re.Match[str], modifiers: Mapping[str, str], said: Signal) -> Signal:
    code = event["code"]
    meaning = sia.meaning(code)
    point, by_user = _place(meaning, event["number"], modifiers)
    return replace(
        _placed(said, modifiers),
        kind=meaning.kind,
        cause=meaning.cause,
        trouble=meaning.trouble,
        code=code,
        point=point,
        by_user=by_user,
        text=_unquoted(event["text"] or ""),
    )


def _unquoted(text: str) -> str | None:
    if text.startswith("*'"):
        text = text[2:].removesuffix("NM").removesuffix("'")
    return text.strip("*^ ") or None


def _place(meaning: Meaning, number: str, modifiers: Mapping[str, str]) -> tuple[str | None, bool]:
    """Zone, else keypad or module, else the person where an alarm or the code itself is about one; and whether it is a
    person. Where somebody cancels an alarm, the keypad says nothing of its place."""
    keypad, person = modifiers.get("pi"), modifiers.get("id")
    places: tuple[tuple[str | None, bool], ...]
    if meaning.kind is Kind.CANCEL:
        places = ((number, meaning.by_user), (person, True))
    elif meaning.by_user:
        places = ((keypad, False), (number, True), (person, True))
    else:
        places = ((number, False), (keypad, False), (person if meaning.cause else None, True))
    return next(((place, by_user) for place, by_user in places if place), (None, False))


def _placed(said: Signal, modifiers: Mapping[str, str]) -> Signal:
    time = " ".join(modifiers[key] for key in ("da", "ti") if modifiers.get(key))
    return replace(said, area=modifiers.get("ri") or None, panel_time=time or None)


def _with_more(signal: Signal, text: str) -> Signal:
    return replace(signal, text="/".join(filter(None, (signal.text, text.strip()))) or None)
