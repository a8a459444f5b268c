"""Finding and reading `guardroom.toml`.

Reading checks everything and reports all mistakes at once, each as one line. It imports no more than it must: the
monitor reads its configuration before it opens the ports, and every millisecond there is one in which nobody listens.
"""

from __future__ import annotations

import os
import re
import sys
import tomllib
from collections.abc import Mapping
from pathlib import Path
from zoneinfo import ZoneInfo

from guardroom import language
from guardroom.config_backup import read_backup
from guardroom.config_heartbeat import read_heartbeat
from guardroom.config_house import Owners, read_blocks, read_mobiles, read_panels, read_rooms
from guardroom.config_notices import read_mail, read_recipients
from guardroom.config_phones import read_phones
from guardroom.config_policy import read_letters, read_policy, read_privacy
from guardroom.config_serve import read_serve
from guardroom.config_table import ConfigError, Mistakes, Table, has_password, nearest, no_password_here
from guardroom.language import _
from guardroom.settings import Block, Settings, Site
from guardroom.text import clean

__all__ = ["FILE_NAME", "ConfigError", "example_text", "find", "load", "user_folder"]

FILE_NAME = "guardroom.toml"

_HERE = Path(__file__).parent
_STATION = {"da": "Vagtstuen", "en": "Guard station"}
_SITE = {"da": "Rådhuset", "en": "Town hall"}
_CVR = re.compile(r"[0-9]{8}")
_POSTGRESQL = re.compile(r"postgresql\+psycopg://[^/?#\s]*/[^/?#\s]+(\?\S*)?")


def user_folder() -> Path:
    """The folder for this user's configuration: each system has its own place."""
    if sys.platform == "win32":
        return Path(os.environ.get("APPDATA") or Path.home() / "AppData" / "Roaming") / "guardroom"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Application Support" / "guardroom"
    return Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config") / "guardroom"


def find(given: Path | None) -> Path:
    """The configuration file: `given`, else `$GUARDROOM_CONFIG`, `./guardroom.toml`, the user's folder.

    A file that somebody named is the answer even where it does not exist; reading it will say so.

    Raises:
        ConfigError: nobody named one, and there is none in the usual places.
    """
    if given is not None:
        return given
    if named := os.environ.get("GUARDROOM_CONFIG"):
        return Path(named)
    places = [Path(FILE_NAME), user_folder() / FILE_NAME]
    for place in places:
        if _exists(place):
            return place
    sentence = _("There is no configuration. Looked for {places}. `guardroom init` writes one.")
    raise ConfigError([sentence.format(places=", ".join(clean(str(place.absolute()), 300) for place in places))])


def load(path: Path | None = None) -> Settings:
    """Read the configuration; its language is the program's from then on.

    Raises:
        ConfigError: it cannot be used. Its `lines` name every mistake.
    """
    file = find(path)
    text = _read(file)
    try:
        return _settings(file, _parse(file, text))
    except RecursionError:
        raise ConfigError([f"{clean(str(file), 300)}: " + _("tables and lists are nested too deeply")]) from None


def example_text() -> str:
    """The commented example town hall, which `init` writes and `demo` runs on."""
    packaged = _HERE / "example.toml"
    return (packaged if packaged.exists() else _HERE.parent / FILE_NAME).read_text(encoding="utf-8")


def _exists(path: Path) -> bool:
    try:
        return path.exists()
    except (OSError, ValueError):
        return False


def _read(file: Path) -> str:
    shown = clean(str(file), 300)
    try:
        raw = file.read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        sentence = _("There is no file {file}. `guardroom init` writes one.").format(file=shown)
        raise ConfigError([sentence]) from None
    except (OSError, ValueError) as error:
        reason = clean(getattr(error, "strerror", None) or str(error))
        raise ConfigError([f"{shown}: " + _("cannot be read: {reason}").format(reason=reason)]) from None
    try:
        # Windows' editors begin a file with a byte order mark.
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        sentence = _("line {line}: this is not UTF-8; save the file with that character set").format(line=line)
        raise ConfigError([f"{shown}: {sentence}"]) from None


def _parse(file: Path, text: str) -> Mapping[str, object]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        where = re.search(r"\(at line (\d+),", str(error))
        line = int(where[1]) if where else text.rstrip("\n").count("\n") + 1
        sentence = _("line {line}: {reason}").format(line=line, reason=_reason(str(error)))
    except ValueError:
        # A number of thousands of digits: Python refuses it and does not say where.
        sentence = _("a number in it has too many digits")
    raise ConfigError([f"{clean(str(file), 300)}: {sentence}"])


def _reason(said: str) -> str:
    """What the TOML reader found, in the user's language; its own words are English only."""
    if "overwrite" in said or "twice" in said or "Duplicate" in said:
        return _("this key or table stands in the file twice")
    if "Invalid value" in said:
        return _("this is not a value; texts stand in quotes")
    if "Unescaped" in said or "hex value" in said:
        return _("a backslash must be doubled in a text, or the text stand in single quotes")
    if "Illegal character" in said or "Unterminated" in said:
        return _("a sign that may not stand here, or a text without its closing quote")
    if "'='" in said:
        return _("a key must be followed by = and a value")
    return _("this is not TOML")


def _settings(file: Path, values: Mapping[str, object]) -> Settings:
    mistakes = Mistakes(file)
    root = Table(values, "", mistakes)
    spoken = values.get("language")
    speak = spoken if isinstance(spoken, str) and spoken in language.LANGUAGES else language.of_the_system()
    language.choose(speak)
    root.one_of("language", speak, language.LANGUAGES)

    folder = file.absolute().parent
    database, database_file = _read_database(root, folder)
    journal = _read_journal(root, folder, database_file)
    policy = read_policy(root)
    language.choose(speak, policy.bans.word)
    station = root.text("station", _STATION[speak]) or _STATION[speak]
    site = _read_site(root, speak)
    blocks = read_blocks(root)
    panels = read_panels(root, station)
    owners: Owners = {}
    rooms = read_rooms(root, blocks, panels, owners)
    mobiles = read_mobiles(root, panels, owners)
    contacts = root.table("contacts")
    technician, leader = contacts.text("technician"), contacts.text("leader")
    contacts.finish()
    player = _read_player(root)
    keys = _read_keys(root)
    secret = _path(
        root, "secret", root.exact("secret", "guardroom.secret", allowed=_("a file's name, in quotes")), folder
    )
    privacy = read_privacy(root)
    letters = read_letters(root, folder)
    mail = read_mail(root, folder)
    parts = blocks or tuple(Block(name=name) for name in dict.fromkeys(room.block for room in rooms))
    recipients = read_recipients(root, mail, tuple(block.name for block in parts))
    phones = read_phones(root)
    backup = read_backup(root, folder)
    serve = read_serve(root)
    demo = root.flag("demo")
    stations = root.table("stations")
    station_silent_s = stations.number("silent_s", 15.0, 10, 600, _("seconds"))
    take_over_s = stations.number("take_over_s", 15.0, 5, 600, _("seconds"))
    stations.finish()
    service = root.flag("service")
    heartbeat = read_heartbeat(root)
    root.finish()
    if mistakes.lines:
        raise ConfigError(mistakes.lines)
    if database_file is None:
        from db import server_password

        server_password.ask = _server_password
    return Settings(
        path=file.absolute(),
        language=speak,
        database=database,
        journal=journal,
        station=station,
        site=site,
        policy=policy,
        blocks=parts,
        panels=panels,
        rooms=rooms,
        technician=technician,
        leader=leader,
        keys=keys,
        player=player,
        demo=demo,
        service=service,
        heartbeat=heartbeat,
        secret=secret or folder / "guardroom.secret",
        privacy=privacy,
        letters=letters,
        mail=mail,
        recipients=recipients,
        phones=phones,
        mobiles=mobiles,
        backup=backup,
        serve=serve,
        station_silent_s=station_silent_s,
        take_over_s=take_over_s,
    )


def _server_password() -> str | None:
    # Looked up at the first connection: not before the panels are heard.
    from guardroom.passwords import for_server

    return for_server()


def _read_database(root: Table, folder: Path) -> tuple[str, Path | None]:
    """The database's URL, a file in it made absolute; and that file, None where it is a server's database."""
    allowed = _("{file} or {server}").format(
        file='"sqlite:///guardroom.db"', server='"postgresql+psycopg://user@host/guardroom"'
    )
    url = root.exact("database", "sqlite:///guardroom.db", allowed=allowed)
    if url.startswith("sqlite:///"):
        name = url.removeprefix("sqlite:///")
        if name and name != ":memory:" and "?" not in name:
            path = _path(root, "database", name, folder)
            if path is not None:
                return f"sqlite:///{path.as_posix()}", path
            return url, None
    elif _POSTGRESQL.fullmatch(url):
        if has_password(url):
            root.wrong("database", no_password_here("postgresql"))
        return url, None
    root.wrong("database", _("allowed is {allowed}").format(allowed=allowed))
    return url, None


def _read_journal(root: Table, folder: Path, database: Path | None) -> Path:
    name = root.exact("journal", "journal.db", required="journal" in root.values, allowed=_("a file's name, in quotes"))
    path = _path(root, "journal", name or "journal.db", folder)
    if path is None:
        return folder / "journal.db"
    if database is not None and os.path.normcase(path) == os.path.normcase(database):
        root.wrong("journal", _("is the database's file; the journal needs a file of its own"))
    return path


def _path(root: Table, key: str, name: str, folder: Path) -> Path | None:
    """`name` against the configuration's folder; `~` is the user's home. A folder is noted as a mistake."""
    try:
        path = Path(os.path.normpath(folder / Path(name).expanduser()))
        if not path.is_dir():
            return path
    except (OSError, ValueError, RuntimeError):
        root.wrong(key, _("is not a file's name"))
        return None
    root.wrong(key, _("is a folder; give the name of a file"))
    return None


def _read_keys(root: Table) -> dict[str, tuple[str, ...]]:
    table = root.table("keys")
    if not table.values:
        return {}
    # Few town halls change keys, and the monitor has no use for them.
    from guardroom.config_keys import read_keys

    return read_keys(table)


def _read_player(root: Table) -> str:
    import shlex

    table = root.table("sound")
    allowed = _("a command that plays a sound file, in quotes")
    player = table.text("player", allowed=allowed)
    table.finish()
    try:
        shlex.split(player, posix=sys.platform != "win32")
    except ValueError:
        table.wrong("player", _("a quotation mark in it is not closed; allowed is {allowed}").format(allowed=allowed))
    return player


def _read_site(root: Table, speak: str) -> Site:
    table = root.table("site")
    name = table.text("zone", "Europe/Copenhagen", required="zone" in table.values)
    zone = _zone(name)
    if zone is None and name:
        zones = _zone_names()
        meant = nearest(name, zones)
        sentence = _("allowed is a time zone such as {example}").format(example="Europe/Copenhagen")
        if meant is not None:
            sentence += _("; did you mean {name}?").format(name=meant)
        table.wrong("zone", sentence)
    site = Site(
        name=table.text("name", _SITE[speak]) or _SITE[speak],
        address=table.text("address"),
        entrance=table.text("entrance"),
        phone=table.text("phone"),
        zone=zone or ZoneInfo("Europe/Copenhagen"),
        cvr=_read_cvr(table),
    )
    table.finish()
    return site


def _read_cvr(table: Table) -> str:
    allowed = _("the municipality's CVR number, eight digits in quotes, such as {example}").format(example='"12345678"')
    cvr = re.sub(r"\s", "", table.exact("cvr", "", allowed=allowed))
    if cvr and not _CVR.fullmatch(cvr):
        table.wrong("cvr", _("allowed is {allowed}").format(allowed=allowed))
        return ""
    return cvr


def _zone(name: str) -> ZoneInfo | None:
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return None


def _zone_names() -> frozenset[str]:
    """Every time zone there is. Slow: only for a mistake's hint."""
    import zoneinfo

    return frozenset(zoneinfo.available_timezones())
