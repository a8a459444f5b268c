"""The templates that come with the program, and what docs/letters.md says about their fields."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from docxtpl import DocxTemplate

from guardroom.language import LANGUAGES
from guardroom.letters.fields import Common, DatedIncident, OfBan, OfIncident, Signed, names
from guardroom.letters.letters import KINDS

ROOT = Path(__file__).parent.parent.parent
TEMPLATES = ROOT / "guardroom" / "letters" / "templates"
SHEET = (ROOT / "docs" / "letters.md").read_text("utf-8")


@pytest.mark.parametrize("spoken", LANGUAGES)
@pytest.mark.parametrize("kind", KINDS)
def test_every_letter_has_a_template_that_uses_known_fields(spoken: str, kind: str) -> None:
    used = DocxTemplate(str(TEMPLATES / spoken / f"{kind}.docx")).get_undeclared_template_variables()
    assert used <= names(OfIncident if kind == "conduct" else OfBan)
    assert {"name", "municipality", "today", "number", "case_ref"} <= used
    assert ("signatures" if kind in ("ban", "extension") else "author_name") in used


def test_both_languages_use_the_same_fields() -> None:
    for kind in KINDS:
        danish, english = (
            DocxTemplate(str(TEMPLATES / spoken / f"{kind}.docx")).get_undeclared_template_variables()
            for spoken in ("da", "en")
        )
        assert danish == english


@pytest.mark.parametrize("part", [Common, OfBan, OfIncident, Signed, DatedIncident])
def test_the_sheet_names_every_field(part: type) -> None:
    told = set(re.findall(r"`([a-z_.]+)`", SHEET))
    missing = {name for name in part.__dataclass_fields__ if not {name, f"line.{name}"} & told}
    assert missing == set()
