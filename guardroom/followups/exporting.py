"""The list of follow-ups for a spreadsheet: kinds, deadlines and references, nobody's name."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import TypeVar

from sqlalchemy.orm import Session

from db import followups as stored
from db.followups import Listed, Place
from guardroom.days import written, written_in
from guardroom.exchange.columns import harmless
from guardroom.exchange.table_file import cell, csv_of, put_beside
from guardroom.followups import access, words
from guardroom.followups.deadlines import level
from guardroom.incidents.number import written_number
from guardroom.language import _
from guardroom.people.who import Who
from guardroom.settings import Settings

Code = TypeVar("Code", bound=str)


def write_csv(settings: Settings, rows: Iterable[list[str]], which: str, now: datetime) -> Path:
    """Write the list into the letters' folder, beside those that were written before; returns where. Raises Refused."""
    content = csv_of([_heading(), *rows], danish=settings.language == "da")
    name = f"follow-ups-{which}-{now.astimezone(settings.site.zone):%Y-%m-%d-%H%M}"
    return put_beside(settings.letters.folder, name, ".csv", content)


def listed(
    session: Session, settings: Settings, who: Who, found: Iterable[Sequence[Listed]], now: datetime
) -> Iterator[list[str]]:
    """The cells of each line. Of what it was closed with, and what its deadline goes by, only what they may read."""
    said = _Words(settings)
    places: dict[int, Place] = {}
    bans: dict[int, str] = {}
    for rows in found:
        incidents = {row.incident_id for row in rows if row.incident_id is not None} - places.keys()
        places |= stored.places(session, incidents) if incidents else {}
        others = {row.ban_id for row in rows if row.ban_id is not None} - bans.keys()
        bans |= stored.ban_numbers(session, others) if others else {}
        for row in rows:
            place = places.get(row.incident_id or 0)
            yield said.cells(row, place, bans.get(row.ban_id or 0, ""), who, now)


class _Words:
    """Writes cells. Kinds, owners, states and the like are few and come again and again: each is put into words, and
    made harmless, once."""

    def __init__(self, settings: Settings) -> None:
        self._zone = settings.site.zone
        self._areas = {block.name.casefold(): block.name for block in settings.blocks}
        self._known: dict[tuple[object, str], str] = {}

    def cells(self, row: Listed, place: Place | None, ban: str, who: Who, now: datetime) -> list[str]:
        """One line."""
        # Asked only where it makes a difference: few have a reference, or a rule that tells something.
        told = row.kind == "injury_report" or bool(row.reference)
        whole = told and access.reads_whole(who, row, place)
        count = words.so_far(row.so_far, row.expected) or ("" if row.so_far is None else str(row.so_far))
        return [
            written_in(row.due_at, self._zone),
            self._word(words.level, level(row.began_at, row.due_at, now) if row.closed_at is None else ""),
            harmless(ban) if place is None else written_number(place.number),
            self._word(words.kind, row.kind),
            self._word(words.owner, row.owner_role),
            self._word(words.rule, row.rule if whole or row.kind != "injury_report" else "policy"),
            self._word(words.state, row.state),
            written(row.done_on),
            cell(row.reference) if whole and row.reference else "",
            count,
            self._word(self._area, row.area),
        ]

    def _word(self, word: Callable[[Code], str], code: Code) -> str:
        found = self._known.get((word, code))
        if found is None:
            found = self._known[word, code] = cell(word(code))
        return found

    def _area(self, folded: str) -> str:
        return self._areas.get(folded, folded)


def _heading() -> list[str]:
    return [
        _("Deadline"),
        _("Warning"),
        _("Case"),
        _("Task"),
        _("Owner"),
        _("Rule"),
        _("State"),
        _("Done on"),
        _("Reference"),
        _("Number"),
        _("Area"),
    ]
