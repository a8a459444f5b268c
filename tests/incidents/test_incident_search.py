"""The history, page by page, and what is found in it: by whom it may be found, and by nobody else."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from incident_house import THREAT, IncidentHouse

from guardroom import language
from guardroom.incidents import words
from guardroom.incidents.form import SubjectForm
from guardroom.incidents.search import read_query
from guardroom.people.person import PersonForm
from guardroom.people.roles import Role
from guardroom.people.who import Who

ZONE = ZoneInfo("Europe/Copenhagen")
pytestmark = pytest.mark.usefixtures("both_databases")


def found(at: IncidentHouse, who: Who, query: str) -> list[str]:
    return [line.number for line in at.log.page(who, query).lines]


def test_newest_first_page_by_page(at: IncidentHouse) -> None:
    times = ["09:10", "09:00", "09:20", "09:10", "09:10", "08:00", "09:30"]
    saved = [at.save(time=time, account=f"En trussel, nummer {number}.") for number, time in enumerate(times)]
    wanted = [view.id for view in sorted(saved, key=lambda view: (view.happened_at, view.id), reverse=True)]
    for query in ("", "trussel"):
        seen: list[int] = []
        page = at.log.page(at.guard, query, limit=2)
        assert [line.id for line in page.lines] == wanted[:2]
        while True:
            seen += [line.id for line in page.lines]
            if not page.more:
                break
            page = at.log.page(at.guard, query, before=page.lines[-1], limit=2)
        assert seen == wanted
    # What was written meanwhile moves no page.
    first = at.log.page(at.guard, limit=3)
    at.save(time="09:59")
    rest = at.log.page(at.guard, before=first.lines[-1])
    assert [line.id for line in rest.lines] == wanted[3:]
    assert not rest.more


def test_a_line_of_the_history(at: IncidentHouse) -> None:
    alarm = at.alarm()
    saved = at.save(
        alarm=alarm,
        time="09:40",
        police="114",
        police_time="09:50",
        subjects=(SubjectForm(name="Kim Eks"), SubjectForm(name="Bo Eks"), SubjectForm(description="barn")),
    )
    (line,) = at.log.page(at.guard).lines
    assert (line.id, line.number, line.happened_at) == (saved.id, "H-0001", saved.happened_at)
    assert (line.kind, line.place, line.who) == ("threat", "Kontaktrum 2", "Kim Eks, Bo Eks")
    assert (line.police, line.alarm, line.readable) == ("114", True, True)


@pytest.mark.parametrize(
    "query",
    [
        "H-0001",
        "h1",
        "0001",
        "kontaktrum",
        "K2",
        "kasper",
        "EKSEMPEL",
        "raabte",
        "råbte",
        "borde",
        "bordet borger kasper kontakt",
        "threat",
        "violence",
        "24-11-2025",
        "24.11.25 trussel",
        "  bordet\x1b ",
    ],
)
def test_found_by(at: IncidentHouse, query: str) -> None:
    at.save(form=THREAT)
    at.save(place="B1", kind="near_miss", day="23-11-2025", account="Dagen før, en anden sag.", subjects=())
    assert found(at, at.guard, query) == ["H-0001"]


@pytest.mark.parametrize("query", ["H-0009", "kasper hund", "x' OR 1=1", "25-11-2025", "12345"])
def test_not_found_by(at: IncidentHouse, query: str) -> None:
    at.save()
    assert found(at, at.guard, query) == []


@pytest.mark.parametrize("query", ["%", "_", "bordet%", "- .", "\x1b"])
def test_what_is_no_word_leaves_nothing_out(at: IncidentHouse, query: str) -> None:
    at.save()
    assert found(at, at.guard, query) == ["H-0001"]


def test_kinds_are_found_by_the_words_of_the_language(at: IncidentHouse) -> None:
    at.save(kind="accidental", subjects=(), behaviours=(), account="Rengøringen kom til det.")
    assert found(at, at.guard, "accidental") == ["H-0001"]
    language.choose("da")
    for word in words.kind("accidental").split():
        assert found(at, at.guard, word) == ["H-0001"]


def test_a_person_is_found_by_every_spelling_of_theirs(at: IncidentHouse) -> None:
    kept = at.person("Christian Møller")
    gone = at.persons.create(at.leader, PersonForm(name="Kristian Moeller-Berg", aliases=("Kris",))).id
    at.save(subjects=(SubjectForm(person=gone),))
    assert found(at, at.guard, "christian") == []
    assert found(at, at.guard, "kris") == found(at, at.guard, "berg") == ["H-0001"]
    at.persons.merge(at.leader, kept, gone)
    assert found(at, at.guard, "christian") == found(at, at.guard, "berg") == ["H-0001"]
    (line,) = at.log.page(at.guard, "berg").lines
    assert line.who == "Christian Møller"
    at.persons.separate(at.leader, gone)
    assert found(at, at.guard, "christian") == []


def test_what_was_added_is_found_too(at: IncidentHouse) -> None:
    saved = at.save()
    assert found(at, at.guard, "brandslukker") == []
    at.log.add(at.guard, saved.id, "Brandslukkeren var væk bagefter.")
    assert found(at, at.guard, "brandslukker bordet") == ["H-0001"]


def test_a_search_finds_no_account_that_may_not_be_read(at: IncidentHouse) -> None:
    author = at.house.who(Role.GUARD, initials="ZZ")
    secret = "hemmelighed"
    account = f"En {secret} i teksten."
    at.save(who=author, place="K2", took_part="ZZ", account=account)
    at.save(who=author, place="B1", took_part=f"ZZ {at.guard.initials}", account=account)
    at.save(who=author, place="Hallen", took_part=f"X{at.guard.initials}", account=account)
    assert found(at, author, secret) == ["H-0003", "H-0002", "H-0001"]
    assert found(at, at.guard, secret) == ["H-0002"]
    assert found(at, at.guard, "kasper") == ["H-0003", "H-0002", "H-0001"]
    assert found(at, at.leader, secret) == ["H-0003", "H-0002", "H-0001"]
    assert found(at, at.house.who(Role.LEADER, "Jobcenter"), secret) == ["H-0003", "H-0001"]
    assert found(at, at.house.who(Role.LEADER, "borgerservice", initials="LB"), secret) == ["H-0003", "H-0002"]
    for role in (Role.HS_LEADER, Role.SECURITY_COORDINATOR, Role.DESK):
        assert found(at, at.house.who(role), secret) == []


def test_a_search_tells_no_names_to_who_may_not_see_them(at: IncidentHouse) -> None:
    at.save(subjects=(SubjectForm(name="Kasper Eksempel"), SubjectForm(description="kvinde med hund")))
    for role in (Role.SAFETY_REP, Role.HS_LEADER, Role.SECURITY_COORDINATOR, Role.DESK):
        who = at.house.who(role)
        assert found(at, who, "kasper") == found(at, who, "hund") == []
    assert found(at, at.guard, "hund") == ["H-0001"]
    # Of what they wrote themselves they know what they wrote.
    own = at.save(who=at.desk, subjects=(SubjectForm(name="Bo Eksempel"), SubjectForm(description="mand med kat")))
    assert found(at, at.desk, "bo") == found(at, at.desk, "kat") == found(at, at.desk, "bordet") == [own.number]
    assert own.subjects is not None
    at.log.join(at.guard, own.id, own.subjects[1].id, at.person("Viggo Ukendt"))
    assert found(at, at.guard, "viggo") == [own.number]
    assert found(at, at.desk, "viggo") == []


def test_the_writer_finds_what_they_wrote_and_nothing_that_became_known(at: IncidentHouse) -> None:
    own = at.save(who=at.desk, subjects=(SubjectForm(name="Jens Ukendt"),))
    assert own.subjects is not None
    before = at.log.read(at.desk, own.id)
    written = at.log.read(at.guard, own.id).subjects
    assert written is not None
    person = written[0].person
    assert person is not None
    other, third = at.person("Aysel Hemmelig"), at.person("Kim Fortrolig")
    at.persons.merge(at.leader, other, person)
    assert found(at, at.guard, "hemmelig") == found(at, at.guard, "jens") == [own.number]
    assert found(at, at.desk, "jens") == found(at, at.desk, "ukendt") == [own.number]
    assert found(at, at.desk, "hemmelig") == []
    assert at.log.read(at.desk, own.id) == before
    at.log.join(at.leader, own.id, own.subjects[0].id, third)
    changed = at.log.read(at.desk, own.id)
    assert changed.subjects == before.subjects
    assert [line.text for line in changed.addenda] == ["It is known now who this was."]
    assert [line.who for line in at.log.page(at.desk).lines] == ["Jens Ukendt"]
    assert found(at, at.desk, "fortrolig") == []
    # It is not about Jens any more; that the desk thought so is for the desk alone.
    assert found(at, at.guard, "jens") == []
    assert found(at, at.desk, "jens") == [own.number]


def test_opening_the_history_is_logged_and_no_letter_of_a_search(at: IncidentHouse) -> None:
    for minute in range(3):
        at.save(time=f"09:1{minute}")
    before = len(at.house.told())
    first = at.log.page(at.guard, limit=2)
    at.log.page(at.guard, before=first.lines[-1], limit=2)
    for typed in ("k", "ka", "kasper"):
        at.log.page(at.guard, typed)
    assert at.house.told()[before:] == ["incidents_listed"]


@pytest.mark.parametrize("role", [Role.GUARD, Role.DESK, Role.SAFETY_REP, Role.HS_LEADER, Role.LEADER])
def test_found_is_never_more_than_is_there_to_see(at: IncidentHouse, role: Role) -> None:
    who = at.house.who(role, "Jobcenter")
    for author in (who, at.house.who(Role.GUARD, initials="ZZ")):
        for place in ("K2", "B1"):
            at.save(who=author, place=place, took_part="")
    for line in at.log.page(who, "bordet").lines:
        assert line.readable
    assert {line.number for line in at.log.page(who, "eksempel").lines} == {
        line.number for line in at.log.page(who).lines if line.who
    }


@given(st.text(max_size=60))
def test_whatever_is_typed_can_be_looked_for(typed: str) -> None:
    wanted = read_query(typed, ZONE)
    assert len(wanted.words) <= 8
    assert all(word.text.isalnum() for word in wanted.words)


def test_a_day_is_the_houses_own(at: IncidentHouse) -> None:
    wanted = read_query("26-10-2025", ZONE)
    assert wanted.since == datetime(2025, 10, 25, 22, tzinfo=UTC)
    assert wanted.until == datetime(2025, 10, 26, 23, tzinfo=UTC)
    at.save(day="23-11-2025", time="00:00", asked="", account="Kort efter midnat.")
    at.save(day="22-11-2025", time="23:59", asked="", account="Kort før midnat.")
    assert found(at, at.guard, "23-11-2025") == ["H-0001"]
