"""What of the figures may be told: small numbers are withheld, and times of too few alarms. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from guardroom.reports.figures import ELSEWHERE, DrillDone, Figures, Silence, Spread, Tests
from guardroom.reports.period import Period
from guardroom.reports.small_numbers import Cell, ToldSplit, alone, told


@dataclass(frozen=True, slots=True, order=True)
class Repeat:
    """Alarms of one room that came again and again at the same time: `kind` is "weekday" or "hour", `when` its code."""

    room: str
    kind: str
    when: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """The figures of a period as they may be told; as `Figures`. A spread is None where too few alarms have the time.

    `repeats` and `overdue` name what there are so many of that it is no small number, never how many.
    """

    period: Period
    counts: Mapping[str, Cell]
    splits: Mapping[str, ToldSplit]
    several: Mapping[str, Mapping[str, Cell]]
    spreads: Mapping[str, Spread | None]
    repeats: tuple[Repeat, ...]
    overdue: tuple[str, ...]
    drills: tuple[DrillDone, ...]
    tests: Tests
    silences: tuple[Silence, ...] | None


def publish(found: Figures, fewer_than: int) -> Told:
    """What may be told of them. Counts below `fewer_than` may not."""
    splits = {name: told(split, fewer_than) for name, split in found.splits.items()}
    return Told(
        period=found.period,
        counts={name: alone(count, fewer_than) for name, count in found.counts.items()},
        splits=splits,
        several={
            name: {code: alone(count, fewer_than) for code, count in counts.items()}
            for name, counts in found.several.items()
        },
        spreads={
            name: spread if spread is not None and spread.count >= fewer_than else None
            for name, spread in found.spreads.items()
        },
        repeats=_repeats(found, splits, fewer_than),
        overdue=tuple(sorted(kind for kind, count in found.overdue.items() if count >= fewer_than)),
        drills=found.drills,
        tests=found.tests,
        silences=found.silences,
    )


def _repeats(found: Figures, splits: Mapping[str, ToldSplit], fewer_than: int) -> tuple[Repeat, ...]:
    """Pairs that are no small number. Only of rooms and times of which it is told anyway that they are none: so that
    it says nothing new of what is withheld."""
    rooms = {code.rpartition("/")[2]: cell for code, cell in splits["room"].cells().items()}
    return tuple(
        sorted(
            Repeat(room, kind, when)
            for (_first, kind), counts in found.pairs.items()
            for (room, when), count in counts.items()
            if count >= fewer_than
            and room != ELSEWHERE
            and rooms[room].withheld in ("", "held")
            and splits[kind].cells()[when].withheld in ("", "held")
        )
    )
