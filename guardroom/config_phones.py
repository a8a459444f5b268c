"""The parts of `guardroom.toml` that say whom to ring: the phone card's entries, and who gives crisis help."""

from __future__ import annotations

import re

from guardroom.config_hours import read_hours
from guardroom.config_table import Table
from guardroom.language import LANGUAGES, _
from guardroom.settings import ORDERERS, PHONE_KINDS, CrisisProvider, Hours, Phone

_NUMBER = re.compile(r"\+?[0-9](?:[ -]?[0-9]){2,19}")


def read_phones(root: Table) -> tuple[Phone, ...]:
    """`[[phones]]`, in the file's order. One without a number is kept: the phone card says that it is missing."""
    phones: list[Phone] = []
    seen: dict[str, str] = {}
    for table in root.tables("phones", called="name"):
        name = table.text("name", required=True, allowed=_("what is rung, in quotes"))
        table.unique("name", name, seen)
        phones.append(
            Phone(
                name=name,
                role=table.text("role"),
                number=_number(table),
                kind=table.one_of("kind", "other", PHONE_KINDS),
                hours=read_hours(table.table("hours"), Hours()),
                order=table.words("order", (), ORDERERS, once=True),
                note=table.text("note"),
                person=table.flag("person"),
            )
        )
        table.finish()
    return tuple(phones)


def read_crisis(policy: Table, base: tuple[CrisisProvider, ...]) -> tuple[CrisisProvider, ...]:
    """`[[crisis]]` of a policy: who gives crisis help. Those of an override take the place of the guideline's."""
    found: list[CrisisProvider] = []
    seen: dict[str, str] = {}
    for table in policy.tables("crisis", called="name"):
        name = table.text("name", required=True, allowed=_("the provider's name, in quotes"))
        table.unique("name", name, seen)
        notes = table.table("note")
        found.append(
            CrisisProvider(
                name=name,
                hours=read_hours(table.table("hours"), Hours()),
                otherwise=table.flag("otherwise"),
                order=table.words("order", (), ORDERERS, once=True),
                note={each: notes.text(each) for each in LANGUAGES},
            )
        )
        if found[-1].otherwise and found[-1].hours:
            table.wrong("otherwise", _("answers while no other does, and so has no hours of its own"))
        notes.finish()
        table.finish()
    return tuple(found) if "crisis" in policy.values else base


def _number(table: Table) -> str:
    allowed = _("a telephone number in digits, such as {example}").format(example='"12 34 56 78"')
    number = table.exact("number", "", allowed=allowed)
    if number and not _NUMBER.fullmatch(number):
        table.wrong("number", _("allowed is {allowed}").format(allowed=allowed))
        return ""
    return number
