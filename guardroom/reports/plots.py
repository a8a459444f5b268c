"""Bars as SVG: plain shapes and text, the same in a page and on paper. What is withheld is a hatched stub with its
mark; the table beside it says everything that the drawing says."""

from __future__ import annotations

import re
from html import escape

from guardroom.reports.document import Plot

_WIDTH = 640
_LABEL = 200
_BAR = 11
_GAP = 8
_LEGEND = 22
_STUB = 14
_COLOURS = ("#1b4f8a", "#c7d6e8")
_FONT = "Arial, Helvetica, Libertinus Serif, sans-serif"
_LONGEST_LABEL = 34


def bars(plot: Plot, title: str) -> str:
    """Bars lying side by side, one group for each label; as high as it needs to be."""
    # Several drawings may stand on one page: each needs a name of its own for what it fills withheld bars with.
    name = "w" + re.sub(r"\W+", "-", title, flags=re.ASCII)
    group = len(plot.series) * _BAR + _GAP
    height = _LEGEND + group * len(plot.labels) + _GAP
    greatest = max((value for values in plot.values for value in values if value is not None), default=0)
    scale = (_WIDTH - _LABEL - 60) / max(greatest, 1)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height}" width="{_WIDTH}" height="{height}" '
        f'role="img" font-family="{_FONT}" font-size="11">',
        f"<title>{escape(title)}</title>",
        f'<defs><pattern id="{name}" width="4" height="4" patternUnits="userSpaceOnUse">'
        '<path d="M0 4 L4 0" stroke="#555" stroke-width="1"/></pattern></defs>',
        *_legend(plot),
    ]
    for at, label in enumerate(plot.labels):
        top = _LEGEND + at * group
        parts.append(
            f'<text x="{_LABEL - 8}" y="{top + group / 2 - 1:g}" text-anchor="end" fill="#111">{_cut(label)}</text>'
        )
        for number, (values, marks) in enumerate(zip(plot.values, plot.marks, strict=True)):
            value, mark = values[at], marks[at]
            y = top + number * _BAR
            width = _STUB if value is None else value * scale
            fill = f"url(#{name})" if value is None else _COLOURS[number % len(_COLOURS)]
            stroke = ' stroke="#555"' if value is None or number else ""
            if width:
                parts.append(
                    f'<rect x="{_LABEL}" y="{y}" width="{width:.1f}" height="{_BAR - 1}" fill="{fill}"{stroke}/>'
                )
            parts.append(f'<text x="{_LABEL + width + 5:.1f}" y="{y + 9}" fill="#111">{escape(mark)}</text>')
    parts.append(f'<path d="M{_LABEL} {_LEGEND - 3} V{height - _GAP}" stroke="#111"/></svg>')
    return "".join(parts)


def _legend(plot: Plot) -> list[str]:
    parts = []
    for number, name in enumerate(plot.series):
        x = _LABEL + number * 190
        fill = _COLOURS[number % len(_COLOURS)]
        parts.append(f'<rect x="{x}" y="3" width="11" height="11" fill="{fill}" stroke="#555"/>')
        parts.append(f'<text x="{x + 16}" y="13" fill="#111">{escape(name)}</text>')
    return parts


def _cut(label: str) -> str:
    return escape(label if len(label) <= _LONGEST_LABEL else label[: _LONGEST_LABEL - 1] + "…")
