"""What the columns of a list of bans are called, in Danish and English, and what their cells mean.

Case systems and spreadsheets name the same thing differently; headings are compared without case, signs and spaces.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from guardroom import list_columns
from guardroom.bans import words
from guardroom.bans.kinds import CHANNELS, KINDS
from guardroom.language import _
from guardroom.list_columns import by_key, key
from guardroom.people.folding import fold

NEEDED: tuple[str, ...] = ("name", "starts_on", "ends_on")
"""The columns that a list must have; `name` may be parted into `given` and `family`."""

_HEADINGS: Mapping[str, tuple[str, ...]] = {
    "number": ("nummer", "nr", "forbudsnr", "forbudsnummer", "vores nr", "guardroom nr", "number", "no", "ban number"),
    "name": (
        "navn", "navne", "fulde navn", "borger", "borgernavn", "borgerens navn", "part", "sagspart", "partens navn",
        "name", "full name", "citizen", "person",
    ),
    "given": ("fornavn", "fornavne", "given name", "first name"),
    "family": ("efternavn", "family name", "last name", "surname"),
    "birth": (
        "født", "fødselsår", "fødselsdato", "fødselsdag", "født år", "f år", "fødeår",
        "born", "birth year", "year of birth", "birth", "date of birth", "birthday",
    ),
    "case_ref": (
        "sagsnr", "sagsnummer", "sag", "sags nr", "sags id", "sagsid", "sag nr", "acadre sag", "acadre sagsnr",
        "case", "case no", "case number", "case id", "case reference",
    ),
    "letter_ref": (
        "journalnr", "journalnummer", "journal nr", "dokumentnr", "dokumentnummer", "dokument nr", "dok nr", "dokument",
        "acadre nr", "acadrenr", "acadre dokumentnr", "brev nr", "journal number", "document", "document no",
        "document number", "filed as",
    ),
    "kind": (
        "forbud", "type", "forbudstype", "art", "forbuddets art", "type forbud", "kind", "ban", "ban type",
        "type of ban",
    ),
    "scope": (
        "omfang", "gælder for", "gælder", "sted", "steder", "bygning", "bygninger", "lokation",
        "scope", "place", "places", "where", "applies to",
    ),
    "starts_on": (
        "fra", "fra dato", "fradato", "startdato", "start", "gælder fra", "gyldig fra", "dato fra", "ikrafttræden",
        "from", "from date", "start date", "starts", "valid from",
    ),
    "ends_on": (
        "til", "til dato", "tildato", "slutdato", "slut", "gælder til", "gyldig til", "dato til", "til og med",
        "udløb", "udløber", "udløbsdato", "to", "to date", "until", "end date", "end", "ends", "expires", "valid to",
    ),
    "decided_on": (
        "afgjort", "afgørelse", "afgørelsesdato", "dato for afgørelse", "besluttet", "beslutningsdato",
        "decided", "decided on", "date of decision",
    ),
    "channels": ("kontakt", "kontaktvej", "kontaktveje", "tilladt kontakt", "contact", "allowed contact", "channels"),
    "mail_to": ("mail", "mailadresse", "e mail", "postkasse", "mail address", "mailbox"),
    "area": ("enhed", "afdeling", "center", "forvaltning", "område", "unit", "department", "area"),
}  # fmt: skip

_KINDS: Mapping[str, tuple[str, ...]] = {
    "full": (
        "fremmødeforbud", "mødeforbud", "adgangsforbud", "forbud", "totalforbud", "fuldt fremmødeforbud",
        "attendance ban", "ban", "full ban", "ja", "yes", "x",
    ),
    "department": (
        "delvist fremmødeforbud", "delvist forbud", "afdelingsforbud", "forbud mod dele af rådhuset",
        "partial ban", "department ban", "ban from parts of the town hall",
    ),
    "contact": ("kontaktbegrænsning", "begrænset kontakt", "kontaktforbud", "contact restriction"),
    "mail_redirect": ("mailomstilling", "mail omstillet", "mail viderestillet", "omstillet mail", "mail redirected"),
    "mail_block": ("mailspærring", "spærret mail", "mailadresse spærret", "mail blocked", "mail address blocked"),
}  # fmt: skip

_CHANNEL_WORDS: tuple[tuple[str, str], ...] = (
    ("digital_post", r"digital|e-?boks"),
    ("phone", r"tlf|telefon|phone|ring"),
    ("letter", r"\bbreve?\b|\bletters?\b|skriftlig|writing|written"),
    ("mail", r"\be?-?mails?\b"),
    ("appointment", r"aftale|appointment"),
)
_WHOLE = frozenset(("hele", "whole", "alle", "all", "entire"))
# With the apostrophes that may stand before it already; also behind a sign at which another spreadsheet parts cells.
_FORMULA = re.compile(r"((?:^|[,;\t])\s*)(?='*[=+\-@＝＋－＠])")
_HARMLESS = re.compile(r"((?:^|[,;\t])\s*)'(?='*[=+\-@＝＋－＠])")


def heading(column: str) -> str:
    """A column's name, in the chosen language, as our own lists write it."""
    return {
        "number": _("Number"),
        "name": _("Name"),
        "given": _("Given name"),
        "family": _("Family name"),
        "birth": _("Born"),
        "case_ref": _("Case number"),
        "letter_ref": _("Journal number"),
        "kind": _("Type"),
        "scope": _("Scope"),
        "starts_on": _("From"),
        "ends_on": _("Until"),
        "decided_on": _("Decided"),
        "standing": _("Status"),
        "channels": _("Contact"),
        "contact_person": _("Contact person"),
        "mail_to": _("Mailbox"),
        "area": _("Unit"),
    }[column]


def recognised(headings: Sequence[str]) -> dict[str, int]:
    """Which column stands where; of two with the same meaning, the first."""
    return list_columns.recognised(headings, _COLUMNS)


def missing(found: Iterable[str]) -> tuple[str, ...]:
    """The columns that a list needs and that are not among those found."""
    there = set(found)
    if "family" in there or "given" in there:
        there.add("name")
    return tuple(column for column in NEEDED if column not in there)


def kind_of(text: str) -> str | None:
    """The code of a kind of ban as lists name it; None where it is no word of ours or theirs."""
    said = key(text)
    own = {key(words.kind(code)): code for code in KINDS}
    return own.get(said) or _KIND_CODES.get(said)


def channels_of(text: str) -> tuple[str, ...]:
    """The codes of the ways of contact that a cell names, in the usual order; words it does not know mean nothing."""
    plain = text.casefold()
    own = {code for code in CHANNELS if words.channel(code).casefold() in re.split(r"\s*[,;/+&]\s*", plain)}
    said = own | {code for code, pattern in _CHANNEL_WORDS if re.search(pattern, plain)}
    return tuple(code for code in CHANNELS if code in said)


def scope_of(text: str) -> tuple[str, ...]:
    """The parts of the house that a cell names; none where it names the whole house."""
    parts = tuple(part.strip() for part in re.split(r"[;,/\n]", text) if part.strip())
    if any(_WHOLE & set(fold(part)) for part in parts):
        return ()
    return parts


def harmless(text: str) -> str:
    """A cell that no spreadsheet takes for a formula, wherever it parts cells: what could begin one stands behind an
    apostrophe."""
    return _FORMULA.sub(r"\1'", text)


def meant(cell: str) -> str:
    """The cell that `harmless` was given."""
    return _HARMLESS.sub(r"\1", cell)


def begins_formula(text: str) -> bool:
    """Whether a spreadsheet would take the cell for a formula."""
    return text.lstrip()[:1] in tuple("=+-@＝＋－＠")


_COLUMNS = by_key(_HEADINGS)
_KIND_CODES = by_key({code: (code, *texts) for code, texts in _KINDS.items()})
