"""A report as one page of HTML that needs nothing from elsewhere: tables, beside them the same numbers drawn."""

from __future__ import annotations

from html import escape

from guardroom.reports.document import Document, Section, Table
from guardroom.reports.plots import bars

_PAGE = """<!DOCTYPE html>
<html lang="{language}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>{title}</title><style>
@page {{ size: A4; margin: 18mm; }}
body {{ font: 10.5pt/1.4 sans-serif; color: #111; max-width: 180mm; margin: 1em auto; padding: 0 1em; }}
h1 {{ font-size: 18pt; margin: 0 0 .2em; }} h2 {{ font-size: 13pt; margin: 1.6em 0 .3em; break-after: avoid; }}
table {{ border-collapse: collapse; width: 100%; margin: .8em 0 .3em; break-inside: avoid; }}
caption.same {{ position: absolute; left: -99em; }}
caption {{ text-align: left; font-weight: bold; padding: .2em 0; }}
th, td {{ text-align: left; padding: .2em .6em .2em 0; border-bottom: 1px solid #999; vertical-align: top; }}
table.numbers th[scope=row] {{ width: 46%; }}
th[scope=row] {{ font-weight: normal; white-space: pre-wrap; }} thead th {{ color: #444; }}
table.numbers td, table.numbers thead th + th {{ text-align: right; }}
p {{ margin: .2em 0; }} .note, footer {{ color: #444; font-size: 9pt; }} footer {{ margin-top: 2em; }}
figure {{ margin: .4em 0 1em; break-inside: avoid; }} svg {{ max-width: 100%; height: auto; }}
@media print {{ body {{ max-width: none; margin: 0; padding: 0; }} a {{ color: inherit; }} }}
</style></head><body>
<header><h1>{title}</h1>{facts}</header>
<main>
{body}
</main>
<footer><p>{foot}</p></footer>
</body></html>
"""


def page(document: Document) -> str:
    """The whole page; every text in it is escaped."""
    return _PAGE.format(
        language=escape(document.language),
        title=escape(document.title),
        facts="".join(f"<p>{escape(fact)}</p>" for fact in document.facts),
        body="\n".join(_section(section) for section in document.sections),
        foot=escape(document.foot),
    )


def _section(section: Section) -> str:
    parts = [f"<section><h2>{escape(section.heading)}</h2>"]
    parts += [f"<p>{escape(sentence)}</p>" for sentence in section.sentences]
    parts += [_table(table, same=table.heading == section.heading) for table in section.tables]
    return "\n".join([*parts, "</section>"])


def _table(table: Table, *, same: bool) -> str:
    """`same`: the section is called so already; only who cannot see it is told again."""
    hidden = ' class="same"' if same else ""
    kind = ' class="numbers"' if not table.heads[0] else ""
    heads = "".join(f'<th scope="col">{escape(head)}</th>' if head else "<td></td>" for head in table.heads)
    rows = "".join(
        f'<tr><th scope="row">{escape(row[0])}</th>' + "".join(f"<td>{escape(cell)}</td>" for cell in row[1:]) + "</tr>"
        for row in table.rows
    )
    drawn = ""
    if table.plot is not None:
        explained = table.plot.explained()
        caption = f'<figcaption class="note">{escape(explained)}</figcaption>' if explained else ""
        drawn = f"<figure>{bars(table.plot, table.heading)}{caption}</figure>"
    note = f'<p class="note">{escape(table.note)}</p>' if table.note else ""
    return (
        f"<table{kind}><caption{hidden}>{escape(table.heading)}</caption>"
        f"<thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>{note}{drawn}"
    )
