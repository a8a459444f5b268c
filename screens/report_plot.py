"""One drawing of a report on the glass: bars lying one below the other.

Loaded where it is needed only, off the screen's thread: plotext takes some 100 ms.
"""

from __future__ import annotations

from textual_plotext import PlotextPlot

from guardroom.reports.document import Plot
from screens.plain import fitted

_LABEL = 22


class ReportPlot(PlotextPlot):
    """Bars of the chosen period; what is withheld has no bar, and its mark says why."""

    def draw(self, plot: Plot) -> None:
        """Show these bars, the first at the top."""
        labels = [
            f"{fitted(label, _LABEL).rstrip()} {mark}" for label, mark in zip(plot.labels, plot.marks[0], strict=True)
        ]
        values = [value or 0 for value in plot.values[0]]
        self.plt.clear_figure()
        self.plt.bar(labels[::-1], values[::-1], orientation="horizontal", width=0.6, color="blue+")
        # Counts begin at nothing: without any bar the axis would reach below it.
        most = max(1, *values)
        self.plt.xlim(0, most)
        self.plt.xticks(sorted({round(most * part / 4) for part in range(5)}))
        self.refresh()
