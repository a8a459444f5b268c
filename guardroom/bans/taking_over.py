"""A ban that was decided in the case system, taken into the list: in force at once, as its list says it is (H3)."""

from __future__ import annotations

from datetime import date, datetime, time

from sqlalchemy.orm import Session

from db import bans as stored
from db import persons
from guardroom.bans.backing import decided_stamp
from guardroom.bans.form import BanForm
from guardroom.bans.noting import note
from guardroom.bans.register import BanRegister
from guardroom.bans.requirements import of_the_kind
from guardroom.bans.rows import decision_of, facts_of
from guardroom.bans.seal import KEY, named_seal, seal
from guardroom.ground import Ground
from guardroom.language import _
from guardroom.people.who import Who
from guardroom.refusal import Refused


def take_over(
    session: Session,
    ground: Ground,
    bans: BanRegister,
    who: Who,
    person: int,
    form: BanForm,
    *,
    letter_ref: str,
    decided_on: date | None,
    kind: str,
) -> int:
    """Begin the ban and put it in force, within the caller's transaction; returns its id.

    Nobody signs here, and its reasons stay in the case system; `decided_on` is only known where the list says it, and
    `kind` is that of the list's file. A list that names no ways that are open to the citizen leaves them to the
    decision letter. Raises BadInput, and Refused where it has no case, no filed letter or no end, or lacks what a ban
    of its kind needs: such a ban is never in force (H2, H7, H9, H17, H20).
    """
    ban = bans.take_over(session, who, person, form)
    row = stored.ban(session, ban)
    assert row is not None
    decision = decision_of(row)
    of_its_kind = of_the_kind(decision)
    whole = decision.case_ref and letter_ref and decision.starts_on and decision.ends_on
    if not whole or (of_its_kind is not None and not of_its_kind.met):
        raise Refused(
            _(
                "A ban in force has a case number, a filed letter, a first and a last day, and what its kind needs:"
                " places, a contact person or a mail address."
            )
        )
    now = ground.clock.now()
    row.stage, row.letter_ref = "in_force", letter_ref
    if decided_on is not None:
        row.decided_at = datetime.combine(decided_on, time(), ground.settings.site.zone)
    said = _("taken over from the case system's list ({kind})").format(kind=kind)
    session.flush()
    facts = facts_of(session, ground.settings, row, tuple(each.id for each in persons.group(session, row.person_id)))
    key = ground.secret.key(KEY)
    note(
        session, ground.audit_key, who, row, now, "activated", said,
        source=kind, seal=seal(key, facts), named=named_seal(key, facts.named), decided=decided_stamp(row),
    )  # fmt: skip
    return ban
