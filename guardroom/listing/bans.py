"""`guardroom bans`: the bans that whoever asks may see; `import` and `export` are those of `guardroom.exchange`."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import TYPE_CHECKING

from guardroom.bans import words
from guardroom.days import written
from guardroom.exchange import commands as exchange
from guardroom.language import _
from guardroom.listing.nothing import say_nothing
from guardroom.people.command_line import add_identity_arguments, answer_as
from guardroom.text import clean

if TYPE_CHECKING:
    from guardroom.bans.view import BanLine
    from guardroom.ground import Ground
    from guardroom.people.who import Who


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """`guardroom bans [--config FILE] [--json] [--all] [--as INITIALS] [import FILE | export FILE]`."""
    parser.add_argument("--config", type=Path, help=_("the configuration (guardroom.toml)"))
    parser.add_argument("--json", action="store_true", help=_("one JSON array"))
    parser.add_argument("--all", action="store_true", help=_("also drafts, expired and lifted ones"))
    add_identity_arguments(parser)
    exchange.add_arguments(parser)


def run(args: argparse.Namespace) -> int:
    """List bans, or hand over to `import` and `export`. The code is read from the input where nobody can type it."""
    if args.act is None:
        return answer_as(args, "bans", lambda ground, who: _list(args, ground, who))
    return answer_as(args, f"bans {args.act}", lambda ground, who: exchange.run(args, ground, who))


def _list(args: argparse.Namespace, ground: Ground, who: Who) -> int:
    from guardroom.bans.register import BanRegister
    from guardroom.people.persons import Persons

    lines = BanRegister(ground, Persons(ground)).lines(who, "all" if args.all else "active")
    if args.json:
        print(json.dumps([_facts(line) for line in lines], ensure_ascii=False, indent=1))
        return 0
    if not lines:
        say_nothing(_("No ban that you may see.") if args.all else _("No active ban that you may see."))
    for line in lines:
        person = f"{clean(line.name)}, {line.born}" if line.born else clean(line.name)
        until = written(line.ends_on) or "-"
        print(f"{line.number} {words.standing(line.standing)}, {words.kind(line.kind)}, {until}: {person}")
    return 0


def _facts(line: BanLine) -> dict[str, object]:
    return {
        "id": line.id,
        "number": line.number,
        "person": line.person,
        "name": line.name,
        "born": line.born or None,
        "kind": line.kind,
        "standing": line.standing,
        "starts_on": line.starts_on.isoformat() if line.starts_on else None,
        "ends_on": line.ends_on.isoformat() if line.ends_on else None,
        "scope": list(line.scope),
        "area": line.area,
        "days_left": line.days_left,
        "normalise_by": line.normalise_by.isoformat() if line.normalise_by else None,
        "read": line.read,
    }
