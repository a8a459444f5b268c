"""The annunciator with real player programs: good ones, broken ones, stuck ones and none."""

from __future__ import annotations

import os
import sys
import threading
import time
import wave
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from guardroom.alarms.view import AlarmState, AlarmView, BoardView, FaultView, HeadsUpLine, PassingNote
from guardroom.sound import Annunciator

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the players are shell scripts")


class HandClock:
    """Running time that the test moves."""

    def __init__(self) -> None:
        self._now = 1000.0
        self._lock = threading.Lock()

    def now(self) -> datetime:
        return datetime(2025, 11, 24, 12, tzinfo=UTC)

    def monotonic(self) -> float:
        with self._lock:
            return self._now

    def forward(self, seconds: float) -> None:
        with self._lock:
            self._now += seconds


def eventually(condition: Callable[[], object], what: str = "") -> None:
    end = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < end, what or "it did not happen"
        time.sleep(0.01)


class Desk:
    """A guard room's loudspeaker: a folder with player programs, what they were asked, what was reported."""

    def __init__(self, folder: Path) -> None:
        self.bin = folder / "bin"
        self.bin.mkdir()
        self.calls = folder / "calls"
        self.clock = HandClock()
        self.bells = 0
        self.problems: list[str] = []
        self.annunciator: Annunciator | None = None

    def player(self, name: str, then: str) -> None:
        """A program that writes down itself and what it plays, then does `then`."""
        program = self.bin / name
        spare = self.bin / f".{name}"
        spare.write_text(f'#!/bin/sh\nfor file; do :; done\necho "{name} $$ $file" >> {self.calls}\n{then}\n')
        spare.chmod(0o755)
        spare.replace(program)

    def start(self, command: str = "") -> Annunciator:
        self.annunciator = Annunciator(
            command, bell=self._bell, on_problem=self.problems.append, path=str(self.bin), clock=self.clock
        )
        self.annunciator.start()
        return self.annunciator

    def _bell(self) -> None:
        self.bells += 1

    def _lines(self) -> list[list[str]]:
        if not self.calls.exists():
            return []
        return [line.split() for line in self.calls.read_text().splitlines() if len(line.split()) == 3]

    def played(self) -> list[str]:
        """The sounds that were asked for, without the silent trial."""
        return [name for name in (Path(line[2]).stem for line in self._lines()) if name != "silence"]

    def tried(self) -> list[str]:
        """The players that were started, each time."""
        return [line[0] for line in self._lines()]

    def running(self) -> list[int]:
        """Players that are still there."""
        return [int(line[1]) for line in self._lines() if Path(f"/proc/{line[1]}").exists() or alive(int(line[1]))]

    def no_trial(self) -> None:
        """Wait until the silent trial at the start is over."""
        eventually(lambda: self.tried() and not self.running(), "no silent trial")


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    desk = Desk(tmp_path)
    yield desk
    if desk.annunciator is not None:
        desk.annunciator.stop()
        assert not desk.annunciator.is_alive()
    assert desk.running() == []


def board(
    state: AlarmState | None = None,
    cause: str = "hold_up",
    faults: tuple[str, ...] = (),
    notes: tuple[str, ...] = (),
    silenced_s: float | None = None,
) -> BoardView:
    return BoardView(
        number=1,
        at="2025-11-24T12:00:00Z",
        program="1",
        station="S",
        site="R",
        alarms=() if state is None else (AlarmView(id=1, state=state, cause=cause, room="K2", place="K2"),),
        faults=tuple(FaultView(key=key, kind="panel_silent", age_s=1, since="2025-11-24T12:00:00Z") for key in faults),
        notes=tuple(PassingNote(at=at, age_s=0.5, what="test", place="K2") for at in notes),
        silenced_s=silenced_s,
    )


MISSED = HeadsUpLine(
    number="V-0001",
    begins="2025-11-24T11:30:00Z",
    until="2025-11-24T12:30:00Z",
    place="K2",
    room="K2",
    staff=(),
    status="running",
    check_in_due="2025-11-24T11:50:00Z",
)
RINGING = board("active_unacknowledged")
UNTIL_KILLED = "exec sleep 60"


def test_an_alarm_sounds_at_once_and_is_quiet_at_once_when_acknowledged(desk: Desk) -> None:
    desk.player("aplay", 'case "$file" in *silence*) ;; *) exec sleep 60;; esac')
    sound = desk.start()
    desk.no_trial()
    sound.hear(RINGING)
    eventually(lambda: desk.played() == ["alarm"] and desk.running())
    sound.hear(board("active_acknowledged"))
    eventually(lambda: not desk.running(), "the player was not ended")
    assert desk.problems == [""], "that it can be heard is told once"
    assert desk.bells == 0


def test_an_alarm_goes_on_until_it_is_acknowledged(desk: Desk) -> None:
    desk.player("aplay", "exit 0")
    sound = desk.start()
    sound.hear(RINGING)
    for count in range(1, 5):
        eventually(lambda count=count: desk.played() == ["alarm"] * count and not desk.running())  # type: ignore[misc]
        desk.clock.forward(2)
        sound.hear(RINGING)
    sound.hear(board("active_acknowledged"))
    assert desk.problems == [""], "that it can be heard is told once"


def test_a_new_alarm_right_after_an_acknowledgement_does_not_wait(desk: Desk) -> None:
    desk.player("aplay", "exit 0")
    sound = desk.start()
    sound.hear(RINGING)
    eventually(lambda: desk.played() == ["alarm"])
    sound.hear(board("active_acknowledged"))
    # It has taken notice of the silence once it plays something else.
    sound.hear(board("active_acknowledged", notes=("a",)))
    eventually(lambda: desk.played() == ["alarm", "note"])
    sound.hear(RINGING)
    eventually(lambda: desk.played() == ["alarm", "note", "alarm"])


def test_silence_mutes_and_ends_by_itself(desk: Desk) -> None:
    desk.player("aplay", UNTIL_KILLED)
    sound = desk.start()
    sound.hear(RINGING)
    eventually(lambda: desk.played() == ["alarm"] and desk.running())
    sound.hear(board("active_unacknowledged", silenced_s=2))
    eventually(lambda: not desk.running())
    desk.clock.forward(2.5)
    eventually(lambda: desk.played() == ["alarm", "alarm"])


def test_a_look_in_that_is_missed_sounds_like_nothing_else_and_ends_when_somebody_looks_in(desk: Desk) -> None:
    desk.player("aplay", 'case "$file" in *silence*) ;; *) exec sleep 60;; esac')
    sound = desk.start()
    desk.no_trial()
    missed = replace(board(), headsups=(MISSED,))
    sound.hear(missed)
    eventually(lambda: desk.played() == ["look_in"] and desk.running())
    sound.hear(replace(missed, silenced_s=60))
    eventually(lambda: not desk.running(), "it was not silenced")
    sound.hear(missed)
    sound.hear(replace(missed, headsups=(MISSED, replace(MISSED, number="V-0002"))))
    eventually(lambda: desk.played() == ["look_in", "look_in"], "another one is heard at once")
    sound.hear(replace(missed, headsups=(replace(MISSED, check_in_due="2025-11-24T12:10:00Z"),)))
    eventually(lambda: not desk.running(), "somebody has looked in")
    sound.hear(missed)
    sound.hear(replace(RINGING, headsups=(MISSED,)))
    eventually(lambda: desk.played()[-1] == "alarm")


def test_people_break_in_on_things(desk: Desk) -> None:
    desk.player("aplay", UNTIL_KILLED)
    sound = desk.start()
    sound.hear(board("active_unacknowledged", cause="fire"))
    eventually(lambda: desk.played() == ["other_alarm"])
    sound.hear(RINGING)
    eventually(lambda: desk.played() == ["other_alarm", "alarm"] and len(desk.running()) == 1)


@pytest.mark.parametrize(
    ("view", "name", "period"),
    [
        (board("restored_unacknowledged"), "reminder", 30),
        (replace(board(), headsups=(MISSED,)), "look_in", 30),
        (board(faults=("panel",)), "fault", 60),
    ],
)
def test_reminder_and_fault_come_at_once_and_then_in_their_turn(
    desk: Desk, view: BoardView, name: str, period: float
) -> None:
    desk.player("aplay", "exit 0")
    sound = desk.start()
    sound.hear(view)
    eventually(lambda: desk.played() == [name])
    desk.clock.forward(period - 1)
    sound.hear(view)
    # A note cannot sound amid a reminder; the sound check can, and shows that nothing else was due.
    sound.test()
    eventually(lambda: desk.played() == [name, "alarm"] and not desk.running())
    desk.clock.forward(2)
    sound.hear(view)
    eventually(lambda: desk.played() == [name, "alarm", name])


def test_a_new_fault_does_not_wait_for_the_turn_of_the_old(desk: Desk) -> None:
    desk.player("aplay", "exit 0")
    sound = desk.start()
    sound.hear(board(faults=("panel",)))
    eventually(lambda: desk.played() == ["fault"])
    sound.hear(board(faults=("panel", "disk")))
    eventually(lambda: desk.played() == ["fault", "fault"])


def test_each_note_is_one_tone(desk: Desk) -> None:
    desk.player("aplay", "exit 0")
    sound = desk.start()
    for _time in range(3):
        sound.hear(board(notes=("a",)))
    eventually(lambda: desk.played() == ["note"])
    sound.hear(board(notes=("a", "b")))
    eventually(lambda: desk.played() == ["note", "note"] and not desk.running())
    sound.test()
    eventually(lambda: desk.played() == ["note", "note", "alarm"])


def test_the_sound_check_plays_the_alarm_once(desk: Desk) -> None:
    desk.player("aplay", "exit 0")
    sound = desk.start()
    sound.hear(board())
    desk.no_trial()
    sound.test()
    eventually(lambda: desk.played() == ["alarm"] and not desk.running())
    sound.hear(board(notes=("a",)))
    eventually(lambda: desk.played() == ["alarm", "note"])


def test_a_monitor_out_of_reach_is_a_fault(desk: Desk) -> None:
    desk.player("aplay", "exit 0")
    sound = desk.start()
    sound.hear(board())
    desk.no_trial()
    sound.no_view()
    eventually(lambda: desk.played() == ["fault"])


def test_a_monitor_that_says_nothing_is_a_fault_too(desk: Desk) -> None:
    desk.player("aplay", "exit 0")
    sound = desk.start()
    sound.hear(board())
    desk.no_trial()
    desk.clock.forward(3.5)
    eventually(lambda: desk.played() == ["fault"])


def test_a_monitor_that_never_came_is_a_fault_after_a_moment(desk: Desk) -> None:
    desk.player("aplay", "exit 0")
    sound = desk.start()
    sound.no_view()
    desk.no_trial()
    assert desk.played() == []
    desk.clock.forward(3.5)
    eventually(lambda: desk.played() == ["fault"])


def test_an_alarm_goes_on_when_the_monitor_has_gone(desk: Desk) -> None:
    desk.player("aplay", UNTIL_KILLED)
    sound = desk.start()
    sound.hear(RINGING)
    eventually(lambda: desk.played() == ["alarm"])
    sound.no_view()
    desk.clock.forward(4)
    eventually(lambda: len(desk.running()) == 1)
    assert set(desk.played()) == {"alarm"}


def test_the_sounds_are_different_and_only_this_users(desk: Desk, tmp_path: Path) -> None:
    keep = tmp_path / "kept"
    keep.mkdir()
    desk.player("aplay", f'cp -p "$(dirname "$file")"/*.wav {keep}; ls -l "$file" | cut -c1-10 > {keep}/mode')
    sound = desk.start()
    desk.no_trial()
    assert (keep / "mode").read_text().strip() == "-rw-------"
    contents = {}
    for file in keep.glob("*.wav"):
        with wave.open(str(file)) as opened:
            contents[file.stem] = opened.readframes(opened.getnframes())
            seconds = opened.getnframes() / opened.getframerate()
        assert 0.05 < seconds <= 2.1
    assert set(contents) == {"alarm", "other_alarm", "reminder", "look_in", "fault", "note", "silence"}
    assert len(set(contents.values())) == 7
    assert not any(contents.pop("silence"))
    assert all(any(samples) for samples in contents.values())
    sound.stop()
    last = desk.calls.read_text().split()[2]
    assert not Path(last).exists()


def test_without_any_player_the_bell_rings_and_that_is_a_fault(desk: Desk) -> None:
    sound = desk.start()
    eventually(lambda: desk.problems == ["no_player"])
    assert sound.problem == "no_player"
    sound.hear(RINGING)
    eventually(lambda: desk.bells == 1)
    desk.clock.forward(1)
    eventually(lambda: desk.bells == 2)
    sound.hear(board("active_acknowledged"))


def test_a_player_that_fails_gives_way_to_the_next(desk: Desk) -> None:
    desk.player("pw-play", "exit 1")
    desk.player("aplay", "exit 0")
    sound = desk.start()
    sound.hear(RINGING)
    eventually(lambda: desk.played()[-2:] == ["alarm", "alarm"] and desk.tried()[-2:] == ["pw-play", "aplay"])
    assert set(desk.problems) <= {""}, "no problem is told where the next player works"
    assert desk.bells == 0


def test_when_every_player_fails_the_bell_rings_until_one_works_again(desk: Desk) -> None:
    desk.player("pw-play", "exit 3")
    desk.player("aplay", "exit 1")
    sound = desk.start()
    eventually(lambda: desk.problems == ["player_failed:aplay: exit code 1"])
    sound.hear(RINGING)
    eventually(lambda: desk.bells >= 1)
    desk.player("aplay", "exit 0")
    desk.clock.forward(31)
    sound.hear(RINGING)
    eventually(lambda: desk.problems[1:] == [""])
    assert sound.problem == ""


def test_a_player_that_hangs_is_ended_and_gives_way_to_the_bell(desk: Desk) -> None:
    desk.player("aplay", "trap '' TERM HUP INT; while :; do sleep 60; done")
    sound = desk.start()
    sound.hear(RINGING)
    eventually(lambda: "alarm" in desk.played())
    desk.clock.forward(5.5)
    sound.hear(RINGING)
    eventually(lambda: desk.problems == ["player_failed:aplay: does not end"])
    eventually(lambda: desk.bells >= 1 and not desk.running())


def test_the_configured_player_is_used_alone(desk: Desk) -> None:
    desk.player("aplay", "exit 0")
    desk.player("siren", "exit 0")
    sound = desk.start("siren --loud")
    sound.hear(RINGING)
    eventually(lambda: desk.played() == ["alarm"])
    assert set(desk.tried()) == {"siren"}


def test_the_file_goes_where_the_command_wants_it(desk: Desk, tmp_path: Path) -> None:
    arguments = tmp_path / "arguments"
    desk.player("siren", f'echo "$*" > {arguments}')
    desk.start("siren --play {file} --loud")
    eventually(lambda: arguments.exists() and arguments.read_text().endswith("\n"))
    words = arguments.read_text().split()
    assert words[0] == "--play"
    assert words[1].endswith("silence.wav")
    assert words[2:] == ["--loud"]


@pytest.mark.parametrize("command", ["siren", "siren 'loud"])
def test_a_configured_player_that_is_not_there(desk: Desk, command: str) -> None:
    desk.player("aplay", "exit 0")
    desk.start(command)
    eventually(lambda: desk.problems and desk.problems[0].startswith(f"player_failed:{command}: "))
    assert desk.tried() == []


def test_callbacks_that_fail_do_not_end_the_sound(tmp_path: Path) -> None:
    bells = 0

    def bell() -> None:
        nonlocal bells
        bells += 1
        raise RuntimeError

    def report(problem: str) -> None:
        raise RuntimeError(problem)

    clock = HandClock()
    sound = Annunciator(bell=bell, on_problem=report, path=str(tmp_path), clock=clock)
    sound.start()
    sound.hear(RINGING)
    eventually(lambda: bells == 1)
    clock.forward(1)
    eventually(lambda: bells == 2)
    sound.stop()


def test_nobody_waits_for_a_player(desk: Desk) -> None:
    # A player that cannot be ended by a polite signal; the caller's thread has nothing to do with it.
    desk.player("aplay", "trap '' TERM HUP INT; while :; do sleep 60; done")
    sound = desk.start()
    finished = threading.Event()

    def feed() -> None:
        for _time in range(100):
            sound.hear(RINGING)
            sound.hear(board())
            sound.no_view()
            sound.test()
        finished.set()

    thread = threading.Thread(target=feed)
    thread.start()
    assert finished.wait(20)
    thread.join()
