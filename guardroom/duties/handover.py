"""Notes from one shift to the next one, which must confirm each of them.

A note is confirmed once, by somebody of a later shift, or by somebody who was not on duty when it was written.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from db import duties as stored
from db import incidents, people
from db.duty_tables import HandoverNoteRow, HandoverReadRow
from guardroom.ground import Ground
from guardroom.language import _
from guardroom.people import audit
from guardroom.people.cpr import no_cpr
from guardroom.people.roles import Right
from guardroom.people.who import Who
from guardroom.refusal import BadInput, Mistake, Refused
from guardroom.text import clean

LENGTH = 1000
_CONFIRMED = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """A note. `written_by` and `confirmed_by` are initials, the latter "" where nobody has confirmed it. `mine` says
    whether it is for whoever asks to confirm."""

    id: int
    text: str
    written_by: str
    written_at: datetime
    station: str
    confirmed_by: str = ""
    confirmed_at: datetime | None = None
    mine: bool = False


class Handover:
    """The handover notes of one house."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground

    def write(self, who: Who, text: str) -> Note:
        """Leave a note for the shift that comes after. Raises Forbidden, BadInput."""
        who.must(Right.HANDOVER)
        kept = "\n".join(clean(line, LENGTH).rstrip() for line in text[:LENGTH].splitlines()).strip()
        mistakes = no_cpr("text", kept)
        if not kept:
            mistakes = [Mistake("text", _("Say what the next shift must know."))]
        if mistakes:
            raise BadInput(*mistakes)
        now = self._ground.clock.now()
        with self._ground.writing(who) as session:
            row = HandoverNoteRow(station=who.station, text=kept, written_by=who.user, written_at=now)
            session.add(row)
            session.flush()
            audit.note(session, self._ground.audit_key, now, who, "handover_written", "note", row.id)
            return self._shown(session, who, row)

    def confirm(self, who: Who, note: int) -> Note:
        """The next shift has read it. Raises Forbidden, Refused where it is the same shift still, or was confirmed."""
        who.must(Right.HANDOVER)
        now = self._ground.clock.now()
        with self._ground.writing(who) as session:
            row = stored.note(session, note)
            if row is None:
                raise Refused(_("There is no such note."))
            if row.read is not None:
                raise Refused(_("This note has been confirmed already."))
            if not self._is_for(session, who, row):
                raise Refused(_("The next shift confirms this note, not the one that wrote it."))
            row.read = HandoverReadRow(user_id=who.user, at=now)
            session.flush()
            audit.note(session, self._ground.audit_key, now, who, "handover_read", "note", row.id)
            return self._shown(session, who, row)

    def notes(self, who: Who) -> tuple[Note, ...]:
        """Those that wait, the oldest first, then the last that were confirmed. Raises Forbidden."""
        who.must(Right.HANDOVER)
        with self._ground.reading(who) as session:
            rows = [*stored.open_notes(session), *stored.confirmed_notes(session, _CONFIRMED)]
            return tuple(self._shown(session, who, row) for row in rows)

    def _is_for(self, session: Session, who: Who, row: HandoverNoteRow) -> bool:
        """Whether it is for `who` to confirm."""
        if stored.shift_began_after(session, row.station, row.written_at):
            return True
        on_duty = {one.casefold() for one in incidents.on_duty(session, row.station, row.written_at)}
        return who.user != row.written_by and who.initials.casefold() not in on_duty

    def _shown(self, session: Session, who: Who, row: HandoverNoteRow) -> Note:
        read = row.read
        names = people.initials(session, [row.written_by, *([] if read is None else [read.user_id])])
        return Note(
            id=row.id,
            text=row.text,
            written_by=names.get(row.written_by, ""),
            written_at=row.written_at,
            station=row.station,
            confirmed_by="" if read is None else names.get(read.user_id, "?"),
            confirmed_at=None if read is None else read.at,
            mine=read is None and self._is_for(session, who, row),
        )
