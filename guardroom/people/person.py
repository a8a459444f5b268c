"""A person as typed and as shown: the least that identifies, and what is wrong with what was typed."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from guardroom.days import read_day
from guardroom.language import _
from guardroom.people.cpr import cpr_mistake, holds_day, no_cpr, parted
from guardroom.people.folding import fold
from guardroom.refusal import Mistake
from guardroom.text import one_line

FIRST_YEAR = 1900
"""Nobody who is alive was born before."""

MOST_ALIASES = 12
NAME_LENGTH = 120
DESCRIPTION_LENGTH = 1000

_YEAR = re.compile(r"[0-9]{4}")
_CASE = re.compile(r"[^\W_]([^\W_]|[-/. ]){0,39}")


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonForm:
    """What somebody has typed. `birth` is a year or a day; "" where it is not known. `changed`: of which reading of a
    record it is a change; None for somebody new."""

    name: str = ""
    aliases: tuple[str, ...] = ()
    birth: str = ""
    case_ref: str = ""
    description: str = ""
    changed: int | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonView:
    """A person, with the records that were merged into this one as (record, name).

    `born` is as a form takes it. `not_person`: when, by whose initials and in what words somebody was taken for this
    person and was not. `changed` is another number after each change.
    """

    id: int
    name: str
    aliases: tuple[str, ...] = ()
    born: str = ""
    case_ref: str = ""
    description: str = ""
    merged: tuple[tuple[int, str], ...] = ()
    not_person: tuple[tuple[datetime, str, str], ...] = ()
    changed: int | None = field(default=None, compare=False)

    @property
    def form(self) -> PersonForm:
        """What a form for changing the person begins with."""
        return PersonForm(
            name=self.name,
            aliases=self.aliases,
            birth=self.born,
            case_ref=self.case_ref,
            description=self.description,
            changed=self.changed,
        )


def cleaned(form: PersonForm) -> PersonForm:
    """The form as it would be kept: one line each, outer and double blanks gone, no alias twice, none like the name."""
    name = one_line(form.name, NAME_LENGTH * 2)
    aliases: list[str] = []
    for typed in form.aliases:
        alias = one_line(typed, NAME_LENGTH * 2)
        if alias and all(alias.casefold() != known.casefold() for known in (name, *aliases)):
            aliases.append(alias)
    return replace(
        form,
        name=name,
        aliases=tuple(aliases),
        birth=one_line(form.birth, 60),
        case_ref=one_line(form.case_ref, 80),
        description=one_line(form.description, DESCRIPTION_LENGTH * 2),
    )


def mistakes(form: PersonForm, today: date) -> tuple[Mistake, ...]:
    """Everything that is wrong with a cleaned form, in its order."""
    found = no_cpr("name", form.name) or _name_mistakes(form)
    found += no_cpr("aliases", " / ".join(form.aliases)) or _day_in_name("aliases", *form.aliases)
    if len(form.aliases) > MOST_ALIASES or any(len(alias) > NAME_LENGTH for alias in form.aliases):
        found.append(
            Mistake(
                "aliases",
                _("At most {count} other names, each at most {length} characters long.").format(
                    count=MOST_ALIASES, length=NAME_LENGTH
                ),
            )
        )
    found += no_cpr("birth", form.birth) or _birth_mistakes(form.birth, today)
    found += no_cpr("case_ref", form.case_ref, number=True) or _case_mistakes(form.case_ref)
    if parted(form.birth, form.case_ref):
        found += cpr_mistake("case_ref")
    found += no_cpr("description", form.description) or _description_mistakes(form.description)
    return tuple(found)


def read_birth(typed: str, today: date) -> tuple[date | None, int | None]:
    """The day and the year in a birth as typed; both None where it is neither. A year of two digits is past."""
    if _YEAR.fullmatch(typed):
        return None, int(typed)
    day = read_day(typed)
    if day is None:
        return None, None
    if day > today and str(day.year) not in typed:
        day = day.replace(year=day.year - 100)
    return day, day.year


def _name_mistakes(form: PersonForm) -> list[Mistake]:
    if len(form.name) > NAME_LENGTH:
        return [Mistake("name", _("A name has at most {length} characters.").format(length=NAME_LENGTH))]
    if form.name and not fold(form.name):
        return [Mistake("name", _("A name needs a letter in it."))]
    if not form.name and not form.description:
        return [Mistake("name", _("Write a name, or describe the person if the name is not known."))]
    return _day_in_name("name", form.name)


def _day_in_name(field: str, *names: str) -> list[Mistake]:
    if not any(map(holds_day, names)):
        return []
    return [Mistake(field, _("There is a day of birth in the name: write it where the birth stands."))]


def _birth_mistakes(typed: str, today: date) -> list[Mistake]:
    day, year = read_birth(typed, today)
    if not typed or (year is not None and FIRST_YEAR <= year <= today.year and (day is None or day <= today)):
        return []
    return [
        Mistake(
            "birth",
            _("Write the year of birth from {first} to {last}, or a day in the past such as 24-11-1985.").format(
                first=FIRST_YEAR, last=today.year
            ),
        )
    ]


def _case_mistakes(typed: str) -> list[Mistake]:
    if not typed or _CASE.fullmatch(typed):
        return []
    return [
        Mistake(
            "case_ref",
            _("A case number begins with a letter or digit and has only these, spaces and - / . in it, at most 40."),
        )
    ]


def _description_mistakes(typed: str) -> list[Mistake]:
    if len(typed) <= DESCRIPTION_LENGTH:
        return []
    return [
        Mistake(
            "description",
            _("A description has at most {length} characters; shorten it.").format(length=DESCRIPTION_LENGTH),
        )
    ]
