"""Who gives a command, where names are at stake: the same sign-in, the same roles, the same log as on the screen.

A command that needs somebody signed in does its work in `answer_as`:

    def run(args: argparse.Namespace) -> int:
        return answer_as(args, "users list", lambda ground, who: _list(ground, who))
"""

from __future__ import annotations

import argparse
import getpass
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from db.errors import ForeignDatabase, NewerDatabase, StorageError
from guardroom.clock import SystemClock
from guardroom.config import load
from guardroom.config_table import harmless
from guardroom.language import _
from guardroom.refusal import BadInput, Forbidden, Mistake, Refused
from guardroom.text import clean

if TYPE_CHECKING:
    from guardroom.ground import Ground
    from guardroom.people.who import Who
    from guardroom.settings import Settings

_USER_VARIABLE = "GUARDROOM_USER"
_LONGEST_LINE = 2000


def add_identity_arguments(parser: argparse.ArgumentParser) -> None:
    """`--as INITIALS`. Left out of a subcommand it keeps what was given before the subcommand."""
    parser.add_argument(
        "--as",
        dest="initials",
        metavar=_("INITIALS"),
        default=argparse.SUPPRESS,
        help=_("who you are (left out: ${variable}); your code is asked for").format(variable=_USER_VARIABLE),
    )


def answer(config: Path | None, work: Callable[[Ground], int], ready: Callable[[Settings], None] | None = None) -> int:
    """Open the house, do the work, close it. Returns its exit code: the work's; 2 where what was given cannot be, 1
    where something was refused or storage failed, with one sentence on stderr. Raises ConfigError.

    `ready` is done before, once the database is known to be usable.
    """
    settings = load(config)
    try:
        _refuse_unready(settings)
        if ready is not None:
            ready(settings)
        from guardroom.ground import open_ground

        ground = open_ground(settings, SystemClock())
        try:
            return work(ground)
        finally:
            ground.engine.dispose()
    except BadInput as wrong:
        print(wrong.sentence, file=sys.stderr)
        return 2
    except Refused as refused:
        print(refused.sentence, file=sys.stderr)
    except (NewerDatabase, ForeignDatabase) as refused:
        from guardroom.databases import refusal_sentence

        print(refusal_sentence(refused), file=sys.stderr)
    except StorageError as problem:
        print(_("The database cannot be read: {detail}.").format(detail=clean(problem.detail)), file=sys.stderr)
    return 1


def answer_as(args: argparse.Namespace, act: str, work: Callable[[Ground, Who], int]) -> int:
    """`answer`, with the work done by whoever gives the command. `act` is its code in the log, if it is refused."""
    return answer(args.config, lambda ground: do_as(args, act, ground, lambda who: work(ground, who)))


def do_as(args: argparse.Namespace, act: str, ground: Ground, work: Callable[[Who], int]) -> int:
    """Sign in whoever gives the command, do the work, sign them out; what they may not do is noted in the log.

    The code is asked for without showing it, or read from stdin's first line. Returns what the work does. Raises
    Refused, WrongCode among them; BadInput where nobody was named.
    """
    from guardroom.people.signin import SignIn

    signing = SignIn(ground)
    who = signing.sign_in(named_user(args), ask_code(_("Your code: ")), station_of_commands(ground.settings))
    try:
        if signing.must_change(who):
            raise Refused(_("Your code was given to you: first choose your own with `guardroom users passcode`."))
        return work(who)
    except Forbidden:
        signing.note_refused(who, act)
        raise
    finally:
        signing.sign_out(who)


def named_user(args: argparse.Namespace) -> str:
    """The initials from the command line or the environment. Raises BadInput where there are none."""
    given: str = getattr(args, "initials", None) or os.environ.get(_USER_VARIABLE, "")
    if not given.strip():
        sentence = _("Say who you are: --as INITIALS, or ${variable}.").format(variable=_USER_VARIABLE)
        raise BadInput(Mistake("initials", sentence))
    return given


def ask_code(question: str) -> str:
    """A code, from the keyboard without showing it, or the next line of stdin. Raises Refused where there is none."""
    try:
        typed = getpass.getpass(question) if sys.stdin.isatty() else sys.stdin.readline(_LONGEST_LINE)
    except EOFError:
        typed = ""
    typed = typed.rstrip("\r\n")
    if not typed:
        raise Refused(_("No code was given; without a keyboard it is read from the first line of the input."))
    return typed


def given_again(code: str) -> bool:
    """Whether a new code is typed a second time as the first. Without a keyboard it need not be: a further line, where
    the input has one, must be the code."""
    if sys.stdin.isatty():
        return ask_code(_("Type the new code again: ")) == code
    return sys.stdin.readline(_LONGEST_LINE).rstrip("\r\n") in ("", code)


def station_of_commands(settings: Settings) -> str:
    """The station that wrong codes are counted for here: nobody at a screen is held up by them."""
    return f"{settings.station} (command line)"


def _refuse_unready(settings: Settings) -> None:
    """Raises Refused, NewerDatabase, ForeignDatabase, StorageError where the main database cannot be used as it is."""
    from db.schema import main_status
    from guardroom.databases import refuse_unknown

    refuse_unknown(settings)
    status = main_status(settings.database, thorough=False)
    match status.standing:
        case "new" | "older":
            raise Refused(_("The database is not made or from an older version: start `guardroom` once."))
        case "unreadable":
            raise StorageError("other", status.detail)
        case "newer":
            raise NewerDatabase(harmless(settings.database), status.revision or "?")
        case "foreign":
            raise ForeignDatabase(harmless(settings.database))
