"""Find a known person while a name is typed, or say that it is somebody new."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from guardroom.language import _, n_
from guardroom.people.roles import Right
from guardroom.refusal import Refused
from screens.plain import fitted
from screens.suggest import SuggestField

if TYPE_CHECKING:
    from guardroom.house import House
    from guardroom.people.lookup import Hit
    from screens.app import GuardroomApp
    from screens.frame import GuardScreen

FEWEST_LETTERS = 2
"""So many letters before anybody is looked for."""

_BORN, _CASE, _HOW = 10, 10, 24


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """A known person, with what tells them from others of the name. `how` is why they were found."""

    person: int
    name: str
    born: str = ""
    case_ref: str = ""
    aliases: tuple[str, ...] = ()
    how: str = ""

    @property
    def told(self) -> str:
        """`a known person, born 1984, case J-2231`."""
        facts = [_("a known person")]
        facts += [_("born {year}").format(year=self.born)] if self.born else []
        facts += [_("case {number}").format(number=self.case_ref)] if self.case_ref else []
        return ", ".join(facts)


class PersonField(SuggestField[Known]):
    """A person's name. `person` is the known person that was taken, None for somebody new or nobody.

    Birth and case number stand beside every name that is offered: a name alone is no person. Whoever may not search
    among persons is offered none. `why` is what they are searched for, which is logged with whom the list shows.
    """

    def __init__(self, name: str, label: str, *, why: str, limit: int = 200, hint: str = "") -> None:
        super().__init__(name, label, limit=limit, hint=hint)
        self._why = why
        self._shows = False

    @property
    def person(self) -> int | None:
        """The known person that was taken."""
        return None if self.taken is None else self.taken.person

    @property
    def in_short(self) -> str:
        """The first letter of each name, as names are shown where others look on."""
        return " ".join(f"{part[0]}." for part in self.value.split())

    def asked(self, typed: str) -> None:
        """Look for known persons; only the last letters typed are looked for."""
        desk = cast("GuardroomApp", self.app)
        who = desk.who
        if who is None or not who.may(Right.PERSON_SEARCH) or len(typed) < FEWEST_LETTERS:
            return

        def found(hits: tuple[Known, ...]) -> None:
            if self.is_attached and self.value == typed and self.taken is None:
                self.offer(hits)

        def failed(refused: Refused) -> None:
            desk.say(refused.sentence, urgent=True)

        def look(house: House) -> tuple[Known, ...]:
            return tuple(_known(hit) for hit in house.lookup.persons(who, typed))

        desk.ask(look, found, failed, key=f"persons {self.field_name}")

    def draw(self) -> None:
        """Show the list, and say whom it shows."""
        super().draw()
        shown = self.offered if self.control.has_focus and self.taken is None else ()
        if shown or self._shows:
            self._shows = bool(shown)
            desk = cast("GuardroomApp", self.app)
            desk.searches.show(cast("GuardScreen", self.screen), (known.person for known in shown), self._why)

    def row(self, meant: Known, width: int) -> str:
        """Name, birth, case number, and why it was found where there is room for that."""
        tail = f" {fitted(meant.born or '-', _BORN)} {fitted(meant.case_ref or '-', _CASE)}"
        name = " / ".join((meant.name, *meant.aliases))
        if width < len(tail) + 2 * _HOW:
            return fitted(name, width - len(tail)) + tail
        return fitted(name, width - len(tail) - _HOW - 1) + tail + " " + fitted(meant.how, _HOW)

    def taken_as(self, meant: Known) -> str:
        """The name as it is known."""
        return meant.name

    def told(self) -> str:
        """Who was taken, or how to take somebody."""
        if self.taken is not None:
            return self.taken.told
        if self.offered and self.control.has_focus:
            return n_(
                "{count} known: Down and Enter take this person, Enter alone is somebody new",
                "{count} known: Down and Enter take one of them, Enter alone is somebody new",
                len(self.offered),
            ).format(count=len(self.offered))
        return ""


def _known(hit: Hit) -> Known:
    return Known(
        person=hit.person, name=hit.name, born=hit.born, case_ref=hit.case_ref, aliases=hit.aliases, how=hit.how
    )
