"""`guardroom users`: who may sign in, and their codes.

Administrators sign in for it, as everywhere (`--as`, and their code). Two acts need nobody signed in as long as nobody
has a code, for then nobody can: `add INITIALS admin`, and `code INITIALS` for an administrator who is there already.
They also make the house's secret where it never had one. That is how a house begins whose database was made without
an administrator, or by a version that had no codes.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import TYPE_CHECKING

from guardroom.clock import SystemClock, stamp
from guardroom.days import day_in, written
from guardroom.language import _
from guardroom.people.command_line import (
    add_identity_arguments,
    answer,
    ask_code,
    do_as,
    given_again,
    named_user,
    station_of_commands,
)
from guardroom.people.roles import Role, named
from guardroom.refusal import BadInput, Mistake, Refused
from guardroom.text import clean

if TYPE_CHECKING:
    from guardroom.ground import Ground
    from guardroom.people.users import Users, UserView
    from guardroom.people.who import Who
    from guardroom.settings import Settings


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """`guardroom users [list | add | change | disable | enable | code | passcode]`."""
    parser.set_defaults(config=None, json=False, act="list")
    _add_common(parser)
    acts = parser.add_subparsers(dest="act", metavar=_("ACT"))
    _add_common(acts.add_parser("list", help=_("everybody (this is meant where nothing else is said)")))
    add = acts.add_parser("add", help=_("add a user and give them a one-time code"))
    add.add_argument("user", metavar=_("INITIALS"))
    add.add_argument("role", choices=[role.value for role in Role], metavar=_("ROLE"), help=", ".join(Role))
    change = acts.add_parser("change", help=_("change what is given"))
    change.add_argument("user", metavar=_("INITIALS"))
    change.add_argument("--role", choices=[role.value for role in Role], metavar=_("ROLE"), help=", ".join(Role))
    for parser_of_details in (add, change):
        parser_of_details.add_argument("--name", help=_("the name that stands under what they sign"))
        parser_of_details.add_argument("--title", help=_("the title that stands under what they sign"))
        parser_of_details.add_argument(
            "--area", help=_("the part of the house whose matters they see; left out or empty: the whole house")
        )
        _add_common(parser_of_details)
    for act, said in (
        ("disable", _("end somebody's sign-ins")),
        ("enable", _("let somebody sign in again")),
        ("code", _("give somebody a new one-time code")),
    ):
        one = acts.add_parser(act, help=said)
        one.add_argument("user", metavar=_("INITIALS"))
        _add_common(one)
    _add_common(acts.add_parser("passcode", help=_("choose a new code of your own")))


def run(args: argparse.Namespace) -> int:
    """Do one act. Without a keyboard codes are read from the input's first line; for `passcode` from the first two, and
    a third one, where there is one, is the new code again."""
    return answer(args.config, lambda ground: _act(args, ground), lambda settings: _make_ready(args, settings))


def _add_common(parser: argparse.ArgumentParser) -> None:
    # Suppressed, so that a subcommand's own default does not undo what was given before it.
    parser.add_argument("--config", type=Path, default=argparse.SUPPRESS, help=_("the configuration (guardroom.toml)"))
    parser.add_argument("--json", action="store_true", default=argparse.SUPPRESS, help=_("one JSON array"))
    add_identity_arguments(parser)


def _make_ready(args: argparse.Namespace, settings: Settings) -> None:
    from guardroom.people.first_admin import make_first_secret

    args.nobody_can_sign_in = args.act in ("add", "code") and make_first_secret(settings, SystemClock().now())


def _act(args: argparse.Namespace, ground: Ground) -> int:
    from guardroom.people import users as people

    users = people.Users(ground)
    if args.act == "passcode":
        return _choose_code(args, ground)
    if args.nobody_can_sign_in:
        return _give(args, users, None)
    if args.act == "change" and {args.role, args.name, args.title, args.area} == {None}:
        raise BadInput(Mistake("user", _("Say what changes: --role, --name, --title or --area.")))
    return do_as(args, f"users {args.act}", ground, lambda who: _with_administrator(args, ground, users, who))


def _with_administrator(args: argparse.Namespace, ground: Ground, users: Users, who: Who) -> int:
    match args.act:
        case "add" | "code":
            _give(args, users, who)
        case "change":
            users.change(who, args.user, role=args.role, name=args.name, title=args.title, area=args.area)
        case "disable":
            users.disable(who, args.user)
        case "enable":
            users.enable(who, args.user)
        case _:
            _print(users.all(who), ground.settings, as_json=args.json)
    return 0


def _choose_code(args: argparse.Namespace, ground: Ground) -> int:
    from guardroom.people.signin import SignIn

    initials = named_user(args)
    signing = SignIn(ground)
    old = ask_code(_("Your code: "))
    who = signing.sign_in(initials, old, station_of_commands(ground.settings))
    try:
        new = ask_code(_("Your new code (six digits or more, or some words): "))
        if not given_again(new):
            raise Refused(_("The two are not the same; nothing was changed."))
        signing.set_code(who, old, new)
    finally:
        signing.sign_out(who)
    print(_("From now on you sign in with the new code."))
    return 0


def _give(args: argparse.Namespace, users: Users, who: Who | None) -> int:
    from guardroom.people.codes import ONE_TIME_DAYS

    if args.act == "add":
        code = users.add(who, args.user, args.role, args.name or "", args.title or "", args.area or "")
    else:
        code = users.new_code(who, args.user)
    sentence = _(
        "{initials}'s one-time code: {code}. It is shown this once, counts for {days} days, and lets them choose their "
        "own."
    )
    print(sentence.format(initials=clean(args.user).strip().upper(), code=code, days=ONE_TIME_DAYS))
    return 0


def _print(users: tuple[UserView, ...], settings: Settings, *, as_json: bool) -> None:
    if as_json:
        print(json.dumps([_facts(user) for user in users], ensure_ascii=False, indent=1))
        return
    for user in users:
        said = [user.initials, named(user.role), user.name, user.title, user.area]
        if user.disabled:
            said.append(_("(disabled)"))
        elif not user.has_code:
            said.append(_("(has no code)"))
        elif user.code_ran_out:
            said.append(_("(has a one-time code that has run out)"))
        elif user.code_until is not None:
            until = written(day_in(user.code_until, settings.site.zone))
            said.append(_("(has a one-time code until {day})").format(day=until))
        print("  ".join(clean(part) for part in said if part))


def _facts(user: UserView) -> dict[str, object]:
    return {
        "initials": user.initials,
        "role": user.role.value,
        "name": user.name,
        "title": user.title,
        "area": user.area,
        "disabled": user.disabled,
        "has_code": user.has_code,
        "must_change": user.must_change,
        "code_until": None if user.code_until is None else stamp(user.code_until),
    }
