"""`guardroom demo`: a throw-away town hall. Simulated panels speak real protocol bytes through a real pyserial port."""

from __future__ import annotations

import argparse
import re
import shutil
import socket
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from itertools import cycle
from math import isfinite
from pathlib import Path

from drivers.base import Cause, Kind, PanelSide, Signal
from drivers.registry import make_panel_side
from guardroom.config import example_text, load
from guardroom.language import LANGUAGES, _, choose, of_the_system
from guardroom.settings import WEEKDAYS, PanelSettings, Room, Settings
from guardroom.simulate import TURN_S, play
from guardroom.supervisor import Supervisor

FIRST_PRESS_S = 8.0
BETWEEN_PRESSES_S = 75.0
_PORT = re.compile(r'^(\s*port\s*=\s*)"[^"]*"', re.MULTILINE)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """`guardroom demo [--language da|en] [--first SECONDS] [--every SECONDS]`."""
    parser.add_argument("--language", choices=LANGUAGES, default=None, help=_("the language of the screens"))
    parser.add_argument(
        "--first", type=_seconds, default=FIRST_PRESS_S, metavar="S", help=_("seconds until the first press")
    )
    parser.add_argument(
        "--every",
        type=_seconds,
        default=BETWEEN_PRESSES_S,
        metavar="S",
        help=_("seconds from one press to the next; 0: none after the first"),
    )


def _seconds(typed: str) -> float:
    """Seconds, 0 or more. Raises ArgumentTypeError."""
    try:
        found = float(typed)
    except ValueError:
        found = -1.0
    if not (found >= 0 and isfinite(found)):
        raise argparse.ArgumentTypeError(_("{typed}: allowed is a number of seconds, 0 or more").format(typed=typed))
    return found


def run(args: argparse.Namespace) -> int:
    """Run the dashboard in a town hall that is gone afterwards."""
    language = args.language or of_the_system()
    folder = Path(tempfile.mkdtemp(prefix="guardroom-demo-"))
    try:
        return _run(folder, language, args.first, args.every)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


_ALWAYS = ", ".join(f'{day} = "00:00-23:59"' for day in WEEKDAYS)


def _run(folder: Path, language: str, first: float, every: float) -> int:
    listeners: list[socket.socket] = []

    def local_port(match: re.Match[str]) -> str:
        listener = socket.create_server(("127.0.0.1", 0))
        listeners.append(listener)
        return f'{match[1]}"socket://127.0.0.1:{listener.getsockname()[1]}"'

    text = _PORT.sub(local_port, example_text())
    # Whenever somebody looks at it, a drill can be planned.
    text = text.replace("[override]\n", f"[override]\nguard_hours = {{ {_ALWAYS} }}\n", 1)
    text = re.sub(r"^language\s*=.*$", "", text, count=1, flags=re.MULTILINE)
    path = folder / "guardroom.toml"
    path.write_text(f'demo = true\nlanguage = "{language}"\n{text}', "utf-8")
    settings = load(path)
    choose(settings.language, settings.policy.bans.word)
    from guardroom.demo_people import fill

    fill(settings)
    for panel, listener in zip(settings.panels, listeners, strict=True):
        _DemoPanel(panel, listener, presses(settings, panel, first, every)).start()
    supervisor = Supervisor(settings)
    try:
        return supervisor.run()
    finally:
        supervisor.end_monitor()
        print(_("The demo is over; its town hall is gone."), file=sys.stderr)


def presses(settings: Settings, panel: PanelSettings, first: float, every: float) -> Iterator[tuple[float, Signal]]:
    """When this panel's buttons are pressed: the first panel begins, the others follow at a distance of `every`
    seconds; 0: nobody presses after the first."""
    rooms = [room for room in settings.rooms if room.claims and room.claims[0].panel == panel.name]
    if not rooms:
        return
    # K2 first where it is ours: it is the room of the guided tour in the README.
    rooms.sort(key=lambda room: room.id != "K2")
    begins = rooms[0].id == "K2"
    if not every:
        if begins:
            yield first, _press(rooms[0], panel)
        return
    share = len(settings.panels)
    at = first if begins else first + every * (1 + settings.panels.index(panel))
    for room in cycle(rooms):
        yield at, _press(room, panel)
        at += every * share


def _press(room: Room, panel: PanelSettings) -> Signal:
    claim = next(claim for claim in room.claims if claim.panel == panel.name)
    return Signal(kind=Kind.ALARM, cause=Cause.HOLD_UP, point=claim.point or "1", text=f"OVERFALD {room.name}".upper())


class _DemoPanel(threading.Thread):
    """One simulated panel behind a loopback port: serves one receiver after the other."""

    def __init__(self, panel: PanelSettings, listener: socket.socket, presses: Iterator[tuple[float, Signal]]) -> None:
        super().__init__(name=f"demo {panel.name}", daemon=True)
        self._side: PanelSide = make_panel_side(panel.driver, panel.options)
        self._listener = listener
        self._presses = presses
        self._following = next(presses, None)
        self._begun = time.monotonic()

    def run(self) -> None:
        """Press the buttons when their time comes, whether somebody listens or not."""
        while True:
            line, _address = self._listener.accept()
            line.settimeout(TURN_S)
            with line, suppress(OSError):
                play(self._side, _Stream(line), self._turn)

    def _turn(self, now: float) -> bool:
        if self._following is not None and now - self._begun >= self._following[0]:
            self._side.send(self._following[1])
            self._following = next(self._presses, None)
        return True


class _Stream:
    """An accepted connection as the panel's line."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection

    def read(self) -> bytes:
        """What the receiver sent. Raises ConnectionResetError when it has left."""
        try:
            heard = self._connection.recv(4096)
        except TimeoutError:
            return b""
        if not heard:
            raise ConnectionResetError
        return heard

    def write(self, data: bytes) -> None:
        """Send all of `data`."""
        self._connection.sendall(data)
