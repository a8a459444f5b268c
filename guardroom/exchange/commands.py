"""`guardroom bans import` and `guardroom bans export`: the list against the case system's, for whoever keeps it."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import TYPE_CHECKING

from guardroom.days import written
from guardroom.exchange.columns import heading
from guardroom.language import _, n_
from guardroom.people.command_line import add_identity_arguments
from guardroom.people.folding import born

if TYPE_CHECKING:
    from guardroom.exchange.comparing import KnownPerson
    from guardroom.exchange.exchange import Difference
    from guardroom.exchange.reading import ListRow
    from guardroom.ground import Ground
    from guardroom.people.who import Who


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """`import FILE [--apply [--good-rows]]` and `export FILE [--all] [--overwrite]`, below `guardroom bans`."""
    acts = parser.add_subparsers(dest="act", metavar="import|export")
    taken = acts.add_parser("import", help=_("hold the case system's list against ours; --apply takes what is new"))
    taken.add_argument("file", type=Path, help=_("a .csv or .xlsx file"))
    taken.add_argument("--apply", action="store_true", help=_("take over the bans that are new, and keep the result"))
    taken.add_argument("--good-rows", action="store_true", help=_("also where other rows of the list are broken"))
    given = acts.add_parser("export", help=_("write the bans that run to a file, without reasons"))
    given.add_argument("file", type=Path, help=_("a .csv or .xlsx file"))
    given.add_argument("--all", action="store_true", default=argparse.SUPPRESS, help=_("those that are over too"))
    given.add_argument("--overwrite", action="store_true", help=_("also where the file is there already"))
    for each in (taken, given):
        # Left out here, what was given before the act holds.
        each.add_argument(
            "--config", type=Path, default=argparse.SUPPRESS, help=_("the configuration (guardroom.toml)")
        )
        each.add_argument("--json", action="store_true", default=argparse.SUPPRESS, help=_("one JSON array"))
        add_identity_arguments(each)


def run(args: argparse.Namespace, ground: Ground, who: Who) -> int:
    """Do what `args.act` says. 0 where it is done, 1 where the list has broken rows or more new ones than are taken
    over at once. Raises Refused."""
    from guardroom.bans.register import BanRegister
    from guardroom.exchange.exchange import Exchange
    from guardroom.people.persons import Persons

    persons = Persons(ground)
    exchange = Exchange(ground, BanRegister(ground, persons), persons)
    if args.act == "export":
        count = exchange.export(who, args.file, everything=args.all, overwrite=args.overwrite)
        print(n_("{count} ban written.", "{count} bans written.", count).format(count=count))
        return 0
    difference = exchange.compare(who, exchange.read(who, args.file))
    taken = None
    if args.apply:
        taken = exchange.apply(who, difference, take_new=True, good_rows=args.good_rows)
    print(
        json.dumps([_facts(difference, taken)], ensure_ascii=False, indent=1) if args.json else _said(difference, taken)
    )
    left = taken is not None and taken < len(difference.new)
    return 1 if left or (difference.broken and not (args.apply and args.good_rows)) else 0


def _said(difference: Difference, taken: int | None) -> str:
    lines = [
        _("{same} the same, {different} different, {new} new there, {gone} gone there, {broken} broken").format(
            same=len(difference.same),
            different=len(difference.different),
            new=len(difference.new),
            gone=len(difference.gone),
            broken=len(difference.broken),
        )
    ]
    lines += [_new(row, difference.persons[row.row]) for row in difference.new]
    for pair in difference.different:
        what = "; ".join(
            _("{what}: here “{ours}”, there “{theirs}”").format(what=each.what, ours=each.ours, theirs=each.theirs)
            for each in pair.differs
        )
        lines.append(
            _("row {row}: different: {number}, {what}").format(row=pair.row.row, number=pair.ours.number, what=what)
        )
    lines += [
        _("gone there: {number}, {name}, until {last}").format(
            number=ban.number, name=ban.name, last=written(ban.ends_on)
        )
        for ban in difference.gone
    ]
    lines += [
        _("row {row}: run out, left alone: {name}").format(row=row.row, name=row.name) for row in difference.ended
    ]
    lines += [
        _("row {row}: broken: {reason}").format(row=broken.row, reason=broken.reason) for broken in difference.broken
    ]
    if taken is None:
        lines.append(_("Nothing was changed; --apply takes over what is new."))
    else:
        lines.append(n_("{count} ban taken over.", "{count} bans taken over.", taken).format(count=taken))
        if left := len(difference.new) - taken:
            lines.append(
                n_(
                    "{count} new ban is left: run this again to take it.",
                    "{count} new bans are left: run this again to take the next.",
                    left,
                ).format(count=left)
            )
    return "\n".join(lines)


def _new(row: ListRow, person: KnownPerson) -> str:
    said = (
        _("row {row}: new, as a draft (the list lacks: {lacking}): {name}, {first} to {last}")
        if row.lacks
        else _("row {row}: new, in force: {name}, {first} to {last}")
    ).format(
        row=row.row,
        name=row.name,
        first=written(row.starts_on),
        last=written(row.ends_on) or "?",
        lacking=", ".join(heading(column) for column in row.lacks),
    )
    if not (row.lacks or row.open_channels):
        said += ". " + _("The list does not say how they may reach us: nor will the card.")
    if person.id == -row.row:
        return said
    if person.id < 0:
        return said + " " + _("(about the same person as row {row})").format(row=-person.id)
    known = [person.name, born(person.birth_date, person.birth_year), *person.case_refs]
    return (
        said + " " + _("(about {person}, who is known here)").format(person=", ".join(each for each in known if each))
    )


def _same_as(row: ListRow, person: KnownPerson) -> int | None:
    return -person.id if person.id < 0 and person.id != -row.row else None


def _facts(difference: Difference, taken: int | None) -> dict[str, object]:
    return {
        "source": difference.source,
        "same": [pair.ours.number for pair in difference.same],
        "different": [
            {
                "row": pair.row.row,
                "number": pair.ours.number,
                "differs": [{"what": each.what, "ours": each.ours, "theirs": each.theirs} for each in pair.differs],
            }
            for pair in difference.different
        ],
        "new": [
            {
                "row": row.row,
                "name": row.name,
                "starts_on": row.starts_on.isoformat(),
                "ends_on": None if row.ends_on is None else row.ends_on.isoformat(),
                "in_force": not row.lacks,
                "lacks": list(row.lacks),
                "known_as": difference.persons[row.row].name if difference.persons[row.row].id > 0 else None,
                "same_person_as_row": _same_as(row, difference.persons[row.row]),
            }
            for row in difference.new
        ],
        "gone": [ban.number for ban in difference.gone],
        "ended": [row.row for row in difference.ended],
        "broken": [{"row": broken.row, "reason": broken.reason} for broken in difference.broken],
        "taken": taken,
    }
