"""What was typed into a form, read field by field: values, and one sentence for each thing that cannot be so. Pure."""

from __future__ import annotations

from datetime import date

from guardroom.days import no_such_day, read_day
from guardroom.language import _, n_
from guardroom.people.cpr import no_cpr
from guardroom.refusal import BadInput, Mistake
from guardroom.text import clean, one_line

LINE = 200
"""Characters in a field of one line."""
TEXT = 8000
"""Characters in a field of several paragraphs."""
FIRST_YEAR = 2000
LAST_YEAR = 2100
"""No day outside these years has to do with a form."""
_READ = 2000


class Reading:
    """Reads what was typed, field by field, and gathers the mistakes in that order."""

    def __init__(self) -> None:
        self.mistakes: list[Mistake] = []

    def wrong(self, field: str, sentence: str) -> None:
        """Note a mistake."""
        self.mistakes.append(Mistake(field, sentence))

    def line(self, field: str, typed: str, limit: int = LINE, *, number: bool = False) -> str:
        """A text of one line; `number`: that of a case or a document."""
        return self._text(field, one_line(typed, max(_READ, limit + 1)), limit, number=number)

    def text(self, field: str, typed: str) -> str:
        """A text of several paragraphs; each is cleaned by itself."""
        # Only as much is looked at as shows that it is too long.
        paragraphs = (" ".join(clean(part, TEXT + 1).split()) for part in typed[: 4 * TEXT].splitlines())
        return self._text(field, "\n".join(paragraphs).strip(), TEXT)

    def needed(self, field: str, typed: str, asked: str) -> str:
        """A text that must be there; `asked` is the sentence where it is not."""
        text = self.text(field, typed)
        if not text:
            self.wrong(field, asked)
        return text

    def day(self, field: str, typed: str) -> date | None:
        """A day; None where nothing was typed or it is none."""
        text = one_line(typed, _READ)
        if not text:
            return None
        if found := no_cpr(field, text):
            self.mistakes += found
            return None
        day = read_day(text)
        if day is None:
            said = _("“{typed}” is no day there is: write it as 24-11-2025.").format(typed=text[:40])
            self.wrong(field, no_such_day(text) or said)
        elif not FIRST_YEAR <= day.year <= LAST_YEAR:
            self.wrong(
                field,
                _("“{typed}” is too far away: give a day between {first} and {last}.").format(
                    typed=text[:40], first=FIRST_YEAR, last=LAST_YEAR
                ),
            )
            return None
        return day

    def word(self, field: str, typed: str, allowed: tuple[str, ...], asked: str = "") -> str:
        """One of the codes; `asked` is the sentence where none was chosen."""
        if typed not in allowed:
            none = asked or _("Choose one of them.")
            wrong = _("“{typed}” is none of the choices.").format(typed=clean(typed, 40))
            self.wrong(field, wrong if typed else none)
            return allowed[0]
        return typed

    def finish(self) -> None:
        """Raises BadInput where there was a mistake."""
        if self.mistakes:
            raise BadInput(*self.mistakes)

    def _text(self, field: str, text: str, limit: int, *, number: bool = False) -> str:
        if len(text) > limit:
            self.wrong(
                field, n_("At most {count} character.", "At most {count} characters.", limit).format(count=limit)
            )
        self.mistakes += no_cpr(field, text, number=number)
        return text
