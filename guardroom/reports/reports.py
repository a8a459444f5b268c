"""The reports of one house: the half year's figures, and what happened in a day's shifts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Literal

from sqlalchemy.orm import Session

from db import people
from db import reports as stored
from db.errors import StorageError
from guardroom.days import day_in, midnights
from guardroom.exchange.table_file import aside, refuse_place
from guardroom.ground import Ground
from guardroom.language import _
from guardroom.monitor_lock import is_running
from guardroom.people import audit
from guardroom.people.roles import Right
from guardroom.people.who import Who
from guardroom.printed import put
from guardroom.refusal import BadInput, Mistake
from guardroom.reports import pack as packs
from guardroom.reports import reading, shift
from guardroom.reports.as_json import document_json, pack_json
from guardroom.reports.document import Document, report_folder
from guardroom.reports.figures import figures
from guardroom.reports.html import page
from guardroom.reports.known import as_far_as_known
from guardroom.reports.pack import Pack
from guardroom.reports.pdf import paper
from guardroom.reports.period import Period
from guardroom.reports.publishing import Told, publish
from guardroom.reports.silence import Span, spans

Form = Literal["html", "pdf", "json"]
FORMS: tuple[Form, ...] = ("html", "pdf", "json")
STEPS = 4
"""So often `progress` is told of a step of a pack that is made: three periods counted, and the words."""


def nobody_waits(_done: int) -> None:
    """Progress that nobody is told."""


class Reports:
    """What is told of a period; nothing of it names anybody but the shift report, which is the guards' own."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground

    def pack(self, who: Who, period: Period, progress: Callable[[int], object] = nobody_waits) -> Pack:
        """The figures of the period beside those of the one before and of the year before (`Period.beside`), of the
        part of the house that they see. `progress` is told how many of `STEPS` are done. Raises Forbidden, and BadInput
        where the period has not begun."""
        who.must(Right.REPORT)
        settings, now = self._ground.settings, self._ground.clock.now()
        if period.first > day_in(now, settings.site.zone):
            raise BadInput(Mistake("period", _("{period} has not begun yet.").format(period=period.named())))
        rules, told = reading.rules(settings), list[Told]()
        with self._ground.reading(who) as session:
            known = reading.known(session, settings, now)
        for number, each in enumerate((period, *period.beside()), 1):
            begin, end = midnights(each.first, each.last, settings.site.zone)
            heard_here = reading.heard_here(settings, begin, end)
            # Each its own short look: a server keeps no long transaction open.
            with self._ground.reading(who) as session:
                facts = reading.facts(session, settings, who, each, now)
                heard = heard_here or stored.told_of(session, begin, end)
            found = publish(figures(facts, rules), rules.fewer_than)
            told.append(as_far_as_known(found, known, heard=heard, heard_here=heard_here))
            progress(number)
        return Pack(
            told=tuple(told),
            known=known,
            rules=rules,
            rooms=reading.rooms(settings, who),
            house=settings.site.name,
            municipality=settings.policy.municipality,
            area=who.area,
            made_at=now,
            zone=settings.site.zone,
            language=settings.language,
        )

    def half_year(self, who: Who, period: Period, progress: Callable[[int], object] = nobody_waits) -> Document:
        """The pack in words. Raises as `pack`."""
        made = packs.document(self.pack(who, period, progress))
        progress(STEPS)
        return made

    def print_pack(
        self,
        who: Who,
        period: Period,
        form: Form,
        path: Path | None = None,
        *,
        overwrite: bool = False,
        progress: Callable[[int], object] = nobody_waits,
    ) -> Path:
        """Write the pack into the folder of reports, where one that was written before is replaced; or to `path`.
        Returns where. Raises as `pack`, and Refused where it cannot be written."""
        pack = self.pack(who, period, progress)
        content = pack_json(pack).encode() if form == "json" else _content(packs.document(pack), form)
        progress(STEPS)
        detail = {"period": period.code, "form": form}
        name = _("figures") + f"-{period.code}.{form}"
        return self._written(who, "report_printed", detail, content, path, name, overwrite)

    def shift(self, who: Who, day: date) -> Document:
        """What happened on a day, from midnight to midnight. Raises Forbidden; BadInput where it is to come."""
        who.must(Right.SHIFT_REPORT)
        with self._ground.reading(who) as session:
            return self._shift(session, who, day)

    def print_shift(
        self, who: Who, day: date, form: Form, path: Path | None = None, *, overwrite: bool = False
    ) -> Path:
        """Write the shift report, with the audit log's head as it is then. Raises as `shift` and `print_pack`."""
        who.must(Right.SHIFT_REPORT)
        if path is not None:
            refuse_place(path, self._ground.settings, overwrite=overwrite)
        with self._ground.writing(who) as session:
            # Noted first: the head on the paper is then that of this very printing.
            now = self._ground.clock.now()
            detail = {"day": day.isoformat(), "form": form}
            audit.note(session, self._ground.audit_key, now, who, "shift_report_printed", detail=detail)
            made = self._shift(session, who, day)
        content = _content(made, form)
        name = _("shift") + f"-{day.isoformat()}.{form}"
        if path is None:
            return put(self.folder, name, content)
        with aside(path, content, self._ground.settings, overwrite=overwrite) as place:
            place()
        return path

    def holds(self, who: Who, anchor: str) -> audit.Held:
        """Whether the audit log still holds what it held when a shift report with this head was printed. Raises
        Forbidden, BadInput."""
        who.must(Right.SHIFT_REPORT, Right.REPORT, Right.USERS)
        with self._ground.reading(who) as session:
            try:
                return audit.holds(session, self._ground.audit_key, anchor)
            except ValueError as wrong:
                sentence = _("Give the audit log's head as it is printed: a number, a hyphen, 16 letters and digits.")
                raise BadInput(Mistake("anchor", sentence)) from wrong

    @property
    def folder(self) -> Path:
        """Where reports are written: in the letters' folder."""
        return report_folder(self._ground.settings)

    def _written(
        self,
        who: Who,
        what: str,
        detail: Mapping[str, object],
        content: bytes,
        path: Path | None,
        name: str,
        overwrite: bool,
    ) -> Path:
        def note() -> None:
            with self._ground.writing(who) as session:
                audit.note(session, self._ground.audit_key, self._ground.clock.now(), who, what, detail=detail)

        if path is None:
            note()
            return put(self.folder, name, content)
        with aside(path, content, self._ground.settings, overwrite=overwrite) as place:
            note()
            place()
        return path

    def _shift(self, session: Session, who: Who, day: date) -> Document:
        settings, now = self._ground.settings, self._ground.clock.now()
        zone = settings.site.zone
        if day > day_in(now, zone):
            raise BadInput(Mistake("day", _("This day is still to come.")))
        begin, end = midnights(day, day, zone)
        until = min(end, now)
        today = end > now
        runs = today and is_running(settings.journal)
        found = shift.Day(
            day=day,
            made_at=now,
            alarms=stored.alarm_rows(session, begin, end),
            incidents=stored.incident_rows(session, begin, end),
            notes=_notes(session, begin, end),
            silent=self._silent(begin, until),
            locks=[
                shift.LockLine(
                    area=row.area,
                    begins_at=row.begins_at,
                    ends_at=row.lifted_at or row.ends_at,
                    lifted=row.lifted_at is not None,
                )
                for row in stored.locks(session, begin, end)
            ],
            headsups=[row for row in stored.headsups(session, begin, end) if who.sees_area(row.area)],
            tests=stored.button_test_rows(session, begin, end),
            shifts=stored.shifts(session, begin, end),
            told_from=reading.first_heard(session, settings),
            told=runs or reading.heard(session, settings, begin, end),
            deaf=today and bool(settings.panels) and not runs,
            anchor=audit.anchor(session),
        )
        return shift.document(found, settings.site.name, zone, settings.language)

    def _silent(self, begin: datetime, end: datetime) -> list[tuple[str, Span]]:
        """When this station's panels were silent."""
        settings = self._ground.settings
        if not settings.journal.exists():
            return []
        try:
            told = reading.health(settings, end)
        except StorageError:
            return []
        found = [(panel.name, span) for panel in settings.panels for span in spans(told, panel.name, begin, end)]
        return sorted(found, key=lambda each: each[1].begin.astimezone(UTC))


def _notes(session: Session, begin: datetime, end: datetime) -> list[shift.NoteLine]:
    rows = stored.notes(session, begin, end)
    readers = [row.read.user_id for row in rows if row.read is not None]
    names = people.initials(session, [*(row.written_by for row in rows), *readers])
    return [
        shift.NoteLine(
            at=row.written_at,
            by=names.get(row.written_by, ""),
            text=row.text,
            read_by="" if row.read is None else names.get(row.read.user_id, ""),
        )
        for row in rows
    ]


def _content(document: Document, form: Form) -> bytes:
    if form == "pdf":
        return paper(document)
    return (page(document) if form == "html" else document_json(document)).encode()
