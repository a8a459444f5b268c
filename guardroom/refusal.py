"""What is not done, and the sentence that says why. Services raise these; screens and commands show the sentence.

Refused
├── Forbidden   the role may not
└── BadInput    what was typed cannot be; one mistake for each field
"""

from __future__ import annotations

from dataclasses import dataclass

from db.errors import StorageError
from guardroom.language import _
from guardroom.text import clean


class Refused(Exception):
    """Nothing was done. `sentence` says why, and what would be right, in the user's language."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


class Forbidden(Refused):
    """The role of whoever is signed in may not do or see this."""


@dataclass(frozen=True, slots=True)
class Mistake:
    """What is wrong in one field of a form; `field` is the name of the form's attribute. `part` says where in a field
    of several things it is: the attribute and which of them, from 0, as `birth_1`; "" where it is about all of it."""

    field: str
    sentence: str
    part: str = ""


class BadInput(Refused):
    """What was typed cannot be so. `mistakes` has every one of them, in the order of the form."""

    def __init__(self, *mistakes: Mistake) -> None:
        super().__init__(" ".join(mistake.sentence for mistake in mistakes))
        self.mistakes = mistakes


def sentence(problem: Exception) -> str | None:
    """What a person is told of a refusal or of a database that fails; None for a mistake in the program."""
    match problem:
        case Refused():
            return problem.sentence
        case StorageError(code="locked"):
            return _("The database is busy; nothing was saved. Try again in a moment.")
        case StorageError(code="missing"):
            return _("The database is not there yet: the monitor makes it when it starts.")
        case StorageError():
            return _("The database does not answer; nothing was saved ({reason}).").format(reason=clean(problem.detail))
        case _:
            return None
