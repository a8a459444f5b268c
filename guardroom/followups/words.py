"""What is said of follow-ups, in the chosen language; a code that nobody knows is shown as it is."""

from __future__ import annotations

from guardroom.days import written
from guardroom.followups.deadlines import Level
from guardroom.followups.kinds import ABSENCE_WITHDRAWN
from guardroom.language import _, n_
from guardroom.people.roles import Role, named
from guardroom.settings import Settings


def kind(code: str) -> str:
    """What is to be done."""
    return {
        "safety_org": _("tell the safety organisation"),
        "talk": _("talk with the affected employee"),
        "debriefing": _("debriefing with the guards"),
        "written_accounts": _("written accounts"),
        "crisis_help": _("offer crisis help"),
        "later_talk": _("ask again how they are"),
        "inform_staff": _("inform the staff"),
        "police_report": _("police report"),
        "no_report_note": _("note why the police got no report"),
        "police_registration": _("registration with the police"),
        "director_told": _("tell the director of the report"),
        "company": _("who goes along to questioning or court"),
        "injury_report": _("work injury report"),
        "internal_registration": _("internal registration"),
        "secure_video": _("secure the video"),
        "secure_evidence": _("secure the messages"),
        "journal_note": _("note in the citizen's journal"),
        "conduct_letter": _("letter about the behaviour"),
        "inform_citizen": _("tell the citizen our view"),
        "centres_mail": _("mail to the centres"),
        "root_cause": _("why it happened"),
        "apv_plan": _("workplace assessment and plan"),
        "list_update": _("ban on the case system's list"),
        "centres_told": _("tell the centres of the ban"),
        "normalisation": _("attempt to normalise"),
        "evaluation": _("evaluation in the committee"),
        "phone_list": _("check of the phone list"),
    }.get(code, code)


def advice(code: str) -> str:
    """What the guideline says of it; "" where the name says it all. Rule ids are in `kinds`."""
    return {
        "talk": _("Straight away. Agree who follows up later. Nobody who was affected goes home to be alone."),
        "debriefing": _("Leader, employees and guards together. Closed with the day and how many took part."),
        "written_accounts": _("Everybody affected writes what they saw. Closed with how many accounts came."),
        "crisis_help": _("Only whether it was offered is kept: nothing about anybody's health."),
        "police_report": _("The municipality reports; no employee gives CPR number or private address."),
        "company": _("A leader or the safety representative may go along. Only the witness knows of a summons."),
        "injury_report": _("Closed with its number. Where nothing is reported, an internal registration is."),
        "internal_registration": _("The incident cannot be closed before it is made."),
        "secure_video": _("Before it is overwritten. Recordings are never kept here."),
        "secure_evidence": _("A picture of the screen, filed on the case."),
        "journal_note": _("The guard room is not the journal: write the reference only."),
        "inform_citizen": _("A talk, a call or a letter: the leader chooses."),
        "normalisation": _("Noted on the ban itself: Enter opens it."),
        "evaluation": _("The half year's figures are the report, tab 7: Enter opens it, and it is printed there."),
    }.get(code, "")


def more(code: str) -> str:
    """What the guideline says besides, for whoever is about to close it; "" for nothing. Rule ids are in `kinds`."""
    return {
        "talk": _(
            "Agree on relief, transport and who tells the family; the leader decides who goes home. Nothing of that is "
            "kept here."
        ),
        "later_talk": _("Ask the colleagues who saw it too."),
        "crisis_help": _("Who answers now stands on the phone card."),
        "inform_staff": _("So that they can take care. The leader considers what else is told, and to whom."),
        "police_report": _("The citizen may read the report. Offer to go along."),
        "company": _("Serious cases come to court soon: help to prepare for it."),
        "injury_report": _("An illness from work is reported by the doctor."),
    }.get(code, "")


def for_the_police(settings: Settings) -> tuple[str, ...]:
    """What a report to the police needs: the municipality's number (K14, K16), and the law in the town hall's words
    (F8), with the day on which somebody last checked them."""
    said: list[str] = []
    if settings.site.cvr:
        said.append(_("Give the municipality's CVR {number}.").format(number=settings.site.cvr))
    text = settings.policy.text
    if law := text.law119.get(settings.language, ""):
        said.append(law)
        if text.law119_checked_on is None:
            said.append(_("(Nobody has checked the wording.)"))
        else:
            said.append(_("(Checked on {day}.)").format(day=written(text.law119_checked_on)))
    return tuple(said)


def mode(code: str) -> str:
    """Whether the police are told, as this town hall wants it (X6, X7); "" for no code."""
    return {
        "always_with_consent": _("Always reported, by agreement with the employee."),
        "always": _("Always reported; an exemption is given with its reason."),
        "should": _("Should be reported, by agreement with the employee."),
        "may": _("May be reported; there is no duty to."),
        "leader_decides": _("The leader decides; neither leader nor employee can keep the other from it."),
    }.get(code, "")


def rule(code: str) -> str:
    """The deadline's rule, in a few letters."""
    name, _colon, number = code.partition(":")
    count = int(number) if number.isdecimal() else 0
    if code == "days:0":
        return _("same day")
    said = {
        "hours": n_("{count} hour", "{count} hours", count),
        "days": n_("{count} day", "{count} days", count),
        "working_days": n_("{count} working day", "{count} working days", count),
        "absence": n_("{count} day, absence", "{count} days, absence", count),
        "sick_leave": n_("{count} day, absence", "{count} days, absence", count),
        "policy": _("by the policy"),
        "video": _("video {count} d"),
        "ban": _("before the ban ends"),
        "year": _("{count} a year"),
    }.get(name, code)
    return said.format(count=count)


def level(mark: Level) -> str:
    """What a mark means."""
    return {"X": _("OVERDUE"), "!!": _("under 12 h"), "!": _("soon"), "": ""}[mark]


def state(code: str) -> str:
    """How it stands."""
    return {
        "open": _("open"),
        "done": _("done"),
        "not_relevant": _("not relevant"),
        "exempt": _("exempted"),
        "so_far": _("some are still to come"),
    }.get(code, code)


def company(code: str) -> str:
    """Who goes along to questioning or court."""
    return {
        "leader": _("a leader"),
        "safety_rep": _("the safety representative"),
        "union_rep": _("the union representative"),
        "colleague": _("a colleague"),
        "nobody": _("nobody: the employee goes alone"),
    }.get(code, code)


def so_far(count: int | None, expected: int | None) -> str:
    """How many have come of those that are awaited; "" where nobody has said."""
    if expected is None:
        return ""
    return _("{count} of {expected}").format(count=count or 0, expected=expected)


def reason(code: str) -> str:
    """Why it is not done after all."""
    return {
        "under_15": _("under 15 years"),
        "dementia_or_disability": _("dementia or disability"),
        "pedagogical": _("pedagogical reasons"),
        "employee_declines": _("the employee does not want it (leader's note)"),
        "other": _("another reason"),
        ABSENCE_WITHDRAWN: _("nobody was absent after all"),
    }.get(code, code)


def owner(role: str, initials: str = "") -> str:
    """Who sees to it."""
    said = named(Role(role)) if role in set(Role) else role
    return f"{said} {initials}" if initials else said


def which(code: str) -> str:
    """Which of them are shown."""
    return {
        "mine": _("mine"),
        "area": _("my area"),
        "all": _("all"),
        "closed": _("closed"),
    }.get(code, code)
