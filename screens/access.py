"""What a citizen would be given who asks what is kept of them, shown before it is written."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from textual.content import Content

from guardroom.clock import stamp
from guardroom.days import written_in
from guardroom.language import _, n_
from screens.dates import day_of
from screens.wrapping import fact, wrapped

if TYPE_CHECKING:
    from guardroom.privacy.dossier import Dossier

LABEL = 20


def access_rows(dossier: Dossier, zone: ZoneInfo, now: datetime, cap: str, width: int) -> list[Content]:
    """Whether the citizen has asked, and everything they would be given. `cap` is the key that notes the asking."""
    if dossier.asked_at is not None:
        asked = _("Asked {when}: the answer is due within a month. Ctrl+S writes it, as a page and as JSON.")
        rows = wrapped(asked.format(when=written_in(dossier.asked_at, zone)), width, "bold")
    elif dossier.answered_at is not None:
        said = _("Answered {when}. Where they ask again, {key} notes it: from then on nothing about them is deleted.")
        when = day_of(stamp(dossier.answered_at), now, zone)
        rows = wrapped(said.format(when=when, key=cap), width, "bold")
    else:
        said = _("Nobody has noted that they ask. {key} notes it: from then on nothing about them is deleted.")
        rows = wrapped(said.format(key=cap), width, "bold")
    many = n_("{count} thing is kept.", "{count} things are kept.", dossier.count).format(count=dossier.count)
    masked = _("Names that the house knows are masked; a single one in small letters stays: read the page through.")
    rows += wrapped(f"{many} {masked}", width)
    for part in dossier.parts:
        rows += [Content(""), *wrapped(part.heading.upper(), width, "bold")]
        for entry in part.entries:
            rows += wrapped(entry.title, width, "underline")
            for name, said in entry.facts:
                rows.extend(fact(name, said, LABEL, width))
    return rows
