"""From the last byte of a call to its ACK: the monitor as it is, beside a round trip with one durable commit."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from harness.espa_line import ACK, EOT, block
from harness.serial_pair import SerialPair
from harness.town import Town
from measuring import NS_A_MS, close_all, press, select_pager, settled, tell, timed_block

EVENTS = 2000
IN_A_ROW = 200

pytestmark = [pytest.mark.benchmark, pytest.mark.timeout(600)]


@contextmanager
def floor(folder: Path, length: int) -> Iterator[SerialPair]:
    """The floor's process on a pair of its own."""
    with SerialPair(folder / "floor") as pair:
        program = [sys.executable, str(Path(__file__).with_name("commit_floor.py"))]
        child = subprocess.Popen([*program, str(pair.path), str(folder / "floor.db"), str(length)])
        try:
            assert pair.read(20) == ACK
            yield pair
        finally:
            child.kill()
            child.wait()


def ours(pair: SerialPair, texts: list[str]) -> list[float]:
    """Calls one after the other; how long each waited for its ACK, in ms."""
    times = [press(pair, text) for text in texts]
    return [(got - sent) / NS_A_MS for sent, got in times]


def test_wire_to_ack(byby: Town) -> None:
    monitor = byby.start_monitor()
    settled([monitor.pid], still_s=1)
    ours(byby.pair, [f"OVERFALD W{number:04}" for number in range(IN_A_ROW)])
    fresh: list[float] = []
    again: list[float] = []
    many: list[float] = []
    least: list[float] = []
    with floor(byby.folder, len(block("005", "OVERFALD 00000"))) as other:
        for begin in range(0, EVENTS, IN_A_ROW):
            numbers = range(begin, begin + IN_A_ROW)
            close_all(byby.folder / "journal.db")
            settled([monitor.pid])
            fresh += ours(byby.pair, [f"OVERFALD {number:05}" for number in numbers])
            settled([monitor.pid])
            for number in numbers:
                sent, got = timed_block(other, block("005", f"OVERFALD {number:05}"))
                least.append((got - sent) / NS_A_MS)
            again += ours(byby.pair, ["OVERFALD 00000"] * IN_A_ROW)
            settled([monitor.pid])
            # Several blocks in one select, as a panel sends what has gathered.
            select_pager(byby.pair)
            for number in numbers:
                sent, got = timed_block(byby.pair, block("005", f"OVERFALD M{number:04}"))
                many.append((got - sent) / NS_A_MS)
            byby.pair.write(EOT)
    print()
    tell("floor: pty round trip and one durable commit", least)
    tell("wire to ACK, every call another", fresh, least)
    tell("wire to ACK, several blocks in a select", many, least)
    tell("wire to ACK, repeats of one call", again, least)
    stored = byby.signals()
    assert len(stored) == IN_A_ROW + 3 * EVENTS
    assert sum(bool(line["duplicate"]) for line in stored) == EVENTS
