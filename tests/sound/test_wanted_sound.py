"""Which sound the board calls for."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guardroom.alarms.view import AlarmState, AlarmView, BoardView, FaultView, HeadsUpLine, PassingNote
from guardroom.sound import SoundClass, wanted


def alarm(state: AlarmState = "active_unacknowledged", cause: str = "hold_up", number: int = 1) -> AlarmView:
    return AlarmView(id=number, state=state, cause=cause, room="K2", place="Kontaktrum 2")


def fault(*, acknowledged: bool = False) -> FaultView:
    return FaultView(
        key="silent", kind="panel_silent", age_s=1, since="2025-11-24T12:00:00Z", acknowledged=acknowledged
    )


def meeting(due: str = "2025-11-24T11:57:00Z") -> HeadsUpLine:
    """One on which somebody was to look in by then; two minutes later it is missed."""
    return HeadsUpLine(
        number="V-0001",
        begins="2025-11-24T11:30:00Z",
        until="2025-11-24T12:30:00Z",
        place="Kontaktrum 2",
        room="K2",
        staff=("MH",),
        status="running",
        check_in_due=due,
    )


def note(age_s: float) -> PassingNote:
    return PassingNote(at="2025-11-24T12:00:00Z", age_s=age_s, what="test", place="K2")


def board(
    *alarms: AlarmView,
    faults: tuple[FaultView, ...] = (),
    notes: tuple[PassingNote, ...] = (),
    silenced_s: float | None = None,
    headsups: tuple[HeadsUpLine, ...] = (),
) -> BoardView:
    return BoardView(
        number=1,
        at="2025-11-24T12:00:00Z",
        program="1",
        station="S",
        site="R",
        alarms=alarms,
        faults=faults,
        notes=notes,
        silenced_s=silenced_s,
        headsups=headsups,
    )


@pytest.mark.parametrize(
    ("view", "sound"),
    [
        (board(), None),
        (board(alarm()), SoundClass.ALARM),
        (board(alarm(cause="panic")), SoundClass.ALARM),
        (board(alarm(cause="duress")), SoundClass.ALARM),
        (board(alarm(cause="fire")), SoundClass.OTHER_ALARM),
        (board(alarm(cause="fire"), alarm(number=2)), SoundClass.ALARM),
        (board(alarm("active_acknowledged")), None),
        (board(alarm("restored_acknowledged")), None),
        (board(alarm("restored_unacknowledged")), SoundClass.REMINDER),
        (board(alarm("restored_unacknowledged"), alarm(cause="fire", number=2)), SoundClass.OTHER_ALARM),
        (board(faults=(fault(),)), SoundClass.FAULT),
        (board(faults=(fault(acknowledged=True),)), None),
        (board(alarm("active_acknowledged"), faults=(fault(),)), SoundClass.FAULT),
        (board(alarm("restored_unacknowledged"), faults=(fault(),)), SoundClass.REMINDER),
        (board(alarm(), faults=(fault(),)), SoundClass.ALARM),
        (board(notes=(note(0.5),)), SoundClass.NOTE),
        (board(notes=(note(30),)), None),
        (board(faults=(fault(),), notes=(note(0.5),)), SoundClass.FAULT),
        (board(headsups=(meeting(),)), SoundClass.LOOK_IN),
        (board(headsups=(meeting(""), meeting("2025-11-24T11:58:30Z"))), None),
        (board(faults=(fault(),), headsups=(meeting(),)), SoundClass.LOOK_IN),
        (board(alarm("restored_unacknowledged"), headsups=(meeting(),)), SoundClass.REMINDER),
        (board(alarm("active_acknowledged"), headsups=(meeting(),)), SoundClass.LOOK_IN),
        (board(alarm(), headsups=(meeting(),)), SoundClass.ALARM),
        (board(headsups=(meeting(),), silenced_s=10), None),
    ],
)
def test_the_most_urgent_thing_sounds(view: BoardView, sound: SoundClass | None) -> None:
    assert wanted(view, 0) is sound


def test_silence_lasts_as_long_as_the_view_says_and_no_longer() -> None:
    view = board(alarm(), silenced_s=10)
    assert wanted(view, 0) is None
    assert wanted(view, 9.9) is None
    assert wanted(view, 10) is SoundClass.ALARM
    assert wanted(board(alarm(), silenced_s=None), 0) is SoundClass.ALARM


def test_a_look_in_is_missed_as_time_goes_on_though_no_other_view_comes() -> None:
    view = board(headsups=(meeting("2025-11-24T11:58:30Z"),))
    assert [wanted(view, since) for since in (29, 30, 31)] == [None, SoundClass.LOOK_IN, SoundClass.LOOK_IN]


def test_a_note_is_news_for_a_moment() -> None:
    assert wanted(board(notes=(note(1),)), 1) is SoundClass.NOTE
    assert wanted(board(notes=(note(1),)), 5) is None


STATES = st.sampled_from(
    [
        "active_unacknowledged",
        "active_acknowledged",
        "restored_unacknowledged",
        "restored_acknowledged",
    ]
)
CAUSES = st.sampled_from(["hold_up", "panic", "duress", "fire", "intrusion", "medical", "other", "?"])


@given(st.lists(st.builds(alarm, STATES, CAUSES), max_size=5), st.booleans(), st.floats(0, 100))
def test_an_unacknowledged_alarm_is_never_mute_and_never_sounds_like_a_fault(
    alarms: list[AlarmView], faulty: bool, since: float
) -> None:
    sound = wanted(board(*alarms, faults=(fault(),) if faulty else ()), since)
    if any(one.state == "active_unacknowledged" for one in alarms):
        assert sound in (SoundClass.ALARM, SoundClass.OTHER_ALARM)
    elif any(one.unacknowledged for one in alarms):
        assert sound is SoundClass.REMINDER
    else:
        assert sound is (SoundClass.FAULT if faulty else None)
