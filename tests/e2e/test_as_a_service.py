"""The monitor under a service manager and an outside watcher: told while it is well, silent as soon as it is not."""

from __future__ import annotations

import http.server
import json
import os
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from harness.town import Town, command, town, until


@pytest.fixture
def byby(tmp_path: Path) -> Iterator[Town]:
    with town(tmp_path, language="en") as made:
        yield made


def test_a_dashboard_attaches_to_the_services_monitor_and_starts_none_beside_it(byby: Town) -> None:
    byby.config.write_text("service = true\n" + byby.config.read_text("utf-8"), "utf-8")
    with byby.dashboard() as screen:
        screen.wait_for("MONITOR OUT OF REACH")
        assert not byby.endpoint_told()
        monitor = byby.start_monitor()
        screen.wait_for(lambda glass: "K2" in glass and "MONITOR OUT OF REACH" not in glass)
        assert byby.monitor_pid() == monitor.pid
        assert byby.panel.press("005", "OVERFALD 1")
        screen.wait_for("A L A R M")


class Manager:
    """The service manager's end of the socket."""

    def __init__(self, address: Path) -> None:
        self.address = address
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.bind(str(address))
        self.socket.settimeout(20)

    def hear(self) -> str:
        return self.socket.recv(4096).decode()

    def is_silent_for(self, seconds: float) -> bool:
        """Whether nothing comes, after what waits already."""
        self.socket.setblocking(False)
        try:
            while True:
                self.socket.recv(4096)
        except BlockingIOError:
            self.socket.settimeout(seconds)
        try:
            self.socket.recv(4096)
        except TimeoutError:
            return True
        finally:
            self.socket.settimeout(20)
        return False


@pytest.fixture
def manager(tmp_path: Path) -> Iterator[Manager]:
    made = Manager(tmp_path / "notify")
    yield made
    made.socket.close()


def start(town: Town, manager: Manager, **environment: str) -> subprocess.Popen[bytes]:
    with (town.folder / "monitor.log").open("ab") as log:
        monitor = subprocess.Popen(
            command("monitor", "--config", str(town.config)),
            env=os.environ | {"NOTIFY_SOCKET": str(manager.address)} | environment,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
        )
    town.look_after(monitor)
    return monitor


def test_a_manager_hears_that_it_is_armed_that_it_turns_and_that_it_ends(byby: Town, manager: Manager) -> None:
    monitor = start(byby, manager, WATCHDOG_USEC="10000000")
    assert manager.hear() == "READY=1"
    assert [manager.hear() for _ in range(2)] == ["WATCHDOG=1"] * 2
    assert byby.panel.press("005")
    monitor.send_signal(signal.SIGSTOP)
    assert manager.is_silent_for(2.5)
    monitor.send_signal(signal.SIGCONT)
    assert manager.hear() == "WATCHDOG=1"
    monitor.terminate()
    said = manager.hear()
    while said == "WATCHDOG=1":
        said = manager.hear()
    assert said == "STOPPING=1"
    assert monitor.wait(20) == 0


def test_signs_of_life_are_for_a_manager_that_waits_for_them(byby: Town, manager: Manager) -> None:
    start(byby, manager, WATCHDOG_USEC="10000000", WATCHDOG_PID="1")
    assert manager.hear() == "READY=1"
    assert manager.is_silent_for(2.5)


def test_a_manager_that_is_gone_stops_nothing(byby: Town, manager: Manager) -> None:
    start(byby, manager, WATCHDOG_USEC="10000000")
    assert manager.hear() == "READY=1"
    manager.socket.close()
    manager.address.unlink()
    until(lambda: "was not told" in byby.log())
    assert byby.panel.press("005")


@contextmanager
def watcher() -> Iterator[tuple[str, list[tuple[str, str, bytes]], list[int]]]:
    """Its address, the calls that it got, and what it answers them with (its last word)."""
    calls: list[tuple[str, str, bytes]] = []
    answers = [200]

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
            calls.append((self.command, self.path, body))
            self.send_response(answers[-1])
            self.end_headers()

        do_POST = do_GET  # noqa: N815

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", calls, answers
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def watched(town: Town, url: str, more: str = "") -> None:
    with town.config.open("a", encoding="utf-8") as config:
        config.write(f'\n[heartbeat]\nurl = "{url}"\nevery_s = 5\n{more}')


def test_the_watcher_hears_of_a_monitor_that_is_well_and_its_silence(byby: Town) -> None:
    with watcher() as (url, calls, answers):
        watched(byby, url + "/byby/{state}?key=1", 'method = "POST"\nmisses = 1\n')
        answers.append(500)
        monitor = byby.start_monitor()
        until(lambda: bool(calls))
        method, path, body = calls[0]
        assert (method, path) == ("POST", "/byby/ok?key=1")
        assert {key: value for key, value in json.loads(body).items() if key != "at"} == {
            "state": "ok",
            "station": "Vagtstuen",
        }
        until(lambda: "fault heartbeat" in byby.log())
        answers.append(204)
        until(lambda: "fault heartbeat is over" in byby.log())
        count = len(calls)
        monitor.kill()
        monitor.wait()
        time.sleep(5.5)
        assert len(calls) == count
