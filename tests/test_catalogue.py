"""Every text a person sees is in Danish too, and the compiled catalogue is the one that was translated."""

from __future__ import annotations

import ast
import gettext
import string
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

ROOT = Path(__file__).parent.parent
FOLDER = ROOT / "guardroom" / "locale" / "da" / "LC_MESSAGES"
SOURCES = sorted(path for package in ("guardroom", "screens") for path in (ROOT / package).rglob("*.py"))
MARKS = {"_": 1, "_mark": 1, "mark": 1, "n_": 2}
"""The functions whose first arguments are texts to translate."""


def messages() -> Iterator[tuple[str, ...]]:
    """Every text in the source, as it stands in the catalogue."""
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in MARKS:
                texts = node.args[: MARKS[node.func.id]]
                if all(isinstance(text, ast.Constant) and isinstance(text.value, str) for text in texts):
                    yield tuple(text.value for text in texts if isinstance(text, ast.Constant))


def fields(text: str) -> set[str]:
    """The names that are filled into a text."""
    return {name for _before, name, _form, _conversion in string.Formatter().parse(text) if name}


@pytest.fixture(scope="module")
def catalogue() -> Catalog:
    """The Danish catalogue as it was written."""
    with (FOLDER / "guardroom.po").open("rb") as file:
        return read_po(file, locale="da")


def test_every_text_has_a_danish_one(catalogue: Catalog) -> None:
    danish = {}
    for message in catalogue:
        if message.id and not message.fuzzy:
            ids = message.id if isinstance(message.id, tuple | list) else (message.id,)
            said = message.string if isinstance(message.string, tuple | list) else (message.string,)
            danish[ids[0]] = tuple(said)
    missing = sorted({texts[0] for texts in messages() if not all(danish.get(texts[0], ("",)))})
    assert missing == []


def test_danish_texts_have_the_same_gaps_to_fill(catalogue: Catalog) -> None:
    for message in catalogue:
        if message.id and isinstance(message.id, str) and isinstance(message.string, str):
            allowed = fields(message.id) | ({"month_number"} if "{month}" in message.id else set())
            assert fields(message.string) <= allowed, message.id
            assert allowed - fields(message.string) <= {"month", "month_number"}, message.id


def test_nothing_is_translated_that_nobody_says(catalogue: Catalog) -> None:
    said = {texts[0] for texts in messages()}
    kept = {
        message.id[0] if isinstance(message.id, tuple | list) else message.id for message in catalogue if message.id
    }
    assert sorted(kept - said) == []


def test_the_compiled_catalogue_is_current(catalogue: Catalog) -> None:
    fresh = BytesIO()
    write_mo(fresh, catalogue)
    fresh.seek(0)
    with (FOLDER / "guardroom.mo").open("rb") as file:
        compiled = gettext.GNUTranslations(file)
    current = gettext.GNUTranslations(fresh)
    assert compiled._catalog == current._catalog, "compile it: pybabel compile -D guardroom -d guardroom/locale -l da"
