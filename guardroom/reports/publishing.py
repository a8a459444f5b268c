"""What of the figures may be told: small numbers are withheld, and times of too few alarms. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace

from guardroom.reports.figures import ELSEWHERE, DrillDone, Figures, Silence, Spread, Tests
from guardroom.reports.period import Period
from guardroom.reports.small_numbers import Cell, ToldSplit, alone, told, without_parts


@dataclass(frozen=True, slots=True, order=True)
class Repeat:
    """Alarms of one room that came again and again at the same time: `kind` is "weekday" or "hour", `when` its code."""

    room: str
    kind: str
    when: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """The figures of a period as they may be told; as `Figures`. A spread is None where too few alarms have the time,
    and says less where a part of what it is held against is withheld.

    `repeats` and `overdue` name what there are so many of that it is no small number, never how many. `heard`: a
    monitor has told something of the period, `heard_here`: this station's own.
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
    heard: bool = True
    heard_here: bool = True


def publish(found: Figures, fewer_than: int) -> Told:
    """What may be told of them. Counts below `fewer_than` may not."""
    splits = {name: told(split, fewer_than) for name, split in found.splits.items()}
    spreads: dict[str, Spread | None] = {}
    for name, spread in found.spreads.items():
        if spread is None or spread.count < fewer_than:
            spreads[name] = None
        elif any(cell.withheld for cell in splits[name].cells().values()):
            # Held beside the aim, the longest time and that of nine in ten tell how many were late: neither these are
            # told then nor how many were in time. What remains is the time of half of them.
            spreads[name] = replace(spread, p90=None, worst=None)
            splits[name] = without_parts(found.splits[name], fewer_than)
        else:
            spreads[name] = spread
    return Told(
        period=found.period,
        counts={name: alone(count, fewer_than) for name, count in found.counts.items()},
        splits=splits,
        several={
            name: {code: alone(count, fewer_than) for code, count in counts.items()}
            for name, counts in found.several.items()
        },
        spreads=spreads,
        repeats=_repeats(found, splits, fewer_than),
        overdue=_overdue(found, splits["follow_up"], fewer_than),
        drills=found.drills,
        tests=found.tests,
        silences=found.silences,
    )


def _repeats(found: Figures, splits: Mapping[str, ToldSplit], fewer_than: int) -> tuple[Repeat, ...]:
    """Pairs that are no small number. Only of rooms and times of which it is told anyway that they are none: so that
    it says nothing new of what is withheld."""
    rooms = {code.rpartition("/")[2]: cell for code, cell in splits["room"].cells().items()}
    repeats = [
        Repeat(room, kind, when)
        for (_first, kind), counts in found.pairs.items()
        for (room, when), count in counts.items()
        if count >= fewer_than
        and room != ELSEWHERE
        and rooms[room].withheld in ("", "held")
        and splits[kind].cells()[when].withheld in ("", "held")
    ]
    # Two of a number that is held back would say that it is twice as large, and so what is small beside it.
    of_room = Counter((each.room, each.kind) for each in repeats)
    of_time = Counter((each.kind, each.when) for each in repeats)
    return tuple(
        sorted(
            each
            for each in repeats
            if (not rooms[each.room].withheld or of_room[each.room, each.kind] == 1)
            and (not splits[each.kind].cells()[each.when].withheld or of_time[each.kind, each.when] == 1)
        )
    )


def _overdue(found: Figures, follow_ups: ToldSplit, fewer_than: int) -> tuple[str, ...]:
    """Kinds of which no small number is overdue; only where it is told how many are in all, as
    two kinds would say how many there are at least."""
    if follow_ups.cells()["overdue"].withheld:
        return ()
    return tuple(sorted(kind for kind, count in found.overdue.items() if count >= fewer_than))
