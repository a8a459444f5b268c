"""A keyring in a file, for tests: what `keyring` finds by its own configuration, with no desktop behind it."""

from __future__ import annotations

import json
import os
from pathlib import Path

from keyring.backend import KeyringBackend
from keyring.errors import PasswordDeleteError


class FileKeyring(KeyringBackend):
    """Keeps passwords in the file that TEST_KEYRING_FILE names."""

    priority = 1  # type: ignore[assignment]

    def get_password(self, service: str, username: str) -> str | None:
        return self._all().get(f"{service} {username}")

    def set_password(self, service: str, username: str, password: str) -> None:
        _file().write_text(json.dumps(self._all() | {f"{service} {username}": password}), "utf-8")

    def delete_password(self, service: str, username: str) -> None:
        kept = self._all()
        if kept.pop(f"{service} {username}", None) is None:
            raise PasswordDeleteError(username)
        _file().write_text(json.dumps(kept), "utf-8")

    def _all(self) -> dict[str, str]:
        found: dict[str, str] = json.loads(_file().read_text("utf-8")) if _file().exists() else {}
        return found


def _file() -> Path:
    return Path(os.environ["TEST_KEYRING_FILE"])
