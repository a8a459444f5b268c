"""Of what time anything is known: from before it, and of days to come, none is no figure. Pure.

Silence is never told as all is well: where no monitor had told anything yet, nobody knows that there was no alarm.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from guardroom.days import months_on
from guardroom.reports.publishing import Told
from guardroom.reports.small_numbers import Cell, ToldPart, ToldSplit

_BY_MONITORS = frozenset(
    (
        "real", "accidental", "tests", "open", "outcome", "room", "weekday", "hour", "month", "acknowledged",
        "on_scene",
    )
)  # fmt: skip
"""The counts and splits of alarms; people write down what the others count."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """The first days of which something is known: `alarms` by a monitor, None where none has told anything yet;
    `records` by those who write things down. `today` is the last."""

    alarms: date | None
    records: date
    today: date

    @property
    def first(self) -> date:
        """The first day of which anything is known."""
        return self.records if self.alarms is None else min(self.alarms, self.records)

    def covers(self, since: date | None, first: date, last: date) -> bool:
        """Whether something is known of these days by what is known since then: of some of them at least."""
        return since is not None and since <= last and first <= self.today


def as_far_as_known(told: Told, known: Known, *, heard: bool, heard_here: bool) -> Told:
    """The figures, with no nought where nothing is known. It says nothing new of what is withheld. `heard`: a monitor
    has told something of the period, `heard_here`: this station's own."""
    records = known.covers(known.records, told.period.first, told.period.last)

    def is_known(name: str) -> bool:
        return heard if name in _BY_MONITORS else records

    splits = {name: split if is_known(name) else _unknown(split) for name, split in told.splits.items()}
    splits["month"] = _months(splits["month"], known)
    several = {
        name: counts if records else {code: _cell(cell) for code, cell in counts.items()}
        for name, counts in told.several.items()
    }
    return replace(
        told,
        counts={name: cell if is_known(name) else _cell(cell) for name, cell in told.counts.items()},
        splits=splits,
        several=several,
        heard=heard,
        heard_here=heard_here,
    )


def _months(split: ToldSplit, known: Known) -> ToldSplit:
    """Months before anything was known, and those to come, whatever is told of the others."""
    parts = []
    for part in split.parts:
        first = date.fromisoformat(f"{part.code}-01")
        last = months_on(first, 1) - timedelta(days=1)
        empty = part.cell.count == 0 or part.cell.withheld == "hidden"
        unknown = empty and not known.covers(known.alarms, first, last)
        parts.append(replace(part, cell=Cell(None, "unknown")) if unknown else part)
    return replace(split, parts=tuple(parts))


def _unknown(split: ToldSplit) -> ToldSplit:
    return ToldSplit(_cell(split.total), _parts(split.parts))


def _parts(parts: Sequence[ToldPart]) -> tuple[ToldPart, ...]:
    return tuple(ToldPart(part.code, _cell(part.cell), _parts(part.parts)) for part in parts)


def _cell(cell: Cell) -> Cell:
    """What there was is told; that there was none is not known."""
    return Cell(None, "unknown") if cell.count == 0 else cell
