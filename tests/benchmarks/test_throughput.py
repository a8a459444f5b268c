"""Frames a second from bytes to events, beside the Python libraries for the same panels on the same frames.

Each goes through its own reader, the way it reads a port, with the port itself replaced by memory; so do our drivers.
Ours checks every frame's checksum and grammar; what a peer leaves out is said beside it. The frames are those of a
house with 64 zones that open and close: a driver that remembers lines it has read (ness, it100) gains by that as it
does on a real line.
Wants the `bench` extra: alarmdecoder, elkm1-lib, nessclient, pyenvisalink, paradox-alarm-interface.
"""

from __future__ import annotations

import asyncio
import io
import logging
import os
import time
from collections.abc import Callable, Mapping, Sequence
from statistics import median

import pytest

from drivers import registry

pytestmark = pytest.mark.benchmark

FRAMES = 6000
ROUNDS = 7

Peer = Callable[[Sequence[bytes]], tuple[float, int]]
"""Reads the chunks; seconds it took and events that came out."""


@pytest.fixture(autouse=True)
def _quiet() -> None:
    """Peers log each frame; nobody would run them like that."""
    logging.disable(logging.CRITICAL)


def nessclient(chunks: Sequence[bytes]) -> tuple[float, int]:
    """Does not check checksums."""
    client_module = pytest.importorskip("nessclient.client")
    connection_module = pytest.importorskip("nessclient.connection")

    async def read() -> tuple[float, int]:
        connection = connection_module.Serial232Connection("")
        reader = asyncio.StreamReader()
        connection._reader = reader
        client = client_module.Client(connection=connection)
        events = 0
        ended = asyncio.Event()

        def came(_event: object) -> None:
            nonlocal events
            events += 1
            if events == len(chunks):
                ended.set()

        client.on_event_received(came)

        async def connected() -> None:
            return None

        client._connect = connected
        begin = time.perf_counter()
        task = asyncio.ensure_future(client._recv_loop())
        for number, chunk in enumerate(chunks):
            reader.feed_data(chunk)
            if number % 50 == 49:
                await asyncio.sleep(0)
        await asyncio.wait_for(ended.wait(), 60)
        took = time.perf_counter() - begin
        task.cancel()
        return took, events

    return asyncio.run(read())


def elkm1_lib(chunks: Sequence[bytes]) -> tuple[float, int]:
    """Checks lengths and checksums."""
    connection_module = pytest.importorskip("elkm1_lib.connection")
    notify_module = pytest.importorskip("elkm1_lib.notify")

    async def read() -> tuple[float, int]:
        events = 0

        def came(**_facts: object) -> None:
            nonlocal events
            events += 1

        notifier = notify_module.Notifier()
        for name in ("XK", "AS", "ZC", "unknown"):
            notifier.attach(name, came)
        connection = connection_module.Connection("serial:///dev/null", notifier)
        reader = asyncio.StreamReader()
        begin = time.perf_counter()
        task = asyncio.ensure_future(connection._read_stream(reader))
        for number, chunk in enumerate(chunks):
            reader.feed_data(chunk)
            if number % 50 == 49:
                await asyncio.sleep(0)
        reader.feed_eof()
        await asyncio.wait_for(task, 60)
        return time.perf_counter() - begin, events

    return asyncio.run(read())


def pyenvisalink(chunks: Sequence[bytes]) -> tuple[float, int]:
    """Does not check checksums. Its grammar is the IT-100's over a network."""
    panel_module = pytest.importorskip("pyenvisalink")
    client_module = pytest.importorskip("pyenvisalink.dsc_client")

    async def read() -> tuple[float, int]:
        panel = panel_module.EnvisalinkAlarmPanel("localhost", panelType="DSC", eventLoop=asyncio.get_running_loop())
        events = 0

        def came(_what: object) -> None:
            nonlocal events
            events += 1

        panel.callback_zone_state_change = came
        panel.callback_partition_state_change = came
        panel.callback_poll_response = came
        client = client_module.DSCClient(panel, asyncio.get_running_loop())
        begin = time.perf_counter()
        for chunk in chunks:
            client.data_received(chunk)
        return time.perf_counter() - begin, events

    return asyncio.run(read())


def paradox_alarm_interface(chunks: Sequence[bytes]) -> tuple[float, int]:
    """The PRT3 protocol has no checksum to check."""
    protocol_module = pytest.importorskip("paradox.connections.prt3.protocol")
    parser_module = pytest.importorskip("paradox.hardware.prt3.parser")
    events = 0

    class Handler:
        def on_message(self, raw: bytes) -> None:
            nonlocal events
            if parser_module.parse_line(raw.rstrip(b"\r").decode("cp850")) is not None:
                events += 1

    protocol = protocol_module.PRT3Protocol(Handler())
    begin = time.perf_counter()
    for chunk in chunks:
        protocol.data_received(chunk)
    return time.perf_counter() - begin, events


def alarmdecoder(chunks: Sequence[bytes]) -> tuple[float, int]:
    """Waits for, reads and filters one byte after the other, with a timer thread a line, as it does on a port."""
    decoder_module = pytest.importorskip("alarmdecoder")
    device_module = pytest.importorskip("alarmdecoder.devices.serial_device")
    ready, feeding = os.pipe()
    os.write(feeding, b"x")

    class Port(io.BytesIO):
        def fileno(self) -> int:
            return ready

    device = device_module.SerialDevice()
    device._device = Port(b"".join(chunks))
    decoder = decoder_module.AlarmDecoder(device, ignore_lrr_states=False)
    decoder._wire_events()
    events = 0

    def came(*_args: object, **_facts: object) -> None:
        nonlocal events
        events += 1

    decoder.on_message += came
    decoder.on_lrr_message += came
    decoder.on_rfx_message += came
    try:
        begin = time.perf_counter()
        for _chunk in chunks:
            device.read_line(timeout=10)
        return time.perf_counter() - begin, events
    finally:
        os.close(ready)
        os.close(feeding)


def ours(name: str, options: Mapping[str, object], chunks: Sequence[bytes]) -> tuple[float, int]:
    """The driver, fed as the link feeds it."""
    driver = registry.make(name, options)
    driver.opened(0.0)
    frames = 0
    begin = time.perf_counter()
    for number, chunk in enumerate(chunks):
        for step in driver.feed(chunk, number * 0.01):
            frames += step.alive
    return time.perf_counter() - begin, frames


KEYPAD = (
    b'[10000001000000003A--],008,[f702000b1008001c08020000000000],"****DISARMED****  READY TO ARM  "\r\n',
    b'[00000001100100000A--],005,[f707000600e5800c0c020000],"ALARM 05 CONTACT ROOM           "\r\n',
    b"!LRR:099,1,CID_1123,ff\r\n",
    b"!RFX:0746846,80\r\n",
)


def ness_line(event: str) -> bytes:
    """An event's line with its check."""
    return f"{event}{-sum(bytes.fromhex(event)) & 0xFF:02x}\r\n".encode()


def dsc_line(said: str) -> bytes:
    """A line with its check."""
    return f"{said}{sum(said.encode()) & 0xFF:02X}\r\n".encode()


def elk_line(said: str) -> bytes:
    """A message with its length and check."""
    told = f"{len(said) + 4:02X}{said}00"
    return f"{told}{-sum(told.encode()) & 0xFF:02X}\r\n".encode()


ZONES = range(1, 33)
AGAINST: Mapping[str, tuple[Peer, Mapping[str, object], tuple[bytes, ...]]] = {
    "ness": (
        nessclient,
        {},
        (
            b"870003610009001809211831354c\r\n",
            b"8200036014000007\r\n",
            b"820361230001f6\r\n",
            b"820703600501000e\r\n",
            *(
                ness_line(f"82{length}61{what}{zone:02}00")
                for zone in ZONES
                for length, what in (("03", "00"), ("83", "01"))
            ),
        ),
    ),
    "it100": (
        pyenvisalink,
        {},
        (
            b"50000025\r\n",
            b"60900231\r\n",
            b"6501CC\r\n",
            b"6543D2\r\n",
            *(dsc_line(f"{what}{zone:03}") for zone in ZONES for what in ("609", "610")),
        ),
    ),
    "elk": (
        elkm1_lib,
        {},
        (
            b"16XK0703106040222000007B\r\n",
            b"1EAS100000004111111100000000000A\r\n",
            *(elk_line(f"ZC{zone:03}{state}") for zone in ZONES for state in "29"),
        ),
    ),
    "alarmdecoder": (alarmdecoder, {}, KEYPAD),
    "line": (
        paradox_alarm_interface,
        {"preset": "paradox-prt3"},
        (
            b"G001N005A006\r",
            b"RA004DOONOOO\r",
            b"G030N000A001\r",
            b"G024N012A002\r",
            *(f"G{what}N{zone:03}A001\r".encode() for zone in ZONES for what in ("001", "000")),
        ),
    ),
}


@pytest.mark.parametrize("name", AGAINST)
def test_frames_a_second_beside_a_peer(name: str) -> None:
    peer, options, frames = AGAINST[name]
    chunks = [frames[number % len(frames)] for number in range(FRAMES)]
    mine: list[float] = []
    theirs: list[float] = []
    events = 0
    for _round in range(ROUNDS):
        took, read = ours(name, options, chunks)
        assert read == FRAMES, f"{read} of {FRAMES} frames were valid"
        mine.append(took)
        took, events = peer(chunks)
        theirs.append(took)
    assert events, "the peer has read nothing"
    rate, peer_rate = FRAMES / median(mine), FRAMES / median(theirs)
    print(
        f"\n{name:13} {rate:9,.0f} frames/s   {peer.__name__:24} {peer_rate:9,.0f} frames/s"
        f"   ratio {rate / peer_rate:6.2f}   (peer: {events} events of {FRAMES} frames)",
        flush=True,
    )
