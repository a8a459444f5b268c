"""The keyed digests of what was saved of an incident: the audit log holds them, so that a change made outside the
program shows.

The key is not in the database. Whom an incident is about may become known later, and has a digest of its own.
"""

from __future__ import annotations

from db.incident_tables import AddendumRow, IncidentRow
from guardroom.people.keyed import keyed_digest

KEY = "incidents"
"""The purpose of the key (`Secret.key`)."""

_COLUMNS = tuple(column.key for column in IncidentRow.__table__.columns)


def saved_seal(key: bytes, row: IncidentRow) -> str:
    """HMAC-SHA-256 of an incident as it was saved, without its addenda."""
    return keyed_digest(key, [getattr(row, column) for column in _COLUMNS])


def about_seal(key: bytes, row: IncidentRow) -> str:
    """HMAC-SHA-256 of whom an incident is about, as it is known by now."""
    subjects = sorted(row.subjects, key=lambda one: one.id)
    return keyed_digest(
        key, [row.id, "about", [[one.id, one.person_id, one.description, one.name] for one in subjects]]
    )


def added_seal(key: bytes, row: AddendumRow) -> str:
    """HMAC-SHA-256 of one addendum."""
    return keyed_digest(key, [row.incident_id, row.at, row.by_id, row.what, row.text])
