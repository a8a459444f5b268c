"""`guardroom init`: a commented configuration to fill in, the databases, the secret, and the first administrator."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from guardroom.clock import Clock, SystemClock
from guardroom.config import FILE_NAME, example_text, load
from guardroom.language import _
from guardroom.people.initials import read_initials
from guardroom.private_folder import private_folder
from guardroom.refusal import Refused
from guardroom.text import clean

if TYPE_CHECKING:
    from guardroom.settings import Settings


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """`guardroom init [--config FILE] [--admin INITIALS]`."""
    parser.add_argument("--config", type=Path, help=_("the file to write (left out: ./guardroom.toml)"))
    parser.add_argument("--admin", metavar=_("INITIALS"), help=_("the first administrator: one to six letters"))


def run(args: argparse.Namespace) -> int:
    """Write the configuration, make journal, database and secret, add the administrator; then say what to do next.

    The administrator's one-time code is told here, once, and is nowhere else. Nobody is added where somebody has a code
    already: the configuration is written, and it is said how others are added.

    Returns 2 where nothing was done (the file exists, the initials are no initials), 1 where something failed; the
    file is then gone again.
    """
    file = Path(args.config or os.environ.get("GUARDROOM_CONFIG") or FILE_NAME)
    admin = read_initials(args.admin or "")
    if args.admin is not None and not admin:
        return _fail(_("--admin {given}: initials are one to six letters").format(given=clean(args.admin, 20)), 2)
    if os.path.lexists(file):
        sentence = _("{file} exists and is left as it is; remove it to have a new one written: the databases stay")
        return _fail(sentence.format(file=clean(str(file), 300)), 2)
    if args.admin is None and sys.stdin.isatty():
        admin = _ask()
    try:
        _write_new(file, example_text())
    except (OSError, ValueError) as error:
        reason = clean(getattr(error, "strerror", None) or str(error))
        return _fail(_("{file} cannot be written: {reason}").format(file=clean(str(file), 300), reason=reason), 1)
    try:
        code = _make(load(file), admin, SystemClock())
    except BaseException as problem:
        # The next `init` would be refused because of it.
        file.unlink(missing_ok=True)
        if isinstance(problem, Refused):
            return _fail(problem.sentence, 1)
        raise
    elsewhere = args.config is not None and file.resolve() != Path(FILE_NAME).resolve()
    _say_what_is_next(file, admin, code, elsewhere=elsewhere)
    return 0


def _ask() -> str:
    """Ask until the answer is initials; "" where the user gave none."""
    question = _("Initials of the first administrator (one to six letters, Enter for none yet): ")
    try:
        while answer := input(question).strip():
            if found := read_initials(answer):
                return found
    except EOFError:
        print()
    return ""


def _write_new(file: Path, text: str) -> None:
    """Write a file that was not there; readable by its owner only, for it may come to hold a password."""
    private_folder(file.parent)
    opened = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(opened, "w", encoding="utf-8", newline="\n") as out:
            out.write(text)
    except OSError:
        file.unlink(missing_ok=True)
        raise


def _make(settings: Settings, admin: str, clock: Clock) -> str | None:
    """Make journal, database and secret, and add the administrator. Returns their code, "" without one, None where
    somebody has a code already. Raises Refused."""
    from db.schema import ForeignDatabase, NewerDatabase, StorageError, prepare_journal, prepare_main

    try:
        prepare_journal(settings.journal)
        prepare_main(settings.database)
        return _begin(settings, admin, clock)
    except NewerDatabase as error:
        sentence = _("{file} was made by a newer version of the program; use that version")
        raise Refused(sentence.format(file=clean(error.path))) from error
    except ForeignDatabase as error:
        sentence = _("{file} holds something else; give another file under `database` or `journal`")
        raise Refused(sentence.format(file=clean(error.path))) from error
    except StorageError as error:
        sentence = _("the databases cannot be made: {reason}")
        raise Refused(sentence.format(reason=clean(error.detail))) from error


def _begin(settings: Settings, admin: str, clock: Clock) -> str | None:
    """Make the secret and add the administrator. A database that was there before may have its users already: they
    sign in, and no secret is made for them. Returns as `_make`. Raises Refused.
    """
    from db.main import reading
    from db.people import user_called
    from guardroom.ground import open_ground
    from guardroom.people.first_admin import make_first_secret
    from guardroom.people.users import Users

    nobody_can_sign_in = make_first_secret(settings, clock.now())
    if not admin:
        return "" if nobody_can_sign_in else None
    # Also where nobody is added: without the secret those who are there could not sign in to add others.
    ground = open_ground(settings, clock)
    try:
        if not nobody_can_sign_in:
            return None
        with reading(ground.engine) as session:
            known = user_called(session, admin) is not None
        users = Users(ground)
        return users.new_code(None, admin) if known else users.add(None, admin, "admin")
    finally:
        ground.engine.dispose()


def _say_what_is_next(file: Path, admin: str, code: str | None, *, elsewhere: bool) -> None:
    from guardroom.people.codes import ONE_TIME_DAYS

    where = clean(str(file), 300)
    print(_("1. Open {file} in an editor: it describes an example town hall; make it yours.").format(file=where))
    print(_("2. `guardroom check` tells what is still wrong, `guardroom ports` which ports there are."))
    if code is None:
        print(_("3. `guardroom` starts the board. The database was there before: its users are in it and sign in."))
        if admin:
            print(_("   {initials} was not added and was given no code.").format(initials=admin))
        print(_("   An administrator adds others: `guardroom users add INITIALS ROLE --as ADMINISTRATOR`."))
        print(_("   Whoever lost their code is given one so: `guardroom users code INITIALS --as ADMINISTRATOR`."))
        said = _("   A lost one-time code runs out in {days} days; if nobody else has one, no `--as` is needed then.")
        print(said.format(days=ONE_TIME_DAYS))
    elif code:
        said = _("3. `guardroom` starts the board; {initials} is its administrator, with the one-time code {code}.")
        print(said.format(initials=admin, code=code))
        said = _("   It is shown this once and counts for {days} days: sign in on the board and choose your own code.")
        print(said.format(days=ONE_TIME_DAYS))
    else:
        print(_("3. `guardroom` starts the board; `guardroom users add INITIALS admin` adds an administrator."))
    if elsewhere:
        said = _("   These look for the configuration where they are started: give each of them `--config {file}`.")
        print(said.format(file=where))
    print(_("4. Keep a copy of guardroom.secret, apart from the database's: without it nobody can sign in."))


def _fail(sentence: str, code: int) -> int:
    print(f"guardroom init: {sentence}", file=sys.stderr)
    return code
