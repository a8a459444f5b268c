"""What every service of the house stands on: one place that opens the main database and reads the secret."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from db.main import open_engine, reading, writing
from db.people_tables import UserRow
from guardroom.clock import Clock
from guardroom.language import _
from guardroom.people.secret import Secret, read_secret
from guardroom.people.who import Who
from guardroom.refusal import Forbidden
from guardroom.settings import Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """What every service stands on."""

    settings: Settings
    engine: Engine
    clock: Clock
    secret: Secret

    @contextmanager
    def reading(self, who: Who) -> Iterator[Session]:
        """A session that reads for somebody who may still do so. Raises Forbidden, StorageError."""
        with reading(self.engine) as session:
            _must_still_be(session, who)
            yield session

    @contextmanager
    def writing(self, who: Who) -> Iterator[Session]:
        """One transaction that writes for somebody who may still do so. Raises Forbidden, StorageError."""
        with writing(self.engine) as session:
            _must_still_be(session, who)
            yield session

    @property
    def audit_key(self) -> bytes:
        """The key of the audit chain."""
        return self.secret.key("audit")


def open_ground(settings: Settings, clock: Clock) -> Ground:
    """Open the main database. Raises StorageError, or NoSecret."""
    return Ground(
        settings=settings, engine=open_engine(settings.database), clock=clock, secret=read_secret(settings.secret)
    )


def _must_still_be(session: Session, who: Who) -> None:
    """Raises Forbidden where somebody who signed in has since been disabled, or is something else now."""
    row = session.get(UserRow, who.user)
    if row is None or row.disabled_at is not None or (row.role, row.area) != (who.role, who.area):
        raise Forbidden(_("Your rights have been changed since you signed in: sign in again."))
    if row.must_change:
        raise Forbidden(_("Your code was given to you by somebody else: choose your own first."))
