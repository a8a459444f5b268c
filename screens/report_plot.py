"""One drawing of a report on the glass: bars lying one below the other.

Loaded where it is needed only, off the screen's thread: plotext takes some 100 ms.
"""

from __future__ import annotations

from textual_plotext import PlotextPlot

from guardroom.reports.document import Plot
from guardroom.text import clean

_LABEL = 22


class ReportPlot(PlotextPlot):
    """Bars of the chosen period; what is withheld has no bar, and its mark says why."""

    def draw(self, plot: Plot) -> None:
        """Show these bars, the first at the top."""
        labels = [f"{clean(label)[:_LABEL]} {mark}" for label, mark in zip(plot.labels, plot.marks[0], strict=True)]
        values = [value or 0 for value in plot.values[0]]
        self.plt.clear_figure()
        self.plt.bar(labels[::-1], values[::-1], orientation="horizontal", width=0.6, color="blue+")
        self.plt.xfrequency(5)
        self.refresh()
