"""A template filled in: from the template's file and the fields to the bytes of the letter, or a sentence why not."""

from __future__ import annotations

import difflib
import io
import re
import zipfile
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path

from docx.oxml.parser import parse_xml
from docx.oxml.xmlchemy import BaseOxmlElement
from docxtpl import DocxTemplate
from jinja2 import StrictUndefined, TemplateSyntaxError, UndefinedError
from jinja2.sandbox import SandboxedEnvironment

from guardroom.file_trouble import why_not
from guardroom.foreign_file import read_regular
from guardroom.language import _
from guardroom.people.cpr import holds_cpr
from guardroom.refusal import Refused
from guardroom.text import clean

_LARGEST = 10_000_000
_LARGEST_UNPACKED = 100_000_000
_WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_DRAWING = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_TEXT = ("t", "delText", "instrText")
_PIECES = (*(f"{_WORD}{name}" for name in (*_TEXT, "tab", "br")), f"{_DRAWING}t", f"{_DRAWING}br")
# Attributes that somebody wrote; others are numbers of the word processor's own making.
_WORDED = frozenset(("descr", "title", "name", "instr", "author", "tooltip", "string"))
_QUOTED = re.compile(r"'([^']*)'")


def fill(template: Path, context: Mapping[str, object], known: Collection[str]) -> bytes:
    """The letter. `known` are the names to look among where the template uses a field that is none.

    Whatever stands in a field stands so in the letter: nothing in it is read as a tag or as markup. Raises Refused
    with a sentence about the template, or because a CPR number would stand in the letter.
    """
    environment = SandboxedEnvironment(undefined=StrictUndefined, autoescape=True)
    # It would let what somebody wrote into a field through as markup.
    del environment.filters["safe"]
    written = io.BytesIO()
    try:
        document = DocxTemplate(io.BytesIO(_read(template)))
        strange = sorted(document.get_undeclared_template_variables(environment) - context.keys())
    except TemplateSyntaxError as error:
        raise _mistaken(template, str(error.message)) from error
    except Refused:
        raise
    except Exception as error:
        # What is damaged or made on purpose shows in the libraries below as any exception there is.
        raise _no_document(template) from error
    if strange:
        raise _unknown(template, strange[0], known)
    try:
        document.render(dict(context), environment, autoescape=True)
        document.save(written)
    except UndefinedError as error:
        quoted = _QUOTED.findall(str(error)) or [str(error)]
        raise _unknown(template, quoted[-1], known) from error
    except TemplateSyntaxError as error:
        raise _mistaken(template, str(error.message)) from error
    except Exception as error:
        # The tags of a template are a program of its writer's, and can raise anything.
        raise Refused(
            _("The template {file} cannot be filled in: {problem}").format(
                file=_shown(template), problem=clean(str(error), 200)
            )
        ) from error
    letter = written.getvalue()
    try:
        numbered = any(holds_cpr(text) for text in texts(letter))
    except Exception as error:
        # A part that the template's own filling did not look into.
        raise _no_document(template) from error
    if numbered:
        raise Refused(
            _(
                "A CPR number would stand in the letter, which never goes out with one: take it out of the text or the"
                " template {file}."
            ).format(file=_shown(template))
        )
    return letter


def texts(document: bytes) -> Iterator[str]:
    """What a .docx says: every paragraph and every row of a table, whichever part it stands in, with what was deleted
    or is only a field's rule; the names and descriptions of its pictures; and its properties."""
    with zipfile.ZipFile(io.BytesIO(document)) as parts:
        for name in parts.namelist():
            if not name.endswith(".xml"):
                continue
            root = parse_xml(parts.read(name))
            if name.startswith("word/"):
                for paragraph in root.iter(f"{_WORD}p", f"{_DRAWING}p"):
                    yield _said(paragraph)
                for row in root.iter(f"{_WORD}tr"):
                    yield " ".join(_said(paragraph) for paragraph in row.iter(f"{_WORD}p"))
                for part in root.iter():
                    yield from (str(value) for key, value in part.attrib.items() if _local(str(key)) in _WORDED)
            elif name.startswith("docProps/"):
                yield from (part.text for part in root.iter() if part.text)


def _said(paragraph: BaseOxmlElement) -> str:
    return "".join((part.text or "") if _local(str(part.tag)) in _TEXT else " " for part in paragraph.iter(*_PIECES))


def _local(name: str) -> str:
    return name.rpartition("}")[2]


def _read(template: Path) -> bytes:
    try:
        raw = read_regular(template, _LARGEST)
    except OSError as error:
        raise Refused(
            _("The template {file} cannot be read: {reason}").format(file=_shown(template), reason=why_not(error))
        ) from error
    if raw is None:
        raise _no_document(template)
    if len(raw) > _LARGEST:
        raise Refused(_("The template {file} is larger than 10 MB.").format(file=_shown(template)))
    with zipfile.ZipFile(io.BytesIO(raw)) as parts:
        if sum(part.file_size for part in parts.infolist()) > _LARGEST_UNPACKED:
            raise Refused(_("The template {file} is larger than 10 MB.").format(file=_shown(template)))
    return raw


def _no_document(template: Path) -> Refused:
    return Refused(
        _("The template {file} is not a .docx document: save it as one in the word processor.").format(
            file=_shown(template)
        )
    )


def _mistaken(template: Path, problem: str) -> Refused:
    return Refused(
        _("The template {file} has a mistake in its tags: {problem}").format(
            file=_shown(template), problem=clean(problem, 200)
        )
    )


def _unknown(template: Path, field: str, known: Collection[str]) -> Refused:
    near = difflib.get_close_matches(field, sorted(known), n=1, cutoff=0.0)
    return Refused(
        _(
            "The template {file} uses the field “{field}”, which there is not; the nearest one there is: “{near}”."
        ).format(file=_shown(template), field=clean(field, 60), near="".join(near))
    )


def _shown(path: Path) -> str:
    return clean(path.name, 120)
