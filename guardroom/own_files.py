"""The files that the town hall itself stands in, which nothing is ever written over: configuration, keys, databases."""

from __future__ import annotations

from pathlib import Path

from db.schema import sqlite_path
from guardroom.language import _
from guardroom.people.anchor import anchor_path
from guardroom.refusal import Refused
from guardroom.settings import Settings
from guardroom.text import clean


def refuse_own(path: Path, settings: Settings) -> None:
    """Raise Refused where what is to be written there would take the place of one of these, or of what lies beside
    them under their names."""
    wanted = path.resolve()
    database = sqlite_path(settings.database)
    own = [settings.path, settings.secret, anchor_path(settings), settings.journal, *([database] if database else [])]
    beside = settings.journal.with_name(f"{settings.journal.stem}-")
    for file in (*own, beside):
        known = file.resolve()
        if wanted.parent == known.parent and wanted.name.startswith(known.name):
            raise Refused(
                _("{file} has the name of one of the program's own files: give another name.").format(
                    file=clean(str(path), 300)
                )
            )
