"""What a list with names is taken out for: kept in the log with each one (law.md)."""

from __future__ import annotations

from guardroom.language import _
from guardroom.refusal import BadInput, Mistake

PURPOSES: tuple[str, ...] = ("case_system", "police", "evaluation", "access_request", "other")


def purpose(code: str) -> str:
    """The purpose in the chosen language."""
    return {
        "case_system": _("the case system"),
        "police": _("the police"),
        "evaluation": _("an evaluation"),
        "access_request": _("a request for access"),
        "other": _("something else"),
    }.get(code, code)


def must_be_purpose(code: str) -> None:
    """Raises BadInput where nothing with names is taken out for this."""
    if code not in PURPOSES:
        said = _("Say what the names are for: --purpose, one of {allowed}.").format(allowed=", ".join(PURPOSES))
        raise BadInput(Mistake("purpose", said))
