"""The people of the demonstration's town hall: users of every role, and citizens, incidents and bans that never were.

Everything goes through the same services as on screen, on the days on which it would have happened.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from db.main import writing
from db.people_tables import UserRow
from db.schema import prepare_main
from guardroom.bans.form import BanForm
from guardroom.clock import SystemClock
from guardroom.days import day_in, months_on, written
from guardroom.demo_users import CODE, USERS
from guardroom.followups.closing import ClosingForm
from guardroom.followups.daily import due
from guardroom.followups.followups import LONGEST_PAGE
from guardroom.ground import Ground, open_ground
from guardroom.headsups.form import HeadsUpForm
from guardroom.house import House, on_ground
from guardroom.incidents.form import IncidentForm, SubjectForm
from guardroom.people.codes import hash_code
from guardroom.people.person import PersonForm
from guardroom.people.roles import Role
from guardroom.people.secret import make_secret
from guardroom.people.who import Who
from guardroom.settings import Settings


@dataclass
class _Yesterday:
    """A clock for what lies behind."""

    at: datetime

    def now(self) -> datetime:
        return self.at

    def monotonic(self) -> float:
        return 0.0


@dataclass(frozen=True, slots=True)
class _Case:
    """Somebody, and what they did: days ago, kind, behaviours, room, words."""

    person: PersonForm
    incidents: tuple[tuple[int, str, tuple[str, ...], str, str], ...]


_CASES: tuple[_Case, ...] = (
    _Case(
        PersonForm(name="Christian Møller-Eksempel", aliases=("Chris Moe",), birth="1984", case_ref="J-2231"),
        (
            (96, "ejected_left", ("shouting", "threat_violence"), "K2", "Rejste sig og råbte en trussel. Gik selv."),
            (40, "ejected_escorted", ("threat_violence", "struck_things"), "K2", "Slog i bordet, truede rådgiveren."),
        ),
    ),
    _Case(
        PersonForm(name="Mohammed Al-Prøve", birth="1991", case_ref="J-2240"),
        ((25, "remote", ("threat_property",), "", "Truede i telefonen med at ødelægge inventar."),),
    ),
    _Case(
        PersonForm(name="Søren Ågård Test", birth="12-03-1975", case_ref="B-118"),
        (
            (330, "ejected_escorted", ("push",), "A-03", "Skubbede en medarbejder ved døren."),
            (12, "turned_away", (), "K1", "Mødte op uden aftale, blev bedt om at ringe."),
        ),
    ),
    _Case(
        PersonForm(name="Aysel Fiktiv Yılmaz", birth="1988", case_ref="J-2251"),
        (
            (
                6,
                "ejected_left",
                ("shouting", "harassment"),
                "K4",
                "Råbte ad personalet i ventetiden. Gik, da hun blev bedt.",
            ),
        ),
    ),
)


_LEFT_OPEN = ("normalisation", "secure_video")
"""What the demonstration's leader has forgotten."""


def fill(settings: Settings) -> None:
    """Make the main database of a demonstration and put its people into it. Raises StorageError."""
    prepare_main(settings.database)
    make_secret(settings.secret)
    today = SystemClock().now()
    clock = _Yesterday(today - timedelta(days=400))
    ground = open_ground(settings, clock)
    try:
        house = on_ground(ground)
        users = _users(ground)
        persons = {case.person.case_ref: _record(house, clock, users, case, today) for case in _CASES}
        clock.at = today - timedelta(days=38)
        _ban(house, clock, users, persons["J-2231"], "25/004711", "full", ())
        clock.at = today - timedelta(days=20)
        _ban(house, clock, users, persons["J-2240"], "25/004688", "contact", ("phone",))
        clock.at = today - timedelta(days=4)
        house.bans.begin(users[Role.LEADER], persons["J-2251"])
        _meetings(house, clock, users, persons, today)
        _follow_up(house, clock, users[Role.LEADER], today)
    finally:
        ground.engine.dispose()


def _meetings(
    house: House, clock: _Yesterday, users: dict[Role, Who], persons: dict[str, int], today: datetime
) -> None:
    """What the guards have been told of: a meeting that goes on, one later today, and one tomorrow."""
    settings = house.ground.settings
    rooms = [room.id for room in settings.rooms]
    posture = next(iter(settings.policy.headsups.postures), "")
    leader, guard = users[Role.LEADER], users[Role.GUARD]
    going_on = HeadsUpForm(
        room=rooms[2],
        reason="enforcement",
        staff="LD RE",
        posture=posture,
        case_ref="B-118",
        person=persons["B-118"],
        stop_signal="jeg henter kaffe",
        check_in_every="30",
    )
    later = HeadsUpForm(room=rooms[3], reason="banned", staff="LD", person=persons["J-2240"])
    tomorrow = HeadsUpForm(room="Borgerens arbejdsplads", reason="bad_news", staff="LD JB", citizen="ring først")
    for minutes, form in ((-20, going_on), (95, later), (24 * 60, tomorrow)):
        begins = (today + timedelta(minutes=minutes)).astimezone(settings.site.zone)
        ends = begins + timedelta(hours=1)
        if ends.date() != begins.date():
            continue  # around midnight nobody meets
        clock.at = today - timedelta(days=4 if form is going_on else 0)
        timed = replace(form, day=written(begins.date()), begins=f"{begins:%H:%M}", ends=f"{ends:%H:%M}")
        made = house.headsups.save(leader, timed)
        if form is going_on:
            house.headsups.take(guard, made.id)
            clock.at = today - timedelta(minutes=18)
            house.headsups.begin(guard, made.id)


def _follow_up(house: House, clock: _Yesterday, leader: Who, today: datetime) -> None:
    """What was to be done of older incidents is done, but for some; and what comes again has come."""
    clock.at = today - timedelta(days=3)
    with writing(house.ground.engine) as session:
        due(session, house.ground, day_in(today, house.ground.settings.site.zone))
    recent = today - timedelta(days=30)
    proof = ClosingForm(reference="24/0815", count="3", yes_no="yes")
    while True:
        page = house.followups.page(leader, "area", limit=LONGEST_PAGE)
        old = [line for line in page.lines if line.due_at < recent and line.may_close and line.kind not in _LEFT_OPEN]
        if not old:
            return
        for line in old:
            house.followups.close(leader, line.id, proof)


def _users(ground: Ground) -> dict[Role, Who]:
    hashed = hash_code(CODE, ground.secret)
    found: dict[Role, Who] = {}
    with writing(ground.engine) as session:
        for initials, role, name, title in USERS:
            row = UserRow(
                initials=initials,
                role=role.value,
                name=name,
                title=title,
                code_hash=hashed,
                created_at=ground.clock.now(),
            )
            session.add(row)
            session.flush()
            found.setdefault(
                role,
                Who(
                    user=row.id,
                    initials=initials,
                    role=role,
                    name=name,
                    title=title,
                    station=ground.settings.station,
                ),
            )
    return found


def _record(house: House, clock: _Yesterday, users: dict[Role, Who], case: _Case, today: datetime) -> int:
    leader, guard = users[Role.LEADER], users[Role.GUARD]
    clock.at = today - timedelta(days=400)
    person = house.persons.create(leader, case.person).id
    zone = house.ground.settings.site.zone
    for days, kind, behaviours, room, account in case.incidents:
        happened = (today - timedelta(days=days)).astimezone(zone).replace(hour=11, minute=20)
        clock.at = happened + timedelta(minutes=40)
        ejected = kind.startswith("ejected")
        house.incidents.save(
            guard,
            IncidentForm(
                kind=kind,
                day=written(happened.date()),
                time=f"{happened:%H:%M}",
                place=room,
                channel="phone" if kind == "remote" else "in_person",
                behaviours=behaviours,
                asked="yes" if ejected else "",
                asked_time=f"{happened:%H:%M}" if ejected else "",
                asked_by="MH" if ejected else "",
                complied="yes" if ejected else "",
                evidence="not_secured" if kind == "remote" else "",
                took_part="MH JB",
                subjects=(SubjectForm(person=person),),
                account=account,
            ),
        )
    return person


def _ban(
    house: House,
    clock: _Yesterday,
    users: dict[Role, Who],
    person: int,
    case_ref: str,
    kind: str,
    channels: tuple[str, ...],
) -> None:
    """A whole decision, from the draft to being in force."""
    leader = users[Role.LEADER]
    bans = house.bans
    ban = bans.begin(leader, person).id
    today = day_in(clock.now(), house.ground.settings.site.zone)
    bans.change(
        leader,
        ban,
        BanForm(
            kind=kind,
            starts_on=written(today),
            ends_on=written(months_on(today, 6)),
            channels=channels or ("phone", "letter", "digital_post"),
            contact_person="A. Leder",
            contact_phone="11 22 59 01",
            contact_hours="hverdage 9-12",
            meeting="police_station",
            reasons="Truede personalet ved flere lejligheder, som hændelserne beskriver.",
            incidents=tuple(incident.id for incident in bans.linkable(leader, ban)),
            less_intrusive="Brev om opførsel og samtale med leder; adfærden fortsatte.",
            casework_reviewed=True,
            appeal_guidance=True,
            case_ref=case_ref,
            normalisation="Samtale med leder og vagt en måned før udløb.",
        ),
    )
    bans.skip_hearing(leader, ban, "urgent", "Nærliggende fare for nye trusler mod personalet.")
    for role in house.ground.settings.policy.bans.signatories:
        signer = replace(users[Role(role)], proved_at=clock.now())
        bans.sign(signer, ban, bans.read(signer, ban).seal)
    bans.file_letter(leader, ban, f"{case_ref}-3")
    bans.serve(leader, ban, written(today), "digital_post")
    bans.activate(leader, ban)
