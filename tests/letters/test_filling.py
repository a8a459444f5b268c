"""One template and the fields for it: what is refused, and with which sentence."""

from __future__ import annotations

import random
import re
from pathlib import Path

import pytest
from docx import Document
from docx.oxml.parser import parse_xml
from openpyxl import Workbook

from guardroom.letters.filling import fill, texts
from guardroom.refusal import Refused

FIELDS = {"name": "Bo <b>&</b> Ib", "draft": False, "signatures": [{"name": "Lone Dam", "title": "leder"}]}
KNOWN = ("name", "draft", "signatures", "title")


def template(folder: Path, *paragraphs: str) -> Path:
    document = Document()
    for text in paragraphs:
        document.add_paragraph(text)
    document.save(str(folder / "ban.docx"))
    return folder / "ban.docx"


def test_lists_and_conditions(tmp_path: Path) -> None:
    made = template(
        tmp_path,
        "{%p if draft %}",
        "UDKAST",
        "{%p endif %}",
        "{%p for line in signatures %}",
        "{{ line.name }}, {{ line.title }}",
        "{%p endfor %}",
        "{{ name }}",
    )
    said = [
        text for text in texts(fill(made, FIELDS, KNOWN)) if text in ("UDKAST", "Lone Dam, leder", "Bo <b>&</b> Ib")
    ]
    assert said == ["Lone Dam, leder", "Bo <b>&</b> Ib"]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("{{ nmae }}", "uses the field “nmae”, which there is not; the nearest one there is: “name”"),
        ("{{ name.first }}", "uses the field “first”"),
        ("{% for line in signatures %}{{ line.tilte }}{% endfor %}", "the nearest one there is: “title”"),
        ("{{ name", "has a mistake in its tags"),
        ("{% if draft %}", "has a mistake in its tags"),
        ("{{ name | nofilter }}", "has a mistake in its tags"),
        ("{{ name.__class__.__mro__ }}", "cannot be filled in"),
        ("{{ 1 / 0 }}", "cannot be filled in"),
        ("{{ name() }}", "cannot be filled in"),
        ("{{ name | safe }}", "has a mistake in its tags"),
    ],
)
def test_a_mistake_in_a_template_is_a_sentence(tmp_path: Path, text: str, sentence: str) -> None:
    with pytest.raises(Refused, match=re.escape(sentence)) as refused:
        fill(template(tmp_path, text), FIELDS, KNOWN)
    assert refused.value.sentence.startswith("The template ban.docx ")


@pytest.mark.parametrize("content", [b"", b"not a document", b"PK\x03\x04 broken"])
def test_what_is_no_document_is_refused(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "ban.docx"
    file.write_bytes(content)
    with pytest.raises(Refused, match=r"is not a \.docx document"):
        fill(file, FIELDS, KNOWN)
    with pytest.raises(Refused, match="cannot be read"):
        fill(tmp_path / "missing.docx", FIELDS, KNOWN)


def test_a_spreadsheet_called_docx_and_a_giant_are_refused(tmp_path: Path) -> None:
    Workbook().save(tmp_path / "ban.docx")
    with pytest.raises(Refused, match=r"is not a \.docx document"):
        fill(tmp_path / "ban.docx", FIELDS, KNOWN)
    with (tmp_path / "ban.docx").open("wb") as file:
        file.truncate(10_000_001)
    with pytest.raises(Refused, match="larger than 10 MB"):
        fill(tmp_path / "ban.docx", FIELDS, KNOWN)


@pytest.mark.parametrize("parts", [("241185-1234",), ("241185", "-1234"), ("24", "11", "85", " 1234")])
def test_a_cpr_number_is_found_however_it_is_parted(tmp_path: Path, parts: tuple[str, ...]) -> None:
    """A word processor parts a word as it likes; here it stands in the footer."""
    made = template(tmp_path, "{{ name }}")
    document = Document(str(made))
    for part in parts:
        document.sections[0].footer.paragraphs[0].add_run(part)
    document.save(str(made))
    with pytest.raises(Refused, match="CPR") as refused:
        fill(made, FIELDS, KNOWN)
    assert "1234" not in refused.value.sentence


@pytest.mark.parametrize("second", ["1234", "{{ number }}"])
def test_a_cpr_number_over_two_cells_is_found(tmp_path: Path, second: str) -> None:
    document = Document()
    cells = document.add_table(1, 2).rows[0].cells
    cells[0].text, cells[1].text = "241185", second
    document.save(str(tmp_path / "ban.docx"))
    with pytest.raises(Refused, match="CPR"):
        fill(tmp_path / "ban.docx", {**FIELDS, "number": "1234"}, KNOWN)


@pytest.mark.parametrize("tag", ["delText", "instrText"])
def test_a_cpr_number_that_was_deleted_or_is_in_a_field_is_found(tmp_path: Path, tag: str) -> None:
    document = Document()
    run = document.add_paragraph().add_run("241185-1234")
    run._r[-1].tag = run._r[-1].tag.replace("}t", "}" + tag)
    document.save(str(tmp_path / "ban.docx"))
    with pytest.raises(Refused, match="CPR"):
        fill(tmp_path / "ban.docx", FIELDS, KNOWN)


def test_a_cpr_number_in_a_picture_s_description_is_found_and_a_picture_s_own_number_is_none(tmp_path: Path) -> None:
    for described, refused in (("Sag 241185-1234", True), ("Byvåben", False)):
        document = Document()
        paragraph = document.add_paragraph()
        made = parse_xml(
            '<w:bookmarkStart xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
            f' w:id="2411851234" w:name="{described}"/>'
        )
        paragraph._p.append(made)
        document.save(str(tmp_path / "ban.docx"))
        if refused:
            with pytest.raises(Refused, match="CPR"):
                fill(tmp_path / "ban.docx", FIELDS, KNOWN)
        else:
            assert fill(tmp_path / "ban.docx", FIELDS, KNOWN)


def test_a_damaged_document_is_refused_in_a_sentence(tmp_path: Path) -> None:
    whole, chance = template(tmp_path, "{{ name }}").read_bytes(), random.Random(1)
    refused = []
    for _each in range(60):
        some = bytearray(whole)
        for _byte in range(chance.randint(1, 6)):
            some[chance.randrange(4, len(some))] = chance.randrange(256)
        (tmp_path / "ban.docx").write_bytes(some)
        try:
            fill(tmp_path / "ban.docx", FIELDS, KNOWN)
        except Refused as error:
            refused.append(error.sentence)
    assert len(refused) > 10
    assert all(sentence.startswith("The template ban.docx") for sentence in refused)
