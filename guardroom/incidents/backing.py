"""Whether the incidents are still what was saved: held against their entries in the audit log."""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass

from sqlalchemy.orm import Session

from db import incidents
from db.incident_tables import IncidentRow
from guardroom.incidents.number import written_number
from guardroom.incidents.seal import KEY, about_seal, added_seal, saved_seal
from guardroom.people.secret import Secret

_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Held:
    """How many incidents there are; the numbers of those that are not what was saved; how many are there no more."""

    count: int
    altered: tuple[str, ...]
    gone: int


def hold(session: Session, secret: Secret) -> Held:
    """Hold every incident with its addenda against an audit log whose chain holds; some 50 µs for each."""
    key = secret.key(KEY)
    told: dict[int, list[str]] = defaultdict(list)
    about: dict[int, str] = {}
    for incident, detail in incidents.sealed_entries(session):
        said = json.loads(detail)
        if "resealed" in said:
            # The ban that was breached is gone, as its time was up; the rest is as it was saved.
            told[incident][:1] = [said["resealed"]]
            continue
        told[incident].append(said.get("sealed", ""))
        if "about" in said:
            about[incident] = said["about"]
    count, altered, after = 0, [], None
    while rows := incidents.all_incidents(session, None, after, _AT_ONCE):
        count += len(rows)
        altered += [
            row.number
            for row in rows
            if told.pop(row.id, []) != _seals(key, row) or about.get(row.id, "") not in ("", about_seal(key, row))
        ]
        after = rows[-1].happened_at, rows[-1].id
        session.expunge_all()
    return Held(count, tuple(map(written_number, sorted(altered))), len(told))


def _seals(key: bytes, row: IncidentRow) -> list[str]:
    return [saved_seal(key, row), *(added_seal(key, added) for added in row.addenda)]
