"""What the main database's tables share. They are made by the scripts in `migrations/main`, never from the classes."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Literal

from sqlalchemy import JSON, Date, DateTime, Dialect, MetaData, String, TypeDecorator
from sqlalchemy.orm import DeclarativeBase, MappedAsDataclass

Mode = Literal["real", "drill", "test"]
"""Why there was an alarm: for real, in an announced drill, or in a test of the buttons."""


class UtcDateTime(TypeDecorator[datetime]):
    """An aware moment, stored and returned in UTC; SQLite keeps no zone of its own. Naive times are refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """To the database."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"a moment without a zone: {value}")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """From the database."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(MappedAsDataclass, DeclarativeBase, kw_only=True, eq=False):
    """What the tables share: constraints have names, so that a later migration can change them."""

    metadata = MetaData(
        naming_convention={
            "pk": "pk_%(table_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
        }
    )
    type_annotation_map = {  # noqa: RUF012 - read by SQLAlchemy while the class is made
        datetime: UtcDateTime,
        date: Date,
        str: String,
        Mode: String,
        list[str]: JSON,
    }
