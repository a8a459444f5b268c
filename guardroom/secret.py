"""`guardroom secret`: puts passwords into the system's keyring, takes them out, and tells where each is found."""

from __future__ import annotations

import argparse
import getpass
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from guardroom import passwords
from guardroom.config import load
from guardroom.language import _
from guardroom.refusal import Refused
from guardroom.text import clean

if TYPE_CHECKING:
    from guardroom.settings import Settings


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """`guardroom secret set NAME | list | delete NAME`."""
    parser.set_defaults(config=None)
    _add_common(parser)
    acts = parser.add_subparsers(dest="act", metavar=_("ACT"), required=True)
    said = _("mail, postgresql or webhook:HOST")
    for act, does in (
        ("set", _("ask for a password and put it into the system's keyring")),
        ("delete", _("take a password out of the system's keyring")),
    ):
        one = acts.add_parser(act, help=does)
        one.add_argument("name", metavar=_("NAME"), help=said)
        _add_common(one)
    _add_common(acts.add_parser("list", help=_("which passwords this configuration needs, and where each is found")))


def run(args: argparse.Namespace) -> int:
    """Do one act. Returns 1 where a password that is needed is missing or the keyring refuses, 2 for a wrong name."""
    settings = load(args.config)
    if args.act == "list":
        return _list(settings)
    try:
        name = passwords.known_name(args.name)
    except Refused as wrong:
        return _fail(wrong.sentence, 2)
    try:
        return _set(name) if args.act == "set" else _delete(name)
    except Refused as refused:
        return _fail(refused.sentence, 1)


def needed(settings: Settings) -> tuple[str, ...]:
    """The names of the passwords that this configuration may need."""
    from urllib.parse import urlsplit

    hosts = dict.fromkeys(urlsplit(each.webhook).hostname for each in settings.recipients if each.webhook)
    return (
        *((passwords.MAIL,) if settings.mail.server and settings.mail.user else ()),
        *((passwords.POSTGRESQL,) if settings.database.startswith("postgresql") else ()),
        *(f"{passwords.WEBHOOK}{host}" for host in hosts if host),
    )


def _add_common(parser: argparse.ArgumentParser) -> None:
    # Suppressed, so that a subcommand's own default does not undo what was given before it.
    parser.add_argument("--config", type=Path, default=argparse.SUPPRESS, help=_("the configuration (guardroom.toml)"))


def _set(name: str) -> int:
    passwords.keep(name, _asked(name))
    print(_("The keyring has the password {name}.").format(name=name))
    return 0


def _asked(name: str) -> str:
    """From the keyboard, unseen; from the input's first line where there is no keyboard."""
    if sys.stdin.isatty():
        return getpass.getpass(_("Password {name}: ").format(name=name))
    return sys.stdin.readline().rstrip("\r\n")


def _delete(name: str) -> int:
    if not passwords.forget(name):
        return _fail(_("the keyring has no password {name}").format(name=name), 1)
    print(_("The keyring no longer has the password {name}.").format(name=name))
    return 0


def _list(settings: Settings) -> int:
    """One line for each password: its name, and where it is found; never the password itself."""
    code = 0
    names = needed(settings)
    for name in names:
        try:
            found = passwords.find(name, settings.mail.password_file if name == passwords.MAIL else None)
        except Refused as refused:
            print(f"{name}: {clean(refused.sentence, 400)}")
            code = 1
            continue
        print(f"{name}: {_place(found, name)}")
        if found is None and name == passwords.MAIL:
            code = 1
    if not names:
        print(_("This configuration needs no password."))
    return code


def _place(found: passwords.Password | None, name: str) -> str:
    if found is None:
        if name == passwords.POSTGRESQL:
            return _("not set; the server's own places are asked (PGPASSWORD, PGPASSFILE, .pgpass)")
        return _("not set")
    return {
        "environment": _("from the environment, {variable}").format(variable=passwords.variable(name)),
        "systemd": _("from systemd"),
        "file": _("from the file that the configuration names"),
        "keyring": _("from the system's keyring"),
    }[found.place]


def _fail(sentence: str, code: int) -> int:
    print(f"guardroom secret: {clean(sentence, 400)}", file=sys.stderr)
    return code
