"""The phone card: whom to ring, who answers now, which numbers are missing or were long not tried.

Without anybody signed in it shows roles and places. While the database is away it shows the numbers all the same.
"""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content

from guardroom.alarms.view import BoardView
from guardroom.days import written
from guardroom.duties import words
from guardroom.duties.emergency_card import answered_in
from guardroom.duties.phones import Entry, card, numbers_missing, to_verify
from guardroom.language import _, n_
from guardroom.people.roles import Right
from guardroom.people.who import Who
from guardroom.refusal import Refused
from screens.frame import GuardScreen
from screens.keys import bindings
from screens.plain import fitted, lines, plain
from screens.row_list import RowList
from screens.wrapping import FittedLine, wrapped

AGAIN_S = 30.0
"""The clock is looked at again after so long."""

_NUMBER_CELLS = 16
_ANSWERS_CELLS = 24
_STANDING_CELLS = 24
_WIDE = 94


class PhoneCardScreen(GuardScreen):
    """Every number, by kind."""

    NAME: ClassVar[str] = "phone_card"
    BINDINGS = bindings("phone_card")

    def __init__(self) -> None:
        super().__init__()
        self._entries: tuple[Entry, ...] = ()
        self._known = False
        self._at = 0
        self._asked_at: float | None = None
        self._asked_as: Who | None = None

    def compose_body(self) -> ComposeResult:
        """Who answers, every number, and all that is known of the chosen one."""
        yield FittedLine(id="phones-now")
        with Vertical(id="phones-pane", classes="pane"):
            yield RowList(id="phone-rows")
        yield FittedLine(id="phone-facts")

    def opened(self) -> None:
        """Begin on top."""
        self._at = 0
        self.set_focus(None)
        self._look()

    def _visible_as(self) -> Who | None:
        """Whose card is shown: nobody's while names are hidden."""
        return None if self.desk.covered else self.desk.who

    def _look(self) -> None:
        """Ask for the card as it is now."""
        who = self._asked_as = self._visible_as()
        self._asked_at = self.desk.clock.monotonic()

        def told(found: tuple[Entry, ...]) -> None:
            if who == self._visible_as():
                self._entries, self._known = found, True
                self._catch_up()

        def failed(_why: Refused) -> None:
            # The numbers stand in the configuration; only who answers, and when each was tried, is not known.
            self._entries, self._known = card(self.desk.settings, None, {}, persons=False), False
            self._catch_up()

        self.desk.ask(
            lambda house: house.phone_card.public() if who is None else house.phone_card.whole(who),
            told,
            failed,
            key="phones",
        )

    @property
    def _chosen(self) -> Entry | None:
        return self._entries[min(self._at, len(self._entries) - 1)] if self._entries else None

    # Showing

    def render_view(self, view: BoardView, age: float) -> None:
        """Show the card; asked anew where somebody came or went, and every half minute."""
        others = self._asked_as != self._visible_as()
        if others:
            self._entries = ()
        old = self._asked_at is None or self.desk.clock.monotonic() - self._asked_at > AGAIN_S
        if (old or others) and self.desk.screen is self:
            self._look()
        pane = self.query_one("#phones-pane")
        heading = _("PHONE CARD")
        if pane.border_title != heading:  # setting it paints the whole pane anew
            pane.border_title = heading
        top = self.query_one("#phones-now", FittedLine)
        top.show(lines(*self._top(max(20, top.size.width))))
        entries = self._entries
        rows = self.query_one("#phone-rows", RowList)
        rows.draw(
            len(entries),
            min(self._at, max(0, len(entries) - 1)),
            lambda number, here, width: self._row(number, here, width),
        )
        facts = self.query_one("#phone-facts", FittedLine)
        facts.show(lines(*self._facts(max(20, facts.size.width))))

    def _top(self, width: int) -> list[Content]:
        """Who gives crisis help now, and what is wrong with the card."""
        if not self._known:
            said = _("Who answers now, and which numbers were tried, is not known: the database does not answer.")
            return wrapped(said, width, "bold") if self._entries else wrapped(_("One moment …"), width)
        now = [entry for entry in self._entries if entry.kind == "crisis" and entry.answers]
        rows = [
            row
            for entry in now
            for row in wrapped(
                _("Crisis help now: {name} {number}").format(
                    name=entry.name, number=entry.number or _("NUMBER MISSING")
                ),
                width,
                "bold",
            )
        ]
        missing, untried = numbers_missing(self._entries), to_verify(self._entries)
        if missing:
            count = n_("! {count} number is missing", "! {count} numbers are missing", len(missing))
            rows += wrapped(count.format(count=len(missing)) + ": " + ", ".join(missing), width, "bold $warning")
        if untried:
            said = n_(
                "! {count} number was not tried for six months",
                "! {count} numbers were not tried for six months",
                len(untried),
            )
            rows += wrapped(said.format(count=len(untried)), width, "$warning")
        settings = self.desk.settings
        if where := settings.policy.text.care_forms.get(settings.language, ""):
            rows += wrapped(_("Next of kin: {where}").format(where=where), width)
        if not settings.policy.guard_hours:
            rows += wrapped(_("The guards' duty hours are not set: everybody is alerted at all times."), width)
        return rows or [plain("")]

    def _row(self, number: int, here: bool, width: int) -> Content:
        """Name, number, whether they answer, how sure the number is. Where it is too narrow the number stays."""
        entry = self._entries[number]
        style = "reverse bold" if here else "bold $warning" if entry.standing == "missing" else ""
        wide = width >= _WIDE
        cells = [(entry.number or _("MISSING"), _NUMBER_CELLS), (self._answers(entry), _ANSWERS_CELLS)]
        if wide:
            cells.append((_sure(entry), _STANDING_CELLS))
        room = max(1, width - sum(size for _text, size in cells))
        name = f"{'>' if here else ' '} {entry.name}" + (f", {entry.role}" if entry.role else "")
        said = fitted(fitted(name, room - 1), room) + "".join(
            fitted(fitted(text, size - 1), size) for text, size in cells
        )
        return plain(fitted(said, width), style)

    def _answers(self, entry: Entry) -> str:
        if entry.answers is None:
            return ""
        until = ""
        if entry.changes_at is not None:
            zone = self.desk.settings.site.zone
            until = words.at(entry.changes_at.astimezone(zone), self.desk.clock.now().astimezone(zone))
        if entry.answers:
            return _("answers until {time}").format(time=until) if until else _("answers now")
        return _("closed until {time}").format(time=until) if until else _("closed")

    def _facts(self, width: int) -> list[Content]:
        entry = self._chosen
        if entry is None:
            return []
        said = [words.kind(entry.kind), answered_in(entry), entry.note]
        if entry.order:
            said.append(_("ordered by: {who}").format(who=words.orders(entry.order)))
        rows = wrapped(f"{entry.name}: " + ". ".join(part.rstrip(".") for part in said if part) + ".", width)
        if sure := _sure(entry):
            rows += wrapped(sure, width, "$quiet")
        return rows

    # Keys

    def action_choose(self, step: int) -> None:
        """Go `step` rows on."""
        if self._entries:
            self._at = min(max(self._at + step, 0), len(self._entries) - 1)
            self._catch_up()

    def on_row_list_clicked(self, event: RowList.Clicked) -> None:
        """A click chooses."""
        self.action_choose(event.at - self._at)

    def action_verify(self) -> None:
        """Note that the chosen number has been rung and is right."""
        entry, who = self._chosen, self._visible_as()
        if entry is None:
            return
        if who is None:
            self.desk.open_sign_in()
            return
        if not who.may(Right.PHONE_VERIFY):
            self.say(_("Guards, leaders and administrators note that a number is right."), urgent=True)
            return

        def told(_nothing: None) -> None:
            self.say(_("{name}: noted that the number is right.").format(name=entry.name))
            self._look()

        self.desk.ask(lambda house: house.phone_card.verify(who, entry.key, entry.number), told)

    def action_print_card(self) -> None:
        """Write the emergency card, to be printed."""

        def told(path: Path) -> None:
            self.say(_("The emergency card lies in {file}: open it and print it.").format(file=path))

        self.desk.ask(lambda house: house.phone_card.print_card(), told)


def _sure(entry: Entry) -> str:
    """How sure a number is."""
    match entry.standing:
        case "missing":
            return _("NUMBER MISSING")
        case "unverified":
            return _("! never tried")
        case "overdue":
            return _("! tried {day} {by}").format(day=written(entry.verified_on), by=entry.verified_by)
        case "ok":
            return _("tried {day} {by}").format(day=written(entry.verified_on), by=entry.verified_by)
    return ""
