"""Every service asks the role before it does anything, whoever calls it: screens and commands add nothing to this.

The table is written out, apart from the program's own: for each act the roles that may do it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest
from harness.house import SmallHouse, small_house

from guardroom.bans.form import BanForm
from guardroom.drills.form import DrillForm
from guardroom.drills.view import Evaluation
from guardroom.exchange.exchange import Difference
from guardroom.exchange.reading import BanList
from guardroom.followups.closing import ClosingForm
from guardroom.headsups.form import ArrivalForm, HeadsUpForm, LoanForm, PrewarningForm
from guardroom.headsups.view import Calendar
from guardroom.house import House, on_ground
from guardroom.incidents.form import AlarmRef, IncidentForm, SubjectForm
from guardroom.people.person import PersonForm
from guardroom.people.roles import Role
from guardroom.people.who import Who
from guardroom.refusal import Forbidden, Refused
from guardroom.reports.period import Period

LOGS = "guard desk leader safety_rep hs_leader"
LISTS = f"{LOGS} security_coordinator"
KNOWS_PERSONS = "guard leader centre_head ban_registrar"
LOOKS_UP = "guard desk leader director centre_head ban_registrar safety_rep legal"
READS_BANS = "guard leader director centre_head ban_registrar safety_rep legal"
WRITES_BANS = "leader centre_head"
SIGNS = "leader centre_head director"
SERVES = "leader centre_head ban_registrar"
CORRECTS = "leader ban_registrar"
ADMIN = "admin"
TELLS_GUARDS = "guard desk leader centre_head safety_rep hs_leader"
SEES_TO = "guard leader director centre_head ban_registrar safety_rep hs_leader security_coordinator admin"
LEADS = "leader centre_head"


@dataclass(frozen=True)
class Town:
    """A house with one person, one incident and one ban in it, and a file for the registrar."""

    house: SmallHouse
    services: House
    person: int
    incident: int
    ban: int
    nothing: Difference
    folder: Path


Call = Callable[[Town, Who], object]

REPORTS = "leader safety_rep hs_leader risk_coordinator"

ACTS: dict[str, tuple[str, Call]] = {
    "see the figures of a half year": (REPORTS, lambda t, w: t.services.reports.half_year(w, Period(2025, 1))),
    "count the figures": (REPORTS, lambda t, w: t.services.reports.pack(w, Period(2025, 1))),
    "print the figures": (REPORTS, lambda t, w: t.services.reports.print_pack(w, Period(2025, 1), "json")),
    "see what happened on a day": ("guard", lambda t, w: t.services.reports.shift(w, date(2025, 11, 24))),
    "print what happened on a day": (
        "guard",
        lambda t, w: t.services.reports.print_shift(w, date(2025, 11, 24), "html"),
    ),
    "hold a printed report against the log": (
        f"guard admin {REPORTS}",
        lambda t, w: t.services.reports.holds(w, "1-0123456789abcdef"),
    ),
    "export the drills": (
        "risk_coordinator",
        lambda t, w: t.services.exports.export(w, "drills", "json", t.folder / "drills.json", overwrite=True),
    ),
    "export what happened with names": (
        "guard leader",
        lambda t, w: t.services.exports.export(
            w, "incidents", "csv", t.folder / "incidents.csv", names=True, purpose="other", overwrite=True
        ),
    ),
    "see what is to be done": (SEES_TO, lambda t, w: t.services.followups.page(w)),
    "count what is to be done": (SEES_TO, lambda t, w: t.services.followups.counts(w)),
    "export what is to be done": (SEES_TO, lambda t, w: t.services.followups.export(w)),
    "see what an incident asks for": (
        "guard leader centre_head safety_rep hs_leader security_coordinator",
        lambda t, w: t.services.followups.of_incident(w, t.incident),
    ),
    "close what a leader sees to": (LEADS, lambda t, w: t.services.followups.close(w, 1, ClosingForm())),
    "hand on what a leader sees to": (LEADS, lambda t, w: t.services.followups.hand_on(w, 2, "mayor")),
    "ask for more": (LEADS, lambda t, w: t.services.followups.add(w, t.incident, "company")),
    "tell of an absence": (
        "leader centre_head safety_rep hs_leader",
        lambda t, w: t.services.followups.absence(w, t.incident),
    ),
    "take an absence back": (
        "leader centre_head safety_rep hs_leader",
        lambda t, w: t.services.followups.withdraw_absence(w, t.incident),
    ),
    "close an incident": (LEADS, lambda t, w: t.services.followups.close_incident(w, t.incident)),
    "open an incident again": (LEADS, lambda t, w: t.services.followups.reopen_incident(w, t.incident)),
    "begin an incident": (LOGS, lambda t, w: t.services.incidents.blank(w)),
    "begin one from an alarm": (LOGS, lambda t, w: t.services.incidents.from_alarm(w, AlarmRef(station="x", number=1))),
    "check an incident": (LOGS, lambda t, w: t.services.incidents.mistakes(w, IncidentForm())),
    "save an incident": (LOGS, lambda t, w: t.services.incidents.save(w, IncidentForm())),
    "keep a draft": (LOGS, lambda t, w: t.services.incidents.keep_draft(w, IncidentForm(), None)),
    "see one's drafts": (LOGS, lambda t, w: t.services.incidents.drafts(w)),
    "open a draft": (LOGS, lambda t, w: t.services.incidents.draft(w, 1)),
    "throw a draft away": (LOGS, lambda t, w: t.services.incidents.drop_draft(w, 1)),
    "see which alarms are unwritten": ("guard leader", lambda t, w: t.services.incidents.unwritten(w)),
    "list incidents": (LISTS, lambda t, w: t.services.incidents.page(w)),
    "search incidents": (LISTS, lambda t, w: t.services.incidents.page(w, "møller")),
    "print incidents": (LISTS, lambda t, w: list(t.services.incidents.listing(w))),
    # The front desk reads what it wrote itself, which this one is not.
    "open an incident": (
        "guard leader safety_rep hs_leader security_coordinator",
        lambda t, w: t.services.incidents.read(w, t.incident),
    ),
    "print an incident": (
        "guard leader safety_rep hs_leader security_coordinator",
        lambda t, w: t.services.incidents.print_sheet(w, t.incident),
    ),
    "add to another's incident": ("leader safety_rep", lambda t, w: t.services.incidents.add(w, t.incident, "Mere.")),
    "log a breach": ("guard desk leader", lambda t, w: t.services.incidents.breach(w, t.ban, "forhallen")),
    "begin a breach": ("guard desk leader", lambda t, w: t.services.incidents.of_breach(w, t.ban)),
    "say that it was somebody else": (
        "leader safety_rep",
        lambda t, w: t.services.incidents.mistaken(w, t.incident, t.person, ""),
    ),
    "see the ladder": ("guard leader", lambda t, w: t.services.incidents.ladder(w, t.person, IncidentForm())),
    "see an incident's ladder": (
        "guard leader",
        lambda t, w: t.services.incidents.ladder_of(w, t.incident, t.person),
    ),
    "say who it was": ("guard leader", lambda t, w: t.services.incidents.join(w, t.incident, 99, t.person)),
    "look whether somebody is known": (
        KNOWS_PERSONS,
        lambda t, w: t.services.persons.alike(w, PersonForm(name="Kristian Moeller")),
    ),
    "search persons": (KNOWS_PERSONS, lambda t, w: t.services.lookup.persons(w, "møller")),
    "keep whom a search has shown": (
        " ".join(dict.fromkeys((*KNOWS_PERSONS.split(), *LOOKS_UP.split()))),
        lambda t, w: t.services.persons.shown(w, [t.person], "other"),
    ),
    "open a person": (KNOWS_PERSONS, lambda t, w: t.services.persons.read(w, t.person, "other")),
    "add a person": (KNOWS_PERSONS, lambda t, w: t.services.persons.create(w, PersonForm())),
    "see what is kept of a person": ("leader", lambda t, w: t.services.access.show(w, t.person)),
    "note that a person asks what is kept": ("leader", lambda t, w: t.services.access.ask(w, t.person)),
    "give a person what is kept": ("leader", lambda t, w: t.services.access.answer(w, t.person)),
    "correct a person": (CORRECTS, lambda t, w: t.services.persons.change(w, t.person, PersonForm())),
    "merge persons": (CORRECTS, lambda t, w: t.services.persons.merge(w, t.person, t.person)),
    "separate persons": (CORRECTS, lambda t, w: t.services.persons.separate(w, t.person)),
    "say that it is somebody else": (LOOKS_UP, lambda t, w: t.services.persons.not_this_person(w, t.person, "")),
    "look up a ban": (LOOKS_UP, lambda t, w: t.services.lookup.bans(w, "møller")),
    "open a ban's card": (LOOKS_UP, lambda t, w: t.services.bans.card(w, t.ban, "here_now")),
    "open a person's card": (LOOKS_UP, lambda t, w: t.services.bans.card_of(w, t.person, "here_now")),
    "list active bans": (READS_BANS, lambda t, w: t.services.bans.lines(w, "active")),
    "list bans that end": (READS_BANS, lambda t, w: t.services.bans.lines(w, "ending")),
    "list all bans": (
        "leader director centre_head ban_registrar legal",
        lambda t, w: t.services.bans.lines(w, "all"),
    ),
    "list drafts of bans": (
        "leader director centre_head ban_registrar legal",
        lambda t, w: t.services.bans.lines(w, "drafts"),
    ),
    "list bans to read": ("guard", lambda t, w: t.services.bans.lines(w, "to_read")),
    "confirm a ban as read": ("guard", lambda t, w: t.services.bans.confirm_read(w, t.ban)),
    "open a ban": (READS_BANS, lambda t, w: t.services.bans.read(w, t.ban, "here_now")),
    "begin a ban": (WRITES_BANS, lambda t, w: t.services.bans.begin(w, t.person)),
    "write a ban": (WRITES_BANS, lambda t, w: t.services.bans.change(w, t.ban, BanForm())),
    "see what a ban may rest on": (WRITES_BANS, lambda t, w: t.services.bans.linkable(w, t.ban)),
    "see what bans somebody has": (WRITES_BANS, lambda t, w: t.services.bans.binding(w, t.person)),
    "hear": (WRITES_BANS, lambda t, w: t.services.bans.send_hearing(w, t.ban)),
    "leave the hearing out": (WRITES_BANS, lambda t, w: t.services.bans.skip_hearing(w, t.ban, "urgent", "fare")),
    "note the answer": (WRITES_BANS, lambda t, w: t.services.bans.answer_hearing(w, t.ban, "", "svar")),
    "sign": (SIGNS, lambda t, w: t.services.bans.sign(w, t.ban, "")),
    "withdraw signatures": (SIGNS, lambda t, w: t.services.bans.withdraw_signatures(w, t.ban, "fejl")),
    "file the letter": (SERVES, lambda t, w: t.services.bans.file_letter(w, t.ban, "1")),
    "serve": (SERVES, lambda t, w: t.services.bans.serve(w, t.ban, "", "letter")),
    "put in force": (SERVES, lambda t, w: t.services.bans.activate(w, t.ban)),
    "note the attempt to normalise": (WRITES_BANS, lambda t, w: t.services.bans.normalise(w, t.ban, "", "talt")),
    "extend": (WRITES_BANS, lambda t, w: t.services.bans.extend(w, t.ban)),
    "lift": (SIGNS, lambda t, w: t.services.bans.lift(w, t.ban, "", "talt")),
    "give up a draft": (WRITES_BANS, lambda t, w: t.services.bans.drop(w, t.ban, "fejl")),
    "write a ban's letter": (WRITES_BANS, lambda t, w: t.services.letters.write(w, "hearing", t.ban)),
    "write a conduct letter": ("leader", lambda t, w: t.services.letters.write(w, "conduct", t.incident)),
    "read the case system's list": (
        "ban_registrar",
        lambda t, w: t.services.exchange.read(w, t.folder / "list.csv"),
    ),
    "hold the lists against each other": (
        "ban_registrar",
        lambda t, w: t.services.exchange.compare(w, BanList(rows=(), broken=(), source="list.csv")),
    ),
    "take over the case system's list": ("ban_registrar", lambda t, w: t.services.exchange.apply(w, t.nothing, False)),
    "export bans": ("ban_registrar", lambda t, w: t.services.exchange.export(w, t.folder / f"{w.initials}.csv")),
    "see drills": ("risk_coordinator", lambda t, w: t.services.drills.overview(w)),
    "begin to plan a drill": ("risk_coordinator", lambda t, w: t.services.drills.blank(w)),
    "have a drill's time proposed": ("risk_coordinator", lambda t, w: t.services.drills.propose(w, DrillForm())),
    "plan a drill": ("risk_coordinator", lambda t, w: t.services.drills.plan(w, DrillForm())),
    "say what has been seen to": ("risk_coordinator", lambda t, w: t.services.drills.confirm(w, ())),
    "call a drill off": ("risk_coordinator", lambda t, w: t.services.drills.call_off(w)),
    "open a drill": ("risk_coordinator", lambda t, w: t.services.drills.drill(w, 1)),
    "evaluate a drill": ("risk_coordinator", lambda t, w: t.services.drills.evaluate(w, 1, Evaluation())),
    "add an improvement": ("risk_coordinator", lambda t, w: t.services.drills.improve(w, 1, "", "", "")),
    "note an improvement": ("risk_coordinator", lambda t, w: t.services.drills.improved(w, 1)),
    "finish an evaluation": ("risk_coordinator", lambda t, w: t.services.drills.finish(w, 1)),
    "see heads-ups": (f"{TELLS_GUARDS} legal", lambda t, w: t.services.headsups.overview(w)),
    "see heads-ups as they change": (f"{TELLS_GUARDS} legal", lambda t, w: t.services.headsups.overview_unasked(w)),
    "open a heads-up": (f"{TELLS_GUARDS} legal", lambda t, w: t.services.headsups.read(w, 1)),
    "see whom a heads-up is about": (
        "guard leader centre_head",
        lambda t, w: t.services.headsups.name_of(w, 1),
    ),
    "begin a heads-up for an arrival": (TELLS_GUARDS, lambda t, w: t.services.headsups.form_for_arrival(w, 1)),
    "take an arrival back": (TELLS_GUARDS, lambda t, w: t.services.headsups.withdraw(w, 1)),
    "begin a heads-up": (TELLS_GUARDS, lambda t, w: t.services.headsups.blank(w)),
    "open a heads-up to change it": (TELLS_GUARDS, lambda t, w: t.services.headsups.form(w, 1)),
    "be advised on a heads-up": (TELLS_GUARDS, lambda t, w: t.services.headsups.advise(w, HeadsUpForm())),
    "save a heads-up": (TELLS_GUARDS, lambda t, w: t.services.headsups.save(w, HeadsUpForm())),
    "read meetings from a file": (
        TELLS_GUARDS,
        lambda t, w: t.services.headsups.read_file(w, t.folder / "list.csv"),
    ),
    "take meetings over": (TELLS_GUARDS, lambda t, w: t.services.headsups.take_over(w, Calendar(source="x.ics"))),
    "see a heads-up": (TELLS_GUARDS, lambda t, w: t.services.headsups.take(w, 1)),
    "note that a meeting begins": (TELLS_GUARDS, lambda t, w: t.services.headsups.begin(w, 1)),
    "note that all is well": (TELLS_GUARDS, lambda t, w: t.services.headsups.all_well(w, 1)),
    "note the watching": (TELLS_GUARDS, lambda t, w: t.services.headsups.watch(w, 1)),
    "note that a meeting is over": (TELLS_GUARDS, lambda t, w: t.services.headsups.end(w, 1)),
    "postpone a meeting": (TELLS_GUARDS, lambda t, w: t.services.headsups.postpone(w, 1)),
    "call a meeting off": (TELLS_GUARDS, lambda t, w: t.services.headsups.call_off(w, 1)),
    "warn the police": (
        "leader centre_head legal",
        lambda t, w: t.services.headsups.prewarn(w, 1, PrewarningForm()),
    ),
    "lend a mobile alarm": (TELLS_GUARDS, lambda t, w: t.services.headsups.lend(w, LoanForm())),
    "take a mobile alarm back": (TELLS_GUARDS, lambda t, w: t.services.headsups.give_back(w, 1)),
    "announce an arrival": (TELLS_GUARDS, lambda t, w: t.services.headsups.announce(w, ArrivalForm())),
    "decide an arrival": (
        "leader centre_head",
        lambda t, w: t.services.headsups.decide(w, 1, "no_meeting"),
    ),
    "list users": (ADMIN, lambda t, w: t.services.users.all(w)),
    "add a user": (ADMIN, lambda t, w: t.services.users.add(w, "NY", "guard")),
    "change a user": (ADMIN, lambda t, w: t.services.users.change(w, w.initials, name="Ny")),
    "disable a user": (ADMIN, lambda t, w: t.services.users.disable(w, "QQ")),
    "enable a user": (ADMIN, lambda t, w: t.services.users.enable(w, "QQ")),
    "give a code": (ADMIN, lambda t, w: t.services.users.new_code(w, "QQ")),
}


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """One house for all of them: what one role was allowed to do only makes the next refusal another sentence."""
    folder = tmp_path_factory.mktemp("town")
    (folder / "list.csv").write_text("navn;fra;til\nKim;01-01-2025;01-06-2025\n", "utf-8")
    with small_house(folder) as house:
        services = on_ground(house.ground)
        leader = house.who(Role.LEADER)
        person = services.persons.create(leader, PersonForm(name="Christian Møller-Eksempel", birth="1984")).id
        author = house.who(Role.LEADER, initials="OTHER")
        incident = services.incidents.save(
            author,
            IncidentForm(
                kind="threat",
                day="20-11-2025",
                time="10:00",
                place="K2",
                behaviours=("shouting",),
                subjects=(SubjectForm(person=person),),
                account="Råbte ad en medarbejder.",
            ),
        ).id
        ban = services.bans.begin(leader, person).id
        listed = BanList(rows=(), broken=(), source="list.csv")
        yield Town(
            house=house,
            services=services,
            person=person,
            incident=incident,
            ban=ban,
            nothing=services.exchange.compare(house.who(Role.BAN_REGISTRAR), listed),
            folder=folder,
        )


@pytest.mark.parametrize("act", ACTS)
def test_only_these_roles_may(town: Town, act: str) -> None:
    allowed, call = ACTS[act]
    found = []
    for role in Role:
        try:
            call(town, town.house.who(role))
        except Forbidden:
            continue
        except Refused:
            pass
        found.append(role.value)
    assert set(found) == set(allowed.split())


def test_every_public_act_of_every_service_is_in_the_table(town: Town) -> None:
    """A service that grows a door must have it watched here."""
    named = {name for _allowed, call in ACTS.values() for name in call.__code__.co_names}
    for service in (
        town.services.incidents,
        town.services.persons,
        town.services.lookup,
        town.services.bans,
        town.services.letters,
        town.services.exchange,
        town.services.headsups,
        town.services.users,
        town.services.followups,
    ):
        for name in vars(type(service)):
            if not name.startswith("_") and name not in OPEN:
                assert name in named, f"{type(service).__name__}.{name}"


OPEN = {
    # Within another service's transaction, which asks.
    "root", "group", "add", "on_the_list", "take_over", "shows", "keep_mistaken",
    "counts", "unread", "searched_as", "load", "template", "latest",
}  # fmt: skip
"""Doors that need no right, show numbers only, or are asked through another's."""
