"""The main database's tables of people: who may sign in, and whom incidents and bans are about."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import BigInteger, ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base


class UserRow(Base):
    """Somebody who may sign in, unless `disabled_at`.

    `name` and `title` stand under what they sign. `area` is the part of the house whose matters they see; "" for the
    whole house. `code_hash` is "" until a code was set; `code_given_at` is when somebody else gave it, None once they
    have chosen one of their own.
    """

    __tablename__ = "user"
    __table_args__ = ({"sqlite_autoincrement": True},)

    id: Mapped[int] = mapped_column(init=False, primary_key=True)
    initials: Mapped[str] = mapped_column(unique=True)
    role: Mapped[str]
    created_at: Mapped[datetime]
    name: Mapped[str] = mapped_column(Text, default="")
    title: Mapped[str] = mapped_column(Text, default="")
    area: Mapped[str] = mapped_column(Text, default="")
    code_hash: Mapped[str] = mapped_column(Text, default="")
    code_given_at: Mapped[datetime | None] = mapped_column(default=None)
    disabled_at: Mapped[datetime | None] = mapped_column(default=None)

    @property
    def must_change(self) -> bool:
        """Whether somebody else gave the code, and so knows it."""
        return self.code_given_at is not None


class SignInFailureRow(Base):
    """Wrong codes in a row for what was typed as initials, at one station: nobody elsewhere is held up by them."""

    __tablename__ = "sign_in_failure"

    initials: Mapped[str] = mapped_column(primary_key=True)
    station: Mapped[str] = mapped_column(primary_key=True)
    failures: Mapped[int]
    last_at: Mapped[datetime]


class PersonRow(Base):
    """The least that identifies a person whom an incident or a ban is about. Never a CPR number.

    `folded` are the folded words of name and aliases, one spelling a line (`guardroom.people.folding`). `changed` is
    the value of the counter "person" at the last change. A record that was merged into another says which:
    `merged_into` is never itself merged.
    """

    __tablename__ = "person"
    __table_args__ = ({"sqlite_autoincrement": True},)

    id: Mapped[int] = mapped_column(init=False, primary_key=True)
    name: Mapped[str] = mapped_column(Text)
    folded: Mapped[str] = mapped_column(Text)
    changed: Mapped[int] = mapped_column(BigInteger, index=True)
    created_at: Mapped[datetime]
    created_by: Mapped[int] = mapped_column(ForeignKey("user.id"))
    aliases: Mapped[list[str]] = mapped_column(default_factory=list)
    birth_date: Mapped[date | None] = mapped_column(default=None)
    birth_year: Mapped[int | None] = mapped_column(default=None)
    case_ref: Mapped[str] = mapped_column(default="", index=True)
    description: Mapped[str] = mapped_column(Text, default="")
    merged_into: Mapped[int | None] = mapped_column(ForeignKey("person.id"), default=None, index=True)


class NotPersonRow(Base):
    """Somebody was taken for this person and was not."""

    __tablename__ = "not_person"
    __table_args__ = ({"sqlite_autoincrement": True},)

    id: Mapped[int] = mapped_column(init=False, primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    at: Mapped[datetime]
    by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    station: Mapped[str]
    note: Mapped[str] = mapped_column(Text, default="")


class CounterRow(Base):
    """A number that only grows: the next incident's, or how often a table has changed."""

    __tablename__ = "counter"

    name: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[int] = mapped_column(BigInteger)
