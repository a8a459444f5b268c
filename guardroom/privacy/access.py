"""Access requests (GDPR art. 15): a citizen asks what is kept of them, and is given it on paper.

While a request is open nothing about the person is deleted. What is shown and handed out is logged with the person.
"""

from __future__ import annotations

from pathlib import Path

from sqlalchemy.orm import Session

from db import privacy as stored
from db.persons import group
from db.privacy_tables import AccessRequestRow
from guardroom.days import day_in
from guardroom.ground import Ground
from guardroom.language import _
from guardroom.people import audit
from guardroom.people.persons import Persons
from guardroom.people.roles import Right
from guardroom.people.who import Who
from guardroom.printed import put
from guardroom.privacy.access_page import as_json, page
from guardroom.privacy.dossier import Dossier
from guardroom.privacy.gathering import parts
from guardroom.refusal import Forbidden, Refused


class AccessRequests:
    """The access requests of one house. Every method raises Forbidden where the role may not, or somebody sees a part
    of the house only: the answer must be whole."""

    def __init__(self, ground: Ground, persons: Persons) -> None:
        self._ground = ground
        self._persons = persons

    def show(self, who: Who, person: int) -> Dossier:
        """Everything that is kept of a person, as they would be given it; it is logged. Raises Refused."""
        self._must(who)
        with self._ground.writing(who) as session:
            root = self._persons.root(session, person)
            self._note(session, who, "access_shown", root)
            return self._dossier(session, root)

    def ask(self, who: Who, person: int) -> Dossier:
        """Note that the citizen has asked; from now on nothing about them is deleted. One that is noted already is the
        same. Raises Refused."""
        self._must(who)
        with self._ground.writing(who) as session:
            root = self._persons.root(session, person)
            if stored.open_request(session, self._persons.group(session, root)) is None:
                row = AccessRequestRow(person_id=root, asked_at=self._ground.clock.now(), noted_by=who.user)
                session.add(row)
                session.flush()
                self._note(session, who, "access_asked", root, request=row.id)
            return self._dossier(session, root)

    def answer(self, who: Who, person: int) -> Path:
        """Write what is kept into the letters' folder, as a page to be printed and as JSON beside it; the request is
        answered. Returns the page's path. Raises Refused where no request is open, or nothing can be written."""
        self._must(who)
        settings, now = self._ground.settings, self._ground.clock.now()
        made: list[Path] = []
        try:
            with self._ground.writing(who) as session:
                root = self._persons.root(session, person)
                row = stored.open_request(session, self._persons.group(session, root))
                if row is None:
                    raise Refused(_("No request of this person is open: note first that they have asked."))
                self._note(session, who, "access_answered", root, request=row.id)
                dossier = self._dossier(session, root)
                row.answered_at, row.answered_by = now, who.user
                folder, name = settings.letters.folder, f"access-{row.id}"
                made.append(put(folder, f"{name}.html", page(dossier, settings, now)))
                made.append(put(folder, f"{name}.json", as_json(dossier, now)))
        except BaseException:
            # Nothing lies there that the log does not tell of.
            for path in made:
                path.unlink(missing_ok=True)
            raise
        return made[0]

    def _must(self, who: Who) -> None:
        who.must(Right.ACCESS_REQUEST)
        if who.area:
            raise Forbidden(_("The answer must be whole: let somebody prepare it who sees the whole house."))

    def _dossier(self, session: Session, root: int) -> Dossier:
        records = group(session, root)
        zone = self._ground.settings.site.zone
        requests = stored.requests(session, [row.id for row in records])
        return Dossier(
            person=root,
            name=records[0].name,
            asked_at=next((row.asked_at for row in requests if row.answered_at is None), None),
            parts=parts(session, records, zone, day_in(self._ground.clock.now(), zone)),
            answered_at=max((row.answered_at for row in requests if row.answered_at is not None), default=None),
        )

    def _note(self, session: Session, who: Who, what: str, person: int, **detail: int) -> None:
        now = self._ground.clock.now()
        audit.note(session, self._ground.audit_key, now, who, what, "person", person, detail=detail)
