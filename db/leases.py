"""Leases of panels that several stations reach: who reads one, and who wishes to.

Kept among the other leases. A row's `until` differs with each renewal, which is what others look at: it is compared
with no clock.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete
from sqlalchemy.orm import Session

from db.outbox_tables import LeaseRow


def panel_lease(session: Session, panel: str, *, held: bool) -> LeaseRow | None:
    """Who reads the panel; `held` until the end of the caller's transaction, which must be one that writes."""
    return session.get(LeaseRow, f"panel:{panel}", with_for_update=True if held else None)


def panel_wish(session: Session, panel: str) -> LeaseRow | None:
    """Who wishes to read the panel, as was written last: whoever did may have died since."""
    return session.get(LeaseRow, f"panel wish:{panel}")


def give_panel(session: Session, panel: str, holder: str, until: datetime) -> None:
    """It is `holder` who reads the panel."""
    _put(session, f"panel:{panel}", holder, until)


def wish(session: Session, panel: str, holder: str, until: datetime) -> None:
    """`holder` wishes to read the panel."""
    _put(session, f"panel wish:{panel}", holder, until)


def unwish(session: Session, panel: str, holder: str) -> None:
    """`holder` does not wish it any more."""
    session.execute(delete(LeaseRow).where(LeaseRow.name == f"panel wish:{panel}", LeaseRow.holder == holder))


def _put(session: Session, name: str, holder: str, until: datetime) -> None:
    row = session.get(LeaseRow, name, with_for_update=True)
    if row is None:
        session.add(LeaseRow(name=name, holder=holder, until=until))
    else:
        row.holder, row.until = holder, until
