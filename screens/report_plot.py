"""One drawing of a report on the glass: bars lying one below the other.

Loaded where it is needed only, off the screen's thread: plotext takes some 100 ms.
"""

from __future__ import annotations

from rich.text import Text
from textual.app import RenderResult
from textual_plotext import PlotextPlot

from guardroom.language import n_
from guardroom.reports.document import Plot
from screens.plain import fitted

_LABEL = 22
_FRAME_ROWS = 3
"""The frame above and below the bars, and the numbers of the axis."""
_WIDTH = 0.6
_ROOMY = 1.5
"""With so many rows for each bar no bar of this width reaches into the row of another's label."""


class ReportPlot(PlotextPlot):
    """Bars of the chosen period; what is withheld has no bar, and its mark says why."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self._shown: Plot | None = None

    def draw(self, plot: Plot | None) -> None:
        """Show these bars, the first at the top; None: show nothing."""
        if plot is not self._shown:
            self._shown = plot
            self.refresh()

    def render(self) -> RenderResult:
        """Draw what fits the room there is now."""
        if self._shown is None:
            return Text("")
        self.lay_out(self.size.width, self.size.height)
        return super().render()

    def lay_out(self, width: int, height: int) -> None:
        """Make the drawing for so many cells. Where there are more bars than rows, those with the most alarms are drawn
        and the others counted."""
        self.plt.clear_figure()
        self.plt.plotsize(width, height)
        plot = self._shown
        if plot is None:
            return
        rows = max(1, height - _FRAME_ROWS)
        kept = list(range(len(plot.labels)))
        if len(kept) > rows:
            rows = max(1, rows - 1)
            kept = _most(plot.values[0], rows)
            left_out = len(plot.labels) - len(kept)
            self.plt.xlabel(n_("and {count} more", "and {count} more", left_out).format(count=left_out))
        labels = [f"{fitted(plot.labels[at], _LABEL).rstrip()} {plot.marks[0][at]}" for at in kept]
        values = [plot.values[0][at] or 0 for at in kept]
        roomy = rows >= _ROOMY * len(kept) or len(kept) == 1
        width_of_bars = _WIDTH if roomy else 0
        self.plt.bar(labels[::-1], values[::-1], orientation="horizontal", width=width_of_bars, color="blue+")
        if not roomy:
            # Left to itself the drawing puts two labels into one row, and shows the second only.
            self.plt.ylim(len(kept) - rows + 1, len(kept))
        # Counts begin at nothing: without any bar the axis would reach below it.
        most = max(1, *values)
        self.plt.xlim(0, most)
        self.plt.xticks(sorted({round(most * part / 4) for part in range(5)}))


def _most(values: tuple[int | None, ...], count: int) -> list[int]:
    """Where the so many highest values stand, in their order; what is withheld is more than nothing."""
    ranked = sorted(range(len(values)), key=lambda at: 0.5 if (value := values[at]) is None else value, reverse=True)
    return sorted(ranked[:count])
