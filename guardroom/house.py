"""The services of one house, put together.

Screens and commands get a `House`, never a session. Loading it takes some 300 ms (SQLAlchemy), so a dashboard does it
after its first paint, on the thread where all its questions to the database are answered.
"""

from __future__ import annotations

from dataclasses import dataclass

from db.main import reading
from guardroom.bans.register import BanRegister
from guardroom.changes import last_change
from guardroom.clock import Clock
from guardroom.drills.planner import Planner
from guardroom.duties.door_locks import DoorLocks
from guardroom.duties.handover import Handover
from guardroom.duties.phone_card import PhoneCard
from guardroom.exchange.exchange import Exchange
from guardroom.exports.exports import Exports
from guardroom.followups.followups import FollowUps
from guardroom.ground import Ground, open_ground
from guardroom.headsups.headsups import HeadsUps
from guardroom.incidents.log import IncidentLog
from guardroom.letters.letters import Letters
from guardroom.notices.sent import Sent
from guardroom.people.lookup import Lookup
from guardroom.people.persons import Persons
from guardroom.people.refusals import noting_refusals
from guardroom.people.signin import SignIn
from guardroom.people.users import Users
from guardroom.privacy.access import AccessRequests
from guardroom.reports.reports import Reports
from guardroom.settings import Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """Every service that asks who is there, on one ground."""

    ground: Ground
    sign_in: SignIn
    users: Users
    persons: Persons
    lookup: Lookup
    incidents: IncidentLog
    bans: BanRegister
    letters: Letters
    exchange: Exchange
    drills: Planner
    sent: Sent
    headsups: HeadsUps
    followups: FollowUps
    door_locks: DoorLocks
    handover: Handover
    phone_card: PhoneCard
    reports: Reports
    exports: Exports
    access: AccessRequests

    def last_change(self, known: int) -> int:
        """The number of the last change of the records, looked for after the one that is `known`; for everybody, as
        it says nothing of them. Raises StorageError."""
        with reading(self.ground.engine) as session:
            return last_change(session, known)


def open_house(settings: Settings, clock: Clock) -> House:
    """The services of the house. Raises StorageError, or NoSecret."""
    return on_ground(open_ground(settings, clock))


def on_ground(ground: Ground) -> House:
    """The services on this ground. What they refuse somebody is noted."""
    sign_in = SignIn(ground)
    lookup = Lookup(ground)
    persons = Persons(ground, lookup)
    incidents = IncidentLog(ground, persons)
    bans = BanRegister(ground, persons)
    note = sign_in.note_refused
    return House(
        ground=ground,
        sign_in=sign_in,
        users=noting_refusals(Users(ground), note),
        persons=noting_refusals(persons, note),
        lookup=noting_refusals(lookup, note),
        incidents=noting_refusals(incidents, note),
        bans=noting_refusals(bans, note),
        letters=noting_refusals(Letters(ground, bans, incidents), note),
        exchange=noting_refusals(Exchange(ground, bans, persons), note),
        drills=noting_refusals(Planner(ground), note),
        sent=noting_refusals(Sent(ground), note),
        headsups=noting_refusals(HeadsUps(ground, persons), note),
        followups=noting_refusals(FollowUps(ground), note),
        door_locks=noting_refusals(DoorLocks(ground), note),
        handover=noting_refusals(Handover(ground), note),
        phone_card=noting_refusals(PhoneCard(ground), note),
        reports=noting_refusals(Reports(ground), note),
        exports=noting_refusals(Exports(ground), note),
        access=noting_refusals(AccessRequests(ground, persons), note),
    )
