"""Whose turn it is to read a panel: for whatever happens, and in whatever order."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from guardroom.stations.turns import AWAY_S, BEAT_S, HELD_S, ORDER_S, START_S, Lease, Line, Turn

LEASE_S = 15.0
STEP_S = 0.5
NAMES = ("Vagtstuen", "Skranken")
SETTLED_S = LEASE_S + START_S + HELD_S + 2 * BEAT_S + 2
"""The lease, and what else it takes: to be admitted, to write it down, and for the others to see that."""
thorough = settings(deadline=None, max_examples=300, suppress_health_check=[HealthCheck.too_slow])


@dataclass
class Table:
    """The database's two rows."""

    lease: Lease | None = None
    wish: Lease | None = None
    count: int = 0
    away: bool = False


@dataclass
class Station:
    """One station's monitor, that may be dead; `open` is its connection to the device server."""

    name: str
    one_client: bool
    turn: Turn | None = None
    open: bool = False
    remembers: bool | None = None
    asked_at: float = field(default=-100.0)


class House:
    """Two stations, a database and a device server that admits one client or all, in one running time."""

    def __init__(self, *, one_client: bool, lease_s: float = LEASE_S) -> None:
        self.now = 1000.0
        self.lease_s = lease_s
        self.table = Table()
        self.one_client = one_client
        self.stations = [Station(name, one_client) for name in NAMES]
        for each in self.stations:
            self.start(each)

    def start(self, station: Station) -> None:
        if station.turn is None:
            station.turn = Turn(
                station.name,
                NAMES,
                one_client=self.one_client,
                lease_s=self.lease_s,
                read_before=station.remembers,
                now=self.now,
            )

    def kill(self, station: Station) -> None:
        station.turn, station.open = None, False

    @property
    def open_at(self) -> list[str]:
        return [each.name for each in self.stations if each.open]

    def pass_(self, seconds: float) -> None:
        for _step in range(max(1, round(seconds / STEP_S))):
            self.now += STEP_S
            for each in self.stations:
                if each.turn is not None:
                    self._live(each, each.turn)

    def _live(self, station: Station, turn: Turn) -> None:
        if not turn.reads:
            station.open = False
        elif not station.open and not (self.one_client and self.open_at):
            station.open = True
        turn.turn(self.now, Line(closed=not turn.reads and not station.open, open=station.open))
        reader = turn.reader(self.now)
        if reader:
            station.remembers = reader == station.name
        table = self.table
        if table.away or self.now - station.asked_at < 1:
            return
        station.asked_at = self.now
        write = turn.answered(self.now, table.lease, table.wish)
        if write is None:
            return
        if write.holder:
            table.count += 1
            table.lease = Lease(write.holder, str(table.count))
        if write.wishes:
            table.count += 1
            table.wish = Lease(station.name, str(table.count))
        elif write.wishes is False and table.wish is not None and table.wish.holder == station.name:
            table.wish = None
        turn.written(self.now, write, table.lease if write.holder else None)

    def of(self, name: str) -> Turn:
        turn = next(each.turn for each in self.stations if each.name == name)
        assert turn is not None
        return turn


EVENTS = st.lists(
    st.tuples(
        st.sampled_from(["wait", "kill", "start", "order", "away", "back"]),
        st.integers(0, 1),
        st.floats(STEP_S, 40, allow_nan=False),
    ),
    max_size=25,
)


@pytest.mark.parametrize("one_client", [True, False])
def test_the_first_reads_and_the_other_stands_by(one_client: bool) -> None:
    house = House(one_client=one_client)
    house.pass_(60)
    assert house.open_at == ["Vagtstuen"]
    assert [house.of(name).reader(house.now) for name in NAMES] == ["Vagtstuen"] * 2


def test_where_one_client_is_admitted_a_dead_readers_place_is_taken_and_kept() -> None:
    house = House(one_client=True)
    house.pass_(10)
    house.kill(house.stations[0])
    house.pass_(SETTLED_S)
    assert house.of("Skranken").reader(house.now) == "Skranken"
    house.start(house.stations[0])
    house.pass_(60)
    assert house.open_at == ["Skranken"]
    assert house.of("Vagtstuen").reader(house.now) == "Skranken"
    house.of("Vagtstuen").order(house.now)
    house.pass_(10)
    assert house.open_at == ["Vagtstuen"]
    assert house.of("Skranken").reader(house.now) == "Vagtstuen"


def test_where_several_are_admitted_it_takes_an_order() -> None:
    house = House(one_client=False)
    house.pass_(10)
    house.kill(house.stations[0])
    house.pass_(120)
    assert house.open_at == []
    assert house.of("Skranken").reader(house.now) == ""
    house.of("Skranken").order(house.now)
    house.pass_(3)
    assert house.open_at == ["Skranken"]


def test_a_monitor_that_is_only_started_anew_goes_on() -> None:
    house = House(one_client=True)
    house.pass_(10)
    house.kill(house.stations[0])
    house.pass_(5)
    house.start(house.stations[0])
    house.pass_(5)
    assert house.open_at == ["Vagtstuen"]


@pytest.mark.parametrize("one_client", [True, False])
def test_with_the_database_away_a_reader_that_starts_goes_by_what_it_remembers(one_client: bool) -> None:
    house = House(one_client=one_client)
    house.pass_(10)
    house.table.away = True
    for each in house.stations:
        house.kill(each)
        house.start(each)
    house.pass_(START_S + 2)
    assert house.open_at == ["Vagtstuen"]
    house.pass_(600)
    assert house.open_at == ["Vagtstuen"]


def test_an_order_while_the_database_is_away_is_carried_out_and_found_out_when_it_is_back() -> None:
    house = House(one_client=False)
    house.pass_(10)
    house.table.away = True
    house.pass_(AWAY_S + 10)
    house.of("Skranken").order(house.now)
    house.pass_(10)
    # Only a person could know that the other one still read.
    assert house.open_at == ["Vagtstuen", "Skranken"]
    house.table.away = False
    house.pass_(LEASE_S)
    assert house.open_at == ["Skranken"]
    assert house.of("Vagtstuen").seen_shared() == "Skranken"


def test_an_order_that_the_other_does_not_follow_is_given_up() -> None:
    house = House(one_client=True)
    house.pass_(10)
    turn = house.of("Skranken")
    turn.order(house.now)
    reader = house.stations[0]
    # Its line cannot be closed, its lease is renewed.
    for _second in range(int(ORDER_S) + 3):
        house.now += 1
        house.table.count += 1
        house.table.lease = Lease(reader.name, str(house.table.count))
        turn.turn(house.now, Line(closed=True, open=False))
        turn.answered(house.now, house.table.lease, None)
    assert not turn.reads
    assert not turn.ordered


@thorough
@given(events=EVENTS, one_client=st.booleans())
def test_never_two_readers_while_the_lease_can_be_read(events: list[tuple[str, int, float]], one_client: bool) -> None:
    house = House(one_client=one_client)
    for what, number, seconds in events:
        station = house.stations[number]
        if what == "kill":
            house.kill(station)
        elif what == "start":
            house.start(station)
        elif what == "order" and station.turn is not None:
            station.turn.order(house.now)
        for _step in range(round(seconds / STEP_S)):
            house.pass_(STEP_S)
            assert len(house.open_at) <= 1
            says = [each.name for each in house.stations if each.turn and each.turn.reader(house.now) == each.name]
            assert len(says) <= 1


@thorough
@given(events=EVENTS, survivor=st.integers(0, 1))
def test_never_nobody_for_long_while_a_station_lives(events: list[tuple[str, int, float]], survivor: int) -> None:
    house = House(one_client=True)
    for what, number, seconds in events:
        station = house.stations[number]
        if what == "kill":
            house.kill(station)
        elif what == "start":
            house.start(station)
        elif what == "order" and station.turn is not None:
            station.turn.order(house.now)
        elif what in ("away", "back"):
            house.table.away = what == "away"
        house.pass_(seconds)
        assert len(house.open_at) <= 1
    house.table.away = False
    house.start(house.stations[survivor])
    house.pass_(SETTLED_S)
    assert len(house.open_at) == 1
    (reader,) = house.open_at
    for each in house.stations:
        if each.turn is not None:
            assert each.turn.reader(house.now) == reader


@thorough
@given(events=EVENTS, lease_s=st.floats(AWAY_S, LEASE_S))
def test_while_the_database_is_away_nobody_changes_places_unless_told_to(
    events: list[tuple[str, int, float]], lease_s: float
) -> None:
    house = House(one_client=True, lease_s=lease_s)
    house.pass_(10)
    house.table.away = True
    for what, number, seconds in events:
        if what == "start":
            house.start(house.stations[number])
        elif what == "kill":
            house.kill(house.stations[number])
        house.pass_(seconds)
        assert house.open_at in ([], ["Vagtstuen"])
