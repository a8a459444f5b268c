"""The audit log: who did or looked up what, when, where and why. Append-only, and chained with a keyed hash.

Each entry's digest covers the entry and the seal of the one before it, under a key that is not in the database: an
entry that was changed, left out or put in breaks the chain there. The head holds the last entry's seal, which can be
made from no entry without the key. So whoever cuts the chain cannot make the head that would fit. Whoever has kept an
earlier head, as every backup does, can put it back and take out all that came after it: this shows only beside a later
copy of the log kept elsewhere, or by what stands in the database without its entry (a ban, an incident).
Entries hold ids, never names. They are written in the transaction of what they tell of: both stand, or neither.
What is past its time is cut off at a signed checkpoint, which holds the seal that the next entry is chained to, so that
the chain proves what remains. An entry that something still rests on is kept, and proves itself by the seal before it.
Each cut is counted and has an entry of its own: a checkpoint that was put back is not the one that the chain tells of.
"""

from __future__ import annotations

import contextlib
import hashlib
import hmac
import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import delete, func, insert, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from db.audit_tables import AuditHeadRow, AuditRow
from db.privacy_tables import AuditCutRow, AuditKeptRow
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
Held = Literal["holds", "changed", "past"]
"""What a chain says to a head that was printed once; see `holds`."""

_HEAD = 1
_CUT = 1
_START = "0" * 64
_CUT_ENTRY = "audit_cut"
_LOOKED_AT = 5
_ANCHOR_SIGNS = 16
_ANCHOR_DIGITS = 18
"""No log is longer, and no database is asked for a number that it cannot hold."""
_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Break:
    """Where the chain breaks: at entry `number`.

    It was "changed", is "missing", was "added"; or "cut": it and all after it are missing, or the head was changed; or
    "older": the log's beginning is from before its last cut.
    """

    number: int
    kind: Literal["changed", "missing", "cut", "added", "older"]


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
    note_each(session, key, at, who, what, subject, (subject_id,), why=why, station=station, detail=detail)


def note_each(
    session: Session,
    key: bytes,
    at: datetime,
    who: Who | None,
    what: str,
    subject: Subject,
    subject_ids: Iterable[int | None],
    *,
    why: str = "",
    station: str = "",
    detail: Mapping[str, object] | None = None,
) -> None:
    """Append an entry about each of these, as `note` does: all at once, as others wait for the head."""
    head = _head(session)
    for subject_id in subject_ids:
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


def reached(session: Session, *, hold: bool = False) -> int:
    """The number of the last entry, 0 where there is none. `hold`: no other is written until the caller's writing
    transaction ends; what it changes must be changed by then, as everybody holds this last."""
    if hold:
        return _head(session).number
    head = session.get(AuditHeadRow, _HEAD)
    return 0 if head is None else head.number


def cut_upto(session: Session) -> int:
    """Up to which number the log has been cut; 0 where it never was."""
    checkpoint = session.get(AuditCutRow, _CUT)
    return 0 if checkpoint is None else checkpoint.number


def told(session: Session, key: bytes, subject: Subject, subject_id: int | None, what: Iterable[str]) -> list[AuditRow]:
    """The entries of these kinds about one thing (None: about none), oldest first: only those that were written with
    the key, each in its place after the entry before it."""
    entries = list(
        session.scalars(
            select(AuditRow)
            .where(AuditRow.subject == subject, AuditRow.subject_id == subject_id, AuditRow.what.in_(list(what)))
            .order_by(AuditRow.number)
        )
    )
    before = session.scalars(select(AuditRow).where(AuditRow.number.in_([entry.number - 1 for entry in entries])))
    seals = {entry.number: _seal(key, entry) for entry in before} | {0: _START}
    seals |= _kept_seals(session, [entry.number for entry in entries])
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
    checkpoint = session.get(AuditCutRow, _CUT)
    begin, seal = (0, _START) if checkpoint is None else (checkpoint.number, checkpoint.seal)
    if (broken := _look_at_cut(session, key, checkpoint)) is not None:
        return broken
    asked = (
        select(AuditRow)
        .where(AuditRow.number > begin, AuditRow.number <= reached)
        .order_by(AuditRow.number)
        .execution_options(yield_per=1000)
    )
    with session.scalars(asked) as entries:
        broken = _look(entries, head, key, begin, seal)
    if broken is not None:
        return broken
    if last > reached:
        return Break(reached + 1, "added")
    return None if _times_cut(session) == (0 if checkpoint is None else checkpoint.count) else Break(begin, "older")


def cut(session: Session, key: bytes, at: datetime, upto: int, keep: Collection[int]) -> int:
    """Delete the entries up to and with number `upto`, but those whose numbers are in `keep`, within the caller's
    writing transaction; how many were deleted. The cut has an entry itself.

    The chain must hold up to there: what would show a break is not to vanish. An entry that was kept at an earlier cut
    goes too where it is not in `keep` any more, if its number is not above `upto`.
    """
    _head(session)
    checkpoint = session.get(AuditCutRow, _CUT)
    begin, seal = (0, _START) if checkpoint is None else (checkpoint.number, checkpoint.seal)
    kept = {row.number: row for row in session.scalars(select(AuditKeptRow))}
    gone = [number for number in kept if number <= upto and number not in keep]
    entries = session.scalars(select(AuditRow).where(AuditRow.number > begin, AuditRow.number <= upto)
                              .order_by(AuditRow.number))  # fmt: skip
    last = begin
    for entry in entries:
        if entry.number in keep:
            kept[entry.number] = AuditKeptRow(number=entry.number, before=seal)
            session.add(kept[entry.number])
        else:
            gone.append(entry.number)
        last, seal = entry.number, _seal(key, entry)
    if last == begin and not gone:
        return 0
    for some in _chunks(gone):
        session.execute(delete(AuditKeptRow).where(AuditKeptRow.number.in_(some)))
        session.execute(delete(AuditRow).where(AuditRow.number.in_(some)))
    session.flush()
    count = 1 if checkpoint is None else checkpoint.count + 1
    made = AuditCutRow(id=_CUT, count=count, number=last, at=at, seal=seal, kept=_kept_digest(session, key), digest="")
    made.digest = _cut_digest(key, made)
    session.merge(made)
    note(session, key, at, None, _CUT_ENTRY, detail={"count": count, "upto": last})
    return len(gone)


def anchor(session: Session) -> str:
    """The chain's head as it is written outside, on paper: the last entry's number and the first signs of its seal."""
    head = session.get(AuditHeadRow, _HEAD)
    return "" if head is None else _anchor(head.number, head.digest)


def holds(session: Session, key: bytes, written: str) -> Held:
    """Whether the chain still has, at its place, the entry that was its last when `written` was printed: then nothing
    up to there was taken out or put in since. Raises ValueError where it is no anchor.

    An entry that was cut with its month, in a chain that holds, is "past": nothing can be said of it any more.
    """
    number, dash, seal = written.strip().lower().partition("-")
    is_number = number.isascii() and number.isdecimal() and len(number) <= _ANCHOR_DIGITS
    if not (is_number and dash and len(seal) == _ANCHOR_SIGNS):
        raise ValueError(written)
    broken = first_break(session, key)
    entry = session.get(AuditRow, int(number))
    checkpoint = session.get(AuditCutRow, _CUT)
    if entry is None and broken is None and checkpoint is not None and int(number) <= checkpoint.number:
        return "past"
    if entry is None or (broken is not None and broken.number <= entry.number):
        return "changed"
    same = hmac.compare_digest(_anchor(entry.number, _seal(key, entry)), f"{number}-{seal}")
    return "holds" if same else "changed"


def is_its_key(session: Session, key: bytes) -> bool:
    """Whether the chain was made with this key: one of its first or last entries fits. True where there is none yet.

    It is a quick look, at ten entries: a log that was changed at both ends looks like another key's.
    """
    checkpoint = session.get(AuditCutRow, _CUT)
    begin, start = (0, _START) if checkpoint is None else (checkpoint.number, checkpoint.seal)
    chained = select(AuditRow).where(AuditRow.number > begin)
    newest = list(session.scalars(chained.order_by(AuditRow.number.desc()).limit(_LOOKED_AT + 1)))[::-1]
    oldest = list(session.scalars(chained.order_by(AuditRow.number).limit(_LOOKED_AT)))
    return not newest or any(
        hmac.compare_digest(entry.digest, _digest(key, seal, entry))
        for run, before in ((oldest, [start]), (newest[1:], [_seal(key, newest[0])]))
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


def _kept_seals(session: Session, numbers: Collection[int]) -> dict[int, str]:
    """What these entries are chained to where they stand at or before the last cut, by the number before theirs."""
    checkpoint = session.get(AuditCutRow, _CUT)
    if checkpoint is None:
        return {}
    asked = select(AuditKeptRow).where(AuditKeptRow.number.in_(numbers))
    kept = {row.number - 1: row.before for row in session.scalars(asked)}
    return kept | {checkpoint.number: checkpoint.seal}


def _look_at_cut(session: Session, key: bytes, checkpoint: AuditCutRow | None) -> Break | None:
    """Whether the checkpoint, and what was kept at it, is as it was."""
    begin = 0 if checkpoint is None else checkpoint.number
    if checkpoint is not None and not hmac.compare_digest(checkpoint.digest, _cut_digest(key, checkpoint)):
        return Break(begin, "changed")
    kept = {row.number: row.before for row in session.scalars(select(AuditKeptRow))}
    for entry in session.scalars(select(AuditRow).where(AuditRow.number <= begin).order_by(AuditRow.number)):
        before = kept.pop(entry.number, None)
        if before is None:
            return Break(entry.number, "added")
        if not hmac.compare_digest(entry.digest, _digest(key, before, entry)):
            return Break(entry.number, "changed")
    if kept:
        return Break(min(kept), "missing")
    if checkpoint is not None and not hmac.compare_digest(checkpoint.kept, _kept_digest(session, key)):
        return Break(begin, "changed")
    return None


def _times_cut(session: Session) -> int:
    """How often the log has been cut, as a chain that holds tells it."""
    told = session.scalar(
        select(AuditRow.detail).where(AuditRow.what == _CUT_ENTRY).order_by(AuditRow.number.desc()).limit(1)
    )
    return 0 if told is None else int(json.loads(told)["count"])


def _kept_digest(session: Session, key: bytes) -> str:
    rows = session.execute(select(AuditKeptRow.number, AuditKeptRow.before).order_by(AuditKeptRow.number))
    return keyed_digest(key, [[number, before] for number, before in rows])


def _cut_digest(key: bytes, row: AuditCutRow) -> str:
    return keyed_digest(key, ["cut", row.count, row.number, row.at, row.seal, row.kept])


def _chunks(numbers: Sequence[int]) -> Iterable[Sequence[int]]:
    return (numbers[begin : begin + _AT_ONCE] for begin in range(0, len(numbers), _AT_ONCE))


def _look(entries: Iterable[AuditRow], head: AuditHeadRow | None, key: bytes, number: int, seal: str) -> Break | None:
    """The first entry of the chain that does not hold, after entry `number` with its seal."""
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
