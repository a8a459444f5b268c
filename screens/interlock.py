"""What stands in the place of the police script while a drill runs: nobody rings the police about a drill.

It is shown to whoever asks for the script, also where nobody else is shown that it is a drill.
"""

from __future__ import annotations

from textual.content import Content

from guardroom.alarms.view import DrillView
from guardroom.language import _
from guardroom.settings import Settings
from screens.big_letters import ROWS, big
from screens.dates import short_time
from screens.plain import lines, plain
from screens.takeover import BLANK, Row, fit

_AIR = 100
"""Rows from this need on are only air."""
_TEXT_ROWS = 8
"""So many rows the sentences take beside the big letters."""


def do_not_call() -> tuple[str, str]:
    """The two halves of what is said to whoever is about to call the police."""
    return _("DRILL"), _("DO NOT CALL")


def real_danger() -> str:
    """What holds in spite of any drill."""
    return _("Real danger, there or anywhere else: ring 112 at once.")


def interlock(drill: DrillView, settings: Settings, width: int, height: int, *, block: str, key: str) -> Content:
    """What stands where the police script would, in `width` × `height` cells. `key` goes back."""
    words = do_not_call()
    drawn = [big(word, width, block=block) for word in words]
    rows: list[Row] = []
    if all(letters.count("\n") == ROWS - 1 for letters in drawn) and height >= 2 * (ROWS + 1) + _TEXT_ROWS:
        for letters in drawn:
            rows += [Row(BLANK, 1), Row(_centred(letters, width), 1)]
    else:
        rows.append(Row(_text(", ".join(words), width, "bold"), 0))
    alarm = _("The alarm in {place} at {time} is a drill. Do not ring the police about it.")
    place = drill.place if drill.room in ("", drill.place) else f"{drill.place} ({drill.room})"
    rows += [
        Row(BLANK, _AIR),
        Row(_text(alarm.format(place=place, time=short_time(drill.began, settings.site.zone)), width, "bold"), 2),
        Row(BLANK, _AIR + 1),
        Row(_text(real_danger(), width, "bold"), 3),
        Row(
            _text(
                _("A press in another room, or one there after the button was reset, is real and ends the drill."),
                width,
            ),
            5,
        ),
    ]
    rows += [
        Row(BLANK, _AIR + 2),
        Row(_text(_("Everybody is shown now that it is a drill. Nothing is noted as a call."), width), 7),
        Row(_text(_("{key} goes back.").format(key=key), width, "bold"), 6),
    ]
    return lines(*(row.content for row in fit(rows, max(1, height))))


def _centred(letters: str, width: int) -> Content:
    indent = Content(" " * ((width - len(letters.split("\n", 1)[0])) // 2))
    return lines(*(indent + Content.styled(row, "bold") for row in letters.split("\n")))


def _text(text: str, width: int, style: str = "") -> Content:
    return lines(*plain(text, style).wrap(max(1, width)))
