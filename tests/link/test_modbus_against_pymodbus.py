"""The modbus driver and the link against pymodbus' own server on a pseudo-terminal, over a line that loses answers,
brings them late, and breaks."""

from __future__ import annotations

import asyncio
import os
import select
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence

import pytest
from link_bench import Bench, ListSink, RealClock, Wire, until
from pymodbus.server import ModbusSerialServer
from pymodbus.simulator import DataType, SimData, SimDevice

from drivers.base import Kind, Signal
from drivers.link import Link, LinkState
from drivers.registry import make

INPUTS = 16
PATIENT = {"reply_timeout_s": 0.6}
"""Longer than a busy machine keeps the server waiting, shorter than a test."""

Hook = Callable[[bytes], Sequence[bytes]]


def unchanged(data: bytes) -> Sequence[bytes]:
    return [data]


class Sink(ListSink):
    """Keeps the signals themselves."""

    def __init__(self) -> None:
        super().__init__()
        self.signals: list[Signal] = []

    def store(self, panel: str, signals: Sequence[Signal], *, told_once: bool) -> bool:
        self.signals += signals
        return super().store(panel, signals, told_once=told_once)

    def news(self) -> list[tuple[Kind, str | None]]:
        """What was told of inputs and units, without the first answers' all-clear."""
        return [(s.kind, s.point or s.area) for s in self.signals if not (s.found and s.point is None)]


class Units:
    """pymodbus' server. The first sixteen coils and inputs of each unit, and its first registers, show the same
    contacts, which the test sets."""

    def __init__(self, port: str, addresses: Sequence[int]) -> None:
        self.contacts = dict.fromkeys(addresses, 0)
        self._port = port
        self._ready = threading.Event()
        self._loop = asyncio.new_event_loop()
        self._ended = asyncio.Event()
        self._thread = threading.Thread(target=self._loop.run_until_complete, args=(self._serve(),), daemon=True)
        self._thread.start()
        assert self._ready.wait(20)

    def close(self) -> None:
        self._loop.call_soon_threadsafe(self._ended.set)
        self._thread.join(20)
        self._loop.close()

    async def _serve(self) -> None:
        server = ModbusSerialServer(
            [self._device(address) for address in self.contacts],
            port=self._port,
            baudrate=9600,
            ignore_missing_devices=True,
        )
        await server.serve_forever(background=True)
        self._ready.set()
        await self._ended.wait()
        await server.shutdown()
        # A request that came at the last moment becomes a task of its own only now, and is not answered any more.
        await asyncio.sleep(0)
        late = asyncio.all_tasks() - {asyncio.current_task()}
        for task in late:
            task.cancel()
        await asyncio.gather(*late, return_exceptions=True)

    def _device(self, address: int) -> SimDevice:
        async def show(_function: int, _start: int, _asked: int, _count: int, memory: list[int], _new: object) -> None:
            memory[0] = self.contacts[address]

        bits = [SimData(0, values=[False] * INPUTS, datatype=DataType.BITS)]
        registers = [SimData(0, values=0, datatype=DataType.REGISTERS)]
        return SimDevice(address, simdata=(bits, bits, registers, registers), action=show)


class Line(threading.Thread):
    """Carries requests to the server and answers back through two hooks, which may drop, keep or add frames."""

    def __init__(self, near: Wire, far: Wire) -> None:
        super().__init__(daemon=True)
        self.asked: Hook = unchanged
        self.answered: Hook = unchanged
        self.lock = threading.RLock()
        self._near, self._far = near, far
        self._wake, self._end = os.pipe()

    def run(self) -> None:
        while True:
            near, far = self._near.master, self._far.master
            ready, _, _ = select.select([end for end in (near, far, self._wake) if end >= 0], [], [], 0.05)
            if self._wake in ready:
                return
            with self.lock:
                if near in ready and near == self._near.master:
                    self._carry(self.asked, near, far)
                if far in ready:
                    self._carry(self.answered, far, near)

    def close(self) -> None:
        os.close(self._end)
        self.join(20)
        os.close(self._wake)

    def _carry(self, hook: Hook, source: int, target: int) -> None:
        for data in hook(os.read(source, 4096)):
            os.write(target, data)


class Site:
    """Link, line and units of one test."""

    def __init__(self, bench: Bench, addresses: Sequence[int]) -> None:
        self._bench = bench
        self.near, far = bench.wire("usb-rs485"), bench.wire("units")
        self.units = Units(far.port, addresses)
        self.line = Line(self.near, far)
        self.line.start()
        self.sink = Sink()

    def start(self, options: Mapping[str, object]) -> Link:
        return self._bench.link(self.near.port, make("modbus", PATIENT | options), self.sink, clock=RealClock())

    def told(self, *news: tuple[Kind, str | None]) -> None:
        """Wait until exactly this has been told."""
        until(lambda: len(self.sink.news()) >= len(news), f"{news}")
        assert self.sink.news() == list(news)

    def all_answer(self, count: int) -> None:
        """Wait until each unit has answered once."""
        until(lambda: len([s for s in self.sink.signals if s.found and s.kind is Kind.FAULT_RESTORE]) == count)

    def close(self) -> None:
        self.line.close()
        self.units.close()


@pytest.fixture
def site(bench: Bench) -> Iterator[Site]:
    """Units 1 and 2 on one line."""
    site = Site(bench, (1, 2))
    yield site
    site.close()


@pytest.mark.parametrize("function", [1, 2, 3, 4])
def test_a_press_and_its_end_by_every_function(site: Site, function: int) -> None:
    site.start({"units": [1, 2], "inputs": INPUTS, "function": function})
    site.all_answer(2)
    site.units.contacts[2] = 1 << 10
    site.told((Kind.ALARM, "2.11"))
    site.units.contacts[2] = 0
    site.units.contacts[1] = 1
    until(lambda: len(site.sink.news()) == 3)
    assert set(site.sink.news()[1:]) == {(Kind.RESTORE, "2.11"), (Kind.ALARM, "1.1")}


def test_normally_closed_contacts(site: Site) -> None:
    site.units.contacts[1] = 0b1111_1111
    site.start({"units": [1], "nc": True})
    site.all_answer(1)
    site.units.contacts[1] = 0b1111_1011
    site.told((Kind.ALARM, "1.3"))


def test_an_answer_that_is_lost_is_asked_for_again(site: Site) -> None:
    link = site.start({"units": [1, 2]})
    site.all_answer(2)
    lost: list[bytes] = []

    def lose_two(data: bytes) -> Sequence[bytes]:
        lost.append(data)
        if len(lost) == 2:
            site.line.answered = unchanged
        return []

    site.units.contacts[1] = 0b100
    site.line.answered = lose_two
    until(lambda: (Kind.ALARM, "1.3") in site.sink.news())
    site.units.contacts[1] = 0
    site.told((Kind.ALARM, "1.3"), (Kind.RESTORE, "1.3"))
    assert link.health().state is LinkState.ALIVE


def test_an_answer_that_comes_when_the_next_unit_is_asked_is_not_taken_for_its_own(site: Site) -> None:
    site.start({"units": [1, 2]})
    site.all_answer(2)
    late: list[bytes] = []
    both = threading.Event()

    def keep_the_first(data: bytes) -> Sequence[bytes]:
        if data[0] == 1 and not late:
            late.append(data)
            return []
        if data[0] == 2 and late:
            # Unit 1's answer comes just before that of unit 2.
            site.line.answered = unchanged
            both.set()
            return [late[0], data]
        return [data]

    site.units.contacts[1] = 0b100
    site.line.answered = keep_the_first
    assert both.wait(20)
    site.units.contacts[1] = 0
    site.units.contacts[2] = 0b1
    until(lambda: (Kind.ALARM, "2.1") in site.sink.news())
    assert (Kind.ALARM, "2.3") not in site.sink.news()
    assert not {Kind.FAULT, Kind.REJECTED} & {kind for kind, _where in site.sink.news()}


def test_an_answer_in_pieces_and_one_that_is_spoilt(site: Site) -> None:
    link = site.start({"units": [1]})
    site.all_answer(1)
    spoilt: list[bytes] = []

    def in_pieces(data: bytes) -> Sequence[bytes]:
        if not spoilt:
            spoilt.append(data)
            return [data[:-1] + bytes([data[-1] ^ 0xFF])]
        return [data[at : at + 1] for at in range(len(data))]

    site.line.answered = in_pieces
    site.units.contacts[1] = 0b1000
    site.told((Kind.ALARM, "1.4"))
    assert link.health().rejected == 1


def test_a_unit_that_is_not_there_is_a_fault_and_the_other_is_read(site: Site) -> None:
    site.start({"units": [1, 3], "retries": 1, "reply_timeout_s": 0.3})
    site.told((Kind.FAULT, "3"))
    (fault,) = [s for s in site.sink.signals if s.kind is Kind.FAULT]
    assert fault.unheard == tuple(f"3.{number}" for number in range(1, 9))
    site.units.contacts[1] = 1
    site.told((Kind.FAULT, "3"), (Kind.ALARM, "1.1"))


def test_a_unit_that_falls_silent_and_comes_back(site: Site) -> None:
    site.start({"units": [1, 2], "retries": 1, "reply_timeout_s": 0.3})
    site.all_answer(2)
    site.line.answered = lambda data: [] if data[0] == 2 else [data]
    site.told((Kind.FAULT, "2"))
    site.units.contacts[2] = 1
    site.line.answered = unchanged
    site.told((Kind.FAULT, "2"), (Kind.FAULT_RESTORE, "2"), (Kind.ALARM, "2.1"))
    assert site.sink.signals[-1].late


def test_inputs_that_a_unit_does_not_have_are_refused(site: Site) -> None:
    link = site.start({"units": [1], "first": 300})
    site.told((Kind.FAULT, "1"))
    assert site.sink.signals[-1].code == "02"
    assert link.health().state is LinkState.ALIVE


def test_a_button_that_is_pressed_while_the_cable_is_out(site: Site) -> None:
    link = site.start({"units": [1, 2]})
    site.all_answer(2)
    with site.line.lock:
        site.near.pull()
    until(lambda: link.health().state is LinkState.LOST)
    site.units.contacts[2] = 0b10
    with site.line.lock:
        site.near.plug()
    site.told((Kind.ALARM, "2.2"))
    (alarm,) = [s for s in site.sink.signals if s.kind is Kind.ALARM]
    assert alarm.found
    assert alarm.late


def test_an_adapter_that_hears_itself(site: Site) -> None:
    def echo(data: bytes) -> Sequence[bytes]:
        site.near.send(data)
        return [data]

    site.line.asked = echo
    link = site.start({"units": [1, 2]})
    site.all_answer(2)
    site.units.contacts[1] = 1
    site.told((Kind.ALARM, "1.1"))
    assert link.health().rejected == 0
