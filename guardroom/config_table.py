"""Strict reading of the tables of a TOML file: every value is checked for its kind, every mistake is collected.

A mistake is one line that names the file, the key, the value and what is allowed, in the chosen language.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime
from pathlib import Path

from guardroom.language import _
from guardroom.text import clean

_PASSWORD = re.compile(r"(://[^:/@\s]*):\S*@")
_PASSWORD_PARAMETER = re.compile(r"(?i)([?&](?:ssl)?password=)[^&\s]*")
_PASSWORD_KEY = re.compile(r"(?i).*(password|passwd|kodeord|adgangskode|passphrase|token|api_?key)")
_LONGEST_VALUE = 60


class ConfigError(Exception):
    """The configuration cannot be used. `lines` holds one clear sentence for every mistake, in the file's order."""

    def __init__(self, lines: Iterable[str]) -> None:
        self.lines = tuple(lines)
        super().__init__("\n".join(self.lines))


def harmless(text: str, limit: int = 300) -> str:
    """Text from the file as it may be printed: cleaned, passwords in URLs hidden."""
    return clean(_PASSWORD_PARAMETER.sub(r"\1***", _PASSWORD.sub(r"\1:***@", text)), limit)


def has_password(url: str) -> bool:
    """Whether a password stands in an address."""
    return harmless(url, len(url)) != clean(url, len(url))


def shown(value: object) -> str:
    """A value as it stands in the file, safe to print: cleaned, shortened, passwords in URLs hidden."""
    match value:
        case bool():
            return "true" if value else "false"
        case str():
            text = harmless(value)
            return f'"{text}"' if len(text) <= _LONGEST_VALUE else f'"{text[: _LONGEST_VALUE - 1]}…"'
        case int():
            # Python refuses to write out integers of more than some thousand digits.
            return str(value) if abs(value) < 10**30 else "9999…"
        case float():
            return repr(value)
        case Mapping():
            return "{ … }"
        case list():
            return "[ … ]" if value else "[]"
        case _:
            return clean(str(value))


def choice(allowed: Iterable[str]) -> str:
    """`a, b or c`, in the chosen language."""
    words = list(allowed)
    if len(words) < 2:
        return "".join(words)
    return _("{several} or {last}").format(several=", ".join(words[:-1]), last=words[-1])


def nearest(word: str, known: Collection[str]) -> str | None:
    """The one of `known` that `word` was probably meant to be."""
    import difflib

    by_lower_case = {name.lower(): name for name in known}
    found = difflib.get_close_matches(clean(word, 80).lower(), by_lower_case, n=1)
    return by_lower_case[found[0]] if found else None


def unknown(word: str, known: Collection[str]) -> str:
    """What is allowed instead of a name that is not known: the nearest one first."""
    meant = nearest(word, known)
    if meant is not None and len(known) > 1:
        return _("did you mean {name}? Allowed is {allowed}").format(name=meant, allowed=choice(known))
    return _("allowed is {allowed}").format(allowed=choice(known))


def no_password_here(name: str = "NAME") -> str:
    """What is said where a password stands in the configuration; `name` is what it is called in the keyring."""
    return _(
        "a password does not belong in this file; take it out, change it, and put the new one into the keyring "
        "(`guardroom secret set {name}`) or the environment"
    ).format(name=name)


class Mistakes:
    """All mistakes of one file."""

    def __init__(self, file: Path) -> None:
        self._file = clean(str(file), 300)
        self.lines: list[str] = []

    def add(self, key: str, sentence: str) -> None:
        """Note a mistake at `key` ("" for the whole file)."""
        self.lines.append(f"{self._file}: {key}: {sentence}" if key else f"{self._file}: {sentence}")

    def wrong(self, key: str, value: object, sentence: str) -> None:
        """Note that `value` may not stand at `key`; `sentence` says why or what is allowed."""
        self.lines.append(f"{self._file}: {key} = {shown(value)}: {sentence}")


class Table:
    """One table of the file. Keys that nobody asked for are unknown, which `finish` notes.

    Every reading method notes a mistake and answers with the default where the value is wrong, so that one run
    finds them all.
    """

    def __init__(self, values: Mapping[str, object], path: str, mistakes: Mistakes, place: str = "") -> None:
        self.values = values
        self.path = path
        self.place = place or path
        self.mistakes = mistakes
        self._known: list[str] = []

    def key(self, name: str) -> str:
        """The whole dotted name of a key of this table, as it is shown to the user."""
        name = name if re.fullmatch(r"[A-Za-z0-9_-]+", name) else f'"{clean(name, _LONGEST_VALUE)}"'
        return f"{self.path}.{name}" if self.path else name

    def has(self, name: str) -> bool:
        """True where the file gives this key."""
        self._known.append(name)
        return name in self.values

    def wrong(self, name: str, sentence: str) -> None:
        """Note that the value of this key may not be what it is."""
        self.mistakes.wrong(self.key(name), self.values.get(name), sentence)

    def missing(self, name: str, allowed: str) -> None:
        """Note that a key which must be there is not."""
        self.mistakes.add(self.key(name), _("is missing; allowed is {allowed}").format(allowed=allowed))

    def finish(self) -> None:
        """Note every key that is not one of those asked for."""
        known = list(dict.fromkeys(self._known))
        for name in self.values:
            if name in known:
                continue
            if _PASSWORD_KEY.fullmatch(name):
                # Its value is not repeated.
                self.mistakes.add(self.key(name), no_password_here())
            else:
                self.wrong(name, _("is not a key that belongs here; {hint}").format(hint=unknown(name, known)))

    def text(self, name: str, default: str = "", *, required: bool = False, allowed: str = "") -> str:
        """A text, cleaned and without space around it. `required`: it must be there and say something."""
        allowed = allowed or _('a text in quotes, such as "{example}"').format(example="5922")
        if not self.has(name):
            if required:
                self.missing(name, allowed)
            return default
        value = self.values[name]
        if not isinstance(value, str):
            self.wrong(name, _("allowed is {allowed}").format(allowed=allowed))
            return default
        text = clean(value).strip()
        if required and not text:
            self.wrong(name, _("is empty; allowed is {allowed}").format(allowed=allowed))
        return text

    def texts(self, name: str, default: tuple[str, ...] = ()) -> tuple[str, ...]:
        """A list of texts, each cleaned; empty ones are left out."""
        if not self.has(name):
            return default
        value = self.values[name]
        if isinstance(value, list) and all(isinstance(entry, str) for entry in value):
            return tuple(text for text in (clean(entry).strip() for entry in value) if text)
        self.wrong(name, _("allowed is {allowed}").format(allowed=_("a list of texts in quotes")))
        return default

    def words(
        self, name: str, default: tuple[str, ...], allowed: Collection[str], *, once: bool = False
    ) -> tuple[str, ...]:
        """A list of some of the words that are allowed."""
        found = self.texts(name, default)
        strange = next((word for word in found if word not in allowed), None)
        if strange is not None:
            self.wrong(name, unknown(strange, allowed))
            return default
        if once and len(set(found)) < len(found):
            each = _("each of {words} once").format(words=choice(allowed))
            self.wrong(name, _("allowed is {allowed}").format(allowed=each))
            return default
        return found

    def exact(self, name: str, default: str, *, required: bool = False, allowed: str) -> str:
        """A text that must be used as it stands (a path, a port): refused, not cleaned, where it is not clean."""
        text = self.text(name, default, required=required, allowed=allowed)
        value = self.values.get(name, default)
        if not isinstance(value, str):
            return default
        if unicodedata.normalize("NFC", value).strip() != text:
            self.wrong(name, _("holds signs that cannot be shown; allowed is {allowed}").format(allowed=allowed))
            return default
        return value.strip()

    def one_of(self, name: str, default: str, allowed: Collection[str], *, required: bool = False) -> str:
        """One of a few words."""
        if not self.has(name):
            if required:
                self.missing(name, choice(allowed))
            return default
        value = self.values[name]
        if isinstance(value, str) and value in allowed:
            return value
        self.wrong(name, unknown(value if isinstance(value, str) else "", allowed))
        return default

    def flag(self, name: str, default: bool = False) -> bool:
        """True or false."""
        if not self.has(name):
            return default
        value = self.values[name]
        if isinstance(value, bool):
            return value
        self.wrong(name, _("allowed is {allowed}").format(allowed=choice(("true", "false"))))
        return default

    def number(self, name: str, default: float, lowest: float, highest: float, unit: str = "") -> float:
        """A number from `lowest` to `highest`; whole numbers stay whole."""
        if not self.has(name):
            return default
        value = self.values[name]
        if (
            isinstance(value, int | float)
            and not isinstance(value, bool)
            and lowest <= value <= highest
            and not math.isnan(value)
        ):
            return value
        if isinstance(value, str) and value.strip().isdecimal():
            self.wrong(name, _("is in quotes; write the number without them: {number}").format(number=value.strip()))
            return default
        limits = _("a number from {lowest} to {highest}").format(lowest=f"{lowest:g}", highest=f"{highest:g}")
        self.wrong(name, _("allowed is {allowed}").format(allowed=f"{limits} {unit}".strip()))
        return default

    def one_number_of(self, name: str, default: float, allowed: Collection[float]) -> float:
        """One of a few numbers."""
        if not self.has(name):
            return default
        value = self.values[name]
        if isinstance(value, int | float) and not isinstance(value, bool) and value in allowed:
            return value
        self.wrong(name, _("allowed is {allowed}").format(allowed=choice(f"{n:g}" for n in allowed)))
        return default

    def day(self, name: str, default: date | None = None) -> date | None:
        """A day, written as TOML writes it: 2019-09-19."""
        if not self.has(name):
            return default
        value = self.values[name]
        if isinstance(value, date) and not isinstance(value, datetime):
            return value
        self.wrong(name, _("allowed is {allowed}").format(allowed=_("a day without quotes, such as 2019-09-19")))
        return default

    def table(self, name: str) -> Table:
        """A table within this one; empty where the file has none."""
        value: object = self.values[name] if self.has(name) else {}
        if not isinstance(value, dict):
            self.wrong(
                name, _("allowed is {allowed}").format(allowed=_("a table, written as [{name}]").format(name=name))
            )
            value = {}
        return Table(value, self.key(name), self.mistakes)

    def tables(self, name: str, called: str) -> list[Table]:
        """An array of tables. In messages each is named by its key `called`, or by its number where that is unfit."""
        value: object = self.values[name] if self.has(name) else []
        if not isinstance(value, list) or not all(isinstance(entry, dict) for entry in value):
            form = _("tables, each written as [[{name}]]").format(name=name)
            self.wrong(name, _("allowed is {allowed}").format(allowed=form))
            return []
        read: list[Table] = []
        for number, entry in enumerate(value, start=1):
            place = f"{self.key(name)}[{number}]"
            label = _label(entry.get(called))
            read.append(Table(entry, f'{self.key(name)} "{label}"' if label else place, self.mistakes, place))
        return read

    def unique(self, name: str, value: str, seen: dict[str, str]) -> None:
        """Note it where another table has already given this value to this key; capitals make no difference.

        `seen` remembers which table had it.
        """
        first = seen.setdefault(value.casefold(), self.place)
        if value and first != self.place:
            self.mistakes.wrong(f"{self.place}.{name}", value, _("is already used by {other}").format(other=first))


def _label(called: object) -> str:
    return clean(called, 40).strip() if isinstance(called, str) else ""
