"""Schemas of a server's database that a restore has left aside: what was there before, under a name with its moment."""

from __future__ import annotations

import contextlib
from datetime import UTC, datetime

from sqlalchemy import text
from sqlalchemy.orm import Session
from sqlalchemy.schema import DropSchema

_NAME = "before_restore_%Y%m%dt%H%M%Sz"
_ASKED = text("SELECT nspname FROM pg_namespace WHERE starts_with(nspname, 'before_restore_') ORDER BY nspname")


def name_aside(now: datetime) -> str:
    """What a schema is called that is left aside at this moment (UTC)."""
    return now.strftime(_NAME)


def schemas_aside(session: Session, before: datetime) -> list[str]:
    """The schemas that were left aside before this moment; none in a file."""
    if session.get_bind().dialect.name == "sqlite":
        return []
    found = []
    for name in session.scalars(_ASKED):
        # Whatever else is called so is somebody else's.
        with contextlib.suppress(ValueError):
            if datetime.strptime(name, _NAME).replace(tzinfo=UTC) < before:
                found.append(name)
    return found


def drop_schema(session: Session, name: str) -> None:
    """Delete a schema with all that is in it, within the caller's writing transaction."""
    session.execute(DropSchema(name, cascade=True))
