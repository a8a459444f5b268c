"""What the house refuses somebody in a browser, whatever screen it is asked from."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import fields, replace
from pathlib import Path

import pytest
from bans.ban_house import BanHouse
from harness.served import CODE

from guardroom.alarms.acts import Act, ActReply
from guardroom.bans.view import BanView
from guardroom.ground import Ground, open_ground
from guardroom.house import House
from guardroom.people.person import PersonForm
from guardroom.people.roles import Role
from guardroom.people.who import Who
from guardroom.refusal import Refused
from guardroom.serve.house import WatchingFeed, browser_house
from guardroom.settings import Serve

READ_ONLY = "In the browser records are only read: write at a station in the town hall. Nothing was saved."


def house_of(at: BanHouse, *, read_only: bool, who: Who | None = None) -> House:
    """The house as a leader's window has it, on a connection of its own."""
    settings = replace(at.house.ground.settings, serve=Serve(read_only=read_only))
    ground: Ground = open_ground(settings, at.clock)
    return browser_house(ground, who or leader(at))


def leader(at: BanHouse) -> Who:
    return at.house.who(Role.LEADER, initials="LLD", station="Vagtstuen (browser)")


@pytest.fixture
def ban(at: BanHouse) -> BanView:
    return at.ban()


def everything(at: BanHouse) -> list[str]:
    """Every row of every table but the logs."""
    from sqlalchemy import inspect, text

    with at.house.ground.engine.connect() as connection:
        names = inspect(connection).get_table_names()
        return [
            f"{name}: {row}"
            for name in sorted(names)
            if name not in ("audit", "audit_head", "sign_in_failure")
            for row in connection.execute(text(f'SELECT * FROM "{name}"')).all()
        ]


WRITES: dict[str, Callable[[House, Who, BanView], object]] = {
    "a ban is begun": lambda house, who, ban: house.bans.begin(who, ban.person, beside=True),
    "a ban is lifted": lambda house, who, ban: house.bans.lift(who, ban.id, "", "Truslen er væk."),
    "a person is made": lambda house, who, ban: house.persons.create(who, PersonForm(name="Bo Bo", birth="1990")),
    "a user is added": lambda house, who, ban: house.users.add(replace(who), "NY", "leader"),
    "a letter is written": lambda house, who, ban: house.letters.write(who, "ban", ban.id),
    "a list is written out": lambda house, who, ban: house.exchange.export(who, Path("/nowhere/list.csv")),
    "the phone card is printed": lambda house, who, ban: house.phone_card.print_card(),
}


class TestReadOnly:
    def test_a_ban_is_read_and_the_reading_is_logged(self, at: BanHouse, ban: BanView) -> None:
        house = house_of(at, read_only=True)
        before = len(at.house.audit())
        assert house.bans.read(leader(at), ban.id).number == ban.number
        assert [entry.station for entry in at.house.audit()[before:]] == ["Vagtstuen (browser)"]
        assert at.house.first_break() is None
        house.ground.engine.dispose()

    @pytest.mark.parametrize("what", WRITES)
    def test_nothing_is_written(self, at: BanHouse, ban: BanView, what: str) -> None:
        house, before = house_of(at, read_only=True), everything(at)
        with pytest.raises(Refused):
            WRITES[what](house, leader(at), ban)
        assert everything(at) == before
        assert at.house.first_break() is None
        house.ground.engine.dispose()

    def test_one_clear_sentence_says_so(self, at: BanHouse, ban: BanView) -> None:
        house = house_of(at, read_only=True)
        with pytest.raises(Refused) as refused:
            house.bans.lift(leader(at), ban.id, "", "Truslen er væk.")
        assert refused.value.sentence == READ_ONLY
        house.ground.engine.dispose()

    def test_a_code_is_not_changed(self, at: BanHouse) -> None:
        house = house_of(at, read_only=True)
        with pytest.raises(Refused):
            house.sign_in.set_code(leader(at), CODE, "739 nye skeer")
        at.clock.advance(1)
        assert house.sign_in.sign_in("LLD", CODE, "Vagtstuen (browser)").initials == "LLD"
        house.ground.engine.dispose()


class TestWriting:
    def test_a_leader_decides_where_the_town_hall_wants_it_so(self, at: BanHouse, ban: BanView) -> None:
        house = house_of(at, read_only=False)
        house.bans.lift(leader(at), ban.id, "", "Truslen er væk.")
        assert at.bans.read(at.leader, ban.id).standing == "lifted"
        house.ground.engine.dispose()

    def test_no_file_of_the_serving_pc_is_touched(self, at: BanHouse, ban: BanView) -> None:
        house = house_of(at, read_only=False)
        with pytest.raises(Refused, match="In the browser nothing is printed"):
            house.letters.write(leader(at), "ban", ban.id)
        assert not at.house.ground.settings.letters.folder.exists()
        house.ground.engine.dispose()

    def test_every_act_on_files_refuses(self, at: BanHouse) -> None:
        house = house_of(at, read_only=False)
        found = []
        for field in fields(house):
            service = getattr(house, field.name)
            for name, act in inspect.getmembers(type(service), inspect.isfunction):
                if not name.startswith("_") and "Path" in str(inspect.signature(act)):
                    found.append(f"{field.name}.{name}")
                    with pytest.raises(Refused, match="In the browser nothing is printed"):
                        getattr(service, name)()
        assert {"letters.write", "exchange.export", "drills.print_report", "phone_card.print_card"} <= set(found)
        house.ground.engine.dispose()


def test_nobody_else_signs_in_in_the_same_window(at: BanHouse) -> None:
    house = house_of(at, read_only=False)
    with pytest.raises(Refused, match="This browser is LLD's: sign out first"):
        house.sign_in.sign_in("VT", CODE, "Vagtstuen (browser)")
    assert "sign_in_failed" not in at.house.told()
    house.ground.engine.dispose()


def test_no_act_on_an_alarm_reaches_the_monitor() -> None:
    class Line:
        acts: list[Act] = []  # noqa: RUF012

        def start(self, on_view: object, on_down: object) -> None: ...

        def act(self, act: Act, on_reply: object = None) -> None:
            self.acts.append(act)

        def stop(self) -> None: ...

    line = Line()
    told: list[ActReply] = []
    WatchingFeed(line).act(Act(kind="acknowledge", alarm=1), told.append)
    assert [reply.refused for reply in told] == ["in_browser"]
    assert line.acts == []
