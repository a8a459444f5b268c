"""From the last byte of a call to the room's name on the glass: the whole program, beside one plain widget."""

from __future__ import annotations

import sys
import time
from pathlib import Path

import pytest
from harness.serial_pair import SerialPair
from harness.town import Town
from measuring import NAME, NS_A_MS, Glass, close_all, guarded, pause, press, settled, tell

from db.journal import Journal
from drivers.base import Cause, Kind, Signal
from guardroom.alarms.acts import Act
from guardroom.alarms.desk import AlarmDesk
from guardroom.clock import SystemClock
from guardroom.config import load
from guardroom.databases import ready_journal
from guardroom.version import VERSION

EVENTS = 200
WARM = 5
HISTORY = 500

pytestmark = [pytest.mark.benchmark, pytest.mark.timeout(900)]


def peer(port: Path) -> list[float]:
    """How long the plain widget takes, in ms, of each event."""
    times = []
    argv = [sys.executable, str(Path(__file__).with_name("static_peer.py"))]
    with SerialPair(port) as pair, Glass([*argv, str(port)]) as glass:
        glass.wait_for_bytes(b"PEER READY", 0)
        settled([glass.pid])
        for number in range(EVENTS + WARM):
            pause()
            begin, sent = len(glass.chunks), time.monotonic_ns()
            text = f"{NAME} {number:05}"
            pair.write(f"{text}\n".encode())
            # Only what differs is painted, which for the peer is all of a short line.
            glass.wait_for_bytes(f"{number:05}".encode(), begin)
            at = glass.when(lambda screen, text=text: text in screen, sent)  # type: ignore[misc]
            times.append((at - sent) / NS_A_MS)
    return times[WARM:]


def takeovers(byby: Town) -> tuple[list[float], list[float]]:
    """Fresh alarms, each taken over, acknowledged and closed: ms to the ACK and ms to the glass."""
    to_ack, to_glass = [], []
    with guarded(byby) as (glass, pids):
        for number in range(EVENTS + WARM):
            text = f"OVERFALD {number:05}"
            glass.still()
            assert glass.first(lambda screen: "SIDEN TRYK" in screen) is None or number, "a takeover before its alarm"
            pause()
            begin = len(glass.chunks)
            sent, got = press(byby.pair, text)
            glass.wait_for_bytes(text.encode(), begin)
            at = glass.when(lambda screen, text=text: f"{NAME} ·" in screen and text in screen, sent)  # type: ignore[misc]
            to_ack.append((got - sent) / NS_A_MS)
            to_glass.append((at - sent) / NS_A_MS)
            close_all(byby.folder / "journal.db")
            settled(pids, still_s=0.06)
    return to_ack[WARM:], to_glass[WARM:]


def write_history(byby: Town) -> None:
    """Closed alarms in the journal, as the monitor itself would have written them."""
    settings = load(byby.config)
    ready_journal(settings, SystemClock())
    with Journal.open(settings.journal) as journal:
        desk = AlarmDesk(settings, journal, SystemClock(), VERSION)
        for number in range(HISTORY):
            text = f"TIDLIGERE {number:05}"
            desk.store("blok-a", [Signal(kind=Kind.ALARM, cause=Cause.HOLD_UP, point="006", text=text, raw=b"raw")])
            alarm = desk.view().alarms[0].id
            for act in (
                Act(kind="acknowledge", by="AB", alarm=alarm, press=1),
                Act(kind="step", by="AB", alarm=alarm, detail="on_scene"),
                Act(kind="note", by="AB", alarm=alarm, text="Borgeren gik selv"),
                Act(kind="close", by="AB", alarm=alarm, detail="left_by_themselves"),
            ):
                assert not desk.act(act).refused


@pytest.mark.parametrize("history", [0, HISTORY])
def test_wire_to_glass(byby: Town, history: int) -> None:
    beside = peer(byby.folder / "peer")
    if history:
        write_history(byby)
    to_ack, to_glass = takeovers(byby)
    print()
    tell("peer: one Static in Textual", beside)
    tell(f"wire to glass, {history} alarms in the history", to_glass, beside)
    tell(f"... and to the ACK meanwhile, {history} in the history", to_ack)
    assert len(byby.alarms()) == EVENTS + WARM + history
