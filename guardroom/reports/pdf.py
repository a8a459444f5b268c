"""A report on paper: the fixed form `report.typ` filled with what the document says, compiled to PDF by Typst.

Nothing of it is read as Typst's own language: the document goes in as data.
"""

from __future__ import annotations

import json
from pathlib import Path

from guardroom.reports.document import Document, Table
from guardroom.reports.plots import bars

_FORM = Path(__file__).parent / "report.typ"


def paper(document: Document) -> bytes:
    """The PDF. It takes some 100 ms, in which other threads run."""
    # Loaded when it is needed: it takes 50 ms.
    import typst

    data = {
        "title": document.title,
        "language": document.language,
        "facts": document.facts,
        "sections": [
            {
                "heading": section.heading,
                "sentences": section.sentences,
                "tables": [_table(table, same=table.heading == section.heading) for table in section.tables],
            }
            for section in document.sections
        ],
        "foot": document.foot,
    }
    # Only the fonts that come with Typst: the same page on every computer.
    return typst.compile(
        _FORM.read_bytes(),
        ignore_system_fonts=True,
        sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
    )


def _table(table: Table, *, same: bool) -> dict[str, object]:
    return {
        "heading": "" if same else table.heading,
        "heads": table.heads,
        "rows": table.rows,
        "note": table.note,
        "plot": "" if table.plot is None else bars(table.plot, table.heading),
        "explained": "" if table.plot is None else table.plot.explained(),
    }
