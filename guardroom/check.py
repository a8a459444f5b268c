"""`guardroom check`: is everything in place that an alarm needs? One line for each thing, nothing is changed."""

from __future__ import annotations

import argparse
import re
import shlex
import shutil
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from guardroom.check_backup import backup_findings
from guardroom.check_heartbeat import heartbeat_finding
from guardroom.check_mail import mail_findings
from guardroom.check_people import people_findings
from guardroom.check_policy import policy_findings
from guardroom.check_ports import port_findings
from guardroom.clock import Clock, SystemClock
from guardroom.config import load
from guardroom.config_table import harmless
from guardroom.disk import space_at
from guardroom.duties.phones import Entry, to_verify
from guardroom.finding import Finding
from guardroom.language import _, n_, said_number
from guardroom.privacy.check import privacy_findings
from guardroom.settings import Settings
from guardroom.text import clean

if TYPE_CHECKING:
    from db.schema import Status

LISTEN_S = 3.0
LONGEST_LISTEN_S = 3600.0
_PLAUSIBLE_YEARS = range(2025, 2100)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """`guardroom check [--config FILE] [--listen SECONDS] [--policy] [--send-test]`."""
    parser.add_argument("--config", type=Path, help=_("the configuration (guardroom.toml)"))
    parser.add_argument(
        "--listen",
        type=_seconds,
        default=LISTEN_S,
        metavar="SECONDS",
        help=_("how long to listen to the panels where no monitor runs; 0: not at all"),
    )
    parser.add_argument("--policy", action="store_true", help=_("tell every value of the policy and where it is from"))
    parser.add_argument("--send-test", action="store_true", help=_("send a test message to every recipient"))


def run(args: argparse.Namespace) -> int:
    """Print a line for each thing as it has been looked at. Returns 1 if any of them is wrong."""
    wrong = False
    for finding in findings(load(args.config), SystemClock(), args.listen, send=args.send_test, policy=args.policy):
        print(finding.line())
        sys.stdout.flush()
        wrong = wrong or finding.standing == "wrong"
    return 1 if wrong else 0


def findings(
    settings: Settings, clock: Clock, listen_s: float, *, send: bool = False, policy: bool = False
) -> Iterator[Finding]:
    """Look at one thing after the other; ports and databases may take seconds, panels are heard for `listen_s`.

    `send`: every recipient of notices gets a test message. `policy`: every value of the policy is told.
    """
    yield _configuration(settings)
    yield from policy_findings(settings.policy, whole=policy)
    yield from privacy_findings(settings)
    yield from _points(settings)
    yield from port_findings(settings, listen_s)
    database = _database_status(settings)
    yield _database(settings, database)
    yield _journal(settings)
    yield from people_findings(settings, clock.now(), readable=database.standing == "current")
    yield from mail_findings(settings, clock, send=send)
    yield heartbeat_finding(settings)
    yield _contacts(settings, clock, readable=database.standing == "current")
    yield from backup_findings(settings, clock.now())
    yield from _disks(settings)
    yield _clock(settings, clock)
    yield _sound(settings)


def _seconds(text: str) -> float:
    """A time to listen, in seconds. Raises ArgumentTypeError."""
    try:
        seconds = float(text)
    except ValueError:
        seconds = -1.0
    if not 0 <= seconds <= LONGEST_LISTEN_S:
        said = _("allowed is 0 to {most:g} seconds").format(most=LONGEST_LISTEN_S)
        raise argparse.ArgumentTypeError(said)
    return seconds


def _configuration(settings: Settings) -> Finding:
    panels = n_("{count} panel", "{count} panels", len(settings.panels)).format(count=len(settings.panels))
    rooms = n_("{count} room", "{count} rooms", len(settings.rooms)).format(count=len(settings.rooms))
    said = _("{file}: {panels}, {rooms}, policy {policy}")
    said = said.format(file=settings.path, panels=panels, rooms=rooms, policy=settings.policy.name)
    return Finding("ok", _("configuration"), said)


def _points(settings: Settings) -> Iterator[Finding]:
    """Buttons that can never ring: a room claims a point that its panel cannot tell."""
    from drivers import registry

    usual = {panel.name: registry.defaults(panel.driver, panel.options) for panel in settings.panels}
    for room in settings.rooms:
        for claim in room.claims:
            line = usual.get(claim.panel or "")
            if line is None or claim.point is None or not line.points or re.fullmatch(line.points, claim.point):
                continue
            said = _("{panel}:{point} can never ring: a point of this panel looks like {example}")
            said = said.format(panel=claim.panel, point=claim.point, example=line.point)
            yield Finding("wrong", _("room {room}").format(room=room.id), said)


def _database_status(settings: Settings) -> Status:
    from db.schema import main_status

    return main_status(settings.database)


def _database(settings: Settings, status: Status) -> Finding:
    from db.schema import sqlite_path

    path = sqlite_path(settings.database)
    where = str(path) if path is not None else harmless(settings.database)
    return _stored(_("database"), where, path, status)


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
                "unset", what, _("{where}: not made yet; the monitor does when it starts").format(where=where)
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


def _contacts(settings: Settings, clock: Clock, *, readable: bool) -> Finding:
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
    entries, looked = _phone_card(settings, clock, readable=readable)
    missing += [entry.name for entry in entries if entry.standing == "missing" and entry.key.startswith("phone:")]
    said = []
    if missing:
        said.append(_("no telephone number for {names}").format(names=", ".join(missing)))
    if looked and (untried := to_verify(entries)):
        said.append(_("not tried for six months: {names}").format(names=", ".join(untried)))
    if not settings.policy.guard_hours:
        said.append(_("guard_hours are not set: everybody is alerted at all times"))
    if said:
        return Finding("unset", _("contacts"), "; ".join(said))
    return Finding("ok", _("contacts"), _("every telephone number is set"))


def _phone_card(settings: Settings, clock: Clock, *, readable: bool) -> tuple[tuple[Entry, ...], bool]:
    """The phone card, and whether it is known which numbers were tried."""
    from db.errors import StorageError
    from guardroom.duties.phones import card

    if readable:
        from db.main import open_engine, reading
        from guardroom.duties.phone_card import tried

        engine = open_engine(settings.database)
        try:
            with reading(engine) as session:
                return card(settings, clock.now(), tried(session), persons=True), True
        except StorageError:
            pass  # that is a line of its own
        finally:
            engine.dispose()
    return card(settings, None, {}, persons=True), False


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
        said = _("{folder}: {free} GiB free").format(folder=folder, free=said_number(space.free / (1 << 30), 1))
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


def _writable(path: Path) -> bool:
    import os

    folder = next(iter(_existing(path.parent)), None)
    return folder is not None and os.access(folder, os.W_OK)
