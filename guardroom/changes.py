"""The last change of the records: a number that every station sees grow, and that reading them leaves as it is.

Whatever is written about persons, incidents, bans, meetings and follow-ups has its entry in the audit log, in the same
transaction. So has what somebody looked up: those entries are left out, as are sign-ins.
"""

from __future__ import annotations

from sqlalchemy.orm import Session

from db.changes import last_entry

CHANGES_NOTHING = frozenset(
    (
        "access_shown",
        "audit_cut",
        "ban_opened",
        "bans_exported",
        "bans_listed",
        "code_changed",
        "code_given",
        "code_hashed",
        "exported",
        "follow_ups_exported",
        "headsup_named",
        "incident_opened",
        "incident_printed",
        "incidents_listed",
        "ladder_opened",
        "letter_written",
        "lookup",
        "person_alike",
        "person_opened",
        "person_shown",
        "refused",
        "report_printed",
        "shift_report_printed",
        "sign_in_failed",
        "signed_in",
        "signed_out",
    )
)
"""Entries of the audit log after which every list says what it said before."""


def last_change(session: Session, known: int = 0) -> int:
    """The number of the last change; `known` is the last one that was heard of, after which alone is looked."""
    return last_entry(session, known, CHANGES_NOTHING) or known


class Changes:
    """The last change, looked for again and again. For one thread."""

    def __init__(self) -> None:
        self._known = 0
        self._looked = 0

    def look(self, session: Session) -> int:
        """Its number now. Where a backup has taken the database's place it may be lower than before."""
        last = last_entry(session, 0)
        if last < self._looked:
            self._known = self._looked = 0
        if last > self._looked:
            self._known = last_entry(session, self._looked, CHANGES_NOTHING) or self._known
            self._looked = last
        return self._known
