"""The sounds of the guard room: which one the board calls for, and making it through the operating system.

The annunciator is told by the feed's thread and lives in its own, so that a terminal that is not read, or a screen
that is busy, cannot mute an alarm. Sounds are short files that are played again and again: a dashboard that is
killed leaves at most the rest of one behind.
"""

from __future__ import annotations

import logging
import math
import os
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import wave
from array import array
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext, suppress
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from pathlib import Path
from typing import Protocol

from guardroom.alarms.view import BoardView, HeadsUpLine
from guardroom.clock import Clock, SystemClock, moment
from guardroom.private_folder import private_folder

OUT_OF_REACH_S = 3.0
"""A view comes at least once a second; after three seconds without one nothing is known any more."""

_NOTE_S = 3.0  # a passing note older than this is not news
_HUNG_S = 3.0  # how much longer than its file a player may take
_RETRY_S = 30.0  # before a player that failed is tried again
_PROBE_S = 600.0  # between trials of the player with a silent file while nothing sounds
_BELL_S = 1.0  # between bells where a continuous sound should be

_log = logging.getLogger(__name__)


class SoundClass(StrEnum):
    """The sounds, most urgent first. Each has a pattern of its own, so that a fault never sounds like an alarm."""

    ALARM = "alarm"  # somebody pressed a button: continuous until acknowledged
    OTHER_ALARM = "other_alarm"  # fire, intrusion, medical: continuous until acknowledged, another pattern
    REMINDER = "reminder"  # restored but never acknowledged: every 30 s
    LOOK_IN = "look_in"  # nobody has looked in on a meeting: every 30 s, quiet and falling
    FAULT = "fault"  # two short tones a minute
    NOTE = "note"  # a test press, information: one tone


_PERIOD_S = {SoundClass.REMINDER: 30.0, SoundClass.LOOK_IN: 30.0, SoundClass.FAULT: 60.0}


def wanted(view: BoardView, seconds_since: float) -> SoundClass | None:
    """What should sound `seconds_since` seconds after `view` was received, None for silence.

    Silence covers everything that sounds, for as long as the view says; the monitor ends it when something new happens
    to an alarm. Acknowledged alarms and faults make no sound; a look in that is missed does until somebody has looked
    in.
    """
    if view.silenced_s is not None and view.silenced_s > seconds_since:
        return None
    ringing = [alarm for alarm in view.alarms if alarm.state == "active_unacknowledged"]
    if any(alarm.threatens_people for alarm in ringing):
        return SoundClass.ALARM
    if ringing:
        return SoundClass.OTHER_ALARM
    if any(alarm.state == "restored_unacknowledged" for alarm in view.alarms):
        return SoundClass.REMINDER
    if _missed(view, seconds_since):
        return SoundClass.LOOK_IN
    if any(not fault.acknowledged for fault in view.faults):
        return SoundClass.FAULT
    if any(note.age_s + seconds_since < _NOTE_S for note in view.notes):
        return SoundClass.NOTE
    return None


def _missed(view: BoardView, seconds_since: float) -> list[HeadsUpLine]:
    """The meetings on which nobody has looked in when it was agreed (D22, D23)."""
    now = moment(view.at) + timedelta(seconds=seconds_since)
    return [line for line in view.headsups if line.is_missed(now)]


def _reasons(view: BoardView, sound: SoundClass | None, seconds_since: float) -> frozenset[str]:
    """What `sound` is made for. A reason that has not been heard yet is heard at once, not at the next turn."""
    match sound:
        case SoundClass.REMINDER:
            return frozenset(f"alarm {a.owner} {a.id}" for a in view.alarms if a.state == "restored_unacknowledged")
        case SoundClass.LOOK_IN:
            return frozenset(f"look in {m.number} {m.check_in_due}" for m in _missed(view, seconds_since))
        case SoundClass.FAULT:
            return frozenset(f"fault {f.key} {f.since}" for f in view.faults if not f.acknowledged)
        case SoundClass.NOTE:
            return frozenset(f"note {n.at} {n.what} {n.place}" for n in view.notes)
        case _:
            return frozenset()


# The files. A tone is one period of a wave, repeated, so that making them costs next to nothing.

_RATE = 22_050  # samples a second


def _tone(hertz: float, duration_s: float, loudness: float) -> array[int]:
    """One tone with two overtones (small loudspeakers and older ears), faded at both ends; 0 Hz is a pause."""
    count = round(_RATE * duration_s)
    if not hertz:
        return array("h", bytes(2 * count))
    period = round(_RATE / hertz)
    turns = [2 * math.pi * i / period for i in range(period)]
    one = array(
        "h", [round(19_000 * loudness * (math.sin(t) + 0.4 * math.sin(2 * t) + 0.2 * math.sin(3 * t))) for t in turns]
    )
    samples = (one * (count // period + 1))[:count]
    fade = min(count // 2, _RATE // 200)
    for i in range(fade):
        samples[i] = samples[i] * i // fade
        samples[-1 - i] = samples[-1 - i] * i // fade
    return samples


_PATTERNS: dict[SoundClass | None, Sequence[tuple[float, float, float]]] = {
    SoundClass.ALARM: [(980, 0.25, 1.0), (700, 0.25, 1.0)] * 4,
    SoundClass.OTHER_ALARM: [(600, 0.6, 1.0), (0, 0.15, 0)] * 2,
    SoundClass.REMINDER: [(600, 0.15, 0.9), (760, 0.15, 0.9), (980, 0.3, 0.9)],
    SoundClass.LOOK_IN: [(660, 0.2, 0.6), (0, 0.1, 0), (550, 0.2, 0.6), (0, 0.1, 0), (440, 0.35, 0.6)],
    SoundClass.FAULT: [(420, 0.18, 0.8), (0, 0.15, 0), (420, 0.18, 0.8)],
    SoundClass.NOTE: [(520, 0.35, 0.5)],
    None: [(0, 0.1, 0)],  # silent: tries the player without disturbing anybody
}


def _length_s(kind: SoundClass | None) -> float:
    """How long a sound lasts, seconds."""
    return sum(duration_s for _hertz, duration_s, _loudness in _PATTERNS[kind])


def _write_sounds(folder: Path) -> dict[SoundClass | None, Path]:
    """Write every sound into `folder` as a WAV file that only this user can read."""
    files: dict[SoundClass | None, Path] = {}
    for kind, pattern in _PATTERNS.items():
        samples = array("h")
        for hertz, duration_s, loudness in pattern:
            samples.extend(_tone(hertz, duration_s, loudness))
        if sys.byteorder == "big":
            samples.byteswap()
        file = folder / f"{kind or 'silence'}.wav"
        file.unlink(missing_ok=True)
        handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600)
        with os.fdopen(handle, "wb") as raw, wave.open(raw, "wb") as out:
            out.setparams((1, 2, _RATE, 0, "NONE", ""))
            out.writeframes(samples.tobytes())
        files[kind] = file
    return files


# The players.


class _Run(Protocol):
    """One sound being played."""

    def poll(self) -> int | None:
        """The exit code, or None while it plays."""
        ...

    def kill(self) -> None:
        """Quiet, at once."""
        ...


class _Player(Protocol):
    """A way to play a file."""

    name: str

    def play(self, file: Path, length_s: float) -> _Run:
        """Start playing. OSError where that is not possible."""
        ...


class _Process:
    """A player program at work, in a process group of its own so that what it starts ends with it."""

    def __init__(self, command: list[str]) -> None:
        self._process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )

    def poll(self) -> int | None:
        return self._process.poll()

    def kill(self) -> None:
        if self._process.poll() is not None:
            return
        if sys.platform == "win32":
            self._process.kill()
        else:
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(self._process.pid, signal.SIGKILL)
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(timeout=1)


class _Command:
    """A program that plays a file: `{file}` in its arguments is the file, else the file comes last."""

    def __init__(self, arguments: Sequence[str]) -> None:
        self.name = Path(arguments[0]).name
        self._arguments = arguments

    def play(self, file: Path, length_s: float) -> _Run:
        filled = [argument.replace("{file}", str(file)) for argument in self._arguments]
        if filled == list(self._arguments):
            filled.append(str(file))
        return _Process(filled)


if sys.platform == "win32":
    import winsound

    class _WindowsRun:
        """A sound that Windows plays by itself; whether it has ended is told by the clock alone."""

        def __init__(self, file: Path, length_s: float) -> None:
            self._clock = SystemClock()
            self._end = self._clock.monotonic() + length_s
            try:
                winsound.PlaySound(str(file), winsound.SND_FILENAME | winsound.SND_ASYNC | winsound.SND_NODEFAULT)
            except RuntimeError as error:
                raise OSError(str(error)) from error

        def poll(self) -> int | None:
            return None if self._clock.monotonic() < self._end else 0

        def kill(self) -> None:
            with suppress(RuntimeError):
                winsound.PlaySound(None, winsound.SND_PURGE)

    class _Windows:
        """Windows' own player."""

        name = "winsound"

        def play(self, file: Path, length_s: float) -> _Run:
            return _WindowsRun(file, length_s)


_PROGRAMS = (
    ("pw-play",),
    ("paplay",),
    ("aplay", "-q"),
    ("afplay",),
    ("mpv", "--no-config", "--no-video", "--no-terminal"),
    ("ffplay", "-nodisp", "-autoexit", "-loglevel", "quiet"),
)


def _players(command: str, path: str | None) -> list[_Player]:
    """Where sound can come from, best first: the configured command alone, else what this computer has."""
    if command.strip():
        try:
            # Windows' own paths have backslashes in them.
            arguments = [word.strip('"') for word in shlex.split(command, posix=sys.platform != "win32")]
        except ValueError:  # a quotation mark without its fellow: no program is called that, and that is told
            arguments = [command]
        return [_Command([shutil.which(arguments[0], path=path) or arguments[0], *arguments[1:]])]
    found: list[_Player] = []
    if sys.platform == "win32":
        found.append(_Windows())
    for program, *options in _PROGRAMS:
        if where := shutil.which(program, path=path):
            found.append(_Command([where, *options]))
    return found


def player_names(command: str, path: str | None = None) -> tuple[str, ...]:
    """What sounds are played with, best first; empty where there is nothing. `command` as in `[sound]`."""
    return tuple(player.name for player in _players(command, path))


@dataclass(frozen=True, slots=True)
class _Playing:
    """What is being played now. `once` is True for a note, the sound check and the silent trial."""

    kind: SoundClass | None
    player: _Player
    run: _Run
    started: float
    once: bool


class Annunciator(threading.Thread):
    """Makes the sounds that the views call for. None of its methods waits for a player, `stop` apart.

    `player` is the configured command ("" to look for one, in `path` or else in PATH). `bell` rings the terminal;
    it is used only while no player works. `on_problem` is told whenever `problem` changes. Both are called from
    this thread.
    """

    def __init__(
        self,
        player: str = "",
        *,
        bell: Callable[[], None],
        on_problem: Callable[[str], None],
        path: str | None = None,
        folder: Path | None = None,
        clock: Clock | None = None,
    ) -> None:
        super().__init__(name="sound", daemon=True)
        self._command, self._path = player, path
        self._lasting = folder
        self._bell, self._on_problem = bell, on_problem
        self._clock: Clock = clock or SystemClock()
        self._changed = threading.Condition()
        self._ending = False
        self._view: BoardView | None = None
        self._heard_at = self._clock.monotonic()
        self._down = False
        self._checks_asked = 0
        self._problem: str | None = None
        # From here on only this thread's own.
        self._players: list[_Player] = []
        self._files: dict[SoundClass | None, Path] = {}
        self._failed: dict[str, float] = {}
        self._playing: _Playing | None = None
        self._standing: SoundClass | None = None
        self._due: dict[SoundClass, float] = {}
        self._sounded: dict[SoundClass, frozenset[str]] = {}
        self._checks_made = 0
        self._probe_due = self._heard_at

    @property
    def problem(self) -> str:
        """Why there is no sound: "", "no_player", or "player_failed:" and which player did what."""
        return self._problem or ""

    def hear(self, view: BoardView) -> None:
        """The board is now like this."""
        with self._changed:
            self._view, self._heard_at, self._down = view, self._clock.monotonic(), False
            self._changed.notify()

    def no_view(self) -> None:
        """The monitor is out of reach. An alarm that sounded goes on; else it is a fault."""
        with self._changed:
            self._down = True
            self._changed.notify()

    def test(self) -> None:
        """Play the alarm's sound once, two seconds, for the sound check."""
        with self._changed:
            self._checks_asked += 1
            self._changed.notify()

    def stop(self) -> None:
        """Quiet, for good. Returns when the last player has ended."""
        with self._changed:
            self._ending = True
            self._changed.notify()
        if self.is_alive():
            self.join(timeout=5)

    def run(self) -> None:
        """Play until stopped."""
        try:
            with self._folder() as folder:
                self._files = _write_sounds(Path(folder))
                self._players = _players(self._command, self._path)
                if not self._players:
                    self._say("no_player")
                self._turn_until_stopped()
        except Exception:
            # A full disk must not end in silence: the bell needs no file.
            _log.exception("sound files cannot be used")
            self._players = []
            self._say("player_failed:no sound file")
            self._turn_until_stopped()

    def _folder(self) -> AbstractContextManager[str | Path]:
        """Where the sounds lie: a folder that stays, or one that a killed dashboard would leave behind."""
        if self._lasting is None:
            return tempfile.TemporaryDirectory(prefix="guardroom-sound-")
        private_folder(self._lasting)
        return nullcontext(self._lasting)

    def _turn_until_stopped(self) -> None:
        try:
            while True:
                with self._changed:
                    if self._ending:
                        return
                    now = self._clock.monotonic()
                    sound, reasons = self._wanted(now)
                    checks = self._checks_asked
                self._turn(now, sound, reasons, checks)
                with self._changed:
                    if not self._ending:
                        self._changed.wait(0.05 if self._playing else 0.2)
        finally:
            self._quiet()

    def _wanted(self, now: float) -> tuple[SoundClass | None, frozenset[str]]:
        """What should sound now, and for what. The monitor's absence is a fault, and never ends an alarm."""
        since = now - self._heard_at
        out_of_reach = since > OUT_OF_REACH_S
        if self._view is None:
            # Before the first view the monitor may still be starting.
            return (SoundClass.FAULT, frozenset(["no view"])) if out_of_reach else (None, frozenset())
        sound = wanted(self._view, since)
        reasons = _reasons(self._view, sound, since)
        if self._down or out_of_reach:
            if sound in (None, SoundClass.NOTE):
                sound, reasons = SoundClass.FAULT, frozenset()
            if sound is SoundClass.FAULT:
                reasons |= {"no view"}
        return sound, reasons

    def _turn(self, now: float, sound: SoundClass | None, reasons: frozenset[str], checks: int) -> None:
        """End what should no longer sound, see to what plays, begin what is due."""
        standing = None if sound is SoundClass.NOTE else sound
        if standing is not self._standing:
            self._standing = standing
            if standing is not None and standing not in _PERIOD_S:
                self._due.pop(standing, None)  # however recently the last one ended

        playing = self._playing
        if playing is not None:
            if self._is_due(standing, reasons, now) if playing.once else playing.kind is not standing:
                self._quiet()
            else:
                self._see_to(playing, now)
        if self._playing is not None:
            return

        if standing is not None and self._is_due(standing, reasons, now):
            self._sounded[standing] = reasons
            self._due[standing] = now + _PERIOD_S.get(standing, _length_s(standing))
            self._checks_made = checks
            self._begin(standing, now)
        elif checks != self._checks_made:
            self._checks_made = checks
            self._failed.clear()
            self._begin(SoundClass.ALARM, now, once=True)
        elif sound is SoundClass.NOTE and reasons - self._sounded.get(sound, frozenset()):
            self._sounded[sound] = reasons
            self._begin(sound, now, once=True)
        elif standing is None and now >= self._probe_due:
            self._begin(None, now, once=True)

    def _is_due(self, standing: SoundClass | None, reasons: frozenset[str], now: float) -> bool:
        if standing is None:
            return False
        return now >= self._due.get(standing, now) or bool(reasons - self._sounded.get(standing, frozenset()))

    def _begin(self, kind: SoundClass | None, now: float, *, once: bool = False) -> None:
        """Play a sound by the first player that can; by the bell if none can (the silent trial has no bell)."""
        self._probe_due = now + _PROBE_S
        for player in tuple(self._players):
            if now < self._failed.get(player.name, now):
                continue
            try:
                run = player.play(self._files[kind], _length_s(kind))
            except OSError as error:
                self._fail(player, error.strerror or str(error), now)
            else:
                self._playing = _Playing(kind, player, run, now, once)
                return
        if self._failed:
            self._probe_due = now + _RETRY_S
        if kind is None:
            return
        if kind not in _PERIOD_S and not once:
            self._due[kind] = now + _BELL_S
        try:
            self._bell()
        except Exception:
            _log.exception("the bell cannot be rung")

    def _see_to(self, playing: _Playing, now: float) -> None:
        """Notice that a player has ended, failed, or will never end."""
        code = playing.run.poll()
        if code is None and now - playing.started <= _length_s(playing.kind) + _HUNG_S:
            return
        self._quiet()
        if code == 0:
            # What works stays first, so that a player that fails is not tried again amid an alarm.
            self._players.sort(key=lambda player: player is not playing.player)
            self._failed.pop(playing.player.name, None)
            self._say("")
            return
        self._fail(playing.player, "does not end" if code is None else f"exit code {code}", now)
        if playing.once:
            self._begin(playing.kind, now, once=True)
        elif playing.kind is not None:
            self._due[playing.kind] = now

    def _fail(self, player: _Player, what: str, now: float) -> None:
        self._failed[player.name] = now + _RETRY_S
        if all(now < self._failed.get(other.name, now) for other in self._players):
            self._say(f"player_failed:{player.name}: {what}")

    def _quiet(self) -> None:
        if self._playing is not None:
            self._playing.run.kill()
            self._playing = None

    def _say(self, problem: str) -> None:
        if problem == self._problem:
            return
        self._problem = problem
        try:
            self._on_problem(problem)
        except Exception:
            _log.exception("the sound's state cannot be reported")
