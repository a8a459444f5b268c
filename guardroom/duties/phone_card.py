"""The phone card of one house, with when each number was tried; the emergency card and the rooms' cards to print."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy.orm import Session

from db import duties as stored
from db import people
from db.duty_tables import PhoneVerifiedRow
from db.main import reading
from guardroom.duties import phones
from guardroom.duties.emergency_card import emergency_card
from guardroom.duties.phones import Entry, Verified
from guardroom.duties.room_cards import room_cards
from guardroom.ground import Ground
from guardroom.language import _
from guardroom.people import audit
from guardroom.people.roles import Right
from guardroom.people.who import Who
from guardroom.printed import put
from guardroom.refusal import Refused


class PhoneCard:
    """The phone card. It is shown to everybody; whoever is called by a name only where somebody is signed in."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground

    def public(self) -> tuple[Entry, ...]:
        """The card as everybody may see it. Raises StorageError."""
        with reading(self._ground.engine) as session:
            return self._card(session, persons=False)

    def whole(self, who: Who) -> tuple[Entry, ...]:
        """The card with persons too. Raises Forbidden, StorageError."""
        who.must(Right.PHONES)
        with self._ground.reading(who) as session:
            return self._card(session, persons=True)

    def verify(self, who: Who, key: str, number: str) -> None:
        """Note that somebody has rung this number of an entry, and it is right. Raises Forbidden, and Refused where the
        entry is not there, or has another number or none."""
        who.must(Right.PHONE_VERIFY)
        with self._ground.writing(who) as session:
            entry = next((each for each in self._card(session, persons=True) if each.key == key), None)
            if entry is None or entry.number != number:
                raise Refused(_("The phone card has changed: look at it again."))
            if entry.standing == "constant":
                raise Refused(_("{number} is never tried: it is the same all over the country.").format(number=number))
            if not number:
                raise Refused(_("{name} has no number: it is set in guardroom.toml.").format(name=entry.name))
            now = self._ground.clock.now()
            row = PhoneVerifiedRow(entry=key, number=number, verified_by=who.user, verified_at=now)
            session.add(row)
            session.flush()
            audit.note(session, self._ground.audit_key, now, who, "phone_verified", "phone", row.id)

    def print_card(self) -> Path:
        """Write the emergency card into the letters' folder, to be printed; one that was written before is replaced.
        Raises Refused where the folder cannot be written, StorageError."""
        settings = self._ground.settings
        text = emergency_card(settings, self.public(), self._ground.clock.now())
        return put(settings.letters.folder, "emergency-card.html", text)

    def print_room_cards(self) -> Path:
        """Write the cards of all rooms, to be printed; needs nobody signed in, as nobody's name is on them. Raises
        Refused where there is no room or the folder cannot be written."""
        settings = self._ground.settings
        if not settings.rooms:
            raise Refused(_("There are no rooms to print cards for: they are set in guardroom.toml, [[rooms]]."))
        return put(settings.letters.folder, "room-cards.html", room_cards(settings, self._ground.clock.now()))

    def _card(self, session: Session, *, persons: bool) -> tuple[Entry, ...]:
        return phones.card(self._ground.settings, self._ground.clock.now(), tried(session), persons=persons)


def tried(session: Session) -> dict[str, Verified]:
    """The last time that each entry's number was tried, by the entry's key."""
    rows = stored.last_verified(session)
    by = people.initials(session, [row.verified_by for row in rows])
    return {row.entry: Verified(number=row.number, at=row.verified_at, by=by.get(row.verified_by, "")) for row in rows}
