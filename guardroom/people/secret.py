"""The house's secret: 32 random bytes in a file outside the database, made once.

systemd may hand it over instead, as the credential `guardroom.secret`: that one counts before the file.
From it come the pepper of the sign-in codes and the key of the audit chain, so that a stolen or changed database
alone tells no codes and fits no chain. Without it nobody can sign in: it belongs into the backup, apart from the
database's. Every station that shares a database shares the secret.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
from dataclasses import dataclass
from pathlib import Path

from db.sqlite import sync_folder
from guardroom.file_trouble import why_not
from guardroom.language import _
from guardroom.passwords import credential, is_open_to_others
from guardroom.private_folder import private_folder
from guardroom.refusal import Refused
from guardroom.text import clean

_BYTES = 32


class NoSecret(Refused):
    """The secret's file is not there, cannot be read, or is open to others."""


@dataclass(frozen=True, slots=True)
class Secret:
    """The secret itself; shows nothing of it when printed."""

    _raw: bytes

    def __repr__(self) -> str:
        return "Secret(…)"

    def key(self, purpose: str) -> bytes:
        """A key of its own for each purpose ("codes", "audit")."""
        return hmac.digest(self._raw, f"guardroom {purpose}".encode(), hashlib.sha256)


def make_secret(path: Path) -> None:
    """Make the file unless it is there; readable for its owner only. Raises NoSecret."""
    try:
        private_folder(path.parent)
        opened = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return
    except OSError as error:
        raise NoSecret(
            _("{file} cannot be written: {reason}").format(file=_shown(path), reason=why_not(error))
        ) from error
    with os.fdopen(opened, "w", encoding="ascii") as out:
        out.write(secrets.token_hex(_BYTES) + "\n")
        out.flush()
        os.fsync(out.fileno())
    sync_folder(path.parent)


def read_secret(path: Path) -> Secret:
    """The house's secret: the one that systemd hands over, else the file. Raises NoSecret with the sentence for it."""
    path = credential("secret") or path
    try:
        if is_open_to_others(path):
            raise NoSecret(
                _("{file} can be read by others; allow its owner only (chmod 600).").format(file=_shown(path))
            )
        raw = bytes.fromhex(path.read_text("ascii").strip())
    except FileNotFoundError:
        raise NoSecret(
            _(
                "{file} is missing, and without it nobody can sign in; restore it, or copy it from another station."
            ).format(file=_shown(path))
        ) from None
    except (OSError, ValueError) as error:
        raise NoSecret(
            _("{file} cannot be read: {reason}").format(file=_shown(path), reason=clean(str(error)))
        ) from error
    if len(raw) != _BYTES:
        raise NoSecret(_("{file} is not a guardroom secret; restore it from a copy.").format(file=_shown(path)))
    return Secret(raw)


def other_secret(path: Path) -> NoSecret:
    """What to raise where the file holds a secret, but not this house's."""
    return NoSecret(
        _("{file} is not the secret of this database; copy the one of the station that signs in.").format(
            file=_shown(path)
        )
    )


def _shown(path: Path) -> str:
    return clean(str(path), 300)
