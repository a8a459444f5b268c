"""Pages of HTML that are written to be opened and printed: what they are made of, and how they reach the disk.

Every function that makes a part escapes the texts it is given; the parts themselves are HTML, and "" where there is
nothing to show. A page needs nothing from elsewhere. It is written whole or not at all, and for its owner alone.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable, Sequence
from html import escape
from itertools import zip_longest
from pathlib import Path
from typing import Literal

from guardroom.file_trouble import why_not
from guardroom.language import _
from guardroom.private_folder import private_folder
from guardroom.refusal import Refused
from guardroom.text import clean

_FRAME = """<!DOCTYPE html>
<html lang="{language}"><head><meta charset="utf-8"><title>{title}</title><style>
{every}
{style}
</style></head><body>
{body}
</body></html>
"""

_EVERY = """body { font-family: sans-serif; color: #111; margin: 0 auto; }
h1 { font-size: 18pt; line-height: 1.15; margin: 0 0 .2em; } h2 { break-after: avoid; }
ol, ul { margin: .2em 0; padding-left: 1.3em; }
h1, p, li, td { overflow-wrap: anywhere; }
table { border-collapse: collapse; width: 100%; } tr { break-inside: avoid; } thead { display: table-header-group; }
th, td { text-align: left; vertical-align: top; border-bottom: 1px solid #999; }
.beside { display: flex; gap: 6mm; } .beside > div { flex: 1; }
footer { color: #444; }"""

SHEET = """@page { size: A4; margin: 20mm; }
body { font-size: 11pt; line-height: 1.35; max-width: 170mm; }
h2 { font-size: 12pt; margin: 1.2em 0 .3em; }
th, td { padding: .25em .6em .25em 0; } p, td { margin: .2em 0; white-space: pre-wrap; }
td.name { width: 48mm; color: #444; }
.framed { border: 2px solid #111; padding: 2mm 4mm; margin: 3mm 0; } .framed h2 { margin-top: 0; }
footer { margin-top: 1.5em; font-size: 9pt; }"""
"""How a sheet or a report of one or more A4 pages looks."""

CARD = """h2 { font-size: 11pt; margin: .6em 0 .2em; border-bottom: 2px solid #111; }
p { margin: .1em 0; } th, td { padding: .1em .5em .1em 0; }
td.number { white-space: nowrap; font-weight: bold; }
footer { margin-top: .6em; font-size: 8pt; }"""
"""How a card of a single page looks, to hang up; its paper and the size of its letters are the card's own."""


# What a page is made of


def page(*, title: str, language: str, style: str, parts: Iterable[str]) -> str:
    """The whole page. `style` is CSS of the program's own, SHEET or what a page adds to CARD; empty parts fall out."""
    body = "\n".join(part for part in parts if part)
    return _FRAME.format(language=escape(language), title=escape(title), every=_EVERY, style=style, body=body)


def title(text: str) -> str:
    """What stands at the very top."""
    return f"<h1>{escape(text)}</h1>"


def paragraph(text: str) -> str:
    """A line or more of text."""
    return f"<p>{escape(text)}</p>" if text else ""


def strong(text: str) -> str:
    """A line that is the head of what follows it."""
    return f"<p><b>{escape(text)}</b></p>"


def section(heading: str, *parts: str) -> str:
    """The parts under their heading; nothing at all where there is no part."""
    inside = "".join(parts)
    return f"<h2>{escape(heading)}</h2>{inside}" if inside else ""


def listing(kind: Literal["ol", "ul"], rows: Iterable[str]) -> str:
    """A list with numbers ("ol") or dots ("ul")."""
    items = "".join(f"<li>{escape(row)}</li>" for row in rows)
    return f"<{kind}>{items}</{kind}>" if items else ""


def table(rows: Iterable[Sequence[str]], heads: Sequence[str] = (), columns: Sequence[str] = ()) -> str:
    """A table of texts; see `row` for `columns`. Its heads stand again at the top of each page that it reaches to."""
    head = f"<thead>{row(heads, columns, cell='th')}</thead>" if heads else ""
    body = "".join(row(texts, columns) for texts in rows)
    return f"<table>{head}<tbody>{body}</tbody></table>" if body else ""


def facts(rows: Iterable[tuple[str, str]]) -> str:
    """A table of names and what is said of each."""
    return table(rows, columns=("name",))


def row(texts: Iterable[str], columns: Sequence[str] = (), *, cell: Literal["td", "th"] = "td") -> str:
    """A row of a table. `columns` name the look of each column from the left: "name", "number" or "" for none."""
    return (
        "<tr>" + "".join(_cell(text, look, cell) for text, look in zip_longest(texts, columns, fillvalue="")) + "</tr>"
    )


def framed(*parts: str) -> str:
    """Parts that are set apart in a frame."""
    return f'<div class="framed">{"".join(parts)}</div>'


def beside(*parts: str) -> str:
    """Parts side by side; nothing where there is none."""
    there = "".join(f"<div>{part}</div>" for part in parts if part)
    return f'<div class="beside">{there}</div>' if there else ""


def footer(text: str) -> str:
    """The small text at the end."""
    return f"<footer>{escape(text)}</footer>"


def _cell(text: str, look: str, cell: str) -> str:
    classed = f' class="{look}"' if look else ""
    return f"<{cell}{classed}>{escape(text)}</{cell}>"


# Writing it


def put(folder: Path, name: str, page: str | bytes) -> Path:
    """Write the page, or a file that is no text, into the folder under this name; one that was written before is
    replaced. Raises Refused where it cannot be written; then the one from before is still there."""
    path = folder / name
    try:
        private_folder(folder)
        opened, aside = tempfile.mkstemp(prefix=".page-", suffix=".part", dir=folder)
        try:
            with os.fdopen(opened, "wb") as out:
                out.write(page.encode() if isinstance(page, str) else page)
            Path(aside).replace(path)
        finally:
            Path(aside).unlink(missing_ok=True)
    except OSError as error:
        raise Refused(
            _("{file} cannot be written: {reason}").format(file=clean(str(path)), reason=why_not(error))
        ) from error
    return path
