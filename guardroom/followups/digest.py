"""The day's digest for one owner: what is overdue and what is due soon, as numbers and kinds. It names nobody, and no
incident: whoever gets it signs in to see more."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from db.followups import Tally
from guardroom.followups import words
from guardroom.followups.kinds import KINDS
from guardroom.language import _


@dataclass(frozen=True, slots=True, kw_only=True)
class Digest:
    """What one owner is told: a role in a part of the house (`area` folded, "" for all of it), or one user of it."""

    role: str
    area: str
    user: int | None
    tallies: tuple[Tally, ...]

    @property
    def overdue(self) -> int:
        """How many are overdue."""
        return sum(one.overdue for one in self.tallies)

    @property
    def near(self) -> int:
        """How many are due within a day."""
        return sum(one.near for one in self.tallies)


def digests(tallies: Iterable[Tally]) -> tuple[Digest, ...]:
    """A digest for each owner for whom something is overdue, due within a day, or to be reminded of today."""
    by_owner: dict[tuple[str, str, int], list[Tally]] = {}
    for one in tallies:
        by_owner.setdefault((one.owner_role, one.area, one.owner_id or 0), []).append(one)
    return tuple(
        Digest(
            role=role,
            area=area,
            user=user or None,
            tallies=tuple(sorted(found, key=lambda one: (-one.overdue, -one.near, KINDS.index(one.kind)))),
        )
        for (role, area, user), found in sorted(by_owner.items())
        if any(one.overdue or one.near or one.reminders for one in found)
    )


def together(role: str, area: str, found: Iterable[Digest]) -> Digest:
    """What a role is told as a whole, its single users included."""
    counted: dict[str, Tally] = {}
    for tally in (tally for one in found for tally in one.tallies):
        before = counted.get(tally.kind)
        counted[tally.kind] = (
            tally
            if before is None
            else replace(
                before,
                open=before.open + tally.open,
                overdue=before.overdue + tally.overdue,
                near=before.near + tally.near,
                reminders=before.reminders + tally.reminders,
            )
        )
    return Digest(role=role, area=area, user=None, tallies=tuple(counted.values()))


def subject(digest: Digest) -> str:
    """The mail's subject."""
    return _("Follow-ups: {overdue} overdue, {near} due within a day").format(overdue=digest.overdue, near=digest.near)


def text(digest: Digest) -> str:
    """The mail's text, in the chosen language."""
    rows = [subject(digest) + ".", ""]
    for one in digest.tallies:
        said = _("{kind}: {open} open, {overdue} overdue, {near} due within a day")
        row = said.format(kind=words.kind(one.kind), open=one.open, overdue=one.overdue, near=one.near)
        rows.append(f"- {row}" + (" (" + _("you asked to be reminded") + ")" if one.reminders else ""))
    rows += ["", _("Sign in to the guard room's program, tab 5, to see them.")]
    return "\n".join(rows)
