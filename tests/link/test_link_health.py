"""The line's health: opening, silent, alive, stale, lost, and what is wrong with it."""

from __future__ import annotations

import os
from pathlib import Path

from link_bench import ACK, Bench, FrameDriver, Gate, HandClock, ListSink, frame, until

from drivers.link import Link, LinkSettings, LinkState


def test_a_link_that_was_not_started_is_opening(tmp_path: Path) -> None:
    link = Link("blok-a", LinkSettings(port="/dev/null"), FrameDriver(), ListSink(), None, HandClock())
    assert link.health().state is LinkState.OPENING
    link.stop()


def test_an_open_port_is_silent_until_the_first_valid_frame(bench: Bench) -> None:
    wire, sink = bench.wire(), ListSink()
    link = bench.link(wire.port, FrameDriver(), sink)
    until(lambda: link.health().state is LinkState.SILENT)
    wire.send(b"noise")
    until(lambda: link.health().last_raw == b"noise".hex(" "))
    assert link.health().state is LinkState.SILENT
    wire.send(frame("H"))
    wire.expect(ACK)
    until(lambda: link.health().state is LinkState.ALIVE)
    health = link.health()
    assert health.frames == 1
    assert health.rejected == 1
    assert health.device == os.ttyname(wire.slave)
    assert sink.points == []


def test_a_line_that_is_not_heard_becomes_stale_and_comes_back(bench: Bench) -> None:
    wire, sink, clock = bench.wire(), ListSink(), HandClock()
    link = bench.link(wire.port, FrameDriver(), sink, clock=clock, supervision_s=15)
    wire.send(frame("H"))
    until(lambda: link.health().state is LinkState.ALIVE)
    clock.seconds += 15
    assert link.health().state is LinkState.ALIVE
    clock.seconds += 0.5
    health = link.health()
    assert (health.state, health.problem) == (LinkState.STALE, "no_bytes")
    assert health.since == clock.seconds - 0.5
    until(lambda: sink.healths[-1].state is LinkState.STALE)
    wire.send(frame("H"))
    until(lambda: sink.healths[-1].state is LinkState.ALIVE)
    assert sink.healths[-1].problem == ""
    assert sink.healths[-1].since == clock.seconds


def test_health_is_true_while_the_link_waits_for_the_store(bench: Bench) -> None:
    wire, sink, clock = bench.wire(), ListSink(), HandClock()
    link = bench.link(wire.port, FrameDriver(), sink, clock=clock)
    wire.send(frame("H"))
    until(lambda: link.health().state is LinkState.ALIVE)
    gate = Gate()
    sink.before = gate
    wire.send(frame("005"))
    assert gate.reached.wait(20)
    clock.seconds += 60
    assert link.health().state is LinkState.STALE
    gate.open()


def test_silence_and_garbage_are_told_apart(bench: Bench) -> None:
    wire, clock = bench.wire(), HandClock()
    link = bench.link(wire.port, FrameDriver(), ListSink(), clock=clock)
    until(lambda: link.health().state is LinkState.SILENT)
    assert link.health().problem == ""
    clock.seconds += 16
    assert link.health().problem == "no_bytes"
    wire.send(b"\xff\xfe")
    until(lambda: link.health().problem == "garbage")
    assert link.health().state is LinkState.SILENT


def test_a_wrong_parity_setting_is_recognised(bench: Bench) -> None:
    wire, clock = bench.wire(), HandClock()
    link = bench.link(wire.port, FrameDriver(), ListSink(), clock=clock)
    until(lambda: link.health().state is LinkState.SILENT)
    text = b"KONTAKTRUM 2 OVERFALD JOBCENTER STUEN " * 4
    wire.send(bytes(byte | (byte.bit_count() % 2) << 7 for byte in text))
    clock.seconds += 16
    until(lambda: link.health().problem == "garbage")
    until(lambda: link.health().detail == "7E")


def test_without_supervision_nothing_is_stale(bench: Bench) -> None:
    wire, clock = bench.wire(), HandClock()
    link = bench.link(wire.port, FrameDriver(), ListSink(), clock=clock, supervision_s=0)
    until(lambda: link.health().state is LinkState.SILENT)
    clock.seconds += 1_000_000
    assert (link.health().state, link.health().problem) == (LinkState.SILENT, "")
    wire.send(frame("H"))
    until(lambda: link.health().state is LinkState.ALIVE)
    clock.seconds += 1_000_000
    assert (link.health().state, link.health().problem) == (LinkState.ALIVE, "")


def test_without_supervision_lasting_garbage_is_still_a_problem(bench: Bench) -> None:
    wire, clock = bench.wire(), HandClock()
    link = bench.link(wire.port, FrameDriver(), ListSink(), clock=clock, supervision_s=0)
    wire.send(b"\xff" * 40)
    until(lambda: link.health().last_raw != "")
    assert link.health().problem == ""
    clock.seconds += 6
    assert link.health().problem == "garbage"
    wire.send(b"\x03" + frame("H"))
    until(lambda: link.health().problem == "")


def test_a_port_that_does_not_exist_is_lost_and_opened_when_it_turns_up(bench: Bench) -> None:
    wire, sink = bench.wire(), ListSink()
    wire.pull()
    link = bench.link(wire.port, FrameDriver(), sink)
    until(lambda: link.health().attempts >= 3)
    health = link.health()
    assert (health.state, health.problem, health.detail) == (LinkState.LOST, "no_such_port", wire.port)
    assert health.present is False
    wire.plug()
    wire.send(frame("005"))
    wire.expect(ACK)
    until(lambda: link.health().state is LinkState.ALIVE)
    assert link.health().attempts == 0
    assert link.health().problem == ""


def test_the_sink_is_told_each_change_once(bench: Bench) -> None:
    wire, sink = bench.wire(), ListSink()
    link = bench.link(wire.port, FrameDriver(), sink)
    for _number in range(20):
        wire.send(frame("H"))
        wire.expect(ACK)
    until(lambda: link.health().state is LinkState.ALIVE)
    wire.pull()
    until(lambda: link.health().state is LinkState.LOST)
    link.stop()
    states = [health.state for health in sink.healths]
    assert [state for state in states if state is not LinkState.LOST] == [LinkState.SILENT, LinkState.ALIVE]
    for earlier, later in zip(sink.healths, sink.healths[1:], strict=False):
        assert later.differs(earlier)
