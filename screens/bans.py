"""Tab 3: looking a ban up. One types, and sees at each letter whom it may be; the card is opened with a purpose."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import Input

from guardroom.alarms.view import BoardView
from guardroom.bans import words as ban_words
from guardroom.bans.view import BanCard, BanCounts, BanLine
from guardroom.clock import stamp
from guardroom.days import day_in, written
from guardroom.language import _, n_
from guardroom.people.purposes import PURPOSES, purpose
from guardroom.people.roles import Right
from guardroom.people.who import Who
from guardroom.refusal import Refused
from screens import theme
from screens.ban_card import BanCardScreen
from screens.dates import day_of
from screens.following import Follower
from screens.keys import bindings
from screens.plain import Field, Line, fitted, lines, plain
from screens.record_screen import RecordScreen
from screens.row_list import RowList
from screens.wrapping import FittedLine

if TYPE_CHECKING:
    from guardroom.exchange.exchange import Reconciled
    from guardroom.house import House
    from guardroom.people.lookup import Hit

FEWEST_LETTERS = 2
"""So many letters before anybody is looked for."""

_WIDE = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Front:
    """What is said before anything is typed. `unread` are the bans that whoever asks has still to confirm."""

    counts: BanCounts
    unread: int
    latest: Reconciled | None


def show_card(screen: RecordScreen, card: BanCard, why: str) -> None:
    """Bring a card to the front."""
    shown = screen.desk.get_screen("ban_card")
    assert isinstance(shown, BanCardScreen)
    shown.choose(card, why)
    screen.desk.open("ban_card")


def purpose_line(chosen: str, key: str, width: int) -> Content:
    """The purposes with the chosen one marked; where there is little room, the chosen one only."""
    marks = "  ".join(f"{'(x)' if code == chosen else '( )'} {purpose(code)}" for code in PURPOSES)
    head, logged = f"{key} {_('Purpose:')}", f"[{_('logged')}]"
    said = f"{head} {marks}  {logged}"
    for shorter in (f"{head} {marks}", f"{head} (x) {purpose(chosen)}  {logged}"):
        if plain(said).cell_length > width:
            said = shorter
    return plain(fitted(said, width))


def status(line: BanLine) -> str:
    """What the ban is, loud while it is active."""
    kind = ban_words.kind(line.kind)
    if line.kind == "department" and line.scope:
        kind = _("ban: {places}").format(places=", ".join(line.scope))
    if line.standing == "active":
        return kind.upper()
    return f"{ban_words.standing(line.standing)}: {kind}"


def columns(width: int, name: str, born: str, case: str, status: str, until: str, fits: str) -> str:
    """The columns of the hits, in so many cells; how it fits takes what is left, and until when goes first."""
    cells: tuple[tuple[str, int], ...]
    if width >= _WIDE:
        cells = ((name, 24), (born, 10), (case, 10), (status, 26), (until, 10))
    else:
        cells = ((name, 21), (born, 10), (case, 9), (status, 17))
    return fitted(" ".join(fitted(text, room) for text, room in cells) + " " + fits, width)


def hit_row(hit: Hit, chosen: bool, width: int) -> Content:
    """One person who may be meant."""
    line = hit.line
    said = columns(
        width - 2,
        " / ".join((hit.name, *hit.aliases)),
        hit.born or "-",
        hit.case_ref or "-",
        status(line) if line is not None else "-",
        written(line.ends_on) if line is not None else "-",
        hit.how,
    )
    active = line is not None and line.standing == "active"
    style = "reverse bold" if chosen else "bold" if active else ""
    return plain(f"{'>' if chosen else ' '} {said}", style)


def heading_row(width: int) -> Content:
    """What the columns of the hits are."""
    said = columns(width - 2, _("Name"), _("Born"), _("Case"), _("Status"), _("Until"), _("Fits"))
    return plain(f"  {said}", "$quiet")


class Bans(RecordScreen):
    """The lookup."""

    NAME: ClassVar[str] = "bans"
    NEEDS: ClassVar[frozenset[Right]] = frozenset({Right.BAN_LOOKUP})
    LETTERS: ClassVar[bool] = False
    TYPED_AT_ONCE: ClassVar[bool] = True
    BINDINGS = bindings("bans")

    def __init__(self) -> None:
        super().__init__()
        self._purpose = PURPOSES[0]
        self._hits: tuple[Hit, ...] = ()
        self._found_for = ""
        self._also = ""
        self._failed = ""
        self._at = 0
        self._open_when_found = False
        self._front: Front | None = None
        self._follower = Follower(self, "bans-pane", self._ask_quietly)

    def compose_body(self) -> ComposeResult:
        """Purpose, search, and whom it may be."""
        yield Line(id="bans-purpose")
        yield Line(id="bans-unread")
        with Horizontal(id="bans-search"):
            yield Line(id="bans-label")
            yield Field(id="bans-typed", max_length=100, compact=True, select_on_focus=False)
            yield Line(id="bans-also")
        with Vertical(id="bans-pane", classes="pane"):
            yield Line(id="bans-heading")
            yield RowList(id="bans-hits")
            yield FittedLine(id="bans-said")

    @property
    def _typed(self) -> str:
        return self.query_one("#bans-typed", Input).value.strip()

    def opened(self) -> None:
        """Begin afresh: nobody is looked up for what an earlier citizen was."""
        self._purpose = PURPOSES[0]
        self._empty()
        self.type_into(self.query_one("#bans-typed", Input))

    def forget(self) -> None:
        """Nobody's name stays."""
        super().forget()
        self._front = None
        self._follower.forget()
        self._empty()
        if self.has_widgets:
            for name in ("hits", "said", "also", "unread"):
                self.line(f"bans-{name}").show(Content(""))

    def _empty(self) -> None:
        if self.has_widgets:
            with self.prevent(Input.Changed):
                self.query_one("#bans-typed", Input).value = ""
        self._hits, self._found_for, self._also, self._failed = (), "", "", ""
        self._at = 0
        self._open_when_found = False
        self.release()

    def look_again(self) -> None:
        """Ask how many there are, and how many are to be read."""
        today = day_in(self.desk.clock.now(), self.desk.settings.site.zone)

        def told(front: Front) -> None:
            self._front = front
            self._catch_up()

        def front(house: House, who: Who) -> Front:
            return Front(
                counts=house.bans.counts(today), unread=house.bans.unread(who), latest=house.exchange.latest(who)
            )

        self.ask(self._follower.noting(front), told, key="bans front")

    def _ask_quietly(self) -> bool:
        """Whoever stands here has no new entry in the log for being there still."""
        self.action_refresh()
        return True

    def action_refresh(self) -> None:
        """Ask again for what stands here, and look up again what was typed; whoever is chosen stays so."""
        self.look_again()
        if len(self._typed) >= FEWEST_LETTERS:
            self._look_up()

    # Looking up

    def on_input_changed(self, event: Input.Changed) -> None:
        """Look up what has been typed so far; only the last letters are."""
        self._at = 0
        self._open_when_found = False
        typed = self._typed
        if len(typed) < FEWEST_LETTERS:
            self._hits, self._found_for, self._also, self._failed = (), typed, "", ""
        else:
            self._look_up()
        self._catch_up()

    def _look_up(self) -> None:
        typed = self._typed

        def found(answer: tuple[tuple[Hit, ...], str]) -> None:
            if self._typed == typed:
                before = self._hits[self._at].person if self._at < len(self._hits) else None
                self._hits, self._also = answer
                known = [hit.person for hit in self._hits] if self._found_for == typed else []
                self._at = known.index(before) if before in known else 0
                self._found_for, self._failed = typed, ""
                self._catch_up()
                if self._open_when_found and len(self._hits) == 1:
                    self._open()
                self._open_when_found = False

        def failed(why: Refused) -> None:
            if self._typed == typed:
                self._hits, self._also = (), ""
                self._found_for, self._failed = typed, why.sentence
                self._open_when_found = False
                self._catch_up()

        self.ask(
            lambda house, who: (house.lookup.bans(who, typed), house.lookup.searched_as(typed)),
            found,
            failed,
            key="lookup",
        )

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Open the card of whoever is chosen; where the answer is not here yet, of the only one who fits."""
        if self._found_for == self._typed:
            self._open()
        else:
            self._open_when_found = True

    def on_row_list_clicked(self, event: RowList.Clicked) -> None:
        """A click chooses, a second one opens."""
        self._at = event.at
        if event.again:
            self._open()
        self._catch_up()

    def action_choose(self, by: int) -> None:
        """Choose somebody further down or up."""
        if self._hits:
            self._at = max(0, min(len(self._hits) - 1, self._at + by))
            self._catch_up()

    def _open(self) -> None:
        if not self._hits:
            return
        hit, why = self._hits[self._at], self._purpose

        def opened(card: BanCard | None) -> None:
            if self.desk.screen is not self:
                return
            if card is None:
                self.say(_("{name} has no active ban any more.").format(name=hit.name), urgent=True)
            else:
                show_card(self, card, why)

        line = hit.line

        def look(house: House, who: Who) -> BanCard | None:
            if line is None:
                return house.bans.card_of(who, hit.person, why)
            return house.bans.card(who, line.id, why)

        self.take(look, opened)

    def action_next_purpose(self) -> None:
        """The next of the purposes."""
        self._purpose = PURPOSES[(PURPOSES.index(self._purpose) + 1) % len(PURPOSES)]
        self._catch_up()

    def action_open_list(self) -> None:
        """The list of all bans."""
        self.desk.open("ban_list")

    def action_open_persons(self) -> None:
        """The persons."""
        self.desk.open("persons")

    def action_unread(self) -> None:
        """The bans that whoever is signed in has still to confirm."""
        from screens.ban_list import open_list

        open_list(self.desk, "to_read")

    # Showing

    def render_view(self, view: BoardView, age: float) -> None:
        """Show purpose, search and hits."""
        self._follower.look(view)
        width = max(1, self.desk.size.width - 2)
        self.line("bans-purpose").show(plain(" ") + purpose_line(self._purpose, self.cap_of("purpose"), width))
        self.line("bans-label").show(plain(" " + _("Search (name, year of birth, case):") + " ", "bold"))
        also = _("also searched as: {names}").format(names=self._also) if self._also else ""
        self.line("bans-also").show(plain(f" {also}", "$quiet"))
        self._show_unread()
        hits = self.query_one("#bans-hits", RowList)
        current = self._found_for == self._typed
        if len(self._typed) < FEWEST_LETTERS:
            heading = _("LOOK UP A BAN")
        elif not current:
            heading = _("SEARCHING …")
        elif self._failed:
            heading = _("THE LOOKUP FAILED")
        elif self._hits:
            heading = n_(
                "{count} POSSIBLE: always confirm with year of birth or case",
                "{count} POSSIBLE: always confirm with year of birth or case",
                len(self._hits),
            ).format(count=len(self._hits))
        else:
            heading = _("NO HIT")
        self.titled("bans-pane", heading)
        heading_line = self.line("bans-heading")
        heading_line.display = bool(self._hits)
        if self._hits:
            heading_line.show(heading_row(max(1, hits.size.width)))
        hits.draw(len(self._hits), self._at, lambda at, chosen, cells: hit_row(self._hits[at], chosen, cells))
        self.desk.searches.show(self, (hit.person for hit in self._hits), self._purpose)
        self.line("bans-said").show(self._said(self.room("bans-said")))

    def _show_unread(self) -> None:
        unread = self._front.unread if self._front is not None else 0
        line = self.line("bans-unread")
        line.display = unread > 0
        if unread:
            said = n_(
                "{count} new ban that you have not read: {key} shows it.",
                "{count} new bans that you have not read: {key} shows them.",
                unread,
            ).format(count=unread, key=self.cap_of("unread"))
            line.show(plain(f" {said}", "bold"))

    def _said(self, width: int) -> Content:
        rows: list[Content] = []
        typed = self._typed
        if self._failed:
            rows += plain(_("THE LOOKUP FAILED: nothing is known of this name."), theme.URGENT).wrap(width)
            rows += plain(self._failed, "bold").wrap(width)
        elif len(typed) < FEWEST_LETTERS:
            rows.append(plain(_("Type at least {count} letters.").format(count=FEWEST_LETTERS), "bold"))
        if not self._hits:
            no_hit = _("No hit only means that there is no active ban in the list.")
            rows += plain(no_hit, "bold" if typed and not self._failed else "").wrap(width)
            rows += plain(_("Always confirm with year of birth or case.")).wrap(width)
            who = self.desk.who
            if len(typed) >= FEWEST_LETTERS and who is not None and who.may(Right.PERSON_SEARCH):
                known = _("{key} looks among all known persons, also those without a ban.")
                rows += plain(known.format(key=self.cap_of("persons"))).wrap(width)
        elif self._found_for == typed and width < _WIDE:
            hit = self._hits[self._at]
            facts = [*(hit.name, *hit.aliases), hit.how]
            if hit.line is not None:
                facts.append(_("until {day}").format(day=written(hit.line.ends_on)))
            rows += plain("> " + ", ".join(facts)).wrap(width)
        if self._front is not None and not self._hits:
            rows.append(Content(""))
            rows += self._front_rows(self._front, width)
        return lines(*rows)

    def _front_rows(self, front: Front, width: int) -> list[Content]:
        who = self.desk.who
        rows: list[Content] = []
        if who is not None and who.may(Right.BAN_LIST):
            said = _("Active bans: {active}. Ending within 30 days: {ending}. {key} shows the list.").format(
                active=front.counts.active, ending=front.counts.ending, key=self.cap_of("ban_list")
            )
            rows += plain(said).wrap(width)
        if who is not None and who.may(Right.BAN_REGISTER):
            rows += plain(self._reconciled(front.latest)).wrap(width)
        return rows

    def _reconciled(self, latest: Reconciled | None) -> str:
        if latest is None:
            return _("The list has not been held against the case system's yet.")
        when = day_of(stamp(latest.at), self.desk.clock.now(), self.desk.settings.site.zone)
        if latest.agrees:
            return _("Held against the case system {when} by {by}: {count} in both. [AGREES]").format(
                when=when, by=latest.by, count=latest.same
            )
        return _(
            "Held against the case system {when} by {by}: {new} only there, {gone} only here, {different} different, "
            "{broken} broken. [DIFFERS]"
        ).format(
            when=when,
            by=latest.by,
            new=latest.new,
            gone=latest.gone,
            different=latest.different,
            broken=latest.broken,
        )
