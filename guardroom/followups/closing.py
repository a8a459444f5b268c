"""What can be typed when a follow-up is closed, and what cannot be so: one sentence for each mistake. No database."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from guardroom.days import read_day, written
from guardroom.followups.kinds import COMPANY, COUNTED, EVIDENCE, EXEMPTIONS, POLICE_EXEMPTIONS
from guardroom.language import _
from guardroom.people.cpr import no_cpr
from guardroom.refusal import BadInput, Mistake
from guardroom.settings import FollowUpPolicy
from guardroom.text import clean, one_line

SO_FAR = "so_far"
"""It stays open: so many have come of those that are awaited."""

RESULTS: tuple[str, ...] = ("done", "not_relevant", "exempt")
REFERENCE_LENGTH = 60
TEXT_LENGTH = 500
_MOST = 500
_MUST_REPORT = frozenset(("always_with_consent", "always"))


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosingForm:
    """Everything as typed. `result` is one of `RESULTS` or `SO_FAR`; `yes_no` is "yes" or "no"; `company` one of
    `kinds.COMPANY`; `reason` one of the reasons."""

    result: str = "done"
    on: str = ""
    reference: str = ""
    count: str = ""
    expected: str = ""
    yes_no: str = ""
    company: str = ""
    reason: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Closing:
    """What a follow-up is closed with."""

    result: str
    on: date | None = None
    reference: str = ""
    count: int | None = None
    expected: int | None = None
    yes_no: bool | None = None
    company: str = ""
    reason: str = ""
    text: str = ""


def results(kind: str, policy: FollowUpPolicy, reported: bool = False) -> tuple[str, ...]:
    """How it may be closed. A report to the police that must be made is made or exempted from (K2, X6); the internal
    registration is made (L2) unless the injury is `reported` after all."""
    if kind == "internal_registration":
        return ("done", "not_relevant") if reported else ("done",)
    if kind == "police_report" and policy.police_report.mode in _MUST_REPORT:
        return ("done", "exempt")
    if kind == "injury_report" and policy.injury.rule != "judged":
        return ("done", "exempt")
    return (*RESULTS, SO_FAR) if kind in COUNTED else RESULTS


def reasons(kind: str, policy: FollowUpPolicy) -> tuple[str, ...]:
    """Why there may be an exemption. Where the leader decides, the employee cannot stand in the way (K10, X7)."""
    if kind != "police_report":
        return EXEMPTIONS
    if policy.police_report.mode == "leader_decides":
        return tuple(code for code in POLICE_EXEMPTIONS if code != "employee_declines")
    return POLICE_EXEMPTIONS


def read(
    kind: str, form: ClosingForm, policy: FollowUpPolicy, since: date, today: date, reported: bool = False
) -> Closing:
    """The closing in a form; nothing was done before `since`. Raises BadInput."""
    wrong: list[Mistake] = []
    reference, text = one_line(form.reference, REFERENCE_LENGTH), _several(form.text)
    wrong += no_cpr("reference", reference, number=True) + no_cpr("text", text)
    allowed = results(kind, policy, reported)
    if form.result not in allowed:
        wrong.append(Mistake("result", _result_sentence(kind, allowed)))
        raise BadInput(*wrong)
    if form.result == "done":
        closing = _done(kind, form, reference, since, today, wrong)
    elif form.result == SO_FAR:
        count, expected = _number("count", form.count, wrong), _number("expected", form.expected, wrong)
        if not wrong and (count or 0) > (expected or 0):
            wrong.append(Mistake("expected", _("There cannot be more than are awaited: correct one of the two.")))
        closing = Closing(result=SO_FAR, count=count, expected=expected)
    else:
        closing = _not_done(kind, form, reference, text, policy, wrong)
    if wrong:
        raise BadInput(*wrong)
    return closing


def _done(kind: str, form: ClosingForm, reference: str, since: date, today: date, wrong: list[Mistake]) -> Closing:
    asked = EVIDENCE[kind]
    on = read_day(form.on) if form.on.strip() else today
    if on is None:
        wrong.append(Mistake("on", _("Give the day as 24-11-2025.")))
    elif on > today:
        wrong.append(Mistake("on", _("{day} is still to come: give the day on which it was.").format(day=written(on))))
    elif on < since:
        said = _("That is before it was asked for: give a day from {day} until today.")
        wrong.append(Mistake("on", said.format(day=written(since))))
    if "reference" in asked and not reference:
        wrong.append(Mistake("reference", _("Write the number that it has there: it is closed with that.")))
    count = _number("count", form.count, wrong) if "count" in asked else None
    if "company" in asked and form.company not in COMPANY:
        wrong.append(Mistake("company", _("Choose who goes along, or nobody.")))
    if "yes_no" in asked and form.yes_no not in ("yes", "no"):
        wrong.append(Mistake("yes_no", _("Choose yes or no.")))
    yes_no = form.yes_no == "yes" if "yes_no" in asked else None
    kept = reference if "reference" in asked else ""
    company = form.company if "company" in asked else ""
    return Closing(result="done", on=on, reference=kept, count=count, yes_no=yes_no, company=company)


def _number(field: str, typed: str, wrong: list[Mistake]) -> int | None:
    told = typed.strip()
    count = int(told) if told.isdecimal() and len(told) <= len(str(_MOST)) else _MOST + 1
    if count <= _MOST:
        return count
    wrong.append(Mistake(field, _("Write how many, in digits: 0 to {most}.").format(most=_MOST)))
    return None


def _not_done(
    kind: str, form: ClosingForm, reference: str, text: str, policy: FollowUpPolicy, wrong: list[Mistake]
) -> Closing:
    reason = ""
    if form.result == "exempt":
        reason = form.reason
        if reason not in reasons(kind, policy):
            wrong.append(Mistake("reason", _("Choose why: one of the reasons there are.")))
        elif reason == "employee_declines" and not reference:
            # Rules K12, K13: the note is what a later claim rests on.
            wrong.append(
                Mistake("reference", _("Write the reference of the leader's note: it is needed for this reason."))
            )
    if not text:
        wrong.append(Mistake("text", _("Write in a few words why, in this very case; no names.")))
    kept = reference if form.result == "exempt" else ""
    return Closing(result=form.result, reference=kept, reason=reason, text=text)


def _result_sentence(kind: str, allowed: Sequence[str]) -> str:
    if kind == "internal_registration":
        return _("Without an injury report this is made: close it with its reference.")
    if "not_relevant" not in allowed:
        return _("This is done, or exempted from with a reason; it cannot be left out here.")
    return _("Choose how it ends.")


def _several(typed: str) -> str:
    return "\n".join(clean(line, TEXT_LENGTH).rstrip() for line in typed[:TEXT_LENGTH].splitlines()).strip()
