"""What whoever prepares or signs a ban is to read first. They stop nobody: people decide."""

from __future__ import annotations

from datetime import date, timedelta
from zoneinfo import ZoneInfo

from guardroom.bans.decision import Facts, Other
from guardroom.bans.life import STANDS, UNDECIDED
from guardroom.bans.requirements import carried_before, goes_on_from, in_the_way
from guardroom.bans.unheard import parts
from guardroom.bans.view import LinkedIncident
from guardroom.days import day_in, months_on, written
from guardroom.language import _, n_

_SATURDAY = 5
LONG_MONTHS = 24
"""A longer ban, and conduct longer ago, need a closer look: a limit must be proportionate (FOB 2014-5)."""


def cautions(
    ban: Facts, recorded: tuple[LinkedIncident, ...], today: date, zone: ZoneInfo, hearing_days: int
) -> tuple[str, ...]:
    """The sentences. `recorded` are all incidents of the person that can count; `hearing_days` are those that the town
    hall's policy gives to answer."""
    if ban.stage not in UNDECIDED:
        return _once_decided(ban) if ban.stage in STANDS else ()
    said = ban.decision
    found: list[str] = []
    earlier = goes_on_from(ban)
    if earlier is not None:
        began = earlier.starts_on
        since = [incident for incident in recorded if day_in(incident.happened_at, zone) >= began]
        if not since:
            found.append(
                _(
                    "Since {number} began nothing is recorded. A ban after it needs new conduct (Ombudsman FOB 2014-5)."
                ).format(number=earlier.number)
            )
        elif all(incident.attendance_only for incident in since):
            found.append(
                _(
                    "Since {number} began only attendance is recorded. That alone is not enough (Ombudsman FOB 2014-5)."
                ).format(number=earlier.number)
            )
    if (ended := _lifted_before(ban)) is not None:
        found.append(
            _("{number}, which it goes on from, was lifted: it ends on {day}, and nothing is left to extend.").format(
                number=ended.number, day=written(ended.last)
            )
        )
    if (lifted := carried_before(ban)) is not None:
        found.append(
            _(
                "The same incidents have carried {number}, which was lifted. A ban after it needs new conduct, unless "
                "it puts a mistake right (Ombudsman FOB 2014-5)."
            ).format(number=lifted.number)
        )
    if ban.heard_otherwise:
        found.append(
            _(
                "Kind, places, terms of contact, incidents or reasons are not those that the citizen was asked about, "
                "or the ban leaves fewer ways open or runs longer. The hearing must be sent again."
            )
        )
    elif 0 < (days := _days_to_answer(ban)) < hearing_days:
        found.append(
            n_(
                "The citizen has {count} day to answer; the town hall's policy gives {usual}. Does the letter say so?",
                "The citizen has {count} days to answer; the town hall's policy gives {usual}. Does the letter say so?",
                days,
            ).format(count=days, usual=hearing_days)
        )
    elif ban.hearing.skipped and ban.hearing.due_on is not None and today <= ban.hearing.due_on:
        found.append(
            _("The hearing is left out, though the citizen was told that they may answer until {day}.").format(
                day=written(ban.hearing.due_on)
            )
        )
    found += _about_hearing(ban, today, hearing_days)
    if ban.incidents:
        newest = max(day_in(incident.happened_at, zone) for incident in ban.incidents)
        if newest < months_on(today, -LONG_MONTHS):
            found.append(
                _(
                    "The newest incident it rests on is of {day}, more than two years ago. Such old conduct is not "
                    "enough (Ombudsman FOB 2014-5)."
                ).format(day=written(newest))
            )
    if (
        said.starts_on is not None
        and said.ends_on is not None
        and said.ends_on > months_on(said.starts_on, LONG_MONTHS)
    ):
        found.append(_("The ban is to run for more than two years: is that proportionate?"))
    clash = in_the_way(ban)
    extended = "" if ban.extends is None else ban.extends.number
    for other in ban.others:
        if other is not clash and other.number != extended and other.last >= today:
            found.append(
                _("The person also has {number}, until {day}.").format(number=other.number, day=written(other.last))
            )
    return (*found, *_late(ban))


def goes_on_by_itself(ban: Facts) -> str:
    """What keeps a ban from being lifted alone: another one that extends it; "" where there is none."""
    if not ban.followers:
        return ""
    return _("{number} extends it and would go on by itself: give up or lift that one first.").format(
        number=", ".join(ban.followers)
    )


def _once_decided(ban: Facts) -> tuple[str, ...]:
    found: list[str] = []
    if ban.strange:
        found.append(
            _("By now about somebody else: {numbers}. Does the decision hold without?").format(
                numbers=", ".join(ban.strange)
            )
        )
    if follows := goes_on_by_itself(ban):
        found.append(follows)
    return (*found, *_late(ban))


def _lifted_before(ban: Facts) -> Other | None:
    """The ban that this one is to extend, where it was lifted since."""
    if ban.extends is None:
        return None
    return next((other for other in ban.others if other.number == ban.extends.number and other.lifted), None)


def _about_hearing(ban: Facts, today: date, hearing_days: int) -> list[str]:
    """What the days of the hearing, or that there is none, have against them."""
    hearing, starts_on = ban.hearing, ban.decision.starts_on
    found: list[str] = []
    if hearing.skipped:
        urgent = parts(hearing.skipped)[0] == "urgent"
        if urgent and starts_on is not None and starts_on > today + timedelta(days=hearing_days):
            found.append(
                _(
                    "It cannot wait, it says, but the ban begins on {day} only: there is time to hear the citizen."
                ).format(day=written(starts_on))
            )
    elif hearing.due_on is not None and hearing.answered_on is None and today <= hearing.due_on:
        if hearing.due_on.weekday() >= _SATURDAY:
            found.append(
                _("The last day to answer, {day}, is a Saturday or Sunday.").format(day=written(hearing.due_on))
            )
        if starts_on is not None and starts_on <= hearing.due_on:
            found.append(
                _("The ban is to begin on {first}, but the citizen may answer until {last}.").format(
                    first=written(starts_on), last=written(hearing.due_on)
                )
            )
    return found


def _late(ban: Facts) -> tuple[str, ...]:
    answered_on = ban.hearing.answered_on
    if ban.late is None or (answered_on is not None and ban.late <= answered_on):
        return ()
    said = _("The citizen answered late, on {day}: the log has it. Does the decision hold?")
    return (said.format(day=written(ban.late)),)


def _days_to_answer(ban: Facts) -> int:
    """How many days the citizen has, or had, to answer; 0 where there is no hearing, or it was answered."""
    hearing = ban.hearing
    if hearing.skipped or hearing.answered_on is not None or hearing.sent_on is None or hearing.due_on is None:
        return 0
    return (hearing.due_on - hearing.sent_on).days
