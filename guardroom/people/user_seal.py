"""What the audit log holds of each user, so that a role or a code that was changed outside the program shows.

The key is not in the database: whoever can write there can neither make somebody a director nor give them another's
code without its being seen, here and by `guardroom check`.
"""

from __future__ import annotations

import hmac
import json
from collections.abc import Iterable

from sqlalchemy.orm import Session

from db.people_tables import UserRow
from guardroom.people import audit
from guardroom.people.keyed import keyed_digest
from guardroom.people.secret import Secret

SEALED: tuple[str, ...] = (
    "user_added",
    "code_given",
    "code_changed",
    "code_hashed",
    "user_changed",
    "user_disabled",
    "user_enabled",
)
"""Entries of the audit log that hold the user as they were from then on."""

_KEY = "users"


def user_seal(secret: Secret, row: UserRow) -> str:
    """HMAC-SHA-256 of who a user is and of the code they have."""
    return keyed_digest(
        secret.key(_KEY),
        [row.id, row.initials, row.role, row.area, row.name, row.code_hash, row.code_given_at, row.disabled_at is None],
    )


def as_logged(session: Session, secret: Secret, row: UserRow) -> bool:
    """Whether the user is what the audit log has; also where it has nothing of them yet."""
    told = [
        json.loads(entry.detail).get("sealed")
        for entry in audit.told(session, secret.key("audit"), "user", row.id, SEALED)
    ]
    sealed = [each for each in told if each]
    return not sealed or hmac.compare_digest(sealed[-1], user_seal(secret, row))


def altered(session: Session, secret: Secret, rows: Iterable[UserRow]) -> list[str]:
    """The initials of those who are not what the audit log has."""
    return [row.initials for row in rows if not as_logged(session, secret, row)]
