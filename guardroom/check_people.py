"""What `guardroom check` says of the house's secret, its users, its audit log, and of what that log stands behind."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING

from db.errors import StorageError
from guardroom.finding import Finding
from guardroom.language import _, n_
from guardroom.people.roles import Role, named
from guardroom.settings import Settings
from guardroom.text import clean

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from db.people_tables import UserRow
    from guardroom.people.audit import Break
    from guardroom.people.secret import Secret


def people_findings(settings: Settings, now: datetime, *, readable: bool) -> Iterator[Finding]:
    """The secret, the users, the audit log, bans and incidents. `readable`: the main database is there and of this
    version.

    The whole chain is looked at, some µs an entry; every decided ban, some ms each; every incident, some µs each.
    """
    if not readable:
        unseen = _("not looked at: the database is not ready")
        yield _secret(settings, used=False)[0]
        yield Finding("unset", _("users"), unseen)
        for what in _behind():
            yield Finding("unset", what, unseen)
        return
    from db.main import open_engine, reading

    try:
        engine = open_engine(settings.database)
        try:
            with reading(engine) as session:
                yield from _look(settings, session, now)
        finally:
            engine.dispose()
    except StorageError as error:
        said = _("cannot be read: {reason}").format(reason=clean(error.detail))
        yield Finding("wrong", _("users and audit log"), said)


def _look(settings: Settings, session: Session, now: datetime) -> Iterator[Finding]:
    from db import people
    from guardroom.people.audit import first_break, is_its_key

    users = people.users(session)
    said, secret = _secret(settings, used=any(user.code_hash for user in users))
    ours = secret is not None and is_its_key(session, secret.key("audit"))
    if secret is not None and not ours:
        said = Finding(
            "wrong",
            said.what,
            _(
                "{file} is not the one that this database's audit log was written with, or that log was changed at its "
                "beginning and its end"
            ).format(file=settings.secret),
        )
    yield said
    yield from _users(settings, users, now)
    if secret is None or not ours:
        for what in _behind():
            yield Finding("unset", what, _("not looked at: that needs the house's secret"))
        return
    entries = _entries(session)
    if not entries and any(user.code_hash for user in users):
        yield Finding("wrong", _("audit log"), _("it is empty, and yet codes were given: it was taken out"))
        return
    broken = first_break(session, secret.key("audit"))
    yield _chain(broken, entries, _behind_anchor(settings, session, secret), _cut_at(session))
    if broken is not None:
        for what in _behind()[1:]:
            yield Finding("unset", what, _("not looked at: that needs a whole audit log"))
        return
    from guardroom.people.user_seal import altered

    if changed := altered(session, secret, users):
        told = _("changed outside the program: {initials}; look at their role, and give them a new code")
        yield Finding("wrong", _("users"), told.format(initials=", ".join(changed)))
    yield _bans(settings, session, secret)
    yield _incidents(session, secret)


def _behind() -> tuple[str, ...]:
    """The audit log, and what it stands behind."""
    return _("audit log"), _("bans"), _("incidents")


def _bans(settings: Settings, session: Session, secret: Secret) -> Finding:
    from db import bans, persons
    from guardroom.bans.backing import SIGNED, Doubt, doubt, set_aside, taken_out
    from guardroom.bans.rows import facts_of

    rows = bans.in_stages(session, SIGNED)
    doubted: dict[Doubt, list[str]] = {"": [], "person": [], "altered": []}
    for row in rows:
        group = tuple(record.id for record in persons.group(session, row.person_id))
        doubted[doubt(session, secret, row, facts_of(session, settings, row, group))].append(row.number)
    doubted["altered"] += set_aside(session, secret, bans.in_stages(session, ("draft", "hearing", "lifted", "dropped")))
    what = _("bans")
    wrong = []
    if gone := taken_out(session):
        wrong.append(n_("{count} was taken out", "{count} were taken out", gone).format(count=gone))
    if doubted["altered"]:
        altered = _("not as they were signed or taken over: {numbers}; hold them against the letters")
        wrong.append(altered.format(numbers=", ".join(doubted["altered"])))
    if wrong:
        return Finding("wrong", what, "; ".join(wrong))
    if doubted["person"]:
        said = _("the person's record was changed after signing: {numbers}; hold name and birth against the letters")
        return Finding("unset", what, said.format(numbers=", ".join(doubted["person"])))
    said = n_("{count} is as it was signed", "{count} are as they were signed", len(rows))
    return Finding("ok", what, said.format(count=len(rows)))


def _incidents(session: Session, secret: Secret) -> Finding:
    from guardroom.incidents.backing import hold

    held = hold(session, secret)
    said = []
    if held.altered:
        changed = _("changed after they were saved: {numbers}")
        said.append(changed.format(numbers=", ".join(held.altered)))
    if held.gone:
        said.append(n_("{count} was taken out", "{count} were taken out", held.gone).format(count=held.gone))
    what = _("incidents")
    if said:
        return Finding("wrong", what, "; ".join(said))
    whole = n_("{count} is as it was saved", "{count} are as they were saved", held.count)
    return Finding("ok", what, whole.format(count=held.count))


def _secret(settings: Settings, *, used: bool) -> tuple[Finding, Secret | None]:
    """The secret if it can be read. `used`: codes were made with it, so that without it nobody can sign in."""
    from guardroom.people.secret import NoSecret, read_secret

    what = _("secret")
    if not used and not settings.secret.exists():
        said = _("{file}: not made yet; `guardroom users add INITIALS admin` does, with the first administrator")
        return Finding("unset", what, said.format(file=settings.secret)), None
    try:
        secret = read_secret(settings.secret)
    except NoSecret as refused:
        return Finding("wrong", what, refused.sentence), None
    said = _("{file}: readable for its owner only; keep a copy apart from the database's")
    return Finding("ok", what, said.format(file=settings.secret)), secret


def _users(settings: Settings, users: list[UserRow], now: datetime) -> Iterator[Finding]:
    from guardroom.people.users import can_sign_in

    able = [user for user in users if can_sign_in(user, now)]
    what = _("users")
    if not able:
        said = _("nobody has a code yet; `guardroom users add INITIALS admin` adds the first administrator")
        yield Finding("unset", what, said)
        return
    if not any(user.role == Role.ADMIN for user in able):
        yield Finding("wrong", what, _("there is no administrator who can sign in"))
        return
    have = {user.role for user in able}
    missing = [named(Role(role)) for role in settings.policy.bans.signatories if role not in have]
    if missing:
        said = _("nobody who can sign in is {roles}: no ban can be signed").format(roles=", ".join(missing))
        yield Finding("unset", what, said)
        return
    yield Finding(
        "ok", what, n_("{count} user can sign in", "{count} users can sign in", len(able)).format(count=len(able))
    )


def _entries(session: Session) -> int:
    from db.audit_tables import AuditHeadRow

    head = session.get(AuditHeadRow, 1)
    return 0 if head is None else head.number


def _cut_at(session: Session) -> int:
    """The last entry that was cut off; 0 where none was."""
    from db.privacy_tables import AuditCutRow

    cut = session.get(AuditCutRow, 1)
    return 0 if cut is None else cut.number


def _behind_anchor(settings: Settings, session: Session, secret: Secret) -> int:
    """How many entries the audit log has lost since it was last written down how far it was."""
    from guardroom.people.anchor import anchor_now, anchor_path, is_behind, read_anchor

    key = secret.key("audit")
    known = read_anchor(anchor_path(settings), key)
    if known is None or not is_behind(session, key, known):
        return 0
    return max(1, known.number - anchor_now(session).number)


def _chain(broken: Break | None, entries: int, lost: int, cut: int) -> Finding:
    what = _("audit log")
    if broken is None and lost:
        said = n_(
            "an older copy of the database was put back: {count} entry is missing",
            "an older copy of the database was put back: {count} entries are missing",
            lost,
        )
        return Finding("wrong", what, said.format(count=lost))
    if broken is None:
        said = n_("{count} entry, and the chain holds", "{count} entries, and the chain holds", entries)
        if cut:
            said += _("; cut by its time at entry {number}")
        return Finding("ok", what, said.format(count=entries, number=cut))
    said = {
        "changed": _("the chain breaks at entry {number}: it was changed after it was written"),
        "missing": _("the chain breaks at entry {number}: it was taken out"),
        "cut": _("the chain breaks at entry {number}: it and all after it were taken out"),
        "added": _("the chain breaks at entry {number}: it was put in by somebody else"),
        "older": _("what is before entry {number} was cut off, and something older was put back there"),
    }[broken.kind]
    return Finding("wrong", what, said.format(number=broken.number))
