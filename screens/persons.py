"""Persons: find one, open them with a purpose, correct what is kept, merge two records of one, tell two apart again."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, ClassVar, Literal

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import Input

from guardroom.alarms.view import BoardView
from guardroom.language import _, n_
from guardroom.people.person import PersonForm, PersonView
from guardroom.people.purposes import PURPOSES
from guardroom.people.roles import Right
from guardroom.people.who import Who
from guardroom.refusal import BadInput, Refused
from screens import theme
from screens.access import access_rows
from screens.ban import begin_ban
from screens.bans import FEWEST_LETTERS, purpose_line
from screens.form import Form, TextBlock, TextField
from screens.keys import bindings
from screens.more import Sheet
from screens.plain import Field, Line, fitted, lines, plain
from screens.record_screen import RecordScreen
from screens.row_list import RowList
from screens.wrapping import FittedLine, fact, packed, wrapped

if TYPE_CHECKING:
    from pathlib import Path

    from guardroom.house import House
    from guardroom.people.lookup import Hit
    from guardroom.privacy.dossier import Dossier

LABEL = 14

Doing = Literal["search", "person", "form", "merge", "sure", "separate", "access"]
"""What is on: looking for somebody; somebody is open; their form; looking for the other record of them; being asked
whether two are one; choosing which record is told apart; what they would be given who ask what is kept."""


def person_row(hit: Hit, chosen: bool, width: int) -> Content:
    """Somebody who may be meant: name, birth, case, how it fits."""
    name = " / ".join((hit.name, *hit.aliases)) or "-"
    tail = f" {fitted(hit.born or '-', 10)} {fitted(hit.case_ref or '-', 12)} {fitted(hit.how, max(12, width // 4))}"
    said = f"{'>' if chosen else ' '} " + fitted(name, width - len(tail) - 2) + tail
    return plain(fitted(said, width), "reverse bold" if chosen else "")


def person_rows(person: PersonView, width: int) -> list[Content]:
    """Who a person is: by what they are told from others, and whom they were taken for."""
    rows = wrapped(person.name or _("(no name)"), width, "bold")

    def add(label: str, text: str) -> None:
        rows.extend(fact(label, text or "-", LABEL, width))

    add(_("Born"), person.born)
    add(_("Case"), person.case_ref)
    add(_("Other names"), ", ".join(person.aliases))
    add(_("Looks"), person.description)
    for at, (_record, name) in enumerate(person.merged):
        add("" if at else _("Merged in"), name or _("(no name)"))
    for at, (when, by, note) in enumerate(person.not_person):
        add("" if at else _("Not this one"), f"{when:%d-%m-%Y} {by}: {note or '-'}")
    return rows


class PersonsScreen(RecordScreen):
    """The register of persons."""

    NAME: ClassVar[str] = "persons"
    NEEDS: ClassVar[frozenset[Right]] = frozenset({Right.PERSON_SEARCH})
    TYPED_AT_ONCE: ClassVar[bool] = True
    BINDINGS = bindings("persons")

    def __init__(self) -> None:
        super().__init__()
        self._doing: Doing = "search"
        self._purpose = "other"
        self._hits: tuple[Hit, ...] = ()
        self._found_for = ""
        self._failed = ""
        self._at = 0
        self._person: PersonView | None = None
        self._other: Hit | None = None
        self._dossier: Dossier | None = None
        self._alike: tuple[Hit, ...] = ()
        self._record = 0
        self._searched = ""
        """What was looked for before the other record of a person was."""
        self._start: dict[str, str] = {}
        self._left: dict[tuple[int, int], dict[str, str]] = {}
        """What was written in the form and neither kept nor given up: whose it is, and of whom (0: somebody new)."""

    def compose_body(self) -> ComposeResult:
        """Purpose and search; the hits; the person, or the form."""
        yield Line(id="persons-purpose")
        with Horizontal(id="persons-search"):
            yield Line(id="persons-label")
            yield Field(id="persons-typed", max_length=100, compact=True, select_on_focus=False)
        with Vertical(id="persons-hits-pane", classes="pane"):
            yield RowList(id="persons-hits")
            yield Line(id="persons-said")
        with Sheet(id="persons-pane", classes="pane", can_focus=False):
            yield FittedLine(id="persons-text")
        with Vertical(id="persons-form-pane", classes="pane"):
            yield Form(
                TextField("name", _("Name")),
                TextField("aliases", _("Other names"), limit=2000, hint=_("parted by commas")),
                TextField("birth", _("Born"), limit=20, hint=_("a year, or dd-mm-yyyy")),
                TextField("case_ref", _("Case number"), limit=80, hint=_("never a CPR number")),
                TextBlock("description", _("Looks"), rows=3, limit=2000),
                id="persons-form",
            )
        yield Line(id="persons-keys")

    @property
    def _typed(self) -> str:
        return self.query_one("#persons-typed", Input).value.strip()

    @property
    def _form(self) -> Form:
        return self.query_one("#persons-form", Form)

    def opened(self) -> None:
        """Begin with the search."""
        self._empty()
        self._go("search")

    def forget(self) -> None:
        """Nobody's name stays."""
        super().forget()
        self._empty()
        if self.has_widgets:
            self._form.fill(dict.fromkeys(self._form.names, ""))
            for name in ("hits", "said", "text"):
                self.line(f"persons-{name}").show(Content(""))

    def _empty(self) -> None:
        self._put_aside()
        if self.has_widgets:
            with self.prevent(Input.Changed):
                self.query_one("#persons-typed", Input).value = ""
        self._hits, self._found_for, self._failed = (), "", ""
        self._at = 0
        self._person, self._other, self._alike = None, None, ()
        self._dossier = None
        self._doing, self._searched = "search", ""
        self.release()

    def _go(self, doing: Doing) -> None:
        before, self._doing = self._doing, doing
        if before in ("merge", "sure") and doing == "person":
            self._look_for(self._searched)
        if doing in ("search", "merge"):
            self.type_into(self.query_one("#persons-typed", Input))
        elif doing == "form":
            self._form.enter("name")
        else:
            self.set_focus(None)
        self._catch_up()

    def offers(self, key: str) -> bool:
        """What the footer tells is what the keys do to what is on."""
        match key:
            case "save_ban":
                return self._doing in ("form", "sure", "separate", "access")
            case "person_new":
                return self._doing in ("search", "person")
            case _:
                return True

    # Finding

    def on_input_changed(self, event: Input.Changed) -> None:
        """Look for whom has been typed so far."""
        if event.input.id == "persons-typed":
            self._look()

    def _look_for(self, name: str) -> None:
        """Look for this instead of what is typed."""
        field = self.query_one("#persons-typed", Input)
        with self.prevent(Input.Changed):
            field.value = name
        field.cursor_position = len(name)
        self._look()

    def _look(self) -> None:
        self._at = 0
        typed = self._typed
        kept = self._person.id if self._doing == "merge" and self._person is not None else None
        if len(typed) < FEWEST_LETTERS:
            self._hits, self._found_for, self._failed = (), typed, ""
            self._catch_up()
            return

        def found(hits: tuple[Hit, ...]) -> None:
            if self._typed == typed:
                self._hits = tuple(hit for hit in hits if hit.person != kept)
                self._found_for, self._failed = typed, ""
                self._catch_up()

        def failed(why: Refused) -> None:
            if self._typed == typed:
                self._hits, self._found_for, self._failed = (), typed, why.sentence
                self._catch_up()

        self.ask(lambda house, who: house.lookup.persons(who, typed, limit=20), found, failed, key="persons")

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Open the one who is chosen, or take them for the other record."""
        if event.input.id == "persons-typed" and self._found_for == self._typed:
            self._open_chosen()

    def on_row_list_clicked(self, event: RowList.Clicked) -> None:
        """A click chooses, a second one opens."""
        self._at = event.at
        if event.again:
            self._open_chosen()
        self._catch_up()

    def action_choose(self, by: int) -> None:
        """Choose somebody further down or up; which record is told apart, too."""
        if self._doing == "access":
            self.query_one("#persons-pane", Sheet).scroll_relative(y=3 * by, animate=False)
        elif self._doing == "separate" and self._person is not None:
            self._record = max(0, min(len(self._person.merged) - 1, self._record + by))
        elif self._hits:
            self._at = max(0, min(len(self._hits) - 1, self._at + by))
        self._catch_up()

    def _open_chosen(self) -> None:
        if not self._hits:
            return
        hit, why, kept = self._hits[self._at], self._purpose, self._person
        if self._doing == "merge" and kept is not None:
            self._other = hit
            self._go("sure")
            return

        def opened(person: PersonView) -> None:
            if self._doing == "search":
                self._person = person
                self._go("person")

        self.take(lambda house, who: house.persons.read(who, hit.person, why), opened)

    def action_next_purpose(self) -> None:
        """The next of the purposes."""
        self._purpose = PURPOSES[(PURPOSES.index(self._purpose) + 1) % len(PURPOSES)]
        self._catch_up()

    # What can be done with a person

    def _may_edit(self) -> bool:
        who = self.desk.who
        if who is not None and who.may(Right.PERSON_EDIT):
            return True
        self.say(_("Your role may not correct or merge persons."), urgent=True)
        return False

    def action_correct(self) -> None:
        """Correct what is kept of the person."""
        if self._doing == "person" and self._person is not None and self._may_edit():
            said = self._person.form
            self._write(
                {
                    "name": said.name,
                    "aliases": ", ".join(said.aliases),
                    "birth": said.birth,
                    "case_ref": said.case_ref,
                    "description": said.description,
                }
            )

    def _write(self, values: dict[str, str]) -> None:
        """Open the form with these values, or with what the same person had begun to write into it."""
        self._sure = False
        self._form.fill(values)
        self._start = self._values()
        if (left := self._left.pop(self._mine, None)) is not None:
            self._form.fill(left)
            self.say(_("What you had begun to write is here again."))
        self._go("form")

    @property
    def _mine(self) -> tuple[int, int]:
        who = self.desk.who
        return who.user if who is not None else 0, self._person.id if self._person is not None else 0

    def _values(self) -> dict[str, str]:
        return {name: self._form.text(name) for name in self._form.names}

    @property
    def _written(self) -> bool:
        return self._doing == "form" and self.has_widgets and self._values() != self._start

    def _put_aside(self) -> None:
        if self._written and self.desk.who is not None:
            changed = {name: text for name, text in self._values().items() if text != self._start[name]}
            self._left[self._mine] = changed

    def on_form_changed(self, event: Form.Changed) -> None:
        """What is given up is what was there at the first Esc."""
        self._sure = False

    def action_new_person(self) -> None:
        """Somebody who is not known yet."""
        if self._doing in ("search", "person"):
            self._person, self._alike = None, ()
            name = self._typed if not any(letter.isdigit() for letter in self._typed) else ""
            self._write(dict.fromkeys(self._form.names, "") | {"name": name})

    def action_merge(self) -> None:
        """Find the other record of this person."""
        if self._doing == "person" and self._person is not None and self._may_edit():
            self._other, self._searched = None, self._typed
            self._go("merge")
            self._look_for("")

    def action_separate(self) -> None:
        """A record that was merged in is a person of its own again."""
        person = self._person
        if self._doing == "person" and person is not None and self._may_edit():
            if not person.merged:
                self.say(_("No other record is merged into this person."))
                return
            self._record = 0
            self._go("separate")

    def action_begin_ban(self) -> None:
        """Begin the draft of a ban of this person."""
        who = self.desk.who
        if self._doing == "person" and self._person is not None and who is not None:
            if who.may(Right.BAN_DRAFT):
                begin_ban(self, self._person.id)
            else:
                self.say(_("Your role may not begin a ban."), urgent=True)

    def action_access(self) -> None:
        """Show what the person would be given who asks what is kept of them."""
        person = self._person
        if self._doing == "person" and person is not None:
            self._take_dossier(lambda house, who: house.access.show(who, person.id))

    def action_asked(self) -> None:
        """Note that the person has asked what is kept of them."""
        person, before = self._person, self._dossier
        if self._doing == "access" and person is not None and before is not None:
            told = _("Noted that they ask: the answer is due within a month.")
            if before.asked_at is not None:
                told = _("It is noted already that they ask.")
            self._take_dossier(lambda house, who: house.access.ask(who, person.id), told)

    def _take_dossier(self, job: Callable[[House, Who], Dossier], told: str = "") -> None:
        person = self._person

        def done(dossier: Dossier) -> None:
            if self._person is person and self._doing in ("person", "access"):
                self._dossier = dossier
                self.say(told)  # what stands on top may be scrolled away
                self._go("access")

        self.take(job, done)

    def _answer(self) -> None:
        person = self._person
        if person is None:
            return

        def done(path: Path) -> None:
            if self._person is person and self._doing == "access":
                self._dossier = None
                self._go("person")
            said = _("Written to {file}: read it through before it is handed on, names may be left in it.")
            self.desk.say(said.format(file=path))

        self.take(lambda house, who: house.access.answer(who, person.id), done)

    def action_save(self) -> None:
        """Keep the form; confirm that two are one, or that one is another; write down what is kept of the person."""
        match self._doing:
            case "form":
                self._save_form()
            case "sure":
                self._merge()
            case "separate":
                self._separate()
            case "access":
                self._answer()
            case _:
                pass

    def _save_form(self) -> None:
        person = self._person
        form = PersonForm(
            name=self._form.text("name"),
            aliases=tuple(part.strip() for part in self._form.text("aliases").split(",") if part.strip()),
            birth=self._form.text("birth"),
            case_ref=self._form.text("case_ref"),
            description=self._form.text("description"),
            changed=None if person is None else person.changed,
        )
        warned, mine = bool(self._alike), self._mine

        def here() -> bool:
            return self._doing == "form" and self._person is person

        def job(house: House, who: Who) -> PersonView | tuple[Hit, ...]:
            if person is not None:
                return house.persons.change(who, person.id, form)
            alike = () if warned else house.persons.alike(who, form)
            return alike or house.persons.create(who, form)

        def done(answer: PersonView | tuple[Hit, ...]) -> None:
            if isinstance(answer, PersonView):
                self._left.pop(mine, None)
                if here():
                    self._person, self._alike = answer, ()
                    self._go("person")
                self.desk.say(_("Kept."))
            elif here():
                self._alike = answer
                self.say(_("There may be a record already. Ctrl+S again makes a new one nevertheless."), urgent=True)
                self._catch_up()

        def failed(why: Refused) -> None:
            if not here():
                self.desk.say(why.sentence, urgent=True)
                return
            others = self._form.show_mistakes(why.mistakes) if isinstance(why, BadInput) else ()
            if others or not isinstance(why, BadInput):
                self.say(" ".join(one.sentence for one in others) or why.sentence, urgent=True)

        self.take(job, done, failed)

    def _merge(self) -> None:
        person, other = self._person, self._other
        if person is None or other is None:
            return

        def done(merged: PersonView) -> None:
            if self._person is person:
                self._person, self._other = merged, None
                self._go("person")
            self.desk.say(_("Merged. It can be undone: the records stay as they were."))

        self.take(lambda house, who: house.persons.merge(who, person.id, other.person), done)

    def _separate(self) -> None:
        person, why = self._person, self._purpose
        if person is None or not person.merged:
            return
        record = person.merged[self._record][0]

        def done(kept: PersonView) -> None:
            if self._person is person:
                self._person = kept
                self._go("person")
            self.desk.say(_("The record is a person of its own again."))

        def job(house: House, who: Who) -> PersonView:
            house.persons.separate(who, record)
            return house.persons.read(who, person.id, why)

        self.take(job, done)

    def action_back(self) -> None:
        """One step back: from the form to the person, from there to the search, from there away."""
        match self._doing:
            case "search":
                self.desk.leave(self)
            case "person":
                self._person = None
                self._go("search")
            case _:
                if self.asks_before_leaving(self._written):
                    return
                if self.asking:
                    self._put_aside()  # it may be refused yet
                self._other, self._alike, self._dossier = None, (), None
                self._go("person" if self._person is not None else "search")

    # Showing

    def render_view(self, view: BoardView, age: float) -> None:
        """Show what is on."""
        width = max(1, self.desk.size.width - 2)
        looking = self._doing in ("search", "merge")
        self.line("persons-purpose").show(plain(" ") + purpose_line(self._purpose, self.cap_of("purpose"), width))
        label = _("The other record:") if self._doing == "merge" else _("Search (name, year of birth, case):")
        self.line("persons-label").show(plain(f" {label} ", "bold"))
        for name, shown in (
            ("search", looking),
            ("hits-pane", looking),
            ("pane", not looking and self._doing != "form"),
            ("form-pane", self._doing == "form"),
        ):
            self.query_one(f"#persons-{name}").display = shown
        self._show_hits()
        why = "work" if self._doing == "merge" else self._purpose
        self.desk.searches.show(self, (hit.person for hit in self._hits if looking), why)
        given = self._doing == "access"
        self.titled("persons-pane", _("WHAT THE PERSON IS GIVEN") if given else _("WHO THE PERSON IS"))
        self.titled("persons-form-pane", _("CORRECT THE PERSON") if self._person else _("NEW PERSON"))
        self._show_person()
        self.line("persons-keys").show(self._keys())

    def _show_hits(self) -> None:
        hits = self.query_one("#persons-hits", RowList)
        if self._doing == "merge" and self._person is not None:
            heading = _("WHO IS THE SAME AS {name}?").format(name=self._person.name.upper())
        elif self._hits:
            heading = n_("{count} POSSIBLE", "{count} POSSIBLE", len(self._hits)).format(count=len(self._hits))
        else:
            heading = _("PERSONS")
        self.titled("persons-hits-pane", heading)
        hits.draw(len(self._hits), self._at, lambda at, chosen, cells: person_row(self._hits[at], chosen, cells))
        said = ""
        if self._failed:
            said = self._failed
        elif len(self._typed) < FEWEST_LETTERS:
            said = _("Type at least {count} letters.").format(count=FEWEST_LETTERS)
        elif not self._hits and self._found_for == self._typed:
            if self._doing == "merge":
                said = _("Nobody else like that is known.")
            elif self.desk.offers("person_new"):
                said = _("Nobody like that is known. {key} makes a new person.").format(key=self.cap_of("person_new"))
            else:
                said = _("Nobody like that is known.")
        self.line("persons-said").show(plain(said, "bold" if self._failed else "$quiet"))

    def _show_person(self) -> None:
        width = self.room("persons-text")
        person = self._person
        if person is None:
            self.line("persons-text").show(Content(""))
            return
        rows: list[Content] = []
        if self._doing == "sure" and self._other is not None:
            other = self._other
            facts = ", ".join(part for part in (other.name, *other.aliases, other.born, other.case_ref) if part)
            rows += wrapped(_("ARE THESE TWO THE SAME PERSON?"), width, theme.URGENT)
            rows += [Content(""), *wrapped(facts, width, "bold")]
            rows += [*wrapped(_("becomes one with"), width), *person_rows(person, width), Content("")]
            rows += wrapped(_("Ctrl+S merges them: bans and incidents of both are then of one person."), width)
            rows += wrapped(_("Esc leaves them apart. It can be undone later."), width)
        elif self._doing == "access" and self._dossier is not None:
            zone, now = self.desk.settings.site.zone, self.desk.clock.now()
            rows += access_rows(self._dossier, zone, now, self.cap_of("person_asked"), width)
        elif self._doing == "separate":
            rows += wrapped(_("WHICH RECORD IS SOMEBODY ELSE?"), width, "bold")
            for at, (_record, name) in enumerate(person.merged):
                mark = ">" if at == self._record else " "
                rows.append(plain(fitted(f"{mark} {name}", width), "reverse bold" if at == self._record else ""))
            rows += [Content(""), *wrapped(_("Ctrl+S makes it a person of its own again. Esc leaves it."), width)]
        else:
            rows += person_rows(person, width)
        self.line("persons-text").show(lines(*rows))

    def _keys(self) -> Content:
        who = self.desk.who
        if self._doing == "form":
            said = _("Ctrl+S keeps it. Esc leaves without.")
            if self._alike:
                said = _("NOT KEPT. Is it one of these? Then Esc, and look them up. If not: Ctrl+S makes a new record.")
            rows = [plain(f" {said}", "bold")]
            width = max(20, self.desk.size.width - 2)
            rows += [
                plain(" ") + row
                for hit in self._alike
                for row in wrapped(
                    _("Known already: {facts}").format(
                        facts=", ".join(part for part in (hit.name, hit.born, hit.case_ref, hit.how) if part)
                    ),
                    width,
                )
            ]
            return lines(*rows)
        if who is None or self._doing not in ("person", "access"):
            return Content("")
        if self._doing == "access":
            return self._offered([("person_asked", _("Note that they ask")), ("save_ban", _("Write the answer"))])
        offered = []
        if who.may(Right.PERSON_EDIT):
            offered += [
                ("person_correct", _("Correct")),
                ("person_merge", _("Merge with another record")),
                ("person_separate", _("Separate a record")),
            ]
        if who.may(Right.ACCESS_REQUEST):
            offered.append(("person_access", _("Access request")))
        if who.may(Right.BAN_DRAFT):
            offered.append(("person_ban", _("Begin a ban")))
        return self._offered(offered)

    def _offered(self, offered: list[tuple[str, str]]) -> Content:
        caps = self.caps_of([*offered, ("back", _("Back"))])
        parts = [plain(cap, "bold $key") + plain(f" {said}") for cap, said in caps]
        return lines(*(Content(" ") + row for row in packed(parts, max(20, self.desk.size.width - 2))))
