"""Notes to the next shift: it must confirm each of them, and nobody else can."""

from __future__ import annotations

import pytest
from harness.house import SmallHouse

from db.alarm_tables import ShiftRow
from db.main import reading, writing
from guardroom.alarms.desk import AlarmDesk
from guardroom.alarms.view import HandoverView
from guardroom.duties.handover import Handover
from guardroom.duties.watching import show_duties
from guardroom.people.roles import Role
from guardroom.refusal import BadInput, Forbidden, Refused


@pytest.fixture
def handover(house: SmallHouse) -> Handover:
    return Handover(house.ground)


def on_duty(house: SmallHouse, *people: str) -> None:
    """These come on duty now."""
    with writing(house.ground.engine) as session:
        session.add(ShiftRow(station="Vagtstuen", since=house.clock.now(), people=list(people)))
    house.clock.advance(60)


def shown(house: SmallHouse, desk: AlarmDesk) -> HandoverView:
    """What the board says after the monitor's minute look."""
    with reading(house.ground.engine) as session:
        show_duties(session, desk, house.clock.now())
    return desk.view().handover


@pytest.mark.usefixtures("both_databases")
def test_the_next_shift_confirms_a_note(house: SmallHouse, handover: Handover, desk: AlarmDesk) -> None:
    first, mate, second = (house.who(Role.GUARD, initials=one) for one in ("MH", "JB", "KK"))
    on_duty(house, "MH", "JB")
    note = handover.write(first, "A-06: elektriker kommer tirsdag.\n\nBrug A-03.")
    assert note.text == "A-06: elektriker kommer tirsdag.\n\nBrug A-03."
    assert shown(house, desk) == HandoverView(waiting=1, due=0)
    for who in (first, mate):
        assert not handover.notes(who)[0].mine
        with pytest.raises(Refused, match="next shift"):
            handover.confirm(who, note.id)
    house.clock.advance(3600)
    on_duty(house, "KK")
    assert shown(house, desk) == HandoverView(waiting=1, due=1)
    assert handover.notes(second)[0].mine
    confirmed = handover.confirm(second, note.id)
    assert (confirmed.confirmed_by, confirmed.mine) == ("KK", False)
    assert shown(house, desk) == HandoverView()
    assert [each.confirmed_by for each in handover.notes(first)] == ["KK"]
    with pytest.raises(Refused, match="confirmed already"):
        handover.confirm(second, note.id)
    assert [what for what in house.told() if "handover" in what] == ["handover_written", "handover_read"]


def test_somebody_who_was_not_on_duty_may_confirm_before_the_shift_signs_on(
    house: SmallHouse, handover: Handover
) -> None:
    on_duty(house, "MH")
    note = handover.write(house.who(Role.GUARD, initials="MH"), "Nøglen ligger i skabet.")
    assert handover.confirm(house.who(Role.GUARD, initials="KK"), note.id).confirmed_by == "KK"


def test_whoever_comes_back_with_a_later_shift_confirms_their_own(house: SmallHouse, handover: Handover) -> None:
    guard = house.who(Role.GUARD, initials="MH")
    on_duty(house, "MH")
    note = handover.write(guard, "Nøglen ligger i skabet.")
    house.clock.advance(days=1)
    on_duty(house, "MH")
    assert handover.confirm(guard, note.id).confirmed_by == "MH"


@pytest.mark.parametrize(("text", "sentence"), [("  \n ", "Say what"), ("Borger 010190-1234 kommer", "CPR")])
def test_what_is_no_note(house: SmallHouse, handover: Handover, text: str, sentence: str) -> None:
    with pytest.raises(BadInput, match=sentence):
        handover.write(house.who(Role.GUARD), text)
    assert handover.notes(house.who(Role.GUARD)) == ()


def test_only_guards(house: SmallHouse, handover: Handover) -> None:
    for role in set(Role) - {Role.GUARD}:
        with pytest.raises(Forbidden):
            handover.notes(house.who(role))
        with pytest.raises(Forbidden):
            handover.write(house.who(role), "Hej")
