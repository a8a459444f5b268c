"""A town hall with one panel on a serial pair, and the real program in it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

from harness.espa_line import EspaLine
from harness.serial_pair import SerialPair
from harness.terminal import PtyProgram

PATIENCE = 30.0
CONFIGURATION = """
language = "{language}"
database = "sqlite:///guardroom.db"
journal = "journal.db"
policy = "fredensborg"
station = "Vagtstuen"

[site]
name = "Rådhuset"
address = "Egevej 1, 3000 Byby"
entrance = "Indgang syd"
phone = "5922"

[[blocks]]
name = "Jobcenter"
phone = "5900"

[[panels]]
name = "blok-a"
driver = "espa444"
port = "{port}"
supervision_s = {supervision_s}
repeat_s = 120

[[rooms]]
id = "K2"
name = "Kontaktrum 2"
block = "Jobcenter"
floor = "Stuen"
route = "Ud til højre, 3. dør på venstre hånd"
escape_route = "Dør mellem K2 og K3"
cctv = true
phone = "5922"
points = ["blok-a:005"]

[[rooms]]
id = "K3"
name = "Kontaktrum 3"
block = "Jobcenter"
points = ["blok-a:006"]

[sound]
player = "true"
"""


def command(*arguments: str) -> list[str]:
    """The program's own command line."""
    return [sys.executable, "-P", "-m", "guardroom", *arguments]


class Town:
    """One configuration in a folder of its own, its panel, and whatever of the program a test starts."""

    def __init__(self, folder: Path, *, language: str = "da", supervision_s: float = 15) -> None:
        self.folder = folder
        self.config = folder / "guardroom.toml"
        self.pair = SerialPair(folder / "panel")
        self.panel = EspaLine(self.pair)
        self.config.write_text(
            CONFIGURATION.format(language=language, port=self.pair.path, supervision_s=supervision_s), "utf-8"
        )
        self._monitors: list[subprocess.Popen[bytes]] = []

    def close(self) -> None:
        """End everything that was started here."""
        self.run("stop", check=False)
        for monitor in self._monitors:
            with suppress(ProcessLookupError):
                monitor.kill()
            monitor.wait()
        self.pair.close()

    def start_monitor(self) -> subprocess.Popen[bytes]:
        """Start a monitor and wait until it has the port."""
        begin = len(self.log())
        monitor = self.spawn_monitor()
        until(lambda: " is open" in self.log()[begin:] or monitor.poll() is not None)
        return monitor

    def spawn_monitor(self) -> subprocess.Popen[bytes]:
        """Start a monitor, whatever becomes of it."""
        with (self.folder / "monitor.log").open("ab") as log:
            monitor = subprocess.Popen(
                command("monitor", "--config", str(self.config)), stdin=subprocess.DEVNULL, stderr=log, stdout=log
            )
        self.look_after(monitor)
        return monitor

    def look_after(self, monitor: subprocess.Popen[bytes]) -> None:
        """End this one too at the end."""
        self._monitors.append(monitor)

    def log(self) -> str:
        """What the monitors have logged."""
        path = self.folder / "monitor.log"
        return path.read_text("utf-8") if path.exists() else ""

    def dashboard(self, size: tuple[int, int] = (36, 120), environment: Mapping[str, str] | None = None) -> PtyProgram:
        """The whole program in a terminal."""
        return PtyProgram(command("--config", str(self.config)), size, env=environment)

    def dashboard_on(self, port: Path, size: tuple[int, int] = (36, 120)) -> PtyProgram:
        """The whole program in a terminal, its panel on another port than the town's own pair."""
        self.config.write_text(self.config.read_text("utf-8").replace(str(self.pair.path), str(port)), "utf-8")
        return self.dashboard(size)

    def run(self, *arguments: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        """Run a command of the program to its end."""
        return subprocess.run(
            command(*arguments, "--config", str(self.config)),
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=check,
            stdin=subprocess.DEVNULL,
        )

    def signals(self) -> list[dict[str, object]]:
        """The journal's signals as scripts get them."""
        found: list[dict[str, object]] = json.loads(self.run("signals", "--json").stdout)
        return found

    def alarms(self) -> list[dict[str, object]]:
        """The alarms in the main database as scripts get them."""
        found: list[dict[str, object]] = json.loads(self.run("alarms", "--json").stdout)
        return found

    def endpoint_told(self) -> bool:
        """Whether a monitor tells where it is reached."""
        return (self.folder / "journal.db.monitor").exists()

    def monitor_pid(self) -> int:
        """The running monitor's process."""
        told = json.loads((self.folder / "journal.db.monitor").read_text("utf-8"))
        return int(told["pid"])


def children(pid: int) -> list[int]:
    """The processes that a process has started (Linux)."""
    found = []
    for status in Path("/proc").glob("[0-9]*/status"):
        with suppress(OSError):
            if f"\nPPid:\t{pid}\n" in status.read_text("ascii", "replace"):
                found.append(int(status.parent.name))
    return found


def dashboard_of(program: PtyProgram) -> int:
    """The dashboard's own process under its supervisor."""

    def find() -> int | None:
        for child in children(program.pid):
            with suppress(OSError):
                if b"\0dashboard\0" in Path(f"/proc/{child}/cmdline").read_bytes():
                    return child
        return None

    until(lambda: find() is not None)
    found = find()
    assert found is not None
    return found


def until(reached: Callable[[], bool], timeout: float = PATIENCE) -> None:
    """Wait until something is so; AssertionError when it is not in time."""
    deadline = time.monotonic() + timeout
    while not reached():
        assert time.monotonic() < deadline, "not in time"
        time.sleep(0.01)


def gone(pid: int) -> bool:
    """Whether a process has ended."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    return False


@contextmanager
def town(folder: Path, *, language: str = "da", supervision_s: float = 15) -> Iterator[Town]:
    """A town that is taken down at the end."""
    made = Town(folder, language=language, supervision_s=supervision_s)
    try:
        yield made
    finally:
        made.close()
