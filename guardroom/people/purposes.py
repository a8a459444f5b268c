"""Why somebody looks a person or a ban up: asked for once, and kept with each opening (law.md 5.2)."""

from __future__ import annotations

from collections.abc import Collection

from guardroom.language import _
from guardroom.refusal import BadInput, Mistake

PURPOSES: tuple[str, ...] = ("here_now", "heads_up", "shift", "other")
SEARCHED_FOR: tuple[str, ...] = (*PURPOSES, "work")
"""What a search may be for: one of the purposes, or the work in whose form it stands."""


def purpose(code: str) -> str:
    """The purpose in the chosen language, also where nobody chose it: work on a ban, its letter, a meeting; a code that
    is not known as it is."""
    return {
        "here_now": _("the person is here"),
        "heads_up": _("a heads-up or an appointment"),
        "shift": _("change of shift"),
        "work": _("work on the case"),
        "letter": _("a letter in the case"),
        "other": _("something else"),
    }.get(code, code)


def must_be_purpose(code: str, purposes: Collection[str] = PURPOSES) -> None:
    """Raises BadInput (field "purpose") where nothing is looked up for this."""
    if code not in purposes:
        raise BadInput(Mistake("purpose", _("Say what the lookup is for: choose one of the purposes.")))
