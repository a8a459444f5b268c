"""A half-written form as it is kept: JSON, tidied, and never with a CPR number in it."""

from __future__ import annotations

import logging
from dataclasses import fields, replace
from typing import Any, TypeVar

import msgspec

from guardroom.incidents.check import tidy
from guardroom.incidents.form import IncidentForm, SubjectForm
from guardroom.people.cpr import without_cpr

log = logging.getLogger(__name__)

_Form = TypeVar("_Form", IncidentForm, SubjectForm)
_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(IncidentForm).decode


def kept(form: IncidentForm) -> IncidentForm:
    """The form as a draft keeps it: an alarm does not wait until a number is taken out, so it is crossed out."""
    plain = _crossed(tidy(form))
    return replace(plain, subjects=tuple(_crossed(subject) for subject in plain.subjects))


def encode(form: IncidentForm) -> str:
    """The form as JSON."""
    return _encode(form).decode()


def decode(body: str) -> IncidentForm:
    """The form that was kept; an empty one where it is damaged, so that the draft can be seen and thrown away."""
    try:
        return _decode(body)
    except (msgspec.DecodeError, ValueError):
        log.error("a draft is damaged and shown empty")
        return IncidentForm()


def _crossed(form: _Form) -> _Form:
    texts = {field.name: getattr(form, field.name) for field in fields(form)}
    crossed: dict[str, Any] = {name: without_cpr(text) for name, text in texts.items() if isinstance(text, str)}
    return replace(form, **crossed)
