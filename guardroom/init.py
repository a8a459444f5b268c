"""`guardroom init`: a commented configuration to fill in, the databases, and the first administrator."""

from __future__ import annotations

import argparse
import os
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from guardroom.clock import Clock, SystemClock
from guardroom.config import FILE_NAME, example_text, load
from guardroom.language import _
from guardroom.text import clean

if TYPE_CHECKING:
    from guardroom.settings import Settings

_INITIALS = re.compile(r"[A-ZÆØÅ]{1,6}")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """`guardroom init [--config FILE] [--admin INITIALS]`."""
    parser.add_argument("--config", type=Path, help=_("the file to write (left out: ./guardroom.toml)"))
    parser.add_argument("--admin", metavar=_("INITIALS"), help=_("the first administrator: one to six letters"))


def run(args: argparse.Namespace) -> int:
    """Write the configuration, make journal and database, add the administrator; then say what to do next.

    Returns 2 where nothing was done (the file exists, the initials are no initials), 1 where something failed.
    """
    file = Path(args.config or os.environ.get("GUARDROOM_CONFIG") or FILE_NAME)
    admin = _initials(args.admin)
    if args.admin is not None and not admin:
        return _fail(_("--admin {given}: initials are one to six letters").format(given=clean(args.admin, 20)), 2)
    if os.path.lexists(file):
        sentence = _("{file} exists and is left as it is; remove it to begin anew")
        return _fail(sentence.format(file=clean(str(file), 300)), 2)
    if args.admin is None and sys.stdin.isatty():
        admin = _ask()
    try:
        _write_new(file, example_text())
    except (OSError, ValueError) as error:
        reason = clean(getattr(error, "strerror", None) or str(error))
        return _fail(_("{file} cannot be written: {reason}").format(file=clean(str(file), 300), reason=reason), 1)
    problem = _make(load(file), admin, SystemClock())
    if problem:
        return _fail(problem, 1)
    _say_what_is_next(file, admin)
    return 0


def _initials(given: str | None) -> str:
    """The initials in capitals, or "" where they are none."""
    capitals = clean(given or "", 20).strip().upper()
    return capitals if _INITIALS.fullmatch(capitals) else ""


def _ask() -> str:
    """Ask until the answer is initials; "" where the user gave none."""
    question = _("Initials of the first administrator (one to six letters, Enter for none yet): ")
    try:
        while answer := input(question).strip():
            if found := _initials(answer):
                return found
    except EOFError:
        print()
    return ""


def _write_new(file: Path, text: str) -> None:
    """Write a file that was not there; readable by its owner only, for it may come to hold a password."""
    file.parent.mkdir(parents=True, exist_ok=True)
    opened = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(opened, "w", encoding="utf-8", newline="\n") as out:
        out.write(text)


def _make(settings: Settings, admin: str, clock: Clock) -> str:
    """Make journal and database and add the administrator. Returns what went wrong, or ""."""
    from db.main import add_user, open_engine, writing
    from db.schema import ForeignDatabase, NewerDatabase, StorageError, prepare_journal, prepare_main

    try:
        prepare_journal(settings.journal)
        prepare_main(settings.database)
        if admin:
            engine = open_engine(settings.database)
            try:
                with writing(engine) as session:
                    add_user(session, admin, "admin", clock.now())
            finally:
                engine.dispose()
    except NewerDatabase as error:
        sentence = _("{file} was made by a newer version of the program; use that version")
        return sentence.format(file=clean(error.path))
    except ForeignDatabase as error:
        return _("{file} holds something else; give another file under `database` or `journal`").format(
            file=clean(error.path)
        )
    except StorageError as error:
        return _("the databases cannot be made: {reason}").format(reason=clean(error.detail))
    return ""


def _say_what_is_next(file: Path, admin: str) -> None:
    where = clean(str(file), 300)
    print(_("1. Open {file} in an editor: it describes an example town hall; make it yours.").format(file=where))
    print(_("2. `guardroom check` tells what is still wrong, `guardroom ports` which ports there are."))
    if admin:
        print(_("3. `guardroom` starts the board; {initials} is its administrator.").format(initials=admin))
    else:
        print(_("3. `guardroom` starts the board; there is no administrator yet."))


def _fail(sentence: str, code: int) -> int:
    print(f"guardroom init: {sentence}", file=sys.stderr)
    return code
