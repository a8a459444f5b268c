"""What is told beside a table gives away nothing that is withheld in it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from db.report_facts import AlarmFact, FollowUpFact
from guardroom.reports.figures import Facts, Place, Rules, figures
from guardroom.reports.period import Period
from guardroom.reports.publishing import Repeat, Told, publish

MONDAY = datetime(2025, 1, 6, 9, tzinfo=UTC)
"""Ten in the morning in Denmark."""
NOW = datetime(2025, 7, 1, tzinfo=UTC)
RULES = Rules(acknowledge_s=30, on_scene_s=120, fewer_than=5)
ROOMS = (Place(code="A", name="A"), Place(code="B", name="B"))


def alarm(room: str, day: int, acknowledged_s: float = 10) -> AlarmFact:
    """A real alarm, so many days after the first Monday."""
    return AlarmFact(
        pressed_at=MONDAY + timedelta(days=day),
        mode="real",
        closed=True,
        outcome="escorted_out",
        room=room,
        block="",
        acknowledged_s=acknowledged_s,
        on_scene_s=60,
    )


def told(alarms: list[AlarmFact], follow_ups: list[FollowUpFact] | None = None) -> Told:
    facts = Facts(
        period=Period(2025, 1),
        now=NOW,
        zone=ZoneInfo("Europe/Copenhagen"),
        rooms=ROOMS,
        alarms=alarms,
        follow_ups=follow_ups or [],
    )
    return publish(figures(facts, RULES), RULES.fewer_than)


def test_times_do_not_tell_how_many_were_late() -> None:
    # Of eleven the tenth in order was within the aim and the longest was not: one was late.
    shown = told([*(alarm("A", 0) for _each in range(10)), alarm("A", 0, 40)])
    spread = shown.spreads["acknowledged"]
    assert spread is not None
    assert (spread.median, spread.p90, spread.worst) == (10, None, None)
    assert {cell.withheld for cell in shown.splits["acknowledged"].cells().values()} == {"hidden"}
    # All were in time: there is nothing to give away.
    spread = told([alarm("A", 0) for _each in range(11)]).spreads["acknowledged"]
    assert spread is not None
    assert (spread.p90, spread.worst) == (10, 10)


def test_two_repeats_do_not_tell_how_large_a_room_is_that_is_held_back() -> None:
    # Room B on five Mondays and five Tuesdays: of the eleven one is left for room A.
    mondays = [alarm("B", 7 * week) for week in range(5)]
    tuesdays = [alarm("B", 7 * week + 1) for week in range(5)]
    shown = told([alarm("A", 0), *mondays, *tuesdays])
    assert {code: cell.withheld for code, cell in shown.splits["room"].cells().items()} == {
        "A": "few", "B": "held", "": "",
    }  # fmt: skip
    assert [each for each in shown.repeats if each.kind == "weekday"] == []
    shown = told([alarm("A", 0), *mondays, alarm("B", 2)])
    assert Repeat("B", "weekday", "mon") in shown.repeats


def test_kinds_that_are_overdue_do_not_tell_how_many_are() -> None:
    def due(kind: str, *, done: bool = False) -> FollowUpFact:
        day = date(2025, 3, 3)
        at = datetime(2025, 3, 3, tzinfo=UTC)
        return FollowUpFact(
            kind=kind,
            area="",
            state="done" if done else "open",
            due_at=at,
            closed_at=at if done else None,
            done_on=day if done else None,
        )

    late = [due(kind) for kind in ("talk", "police_report") for _each in range(5)]
    assert told([], late).overdue == ("police_report", "talk")
    # One was done: that ten are overdue, as two kinds are, would say so.
    assert told([], [*late, due("talk", done=True)]).overdue == ()
