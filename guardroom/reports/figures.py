"""From facts to figures: what is counted of a period. Pure; `publishing` decides what of it may be told.

Alarms that are open count nowhere: what mode they are is told to nobody before they are over. Drills and tests are in
no figure of alarms.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from math import ceil
from statistics import median
from typing import cast
from zoneinfo import ZoneInfo

from db.report_facts import AlarmFact, BanFact, ButtonTestFact, DrillFact, FollowUpFact, IncidentFact
from guardroom.bans.kinds import KINDS as BAN_KINDS
from guardroom.incidents.kinds import BEHAVIOURS, CHANNELS, EJECTIONS, INJURED, KINDS, POLICE
from guardroom.reports.period import Period
from guardroom.reports.small_numbers import Part, Split

OUTCOMES: tuple[str, ...] = (
    "escorted_out", "left_by_themselves", "ejected_not_escorted", "handed_to_police", "other",
)  # fmt: skip
HOURS: tuple[tuple[int, int], ...] = ((0, 8), (8, 10), (10, 12), (12, 14), (14, 16), (16, 24))
"""The parts of a day: by the single hour most would be too small to be told."""
WEEKDAYS: tuple[str, ...] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
ELSEWHERE = ""
"""The code of every place that is no room, and of every part of the house that is none, of the configuration."""
_NINE_TENTHS = 0.9


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A room of the configuration; `button`: a panel hears one in it."""

    code: str
    name: str
    block: str = ""
    button: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """What the town hall wants: aims in seconds after the press; `fewer_than`: counts below it are not told."""

    acknowledge_s: int
    on_scene_s: int
    fewer_than: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Silence:
    """How often a panel was silent, for how long together, and the longest of them, in seconds."""

    panel: str
    times: int
    seconds: float
    longest_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What happened in a period, of those parts of the house that the asker sees. `now` decides what is overdue."""

    period: Period
    now: datetime
    zone: ZoneInfo
    rooms: tuple[Place, ...]
    alarms: Sequence[AlarmFact] = ()
    incidents: Sequence[IncidentFact] = ()
    bans: Sequence[BanFact] = ()
    follow_ups: Sequence[FollowUpFact] = ()
    drills: Sequence[DrillFact] = ()
    tests: Sequence[ButtonTestFact] = ()
    silences: tuple[Silence, ...] | None = None
    """None where this station has no panels."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Spread:
    """So many seconds: half of the times are no longer, nine tenths are, the longest. `count`: of so many. The last two
    are None where they are not told."""

    count: int
    median: float
    p90: float | None
    worst: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DrillDone:
    """A drill that was held. `acknowledged` and `on_scene`: seconds and whether within its aim, None each where it did
    not happen or nothing was wanted."""

    day: date
    room: str
    stopped: bool
    acknowledged_s: float | None
    acknowledged_in_time: bool | None
    on_scene_s: float | None
    on_scene_in_time: bool | None
    evaluated: bool
    improvements: int
    improved: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Tests:
    """The tests of buttons: how many, how many failed, and the rooms that have a button and had no test that worked."""

    count: int
    failed: int
    rooms_without: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """Everything that is counted of a period. `counts` stand alone; each of `splits` adds up; `several` are counts of
    things of which one incident may have several, which do not. `pairs` count alarms by room and something else."""

    period: Period
    counts: Mapping[str, int]
    splits: Mapping[str, Split]
    several: Mapping[str, Mapping[str, int]]
    spreads: Mapping[str, Spread | None]
    pairs: Mapping[tuple[str, str], Mapping[tuple[str, str], int]]
    overdue: Mapping[str, int]
    drills: tuple[DrillDone, ...]
    tests: Tests
    silences: tuple[Silence, ...] | None


def figures(facts: Facts, rules: Rules) -> Figures:
    """Count everything."""
    over = [alarm for alarm in facts.alarms if alarm.closed and alarm.mode == "real"]
    real = [alarm for alarm in over if alarm.outcome != "accidental"]
    blocks = tuple(dict.fromkeys(room.block for room in facts.rooms if room.block))
    of_room = _placing(facts.rooms)
    due = [_met(each, facts) for each in facts.follow_ups]
    root = [state for each, state in zip(facts.follow_ups, due, strict=True) if each.kind == "root_cause"]
    decided = [ban for ban in facts.bans if ban.decided_at is not None and _in(facts, ban.decided_at)]
    return Figures(
        period=facts.period,
        counts={
            "real": len(real),
            "accidental": len(over) - len(real),
            "tests": sum(alarm.mode == "test" for alarm in facts.alarms),
            "open": sum(not alarm.closed for alarm in facts.alarms),
            "incidents": len(facts.incidents),
            "bans": len(decided),
            "bans_lifted": sum(
                ban.lifted_on is not None and facts.period.first <= ban.lifted_on <= facts.period.last
                for ban in facts.bans
            ),
            "follow_ups": len(due),
        },
        splits={
            "outcome": _split((a.outcome if a.outcome in OUTCOMES else "other" for a in real), OUTCOMES),
            "room": _by_room(Counter(of_room(alarm.room) for alarm in real), facts.rooms, blocks),
            "weekday": _split((WEEKDAYS[_local(a.pressed_at, facts).weekday()] for a in real), WEEKDAYS),
            "hour": _split((_hours(_local(a.pressed_at, facts)) for a in real), tuple(_code(each) for each in HOURS)),
            "month": _split((f"{_local(a.pressed_at, facts):%Y-%m}" for a in real), _months(facts.period)),
            "acknowledged": _within([a.acknowledged_s for a in real], rules.acknowledge_s),
            "on_scene": _within([a.on_scene_s for a in real], rules.on_scene_s),
            "kind": _kinds(facts.incidents),
            "area": _split(
                (each.area if each.area in blocks else ELSEWHERE for each in facts.incidents), (*blocks, ELSEWHERE)
            ),
            "police": _split((each.police for each in facts.incidents), POLICE),
            "channel": _split((each.channel for each in facts.incidents), CHANNELS),
            "ban": _split((ban.kind for ban in decided), BAN_KINDS),
            "ban_new": _split(("extended" if ban.extends else "new" for ban in decided), ("new", "extended")),
            "follow_up": _split(due, ("in_time", "late", "overdue", "waiting", "not_done")),
            "root_cause": _split(
                ("done" if state in ("in_time", "late") else "not" for state in root), ("done", "not")
            ),
        },
        several={
            "behaviour": _several((each.behaviours for each in facts.incidents), BEHAVIOURS),
            "injured": _several((each.injured for each in facts.incidents), INJURED),
        },
        spreads={
            "acknowledged": _spread(a.acknowledged_s for a in real),
            "on_scene": _spread(a.on_scene_s for a in real),
        },
        pairs={
            ("room", "weekday"): Counter(
                (of_room(a.room), WEEKDAYS[_local(a.pressed_at, facts).weekday()]) for a in real
            ),
            ("room", "hour"): Counter((of_room(a.room), _hours(_local(a.pressed_at, facts))) for a in real),
        },
        overdue=Counter(each.kind for each, state in zip(facts.follow_ups, due, strict=True) if state == "overdue"),
        drills=tuple(_drill(each, facts) for each in facts.drills),
        tests=_tests(facts),
        silences=facts.silences,
    )


def _in(facts: Facts, moment: datetime) -> bool:
    return facts.period.first <= _local(moment, facts).date() <= facts.period.last


def _local(moment: datetime, facts: Facts) -> datetime:
    return moment.astimezone(facts.zone)


def _placing(rooms: Iterable[Place]) -> Callable[[str | None], str]:
    known = {room.code for room in rooms}
    return lambda room: room if room is not None and room in known else ELSEWHERE


def _split(codes: Iterable[str], known: Sequence[str]) -> Split:
    """How many there are of each known code; one that is not known is counted under its own."""
    found = Counter(codes)
    order = (*known, *sorted(set(found) - set(known)))
    return Split(found.total(), tuple(Part(code, found[code]) for code in order))


def _several(codes: Iterable[tuple[str, ...]], known: Sequence[str]) -> Mapping[str, int]:
    found = Counter(code for each in codes for code in set(each))
    return {code: found[code] for code in known}


def _by_room(found: Mapping[str, int], rooms: Sequence[Place], blocks: Sequence[str]) -> Split:
    """By part of the house, and in it by room."""
    parts = []
    for block in blocks:
        inside = tuple(Part(room.code, found.get(room.code, 0)) for room in rooms if room.block == block)
        parts.append(Part(block, sum(part.count for part in inside), inside))
    parts += [Part(room.code, found.get(room.code, 0)) for room in rooms if not room.block]
    parts.append(Part(ELSEWHERE, found.get(ELSEWHERE, 0)))
    return Split(sum(part.count for part in parts), tuple(parts))


def _kinds(incidents: Iterable[IncidentFact]) -> Split:
    """By kind; the ejections together, and each kind of them in that."""
    found = Counter(each.kind for each in incidents)
    inside = tuple(Part(kind, found[kind]) for kind in KINDS if kind in EJECTIONS)
    others = (*(kind for kind in KINDS if kind not in EJECTIONS), *sorted(set(found) - set(KINDS)))
    ejections = Part("ejections", sum(part.count for part in inside), inside)
    return Split(found.total(), (ejections, *(Part(kind, found[kind]) for kind in others)))


def _within(times: Sequence[float | None], aim: int) -> Split:
    codes = ("never" if each is None else "in_time" if each <= aim else "late" for each in times)
    return _split(codes, ("in_time", "late", "never"))


def _spread(times: Iterable[float | None]) -> Spread | None:
    found = sorted(each for each in times if each is not None)
    if not found:
        return None
    # The nearest rank: a time that there was.
    p90 = found[ceil(_NINE_TENTHS * len(found)) - 1]
    return Spread(count=len(found), median=median(found), p90=p90, worst=found[-1])


def _hours(local: datetime) -> str:
    return next(_code(each) for each in HOURS if each[0] <= local.hour < each[1])


def _code(hours: tuple[int, int]) -> str:
    return f"{hours[0]:02d}-{hours[1]:02d}"


def _months(period: Period) -> tuple[str, ...]:
    first, last = (day.year * 12 + day.month - 1 for day in (period.first, period.last))
    return tuple(f"{month // 12}-{month % 12 + 1:02d}" for month in range(first, last + 1))


def _met(each: FollowUpFact, facts: Facts) -> str:
    """How a follow-up stands: by when it was closed, or by the day that was given where that is earlier."""
    if each.closed_at is None:
        return "overdue" if each.due_at < facts.now else "waiting"
    if each.state != "done":
        return "not_done"
    on_the_day = each.done_on is not None and each.done_on <= _local(each.due_at, facts).date()
    return "in_time" if on_the_day or each.closed_at <= each.due_at else "late"


def _drill(each: DrillFact, facts: Facts) -> DrillDone:
    wanted = cast("dict[str, int]", json.loads(each.aims))

    def in_time(code: str, measured: float | None) -> bool | None:
        return None if measured is None or code not in wanted else measured <= wanted[code]

    return DrillDone(
        day=_local(each.began_at, facts).date(),
        room=_placing(facts.rooms)(each.room),
        stopped=each.why == "stopped",
        acknowledged_s=each.acknowledged_s,
        acknowledged_in_time=in_time("acknowledged", each.acknowledged_s),
        on_scene_s=each.on_scene_s,
        on_scene_in_time=in_time("on_scene", each.on_scene_s),
        evaluated=each.finished,
        improvements=each.improvements,
        improved=each.improved,
    )


def _tests(facts: Facts) -> Tests:
    worked = {test.room for test in facts.tests if test.worked}
    return Tests(
        count=len(facts.tests),
        failed=sum(not test.worked for test in facts.tests),
        rooms_without=tuple(room.code for room in facts.rooms if room.button and room.code not in worked),
    )
