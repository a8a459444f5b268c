"""`guardroom export`: the house's lists as files."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from guardroom.days import read_day
from guardroom.exports.purposes import PURPOSES
from guardroom.file_trouble import file_to_write, form_of
from guardroom.language import _, n_
from guardroom.people.command_line import add_identity_arguments, answer_as
from guardroom.refusal import BadInput, Mistake

if TYPE_CHECKING:
    from datetime import date

    from guardroom.ground import Ground
    from guardroom.people.who import Who

_WHAT = ("incidents", "bans", "alarms", "followups", "headsups", "drills", "button-tests")
_FORMS = ("csv", "xlsx", "json")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """`guardroom export WHAT [--format csv|xlsx|json] [--names --purpose CODE] [--from D] [--to D] -o FILE`."""
    parser.add_argument("what", choices=_WHAT, help=_("which list"))
    parser.add_argument("--format", choices=_FORMS, help=_("left out: as the file's name ends"))
    parser.add_argument(
        "-o", "--output", type=file_to_write, required=True, metavar=_("FILE"), help=_("where it is written")
    )
    parser.add_argument(
        "--names", action="store_true", help=_("with names and case numbers, for those who may see them")
    )
    parser.add_argument(
        "--purpose",
        default="",
        metavar=_("PURPOSE"),
        help=_("what the names are for: {allowed}").format(allowed=", ".join(PURPOSES)),
    )
    parser.add_argument("--from", dest="first", metavar=_("DAY"), help=_("the first day"))
    parser.add_argument("--to", dest="last", metavar=_("DAY"), help=_("the last day"))
    parser.add_argument("--overwrite", action="store_true", help=_("also where the file is there already"))
    parser.add_argument("--config", type=Path, help=_("the configuration (guardroom.toml)"))
    add_identity_arguments(parser)


def run(args: argparse.Namespace) -> int:
    """Write the list. 0 where it is written."""
    return answer_as(args, f"export {args.what}", lambda ground, who: _export(args, ground, who))


def _export(args: argparse.Namespace, ground: Ground, who: Who) -> int:
    from guardroom.exports.exports import FORMS, Exports

    path: Path = args.output
    form = form_of(path, args.format, f"format {args.format}", FORMS)
    if form is None:
        raise BadInput(Mistake("format", _("Say what it becomes: --format csv, xlsx or json, or end the name so.")))
    count = Exports(ground).export(
        who,
        args.what,
        form,
        path,
        names=args.names,
        purpose=args.purpose,
        first=day_given(args.first),
        last=day_given(args.last),
        overwrite=args.overwrite,
    )
    print(n_("{count} line written.", "{count} lines written.", count).format(count=count))
    return 0


def day_given(typed: str | None) -> date | None:
    """The day that was typed, None for none. Raises BadInput where it is no day."""
    if typed is None:
        return None
    day = read_day(typed)
    if day is None:
        said = _("“{typed}” is no day: write it as 24-11-2025.").format(typed=typed)
        raise BadInput(Mistake("day", said))
    return day
