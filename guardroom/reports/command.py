"""`guardroom report`: the figures of a half year, or what happened in a day's shifts."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from guardroom.days import day_in, read_day
from guardroom.file_trouble import file_to_write, form_of
from guardroom.language import _
from guardroom.people.command_line import add_identity_arguments, answer_as
from guardroom.refusal import BadInput, Mistake
from guardroom.text import clean

if TYPE_CHECKING:
    from datetime import date

    from guardroom.ground import Ground
    from guardroom.people.who import Who
    from guardroom.reports.document import Document
    from guardroom.reports.period import Period
    from guardroom.reports.reports import Form


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """`guardroom report [--half-year H | --shift D | --anchor A] [--html|--pdf|--json] [-o F]`."""
    which = parser.add_mutually_exclusive_group()
    which.add_argument("--half-year", metavar="2026-1", help=_("which; left out: the last one that is over"))
    which.add_argument("--shift", metavar=_("DAY"), help=_("what happened on this day, for the guards"))
    which.add_argument(
        "--anchor", metavar="1234-0a1b…", help=_("whether the audit log still holds what a shift report says")
    )
    form = parser.add_mutually_exclusive_group()
    forms = (("html", _("write a page for a browser")), ("pdf", _("write a PDF")), ("json", _("write JSON")))
    for name, said in forms:
        form.add_argument(f"--{name}", dest="form", action="store_const", const=name, help=said)
    parser.add_argument(
        "-o", "--output", type=file_to_write, metavar=_("FILE"), help=_("where; left out: the folder of reports")
    )
    parser.add_argument("--overwrite", action="store_true", help=_("also where the file is there already"))
    parser.add_argument("--config", type=Path, help=_("the configuration (guardroom.toml)"))
    add_identity_arguments(parser)


def run(args: argparse.Namespace) -> int:
    """Print the report, or write it and say where. 1 where `--anchor` does not fit the log."""
    return answer_as(args, "report", lambda ground, who: _report(args, ground, who))


def _report(args: argparse.Namespace, ground: Ground, who: Who) -> int:
    from guardroom.reports.reports import Reports

    reports = Reports(ground)
    if args.anchor is not None:
        held = reports.holds(who, args.anchor)
        match held:
            case "holds":
                print(_("The audit log still holds it."))
            case "past":
                print(_("That entry was deleted when its time was up: only a later head can still be held against it."))
            case "changed":
                print(_("THE AUDIT LOG DOES NOT HOLD IT: it was changed or cut."))
        return 1 if held == "changed" else 0
    form = _form(args.form, args.output)
    if args.shift is not None:
        day = _day(args.shift)
        if form is None:
            return _say(reports.shift(who, day))
        path = reports.print_shift(who, day, form, args.output, overwrite=args.overwrite)
    else:
        period = _period(args, ground)
        if form is None:
            return _say(reports.half_year(who, period))
        path = reports.print_pack(who, period, form, args.output, overwrite=args.overwrite)
    print(_("The report lies in {file}.").format(file=clean(str(path))))
    return 0


def _form(given: Form | None, path: Path | None) -> Form | None:
    """What the file becomes, as is said or as its name ends; None where nothing is written. Raises BadInput."""
    if path is None:
        return given
    from guardroom.reports.reports import FORMS

    form = form_of(path, given, str(given), FORMS)
    if form is None:
        raise BadInput(Mistake("form", _("Say what it becomes: --html, --pdf or --json, or end the name so.")))
    return form


def _period(args: argparse.Namespace, ground: Ground) -> Period:
    from guardroom.reports.period import half_year_of, read_half_year

    if args.half_year is not None:
        found = read_half_year(args.half_year)
        if found is None:
            raise BadInput(Mistake("period", _("Write the half year as 2026-1 or 2026-2.")))
        return found
    return half_year_of(day_in(ground.clock.now(), ground.settings.site.zone)).before()


def _day(typed: str) -> date:
    day = read_day(typed)
    if day is None:
        raise BadInput(Mistake("day", _("“{typed}” is no day: write it as 24-11-2025.").format(typed=typed)))
    return day


def _say(document: Document) -> int:
    print("\n".join(in_lines(document)))
    return 0


def in_lines(document: Document) -> list[str]:
    """The report as plain text, its tables in columns."""
    rows = [document.title, *document.facts]
    for section in document.sections:
        rows += ["", section.heading.upper(), *section.sentences]
        for table in section.tables:
            whole = [table.heads, *table.rows]
            widths = [max(len(row[at]) for row in whole) for at in range(len(table.heads))]
            rows += [""] if table.heading == section.heading else ["", table.heading]
            rows += [
                "  ".join(text.ljust(width) for text, width in zip(row, widths, strict=True)).rstrip() for row in whole
            ]
            rows += [table.note] if table.note else []
    return [row[: len(row) - len(row.lstrip())] + clean(row.strip()) for row in (*rows, "", document.foot)]
