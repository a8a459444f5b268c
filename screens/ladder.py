"""Where an incident stands on the ladder of rules G3 to G6, in words. The program proposes; people decide."""

from __future__ import annotations

from textual.content import Content

from guardroom.incidents import words
from guardroom.incidents.view import LadderStanding
from guardroom.language import _, n_
from guardroom.settings import Policy
from screens.plain import lines, plain

_MOST_EARLIER = 6
_STEP, _ASKS = 2, 5
"""Cells before a step, and before what it asks for."""


def ladder_rows(standing: LadderStanding | None, policy: Policy, width: int) -> Content:
    """The steps so far, this one with what the policy asks for, and the next one. None: nobody is chosen yet."""
    if not policy.ladder.steps:
        return lines(*_row(_("This town hall has no ladder: a leader decides what follows."), width))
    if standing is None:
        return lines(*_row(_("Choose the citizen to see where they stand."), width, style="$quiet"))
    if not standing.step:
        return lines(*_row(_("This kind of incident does not count on the ladder."), width))
    months = standing.look_back_months
    within = n_("The same person, in the last {count} month:", "The same person, in the last {count} months:", months)
    rows = [*_row(within.format(count=months), width), Content("")]
    earlier = list(enumerate(standing.earlier, start=1))
    if len(earlier) > _MOST_EARLIER:
        said = _("and {count} before these").format(count=len(earlier) - _MOST_EARLIER)
        rows += _row(said, width, _STEP, "$quiet")
    last = len(policy.ladder.steps)
    for step, (number, day) in earlier[-_MOST_EARLIER:]:
        rows += _row(
            _("step {step}  {day}  {number}").format(step=min(step, last), day=day, number=number), width, _STEP
        )
    rows += _row(_("step {step}  THIS ONE").format(step=standing.step), width, _STEP, "bold")
    if standing.asks_for:
        rows += _row(f"-> {words.ladder_step(standing.asks_for)}", width, _ASKS, "bold")
    if standing.next_asks_for:
        rows += _row(_("step {step}  (the next)").format(step=standing.step + 1), width, _STEP, "$quiet")
        rows += _row(f"-> {words.ladder_step(standing.next_asks_for)}", width, _ASKS, "$quiet")
    rows.append(Content(""))
    rows += _row(_("The program proposes, a leader decides."), width)
    rows += _row(_("Rule of the policy »{policy}«.").format(policy=policy.municipality), width, style="$quiet")
    return lines(*rows)


def ladder_line(standing: LadderStanding, policy: Policy) -> str:
    """The same in one line; "" where there is nothing to say."""
    if not policy.ladder.steps or not standing.step:
        return ""
    return _("Step {step}: {asks_for}").format(step=standing.step, asks_for=words.ladder_step(standing.asks_for))


def _row(text: str, width: int, indent: int = 0, style: str = "") -> list[Content]:
    return [Content(" " * indent) + piece for piece in plain(text, style).wrap(max(1, width - indent))]
