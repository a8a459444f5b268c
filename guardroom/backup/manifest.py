"""What a backup says of itself: which files belong to it, and how far journal and audit log had come.

The manifest is sealed with a key from the house's secret: a backup that somebody changed, or made up, is not restored.
In a house that has no secret yet the seal is a plain checksum.
"""

from __future__ import annotations

import hashlib
import hmac
from datetime import datetime
from pathlib import Path
from typing import Literal

import msgspec
from msgspec import structs

from db.sqlite import sync_file, sync_folder
from guardroom.clock import moment
from guardroom.file_trouble import why_not
from guardroom.language import _
from guardroom.people.secret import Secret
from guardroom.refusal import Refused
from guardroom.text import clean

PREFIX = "guardroom-"
"""How the name of a backup's folder begins; when it was made follows, in UTC."""
PART = ".part"
"""How the name of a folder ends that is not, or no longer, a backup."""

FILE = "manifest.json"
DATABASE = "guardroom.db"
DUMP = "guardroom.dump"
JOURNAL = "journal.db"
NOTICES = "notices.db"
CONFIGURATION = "guardroom.toml"
NAMES = frozenset((DATABASE, DUMP, JOURNAL, NOTICES, CONFIGURATION))
"""The files that a backup can have. No other name is ever read or written for it."""

NOT_THERE = (FileNotFoundError, NotADirectoryError, PermissionError)
"""What the system says of files that are no backup's, or somebody else's: others tell that the disk does not answer."""

FORM = 1
_LARGEST = 1 << 20
_BLOCK = 1 << 20
_PURPOSE = "backup"


class NotSound(Refused):
    """A backup that is not believed: `sentence` says why."""


class Part(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One file of a backup. `size` in bytes; `schema` is its database's revision, "" where it is none."""

    name: str
    size: int
    sha256: str
    schema: str = ""


class Manifest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """All that a backup says of itself.

    `made_at`: UTC, when copying began. `database` is the kind of main database in it, "" where there is none.
    `journal`: the number of the last entry; `damaged`: how many of its entries could not be read when it was copied.
    `audit`, `audit_head`: the last entry of the audit log and its seal. `audit_break`: the first entry at which the
    chain did not hold, 0 where it held, -1 where nobody could look, as there was no secret.
    """

    form: int = FORM
    program: str
    station: str
    made_at: str
    database: Literal["sqlite", "postgresql", ""]
    journal: int
    damaged: int = 0
    audit: int = 0
    audit_head: str = ""
    audit_break: int = 0
    parts: tuple[Part, ...]
    seal: str = ""

    @property
    def at(self) -> datetime:
        """When copying began."""
        return moment(self.made_at)

    def part(self, name: str) -> Part | None:
        """The file of this name, None where the backup has none."""
        return next((part for part in self.parts if part.name == name), None)


_decode = msgspec.json.Decoder(Manifest).decode


def part_of(path: Path, schema: str = "") -> Part:
    """What the manifest says of a file. Raises OSError."""
    digest = hashlib.sha256()
    with path.open("rb") as source:
        while block := source.read(_BLOCK):
            digest.update(block)
    return Part(name=path.name, size=path.stat().st_size, sha256=digest.hexdigest(), schema=schema)


def write(folder: Path, manifest: Manifest, secret: Secret | None) -> None:
    """Seal the manifest and put it into the backup's folder, which is then synced. Raises OSError."""
    file = folder / FILE
    sealed = structs.replace(manifest, seal=_seal(manifest, secret))
    file.touch(0o600)
    file.write_bytes(msgspec.json.format(msgspec.json.encode(sealed), indent=2) + b"\n")
    sync_file(file)
    sync_folder(folder)


def name_at(moment: datetime) -> str:
    """What the folder of a backup is called that is made at this moment (UTC)."""
    return f"{PREFIX}{moment:%Y%m%dT%H%M%SZ}"


def read(folder: Path) -> Manifest:
    """What the backup in this folder says of itself, not held against anything yet. Raises NotSound."""
    shown = clean(str(folder), 300)
    file = folder / FILE
    try:
        if file.stat().st_size > _LARGEST:
            raise NotSound(_("{folder} is no backup of guardroom").format(folder=shown))
        manifest = _decode(file.read_bytes())
        manifest.at.astimezone()
    except OSError as error:
        if isinstance(error, FileNotFoundError) and folder.is_dir():
            said = _("{folder} is no backup of guardroom: {file} is not in it")
            raise NotSound(said.format(folder=shown, file=FILE)) from None
        raise NotSound(_("{folder} cannot be read: {reason}").format(folder=shown, reason=why_not(error))) from error
    except (msgspec.DecodeError, ValueError, OverflowError) as error:
        raise NotSound(
            _("{folder}: {file} is damaged, or from a newer version of the program").format(folder=shown, file=FILE)
        ) from error
    names = [part.name for part in manifest.parts]
    if manifest.form != FORM or not NAMES.issuperset(names) or len(set(names)) < len(names) or JOURNAL not in names:
        raise NotSound(
            _("{folder}: {file} names what this version of the program does not know").format(folder=shown, file=FILE)
        )
    return manifest


def is_whole(folder: Path, manifest: Manifest) -> bool:
    """Whether every file is there in its length: a quick look. Raises OSError where that cannot be told."""
    try:
        return all((folder / part.name).stat().st_size == part.size for part in manifest.parts)
    except NOT_THERE:
        return False


def hold(folder: Path, manifest: Manifest, secret: Secret | None) -> None:
    """Hold the manifest against its seal and the files against the manifest. Raises NotSound."""
    shown = clean(str(folder), 300)
    if not hmac.compare_digest(manifest.seal.encode(), _seal(manifest, secret).encode()):
        if secret is None:
            raise NotSound(
                _(
                    "{folder}: its seal cannot be held against the house's secret, which is not here; "
                    "put that file back first"
                ).format(folder=shown)
            )
        raise NotSound(
            _("{folder}: {file} was changed, or the backup is of a house with another secret").format(
                folder=shown, file=FILE
            )
        )
    for part in manifest.parts:
        path = folder / part.name
        try:
            if path.is_symlink() or not path.is_file():
                raise NotSound(_("{folder}: {file} is missing").format(folder=shown, file=part.name))
            found = part_of(path, part.schema)
        except OSError as error:
            raise NotSound(
                _("{folder}: {file} cannot be read: {reason}").format(
                    folder=shown, file=part.name, reason=why_not(error)
                )
            ) from error
        if found.size != part.size:
            raise NotSound(
                _("{folder}: {file} has {size} bytes, and had {was} when it was made").format(
                    folder=shown, file=part.name, size=found.size, was=part.size
                )
            )
        if found != part:
            raise NotSound(_("{folder}: {file} is not as it was made").format(folder=shown, file=part.name))


def _seal(manifest: Manifest, secret: Secret | None) -> str:
    key = b"" if secret is None else secret.key(_PURPOSE)
    return hmac.new(key, msgspec.json.encode(structs.replace(manifest, seal="")), hashlib.sha256).hexdigest()
