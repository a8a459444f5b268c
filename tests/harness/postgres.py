"""A real PostgreSQL for tests: one server per test process, a fresh migrated database for whoever asks.

    url = fresh_database()                      # made from a migrated template: some hundredths of a second
    url = fresh_database(migrated=False)        # an empty one
    with a_server() as server:                  # one of its own: to stop, to freeze, to start again
        server.freeze()

The programs are the system's (`/usr/lib/postgresql/*/bin`, the search path), else those of the `pgserver` wheel.
Where there are none the tests fail, unless `GUARDROOM_NO_POSTGRES=1` says that they are to be skipped.
"""

from __future__ import annotations

import atexit
import contextlib
import functools
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from importlib import util
from itertools import count
from pathlib import Path
from typing import Any

import psycopg
import pytest

from db.schema import prepare_main

NO_POSTGRES = "GUARDROOM_NO_POSTGRES"
"""Set to 1, this skips what needs a server; nothing else does."""

PATIENCE_S = 60
_OTHERS = ("postgres", "nobody")
"""Whom the server runs as where the tests run as root, which it refuses to."""

_CLUSTER = ("--username=guardroom", "--auth=trust", "--no-sync", "--encoding=UTF8", "--locale=C")
_SETTINGS = {
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "shared_buffers": "32MB",
    "autovacuum": "off",
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "max_connections": "60",
}


@dataclass
class Server:
    """One cluster in a folder of its own; `start` it, then `fresh_database`."""

    folder: Path
    programs: Path
    user: str | None
    port: int = 0
    _process: subprocess.Popen[bytes] | None = None
    _line: psycopg.Connection[tuple[Any, ...]] | None = None
    _numbers: Iterator[int] = field(default_factory=count)

    def url(self, database: str = "postgres") -> str:
        """The address of one of its databases, as it stands in guardroom.toml."""
        return f"postgresql+psycopg://guardroom@127.0.0.1:{self.port}/{database}"

    def start(self) -> None:
        """Begin, or begin again on the same port with the same data; back when it answers."""
        settings = [f"-c{name}={value}" for name, value in _SETTINGS.items()]
        command = [self.programs / "postgres", "-D", self.folder / "data", "-p", str(self.port), *settings]
        with (self.folder / "server.log").open("ab") as log:
            self._process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd=self.folder, **_as(self.user)
            )
        end = time.monotonic() + PATIENCE_S
        pause = threading.Event()
        while not self._answers():
            if time.monotonic() > end:
                raise TimeoutError(f"PostgreSQL in {self.folder} does not answer")
            pause.wait(0.02)

    def stop(self, how: signal.Signals = signal.SIGINT) -> None:
        """End it: SIGINT rolls back and closes, SIGQUIT drops everything at once as a power cut would."""
        process, self._process = self._process, None
        if self._line is not None:
            self._line.close()
        if process is None or process.poll() is not None:
            return
        process.send_signal(how)
        try:
            process.wait(PATIENCE_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

    def freeze(self) -> None:
        """Everything in it stands still; its connections stay open and nothing is answered."""
        for process in self._processes():
            with contextlib.suppress(ProcessLookupError):
                os.kill(process, signal.SIGSTOP)

    def thaw(self) -> None:
        """Let it run on."""
        for process in self._processes():
            with contextlib.suppress(ProcessLookupError):
                os.kill(process, signal.SIGCONT)

    def fresh_database(self, *, migrated: bool = True) -> str:
        """The URL of a database that nobody has used; empty, or with this program's tables."""
        return self._copied(self._template if migrated else "template0")

    def copy(self, url: str) -> str:
        """The URL of a database that is as this one is now; nobody may have it open."""
        return self._copied(url.rpartition("/")[2])

    def _copied(self, template: str) -> str:
        name = f"house_{next(self._numbers)}"
        self.run(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
        return self.url(name)

    def drop(self, url: str) -> None:
        """Throw away a database of `fresh_database`, whoever still has it open."""
        self.run(f'DROP DATABASE IF EXISTS "{url.rpartition("/")[2]}" WITH (FORCE)')

    def run(self, statement: str) -> list[tuple[Any, ...]]:
        """What a statement that needs no transaction answers."""
        # Kept open: the server starts a process for each connection.
        if self._line is None or self._line.closed:
            self._line = psycopg.connect(plain(self.url()), autocommit=True)
        answer = self._line.execute(statement.encode())
        return answer.fetchall() if answer.description else []

    @functools.cached_property
    def _template(self) -> str:
        self.run('CREATE DATABASE "migrated" TEMPLATE template0')
        prepare_main(self.url("migrated"))
        return "migrated"

    def _answers(self) -> bool:
        assert self._process is not None
        if self._process.poll() is not None:
            raise ChildProcessError(f"PostgreSQL did not start:\n{(self.folder / 'server.log').read_text()}")
        try:
            self.run("SELECT 1")
        except psycopg.OperationalError:
            return False
        return True

    def _processes(self) -> list[int]:
        """The server and all its children."""
        assert self._process is not None
        found = subprocess.run(
            ["ps", "-o", "pid=", "--ppid", str(self._process.pid)], capture_output=True, text=True, check=False
        )
        return [self._process.pid, *(int(line) for line in found.stdout.split())]


def plain(url: str) -> str:
    """The address as psycopg itself takes it."""
    return url.replace("+psycopg", "", 1)


def fresh_database(*, migrated: bool = True) -> str:
    """The URL of a database of its own on this test process's server."""
    return the_server().fresh_database(migrated=migrated)


@functools.cache
def the_server() -> Server:
    """This test process's server, which stays until the tests are over."""
    server = _made()
    atexit.register(_end, server)
    return server


@contextlib.contextmanager
def a_server() -> Iterator[Server]:
    """A server that belongs to one test alone."""
    server = _made()
    try:
        yield server
    finally:
        _end(server)


def _made() -> Server:
    if os.environ.get(NO_POSTGRES) == "1":
        pytest.skip(f"{NO_POSTGRES}=1")
    folder = Path(tempfile.mkdtemp(prefix="guardroom-pg-"))
    user = _user()
    programs = _programs(folder, user)
    server = Server(folder, programs, user, _free_port())
    if user is not None:
        shutil.chown(folder, user)
    subprocess.run(
        [programs / "initdb", "-D", folder / "data", *_CLUSTER],
        check=True,
        capture_output=True,
        cwd=folder,
        **_as(user),
    )
    server.start()
    return server


def _end(server: Server) -> None:
    with contextlib.suppress(AssertionError):
        server.thaw()
    server.stop(signal.SIGQUIT)
    shutil.rmtree(server.folder, ignore_errors=True)


def _programs(folder: Path, user: str | None) -> Path:
    """The folder of the newest server that is installed, reachable for `user`."""
    ending = ".exe" if sys.platform == "win32" else ""
    installed = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"), key=lambda each: float(each.parts[-3]))
    found = installed[-1] if installed else shutil.which("postgres")
    if found is not None and Path(found).resolve().with_name(f"initdb{ending}").exists():
        return Path(found).resolve().parent
    wheel = util.find_spec("pgserver")
    if wheel is None or wheel.origin is None:
        pytest.fail(
            f"no PostgreSQL server: install `postgresql` or the `pgserver` wheel, or set {NO_POSTGRES}=1", pytrace=False
        )
    package = Path(wheel.origin).parent
    if user is not None and not _reaches(user, package / "pginstall" / "bin" / "postgres"):
        # The tests' own environment lies in a folder that only root may enter.
        for part in (package, package.with_name("pgserver.libs")):
            shutil.copytree(part, folder / part.name, dirs_exist_ok=True)
        folder.chmod(0o755)
        package = folder / "pgserver"
    return package / "pginstall" / "bin"


def _reaches(user: str, program: Path) -> bool:
    try:
        return subprocess.run([program, "--version"], capture_output=True, check=False, **_as(user)).returncode == 0
    except OSError:
        return False


def _user() -> str | None:
    """Whom to become, or None where the tests do not run as root."""
    if sys.platform == "win32" or os.geteuid() != 0:
        return None
    import pwd

    return next(name for name in _OTHERS if name in {entry.pw_name for entry in pwd.getpwall()})


def _as(user: str | None) -> dict[str, Any]:
    return {} if user is None else {"user": user, "group": _group(user), "extra_groups": []}


def _group(user: str) -> int:
    import pwd

    return pwd.getpwnam(user).pw_gid


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
