"""The card of one ban for whoever meets the citizen: what is allowed, what is not, what to do now. One key a thing."""

from __future__ import annotations

from dataclasses import replace
from typing import ClassVar

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content

from guardroom.alarms.view import BoardView
from guardroom.bans import words as ban_words
from guardroom.bans.card import once_logged
from guardroom.bans.kinds import ATTENDANCE
from guardroom.bans.view import BanCard
from guardroom.days import written
from guardroom.incidents.view import IncidentView
from guardroom.language import _, n_
from guardroom.people.purposes import purpose
from guardroom.people.roles import Right
from guardroom.people.who import Who
from screens import theme
from screens.ban import open_ban
from screens.ban_step import ask_step
from screens.frame import INPUT_GUARD_S
from screens.incident_form import About
from screens.keys import bindings
from screens.more import Sheet
from screens.plain import Line, fitted, lines, plain
from screens.record_screen import RecordScreen
from screens.wrapping import FittedLine, fact, packed, wrapped

LABEL = 11
"""Cells of the column before what is allowed."""

_LOW = 30
_BINDING = frozenset(("coming", "active"))


def period(card: BanCard) -> str:
    """From when to when, and how long that is still."""
    said = f"{written(card.starts_on)} -> {written(card.ends_on)}"
    if card.days_left is None:
        return said
    if card.days_left == 0:
        return said + " " + _("(the last day is today)")
    left = n_("({count} day left)", "({count} days left)", card.days_left).format(count=card.days_left)
    return f"{said} {left}"


def card_rows(card: BanCard, noted: IncidentView | None, reasons: bool, width: int, *, close: bool = False) -> Content:
    """The card in rows of `width` cells: what is done now stands on top. `noted` is the breach that was just logged,
    `reasons` whether the reader may see why; `close`: there is room for no empty row."""
    air = [] if close else [Content("")]
    kind = ban_words.kind(card.kind).upper()
    standing = ban_words.standing(card.standing).upper()
    rows = wrapped(f"{kind}  {standing}  {period(card)}", width, "bold")
    if noted is not None:
        told = _("BREACH LOGGED as {number}. Now:").format(number=noted.number)
        rows += [*air, *wrapped(told, width, theme.URGENT)]
    else:
        rows += [*air, *wrapped(_("IF THE PERSON IS HERE NOW"), width, "bold")]
    rows += [
        row
        for number, sentence in enumerate(card.do_now if noted is None else once_logged(card.do_now), start=1)
        for row in fact(f" {number}", sentence, 4, width, "bold")
    ]
    if card.standing in _BINDING:
        rows += air
        rows += _list(_("MAY"), card.allowed, width, close)
        rows += _list(_("MAY NOT"), card.forbidden, width, close)
    rows += air
    known = [
        _("born {birth}").format(birth=card.born) if card.born else "",
        _("case {case}").format(case=card.case_ref) if card.case_ref else "",
        _("also called {names}").format(names=", ".join(card.aliases)) if card.aliases else "",
    ]
    rows += fact(_("Confirm"), " · ".join(part for part in known if part) or "-", LABEL, width)
    if card.description:
        rows += fact(_("Looks"), card.description, LABEL, width)
    for other in card.also:
        rows += fact(_("Also"), other, LABEL, width)
    why = _("under details") if reasons else _("shown to leaders and the safety representative only")
    rows += fact(_("Reason"), why, LABEL, width)
    return lines(*rows)


def _list(label: str, sentences: tuple[str, ...], width: int, close: bool) -> list[Content]:
    if close:
        return fact(label, "; ".join(sentences) or "-", LABEL, width)
    rows: list[Content] = []
    for at, sentence in enumerate(sentences or ("-",)):
        rows += fact("" if at else label, sentence, LABEL, width)
    return rows


class BanCardScreen(RecordScreen):
    """One ban's card, opened with a purpose; the opening is logged."""

    NAME: ClassVar[str] = "ban_card"
    NEEDS: ClassVar[frozenset[Right]] = frozenset({Right.BAN_LOOKUP})
    BINDINGS = bindings("ban_card")

    def __init__(self) -> None:
        super().__init__()
        self._card: BanCard | None = None
        self._purpose = ""
        self._opened_at = ""
        self._since = 0.0
        self._noted: IncidentView | None = None

    def compose_body(self) -> ComposeResult:
        """Who it is, the card, and beside it what can be done."""
        yield Line(id="card-title")
        with Horizontal(id="card-page"):
            with Sheet(id="card-pane", classes="pane", can_focus=False):
                yield FittedLine(id="card-text")
            with Vertical(id="card-do", classes="pane"):
                yield FittedLine(id="card-keys")
                yield FittedLine(id="card-logged")

    def choose(self, card: BanCard, why: str) -> None:
        """Show this card, that was opened for the purpose `why`."""
        self._card = card
        self._purpose = why
        self.release()
        self._noted = None

    def opened(self) -> None:
        """What was being typed when the card came must not act on it."""
        self._since = self.desk.clock.monotonic()
        self._opened_at = f"{self.desk.clock.now().astimezone(self.desk.settings.site.zone):%H:%M}"
        self.query_one("#card-pane", Sheet).scroll_home(animate=False)
        self.set_focus(None)

    def forget(self) -> None:
        """Nobody's card."""
        super().forget()
        self._card = None
        self._noted = None
        if self.has_widgets:
            for name in ("title", "text", "logged"):
                self.line(f"card-{name}").show(Content(""))

    def render_view(self, view: BoardView, age: float) -> None:
        """Show the card."""
        card, who = self._card, self.desk.who
        self.titled("card-pane", _("WHAT IS ALLOWED"))
        self.titled("card-do", _("WHAT YOU CAN DO"))
        if card is None or who is None:
            return
        width = max(1, self.query_one("#card-title").size.width - 2)
        born = _("born {birth}").format(birth=card.born) if card.born else ""
        head = "   ".join(part for part in (card.name.upper(), born) if part)
        self.line("card-title").show(plain(fitted(head, width - len(card.number)) + card.number, "bold"))
        reasons, close = who.may(Right.BAN_REASONS), self.desk.size.height < _LOW
        self.line("card-text").show(card_rows(card, self._noted, reasons, self.room("card-text"), close=close))
        self.line("card-keys").show(self._keys(card, who))
        self.line("card-logged").show(self._logged(who))

    def _keys(self, card: BanCard, who: Who) -> Content:
        offered = []
        if who.may(Right.BAN_BREACH) and card.standing == "active" and self._noted is None:
            offered.append(("ban_breach", _breach(card.kind)))
        offered.append(("police", _("Police script")))
        if not card.read:
            offered.append(("ban_read", _("I have read this ban")))
        offered.append(("not_this_person", _("It is not this person")))
        if _may_open(who):
            said = _("Details and reasons") if who.may(Right.BAN_REASONS) else _("Details")
            offered.append(("ban_details", said))
        offered.append(("back", _("Back")))
        caps = self.caps_of(offered)
        rows = [plain(f"{key:<4}", "bold $key") + plain(said) for key, said in caps]
        if self.desk.size.width >= 100:
            return lines(*rows)
        parts = [plain(key, "bold $key") + plain(f" {said}") for key, said in caps]
        return lines(*packed(parts, self.room("card-keys")))

    def _logged(self, who: Who) -> Content:
        width = self.room("card-logged")
        said = _("This lookup is logged: {initials} {time}, {purpose}.").format(
            initials=who.initials, time=self._opened_at, purpose=purpose(self._purpose)
        )
        rows = wrapped(said, width, "$quiet")
        if self.desk.size.width >= 100:
            rights = _("The citizen may be told the day and the purpose of a lookup, not your name.")
            rows += wrapped(rights, width, "$quiet")
        return lines(*rows)

    def action_breach(self) -> None:
        """The person is here in spite of the ban: log it at once."""
        card = self._card
        if card is None or self.asking:
            return
        if self.desk.clock.monotonic() - self._since < INPUT_GUARD_S:
            return  # it was typed before the card was there
        if self._noted is not None:
            self.say(_("The breach is logged as {number}.").format(number=self._noted.number))
            return
        if card.kind in ("contact", "department"):
            # Which way they made contact, or in which part of the town hall they are, has to be told.
            self.desk.write_incident(About(ban=card.id))
            return
        place = self.desk.settings.station

        def noted(incident: IncidentView) -> None:
            if self._card is card:
                self._noted = incident
                self.query_one("#card-pane", Sheet).scroll_home(animate=False)
                self._catch_up()

        self.take(lambda house, who: house.incidents.breach(who, card.id, place), noted)

    def action_confirm_read(self) -> None:
        """Whoever is signed in has read this ban."""
        card = self._card
        if card is None or self.asking:
            return
        if card.read:
            self.say(_("You have confirmed this ban already, or need not."))
            return

        def confirmed(_nothing: None) -> None:
            if self._card is card:
                self._card = replace(card, read=True)
                self._catch_up()
                self.say(_("Noted: you have read {number}.").format(number=card.number))

        self.take(lambda house, who: house.bans.confirm_read(who, card.id), confirmed)

    def action_not_this_person(self) -> None:
        """Somebody was taken for this person: ask for a note, and keep it. A breach that was logged of them just now is
        nobody's then."""
        card, noted = self._card, self._noted
        if card is None:
            return

        def taken_back() -> None:
            if noted is None:
                self.desk.say(_("Noted."))
                return
            self.desk.say(_("Noted. {number} is no longer about this person.").format(number=noted.number))
            if self._card is card and self._noted is noted:
                self._noted = None
                self._catch_up()

        incident = None if noted is None else noted.id
        ask_step(self.desk, "not_this_person", card.person, card.name, taken_back, incident=incident)

    def action_details(self) -> None:
        """The whole ban, for those who may see it."""
        if self._card is not None:
            open_ban(self.desk, self._card.id)

    def action_scroll(self, way: str) -> None:
        """Scroll the card: page_up or page_down."""
        pane = self.query_one("#card-pane", Sheet)
        {"page_up": pane.scroll_page_up, "page_down": pane.scroll_page_down}[way](animate=False)


def _breach(kind: str) -> str:
    if kind in ATTENDANCE:
        return _("Breach: the person is here now")
    return _("Breach: write what happened") if kind == "contact" else _("Breach: mail came all the same")


def _may_open(who: Who) -> bool:
    return who.may(Right.BAN_PAST) or who.may(Right.BAN_REASONS)
