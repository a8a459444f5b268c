"""The main database's tables of follow-ups, and of the incidents that are closed."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from db.base import Base
from db.people_tables import UserRow


class FollowUpRow(Base):
    """One thing that must be done. Its words are codes of `guardroom.followups.kinds`.

    `key` makes it one of its kind: "incident:12:police_report". `area` is the part of the house, folded, "" for all of
    it. `owner_role` and `owner_id` see to it now; `from_role` is whose it was before it was handed on, "" where it was
    not. It is open as long as `closed_at` is None. `done_on`, `reference`, `count`, `yes_no` and `company` are what it
    was closed with; `reason` and `reason_text` why it was not done. Of one that is open, `count` is how many have come
    so far, of the `expected` ones.
    """

    __tablename__ = "follow_up"
    __table_args__ = (
        # Open ones by their deadline; closed ones by when that was; those of a role. What is behind the id decides who
        # sees one: it is there to be looked at without the row.
        Index("ix_follow_up_list", "closed_at", "due_at", "id", "area", "ban_id", "owner_role", "owner_id", "kind"),
        Index("ix_follow_up_own", "owner_role", "closed_at", "due_at", "id", "owner_id", "area"),
        # The open ones counted, in the order in which they are grouped.
        Index(
            "ix_follow_up_open",
            "closed_at",
            "owner_role",
            "owner_id",
            "area",
            "kind",
            "due_at",
            "remind_on",
            "ban_id",
            sqlite_where=text("closed_at IS NULL"),
            postgresql_where=text("closed_at IS NULL"),
        ),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(init=False, primary_key=True)
    key: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[str]
    owner_role: Mapped[str]
    began_at: Mapped[datetime]
    due_at: Mapped[datetime]
    rule: Mapped[str]
    created_at: Mapped[datetime]
    incident_id: Mapped[int | None] = mapped_column(
        ForeignKey("incident.id", ondelete="CASCADE"), default=None, index=True
    )
    ban_id: Mapped[int | None] = mapped_column(ForeignKey("ban.id", ondelete="CASCADE"), default=None, index=True)
    area: Mapped[str] = mapped_column(Text, default="")
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"), default=None)
    from_role: Mapped[str] = mapped_column(default="")
    remind_on: Mapped[date | None] = mapped_column(default=None)
    state: Mapped[str] = mapped_column(default="open")
    closed_at: Mapped[datetime | None] = mapped_column(default=None)
    closed_by: Mapped[int | None] = mapped_column(ForeignKey("user.id"), default=None)
    done_on: Mapped[date | None] = mapped_column(default=None)
    reference: Mapped[str] = mapped_column(default="")
    count: Mapped[int | None] = mapped_column(default=None)
    expected: Mapped[int | None] = mapped_column(default=None)
    yes_no: Mapped[bool | None] = mapped_column(default=None)
    company: Mapped[str] = mapped_column(default="")
    reason: Mapped[str] = mapped_column(default="")
    reason_text: Mapped[str] = mapped_column(Text, default="")
    owner: Mapped[UserRow | None] = relationship(init=False, viewonly=True, repr=False, foreign_keys=[owner_id])

    @property
    def held_by(self) -> int | None:
        """Whose alone it is: nobody's once they cannot sign in any more, or have another role."""
        user = self.owner
        return user.id if user is not None and user.disabled_at is None and user.role == self.owner_role else None


class IncidentClosingRow(Base):
    """An incident whose duties are done; one that is not here is open."""

    __tablename__ = "incident_closing"

    incident_id: Mapped[int] = mapped_column(
        ForeignKey("incident.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    at: Mapped[datetime]
    by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
