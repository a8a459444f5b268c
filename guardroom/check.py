"""`guardroom check`: is everything in place that an alarm needs? One line for each thing, nothing is changed."""

from __future__ import annotations

import argparse
import shlex
import shutil
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from guardroom.clock import Clock, SystemClock
from guardroom.config import load
from guardroom.config_table import harmless
from guardroom.disk import space_at
from guardroom.language import _, n_
from guardroom.settings import PanelSettings, Settings
from guardroom.text import clean

if TYPE_CHECKING:
    from db.schema import Status
    from drivers.ports import PortProblem

Standing = Literal["ok", "wrong", "unset"]

SYMBOLS: dict[Standing, str] = {"ok": "ok", "wrong": "!!", "unset": "--"}
"""How a line begins; the same signs in every language, so that a script can read them."""

_PLAUSIBLE_YEARS = range(2025, 2100)


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at. `unset` is what the town hall has not set yet, or need not: nothing is wrong."""

    standing: Standing
    what: str
    said: str

    def line(self) -> str:
        """The finding as it is printed, safe for a terminal."""
        return clean(f"{SYMBOLS[self.standing]}  {self.what}: {self.said}", 1000)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """`guardroom check [--config FILE]`."""
    parser.add_argument("--config", type=Path, help=_("the configuration (guardroom.toml)"))


def run(args: argparse.Namespace) -> int:
    """Print a line for each thing as it has been looked at. Returns 1 if any of them is wrong."""
    wrong = False
    for finding in findings(load(args.config), SystemClock()):
        print(finding.line())
        sys.stdout.flush()
        wrong = wrong or finding.standing == "wrong"
    return 1 if wrong else 0


def findings(settings: Settings, clock: Clock) -> Iterator[Finding]:
    """Look at one thing after the other; ports and databases may take seconds."""
    yield _configuration(settings)
    yield from _ports(settings)
    yield _database(settings)
    yield _journal(settings)
    yield Finding("unset", _("mail"), _("not set up yet"))
    yield _contacts(settings)
    yield from _disks(settings)
    yield _clock(settings, clock)
    yield _sound(settings)


def _configuration(settings: Settings) -> Finding:
    panels = n_("{count} panel", "{count} panels", len(settings.panels)).format(count=len(settings.panels))
    rooms = n_("{count} room", "{count} rooms", len(settings.rooms)).format(count=len(settings.rooms))
    said = _("{file}: {panels}, {rooms}, policy {policy}")
    said = said.format(file=settings.path, panels=panels, rooms=rooms, policy=settings.policy.name)
    return Finding("ok", _("configuration"), said)


def _ports(settings: Settings) -> Iterator[Finding]:
    from guardroom.endpoint import read_endpoint
    from guardroom.monitor_lock import is_running

    if not settings.panels:
        yield Finding("unset", _("ports"), _("no panel is configured"))
        return
    monitor = 0
    if _there(settings.journal) and is_running(settings.journal):
        endpoint = read_endpoint(settings.journal)
        monitor = endpoint.pid if endpoint is not None else -1
    for panel in settings.panels:
        what = _("port of panel {panel}").format(panel=panel.name)
        standing, said = _port(panel, monitor)
        yield Finding(standing, what, f"{harmless(panel.port)}: {said}")


def _port(panel: PanelSettings, monitor: int) -> tuple[Standing, str]:
    """How a panel's port stands. `monitor`: the running monitor's process, 0 where none runs."""
    from drivers.holders import holders
    from drivers.ports import PortProblem, close_port, is_present, is_url, open_port

    held = _("the running monitor holds it")
    if monitor and is_url(panel.port):
        # A second connection could push the monitor's own away.
        return "ok", _("left to the running monitor; `guardroom status` tells how it is")
    if is_present(panel.port) is False:
        return "wrong", _("there is no such port; `guardroom ports` lists those there are")
    if monitor and any(holder.pid == monitor for holder in holders(panel.port)):
        return "ok", held
    try:
        line = open_port(
            panel.port,
            baudrate=panel.baudrate,
            bytesize=panel.bytesize,
            parity=panel.parity,
            stopbits=panel.stopbits,
            xonxoff=panel.xonxoff,
            rtscts=panel.rtscts,
        )
    except PortProblem as problem:
        if problem.code == "busy" and monitor and not problem.detail:
            # This system does not tell who has a port open; the monitor is the one that should.
            return "ok", held
        return "wrong", _port_sentence(problem)
    close_port(line)
    if monitor:
        return "wrong", _("it can be opened, but the running monitor does not hold it; `guardroom status` tells why")
    return "ok", _("it can be opened; nobody holds it")


def _port_sentence(problem: PortProblem) -> str:
    detail = clean(problem.detail)
    match problem.code:
        case "no_such_port":
            return _("there is no such port; `guardroom ports` lists those there are")
        case "busy" if detail:
            return _("held by {holder}").format(holder=detail)
        case "busy":
            return _("another program holds it")
        case "permission":
            return _("this user may not open it (on Linux: the group that owns the device, often dialout)")
        case _:
            return _("cannot be opened: {reason}").format(reason=detail)


def _database(settings: Settings) -> Finding:
    from db.schema import main_status, sqlite_path

    path = sqlite_path(settings.database)
    where = str(path) if path is not None else harmless(settings.database)
    return _stored(_("database"), where, path, main_status(settings.database))


def _journal(settings: Settings) -> Finding:
    from db.schema import journal_status

    return _stored(_("journal"), str(settings.journal), settings.journal, journal_status(settings.journal))


def _stored(what: str, where: str, path: Path | None, status: Status) -> Finding:
    match status.standing:
        case "new" if path is not None and not _writable(path):
            return Finding(
                "wrong", what, _("{where}: cannot be made; its folder cannot be written to").format(where=where)
            )
        case "new":
            return Finding(
                "unset", what, _("{where}: not made yet; the monitor or `guardroom init` does").format(where=where)
            )
        case "current":
            said = _("{where}: sound, revision {revision}").format(where=where, revision=status.revision)
            return Finding("ok", what, said)
        case "older":
            said = _("{where}: from an older version; the monitor brings it up to date, after a copy")
            return Finding("ok", what, said.format(where=where))
        case "newer":
            said = _("{where}: made by a newer version of the program ({revision}); use that version")
            return Finding("wrong", what, said.format(where=where, revision=status.revision))
        case "foreign":
            said = _("{where}: holds something else; give another file or database")
            return Finding("wrong", what, said.format(where=where))
        case _:
            said = _("{where}: cannot be used: {reason}").format(where=where, reason=clean(status.detail))
            return Finding("wrong", what, said)


def _contacts(settings: Settings) -> Finding:
    missing = [
        name
        for name, number in (
            (_("technician"), settings.technician),
            (_("leader"), settings.leader),
            (_("the town hall"), settings.site.phone),
            *((block.name, block.phone) for block in settings.blocks if block.name),
            *((room.id, room.phone) for room in settings.rooms),
        )
        if not number
    ]
    if missing:
        return Finding("unset", _("contacts"), _("no telephone number for {names}").format(names=", ".join(missing)))
    return Finding("ok", _("contacts"), _("every telephone number is set"))


def _disks(settings: Settings) -> Iterator[Finding]:
    from db.schema import sqlite_path

    database = sqlite_path(settings.database)
    seen: set[int] = set()
    for path in (settings.journal, database):
        folder = next(iter(_existing(path.parent)), None) if path is not None else None
        if folder is None or (device := folder.stat().st_dev) in seen:
            continue
        seen.add(device)
        space = space_at(folder)
        said = _("{folder}: {free} GiB free").format(folder=folder, free=f"{space.free / (1 << 30):.1f}")
        if space.nearly_full:
            full = _("(nearly full: at least {least} MiB should be free)").format(least=space.least >> 20)
            yield Finding("wrong", _("disk"), f"{said} {full}")
        else:
            yield Finding("ok", _("disk"), said)


def _clock(settings: Settings, clock: Clock) -> Finding:
    now = clock.now().astimezone(settings.site.zone)
    said = f"{now:%Y-%m-%d %H:%M:%S} {settings.site.zone.key}"
    if now.year not in _PLAUSIBLE_YEARS:
        return Finding("wrong", _("clock"), said + " " + _("(that cannot be; set this computer's clock)"))
    return Finding("ok", _("clock"), said)


def _sound(settings: Settings) -> Finding:
    from guardroom.sound import player_names

    if settings.player:
        program = shlex.split(settings.player, posix=sys.platform != "win32")[0]
        if shutil.which(program) is None:
            return Finding("wrong", _("sound"), _("the program {program} is not there").format(program=program))
        return Finding("ok", _("sound"), _("played with {program}").format(program=program))
    names = player_names("")
    if names:
        return Finding("ok", _("sound"), _("played with {program}").format(program=names[0]))
    said = _("no program that plays sounds was found; only the terminal's bell is left")
    return Finding("unset", _("sound"), said)


def _existing(folder: Path) -> Iterable[Path]:
    return (each for each in (folder, *folder.parents) if each.is_dir())


def _there(path: Path) -> bool:
    return path.parent.is_dir()


def _writable(path: Path) -> bool:
    import os

    folder = next(iter(_existing(path.parent)), None)
    return folder is not None and os.access(folder, os.W_OK)
