"""Lists as files: without names unless somebody who may see them asks for them and says what for."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Literal

from sqlalchemy.orm import Session

from db import reports as stored
from db.bans import kept_persons
from guardroom.bans.life import STANDS, UNDER_WAY
from guardroom.bans.rows import standing_of
from guardroom.days import day_in, midnights
from guardroom.exchange.table_file import aside, cell, csv_of, xlsx_of
from guardroom.exports import listings
from guardroom.exports.columns import Listing
from guardroom.exports.purposes import must_be_purpose
from guardroom.followups.followups import FollowUps
from guardroom.followups.view import FollowUpLine, Which
from guardroom.ground import Ground
from guardroom.incidents.log import IncidentLog
from guardroom.language import _
from guardroom.people import audit
from guardroom.people.persons import Persons
from guardroom.people.roles import Right
from guardroom.people.who import Who
from guardroom.refusal import BadInput, Mistake

Form = Literal["csv", "xlsx", "json"]
FORMS: tuple[Form, ...] = ("csv", "xlsx", "json")

_PAGE = 500
_EARLIEST, _LATEST = date(2000, 1, 1), date(2999, 12, 31)


@dataclass(frozen=True, slots=True)
class Needs:
    """One of `rights` is needed for a list, one of `names` for it with names."""

    rights: tuple[Right, ...]
    names: tuple[Right, ...]


LISTS: Mapping[str, Needs] = {
    "incidents": Needs((Right.INCIDENT_LIST,), (Right.INCIDENT_PERSON,)),
    "bans": Needs((Right.BAN_LIST,), (Right.BAN_REGISTER,)),
    "alarms": Needs((Right.INCIDENT_LIST, Right.REPORT), (Right.INCIDENT_LIST,)),
    "followups": Needs((Right.FOLLOWUP_SEE,), (Right.FOLLOWUP_CLOSE,)),
    "headsups": Needs((Right.HEADSUP_READ,), (Right.PERSON_SEARCH,)),
    "drills": Needs((Right.DRILL_PLAN,), (Right.DRILL_PLAN,)),
    "button-tests": Needs((Right.INCIDENT_LIST, Right.REPORT), (Right.INCIDENT_LIST,)),
}
"""Every list that there is."""


class Exports:
    """What of the house's records leaves it as a file."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground

    def export(
        self,
        who: Who,
        what: str,
        form: Form,
        path: Path,
        *,
        names: bool = False,
        purpose: str = "",
        first: date | None = None,
        last: date | None = None,
        overwrite: bool = False,
    ) -> int:
        """Write the list `what` (of `LISTS`) to a file, as far as it is theirs to see; `first` and `last` are the days
        that it is of. Returns how many lines there are. Raises Forbidden; BadInput where `names` are asked for without
        a purpose, or the days are none; Refused where the file cannot be written."""
        needs = LISTS[what]
        who.must(*needs.rights)
        if names:
            who.must(*needs.names)
            must_be_purpose(purpose)
        first, last = first or _EARLIEST, last or _LATEST
        if first > last:
            raise BadInput(Mistake("last", _("The last day lies before the first.")))
        listing = self._listing(who, what, first, last)
        settings = self._ground.settings
        with (
            aside(
                path,
                _content(listing, form, names=names, danish=settings.language == "da"),
                settings,
                overwrite=overwrite,
            ) as place,
            self._ground.writing(who) as session,
        ):
            detail = {"list": what, "count": len(listing.rows), "names": names, "form": form}
            now, key = self._ground.clock.now(), self._ground.audit_key
            audit.note(session, key, now, who, "exported", "list", why=purpose if names else "", detail=detail)
            place()
        return len(listing.rows)

    def _listing(self, who: Who, what: str, first: date, last: date) -> Listing:
        settings = self._ground.settings
        zone = settings.site.zone
        begin, end = midnights(first, last, zone)
        if what == "incidents":
            views = IncidentLog(self._ground, Persons(self._ground)).listing(who)
            return listings.incidents((view for view in views if begin <= view.happened_at < end), settings)
        if what == "followups":
            return listings.followups((line for line in self._follow_ups(who) if begin <= line.due_at < end), zone)
        with self._ground.reading(who) as session:
            match what:
                case "bans":
                    return self._bans(session, who, first, last)
                case "alarms":
                    rows = [row for row in stored.alarm_rows(session, begin, end) if who.sees_area(row.block)]
                    return listings.alarms(rows, settings)
                case "headsups":
                    meetings = [row for row in stored.headsups(session, begin, end) if who.sees_area(row.area)]
                    about = kept_persons(session, [row.person_id for row in meetings if row.person_id is not None])
                    return listings.headsups(meetings, {key: each.name for key, each in about.items()}, settings)
                case "drills":
                    return listings.drills(stored.drill_rows(session, begin, end), settings)
                case _:
                    return listings.button_tests(stored.button_test_rows(session, begin, end), settings)

    def _bans(self, session: Session, who: Who, first: date, last: date) -> Listing:
        """Those that run; for whoever may see the others, these too."""
        today = day_in(self._ground.clock.now(), self._ground.settings.site.zone)
        past = who.may(Right.BAN_PAST)
        stages = [*STANDS, "lifted", *(UNDER_WAY if past else ())]
        rows = stored.ban_rows(session, stages, first, last)
        if not past:
            rows = [row for row in rows if standing_of(row, today) == "active"]
        persons = kept_persons(session, [row.person_id for row in rows])
        return listings.bans([(row, persons[row.person_id]) for row in rows], today)

    def _follow_ups(self, who: Who) -> list[FollowUpLine]:
        """Open ones by their deadline, then the closed ones."""
        service = FollowUps(self._ground)
        found: list[FollowUpLine] = []
        which: Which
        for which in ("all", "closed"):
            after: FollowUpLine | None = None
            while True:
                page = service.page(who, which, after, _PAGE)
                found += page.lines
                if not page.more:
                    break
                after = page.lines[-1]
        return found


def _content(listing: Listing, form: Form, *, names: bool, danish: bool) -> bytes:
    if form == "json":
        return json.dumps(listing.facts(names=names), ensure_ascii=False, indent=1).encode()
    table = [[cell(text) for text in row] for row in listing.table(names=names)]
    return csv_of(table, danish=danish) if form == "csv" else xlsx_of(table, listing.title)
