"""A house's beginning: its secret, and the first administrator, whom nobody can let in yet.

As long as nobody has a code that counts, whoever may write the database on this computer may add an administrator
without signing in (`guardroom init`, `guardroom users add INITIALS admin`, `guardroom users code INITIALS`). The same
is how a house gets going that was made before there were codes, or whose first one-time code ran out unused. Once
there is a code, administrators sign in.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from db import people
from db.audit_tables import AuditHeadRow
from db.main import open_engine, reading
from guardroom.people.codes import given_since
from guardroom.people.secret import make_secret

if TYPE_CHECKING:
    from guardroom.settings import Settings


@dataclass(frozen=True, slots=True)
class Beginning:
    """How far a house is. `codes`: somebody has one that counts; `noted`: something stands in the audit log."""

    codes: bool
    noted: bool


def beginning(settings: Settings, now: datetime) -> Beginning:
    """Ask the main database, which must be current. Raises StorageError."""
    engine = open_engine(settings.database)
    try:
        with reading(engine) as session:
            return Beginning(
                people.anybody_has_a_code(session, given_since(now)), session.get(AuditHeadRow, 1) is not None
            )
    finally:
        engine.dispose()


def make_first_secret(settings: Settings, now: datetime) -> bool:
    """Make the house's secret unless it is there; never where codes or an audit log were made with one that is lost.

    Returns whether nobody has a code that counts. Raises NoSecret where it cannot be written, StorageError.
    """
    house = beginning(settings, now)
    if not house.codes and not house.noted:
        make_secret(settings.secret)
    return not house.codes
