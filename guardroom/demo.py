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
from itertools import cycle
from pathlib import Path

from drivers.base import Cause, Kind, PanelSide, Signal
from drivers.registry import make_panel_side
from guardroom.config import example_text, load
from guardroom.language import LANGUAGES, _, choose, of_the_system
from guardroom.settings import PanelSettings, Room, Settings
from guardroom.supervisor import Supervisor

FIRST_PRESS_S = 8.0
BETWEEN_PRESSES_S = 75.0
TURN_S = 0.02
_PORT = re.compile(r'^(\s*port\s*=\s*)"[^"]*"', re.MULTILINE)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """`guardroom demo [--language da|en] [--first SECONDS]`."""
    parser.add_argument("--language", choices=LANGUAGES, default=None, help=_("the language of the screens"))
    parser.add_argument(
        "--first", type=float, default=FIRST_PRESS_S, metavar="S", help=_("seconds until the first press")
    )


def run(args: argparse.Namespace) -> int:
    """Run the dashboard in a town hall that is gone afterwards."""
    language = args.language or of_the_system()
    folder = Path(tempfile.mkdtemp(prefix="guardroom-demo-"))
    try:
        return _run(folder, language, args.first)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _run(folder: Path, language: str, first: float) -> int:
    listeners: list[socket.socket] = []

    def local_port(match: re.Match[str]) -> str:
        listener = socket.create_server(("127.0.0.1", 0))
        listeners.append(listener)
        return f'{match[1]}"socket://127.0.0.1:{listener.getsockname()[1]}"'

    text = _PORT.sub(local_port, example_text())
    text = re.sub(r'^language\s*=\s*"[^"]*"', f'language = "{language}"', text, count=1, flags=re.MULTILINE)
    path = folder / "guardroom.toml"
    path.write_text("demo = true\n" + text, "utf-8")
    settings = load(path)
    choose(settings.language)
    for panel, listener in zip(settings.panels, listeners, strict=True):
        _DemoPanel(panel, listener, _presses(settings, panel, first)).start()
    supervisor = Supervisor(settings)
    try:
        return supervisor.run()
    finally:
        supervisor.end_monitor()
        print(_("The demo is over; its town hall is gone."), file=sys.stderr)


def _presses(settings: Settings, panel: PanelSettings, first: float) -> Iterator[tuple[float, Signal]]:
    """When this panel's buttons are pressed: the first panel begins, the others follow at a distance."""
    rooms = [room for room in settings.rooms if any(claim.panel == panel.name for claim in room.claims)]
    if not rooms:
        return
    # K2 first where it is ours: it is the room of the guided tour in the README.
    rooms.sort(key=lambda room: room.id != "K2")
    share = len(settings.panels)
    at = first if rooms[0].id == "K2" else first + BETWEEN_PRESSES_S * (1 + settings.panels.index(panel))
    for room in cycle(rooms):
        yield at, _press(room, panel)
        at += BETWEEN_PRESSES_S * share


def _press(room: Room, panel: PanelSettings) -> Signal:
    claim = next(claim for claim in room.claims if claim.panel == panel.name)
    return Signal(kind=Kind.ALARM, cause=Cause.HOLD_UP, point=claim.point or "1", text=f"OVERFALD {room.name}".upper())


class _DemoPanel(threading.Thread):
    """One simulated panel behind a loopback port."""

    def __init__(self, panel: PanelSettings, listener: socket.socket, presses: Iterator[tuple[float, Signal]]) -> None:
        super().__init__(name=f"demo {panel.name}", daemon=True)
        self._side: PanelSide = make_panel_side(panel.driver, panel.options)
        self._listener = listener
        self._presses = presses

    def run(self) -> None:
        """Serve one receiver after the other."""
        begun = time.monotonic()
        following = next(self._presses, None)
        while True:
            line, _address = self._listener.accept()
            line.settimeout(TURN_S)
            with line:
                while True:
                    now = time.monotonic()
                    if following is not None and now - begun >= following[0]:
                        self._side.send(following[1])
                        following = next(self._presses, None)
                    try:
                        heard = _receive(line)
                        line.sendall((self._side.feed(heard, now) if heard else b"") + self._side.tick(now))
                    except OSError:
                        break


def _receive(line: socket.socket) -> bytes:
    try:
        heard = line.recv(4096)
    except TimeoutError:
        return b""
    if not heard:
        raise ConnectionResetError
    return heard
