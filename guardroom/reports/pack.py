"""The half year's pack for the works committees (N1, N3, N8, N9, N13): words for the figures that may be told.

Up to three periods stand side by side: the one asked for, the one before it, and the same of the year before.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from guardroom.days import weekday, written, written_in
from guardroom.followups import words as followup_words
from guardroom.language import _, n_
from guardroom.reports import words
from guardroom.reports.document import HIDDEN, Document, Plot, Section, Table
from guardroom.reports.figures import ELSEWHERE, DrillDone, Place, Rules, Spread
from guardroom.reports.known import Known
from guardroom.reports.publishing import Told
from guardroom.reports.small_numbers import Cell, ToldSplit

KIND_OF_EJECTION = "ejections/"


@dataclass(frozen=True, slots=True, kw_only=True)
class Pack:
    """The figures of up to three periods, the one asked for first, with what is needed to say them. `area`: of this
    part of the house only, "" for all of it. `made_at`: when they were counted."""

    told: tuple[Told, ...]
    known: Known
    rules: Rules
    rooms: tuple[Place, ...]
    house: str
    municipality: str
    area: str
    made_at: datetime
    zone: ZoneInfo
    language: str


def document(pack: Pack) -> Document:
    """The pack in words."""
    now = pack.told[0]
    facts = [pack.municipality, pack.house]
    if pack.area:
        facts.append(_("Only {area}").format(area=pack.area))
    facts.append(_lasts(pack))
    facts.append(_("Counted {when}").format(when=written_in(pack.made_at, pack.zone)))
    facts += _unknown(pack)
    sections: tuple[Section, ...] = ()
    if not _nothing(pack):
        sections = (
            _main(pack), _alarms(pack), _answers(pack), _incidents(pack), _bans(pack), _repeats(pack),
            _duties(pack), _drills(pack), _equipment(pack),
        )  # fmt: skip
    return Document(
        title=_("Alarms and incidents, {period}").format(period=now.period.named()),
        language=pack.language,
        facts=tuple(fact for fact in facts if fact),
        # What there was none of is no table.
        sections=tuple(
            replace(section, tables=tuple(table for table in section.tables if table.rows)) for section in sections
        ),
        foot=_how_to_read(pack),
    )


def place(pack: Pack, code: str) -> str:
    """A room's name, or that it was none."""
    return next((room.name for room in pack.rooms if room.code == code), code) or _("elsewhere")


# Of what time they are


def _lasts(pack: Pack) -> str:
    """The days of the period, and that it is not over where it is not."""
    period, today = pack.told[0].period, pack.known.today
    first, last = written(period.first), written(period.last)
    if period.last < today:
        return f"{first} - {last}"
    return _("{first} - {last}, not over: counted until {day}").format(first=first, last=last, day=written(today))


def _unknown(pack: Pack) -> list[str]:
    """Sentences that say of what time nothing is known."""
    known, first = pack.known, min(told.period.first for told in pack.told)
    never = [_("Nothing is known of alarms and panels: no monitor has told anything yet.")]
    if _nothing(pack) and pack.told[0].period.last < known.first:
        wholly = _("Nothing is known of this half year: figures are kept from {day}.").format(day=written(known.first))
        return [wholly, *(never if known.alarms is None else [])]
    sentences = []
    if known.alarms is None:
        sentences = never
    elif known.alarms <= pack.told[0].period.last and not pack.told[0].heard:
        sentences = [_("No monitor has told anything of this half year: whether there were alarms is not known.")]
    if known.alarms == known.records and first < known.records:
        return [*sentences, _("Nothing is known before {day}.").format(day=written(known.records))]
    if known.alarms is not None and first < known.alarms:
        said = _("Nothing is known of alarms and panels before {day}: no monitor had told anything.")
        sentences.append(said.format(day=written(known.alarms)))
    if first < known.records:
        sentences.append(_("Nothing was written down here before {day}.").format(day=written(known.records)))
    return sentences


def _nothing(pack: Pack) -> bool:
    """Whether nothing at all is known of any of the periods."""
    return all(cell.withheld == "unknown" for told in pack.told for cell in told.counts.values())


# What is in each section


def _main(pack: Pack) -> Section:
    def number(cell: Callable[[Told], Cell]) -> tuple[str, ...]:
        return tuple(words.number(cell(told), pack.rules.fewer_than) for told in pack.told)

    def count(name: str) -> tuple[str, ...]:
        return number(lambda told: told.counts[name])

    def kind(code: str) -> tuple[str, ...]:
        return number(lambda told: told.splits["kind"].cells()[code])

    def time(name: str, which: Callable[[Spread], float | None]) -> tuple[str, ...]:
        return tuple(
            words.seconds(None if (spread := told.spreads[name]) is None else which(spread)) for told in pack.told
        )

    rows = (
        (_("Real alarms"), *count("real")),
        (_("Accidental presses"), *count("accidental")),
        (_("Press to acknowledged, median"), *time("acknowledged", lambda spread: spread.median)),
        (_("Press to at the room, median"), *time("on_scene", lambda spread: spread.median)),
        (_("Incidents"), *count("incidents")),
        (_("Ejections"), *kind("ejections")),
        (_("Ejected and escorted out"), *kind("ejections/ejected_escorted")),
        (_("Escorted out without being ejected"), *kind("escort_out")),
        (_("Bans decided"), *count("bans")),
        (_("Follow-ups due"), *count("follow_ups")),
        (_("Follow-ups overdue"), *number(lambda told: told.splits["follow_up"].cells()["overdue"])),
        (_("Drills held"), *(_whole(told, len(told.drills)) for told in pack.told)),
    )
    return Section(heading=_("The main figures"), tables=(_table(pack, _("The main figures"), rows),))


def _alarms(pack: Pack) -> Section:
    count = [told.counts for told in pack.told]
    apart = tuple(
        (label, *(words.number(each[name], pack.rules.fewer_than) for each in count))
        for name, label in (
            ("real", _("Real alarms")),
            ("accidental", _("Accidental presses")),
            ("tests", _("Tests that came as alarms")),
            ("open", _("Not closed yet: counted nowhere")),
        )
    )
    return Section(
        heading=_("Alarms"),
        sentences=(_("Drills are in none of these figures; they have a section of their own."),),
        tables=(
            _table(pack, _("Alarms, real and others"), apart),
            _split(pack, "outcome", _("Real alarms by outcome")),
            _rooms(pack),
            _split(pack, "weekday", _("Real alarms by day of the week"), drawn=True),
            _split(pack, "hour", _("Real alarms by hour"), drawn=True),
            _months(pack),
        ),
    )


def _answers(pack: Pack) -> Section:
    def times(name: str) -> tuple[tuple[str, ...], ...]:
        def row(label: str, which: Callable[[Spread], float | None]) -> tuple[str, ...]:
            found = (told.spreads[name] for told in pack.told)
            return (label, *(words.seconds(None if each is None else which(each)) for each in found))

        return (
            row(_("median"), lambda spread: spread.median),
            row(_("nine of ten within (p90)"), lambda spread: spread.p90),
            row(_("longest"), lambda spread: spread.worst),
        )

    sections: list[Table] = []
    for name, heading, aim in (
        ("acknowledged", _("From press to acknowledged"), pack.rules.acknowledge_s),
        ("on_scene", _("From press to at the room"), pack.rules.on_scene_s),
    ):
        wanted = _("The aim is {time}.").format(time=words.seconds(aim))
        shares = (_("share within the aim"), *(_share(told, name) for told in pack.told))
        rows = (*_rows(pack, name), shares, *times(name))
        sections.append(_table(pack, heading, rows, wanted))
    said = _("Times of fewer than {limit} alarms are not shown.").format(limit=pack.rules.fewer_than)
    return Section(heading=_("How soon somebody came"), sentences=(said,), tables=tuple(sections))


def _incidents(pack: Pack) -> Section:
    return Section(
        heading=_("Incidents"),
        tables=(
            _kinds(pack),
            _split(pack, "area", _("Incidents by part of the house")),
            _split(pack, "channel", _("How it came")),
            _split(pack, "police", _("The police called")),
            _several(pack, "behaviour", _("What was done")),
            _several(pack, "injured", _("Who was injured")),
        ),
    )


def _bans(pack: Pack) -> Section:
    lifted = (_("lifted early"), *(words.number(t.counts["bans_lifted"], pack.rules.fewer_than) for t in pack.told))
    return Section(
        heading=_("Bans"),
        tables=(
            _table(pack, _("Bans decided"), (*_rows(pack, "ban_new", total=True), lifted)),
            _split(pack, "ban", _("Bans decided, by kind")),
        ),
    )


def _repeats(pack: Pack) -> Section:
    rows = tuple(
        (
            place(pack, each.room),
            weekday(each.when) if each.kind == "weekday" else words.hours(each.when),
        )
        for each in pack.told[0].repeats
    )
    said = _("The same room at the same time, {limit} real alarms or more. Nobody is counted here: rooms and times.")
    none = _("No room had so many at the same time.")
    table = Table(heading=_("What comes again"), heads=(_("Room"), _("Time")), rows=rows)
    return Section(
        heading=_("What comes again"),
        sentences=(said.format(limit=pack.rules.fewer_than), *(() if rows or not pack.told[0].heard else (none,))),
        tables=(table,) if rows else (),
    )


def _duties(pack: Pack) -> Section:
    late = pack.told[0].overdue
    said = []
    if late:
        kinds = ", ".join(followup_words.kind(code) for code in late)
        said.append(_("Overdue {limit} times or more: {kinds}.").format(limit=pack.rules.fewer_than, kinds=kinds))
    return Section(
        heading=_("What had to be done"),
        sentences=tuple(said),
        tables=(
            _split(pack, "follow_up", _("Follow-ups that were due in the period"), total=True),
            _split(pack, "root_cause", _("Incidents to be looked into: why it happened"), total=True),
        ),
    )


def _drills(pack: Pack) -> Section:
    rows = tuple(_drill(pack, drill) for drill in pack.told[0].drills)
    counts = ((_("Drills held"), *(_whole(told, len(told.drills)) for told in pack.told)),)
    heads = (
        _("Day"), _("Room"), _("Acknowledged"), _("At the room"), _("Evaluated"), _("Improvements made"),
    )  # fmt: skip
    tables = [_table(pack, _("Drills held"), counts)]
    if rows:
        tables.append(Table(heading=_("The drills"), heads=heads, rows=rows))
    return Section(heading=_("Drills"), tables=tuple(tables))


def _drill(pack: Pack, drill: DrillDone) -> tuple[str, ...]:
    def said(measured: float | None, met: bool | None) -> str:
        if met is None:
            return words.seconds(measured)
        mark = _("within the aim") if met else _("later than the aim")
        return f"{words.seconds(measured)} ({mark})"

    return (
        written(drill.day) + (" " + _("(stopped)") if drill.stopped else ""),
        place(pack, drill.room),
        said(drill.acknowledged_s, drill.acknowledged_in_time),
        said(drill.on_scene_s, drill.on_scene_in_time),
        _("yes") if drill.evaluated else _("no"),
        _("{made} of {count}").format(made=drill.improved, count=drill.improvements),
    )


def _equipment(pack: Pack) -> Section:
    now = pack.told[0]
    rows = (
        (_("Buttons tested"), *(_whole(told, told.tests.count) for told in pack.told)),
        (_("of these failed"), *(_whole(told, told.tests.failed) for told in pack.told)),
        (
            _("rooms without a test that worked"),
            *(_whole(told, len(told.tests.rooms_without) if told.heard else 0) for told in pack.told),
        ),
    )
    tables = [_table(pack, _("Tests of buttons"), rows)]
    said = []
    if now.heard and (missing := now.tests.rooms_without):
        names = ", ".join(place(pack, code) for code in missing)
        said.append(_("No test that worked in the period: {rooms}.").format(rooms=names))
    if now.silences is not None:
        lost = tuple(
            (
                each.panel,
                n_("{count} time", "{count} times", each.times).format(count=each.times),
                words.lasting(each.seconds),
                words.lasting(each.longest_s),
            )
            if now.heard_here or each.times
            else (each.panel, "-", "-", "-")
            for each in now.silences
        )
        heads = (_("Panel"), _("Silent"), _("Together"), _("Longest"))
        note = _("As this station's monitor told it: when it did not run is not recorded.")
        tables.append(Table(heading=_("Panels that were silent, at this station"), heads=heads, rows=lost, note=note))
    return Section(heading=_("Buttons and panels"), sentences=tuple(said), tables=tuple(tables))


def _how_to_read(pack: Pack) -> str:
    return _(
        "Counts of 1 to {most} are shown as “fewer than {limit}”. Where one could be worked out from a total, another "
        "count is shown as “{limit} or more”, or the parts are not shown. “-” stands where nothing is known, or "
        "nothing was measured. There is no name, no text and no case number in this report."
    ).format(most=pack.rules.fewer_than - 1, limit=pack.rules.fewer_than)


# Tables


def _table(pack: Pack, heading: str, rows: Sequence[tuple[str, ...]], note: str = "") -> Table:
    heads = ("", *(told.period.named() for told in pack.told))
    return Table(heading=heading, heads=heads, rows=tuple(rows), note=note)


def _rows(pack: Pack, name: str, *, total: bool = False) -> list[tuple[str, ...]]:
    """A row for each part that there was in one of the periods; `total`: all of them first."""
    cells = [told.splits[name].cells() for told in pack.told]
    rows = [
        (words.part(name, code), *_numbers(pack, code, cells))
        for code in dict.fromkeys(code for each in cells for code in each)
        if _is_told(code, cells)
    ]
    if total:
        rows.insert(0, (_("all"), *(words.number(t.splits[name].total, pack.rules.fewer_than) for t in pack.told)))
    return rows


def _numbers(pack: Pack, code: str, cells: Sequence[Mapping[str, Cell]]) -> tuple[str, ...]:
    return tuple(words.number(each.get(code, Cell(0)), pack.rules.fewer_than) for each in cells)


def _is_told(code: str, cells: Sequence[Mapping[str, Cell]]) -> bool:
    """Whether there is more to tell of it than that there was none, or that nothing is known."""
    found = (each.get(code, Cell(0)) for each in cells)
    return any(cell.count != 0 and cell.withheld != "unknown" for cell in found)


def _split(pack: Pack, name: str, heading: str, *, total: bool = False, drawn: bool = False) -> Table:
    rows = _areas(pack) if name == "area" else _rows(pack, name, total=total)
    plot = None
    if drawn:
        codes = tuple(part.code for part in pack.told[0].splits[name].parts)
        plot = _plot(pack, name, {code: words.part(name, code) for code in codes})
    return Table(heading=heading, heads=_table(pack, heading, ()).heads, rows=tuple(rows), plot=plot)


def _areas(pack: Pack) -> list[tuple[str, ...]]:
    cells = [told.splits["area"].cells() for told in pack.told]
    return [
        (code or _("no part of the house"), *_numbers(pack, code, cells))
        for code in dict.fromkeys(code for each in cells for code in each)
        if _is_told(code, cells)
    ]


def _months(pack: Pack) -> Table:
    """Months of the period beside the same of the others: by their place in it."""
    parts = [told.splits["month"].parts for told in pack.told]
    rows = []
    for at, part in enumerate(parts[0]):
        cells = [each[at].cell if at < len(each) else Cell(0) for each in parts]
        rows.append((words.month(part.code), *(words.number(cell, pack.rules.fewer_than) for cell in cells)))
    note = _("The half year before is another season: its first month stands beside the first one here.")
    heads = _table(pack, "", ()).heads
    return Table(heading=_("Real alarms by month"), heads=heads, rows=tuple(rows), note=note)


def _rooms(pack: Pack) -> Table:
    cells = [told.splits["room"].cells() for told in pack.told]
    blocks = {room.block for room in pack.rooms}
    rows: list[tuple[str, ...]] = []
    drawn: dict[str, str] = {}
    for code in dict.fromkeys(code for each in cells for code in each):
        if code in blocks and code:
            rows.append((code, *_numbers(pack, code, cells)))
        elif code != ELSEWHERE or _is_told(code, cells):
            block, _slash, room = code.rpartition("/")
            name = place(pack, room)
            rows.append(("  " * bool(block) + name, *_numbers(pack, code, cells)))
            if code != ELSEWHERE or _is_told(code, [cells[0], cells[-1]]):
                drawn[code] = name
    heads = _table(pack, "", ()).heads
    return Table(
        heading=_("Real alarms by part of the house and room"),
        heads=heads,
        rows=tuple(rows),
        plot=_plot(pack, "room", drawn),
    )


def _kinds(pack: Pack) -> Table:
    cells = [told.splits["kind"].cells() for told in pack.told]
    rows: list[tuple[str, ...]] = []
    drawn: dict[str, str] = {}
    for code in dict.fromkeys(code for each in cells for code in each):
        if not _is_told(code, cells):
            continue
        name = words.part("kind", code.removeprefix(KIND_OF_EJECTION))
        rows.append(("  " * code.startswith(KIND_OF_EJECTION) + name, *_numbers(pack, code, cells)))
        if not code.startswith(KIND_OF_EJECTION):
            drawn[code] = name
    return Table(
        heading=_("Incidents by kind"),
        heads=_table(pack, "", ()).heads,
        rows=tuple(rows),
        plot=_plot(pack, "kind", drawn),
    )


def _several(pack: Pack, name: str, heading: str) -> Table:
    cells = [told.several[name] for told in pack.told]
    codes = dict.fromkeys(code for each in cells for code in each)
    rows = tuple((words.several(name, code), *_numbers(pack, code, cells)) for code in codes if _is_told(code, cells))
    note = _("One incident may count in several rows.")
    return _table(pack, heading, rows, note)


def _plot(pack: Pack, name: str, labels: Mapping[str, str]) -> Plot | None:
    """Bars of the period and of the last one beside it: the same a year before, where that is told. Of what nothing is
    known there is no drawing."""
    shown = [told for told in (pack.told[0], pack.told[-1]) if _is_known(told.splits[name])]
    cells = [told.splits[name].cells() for told in shown]
    if not labels or pack.told[0] not in shown:
        return None
    return Plot(
        labels=tuple(labels.values()),
        series=tuple(told.period.named() for told in shown),
        values=tuple(tuple(_value(each.get(code, Cell(0))) for code in labels) for each in cells),
        marks=tuple(tuple(_mark(each.get(code, Cell(0)), pack.rules.fewer_than) for code in labels) for each in cells),
    )


def _is_known(split: ToldSplit) -> bool:
    return any(cell.withheld != "unknown" for cell in split.cells().values())


def _value(cell: Cell) -> int | None:
    """The length of a bar; None where it is withheld."""
    return 0 if cell.withheld == "unknown" else cell.count


def _mark(cell: Cell, fewer_than: int) -> str:
    """What is written at a bar, in two signs."""
    if cell.count is not None:
        return str(cell.count)
    return {"few": f"<{fewer_than}", "held": f"≥{fewer_than}", "unknown": "-"}.get(cell.withheld, HIDDEN)


def _whole(told: Told, count: int) -> str:
    """A count of what monitors told that is never withheld; "-" where none had told anything yet."""
    return str(count) if count or told.heard else "-"


def _share(told: Told, name: str) -> str:
    """How many of a hundred were within the aim; only where it says nothing of a small number."""
    split = told.splits[name]
    within, whole = split.cells()["in_time"].count, split.total.count
    if within is None or not whole or any(cell.withheld for cell in split.cells().values()):
        return "-"
    return f"{round(100 * within / whole)} %"
