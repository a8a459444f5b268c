"""A thousand signals at once: nothing lost, the alarm readable all the while, keys answered."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial

import pytest
from harness.espa_line import ACK, EOT, block
from harness.serial_pair import SerialPair
from harness.town import Town
from measuring import NAME, NS_A_MS, Glass, guarded, press, select_pager, settled, tell, timed_block

SIGNALS = 1000
GUARD_S = 0.8
HELP = "HJÆLP:"

pytestmark = [pytest.mark.benchmark, pytest.mark.timeout(900)]


def one_by_one(pair: SerialPair, blocks: Sequence[bytes]) -> None:
    """Many blocks in one select, each as soon as the one before is acknowledged."""
    select_pager(pair)
    for data in blocks:
        timed_block(pair, data)
    pair.write(EOT)


def at_once(pair: SerialPair, blocks: Sequence[bytes]) -> None:
    """All of them without waiting for an answer: the desk gets hundreds in one call."""
    select_pager(pair)
    pair.write(b"".join(blocks))
    answer = b""
    while not answer.endswith(ACK):
        came = pair.read(30)
        assert came, "no answer to the last block"
        answer += came
        if pair.read(1):
            answer += ACK
    pair.write(EOT)


BURSTS: dict[str, list[bytes]] = {
    "presses of one room": [block("005", f"OVERFALD {number:05}") for number in range(SIGNALS)],
    "repeats of one call": [block("005", "OVERFALD")] * SIGNALS,
    "points that no room owns": [block(f"{number:04}", f"OVERFALD {number:05}") for number in range(SIGNALS)],
}


@contextmanager
def under_way(burst: Callable[[], None]) -> Iterator[threading.Thread]:
    """The burst in a thread; ended when left."""
    failed: list[BaseException] = []

    def run() -> None:
        try:
            burst()
        except BaseException as problem:
            failed.append(problem)

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    try:
        yield thread
    finally:
        thread.join(120)
    assert not failed, failed


def unreadable(glass: Glass, since_ns: int) -> list[float]:
    """The stretches (ms) from `since_ns` on in which the room's name was not on the glass."""
    gaps: list[float] = []
    while (gone := glass.first(lambda screen: not in_front(screen), since_ns)) is not None:
        back = glass.first(in_front, gone)
        gaps.append((back - gone) / NS_A_MS if back is not None else float("inf"))
    return gaps


@pytest.mark.parametrize("name", BURSTS)
@pytest.mark.parametrize("send", [one_by_one, at_once])
def test_burst(byby: Town, name: str, send: Callable[[SerialPair, Sequence[bytes]], None]) -> None:
    blocks = BURSTS[name]
    with guarded(byby) as (glass, pids):
        press(byby.pair, "OVERFALD")
        glass.wait_for_bytes(b"SIDEN TRYK", 0)
        glass.still()
        readable_from = glass.first(in_front)
        assert readable_from is not None
        begin = time.monotonic_ns()
        with under_way(partial(send, byby.pair, blocks)) as thread:
            thread.join(120)
            stored = time.monotonic_ns()
        settled(pids, timeout=300)
        rested = time.monotonic_ns()
        gaps = unreadable(glass, readable_from)
    found = byby.signals()
    assert len(found) == SIGNALS + 1, f"{len(found)} of {SIGNALS + 1} signals"
    print()
    took = f"acknowledged after {(stored - begin) / 1e9:.2f} s, all at rest after {(rested - begin) / 1e9:.2f} s"
    print(f"burst of {SIGNALS} {name}, {send.__name__}: {len(found) - 1} stored; {took}; unreadable for {gaps} ms")
    assert not gaps


@pytest.mark.parametrize("name", BURSTS)
def test_keys_during_a_burst(byby: Town, name: str) -> None:
    """The help and back again, and after the burst F12; a new press holds back the takeover's keys for 0.7 s."""
    answered: list[float] = []
    unanswered = 0
    with guarded(byby) as (glass, pids):
        press(byby.pair, "OVERFALD")
        glass.wait_for_bytes(b"SIDEN TRYK", 0)
        time.sleep(GUARD_S)
        with under_way(partial(one_by_one, byby.pair, BURSTS[name])) as thread:
            while thread.is_alive():
                begin = time.monotonic_ns()
                glass.press("?")
                at = shown(glass, lambda screen: HELP in screen, begin)
                if at is None:
                    unanswered += 1
                    continue
                answered.append((at - begin) / NS_A_MS)
                glass.press("esc")
                shown(glass, lambda screen: HELP not in screen, time.monotonic_ns())
        ended = time.monotonic_ns()
        acknowledged = None
        while acknowledged is None and time.monotonic_ns() - ended < 60e9:
            begin = time.monotonic_ns()
            glass.press("f12")
            acknowledged = shown(glass, lambda screen: not in_front(screen), begin)
        settled(pids, timeout=300)
    print()
    if answered:
        tell(f"'?' answered during 1,000 {name}", answered)
    assert acknowledged is not None
    print(f"... held back {unanswered} times; F12 on the glass {(acknowledged - ended) / 1e9:.2f} s after the burst")


def in_front(screen: str) -> bool:
    """Whether the room is the takeover's, and not only among the other alarms."""
    return any(line.strip().startswith(f"{NAME} ·") for line in screen.splitlines())


def shown(glass: Glass, wanted: Callable[[str], bool], since_ns: int, within_s: float = 0.5) -> int | None:
    """When the glass was first so; None if it was not in time."""
    end = time.monotonic() + within_s
    while time.monotonic() < end:
        if (at := glass.first(wanted, since_ns)) is not None:
            return at
        time.sleep(0.002)
    return None
