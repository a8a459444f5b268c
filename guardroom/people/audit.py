"""The audit log: who did or looked up what, when, where and why. Append-only, and chained with a keyed hash.

Each entry's digest covers the entry and the seal of the one before it, under a key that is not in the database: an
entry that was changed, left out or put in breaks the chain there. The head holds the last entry's seal, which can be
made from no entry without the key. So whoever cuts the chain cannot make the head that would fit. Whoever has kept an
earlier head, as every backup does, can put it back and take out all that came after it: this shows only beside a later
copy of the log kept elsewhere, or by what stands in the database without its entry (a ban, an incident).
Entries hold ids, never names. They are written in the transaction of what they tell of: both stand, or neither.
"""

from __future__ import annotations

import contextlib
import hashlib
import hmac
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import func, insert, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from db.audit_tables import AuditHeadRow, AuditRow
from guardroom.people.keyed import keyed_digest
from guardroom.people.who import Who

Subject = Literal[
    "",
    "user",
    "person",
    "incident",
    "ban",
    "list",
    "drill",
    "headsup",
    "arrival",
    "loan",
    "follow_up",
    "lock",
    "note",
    "phone",
]
_HEAD = 1
_START = "0" * 64
_LOOKED_AT = 5
_ANCHOR_SIGNS = 16


@dataclass(frozen=True, slots=True)
class Break:
    """Where the chain breaks: at entry `number`.

    It was "changed", is "missing", was "added"; or "cut": it and all after it are missing, or the head was changed.
    """

    number: int
    kind: Literal["changed", "missing", "cut", "added"]


def note(
    session: Session,
    key: bytes,
    at: datetime,
    who: Who | None,
    what: str,
    subject: Subject = "",
    subject_id: int | None = None,
    *,
    why: str = "",
    station: str = "",
    detail: Mapping[str, object] | None = None,
) -> None:
    """Append an entry, within the caller's writing transaction.

    `who` is None where nobody is signed in (a wrong code, a command); `station` is then given. `why` is the purpose
    of a lookup. `detail` holds codes and ids only.
    """
    head = _head(session)
    entry = AuditRow(
        number=head.number + 1,
        at=at,
        user_id=None if who is None else who.user,
        role="" if who is None else who.role.value,
        station=station if who is None else who.station,
        what=what,
        subject=subject,
        subject_id=subject_id,
        why=why,
        detail=json.dumps(dict(detail or {}), ensure_ascii=False, sort_keys=True),
        digest="",
    )
    entry.digest = _digest(key, head.digest, entry)
    session.add(entry)
    head.number, head.digest = entry.number, _seal(key, entry)
    session.flush()


def told(session: Session, key: bytes, subject: Subject, subject_id: int, what: Iterable[str]) -> list[AuditRow]:
    """The entries of these kinds about one thing, oldest first: only those that were written with the key, each in its
    place after the entry before it."""
    entries = list(
        session.scalars(
            select(AuditRow)
            .where(AuditRow.subject == subject, AuditRow.subject_id == subject_id, AuditRow.what.in_(list(what)))
            .order_by(AuditRow.number)
        )
    )
    before = session.scalars(select(AuditRow).where(AuditRow.number.in_([entry.number - 1 for entry in entries])))
    seals = {entry.number: _seal(key, entry) for entry in before} | {0: _START}
    return [
        entry
        for entry in entries
        if entry.number - 1 in seals and hmac.compare_digest(entry.digest, _digest(key, seals[entry.number - 1], entry))
    ]


def first_break(session: Session, key: bytes) -> Break | None:
    """The first entry at which the chain does not hold; None where all of it does. Takes some µs an entry."""
    # On a server entries may be added while these are read: the head is read after the last number, and what lies
    # beyond the head is left for the next time.
    last = session.scalar(select(func.max(AuditRow.number))) or 0
    head = session.get(AuditHeadRow, _HEAD)
    reached = last if head is None else head.number
    entries = session.scalars(
        select(AuditRow).where(AuditRow.number <= reached).order_by(AuditRow.number).execution_options(yield_per=1000)
    )
    broken = _look(entries, head, key)
    return Break(reached + 1, "added") if broken is None and last > reached else broken


def anchor(session: Session) -> str:
    """The chain's head as it is written outside, on paper: the last entry's number and the first signs of its seal."""
    head = session.get(AuditHeadRow, _HEAD)
    return "" if head is None else _anchor(head.number, head.digest)


def holds(session: Session, key: bytes, written: str) -> bool:
    """Whether the chain still has, at its place, the entry that was its last when `written` was printed: then nothing
    up to there was taken out or put in since. Raises ValueError where it is no anchor."""
    number, dash, seal = written.strip().lower().partition("-")
    if not (number.isascii() and number.isdecimal() and dash and len(seal) == _ANCHOR_SIGNS):
        raise ValueError(written)
    broken = first_break(session, key)
    entry = session.get(AuditRow, int(number))
    if entry is None or (broken is not None and broken.number <= entry.number):
        return False
    return hmac.compare_digest(_anchor(entry.number, _seal(key, entry)), f"{number}-{seal}")


def is_its_key(session: Session, key: bytes) -> bool:
    """Whether the chain was made with this key: one of its first or last entries fits. True where there is none yet.

    It is a quick look, at ten entries: a log that was changed at both ends looks like another key's.
    """
    newest = list(session.scalars(select(AuditRow).order_by(AuditRow.number.desc()).limit(_LOOKED_AT + 1)))[::-1]
    oldest = list(session.scalars(select(AuditRow).order_by(AuditRow.number).limit(_LOOKED_AT)))
    return not newest or any(
        hmac.compare_digest(entry.digest, _digest(key, seal, entry))
        for run, before in ((oldest, [_START]), (newest[1:], [_seal(key, newest[0])]))
        for entry, seal in zip(run, before + [_seal(key, each) for each in run[:-1]], strict=False)
    )


def _head(session: Session) -> AuditHeadRow:
    """The head, which is made with the first entry; held until the caller's transaction ends."""
    # What was changed is held before the head is, by everybody: so no two wait for one another.
    session.flush()
    head = session.get(AuditHeadRow, _HEAD, with_for_update=True)
    if head is None:
        # On a server two stations may write the first entry at the same time.
        with contextlib.suppress(IntegrityError), session.begin_nested():
            session.execute(insert(AuditHeadRow).values(id=_HEAD, number=0, digest=_START))
        head = session.get_one(AuditHeadRow, _HEAD, with_for_update=True)
    return head


def _look(entries: Iterable[AuditRow], head: AuditHeadRow | None, key: bytes) -> Break | None:
    number, seal = 0, _START
    for entry in entries:
        number += 1
        if entry.number > number:
            return Break(number, "missing")
        if entry.number < number:
            return Break(entry.number, "added")
        if not hmac.compare_digest(entry.digest, _digest(key, seal, entry)):
            return Break(number, "changed")
        seal = _seal(key, entry)
    if head is None:
        return None if number == 0 else Break(number + 1, "cut")
    if head.number == number and hmac.compare_digest(head.digest, seal):
        return None
    return Break(number + 1, "cut")


def _anchor(number: int, seal: str) -> str:
    return f"{number}-{seal[:_ANCHOR_SIGNS]}"


def _seal(key: bytes, entry: AuditRow) -> str:
    """What the next entry and the head hold of this one."""
    return hmac.new(key, f"seal {entry.number} {entry.digest}".encode(), hashlib.sha256).hexdigest()


def _digest(key: bytes, previous: str, entry: AuditRow) -> str:
    return keyed_digest(
        key,
        [
            previous,
            entry.number,
            entry.at,
            entry.user_id,
            entry.role,
            entry.station,
            entry.what,
            entry.subject,
            entry.subject_id,
            entry.why,
            entry.detail,
        ],
    )
