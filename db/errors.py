"""What can go wrong with storage, as codes. The sentence for the user is made where it is shown."""

from __future__ import annotations

import errno
import sqlite3
from pathlib import Path
from typing import Literal

Code = Literal["disk_full", "read_only", "locked", "io", "corrupt", "missing", "away", "other"]
"""`locked`: another process holds the database. `missing`: no such file, or it was moved away under us.
`away`: a database server that does not answer."""

_BY_PRIMARY_CODE: dict[int, Code] = {
    sqlite3.SQLITE_FULL: "disk_full",
    sqlite3.SQLITE_READONLY: "read_only",
    sqlite3.SQLITE_PERM: "read_only",
    sqlite3.SQLITE_BUSY: "locked",
    sqlite3.SQLITE_LOCKED: "locked",
    sqlite3.SQLITE_PROTOCOL: "locked",
    sqlite3.SQLITE_IOERR: "io",
    sqlite3.SQLITE_CANTOPEN: "io",
    sqlite3.SQLITE_CORRUPT: "corrupt",
    sqlite3.SQLITE_NOTADB: "corrupt",
}
_BY_ERRNO: dict[int | None, Code] = {
    errno.ENOSPC: "disk_full",
    errno.EDQUOT: "disk_full",
    errno.EROFS: "read_only",
    errno.EACCES: "read_only",
    errno.EPERM: "read_only",
    errno.ENOENT: "missing",
}


class StorageError(Exception):
    """Something could not be stored or read. `code` says what kind of trouble, `detail` is the library's own text."""

    def __init__(self, code: Code, detail: str) -> None:
        super().__init__(f"{code}: {detail}")
        self.code: Code = code
        self.detail = detail


class NewerDatabase(Exception):
    """The database was made by a newer version of the program: `revision` is unknown here. Nothing was changed."""

    def __init__(self, path: str, revision: str) -> None:
        super().__init__(f"{path}: {revision}")
        self.path = path
        self.revision = revision


class ForeignDatabase(Exception):
    """The database holds something else than what is looked for (another program's tables). Nothing was changed."""

    def __init__(self, path: str) -> None:
        super().__init__(path)
        self.path = path


def storage_error(error: sqlite3.Error | OSError, path: Path | None = None) -> StorageError:
    """The `StorageError` that an error of SQLite or of the file system means; `path` is the file it happened to."""
    if isinstance(error, OSError):
        return StorageError(_BY_ERRNO.get(error.errno, "io"), str(error))
    # Extended codes carry the primary one in their lowest byte (sqlite.org/rescode.html).
    primary = getattr(error, "sqlite_errorcode", 0) & 0xFF
    code = _BY_PRIMARY_CODE.get(primary, "other")
    if primary == sqlite3.SQLITE_CANTOPEN and path is not None and not path.exists():
        code = "missing"
    return StorageError(code, str(error))
