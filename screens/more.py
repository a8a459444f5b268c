"""Something that may be longer than its room: the frame around it says that there is more of it, above or below."""

from __future__ import annotations

from textual.containers import VerticalScroll
from textual.widget import Widget

from guardroom.language import _
from screens.plain import plain


class Sheet(VerticalScroll):
    """A column that is scrolled. What is told of more stands in its own frame, or in that of the pane it fills: the bar
    beside it alone is overlooked."""

    def on_mount(self) -> None:
        """Look again whenever it is longer or shorter than before, or was scrolled."""
        self.watch(self, "virtual_size", self._look, init=False)
        self.watch(self, "scroll_y", self._look, init=False)

    def on_resize(self) -> None:
        """There is room for more of it, or less."""
        self._look()

    def on_show(self) -> None:
        """It stands for the others of its pane, and what is said there is of this one."""
        self._look()

    def on_hide(self) -> None:
        """Something else stands in its pane, of which there may be no more."""
        self._look()

    def _look(self) -> None:
        self.call_after_refresh(self._tell_of_more)

    def _tell_of_more(self) -> None:
        frame = self if self.has_class("pane") else self.parent
        if not self.is_attached or not isinstance(frame, Widget):
            return
        if not self.display and any(other.display for other in frame.query_children(Sheet)):
            return  # what is said there is of the one that is shown
        below, above = self.scroll_y < self.max_scroll_y, self.scroll_y > 0
        said = _("more above and below") if below and above else _("more below") if below else _("more above")
        told = plain(said).markup if self.display and (below or above) else ""
        if frame.border_subtitle != told:  # setting it paints the whole frame anew
            frame.border_subtitle = told
