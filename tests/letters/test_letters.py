"""Letters as they lie in the folder: opened again, every field filled, in both languages, never with a CPR number."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from docx import Document
from harness.house import SmallHouse, small_house

from db.ban_tables import BanRow
from db.main import writing
from guardroom import language
from guardroom.bans.form import BanForm
from guardroom.bans.register import BanRegister
from guardroom.bans.view import BanView
from guardroom.incidents.form import IncidentForm, SubjectForm
from guardroom.incidents.log import IncidentLog
from guardroom.incidents.view import IncidentView
from guardroom.letters.filling import texts
from guardroom.letters.letters import Letters
from guardroom.people.person import PersonForm
from guardroom.people.persons import Persons
from guardroom.people.roles import Role
from guardroom.people.who import Who
from guardroom.refusal import Forbidden, Refused
from screens.ban import letter_of

CPR = "241185-1234"

REASON = (
    "The reason is: Weighty interests of others are against waiting with the decision (no. 3). "
    "Der er fare for gentagelse."
)


class Desk:
    """A house with its services, a leader at work in it, and a citizen."""

    def __init__(self, house: SmallHouse) -> None:
        self.house = house
        self.persons = Persons(house.ground)
        self.bans = BanRegister(house.ground, self.persons)
        self.incidents = IncidentLog(house.ground, self.persons)
        self.letters = Letters(house.ground, self.bans, self.incidents)
        self.leader = house.who(Role.LEADER)
        self.folder = house.ground.settings.letters.folder

    def person(self, name: str = "Kim Eksempel") -> int:
        return self.persons.create(self.leader, PersonForm(name=name, birth="1990", case_ref="J-2231")).id

    def incident(self, *persons: int, **said: object) -> IncidentView:
        form = IncidentForm(
            kind="ejected_escorted",
            day="24-11-2025",
            time="09:42",
            place="K2",
            behaviours=("shouting",),
            asked="yes",
            asked_time="09:43",
            asked_by="VT",
            complied="yes",
            account="Råbte og slog i bordet, blev bedt om at gå.",
            subjects=tuple(SubjectForm(person=person) for person in persons) or (SubjectForm(description="ukendt"),),
        )
        return self.incidents.save(self.leader, replace(form, **said))  # type: ignore[arg-type]

    def draft(self, name: str = "Kim Eksempel", person: int | None = None, **said: object) -> BanView:
        person = self.person(name) if person is None else person
        incident = self.incident(person)
        ban = self.bans.begin(self.leader, person, beside=True)
        form = BanForm(
            kind="full",
            starts_on="25-11-2025",
            ends_on="25-05-2026",
            channels=("phone", "letter"),
            contact_person="Lone Dam",
            contact_phone="11 22 33 44",
            reasons="Den 24. november råbte du ad en medarbejder.\nDu slog i bordet og truede hende.",
            incidents=(incident.id,),
            less_intrusive="Kun telefon: prøvet i oktober.",
            casework_reviewed=True,
            appeal_guidance=True,
            case_ref="J-2231",
            normalisation="En samtale i maj.",
        )
        return self.bans.change(self.leader, ban.id, replace(form, **said))  # type: ignore[arg-type]

    def decided(self, person: int | None = None, **said: object) -> BanView:
        ban = self.draft(person=person, **said)
        seal = self.bans.skip_hearing(self.leader, ban.id, "urgent", "Der er fare for gentagelse.").seal
        now = self.house.clock.now()
        self.bans.sign(replace(self.house.who(Role.CENTRE_HEAD), proved_at=now), ban.id, seal)
        return self.bans.sign(replace(self.house.who(Role.DIRECTOR), proved_at=now), ban.id, seal)

    def in_force(self, person: int | None = None, **said: object) -> BanView:
        ban = self.decided(person, **said)
        self.bans.file_letter(self.leader, ban.id, "J-9")
        self.bans.serve(self.leader, ban.id, "", "handed_over")
        return self.bans.activate(self.leader, ban.id)

    def left_behind(self) -> list[str]:
        return sorted(path.name for path in self.folder.iterdir()) if self.folder.exists() else []


@contextmanager
def desk_in(folder: Path, *, toml: str = "", **changes: object) -> Iterator[Desk]:
    with small_house(folder, toml=toml, **changes) as house:
        yield Desk(house)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with desk_in(tmp_path) as made:
        yield made


@pytest.fixture
def spoken_desk(tmp_path: Path, spoken: str) -> Iterator[Desk]:
    """The house once in Danish and once in English."""
    with desk_in(tmp_path, language=spoken) as made:
        language.choose(spoken)
        yield made


def said(path: Path) -> str:
    return "\n".join(texts(path.read_bytes()))


def own_template(desk: Desk, kind: str, *paragraphs: str) -> Letters:
    """Letters from the municipality's own folder, with this one template in it."""
    folder = desk.folder.parent / "skabeloner"
    folder.mkdir(exist_ok=True)
    document = Document()
    for text in paragraphs:
        document.add_paragraph(text)
    document.save(str(folder / f"{kind}.docx"))
    return with_templates(desk, folder)


def with_templates(desk: Desk, folder: Path) -> Letters:
    settings = desk.house.ground.settings
    letters = replace(settings.letters, templates=folder)
    ground = replace(desk.house.ground, settings=replace(settings, letters=letters))
    return Letters(ground, desk.bans, desk.incidents)


def written(desk: Desk, kind: str) -> Path:
    """A letter of this kind about something that is ripe for it."""
    match kind:
        case "hearing":
            return desk.letters.write(desk.leader, "hearing", desk.draft().id)
        case "ban":
            return desk.letters.write(desk.leader, "ban", desk.decided().id)
        case "extension":
            ban = desk.in_force()
            desk.house.clock.advance(days=10)
            ban = desk.bans.extend(desk.leader, ban.id)
            return desk.letters.write(desk.leader, "extension", ban.id)
        case "lift":
            ban = desk.in_force()
            desk.house.clock.advance(days=1)
            desk.bans.lift(desk.leader, ban.id, "", "Der er ro igen.")
            return desk.letters.write(desk.leader, "lift", ban.id)
        case _:
            return desk.letters.write(desk.leader, "conduct", desk.incident(desk.person()).id)


@pytest.mark.parametrize("kind", ["hearing", "ban", "extension", "lift", "conduct"])
def test_a_letter_of_every_kind(spoken_desk: Desk, kind: str) -> None:
    path = written(spoken_desk, kind)
    text = said(path)
    danish = spoken_desk.house.ground.settings.language == "da"
    assert "Kim Eksempel" in text
    assert "J-2231" in text
    assert ("Kære" if danish else "Dear") in text
    assert "Fredensborg" in text
    assert "Rådhuset" in text
    assert ("databeskyttelsesforordningen" if danish else "General Data Protection Regulation") in text
    assert not re.search(r"\{\{|\}\}|\{%|%\}", text)
    assert "Kim" not in path.name
    Document(str(path))


def test_a_decision_says_everything_it_must(desk: Desk) -> None:
    text = said(desk.letters.write(desk.leader, "ban", desk.decided().id))
    for part in (
        "25 November 2025",
        "25 May 2026",
        "You may not come to Rådhuset",
        "You may ring Lone Dam on 11 22 33 44",
        "Den 24. november råbte du",
        "2. Du slog",
        "24 November 2025 at 09.42, Kontaktrum 2",
        "Kun telefon: prøvet i oktober.",
        REASON,
        "sections 22-24",
        "section 25",
        "Ombudsman",
        "En samtale i maj.",
        "Carl Høj",
        "centerchef",
        "Dorte Berg",
        "Signed on 24 November 2025",
        "Our no.: FB-2025-001",
    ):
        assert part in text
    assert "DRAFT" not in text


def test_a_decision_is_a_draft_until_it_is_decided(desk: Desk) -> None:
    ban = desk.draft()
    text = said(desk.letters.write(desk.leader, "ban", ban.id))
    assert "DRAFT" in text
    assert "Not signed yet" in text
    assert "[hearing missing]" in text


def test_a_hearing_letter_gives_the_policy_s_time_to_answer(desk: Desk) -> None:
    text = said(desk.letters.write(desk.leader, "hearing", desk.draft().id))
    assert "by 8 December 2025" in text
    assert "section 19" in text
    assert "Lone Dam" in text
    assert "teamleder" in text
    assert "DRAFT" not in text


def test_a_conduct_letter_tells_what_happened_but_not_the_account(desk: Desk) -> None:
    text = said(desk.letters.write(desk.leader, "conduct", desk.incident(desk.person()).id))
    assert "24 November 2025 at 09.42" in text
    assert "escorted out" in text
    assert "You can contact us as before." in text
    assert "You are welcome to come or ring." in text
    assert "09.43" in text
    assert "Råbte og slog" not in text


def test_names_and_places_of_the_files(desk: Desk) -> None:
    ban = desk.draft()
    first = desk.letters.write(desk.leader, "hearing", ban.id)
    second = desk.letters.write(desk.leader, "hearing", ban.id)
    assert first.name == "FB-2025-001 hearing letter 2025-11-24.docx"
    assert second.name == "FB-2025-001 hearing letter 2025-11-24 (2).docx"
    assert desk.left_behind() == sorted((first.name, second.name))
    if os.name == "posix":
        assert stat.S_IMODE(first.stat().st_mode) == 0o600
        assert stat.S_IMODE(desk.folder.stat().st_mode) == 0o700


def test_a_letter_is_in_the_audit_log_by_number_only(desk: Desk) -> None:
    ban = desk.draft()
    desk.letters.write(desk.leader, "hearing", ban.id)
    entry = desk.house.audit()[-1]
    assert (entry.what, entry.subject, entry.subject_id) == ("letter_written", "ban", ban.id)
    assert "hearing" in entry.detail
    assert "Kim" not in entry.detail
    assert desk.house.first_break() is None


@pytest.mark.parametrize(
    "name", ["<w:p>Bo & Ib</w:p>", "{{ 7*7 }} Bo", "{% raw %} Bo", "Bo [/] Ib", 'Bo "O\'Hara" <Ib>', "{_{ Bo"]
)
def test_nothing_in_a_name_is_taken_for_anything_else(desk: Desk, name: str) -> None:
    text = said(desk.letters.write(desk.leader, "hearing", desk.draft(name).id))
    # The template library writes this one sign back as braces; it is read by nothing afterwards.
    assert name.replace("{_{", "{{") in text


def test_what_a_terminal_would_obey_is_not_in_a_letter(desk: Desk) -> None:
    path = own_template(desk, "hearing", "{{ name }}|{{ reasons[0] }}").write(
        desk.leader, "hearing", desk.draft("Bo\x1b[2J Ib", reasons="a\x1b]0;x\x07b c d e f").id
    )
    assert "\x1b" not in said(path)
    assert "Bo[2J Ib|" in said(path)


def test_the_municipality_s_own_template(desk: Desk) -> None:
    letters = own_template(
        desk, "hearing", "Til {{ name }}, {{ case_ref }}", "{% for line in reasons %}<{{ line }}>{% endfor %}"
    )
    text = said(letters.write(desk.leader, "hearing", desk.draft().id))
    assert "Til Kim Eksempel, J-2231" in text
    assert "<Du slog i bordet og truede hende.>" in text


def test_ours_is_used_where_the_own_folder_has_none(desk: Desk) -> None:
    letters = own_template(desk, "ban", "x")
    assert letters.template("hearing").parent.name == "en"
    assert letters.template("ban").parent.name == "skabeloner"


def test_a_template_with_an_unknown_field_is_refused(desk: Desk) -> None:
    letters = own_template(desk, "ban", "{{ nmae }}")
    ban = desk.draft()
    before = desk.house.told()
    with pytest.raises(Refused, match=r"ban\.docx uses the field “nmae”, which there is not; the nearest .*“name”"):
        letters.write(desk.leader, "ban", ban.id)
    assert desk.left_behind() == []
    assert "letter_written" not in desk.house.told()[len(before) :]


def test_a_cpr_number_that_slipped_into_the_database_does_not_go_out(desk: Desk) -> None:
    from db.people_tables import PersonRow

    ban = desk.draft()
    with writing(desk.house.ground.engine) as session:
        row = session.get(PersonRow, ban.person)
        assert row is not None
        row.name = f"Kim {CPR}"
    with pytest.raises(Refused, match="CPR"):
        desk.letters.write(desk.leader, "hearing", ban.id)
    assert desk.left_behind() == []


def test_letters_come_when_the_ban_is_ripe_for_them(desk: Desk) -> None:
    ban = desk.draft()
    with pytest.raises(Refused, match="has not been lifted"):
        desk.letters.write(desk.leader, "lift", ban.id)
    with pytest.raises(Refused, match="does not extend"):
        desk.letters.write(desk.leader, "extension", ban.id)
    decided = desk.decided(starts_on="26-05-2026", ends_on="26-06-2026")
    with pytest.raises(Refused, match="the hearing comes before"):
        desk.letters.write(desk.leader, "hearing", decided.id)
    desk.bans.drop(desk.leader, ban.id, "Skrevet to gange.")
    with pytest.raises(Refused, match="given up"):
        desk.letters.write(desk.leader, "hearing", ban.id)
    assert desk.left_behind() == []


def test_a_ban_that_is_lifted_from_a_day_to_come_is_written_about_before(desk: Desk) -> None:
    ban = desk.in_force()
    desk.house.clock.advance(days=1)
    desk.bans.lift(desk.leader, ban.id, "28-11-2025", "Der er ro igen.")
    assert "28 November 2025" in said(desk.letters.write(desk.leader, "lift", ban.id))


def test_a_lifting_from_a_day_to_come_says_that_the_ban_applies_until_then(desk: Desk) -> None:
    ban = desk.in_force()
    desk.house.clock.advance(days=1)
    lifted = desk.bans.lift(desk.leader, ban.id, "28-11-2025", "Der er ro igen.")
    assert letter_of(lifted) == "lift"
    text = said(desk.letters.write(desk.leader, "lift", ban.id))
    assert "Your restriction is lifted from 28 November 2025" in text
    assert "Until then you must keep to the decision" in text
    with pytest.raises(Refused, match="has been lifted: write the lifting letter"):
        desk.letters.write(desk.leader, "ban", ban.id)
    desk.house.clock.advance(days=3)
    text = said(desk.letters.write(desk.leader, "lift", ban.id))
    assert "Your restriction has been lifted" in text
    assert "Until then" not in text


def test_a_lifting_letter_names_what_still_applies(spoken_desk: Desk) -> None:
    desk = spoken_desk
    danish = desk.house.ground.settings.language == "da"
    welcome = "velkommen" if danish else "welcome"
    assert welcome in said(written(desk, "lift"))
    first = desk.in_force()
    contact = desk.in_force(first.person, kind="contact", channels=("letter",))
    desk.house.clock.advance(days=1)
    desk.bans.lift(desk.leader, first.id, "", "Der er ro igen.")
    text = said(desk.letters.write(desk.leader, "lift", first.id))
    kind, until = ("kontaktbegrænsning", "25. maj 2026") if danish else ("contact restriction", "25 May 2026")
    assert f"{contact.number}: {kind}" in text
    assert until in text
    assert welcome not in text
    assert ("åbningstiden" if danish else "opening hours") not in text


# What the letter says of the hearing


def heard(desk: Desk, answered: bool = True) -> BanView:
    """A draft whose citizen was asked about it."""
    ban = desk.bans.send_hearing(desk.leader, desk.draft().id)
    if not answered:
        return ban
    desk.house.clock.advance(days=3)
    return desk.bans.answer_hearing(desk.leader, ban.id, "", "Man må godt ringe til mig.")


ANSWERED = "You answered on 27 November 2025."
OTHER = "What we wrote to you about on 24 November 2025 was something else"


def decision_letter(desk: Desk, ban: BanView) -> str:
    return said(desk.letters.write(desk.leader, "ban", ban.id))


def test_the_letter_tells_the_answer_to_what_is_decided(desk: Desk) -> None:
    text = decision_letter(desk, heard(desk))
    assert ANSWERED in text
    assert "Man må godt ringe til mig." in text
    assert "something else" not in text


def test_a_hearing_about_another_text_is_none_of_this_decision_s(desk: Desk) -> None:
    ban = heard(desk)
    ban = desk.bans.change(desk.leader, ban.id, replace(ban.form, reasons="Helt andre grunde end dem fra før."))
    for skipped in (False, True):
        if skipped:
            desk.bans.skip_hearing(desk.leader, ban.id, "urgent", "Der er fare for gentagelse.")
        text = decision_letter(desk, ban)
        assert OTHER in text
        assert "Man må godt" not in text
        assert "You answered" not in text
        assert (REASON in text) == skipped
        assert ("[hearing missing]" in text) != skipped
    # Who is to be asked anew is given the whole time again.
    assert "by 11 December 2025" in said(desk.letters.write(desk.leader, "hearing", ban.id))


def test_a_hearing_that_was_cut_short_is_told_with_the_reason(desk: Desk) -> None:
    ban = heard(desk, answered=False)
    desk.bans.skip_hearing(desk.leader, ban.id, "urgent", "Der er fare for gentagelse.")
    text = decision_letter(desk, ban)
    assert "asked for your answer by 8 December 2025 at the latest, but have made the decision without" in text
    assert REASON in text
    assert "We have not received an answer" not in text


def test_the_answer_is_followed_by_how_it_was_weighed(desk: Desk) -> None:
    ban = heard(desk)
    assert "[how the answer was weighed is missing]" in decision_letter(desk, ban)
    weighed = "Vi har prøvet telefon i oktober, og det var ikke nok."
    ban = desk.bans.change(desk.leader, ban.id, replace(ban.form, reasons=f"{ban.form.reasons}\n\n{weighed}"))
    text = decision_letter(desk, ban)
    assert text.count(weighed) == 1
    assert text.index("Man må godt ringe til mig.") < text.index("how we have weighed") < text.index(weighed)
    assert "is missing]" not in text


# What is proposed


@pytest.mark.parametrize(
    ("kind", "english"),
    [
        ("full", "to give you an attendance ban"),
        ("department", "to ban you from coming to parts of the town hall"),
        ("contact", "to limit how you may contact us"),
        ("mail_redirect", "to gather your mail in one place"),
        ("mail_block", "to block your mail address"),
    ],
)
def test_the_citizen_reads_what_is_considered_of_them(desk: Desk, kind: str, english: str) -> None:
    ban = desk.draft(kind=kind, scope=("Jobcenter",), mail_to="a@example.dk")
    text = said(desk.letters.write(desk.leader, "hearing", ban.id))
    assert text.count(f"whether {english}") >= 3
    text = said(desk.letters.write(desk.leader, "ban", ban.id))
    assert f"has decided {english}" in text
    assert ("What you may not do" in text) != (kind in ("mail_redirect", "mail_block"))
    assert "mail redirected" not in text
    assert "mail address blocked" not in text


def test_the_hearing_about_a_contact_restriction_says_what_is_proposed(desk: Desk) -> None:
    ban = desk.draft(kind="contact", contact_hours="hverdage 9-12")
    text = said(desk.letters.write(desk.leader, "hearing", ban.id))
    ahead = text[: text.index("Why we are considering it")]
    assert "only contact us in the ways that are named below" in ahead
    assert "You may ring Lone Dam on 11 22 33 44. Hours: hverdage 9-12." in ahead
    assert "You may write to us by letter: Rådhuset" in ahead
    assert "Your contact would be Lone Dam" in ahead
    assert "What you may still do" not in text


@pytest.mark.parametrize(
    ("form", "told"),
    [
        ({"contact_person": "", "contact_phone": ""}, "You may ring us on 5922."),
        ({"contact_phone": ""}, "You may ring us on 5922 and ask for Lone Dam."),
        ({"kind": "mail_redirect", "mail_to": "post@example.dk"}, "passed on to our mailbox post@example.dk"),
        ({"kind": "mail_block", "mail_to": "kim@example.dk"}, "from your address kim@example.dk"),
        ({"kind": "mail_block", "mail_to": "kim@example.dk"}, "You may come to the town hall like everybody else."),
    ],
)
def test_a_way_is_given_with_its_number_or_address(desk: Desk, form: dict[str, object], told: str) -> None:
    text = said(desk.letters.write(desk.leader, "ban", desk.draft(**form).id))
    assert told in text


def test_no_address_or_number_is_named_that_is_no_open_way(desk: Desk) -> None:
    ban = desk.draft(mail_to="kim@example.dk", channels=("mail", "letter"))
    text = said(desk.letters.write(desk.leader, "ban", ban.id))
    assert "You may write mail to us." in text
    assert "kim@example.dk" not in text
    assert "11 22 33 44" not in text


def test_no_hearing_letter_about_what_lacks_its_reasons(desk: Desk) -> None:
    ban = desk.draft(reasons="", channels=())
    with pytest.raises(Refused, match=r"Still missing \(2\): at least one open way .*; concrete reasons"):
        desk.letters.write(desk.leader, "hearing", ban.id)
    assert desk.left_behind() == []
    desk.bans.change(desk.leader, ban.id, replace(ban.form, reasons="Du slog i bordet i dag.", channels=("letter",)))
    desk.letters.write(desk.leader, "hearing", ban.id)


def test_the_hearing_about_an_extension_says_what_it_goes_on_from(desk: Desk) -> None:
    ban = desk.in_force(starts_on="24-11-2025")
    desk.house.clock.advance(days=10)
    breach = desk.incidents.save(desk.leader, replace(desk.incidents.of_breach(desk.leader, ban.id), place="K2"))
    new = desk.bans.extend(desk.leader, ban.id)
    said_why = "Du kom igen og råbte."
    desk.bans.change(desk.leader, new.id, replace(new.form, incidents=(breach.id,), reasons=said_why))
    text = said(desk.letters.write(desk.leader, "hearing", new.id))
    assert "attendance ban when FB-2025-001 ends" in text
    assert "already been given the decision FB-2025-001, whose last day is 25 May 2026" in text
    text = said(desk.letters.write(desk.leader, "extension", new.id))
    assert "follows FB-2025-001, whose last day is 25 May 2026" in text
    assert "already been given" not in said(written(desk, "hearing"))


def test_a_later_letter_of_a_decision_is_a_copy_of_it(desk: Desk) -> None:
    ban = desk.decided()
    desk.house.clock.advance(days=2)
    text = said(desk.letters.write(desk.leader, "ban", ban.id))
    assert "Fredensborg, 24 November 2025" in text
    assert "COPY" not in text
    desk.bans.file_letter(desk.leader, ban.id, "J-9")
    text = said(desk.letters.write(desk.leader, "ban", ban.id))
    assert "Fredensborg, 24 November 2025" in text
    assert "COPY of the decision of 24 November 2025. The copy was written on 26 November 2025." in text


def test_a_ban_of_the_case_system_s_list_has_its_letter_there(desk: Desk) -> None:
    ban = desk.in_force()
    with writing(desk.house.ground.engine) as session:
        row = session.get_one(BanRow, ban.id)
        row.signatures.clear()
    with pytest.raises(Refused, match="comes from the case system's list"):
        desk.letters.write(desk.leader, "ban", ban.id)


def test_a_hearing_never_says_that_it_holds_before_the_answer_is_due(desk: Desk) -> None:
    ban = desk.draft()
    text = said(desk.letters.write(desk.leader, "hearing", ban.id))
    assert "the day on which you are told of the decision up to and including" in text


# What happened, as the citizen is told it


def test_what_was_recorded_stands_in_every_letter(desk: Desk) -> None:
    person = desk.person()
    done = desk.incident(person, behaviours=("shouting", "threat_violence", "other"))
    ban = desk.draft(person=person)
    desk.bans.change(desk.leader, ban.id, replace(ban.form, incidents=(done.id,)))
    for kind in ("hearing", "ban"):
        text = said(desk.letters.write(desk.leader, kind, ban.id))  # type: ignore[arg-type]
        assert "escorted out. Our employees have noted: shouting or abuse; threat of violence." in text
    text = said(desk.letters.write(desk.leader, "conduct", done.id))
    assert "threat of violence" in text
    assert "other behaviour" not in text


@pytest.mark.parametrize("starts_on", ["24-11-2025", "25-12-2025"])
def test_a_conduct_letter_keeps_to_the_ban_that_is_there(spoken_desk: Desk, starts_on: str) -> None:
    desk = spoken_desk
    ban = desk.in_force(starts_on=starts_on)
    text = said(desk.letters.write(desk.leader, "conduct", desk.incident(ban.person).id))
    danish = desk.house.ground.settings.language == "da"
    assert f"{ban.number}: {'fremmødeforbud' if danish else 'attendance ban'}, " in text
    for wrong in ("hidtil", "velkommen", "ved et fremmødeforbud") if danish else ("as before", "welcome", "by a ban"):
        assert wrong not in text
    desk.bans.lift(desk.leader, ban.id, "", "Der er ro igen.")
    text = said(desk.letters.write(desk.leader, "conduct", desk.incident(ban.person).id))
    assert ("som hidtil" if danish else "as before") in text


def test_a_conduct_letter_waits_for_a_decision_to_be_served(desk: Desk) -> None:
    ban = desk.decided()
    incident = desk.incident(ban.person)
    with pytest.raises(Refused, match=f"{ban.number} is decided and not served on the person yet"):
        desk.letters.write(desk.leader, "conduct", incident.id)
    desk.bans.serve(desk.leader, ban.id, "", "handed_over")
    assert ban.number in said(desk.letters.write(desk.leader, "conduct", incident.id))


@pytest.mark.parametrize(
    ("kind", "channel", "told"),
    [
        ("full", "in_person", "You were here although you may not be."),
        ("department", "in_person", "You were in a part of the town hall where you may not be."),
        ("contact", "phone", "You contacted us in another way or at another time than you may (telephone)."),
        ("mail_redirect", "mail", "You wrote mail to an employee although it is to go to one mailbox."),
        ("mail_block", "mail", "You wrote mail to us from an address that is blocked."),
    ],
)
def test_a_breach_is_told_as_what_it_was(desk: Desk, kind: str, channel: str, told: str) -> None:
    ban = desk.in_force(kind=kind, scope=("Jobcenter",), mail_to="a@example.dk", starts_on="24-11-2025")
    form = replace(desk.incidents.of_breach(desk.leader, ban.id), channel=channel, place="K2")
    breach = desk.incidents.save(desk.leader, form)
    next_one = desk.bans.extend(desk.leader, ban.id)
    desk.bans.change(desk.leader, next_one.id, replace(next_one.form, incidents=(breach.id,)))
    for text in (
        said(desk.letters.write(desk.leader, "extension", next_one.id)),
        said(desk.letters.write(desk.leader, "conduct", breach.id)),
    ):
        assert told in text
        assert "welcome to come" not in text
        assert ("although you may not be" in text) == (kind == "full")


@pytest.mark.parametrize(
    ("kind", "promise"),
    [
        ("conduct", "As a rule you will have the opportunity to be heard before we make such a decision."),
        ("conduct", "your day or year of birth"),
        ("lift", "From that day you are not on our list of bans that apply either."),
    ],
)
def test_a_letter_promises_nothing_that_may_not_be_so(desk: Desk, kind: str, promise: str) -> None:
    text = said(written(desk, kind))
    assert promise in text
    assert "We have taken you off" not in text


def test_a_conduct_letter_has_one_reader(desk: Desk) -> None:
    one, other = desk.person("Bo Eks"), desk.person("Ida Eks")
    incident = desk.incident(one, other)
    with pytest.raises(Refused, match="several people"):
        desk.letters.write(desk.leader, "conduct", incident.id)
    assert "Dear Ida Eks" in said(desk.letters.write(desk.leader, "conduct", incident.id, other))
    with pytest.raises(Refused, match="Nobody with a name"):
        desk.letters.write(desk.leader, "conduct", desk.incident().id)
    with pytest.raises(Refused, match="counts against nobody"):
        desk.letters.write(desk.leader, "conduct", desk.incident(one, kind="near_miss").id)


@pytest.mark.parametrize(("kind", "behaviours"), [("turned_away", ()), ("turned_away", ("other",)), ("other", ())])
def test_a_conduct_letter_wants_conduct_that_is_named(desk: Desk, kind: str, behaviours: tuple[str, ...]) -> None:
    asked = {"asked": "", "asked_time": "", "asked_by": "", "complied": ""}
    incident = desk.incident(desk.person(), kind=kind, behaviours=behaviours, **asked)
    with pytest.raises(Refused, match=f"{incident.number} .* names nothing that the citizen did"):
        desk.letters.write(desk.leader, "conduct", incident.id)
    assert desk.left_behind() == []


def test_who_may_write_letters(desk: Desk) -> None:
    ban, incident = desk.draft(), desk.incident(desk.person())
    for role in (Role.GUARD, Role.DESK, Role.BAN_REGISTRAR, Role.DIRECTOR, Role.ADMIN):
        with pytest.raises(Forbidden):
            desk.letters.write(desk.house.who(role), "hearing", ban.id)
    with pytest.raises(Forbidden):
        desk.letters.write(desk.house.who(Role.CENTRE_HEAD), "conduct", incident.id)
    nameless: Who = desk.house.who(Role.LEADER, initials="NN", name="")
    with pytest.raises(Refused, match="signed with a name"):
        desk.letters.write(nameless, "hearing", ban.id)
    assert desk.left_behind() == []


def test_a_leader_of_another_part_writes_no_letter_with_its_reasons(desk: Desk) -> None:
    ban = desk.draft(area="Jobcenter")
    other = desk.house.who(Role.LEADER, "Borgerservice")
    with pytest.raises(Forbidden):
        desk.letters.write(other, "hearing", ban.id)


def test_a_folder_that_cannot_be_written_is_said(desk: Desk) -> None:
    ban = desk.draft()
    desk.folder.write_text("a file where the folder should be")
    before = desk.house.told().count("letter_written")
    with pytest.raises(Refused, match="No letter can be written in"):
        desk.letters.write(desk.leader, "hearing", ban.id)
    assert desk.house.told().count("letter_written") == before


def test_a_letter_whose_audit_entry_fails_is_not_left_behind(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    from db.audit_tables import AuditHeadRow

    ban = desk.draft()
    read = desk.bans.read

    def read_and_break(*args: object, **kwargs: object) -> BanView:
        view = read(*args, **kwargs)  # type: ignore[arg-type]
        with writing(desk.house.ground.engine) as session:
            head = session.get(AuditHeadRow, 1)
            assert head is not None
            head.number -= 1
        return view

    monkeypatch.setattr(desk.bans, "read", read_and_break)
    with pytest.raises(Exception, match=r"UNIQUE|unique"):
        desk.letters.write(desk.leader, "hearing", ban.id)
    assert desk.left_behind() == []
