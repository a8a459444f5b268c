"""Danish and English. `_` is called when a text is shown, never when a module is loaded, so the language can be chosen
from the configuration after everything has been imported.

The catalogues are `guardroom/locale/<language>/LC_MESSAGES/guardroom.po`; English is the language of the source. What
the town hall calls a ban takes the place of the usual word in every text (guardroom.ban_words).
"""

from __future__ import annotations

import gettext
import locale
import os
from collections.abc import Callable
from pathlib import Path

from guardroom import ban_words

LANGUAGES = ("da", "en")
_FOLDER = Path(__file__).parent / "locale"
_catalogue: gettext.NullTranslations = gettext.NullTranslations()
_own_word: Callable[[str, str], str] | None = None
_decimal_sign = "."


def choose(language: str, ban_word: str = ban_words.USUAL) -> None:
    """Speak `language` ("da" or "en") from now on; English where its catalogue is missing: alarms come first.

    `ban_word` is what this town hall calls a ban, one of `guardroom.ban_words.BAN_WORDS`.
    """
    global _catalogue, _own_word, _decimal_sign
    _decimal_sign = "," if language == "da" else "."
    _own_word = ban_words.in_place_of_the_usual(language, ban_word)
    _catalogue = gettext.translation("guardroom", _FOLDER, [language], fallback=True)


def of_the_system() -> str:
    """The system's language where we speak it, else English."""
    for variable in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if value := os.environ.get(variable):
            return "da" if value.startswith("da") else "en"
    return "da" if (locale.getlocale()[0] or "").lower().startswith(("da", "danish")) else "en"


def _(message: str) -> str:
    """`message` in the chosen language."""
    said = _catalogue.gettext(message)
    return said if _own_word is None else _own_word(message, said)


def said_number(value: float, decimals: int | None = None) -> str:
    """`value` as people write it in the chosen language: 2.5, in Danish 2,5. With so many decimals; None: as many as it
    has. Not for what is to be typed in guardroom.toml or on a command line: there it has a point in every language."""
    said = f"{value:g}" if decimals is None else f"{value:.{decimals}f}"
    return said.replace(".", _decimal_sign)


def usual(message: str) -> str:
    """`message` with the program's own word for a ban, for where the town hall's is too long."""
    return _catalogue.gettext(message)


def n_(one: str, many: str, count: int) -> str:
    """`one` or `many` by `count`, in the chosen language; `{count}` in it is for the caller to fill."""
    said = _catalogue.ngettext(one, many, count)
    return said if _own_word is None else _own_word(one, said)
