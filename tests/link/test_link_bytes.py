"""The way of the bytes: stored before answered, one answer to many copies, nothing lost in trouble."""

from __future__ import annotations

import json
import os
import select
import tracemalloc
from itertools import groupby
from pathlib import Path

import pytest
from link_bench import ACK, Bench, FrameDriver, Gate, HandClock, ListSink, frame, until

from drivers.base import Kind
from drivers.link import LinkState, RawLog
from drivers.ports import CHUNK


def test_a_signal_is_stored_before_it_is_answered(bench: Bench) -> None:
    wire, sink = bench.wire(), ListSink()
    gate = Gate()
    sink.before = gate
    bench.link(wire.port, FrameDriver(), sink)
    wire.send(frame("005"))
    assert gate.reached.wait(20)
    assert wire.received() == b""
    gate.open()
    wire.expect(ACK)
    assert sink.points == ["005"]


def test_bytes_that_wait_when_the_port_is_opened_are_kept(bench: Bench) -> None:
    wire, sink = bench.wire(), ListSink()
    wire.send(frame("005"))
    bench.link(wire.port, FrameDriver(), sink)
    wire.expect(ACK)
    assert sink.points == ["005"]


def test_heartbeats_and_rejected_frames_are_answered_but_not_stored(bench: Bench) -> None:
    wire, sink = bench.wire(), ListSink()
    link = bench.link(wire.port, FrameDriver(), sink)
    wire.send(b"xx" + frame("H"))
    wire.expect(ACK)
    wire.send(frame("005"))
    wire.expect(ACK)
    assert sink.kinds == {Kind.ALARM}
    until(lambda: link.health().rejected == 1)


def test_copies_that_waited_get_one_answer(bench: Bench) -> None:
    wire, sink = bench.wire(), ListSink()
    wire.send(frame("005") * 3)
    bench.link(wire.port, FrameDriver(), sink)
    wire.expect(ACK)
    wire.send(frame("006"))
    wire.expect(ACK)
    assert sink.points == ["005", "005", "005", "006"]


def test_copies_that_come_while_the_reader_is_frozen_before_its_answer_get_one_answer(bench: Bench) -> None:
    wire, sink = bench.wire(), ListSink()
    gate = Gate()
    sink.before = gate
    bench.link(wire.port, FrameDriver(), sink)
    wire.send(frame("005"))
    assert gate.reached.wait(20)
    wire.send_and_wait(frame("005") + frame("005"))
    gate.open()
    wire.expect(ACK)
    wire.send(frame("006"))
    wire.expect(ACK)
    assert sink.points == ["005", "005", "005", "006"]


def test_half_a_copy_holds_the_answer_back_until_it_is_whole(bench: Bench) -> None:
    wire, sink = bench.wire(), ListSink()
    gate = Gate()
    sink.before = gate
    link = bench.link(wire.port, FrameDriver(), sink)
    wire.send(frame("005"))
    assert gate.reached.wait(20)
    wire.send_and_wait(frame("005")[:2])
    gate.open()
    until(lambda: link.health().last_raw.endswith("02 30"))
    wire.send(frame("005")[2:])
    wire.expect(ACK)
    wire.send(frame("006"))
    wire.expect(ACK)
    assert sink.points == ["005", "005", "006"]


def test_a_line_end_behind_the_frame_does_not_hold_the_answer_back(bench: Bench) -> None:
    wire, sink = bench.wire(), ListSink()
    gate = Gate()
    sink.before = gate
    bench.link(wire.port, FrameDriver(), sink)
    wire.send(frame("005"))
    assert gate.reached.wait(20)
    wire.send_and_wait(b"\r\n")
    gate.open()
    wire.expect(ACK)


@pytest.mark.parametrize("error", [None, RuntimeError("the disk"), OSError(28, "No space left on device")])
def test_a_store_that_fails_means_silence_until_the_panel_repeats(bench: Bench, error: Exception | None) -> None:
    wire, sink = bench.wire(), ListSink()
    sink.full, sink.error = True, error
    link = bench.link(wire.port, FrameDriver(), sink)
    wire.send(frame("005"))
    until(lambda: link.health().problem == "store_failed")
    wire.send(frame("005"))
    until(lambda: sink.refused == (2 if error is None else 1))
    sink.full = False
    wire.send(frame("005"))
    wire.expect(ACK)
    assert sink.points == ["005"]
    until(lambda: link.health().problem == "")
    told = [problem for problem, _same in groupby(health.problem for health in sink.healths)]
    assert told == ["", "store_failed", ""]


def test_what_nobody_repeats_is_kept_until_it_can_be_stored(bench: Bench) -> None:
    wire, sink, clock = bench.wire(), ListSink(), HandClock()
    sink.full = True
    link = bench.link(wire.port, FrameDriver(transmits=False, answer=b""), sink, clock=clock)
    wire.send(frame("005"))
    until(lambda: sink.refused == 1)
    wire.send(frame("006"))
    until(lambda: sink.refused == 2)
    sink.full = False
    clock.seconds += 2
    until(lambda: sink.points == ["005", "006"])
    until(lambda: link.health().problem == "")


def test_a_listener_never_writes(bench: Bench) -> None:
    wire, sink = bench.wire(), ListSink()
    driver = FrameDriver(transmits=False, greeting=b"hello")
    driver.poll = b"poll"
    link = bench.link(wire.port, driver, sink)
    for number in range(5):
        wire.send(frame(str(number)))
    until(lambda: len(sink.points) == 5)
    until(lambda: driver.poll == b"")
    link.stop()
    assert not select.select([wire.master], [], [], 0)[0]


def test_greeting_and_polls_are_sent(bench: Bench) -> None:
    wire = bench.wire()
    driver = FrameDriver(greeting=b"status?")
    bench.link(wire.port, driver, ListSink())
    wire.expect(b"status?")
    driver.poll = b"poll"
    wire.expect(b"poll")


def test_a_request_goes_out_after_the_reply(bench: Bench) -> None:
    wire = bench.wire()
    bench.link(wire.port, FrameDriver(question=b"and?"), ListSink())
    wire.send(frame("005"))
    wire.expect(ACK + b"and?")


def test_a_request_goes_out_whatever_became_of_the_storing(bench: Bench) -> None:
    wire, sink = bench.wire(), ListSink()
    sink.full = True
    bench.link(wire.port, FrameDriver(question=b"and?"), sink)
    wire.send(frame("005"))
    wire.expect(b"and?")


def test_what_a_question_brought_is_kept_where_storing_failed(bench: Bench) -> None:
    wire, sink, clock = bench.wire(), ListSink(), HandClock()
    sink.full = True
    bench.link(wire.port, FrameDriver(answer=b"", question=b"and?"), sink, clock=clock)
    wire.send(frame("005"))
    wire.expect(b"and?")
    until(lambda: sink.refused == 1)
    sink.full = False
    clock.seconds += 2
    until(lambda: sink.points == ["005"])


def test_two_mebibytes_of_noise_take_no_memory_and_hide_nothing(bench: Bench) -> None:
    wire, sink, driver = bench.wire(), ListSink(), FrameDriver()
    link = bench.link(wire.port, driver, sink)
    until(lambda: link.health().state is LinkState.SILENT)
    noise = (b"\xfe\x00\x7f#" + os.urandom(252).translate(None, b"\x02\x03")) * 64
    tracemalloc.start()
    try:
        before = tracemalloc.get_traced_memory()[0]
        sent = 0
        while sent < 2 * 1024 * 1024:
            wire.send(noise)
            sent += len(noise)
        wire.send(frame("005"))
        wire.expect(ACK)
        assert tracemalloc.get_traced_memory()[0] - before < 1024 * 1024
    finally:
        tracemalloc.stop()
    assert sink.points == ["005"]
    assert driver.longest <= CHUNK


def test_noise_is_warned_of_once(bench: Bench, caplog: pytest.LogCaptureFixture) -> None:
    wire, sink, clock = bench.wire(), ListSink(), HandClock()
    bench.link(wire.port, FrameDriver(), sink, clock=clock)
    wire.send(b"#" * 100_000)
    wire.send(frame("005"))
    wire.expect(ACK)
    assert len([record for record in caplog.records if "without a valid frame" in record.message]) == 1


def test_a_line_that_takes_no_replies_does_not_stop_the_reading(bench: Bench) -> None:
    wire, sink = bench.wire(), ListSink()
    driver = FrameDriver(answer=b"r" * 200_000)
    link = bench.link(wire.port, driver, sink)
    wire.send(frame("005"))
    until(lambda: link.health().problem == "write_blocked")
    driver.answer = ACK
    wire.send(frame("006"))
    until(lambda: "006" in sink.points)
    until(lambda: (wire.received() or b"")[-1:] == b"r")
    wire.send(frame("007"))
    until(lambda: "007" in sink.points)
    until(lambda: link.health().problem == "")
    assert link.health().state is LinkState.ALIVE


def test_everything_that_came_and_went_is_in_the_raw_log(bench: Bench, tmp_path: Path) -> None:
    wire, sink = bench.wire(), ListSink()
    path = tmp_path / "raw" / "blok-a.jsonl"
    link = bench.link(wire.port, FrameDriver(), sink, raw_log=RawLog(path))
    wire.send(frame("005"))
    wire.expect(ACK)
    wire.send(frame("006"))
    wire.expect(ACK)
    link.stop()
    records = [json.loads(line) for line in path.read_text().splitlines()]
    told = {"in": b"", "out": b""}
    for record in records:
        told[record["dir"]] += bytes.fromhex(record["hex"])
    assert told == {"in": frame("005") + frame("006"), "out": ACK + ACK}
