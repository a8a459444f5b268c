"""A town hall that lives while its processes are killed and its world fails: buttons are pressed until the panel has
its acknowledgement, a guard acts on every alarm, a clerk writes incidents, messages go to a real mail server.

    with living_town(tmp_path, seed=1) as town:
        town.kill_monitor()
        ...
        town.settle()          # everybody finishes what they began
        town.check()           # nothing lost, nothing doubled, nothing half

What was *confirmed* is what counts: a press whose acknowledgement the panel has read, an act whose reply the guard has
seen, an incident that the clerk was told is saved, a message the server has taken.
"""

from __future__ import annotations

import multiprocessing
import os
import random
import signal
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from ctypes import c_double
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from multiprocessing import forkserver
from multiprocessing.context import ForkServerContext, ForkServerProcess
from pathlib import Path
from unittest.mock import patch

from sqlalchemy import select

from db.alarm_tables import AlarmRow
from db.audit_tables import AuditRow
from db.followup_tables import FollowUpRow
from db.incident_tables import IncidentRow
from db.journal import read_entries, read_last_number
from db.main import cursor, reading, writing
from db.people_tables import UserRow
from db.schema import prepare_main
from guardroom.alarms.acts import Act, ActReply
from guardroom.alarms.following import fold
from guardroom.alarms.journalling import event_of
from guardroom.alarms.state import Received, State
from guardroom.alarms.view import OUTCOMES, STEPS, AlarmView, BoardView
from guardroom.clock import SystemClock
from guardroom.config import load
from guardroom.feed import Down, MonitorFeed
from guardroom.ground import open_ground
from guardroom.people.audit import first_break
from guardroom.people.secret import make_secret
from harness.espa_line import EspaLine
from harness.living_parts import Tempo, run_clerk, run_monitor
from harness.mail_server import MailServer
from harness.serial_pair import SerialPair
from harness.town import CONFIGURATION, PATIENCE, until

RECIPIENTS = """
[[recipients]]
name = "Vagt"
groups = ["guards"]
mail = "vagt@byby.example"
"""
ROOMS = ("005", "006")
CLERK = 1
"""The clerk's number among the users."""
_DUMP = "Current thread 0x"
"""The heading of the thread that is told last."""


def _nursery() -> ForkServerContext:
    """Where processes are forked that have the whole program loaded."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["harness.living_parts"])
    # The server looks for what it loads beforehand in its environment, not in this process' path.
    with patch.dict(os.environ, PYTHONPATH=os.pathsep.join(sys.path)):
        forkserver.ensure_running()
    return context


_processes = _nursery()


class Panel(threading.Thread):
    """Presses buttons, each with a text of its own and some on a bad line, until each is acknowledged."""

    def __init__(self, pair: SerialPair, chance: random.Random, pause_s: float) -> None:
        super().__init__(name="panel", daemon=True)
        self.line = EspaLine(pair, timeout=0.15)
        self.chance = chance
        self.pause_s = pause_s
        self.acknowledged: list[str] = []
        self.noise = 0.2
        self.ending = threading.Event()

    def run(self) -> None:
        number = 0
        while not self.ending.wait(self.pause_s * self.chance.random() * 2):
            number += 1
            text = f"OVERFALD {number:06}"
            room = self.chance.choice(ROOMS)
            while True:
                # A cable that is out is an error to write to: the panel tries again until it is in.
                with suppress(OSError, ValueError):
                    if self.chance.random() < self.noise:
                        self.line.send_spoilt(room, text, self.chance)
                    if self.line.press(room, text):
                        break
            self.acknowledged.append(text)


class Guard(threading.Thread):
    """Does one thing after the other about the oldest alarm, and remembers what was confirmed."""

    def __init__(self, journal: Path, chance: random.Random, pause_s: float) -> None:
        super().__init__(name="guard", daemon=True)
        self.chance = chance
        self.pause_s = pause_s
        self.confirmed: list[str] = []
        self.refused: Counter[str] = Counter()
        self.view: BoardView | None = None
        self.ending = threading.Event()
        self._feed = MonitorFeed(journal)
        self._replies: dict[str, ActReply] = {}
        self._news = threading.Condition()

    def run(self) -> None:
        self._feed.start(self._seen, self._down)
        while not self.ending.wait(self.pause_s * self.chance.random() * 2):
            view = self.view
            if view is None or not view.alarms:
                continue
            act = self._next(self.chance.choice(view.alarms))
            self._feed.act(act, self._replied)
            with self._news:
                while act.id not in self._replies:
                    self._news.wait()
                reply = self._replies.pop(act.id)
            if reply.refused:
                self.refused[reply.refused] += 1
            elif reply.stored:
                self.confirmed.append(act.id)

    def hang_up(self) -> None:
        """Leave the board."""
        self._feed.stop()

    def _next(self, alarm: AlarmView) -> Act:
        if alarm.state.endswith("unacknowledged"):
            return Act(kind="acknowledge", alarm=alarm.id, press=alarm.presses, station="Vagtstuen")
        match self.chance.randrange(4):
            case 0:
                return Act(kind="step", alarm=alarm.id, detail=self.chance.choice(STEPS), station="Vagtstuen")
            case 1:
                return Act(kind="note", alarm=alarm.id, text="Set på", station="Vagtstuen")
            case 2 if not alarm.outcome:
                outcome = self.chance.choice([*OUTCOMES.values()])
                return Act(kind="outcome", alarm=alarm.id, detail=outcome, station="Vagtstuen")
            case _:
                return Act(kind="close", alarm=alarm.id, station="Vagtstuen")

    def _seen(self, view: BoardView) -> None:
        self.view = view

    def _down(self, _down: Down) -> None:
        self.view = None

    def _replied(self, reply: ActReply) -> None:
        with self._news:
            self._replies[reply.id] = reply
            self._news.notify_all()


@dataclass
class Clerk:
    """Has one incident after the other saved, in a process that may be killed at any moment; what was not confirmed is
    asked for again, as somebody would who saw no answer. `pause_s`: between two of them, in our seconds."""

    config: Path
    tempo: Tempo
    pause_s: float = 0.0
    confirmed: list[str] = field(default_factory=list)
    asked: str = ""
    process: ForkServerProcess | None = None
    _next_at: float = 0.0

    def begin(self) -> None:
        """Start the process, and let it save what the last one did not confirm."""
        self.line, theirs = _processes.Pipe()
        self.process = _processes.Process(
            target=run_clerk, args=(self.config, self.tempo, CLERK, theirs), name="clerk", daemon=True
        )
        self.process.start()
        theirs.close()
        if self.asked:
            self.line.send(self.asked)
        else:
            self.ask()

    def ask(self) -> None:
        """Have the next incident saved."""
        self.asked = f"Borgeren råbte og slog i bordet, sag {len(self.confirmed) + 1:06}."
        self.line.send(self.asked)

    def hear(self) -> None:
        """Take the answer, if there is one, and ask for the next when it is time for it."""
        with suppress(EOFError, ConnectionError):
            if self.line.poll():
                self.confirmed.append(self.line.recv())
                self.asked, self._next_at = "", time.monotonic() + self.pause_s
            if not self.asked and time.monotonic() >= self._next_at:
                self.ask()

    def kill(self) -> None:
        """SIGKILL, and another begins."""
        assert self.process is not None
        self.process.kill()
        self.process.join()
        with suppress(EOFError, ConnectionError):
            # Confirmed before it died.
            while self.line.poll():
                self.confirmed.append(self.line.recv())
                self.asked = ""
        self.line.close()
        self.begin()

    def finish(self) -> None:
        """Wait until the last one is confirmed, then end."""
        assert self.process is not None
        if self.asked:
            assert self.line.poll(PATIENCE), "the clerk does not answer"
            self.confirmed.append(self.line.recv())
        self.line.send("")
        self.process.join(PATIENCE)
        self.line.close()


class Ledger:
    """What the journal holds, read on from where it was read to."""

    def __init__(self, journal: Path) -> None:
        self.number = 0
        self.pressed: set[str] = set()
        self.copies: set[str] = set()
        self.acts: set[str] = set()
        self._journal = journal

    def read_on(self) -> None:
        """Read what has come. AssertionError where something stands there twice."""
        for entry in read_entries(self._journal, after=self.number):
            assert entry.number > self.number
            self.number = entry.number
            event = event_of(entry)
            if isinstance(event, Received) and event.signal.kind == "alarm":
                text = event.signal.text or ""
                if event.duplicate:
                    assert text in self.pressed, "a copy without its press"
                    self.copies.add(text)
                else:
                    assert text not in self.pressed, "a press is doubled"
                    self.pressed.add(text)
            if entry.act_id:
                assert entry.act_id not in self.acts, "an act is doubled"
                self.acts.add(entry.act_id)

    def check(self, acknowledged: Sequence[str], confirmed: Sequence[str]) -> None:
        """AssertionError where something of this is not there."""
        assert not set(acknowledged) - self.pressed, "a press is lost"
        assert not set(confirmed) - self.acts, "a confirmed act is lost"


class LivingTown:
    """See the module. `speed`: how much faster than ours its time goes; `pause_s`: between presses, and between acts,
    on average, in our seconds; `clerk_pause_s`: between an incident that is saved and the next."""

    def __init__(
        self, folder: Path, seed: int, *, speed: float = 1, pause_s: float = 0.02, clerk_pause_s: float = 0.0
    ) -> None:
        self.folder = folder
        self.config = folder / "guardroom.toml"
        self.pair = SerialPair(folder / "panel")
        self.server = MailServer()
        # A press that is repeated for long is a press of its own, and this town's time may go fast.
        text = CONFIGURATION.format(language="da", port=self.pair.path, supervision_s=15 * max(speed, 4))
        text = text.replace("repeat_s = 120", f"repeat_s = {120 * speed:.0f}")
        self.config.write_text(text + self.server.toml() + RECIPIENTS, "utf-8")
        settings = load(self.config)
        prepare_main(settings.database)
        make_secret(settings.secret)
        # Without a lock: whoever is killed while it holds one would stop the clock of all the others.
        self.step: c_double = _processes.Value("d", 0.0, lock=False)
        self.tempo = Tempo(speed, SystemClock().monotonic(), datetime.now(UTC), self.step)
        self.ground = open_ground(settings, self.tempo)
        with writing(self.ground.engine) as session:
            session.add(UserRow(initials="KK", role="guard", created_at=self.tempo.epoch, name="Kim Kær", title="vagt"))
        chance = random.Random(seed)
        self.panel = Panel(self.pair, random.Random(chance.random()), pause_s)
        self.guard = Guard(settings.journal, random.Random(chance.random()), pause_s)
        self.clerk = Clerk(self.config, self.tempo, clerk_pause_s)
        self._ledger = Ledger(settings.journal)
        self.monitor = self._start_monitor()

    def begin(self) -> None:
        """Let everybody begin."""
        self.server.start()
        self.panel.start()
        self.guard.start()
        self.clerk.begin()

    def wait_for_one_more(self, confirmed: Sequence[object], seconds: float = 5) -> None:
        """Let them live until one more of these is confirmed; for so long at most, as it may depend on who is dead."""
        before = len(confirmed)
        deadline = time.monotonic() + seconds
        while len(confirmed) == before and time.monotonic() < deadline:
            self.clerk.hear()
            time.sleep(0.005)

    def kill_monitor(self) -> None:
        """SIGKILL, and another begins."""
        self.monitor.kill()
        self.monitor.join()
        self.monitor = self._start_monitor()

    def settle(self) -> None:
        """Everybody finishes what they have begun; the monitor's time goes on until all is carried over and told."""
        self.panel.ending.set()
        self.panel.join(PATIENCE)
        assert not self.panel.is_alive(), f"not acknowledged: {self._where_it_stands()}"
        self.guard.ending.set()
        self.guard.join(PATIENCE)
        assert not self.guard.is_alive(), "an act was never answered"
        self.clerk.finish()
        # After hundreds of kills much is still to be carried over: that may take its time as long as it goes on.
        while (carried := self._carried()) != self._last_number():
            until(partial(self._is_carried_beyond, carried))

    def _is_carried_beyond(self, number: int) -> bool:
        return self._carried() > number

    def close(self) -> None:
        """End it all."""
        self.guard.hang_up()
        for process in (self.monitor, self.clerk.process):
            if process is not None and process.is_alive():
                process.kill()
                process.join()
        self.panel.ending.set()
        self.guard.ending.set()
        self.server.stop()
        self.ground.engine.dispose()
        self.pair.close()

    def _where_it_stands(self) -> str:
        """What each thread of the monitor is doing, where it does anything, and what it has logged before."""
        if self.monitor.is_alive() and self.monitor.pid is not None:
            dumps = self.log().count(_DUMP)
            os.kill(self.monitor.pid, signal.SIGUSR1)
            with suppress(AssertionError):
                until(lambda: self.log().count(_DUMP) > dumps)
        return f"alive {self.monitor.is_alive()}, {self.log()[-20000:]}"

    def log(self) -> str:
        """What the monitors have logged."""
        path = self.folder / "monitor.log"
        return path.read_text("utf-8", "replace") if path.exists() else ""

    def check_journal(self) -> None:
        """Everything confirmed so far is in the journal, once. At any moment."""
        presses, acts = len(self.panel.acknowledged), len(self.guard.confirmed)
        self._ledger.read_on()
        self._ledger.check(self.panel.acknowledged[:presses], self.guard.confirmed[:acts])

    def folded(self) -> State:
        """What the journal says."""
        state = State()
        for entry in read_entries(self.ground.settings.journal):
            fold(state, entry)
        return state

    def check(self) -> None:
        """Nothing confirmed is lost, nothing doubled, nothing half. For a town that has settled."""
        self.check_journal()
        assert not self._ledger.pressed - set(self.panel.acknowledged), "a press that nobody made"
        self._check_alarms()
        self._check_incidents()
        self._check_messages()

    def _check_alarms(self) -> None:
        state = self.folded()
        with reading(self.ground.engine) as session:
            rows = {row.number: row for row in session.scalars(select(AlarmRow))}
        assert sum(row.presses for row in rows.values()) == len(self.panel.acknowledged)
        for alarm in state.alarms.values():
            assert rows[alarm.id].presses == alarm.presses
            assert rows[alarm.id].state == alarm.state
        assert {number for number, row in rows.items() if row.closed_at is None} == set(state.alarms)

    def _check_incidents(self) -> None:
        with reading(self.ground.engine) as session:
            saved = Counter(session.scalars(select(IncidentRow.account)))
            audited = Counter(session.scalars(select(AuditRow.what)))
            without = set(session.scalars(select(IncidentRow.id))) - set(
                session.scalars(select(FollowUpRow.incident_id))
            )
            broken = first_break(session, self.ground.audit_key)
        assert set(saved) == set(self.clerk.confirmed), "an incident is lost"
        assert max(saved.values()) == 1, "an incident is doubled"
        assert audited["incident_saved"] == len(self.clerk.confirmed)
        assert not without, "an incident without its follow-ups"
        assert broken is None

    def _check_messages(self) -> None:
        told: dict[str, set[tuple[str, str]]] = {}
        for to, message in self.server.taken:
            told.setdefault(str(message["Message-ID"]), set()).add((to, str(message["Subject"])))
        assert all(len(same) == 1 for same in told.values()), "one name for two messages"

    def _last_number(self) -> int:
        return read_last_number(self.ground.settings.journal)

    def _carried(self) -> int:
        with reading(self.ground.engine) as session:
            return cursor(session, self.ground.settings.station)

    def _start_monitor(self) -> ForkServerProcess:
        process = _processes.Process(target=run_monitor, args=(self.config, self.tempo), name="monitor", daemon=True)
        process.start()
        return process


@contextmanager
def living_town(
    folder: Path, seed: int, *, speed: float = 1, pause_s: float = 0.02, clerk_pause_s: float = 0.0
) -> Iterator[LivingTown]:
    """A town that lives, and is taken down at the end."""
    made = LivingTown(folder, seed, speed=speed, pause_s=pause_s, clerk_pause_s=clerk_pause_s)
    try:
        made.begin()
        yield made
    finally:
        made.close()
