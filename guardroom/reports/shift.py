"""What happened in one day, for those who were there and those who come after: guards' own words among it.

At its end stands the head of the audit log's chain: on paper, where nobody who changes the log can change it too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from db.alarm_tables import AlarmRow, ShiftRow
from db.drill_tables import ButtonTestRow
from db.headsup_tables import HeadsUpRow
from db.incident_tables import IncidentRow
from guardroom.alarms import words as alarm_words
from guardroom.days import written, written_in
from guardroom.headsups import words as headsup_words
from guardroom.headsups.rows import written_number as headsup_number
from guardroom.incidents import words as incident_words
from guardroom.incidents.number import written_number as incident_number
from guardroom.incidents.sheet import response
from guardroom.language import _
from guardroom.people.cpr import without_cpr
from guardroom.reports import words
from guardroom.reports.document import Document, Section, Table
from guardroom.reports.silence import Span
from guardroom.text import one_line


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteLine:
    """A handover note; `by` and `read_by` are initials."""

    at: datetime
    by: str
    text: str
    read_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LockLine:
    """Doors that were locked; `area` is "" for the whole house, `lifted`: opened again before the time."""

    area: str
    begins_at: datetime
    ends_at: datetime
    lifted: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """Everything of one day. `silent`: when panels were, with their names. `told`: a monitor has told something of the
    day; `told_from`: the first moment at all of which one has. `deaf`: the day is today's, and nobody listens to this
    station's panels now. `anchor` is the head of the audit chain."""

    day: date
    made_at: datetime
    alarms: Sequence[AlarmRow]
    incidents: Sequence[IncidentRow]
    notes: Sequence[NoteLine]
    silent: Sequence[tuple[str, Span]]
    locks: Sequence[LockLine]
    headsups: Sequence[HeadsUpRow]
    tests: Sequence[ButtonTestRow]
    shifts: Sequence[ShiftRow]
    told: bool
    told_from: datetime | None
    deaf: bool
    anchor: str


def document(found: Day, house: str, zone: ZoneInfo, language: str) -> Document:
    """The day in words."""

    def clock(at: datetime) -> str:
        local = at.astimezone(zone)
        return f"{local:%H:%M:%S}" if local.date() == found.day else f"{local:%d-%m %H:%M}"

    def minute(at: datetime) -> str:
        local = at.astimezone(zone)
        return f"{local:%H:%M}" if local.date() == found.day else f"{local:%d-%m %H:%M}"

    def until(span: Span) -> str:
        if not span.lasting:
            return minute(span.end)
        return _("still silent") if span.end == found.made_at else _("after midnight")

    on_duty = _section(
        _("On duty"),
        (_("From"), _("Station"), _("Who")),
        ((minute(row.since), row.station, ", ".join(row.people) or "-") for row in found.shifts),
    )
    alarms = _section(
        _("Alarms"),
        (_("Pressed"), _("Where"), _("Acknowledged"), _("Outcome")),
        (_alarm(row, clock) for row in found.alarms),
    )
    done = _section(
        _("What was done"),
        (_("Time"), _("Where"), _("What"), _("Who")),
        (
            (clock(each.at), row.place, each.said, each.by)
            for row in found.alarms
            for each in response(row, initials=True)
        ),
    )
    incidents = _section(
        _("Incidents"),
        (_("Number"), _("Time"), _("Kind"), _("Where")),
        (
            (incident_number(row.number), minute(row.happened_at), incident_words.kind(row.kind), row.place)
            for row in found.incidents
        ),
    )
    notes = _section(
        _("Notes to the next shift"),
        (_("Time"), _("Who"), _("Note"), _("Read by")),
        (
            (minute(note.at), note.by, one_line(without_cpr(note.text), 500), note.read_by or "-")
            for note in found.notes
        ),
    )
    silent = _section(
        _("Panels that were silent"),
        (_("Panel"), _("From"), _("Until"), _("Lasted")),
        ((panel, minute(span.begin), until(span), words.seconds(span.seconds)) for panel, span in found.silent),
    )
    locks = _section(
        _("Doors locked"),
        (_("Part of the house"), _("From"), _("Until")),
        (
            (
                lock.area or _("the whole house"),
                minute(lock.begins_at),
                minute(lock.ends_at) + (" " + _("(opened early)") if lock.lifted else ""),
            )
            for lock in found.locks
        ),
    )
    headsups = _section(
        _("Heads-ups"),
        (_("Number"), _("Time"), _("Where"), _("The guards"), _("Over")),
        (
            (
                headsup_number(row.id),
                minute(row.begins),
                row.place,
                headsup_words.posture(row.posture),
                "-" if row.over_at is None else minute(row.over_at),
            )
            for row in found.headsups
        ),
    )
    tests = _section(
        _("Tests of buttons"),
        (_("Time"), _("Room"), _("Who"), _("Result")),
        ((minute(row.at), row.room_id, row.by, _("works") if row.worked else _("FAILED")) for row in found.tests),
    )
    by_monitors = (on_duty, alarms, done, silent, tests)
    by_people = (incidents, notes, locks, headsups)
    sections = (on_duty, alarms, done, incidents, notes, silent, locks, headsups, tests)
    return Document(
        title=_("Shift report {day}").format(day=written(found.day)),
        language=language,
        facts=(
            house,
            _("Printed {when}.").format(when=written_in(found.made_at, zone)),
            *_missing(found, by_monitors, by_people, zone),
        ),
        sections=tuple(section for section in sections if section.tables),
        foot=""
        if not found.anchor
        else _(
            "Audit log at the time of printing: {anchor}. Kept on paper, it shows whether the log was changed later: "
            "guardroom report --anchor {anchor}"
        ).format(anchor=found.anchor),
    )


def _missing(found: Day, by_monitors: Sequence[Section], by_people: Sequence[Section], zone: ZoneInfo) -> list[str]:
    """Sentences of what the report has none of. What no monitor has told is not known: that is not the same as none."""
    said = [_("No monitor runs: alarms are not received here.")] if found.deaf else []
    told = found.told or any(section.tables for section in by_monitors)
    if not told and not any(section.tables for section in by_people):
        return [
            *said,
            _("No monitor has told anything of this day: nothing happened, or none ran; which is not recorded."),
        ]
    if not told:
        said.append(_("No monitor has told anything of this day: whether there were alarms is not known."))
    elif found.told_from is not None and (first := found.told_from.astimezone(zone)).date() == found.day:
        before = _("Nothing is known of alarms and panels before {time}: no monitor had told anything.")
        said.append(before.format(time=f"{first:%H:%M}"))
    if told and (without := _empty(by_monitors)):
        said.append(
            _("The monitor told of none of these: {what}. When it did not run is not recorded.").format(what=without)
        )
    if without := _empty(by_people):
        said.append(_("Nothing was written down: {what}.").format(what=without))
    return said


def _empty(sections: Iterable[Section]) -> str:
    return ", ".join(section.heading for section in sections if not section.tables).lower()


def _section(heading: str, heads: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> Section:
    made = tuple(rows)
    tables = (Table(heading=heading, heads=heads, rows=made),) if made else ()
    return Section(heading=heading, tables=tables)


def _alarm(row: AlarmRow, clock: Callable[[datetime], str]) -> tuple[str, ...]:
    after = words.seconds(row.acknowledged_s)
    acknowledged = f"{row.acknowledged_by} ({after})" if row.acknowledged_by else after
    # What is not over yet is an alarm like any other, to whoever asks.
    outcome = alarm_words.outcome(row.outcome) or alarm_words.state(row.state)
    if row.closed_at is not None and row.mode == "drill":
        outcome = _("Drill")
    return clock(row.pressed_at), row.place, acknowledged, outcome
