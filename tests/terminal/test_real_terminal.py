"""The dashboard's terminal may be frozen, closed or taken away; a mistake in the program shows nobody's name."""

from __future__ import annotations

import os
import re
import select
import signal
import stat
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from harness import PtyProgram

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="pseudo-terminals are POSIX")

TINY_APP = Path(__file__).with_name("tiny_app.py")
RESTORED = (b"\x1b[?1049l", b"\x1b[?1000l", b"\x1b[?1003l", b"\x1b[?25h", b"\x1b[?7h", b"\x1b[?2004l")


class Tiny(PtyProgram):
    """`tiny_app.py` on a terminal."""

    def __init__(self, log: Path) -> None:
        self.log = log
        self._beats, write = os.pipe()
        self._turn = 0
        try:
            super().__init__([sys.executable, str(TINY_APP), str(write), str(log)], pass_fds=[write])
        finally:
            os.close(write)

    def turn(self, timeout: float = 15) -> int:
        """The number of the latest turn of its loop, waiting for one that is newer than the last told."""
        if not select.select([self._beats], [], [], timeout)[0]:
            raise AssertionError("the loop stands still")
        told = os.read(self._beats, 65536)
        self._turn = int(told.split()[-1]) if told.endswith(b"\n") else self._turn
        return self._turn

    def wait_for_turn(self, number: int, timeout: float = 30) -> None:
        """Wait until its loop has turned so many times."""
        end = time.monotonic() + timeout
        while self.turn() < number:
            assert time.monotonic() < end, f"turn {number} not reached"

    def shown_turn(self) -> int:
        """The turn that is on the glass, 0 for none."""
        found = re.search(r"TURN (\d+);", self.screen_text())
        return int(found.group(1)) if found else 0

    def close(self) -> None:
        super().close()
        if self._beats >= 0:
            os.close(self._beats)
            self._beats = -1


@pytest.fixture
def tiny(tmp_path: Path) -> Iterator[Tiny]:
    with Tiny(tmp_path / "dashboard.log") as program:
        # Past the whole paints of the start: from here on only the changing part is painted.
        program.wait_for(lambda _: program.shown_turn() >= 5)
        yield program


def assert_restored(output: bytes) -> None:
    """The terminal is as a shell wants it, and nothing was painted after that."""
    for sequence in RESTORED:
        assert sequence in output, sequence
    assert b"\x1b[?1049h" not in output[output.rindex(b"\x1b[?1049l") :]


def test_a_stalled_terminal_does_not_stop_the_loop_and_then_shows_the_newest(tiny: Tiny) -> None:
    tiny.stall()
    before = tiny.turn()
    tiny.wait_for_turn(before + 150)  # far more than any buffer on the way holds
    tiny.wipe()
    newest = tiny.turn()
    tiny.unstall()
    # The first row never changes: it is there again only because all of the screen was painted.
    tiny.wait_for("STEADY")
    tiny.wait_for(lambda _: tiny.shown_turn() >= newest)
    # And it goes on from there.
    tiny.wait_for(lambda _: tiny.shown_turn() >= newest + 50)


def test_a_stalled_terminal_can_stall_again(tiny: Tiny) -> None:
    for _time in range(3):
        tiny.stall()
        tiny.wait_for_turn(tiny.turn() + 40)
        newest = tiny.turn()
        tiny.unstall()
        tiny.wait_for(lambda _, newest=newest: tiny.shown_turn() >= newest)  # type: ignore[misc]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
def test_a_signal_ends_it_orderly(tiny: Tiny, number: signal.Signals) -> None:
    tiny.kill(number)
    assert tiny.wait() == 0
    assert_restored(tiny.output)


def test_it_can_be_ended_while_nobody_reads_the_terminal(tiny: Tiny) -> None:
    tiny.stall()
    tiny.wait_for_turn(tiny.turn() + 60)
    tiny.kill(signal.SIGTERM)
    assert tiny.process.wait(timeout=15) == 0
    tiny.unstall()
    tiny.wait()
    assert_restored(tiny.output)


def test_a_vanished_terminal_ends_it(tiny: Tiny) -> None:
    tiny.hang_up()
    assert tiny.wait() == 0
    assert "Error" not in tiny.log.read_text()


def test_a_vanished_terminal_ends_it_even_where_nobody_tells_it(tmp_path: Path) -> None:
    # As under nohup: the terminal goes without a SIGHUP.
    run = "import os, signal, sys; signal.signal(signal.SIGHUP, signal.SIG_IGN); os.execv(sys.argv[1], sys.argv[1:])"
    beats, write = os.pipe()
    command = [sys.executable, str(TINY_APP), str(write), str(tmp_path / "log")]
    with PtyProgram([sys.executable, "-c", run, *command], pass_fds=[write]) as program:
        os.close(write)
        program.wait_for("STEADY")
        program.hang_up()
        assert program.wait() in (0, 129)
    os.close(beats)


def test_a_crash_shows_one_sentence_and_nobodys_name(tiny: Tiny) -> None:
    tiny.press("c")
    assert tiny.wait() == 1
    output = tiny.output
    assert_restored(output)
    said = output[output.rindex(b"\x1b[?1049l") :].decode()
    assert said.count("The screen stopped because of a mistake in the program.") == 1
    for word in ("Traceback", "Error", "citizen", "Hansen", "action_crash"):
        assert word not in said
    log = tiny.log.read_text()
    assert "builtins.ValueError" in log
    assert "tiny_app.py" in log
    assert "action_crash" in log
    assert "Hansen" not in log
    assert "cannot show" not in log
    assert stat.S_IMODE(tiny.log.stat().st_mode) == 0o600


def test_an_error_in_textuals_own_thread_is_as_quiet(tiny: Tiny) -> None:
    tiny.press("i")
    assert tiny.wait() == 1
    output = tiny.output
    assert b"The screen stopped" in output
    assert b"Hansen" not in output
    assert b"Traceback" not in output
    assert "OSError" in tiny.log.read_text()


def test_an_error_in_a_thread_is_logged_and_nothing_of_it_is_shown(tiny: Tiny) -> None:
    tiny.press("t")
    end = time.monotonic() + 15
    while "builtins.KeyError" not in (tiny.log.read_text() if tiny.log.exists() else ""):
        assert time.monotonic() < end
        tiny.turn()
    tiny.press("q")
    assert tiny.wait() == 0
    log = tiny.log.read_text()
    assert "WARNING guardroom before" in log
    assert "Hansen" not in log
    assert b"Hansen" not in tiny.output
    assert b"Traceback" not in tiny.output


def test_the_bell_rings_from_another_thread(tiny: Tiny) -> None:
    tiny.press("b")
    tiny.wait_for(lambda _: b"\x07" in tiny.output)


def test_keys_and_sizes_reach_the_program(tiny: Tiny) -> None:
    tiny.resize(24, 80)
    tiny.wait_for(lambda text: max(map(len, (line.rstrip() for line in text.splitlines()))) == 80)
    assert len(tiny.screen_lines()) == 24
    tiny.press("q")
    assert tiny.wait() == 0
