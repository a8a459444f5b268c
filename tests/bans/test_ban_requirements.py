"""What a ban needs before it is decided and before it is in force: each missing in its turn."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from ban_house import BanHouse, ban_house
from sqlalchemy import text

from db.main import writing
from guardroom.bans.register import BanRegister
from guardroom.bans.requirements import missing
from guardroom.bans.view import Requirement
from guardroom.days import written
from guardroom.people.roles import Role
from guardroom.refusal import BadInput, Forbidden, Refused

ORDER = [
    "signatories",
    "start",
    "not_begun",
    "end",
    "not_over",
    "no_overlap",
    "channel",
    "reasons",
    "incident",
    "less_intrusive",
    "casework",
    "appeal",
    "hearing",
    "case_ref",
    "normalisation",
    "signature_centre_head",
    "signature_director",
    "letter",
    "served",
]


def unmet(requirements: tuple[Requirement, ...]) -> list[str]:
    return [each.code for each in requirements if not each.met]


def test_a_new_draft_says_everything_it_needs_in_a_fixed_order(at: BanHouse) -> None:
    view = at.bans.begin(at.leader, at.person())
    assert [each.code for each in view.needs] == ORDER
    # From when the citizen can have been heard, for six months: the policy proposes them. Who signs it has said too.
    met = {"signatories", "start", "not_begun", "end", "not_over", "no_overlap"}
    assert {each.code for each in view.needs if each.met} == met


def test_a_complete_draft_lacks_only_what_comes_later(at: BanHouse) -> None:
    view = at.ban("hearing")
    assert unmet(view.needs) == ["signature_centre_head", "signature_director", "letter", "served"]


LACKING: tuple[tuple[dict[str, Any], str], ...] = (
    ({"starts_on": ""}, "start"),
    ({"starts_on": "23-11-2025"}, "not_begun"),
    ({"ends_on": ""}, "end"),
    ({"channels": ()}, "channel"),
    ({"channels": ("appointment",)}, "channel"),
    ({"kind": "mail_block", "mail_to": "a@b.dk", "channels": ("mail",)}, "channel"),
    ({"kind": "department", "scope": ()}, "scope"),
    ({"kind": "contact", "contact_person": "", "contact_phone": ""}, "contact"),
    ({"kind": "mail_redirect"}, "mail_to"),
    ({"kind": "mail_block"}, "mail_to"),
    ({"reasons": ""}, "reasons"),
    ({"reasons": "Han var ubehagelig"}, "reasons"),
    ({"incidents": ()}, "incident"),
    ({"less_intrusive": ""}, "less_intrusive"),
    ({"casework_reviewed": False}, "casework"),
    ({"appeal_guidance": False}, "appeal"),
    ({"case_ref": " "}, "case_ref"),
    ({"normalisation": ""}, "normalisation"),
)


def test_nobody_signs_what_lacks_something(at: BanHouse) -> None:
    draft = at.ban("hearing")
    for change, code in LACKING:
        view = at.bans.change(at.leader, draft.id, replace(draft.form, **change))
        assert code in unmet(view.needs), code
        assert "sign" not in at.bans.read(at.head, view.id).may
        sentence = next(each.sentence for each in view.needs if each.code == code)
        with pytest.raises(Refused, match="Still missing") as refused:
            at.sign(at.head, view.id)
        assert sentence in refused.value.sentence
    assert at.bans.read(at.leader, draft.id).signatures[0].at is None
    at.bans.change(at.leader, draft.id, draft.form)
    assert "sign" in at.bans.read(at.head, draft.id).may


@pytest.mark.parametrize(
    ("change", "kind"),
    [
        ({"scope": ("Jobcenter",)}, "department"),
        ({"contact_person": ""}, "contact"),
        ({"contact_phone": ""}, "contact"),
        ({"mail_to": "post@example.dk", "channels": ("mail",)}, "mail_redirect"),
        ({"mail_to": "borger@example.dk", "channels": ("mail", "letter")}, "mail_block"),
    ],
)
def test_each_kind_with_what_it_needs_can_be_decided(at: BanHouse, change: dict[str, Any], kind: str) -> None:
    assert "sign" in at.bans.read(at.head, at.ban("hearing", kind=kind, **change).id).may


def test_the_hearing_is_over_when_it_is_answered_or_the_day_has_passed(at: BanHouse) -> None:
    view = at.ban("draft", starts_on="09-12-2025")
    sent = at.bans.send_hearing(at.leader, view.id)
    assert sent.hearing_due_on is not None
    assert sent.hearing_due_on.isoformat() == "2025-12-08"
    assert [each.sentence for each in sent.needs if each.code == "hearing"] == [
        "hearing: the citizen may answer until 08-12-2025"
    ]
    at.clock.advance(days=14)
    with pytest.raises(Refused, match="may answer until 08-12-2025"):
        at.sign(at.head, view.id)
    at.clock.advance(days=1)
    assert at.sign(at.head, view.id).standing == "signing"


def test_an_answer_is_weighed_before_anybody_signs(at: BanHouse) -> None:
    ban = at.ban("draft").id
    assert "weighed" not in [need.code for need in at.bans.send_hearing(at.leader, ban).needs]
    answered = at.bans.answer_hearing(at.leader, ban, "", "Jeg råbte ikke.")
    assert unmet(answered.needs)[0] == "weighed"
    with pytest.raises(Refused, match="how the citizen's answer was weighed: a new paragraph at the end"):
        at.sign(at.head, ban)
    hidden = at.bans.read(at.someone(Role.BAN_REGISTRAR), ban)
    assert "answer" not in " ".join(need.sentence for need in hidden.needs)
    weighed = at.weigh(ban, "To så det. Det lægger vi til grund.")
    assert (weighed.heard, weighed.weighed) == (True, ("To så det. Det lægger vi til grund.",))
    assert weighed.warnings == ()
    assert at.sign(at.head, ban).standing == "signing"


def test_only_an_answer_lets_the_reasons_go_on(at: BanHouse) -> None:
    ban = at.ban("draft").id
    at.bans.send_hearing(at.leader, ban)
    assert not at.weigh(ban).heard
    again = at.bans.send_hearing(at.leader, ban)
    at.bans.answer_hearing(at.leader, ban, "", "Nej.")
    form = at.weigh(ban).form
    for reasons in (f"Noget andet, der skete samme dag.\n{form.reasons}", form.reasons.replace("Råbte", "Hviskede")):
        changed = at.bans.change(at.leader, ban, replace(form, reasons=reasons))
        assert (changed.heard, changed.weighed) == (False, ())
        assert "hearing" in unmet(changed.needs)
    assert at.bans.change(at.leader, ban, again.form).heard


def test_an_answer_ends_the_hearing_at_once(at: BanHouse) -> None:
    view = at.ban("draft")
    at.bans.send_hearing(at.leader, view.id)
    answered = at.bans.answer_hearing(at.leader, view.id, "24-11-2025", "Det var ikke mig.")
    assert "hearing" not in unmet(answered.needs)
    again = at.bans.answer_hearing(at.leader, view.id, "24-11-2025", "Jeg var vred.")
    assert again.hearing_answer == "Jeg var vred."
    assert [line.detail for line in again.log if line.what == "hearing_answered"] == [
        "2025-11-24 Det var ikke mig.",
        "2025-11-24 Jeg var vred.",
    ]
    for late in (
        lambda: at.bans.send_hearing(at.leader, view.id),
        lambda: at.bans.skip_hearing(at.leader, view.id, "urgent", "Der er akut fare for personalet."),
    ):
        with pytest.raises(Refused, match="answered the hearing already"):
            late()


def test_a_hearing_is_left_out_only_for_a_stated_reason(at: BanHouse) -> None:
    view = at.ban("draft")
    with pytest.raises(BadInput, match="in five words or more why"):
        at.bans.skip_hearing(at.leader, view.id, "urgent", "  ")
    with pytest.raises(BadInput, match="in five words or more why"):
        at.bans.skip_hearing(at.leader, view.id, "urgent", "Der er akut fare.")
    skipped = at.bans.skip_hearing(at.leader, view.id, "urgent", "Der er akut fare for personalet.")
    assert skipped.hearing_skipped == "Der er akut fare for personalet."
    assert at.bans.send_hearing(at.leader, view.id).hearing_skipped == ""


@pytest.mark.parametrize(
    ("sent", "due", "sentence"),
    [
        ("25-11-2025", "", "still to come"),
        ("23-11-2025", "", "The draft was begun on 24-11-2025"),
        ("01-01-1900", "", "too far away: give a day between 2000 and 2100"),
        ("24-11-2025", "23-11-2025", "a day later at the earliest"),
        ("24-11-2025", "24-11-2025", "a day later at the earliest"),
        ("24-11-2025", "23-11-2025", "23-11-2025 has passed: the citizen may answer until today or later"),
        ("30-02-2025", "", "02-2025 has 28 days"),
    ],
)
def test_days_of_a_hearing_that_cannot_be(at: BanHouse, sent: str, due: str, sentence: str) -> None:
    view = at.ban("draft")
    with pytest.raises(BadInput, match=sentence):
        at.bans.send_hearing(at.leader, view.id, sent, due)
    assert at.bans.read(at.leader, view.id).standing == "draft"


def test_a_hearing_is_about_the_text_that_was_sent(at: BanHouse) -> None:
    view = at.ban("draft", starts_on="01-01-2026")
    at.clock.advance(days=2)
    heavier = replace(view.form, reasons="Råbte og slog i bordet i kontaktrum 2 den 20-11-2025.")
    at.bans.change(at.leader, view.id, heavier)
    with pytest.raises(BadInput, match="The text was made another on 26-11-2025"):
        at.bans.send_hearing(at.leader, view.id, "25-11-2025")
    # What the citizen is not asked about, or what is lighter, was sent all the same.
    at.clock.advance(days=2)
    at.bans.change(at.leader, view.id, replace(heavier, case_ref="J-9", starts_on="02-01-2026"))
    sent = at.bans.send_hearing(at.leader, view.id, "26-11-2025")
    assert [line.hearing_sent_on for line in (sent,)] == [date(2025, 11, 26)]


def test_a_hearing_noted_late_leaves_the_citizen_time_to_answer(at: BanHouse) -> None:
    view = at.ban("draft", starts_on="01-01-2026")
    at.clock.advance(days=20)
    with pytest.raises(BadInput, match="08-12-2025 has passed: the citizen may answer until today or later"):
        at.bans.send_hearing(at.leader, view.id, "24-11-2025")
    sent = at.bans.send_hearing(at.leader, view.id, "24-11-2025", "14-12-2025")
    assert "hearing" in unmet(sent.needs)


@pytest.mark.parametrize(
    ("due", "said"), [("25-11-2025", "has 1 day to answer"), ("07-12-2025", "has 13 days"), ("", "")]
)
def test_less_time_to_answer_than_usual_is_told(at: BanHouse, due: str, said: str) -> None:
    view = at.ban("draft", starts_on="24-12-2025")
    warned = [each for each in at.bans.send_hearing(at.leader, view.id, "", due).warnings if "policy gives" in each]
    assert [said in each and "policy gives 14" in each for each in warned] == ([True] if said else [])
    assert at.bans.answer_hearing(at.leader, view.id, "", "Nej.").warnings == ()


@pytest.mark.parametrize(
    ("starts_on", "due", "said"),
    [
        ("24-12-2025", "20-12-2025", "The last day to answer, 20-12-2025, is a Saturday or Sunday."),
        ("24-12-2025", "24-12-2025", "is to begin on 24-12-2025, but the citizen may answer until 24-12-2025"),
        ("24-12-2025", "19-12-2025", ""),
    ],
)
def test_a_day_to_answer_that_does_not_fit_is_told(at: BanHouse, starts_on: str, due: str, said: str) -> None:
    view = at.ban("draft", starts_on=starts_on)
    warned = at.bans.send_hearing(at.leader, view.id, "", due).warnings
    assert [said in each for each in warned] == ([True] if said else [])


def test_no_hearing_has_one_of_the_laws_grounds_and_a_reason(at: BanHouse) -> None:
    ban = at.ban("draft").id
    for ground in ("", "tiresome"):
        with pytest.raises(BadInput) as told:
            at.bans.skip_hearing(at.leader, ban, ground, "Det orker vi altså ikke.")
        assert [mistake.field for mistake in told.value.mistakes] == ["ground"]
    view = at.bans.skip_hearing(at.leader, ban, "safe", "Borgeren har sagt det hele til mødet.")
    assert (view.hearing_ground, view.hearing_skipped) == ("safe", "Borgeren har sagt det hele til mødet.")
    assert view.warnings == ()


@pytest.mark.parametrize(("ground", "days", "told"), [("urgent", 15, True), ("urgent", 14, False), ("safe", 15, False)])
def test_what_begins_late_is_not_urgent(at: BanHouse, ground: str, days: int, told: bool) -> None:
    begins = written(at.clock.now().date() + timedelta(days=days))
    ban = at.ban("draft", starts_on=begins).id
    warned = at.bans.skip_hearing(at.leader, ban, ground, "Der er akut fare for personalet.").warnings
    assert [begins in each and "It cannot wait, it says" in each for each in warned] == ([True] if told else [])


@pytest.mark.parametrize("stage", ["signing", "decided", "served"])
def test_a_late_answer_is_noted_and_told_and_changes_nothing(at: BanHouse, stage: str) -> None:
    view = at.ban("draft", starts_on="01-01-2026")
    at.bans.send_hearing(at.leader, view.id)
    at.clock.advance(days=20)
    signers = (at.head,) if stage == "signing" else (at.head, at.director)
    for signer in signers:
        before = at.sign(signer, view.id)
    if stage == "served":
        at.bans.file_letter(at.leader, view.id, "D-1")
        before = at.bans.serve(at.leader, view.id, "", "letter")
    noted = at.bans.answer_hearing(at.leader, view.id, "13-12-2025", "Jeg var syg og svarer nu.")
    assert (noted.standing, noted.seal, noted.hearing_answered_on) == (stage, at.bans.read(at.head, view.id).seal, None)
    assert noted.warnings == ("The citizen answered late, on 13-12-2025: the log has it. Does the decision hold?",)
    assert (noted.log[-1].what, noted.log[-1].detail) == ("answered_late", "2025-12-13 Jeg var syg og svarer nu.")
    assert before.seal in ("", noted.seal)
    if stage == "signing":
        at.bans.withdraw_signatures(at.leader, view.id, "Borgeren har svaret.")
        answered = at.bans.answer_hearing(at.leader, view.id, "13-12-2025", "Jeg var syg og svarer nu.")
        assert (answered.hearing_answer, answered.warnings) == ("Jeg var syg og svarer nu.", ())


def test_nobody_signs_a_first_day_that_has_passed(at: BanHouse) -> None:
    """A burdening decision takes effect when it is made known."""
    view = at.ban("signing")
    at.clock.advance(days=1)
    with pytest.raises(Refused, match="the first day has not passed"):
        at.sign(at.director, view.id)
    at.bans.withdraw_signatures(at.leader, view.id, "Første dag er forbi.")
    at.bans.change(at.leader, view.id, replace(view.form, starts_on="25-11-2025"))
    at.lead_from_hearing(view.id)
    # Once it is decided, it need not be signed again because the letter takes its time.
    at.clock.advance(days=3)
    at.bans.file_letter(at.leader, view.id, "D-1")
    at.bans.serve(at.leader, view.id, "", "letter")
    assert at.bans.activate(at.leader, view.id).starts_on == date(2025, 11, 28)


def test_an_answer_before_the_question_is_refused(at: BanHouse) -> None:
    view = at.ban("draft")
    at.bans.send_hearing(at.leader, view.id, "24-11-2025")
    with pytest.raises(BadInput, match="asked on 24-11-2025"):
        at.bans.answer_hearing(at.leader, view.id, "23-11-2025", "Nej.")


@pytest.mark.parametrize(
    ("prepare", "sentence"),
    [
        ("", "letter filed, with its number in the case; served on the citizen"),
        ("letter", "served on the citizen"),
        ("serve", "letter filed, with its number in the case"),
    ],
)
def test_no_ban_is_in_force_before_its_letter_is_filed_and_served(at: BanHouse, prepare: str, sentence: str) -> None:
    view = at.ban("decided")
    if prepare == "letter":
        at.bans.file_letter(at.leader, view.id, "D-1")
    if prepare == "serve":
        at.bans.serve(at.leader, view.id, "", "letter")
    if prepare == "serve":
        with pytest.raises(Refused, match=f"Still missing: {sentence}"):
            at.bans.activate(at.leader, view.id)
    else:
        with pytest.raises(Refused, match="cannot be done now"):
            at.bans.activate(at.leader, view.id)
        assert sentence in missing(at.bans.read(at.leader, view.id).needs)
    assert at.bans.lines(at.guard) == ()


def test_it_is_served_after_the_decision_and_in_a_way_there_is(at: BanHouse) -> None:
    view = at.ban("decided")
    for on, how, sentence in (
        ("23-11-2025", "letter", "decided on 24-11-2025"),
        ("25-11-2025", "letter", "still to come"),
        ("", "pigeon", "none of the choices"),
    ):
        with pytest.raises(BadInput, match=sentence):
            at.bans.serve(at.leader, view.id, on, how)


def test_a_letter_has_a_number(at: BanHouse) -> None:
    view = at.ban("decided")
    with pytest.raises(BadInput, match="letter's number"):
        at.bans.file_letter(at.leader, view.id, " ")


def test_a_town_hall_that_has_not_decided_who_signs_cannot_decide_a_ban(tmp_path: Path) -> None:
    with ban_house(tmp_path, toml="[override.bans]\nsignatories = []\n") as at:
        view = at.ban("hearing")
        with pytest.raises(Refused, match="the town hall has not decided it"):
            at.sign(at.head, view.id)


@pytest.mark.parametrize(("policy", "signer"), [("albertslund", "leader"), ("aabenraa", "director")])
def test_whom_the_policy_names_decides_alone(tmp_path: Path, policy: str, signer: str) -> None:
    with ban_house(tmp_path, policy=policy) as at:
        view = at.ban("hearing", ends_on="24-05-2026")
        others = {"leader": at.leader, "director": at.director, "centre_head": at.head}
        own = others.pop(signer)
        for other in others.values():
            with pytest.raises(Refused, match="does not name your role"):
                at.sign(other, view.id)
        decided = at.sign(own, view.id)
        assert (decided.standing, [each.role for each in decided.signatures]) == ("decided", [signer])


def test_each_role_signs_once_and_nobody_for_two(at: BanHouse) -> None:
    view = at.ban("signing")
    for again in (at.head, at.house.who(at.head.role, initials="ZZ", name="En Anden")):
        with pytest.raises(Refused, match="is there already"):
            at.sign(again, view.id)
    # Nor does the signer become somebody else by being given another role meanwhile.
    with pytest.raises(Forbidden, match="rights have been changed"):
        at.sign(replace(at.head, role=at.director.role), view.id)
    assert at.sign(at.director, view.id).standing == "decided"


def test_a_signature_has_a_name(at: BanHouse) -> None:
    view = at.ban("hearing")
    with pytest.raises(Refused, match="carries the name"):
        at.sign(replace(at.head, name=""), view.id)


def test_signatures_keep_who_when_and_as_what(at: BanHouse) -> None:
    view = at.ban("decided")
    assert [(each.role, each.name, each.title, each.at) for each in view.signatures] == [
        ("centre_head", "Carl Høj", "centerchef", at.clock.now()),
        ("director", "Dorte Berg", "direktør", at.clock.now()),
    ]
    assert view.decided_at == at.clock.now()


def test_signed_text_stands_still_until_the_signatures_are_withdrawn(at: BanHouse) -> None:
    view = at.ban("signing")
    with pytest.raises(Refused, match="is being signed"):
        at.bans.change(at.leader, view.id, replace(view.form, reasons="Noget helt andet end før."))
    with pytest.raises(BadInput, match="Say why"):
        at.bans.withdraw_signatures(at.leader, view.id, "")
    back = at.bans.withdraw_signatures(at.leader, view.id, "En dato var forkert.")
    assert back.standing == "hearing"
    assert [each.at for each in back.signatures] == [None, None]
    at.bans.change(at.leader, view.id, replace(view.form, reasons="Noget helt andet end det før."))
    assert at.sign(at.head, view.id).standing == "signing"


@pytest.mark.parametrize(
    ("stage", "change"),
    [
        ("signing", "UPDATE ban SET ends_on = '2027-01-01'"),
        ("signing", "UPDATE ban SET reasons = reasons || ' og mere'"),
        ("signing", "UPDATE ban SET hearing_skipped = 'En anden grund'"),
        ("served", "DELETE FROM ban_incident WHERE incident_id = 2"),
    ],
)
def test_a_text_that_was_changed_behind_the_signatures_goes_no_further(at: BanHouse, change: str, stage: str) -> None:
    person = at.person()
    for days in (3, 5):
        at.incident(person, days_ago=days)
    view = at.ban(stage, person)
    with writing(at.house.ground.engine) as session:
        session.execute(text(change))
    step, who = (at.sign, at.director) if stage == "signing" else (at.bans.activate, at.leader)
    with pytest.raises(Refused, match="not the one that was signed"):
        step(who, view.id)


def test_a_policy_that_changes_later_reopens_no_decision(at: BanHouse) -> None:
    served = at.ban("served")
    settings = at.house.ground.settings
    policy = replace(settings.policy, bans=replace(settings.policy.bans, signatories=("leader",)))
    later = replace(at.house.ground, settings=replace(settings, policy=policy))
    assert BanRegister(later, at.persons).activate(at.leader, served.id).standing == "active"
