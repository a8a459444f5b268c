"""What the stations of one house tell each other: each one's board, and what they ask one another to journal."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Text
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base


class StationRow(Base):
    """What one station's monitor has published last.

    `run` names the monitor's run, `edition` counts the boards of that run, and `beat` its signs of life, of which the
    last was at `seen_at` by that station's clock. `board` is JSON, as `guardroom.stations.board` reads it.
    """

    __tablename__ = "station_board"

    station: Mapped[str] = mapped_column(primary_key=True)
    program: Mapped[str]
    run: Mapped[str]
    edition: Mapped[int]
    beat: Mapped[int]
    seen_at: Mapped[datetime]
    board: Mapped[str] = mapped_column(Text, repr=False)


class RequestRow(Base):
    """An act on an alarm of `owner` that somebody at `asker` wants done. `id` is the act's own.

    `act` and `answer` are JSON; `answer` is None until the owner has journalled or refused it. Rows last for minutes:
    a note's text is among what they hold.
    """

    __tablename__ = "station_request"

    id: Mapped[str] = mapped_column(primary_key=True)
    owner: Mapped[str] = mapped_column(index=True)
    asker: Mapped[str] = mapped_column(index=True)
    asked_at: Mapped[datetime] = mapped_column(index=True)
    act: Mapped[str] = mapped_column(Text, repr=False)
    answer: Mapped[str | None] = mapped_column(Text, default=None, repr=False)
