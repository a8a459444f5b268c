"""Lines that go away, come back, or belong to somebody else."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from harness import SerialPair
from link_bench import ACK, Bench, FrameDriver, Gate, HandClock, ListSink, frame, until

from drivers.link import LinkState
from drivers.ports import PortProblem, close_port, open_port

LINE = {"baudrate": 9600, "bytesize": 8, "parity": "N", "stopbits": 1}
HOLD = "import serial, sys; p = serial.Serial(sys.argv[1], exclusive=True); print('held', flush=True); sys.stdin.read()"
SHARE = "import os, sys; f = os.open(sys.argv[1], os.O_RDWR); print('held', flush=True); sys.stdin.read()"


def other_program(code: str, port: str) -> subprocess.Popen[str]:
    """Another program that has the port open until its input is closed."""
    program = subprocess.Popen(
        [sys.executable, "-c", code, port], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert program.stdout is not None
    assert program.stdout.readline() == "held\n"
    return program


def end(program: subprocess.Popen[str]) -> None:
    """End the other program."""
    program.communicate(timeout=20)


def test_a_pulled_plug_is_lost_and_found_under_another_name(bench: Bench) -> None:
    wire, sink, driver = bench.wire(), ListSink(), FrameDriver()
    link = bench.link(wire.port, driver, sink)
    for number in range(3):
        wire.send(frame(f"00{number}"))
        wire.expect(ACK)
        device = link.health().device
        wire.send(b"\x02half")
        until(lambda: link.health().last_raw.endswith("66"))
        wire.pull()
        until(lambda: link.health().state is LinkState.LOST)
        assert link.health().problem in ("hung_up", "no_such_port")
        wire.plug()
        until(lambda: link.health().state is LinkState.SILENT)
        assert link.health().device == os.ttyname(wire.slave) != device
    wire.send(frame("009"))
    wire.expect(ACK)
    assert sink.points == ["000", "001", "002", "009"]
    assert driver.openings == 4


def test_a_program_that_holds_the_port_is_named(bench: Bench) -> None:
    wire = bench.wire()
    program = other_program(HOLD, wire.port)
    try:
        with pytest.raises(PortProblem) as caught:
            open_port(wire.port, **LINE)
        assert caught.value.code == "busy"
        assert f"({program.pid})" in caught.value.detail
        link = bench.link(wire.port, FrameDriver(), ListSink())
        until(lambda: link.health().problem == "busy")
        assert link.health().state is LinkState.LOST
        assert f"({program.pid})" in link.health().detail
    finally:
        end(program)
    until(lambda: link.health().state is LinkState.SILENT)


def test_the_second_link_on_a_port_is_refused_and_told_of_the_first(bench: Bench) -> None:
    wire, first_sink, second_sink = bench.wire(), ListSink(), ListSink()
    first = bench.link(wire.port, FrameDriver(), first_sink)
    until(lambda: first.health().state is LinkState.SILENT)
    second = bench.link(wire.port, FrameDriver(), second_sink, name="blok-b")
    until(lambda: second.health().problem == "busy")
    assert f"({os.getpid()})" in second.health().detail
    for number in range(20):
        wire.send(frame(str(number)))
        wire.expect(ACK)
    assert len(first_sink.points) == 20
    assert second_sink.points == []
    first.stop()
    wire.send(frame("020"))
    wire.expect(ACK)
    assert second_sink.points == ["020"]


def test_a_program_that_takes_part_of_the_bytes_is_named_when_the_line_is_not_heard(bench: Bench) -> None:
    wire, clock = bench.wire(), HandClock()
    program = other_program(SHARE, wire.port)
    try:
        link = bench.link(wire.port, FrameDriver(), ListSink(), clock=clock)
        until(lambda: link.health().state is LinkState.SILENT)
        assert link.health().problem == ""
        clock.seconds += 16
        until(lambda: link.health().problem == "shared")
        assert f"({program.pid})" in link.health().detail
    finally:
        end(program)


def test_a_driver_that_fails_costs_a_reopening_and_no_thread(bench: Bench) -> None:
    wire, sink, driver = bench.wire(), ListSink(), FrameDriver()
    link = bench.link(wire.port, driver, sink)
    until(lambda: link.health().state is LinkState.SILENT)
    driver.fail = ZeroDivisionError("in the driver")
    wire.send(frame("005"))
    until(lambda: driver.openings == 2)
    wire.send(frame("005"))
    wire.expect(ACK)
    assert sink.points == ["005"]
    assert [health.detail for health in sink.healths if health.problem == "driver_error"] == [
        "ZeroDivisionError: in the driver"
    ]


def test_a_sink_that_cannot_be_told_of_health_does_no_harm(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    wire, sink = bench.wire(), ListSink()

    def fail(panel: str, health: object) -> None:
        raise RuntimeError(panel)

    monkeypatch.setattr(sink, "health_changed", fail)
    bench.link(wire.port, FrameDriver(), sink)
    wire.send(frame("005"))
    wire.expect(ACK)


def test_stop_ends_the_thread_and_lets_the_port_go(bench: Bench) -> None:
    wire = bench.wire()
    link = bench.link(wire.port, FrameDriver(), ListSink())
    until(lambda: link.health().state is LinkState.SILENT)
    link.stop()
    assert not link.is_alive()
    close_port(open_port(wire.port, **LINE))


def test_stop_while_the_port_is_lost(bench: Bench) -> None:
    wire = bench.wire()
    wire.pull()
    link = bench.link(wire.port, FrameDriver(), ListSink())
    until(lambda: link.health().state is LinkState.LOST)
    link.stop()
    assert not link.is_alive()


def test_stop_does_not_wait_for_ever_for_a_store_that_hangs(bench: Bench) -> None:
    wire, sink = bench.wire(), ListSink()
    gate = Gate()
    sink.before = gate
    link = bench.link(wire.port, FrameDriver(), sink)
    wire.send(frame("005"))
    assert gate.reached.wait(20)
    link.stop(timeout=0.05)
    assert link.is_alive()
    gate.open()
    link.stop()
    assert not link.is_alive()


class Peer:
    """A serial device server: one connection at a time."""

    def __init__(self) -> None:
        self._server = socket.create_server(("127.0.0.1", 0))
        self._server.settimeout(20)
        self.url = f"socket://127.0.0.1:{self._server.getsockname()[1]}"

    def accept(self) -> socket.socket:
        """The next connection."""
        connection, _address = self._server.accept()
        connection.settimeout(20)
        return connection

    def close(self) -> None:
        """Take no more connections."""
        self._server.close()


def test_a_network_port_that_disconnects_is_connected_again(bench: Bench) -> None:
    peer, sink, driver = Peer(), ListSink(), FrameDriver()
    try:
        link = bench.link(peer.url, driver, sink)
        with peer.accept() as connection:
            # At once: what comes with the connection must not be lost either.
            connection.sendall(frame("005"))
            assert connection.recv(10) == ACK
            connection.sendall(b"\x02half")
            until(lambda: link.health().last_raw.endswith("66"))
        with peer.accept() as connection:
            connection.sendall(frame("006") * 3)
            assert connection.recv(10) == ACK
            connection.sendall(frame("007"))
            assert connection.recv(10) == ACK
        assert sink.points[0] == "005"
        assert sink.points[-1] == "007"
        assert driver.openings >= 2
        assert any(health.problem == "hung_up" for health in sink.healths)
        assert link.health().device == peer.url
    finally:
        peer.close()


def test_a_network_port_that_refuses_is_lost() -> None:
    peer = Peer()
    peer.close()
    with pytest.raises(PortProblem) as caught:
        open_port(peer.url, **LINE)
    assert caught.value.code == "open_failed"
    assert "refused" in caught.value.detail


@pytest.mark.parametrize(
    "url",
    ["socket://host", "socket://:4001", "socket://host:99999", "nonsense://x", "rfc2217://host"],
)
def test_a_wrong_url_is_told_as_such(url: str) -> None:
    with pytest.raises(PortProblem) as caught:
        open_port(url, **LINE)
    assert caught.value.code == "bad_url"


def test_ports_that_cannot_be_opened(tmp_path: Path, bench: Bench) -> None:
    file = tmp_path / "file"
    file.write_text("not a port")
    settings = {**LINE, "baudrate": -1}
    wire = bench.wire()
    for port, line, code in [
        (str(tmp_path / "none"), LINE, "no_such_port"),
        (str(file / "below"), LINE, "no_such_port"),
        (str(file), LINE, "open_failed"),
        (wire.port, settings, "open_failed"),
    ]:
        with pytest.raises(PortProblem) as caught:
            open_port(port, **line)
        assert caught.value.code == code, port


@pytest.mark.skipif(os.geteuid() == 0, reason="nothing is forbidden to root")
def test_a_port_that_may_not_be_opened(bench: Bench) -> None:
    wire = bench.wire()
    os.chmod(wire.port, 0)
    with pytest.raises(PortProblem) as caught:
        open_port(wire.port, **LINE)
    assert caught.value.code == "permission"


def test_a_pseudo_terminal_is_opened_again_and_again_with_a_parity(tmp_path: Path) -> None:
    with SerialPair(tmp_path / "panel") as pair:
        for _ in range(3):
            close_port(open_port(str(pair.path), baudrate=9600, bytesize=7, parity="E", stopbits=2))
