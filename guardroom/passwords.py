"""Passwords of the servers that guardroom speaks with: from the environment, from systemd, from the system's keyring.

They never stand in guardroom.toml. A password has a name: "mail" for the mail server (text messages go by it too),
"postgresql" for the database server, "webhook:HOST" for what a web address at HOST wants as a bearer token. It is
looked for in this order, and the first place that has it counts:

1. the environment: GUARDROOM_MAIL_PASSWORD, GUARDROOM_POSTGRESQL_PASSWORD, GUARDROOM_WEBHOOK_HOST_PASSWORD with the
   host in capitals and "_" for every other sign;
2. the file `guardroom.NAME` (with "." for ":") in $CREDENTIALS_DIRECTORY, where systemd puts credentials;
3. a file that the configuration names;
4. the system's keyring, under the service "guardroom".
"""

from __future__ import annotations

import contextlib
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from db.errors import StorageError
from guardroom.file_trouble import why_not
from guardroom.language import _
from guardroom.refusal import Refused
from guardroom.text import clean

if TYPE_CHECKING:
    from keyring.backend import KeyringBackend

SERVICE = "guardroom"
"""Under which the keyring keeps them; the name is the user there."""

MAIL = "mail"
POSTGRESQL = "postgresql"
WEBHOOK = "webhook:"

Place = Literal["environment", "systemd", "file", "keyring"]

_LIBRARY = frozenset(("PGPASSWORD", "PGPASSFILE"))
"""Where the database server's own client library looks."""

_CREDENTIALS = "CREDENTIALS_DIRECTORY"
_HOST = re.compile(r"[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?")
_LONGEST = 4096


class NoPassword(Refused):
    """A password cannot be looked up, or be kept; `sentence` says why."""


class _NoKeyring(NoPassword):
    """There is no keyring."""


@dataclass(frozen=True, slots=True)
class Password:
    """A password and where it was found; shows nothing of it when printed."""

    said: str
    place: Place

    def __repr__(self) -> str:
        return f"Password(…, {self.place})"


def known_name(given: str) -> str:
    """The name as it is kept: "mail", "postgresql", "webhook:HOST". Raises NoPassword where there is no such."""
    name = clean(given, 300).strip().lower()
    if name in (MAIL, POSTGRESQL) or (name.startswith(WEBHOOK) and _HOST.fullmatch(name.removeprefix(WEBHOOK))):
        return name
    raise NoPassword(
        _("there is no password called {name!r}; allowed is mail, postgresql or webhook:HOST").format(name=name)
    )


def variable(name: str) -> str:
    """The variable of the environment that may hold it."""
    return f"GUARDROOM_{re.sub('[^A-Z0-9]', '_', name.upper())}_PASSWORD"


def credential(name: str) -> Path | None:
    """The file in which systemd hands it to the program; None where it hands it none."""
    folder = os.environ.get(_CREDENTIALS)
    if not folder:
        return None
    path = Path(folder) / f"guardroom.{name.replace(':', '.')}"
    return path if path.is_file() else None


def find(name: str, file: Path | None = None) -> Password | None:
    """The password of this name; `file` is the one that the configuration names. None where nothing has it.

    Raises NoPassword where a place that should have it cannot be read.
    """
    if told := os.environ.get(variable(name)):
        return Password(told, "environment")
    if (handed := credential(name)) is not None:
        return Password(read_private(handed), "systemd")
    if file is not None:
        return Password(read_private(file), "file")
    kept = _from_keyring(name)
    return None if kept is None else Password(kept, "keyring")


def for_server() -> str | None:
    """The database server's password. None where its own client library is to look (PGPASSWORD, PGPASSFILE, .pgpass).

    Raises StorageError where a place that should have it cannot be read.
    """
    if not os.environ.get(variable(POSTGRESQL)) and not _LIBRARY.isdisjoint(os.environ):
        return None
    try:
        found = find(POSTGRESQL)
    except NoPassword as refused:
        raise StorageError("away", refused.sentence) from refused
    return None if found is None else found.said


def read_private(path: Path) -> str:
    """What is in a file that only its owner may read. Raises NoPassword."""
    shown = clean(str(path), 200)
    try:
        if is_open_to_others(path):
            raise NoPassword(_("{file} can be read by others; allow its owner only (chmod 600).").format(file=shown))
        return path.read_text("utf-8").strip()
    except OSError as error:
        raise NoPassword(_("{file} cannot be read: {reason}").format(file=shown, reason=why_not(error))) from error
    except UnicodeDecodeError as error:
        raise NoPassword(_("{file} is not text in UTF-8").format(file=shown)) from error


def is_open_to_others(path: Path) -> bool:
    """Whether anybody but its owner may read the file. Raises OSError.

    For systemd's credentials the group does not count: the group's bits are there the mask of an access list.
    """
    if os.name != "posix":
        return False
    folder = os.environ.get(_CREDENTIALS)
    others = 0o007 if folder and path.parent == Path(folder) else 0o077
    return bool(path.stat().st_mode & others)


def keep(name: str, said: str) -> None:
    """Put a password into the system's keyring. Raises NoPassword."""
    if not said:
        raise NoPassword(_("no password was given"))
    if len(said) > _LONGEST or clean(said, _LONGEST) != said:
        raise NoPassword(_("the password is too long, or holds signs that cannot be typed"))
    with _opened(name) as keyring:
        keyring.set_password(SERVICE, name, said)


def forget(name: str) -> bool:
    """Take a password out of the system's keyring; False where it has none of that name. Raises NoPassword."""
    with _opened(name) as keyring:
        if keyring.get_password(SERVICE, name) is None:
            return False
        keyring.delete_password(SERVICE, name)
    return True


def _from_keyring(name: str) -> str | None:
    """What the keyring has; None too where there is no keyring: nothing can have been put into it."""
    try:
        with _opened(name) as keyring:
            return keyring.get_password(SERVICE, name)
    except _NoKeyring:
        return None


@contextlib.contextmanager
def _opened(name: str) -> Iterator[KeyringBackend]:
    """The system's keyring, for the password of this name. Raises NoPassword where there is none, or it fails."""
    try:
        yield _keyring(name)
    except NoPassword:
        raise
    except Exception as error:
        # Each system's keyring fails in ways of its own. Some of its words hold what was asked for, none the password.
        reason = clean(str(error), 200) or type(error).__name__
        raise NoPassword(_("the keyring does not open: {reason}").format(reason=reason)) from error


def _keyring(name: str) -> KeyringBackend:
    """What `keyring` has chosen on this system. Raises _NoKeyring where that is nothing."""
    try:
        import keyring
        from keyring.backends.fail import Keyring as Missing
    except ImportError as error:
        raise _NoKeyring(
            _("the keyring's library is not installed (`pip install guardroom[keyring]`); use {variable}").format(
                variable=variable(name)
            )
        ) from error
    found = keyring.get_keyring()
    if isinstance(found, Missing):
        raise _NoKeyring(
            _("this computer has no keyring that is open to this user; use {variable} or a file").format(
                variable=variable(name)
            )
        )
    return found
