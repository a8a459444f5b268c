"""What the benchmarks share: figures as lines, a terminal whose output is only time-stamped, quiet before a start."""

from __future__ import annotations

import math
import os
import random
import subprocess
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from statistics import median

from harness.espa_line import ACK, ENQ, EOT, block
from harness.serial_pair import SerialPair
from harness.terminal import PtyProgram
from harness.town import Town, children, command, dashboard_of, until

from guardroom.alarms.acts import Act, ActReply
from guardroom.alarms.view import BoardView
from guardroom.feed import MonitorFeed

SIZE = (36, 120)
NS_A_MS = 1e6
NAME = "Kontaktrum 2"


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest value that at least `share` (0 to 1) of the values do not exceed."""
    return sorted(values)[max(0, math.ceil(share * len(values)) - 1)]


def tell(what: str, values: Sequence[float], beside: Sequence[float] | None = None) -> None:
    """Print one line of figures, in ms; `beside` is the floor or the peer of the same run."""
    said = f"{what:52} median {median(values):8.2f}  p99 {percentile(values, 0.99):8.2f}  max {max(values):8.2f} ms"
    said += f"  n {len(values):4}"
    if beside:
        said += f"  {median(values) / median(beside):5.2f} x the floor's median"
    print(said, flush=True)


def busy_s(pid: int) -> float:
    """Processor seconds that a process has used (Linux); 0.0 where it has ended."""
    with suppress(OSError):
        fields = Path(f"/proc/{pid}/stat").read_text("ascii", "replace").rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    return 0.0


def settled(pids: Iterable[int], still_s: float = 0.3, timeout: float = 60) -> None:
    """Wait until the processes have done next to nothing for `still_s` seconds: what was due later is done too."""
    watched = list(pids)
    begin, used = time.monotonic(), sum(map(busy_s, watched))
    since = begin
    while time.monotonic() - since < still_s:
        assert time.monotonic() - begin < timeout, "never quiet"
        time.sleep(0.02)
        now = sum(map(busy_s, watched))
        if now - used > 0.02:
            since, used = time.monotonic(), now


def select_pager(pair: SerialPair, *, every: float = 1.0, tries: int = 10) -> None:
    """Select the pager station; a select that is not answered within `every` seconds is sent again."""
    for _ in range(tries):
        pair.write(EOT + b"1" + ENQ + b"2" + ENQ)
        if pair.read(every).endswith(ACK):
            return
    raise AssertionError("the pager does not answer")


def timed_block(pair: SerialPair, data: bytes) -> tuple[int, int]:
    """Send a block to the selected pager: the monotonic ns at which its last byte went and at which the ACK came."""
    sent = time.monotonic_ns()
    pair.write(data)
    answer = pair.read(5)
    got = time.monotonic_ns()
    assert answer == ACK, answer
    return sent, got


def press(pair: SerialPair, text: str, address: str = "005") -> tuple[int, int]:
    """A whole call; the times are those of its block, as `timed_block` gives them."""
    select_pager(pair)
    times = timed_block(pair, block(address, text))
    pair.write(EOT)
    return times


class Glass(PtyProgram):
    """A terminal that only notes what comes and when. `first` reads it afterwards, so that reading costs no time."""

    def __init__(self, argv: Sequence[str]) -> None:
        self._read_upto = 0
        super().__init__(argv, SIZE)

    def _feed(self, data: bytes) -> None:
        """Kept for later."""

    def wait_for_bytes(self, wanted: bytes, begin: int, timeout: float = 15) -> None:
        """Wait until the bytes have been painted in the chunks from number `begin` on."""
        end = time.monotonic() + timeout
        seen = begin
        last = b""
        with self._changed:
            while True:
                while seen < len(self.chunks):
                    last = last[-len(wanted) :] + self.chunks[seen][1]
                    seen += 1
                    if wanted in last:
                        return
                left = end - time.monotonic()
                assert left > 0, f"{wanted!r} not painted in {timeout} s"
                assert not self._ended, "the program has ended"
                self._changed.wait(left)

    def first(self, wanted: Callable[[str], bool], since_ns: int = 0) -> int | None:
        """When (monotonic ns, from `since_ns` on) the glass was first so; None if never. Read upto there only."""
        while self._read_upto < len(self.chunks):
            at, data = self.chunks[self._read_upto]
            super()._feed(data)
            self._read_upto += 1
            if at >= since_ns and wanted("\n".join(self._screen.display)):
                return at
        return None

    def when(self, wanted: Callable[[str], bool], since_ns: int, timeout: float = 15) -> int:
        """As `first`, but waits for it."""
        end = time.monotonic() + timeout
        while (at := self.first(wanted, since_ns)) is None:
            # One paint comes in several chunks, in no certain order.
            assert time.monotonic() < end, f"not seen in {timeout} s; on the glass:\n{self.screen_text()}"
            time.sleep(0.005)
        return at

    def still(self, for_s: float = 0.15, timeout: float = 10) -> None:
        """Wait until nothing has been painted for this long."""
        end = time.monotonic() + timeout
        while time.monotonic() < end:
            last = self.chunks[-1][0] if self.chunks else 0
            left = for_s - (time.monotonic_ns() - last) / 1e9
            if left <= 0:
                return
            time.sleep(left)


def sign_in(glass: Glass, initials: str, code: str) -> None:
    """Sign somebody in, and wait until all is quiet again."""
    glass.press("f2")
    glass.when(lambda screen: "SIGN IN" in screen, 0)
    glass.press(*initials, "enter", *code, "enter")
    glass.when(lambda screen: f"{initials.upper()} signed in" in screen, 0)
    settled([glass.pid])


def end(config: Path) -> None:
    """Stop the monitor that the program started."""
    subprocess.run(command("stop", "--config", str(config)), timeout=30, stdin=subprocess.DEVNULL)


@contextmanager
def guarded(town: Town) -> Iterator[tuple[Glass, list[int]]]:
    """The whole program in a terminal, its panel alive and everything quiet; with the processes' ids."""
    with Glass(command("--config", str(town.config))) as glass:
        glass.wait_for_bytes(b"blok-a", 0)
        until(lambda: town.panel.poll())
        pids = [town.monitor_pid(), dashboard_of(glass)]
        assert pids[0] in children(glass.pid)
        settled(pids)
        yield glass, pids


def close_all(journal: Path) -> None:
    """Acknowledge and close every open alarm, as another dashboard of the same PC does."""
    feed = MonitorFeed(journal)
    views: list[BoardView] = []
    came, answered = threading.Event(), threading.Event()

    def view_came(view: BoardView) -> None:
        views.append(view)
        came.set()

    def last_answered(reply: ActReply) -> None:
        assert not reply.refused, reply
        answered.set()

    feed.start(view_came, lambda _code: None)
    try:
        assert came.wait(10)
        alarms = views[0].alarms
        for alarm in alarms:
            feed.act(Act(kind="acknowledge", by="AB", alarm=alarm.id, press=alarm.presses))
            close = Act(kind="close", by="AB", alarm=alarm.id, detail="accidental")
            feed.act(close, last_answered if alarm is alarms[-1] else None)
        assert not alarms or answered.wait(60)
    finally:
        feed.stop()


def pause() -> None:
    """A moment of random length, so that nothing is measured in step with the program's own clock."""
    time.sleep(random.uniform(0.005, 0.06))
