"""Two real monitors and a panel on a network device server: one reads, and the other takes its place."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from harness.device_server import DeviceServer
from harness.espa_line import EspaLine
from harness.postgres import Server, a_server
from harness.stations import Watched
from harness.town import until

from guardroom.alarms.view import BoardView

pytestmark = pytest.mark.timeout(240)


class House:
    """The guard room reads the panel first, the front desk stands by; and the panel that both reach."""

    def __init__(self, folder: Path, database: str, server: DeviceServer, *, one_client: bool) -> None:
        self.server = server
        self.panel = EspaLine(server, timeout=0.5)
        self.guards = self._station(folder, "Vagtstuen", database, one_client)
        self.desk = self._station(folder, "Skranken", database, one_client)
        self.acknowledged: list[str] = []
        self.pressed = 0

    def _station(self, folder: Path, name: str, database: str, one_client: bool) -> Watched:
        made = Watched(folder / name, name, database)
        text = made.town.config.read_text("utf-8")
        text = text.replace(
            f'port = "{made.town.pair.path}"',
            f'port = "{self.server.url}"\nstations = ["Vagtstuen", "Skranken"]\none_client = {str(one_client).lower()}',
        )
        made.town.config.write_text(text + "\n[stations]\nsilent_s = 10\ntake_over_s = 5\n", "utf-8")
        return made

    def press(self) -> str:
        """A press that has not been made before, until somebody acknowledges it."""
        self.pressed += 1
        point = f"{self.pressed:04d}"
        self.panel.press_until_acknowledged(point)
        self.acknowledged.append(point)
        return point

    @contextmanager
    def traffic(self) -> Iterator[None]:
        """Presses, one after the other, all the while."""
        ended = threading.Event()

        def run() -> None:
            while not ended.wait(0.15):
                self.press()

        thread = threading.Thread(target=run, daemon=True)
        thread.start()
        try:
            yield
        finally:
            ended.set()
            thread.join()

    def kept(self, at: Watched) -> list[str]:
        """The presses in a station's journal, repeats left out."""
        return [str(each["point"]) for each in at.town.signals() if each["kind"] == "alarm" and not each["duplicate"]]

    def close(self) -> None:
        for each in (self.desk, self.guards):
            # They have nothing more to do, and need not end in order.
            with suppress(OSError):
                os.kill(each.town.monitor_pid(), signal.SIGKILL)
        with ThreadPoolExecutor() as pool:
            list(pool.map(Watched.close, (self.desk, self.guards)))


@contextmanager
def house(folder: Path, database: str, *, one_client: bool = True) -> Iterator[House]:
    """Both monitors run, and the guard room reads."""
    with DeviceServer(one_client=one_client) as server:
        made = House(folder, database, server, one_client=one_client)
        try:
            for each in (made.guards, made.desk):
                each.town.spawn_monitor()
            for each in (made.guards, made.desk):
                each.sees(read_by("Vagtstuen"))
            yield made
        finally:
            made.close()


def read_by(station: str) -> Callable[[BoardView], bool]:
    """Whether the board says that this station, and nobody else, reads the panel, and shows the panel once."""

    def so(view: BoardView) -> bool:
        told = [(panel.reader, panel.state in ("alive", "silent")) for panel in view.panels]
        return told == [(station, True)]

    return so


def well_read_by(station: str) -> Callable[[BoardView], bool]:
    """The same, and the panel's rooms are ready."""
    return lambda view: read_by(station)(view) and room(view) == "ready"


def room(view: BoardView, name: str = "K3") -> str:
    return next(each.state for each in view.rooms if each.id == name)


def nothing_is_lost_or_kept_twice(made: House) -> None:
    """Every press that was acknowledged is in one journal; only the one under way at the moment may be in both."""
    with ThreadPoolExecutor() as pool:
        here, there = pool.map(made.kept, (made.guards, made.desk))
    assert set(made.acknowledged) <= {*here, *there}
    assert len(here) == len(set(here))
    assert len(there) == len(set(there))
    assert len(set(here) & set(there)) <= 1


def test_the_reader_dies_under_traffic_another_takes_its_place_and_a_command_gives_it_back(tmp_path: Path) -> None:
    with house(tmp_path, f"sqlite:///{tmp_path / 'shared.db'}") as made:
        with made.traffic():
            until(lambda: len(made.acknowledged) > 3)
            os.kill(made.guards.town.monitor_pid(), signal.SIGKILL)
            so_far = len(made.acknowledged)
            made.desk.sees(well_read_by("Skranken"))
            assert len(made.acknowledged) > so_far
            made.guards.town.spawn_monitor()
            made.guards.sees(well_read_by("Skranken"))
            assert made.server.refused == 0
            said = made.guards.town.run("takeover", "blok-a").stdout
            assert "Skranken" in said.splitlines()[0]
            for each in (made.guards, made.desk):
                view = each.sees(well_read_by("Vagtstuen"))
                assert not [fault.kind for fault in view.faults if fault.kind.startswith("panel")]
        nothing_is_lost_or_kept_twice(made)
        made.server.stop()
        made.guards.sees(lambda view: [panel.well for panel in view.panels] == [False])
        said = made.guards.town.run("takeover", "blok-a", check=False)
        assert said.returncode == 1
        assert "men ikke som det skal: " in said.stdout


@pytest.fixture
def server() -> Iterator[Server]:
    """A PostgreSQL of this test's own."""
    with a_server() as made:
        yield made


@pytest.mark.soak
@pytest.mark.parametrize("times", range(5))
def test_killed_again_and_again(server: Server, tmp_path: Path, times: int) -> None:
    with house(tmp_path, server.fresh_database()) as made, made.traffic():
        reader, other = made.guards, made.desk
        for _turn in range(4):
            so_far = len(made.acknowledged)
            until(lambda before=so_far: len(made.acknowledged) > before + 5 + times)  # type: ignore[misc]
            os.kill(reader.town.monitor_pid(), signal.SIGKILL)
            other.sees(read_by(other.name))
            reader.town.spawn_monitor()
            reader.sees(read_by(other.name))
            reader, other = other, reader
    # A press under way at each kill may be in both.
    here, there = made.kept(made.guards), made.kept(made.desk)
    assert set(made.acknowledged) <= {*here, *there}
    assert len(set(here) & set(there)) <= 4


@pytest.mark.soak
def test_while_the_database_is_away_nobody_changes_places(server: Server, tmp_path: Path) -> None:
    with house(tmp_path, server.fresh_database()) as made, made.traffic():
        until(lambda: len(made.acknowledged) > 3)
        server.stop(signal.SIGQUIT)
        so_far = len(made.acknowledged)
        made.desk.sees(lambda view: any(fault.kind == "station_silent" for fault in view.faults))
        until(lambda: len(made.acknowledged) > so_far + 50)
        assert made.server.refused == 0
        server.start()
        made.desk.sees(read_by("Vagtstuen"), timeout=90)
        assert made.server.refused == 0
    assert set(made.kept(made.desk)) == set()


@pytest.mark.soak
def test_where_several_clients_are_admitted_only_a_command_moves_the_panel(tmp_path: Path) -> None:
    with house(tmp_path, f"sqlite:///{tmp_path / 'shared.db'}", one_client=False) as made:
        os.kill(made.guards.town.monitor_pid(), signal.SIGKILL)
        unread = made.desk.sees(lambda view: any(fault.kind == "panel_unread" for fault in view.faults))
        assert room(unread) == "unknown"
        assert made.server.clients == 0
        said = made.desk.town.run("takeover", "blok-a").stdout
        assert "nobody" in said or "ingen" in said.lower()
        made.desk.sees(read_by("Skranken"))
        made.press()
        made.guards.town.spawn_monitor()
        made.guards.sees(read_by("Skranken"))
        made.press()
        assert made.server.clients == 1
        assert made.kept(made.desk) == made.acknowledged
        # Handed over while both live: never two at a time, and nothing is lost.
        with made.traffic():
            made.guards.town.run("takeover", "blok-a")
        nothing_is_lost_or_kept_twice(made)
