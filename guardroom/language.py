"""Danish and English. `_` is called when a text is shown, never when a module is loaded, so the language can be chosen
from the configuration after everything has been imported.

The catalogues are `guardroom/locale/<language>/LC_MESSAGES/guardroom.po`; English is the language of the source.
"""

from __future__ import annotations

import gettext
import locale
import os
from pathlib import Path

LANGUAGES = ("da", "en")
_FOLDER = Path(__file__).parent / "locale"
_catalogue: gettext.NullTranslations = gettext.NullTranslations()


def choose(language: str) -> None:
    """Speak `language` ("da" or "en") from now on; English where its catalogue is missing: alarms come first."""
    global _catalogue
    _catalogue = gettext.translation("guardroom", _FOLDER, [language], fallback=True)


def of_the_system() -> str:
    """The system's language where we speak it, else English."""
    for variable in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if value := os.environ.get(variable):
            return "da" if value.startswith("da") else "en"
    return "da" if (locale.getlocale()[0] or "").lower().startswith(("da", "danish")) else "en"


def _(message: str) -> str:
    """`message` in the chosen language."""
    return _catalogue.gettext(message)


def n_(one: str, many: str, count: int) -> str:
    """`one` or `many` by `count`, in the chosen language; `{count}` in it is for the caller to fill."""
    return _catalogue.ngettext(one, many, count)
