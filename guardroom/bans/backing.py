"""Whether a ban is still what was signed: held against its signatures and the audit log, whenever somebody looks.

Whoever can write in the database, and has not the house's secret, can change a ban there, but neither its signatures
nor its entries in the audit log.
"""

from __future__ import annotations

import hmac
import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Literal

from sqlalchemy.orm import Session

from db import bans as stored
from db.audit_tables import AuditRow
from db.ban_tables import BanRow
from guardroom.bans.decision import Facts
from guardroom.bans.kinds import Stage
from guardroom.bans.seal import KEY, named_seal, seal, signature
from guardroom.clock import stamp
from guardroom.language import _
from guardroom.people import audit
from guardroom.people.secret import Secret

Doubt = Literal["", "person", "altered"]
"""What is wrong with it: nothing; the person's record was changed since it was signed; or it was changed by somebody
who is not the program."""

SIGNED: frozenset[Stage] = frozenset(("signing", "decided", "served", "in_force"))
"""Stages in which somebody has signed, or the case system's list was taken over."""

_NEEDED: dict[Stage, frozenset[str]] = {
    "signing": frozenset(),
    "decided": frozenset(("decided",)),
    "served": frozenset(("decided", "served")),
    "in_force": frozenset(("decided", "served", "activated")),
}
LINES = (
    "begun",
    "taken_over",
    "changed",
    "hearing_sent",
    "hearing_skipped",
    "hearing_answered",
    "answered_late",
    "signed",
    "decided",
    "signatures_withdrawn",
    "letter_filed",
    "served",
    "activated",
    "normalised",
    "extension_begun",
    "lifted",
    "read",
    "person_changed",
)
"""Every line of a ban's log has an entry of the same name, time and user in the audit log."""


@dataclass(frozen=True, slots=True)
class _Entry:
    what: str
    user: int | None
    role: str
    at: str
    detail: dict[str, str]


def doubt(session: Session, secret: Secret, row: BanRow, facts: Facts) -> Doubt:
    """What is wrong with a ban that somebody has signed; "" for every other."""
    if facts.stage not in SIGNED:
        return ""
    told = [
        _entry(each)
        for each in audit.told(session, secret.key("audit"), "ban", row.id, [f"ban_{line}" for line in LINES])
    ]
    key = secret.key(KEY)
    activated = _last(told, "activated")
    if activated is not None and "source" in activated.detail:
        sealed = [activated]
        whole = not row.signatures and decided_stamp(row) == activated.detail.get("decided")
    else:
        sealed = _signed(told)
        whole = bool(sealed) and _is_signed(key, row, sealed) and _is_so_far(row, facts.stage, told)
    if not (whole and _is_dated(row, told) and _is_logged(session, row, told)):
        return "altered"
    if not all(_same(each.detail.get("seal", ""), seal(key, facts, each.detail.get("named", "?"))) for each in sealed):
        return "altered"
    named = named_seal(key, facts.named)
    if all(_same(each.detail["named"], named) for each in sealed):
        return ""
    renamed = _last(told, "person_changed")
    return "person" if renamed is not None and _same(renamed.detail.get("named", ""), named) else "altered"


def taken_out(session: Session) -> int:
    """How many bans the audit log knows that are there no more."""
    return len(stored.ever_begun(session) - stored.all_ids(session))


def set_aside(session: Session, secret: Secret, rows: Iterable[BanRow]) -> list[str]:
    """The numbers of bans that stand as drafts, lifted or given up, which the audit log has as decided."""
    found = []
    for row in rows:
        told = [
            each.what
            for each in audit.told(
                session,
                secret.key("audit"),
                "ban",
                row.id,
                ("ban_decided", "ban_taken_over", "ban_signatures_withdrawn", "ban_lifted"),
            )
        ]
        if told and told[-1] in ("ban_decided", "ban_taken_over"):
            found.append(row.number)
    return found


def warning(found: Doubt) -> str:
    """The sentence for whoever looks at it; "" where nothing is wrong."""
    match found:
        case "person":
            return _(
                "The person's record was changed after this ban was signed: hold name and birth against the letter "
                "before you act on it."
            )
        case "altered":
            return _(
                "This ban is not as its signatures and the audit log have it: somebody changed it outside the "
                "program. Hold it against the letter before you act on it."
            )
        case _:
            return ""


def hindrance(found: Doubt) -> str:
    """The sentence for whoever wants to take it further; "" where nothing is wrong."""
    match found:
        case "person":
            return _(
                "The person is not the one who was named when it was signed: put the record right, or withdraw the "
                "signatures or lift the ban, and begin anew."
            )
        case "altered":
            return _(
                "The text is not the one that was signed: withdraw the signatures, or lift the ban, and begin anew."
            )
        case _:
            return ""


def _entry(row: AuditRow) -> _Entry:
    detail = {str(name): str(value) for name, value in json.loads(row.detail).items()}
    return _Entry(row.what.removeprefix("ban_"), row.user_id, row.role, stamp(row.at), detail)


def _last(told: list[_Entry], what: str) -> _Entry | None:
    return next((each for each in reversed(told) if each.what == what), None)


def _signed(told: list[_Entry]) -> list[_Entry]:
    """The signatures that were not withdrawn."""
    given: list[_Entry] = []
    for each in told:
        if each.what == "signatures_withdrawn":
            given.clear()
        elif each.what == "signed":
            given.append(each)
    return given


def _is_signed(key: bytes, row: BanRow, sealed: list[_Entry]) -> bool:
    """Whether the signatures are those that the audit log knows, each of its signer and its time."""
    if len(row.signatures) != len(sealed):
        return False
    return all(
        (given.user_id, given.role, stamp(given.at)) == (entry.user, entry.role, entry.at)
        and _same(
            given.digest,
            signature(
                key,
                entry.detail.get("seal", ""),
                user=given.user_id,
                role=given.role,
                name=given.name,
                title=given.title,
                at=given.at,
            ),
        )
        for given, entry in zip(row.signatures, sealed, strict=True)
    )


def _is_so_far(row: BanRow, stage: Stage, told: list[_Entry]) -> bool:
    if not _NEEDED[stage] <= {each.what for each in told}:
        return False
    decided = _last(told, "decided")
    return (None if row.decided_at is None else stamp(row.decided_at)) == (None if decided is None else decided.at)


def _is_dated(row: BanRow, told: list[_Entry]) -> bool:
    """Whether it was served and lifted on the days on which the audit log has it."""
    served, lifted = _last(told, "served"), _last(told, "lifted")
    return (_written(row.served_on), row.served_how, _written(row.lifted_on)) == (
        "" if served is None else served.detail.get("on"),
        "" if served is None else served.detail.get("how"),
        "" if lifted is None else lifted.detail.get("on"),
    )


def _is_logged(session: Session, row: BanRow, told: list[_Entry]) -> bool:
    lines = Counter((line.what, line.by_id, stamp(line.at)) for line in stored.events(session, row.id))
    return lines == Counter((each.what, each.user, each.at) for each in told)


def decided_stamp(row: BanRow) -> str:
    """What the audit log keeps of when a ban of the case system's list was decided."""
    return "" if row.decided_at is None else stamp(row.decided_at)


def _written(day: date | None) -> str:
    return "" if day is None else day.isoformat()


def _same(one: str, other: str) -> bool:
    return hmac.compare_digest(one.encode(), other.encode())
