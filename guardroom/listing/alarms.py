"""`guardroom alarms`: what happened, from the main database.

Nobody signs in for it, as for the board: what people typed about an alarm (`text` of their acts) is left out.
"""

from __future__ import annotations

import argparse
import json
import sys
from datetime import datetime
from pathlib import Path
from typing import get_args

from db.alarm_tables import AlarmRow
from db.errors import ForeignDatabase, NewerDatabase, StorageError
from db.main import alarms, open_engine, reading
from db.schema import main_status
from guardroom.alarms import words
from guardroom.alarms.acts import ActKind
from guardroom.clock import stamp
from guardroom.config import load
from guardroom.databases import refusal_sentence, refuse_unknown
from guardroom.days import written_in
from guardroom.language import _
from guardroom.listing.nothing import say_nothing
from guardroom.text import clean

_ACTS = frozenset(get_args(ActKind))


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """`guardroom alarms [--config FILE] [--json]`."""
    parser.add_argument("--config", type=Path, help=_("the configuration (guardroom.toml)"))
    parser.add_argument("--json", action="store_true", help=_("one JSON array"))


def run(args: argparse.Namespace) -> int:
    """List every alarm, oldest first."""
    settings = load(args.config)
    try:
        refuse_unknown(settings)
        rows: list[AlarmRow] = []
        if main_status(settings.database).standing != "new":
            engine = open_engine(settings.database)
            with reading(engine) as session:
                rows = alarms(session)
            engine.dispose()
    except (NewerDatabase, ForeignDatabase) as refused:
        print(refusal_sentence(refused), file=sys.stderr)
        return 1
    except StorageError as problem:
        print(_("The database cannot be read: {detail}.").format(detail=problem.detail), file=sys.stderr)
        return 1
    if args.json:
        print(json.dumps([_facts(row) for row in rows], ensure_ascii=False, indent=1))
        return 0
    if not rows:
        say_nothing(_("No alarm is known."), settings.journal)
    for row in rows:
        pressed = written_in(row.pressed_at, settings.site.zone)
        acknowledged = f"{int(row.acknowledged_s)} s" if row.acknowledged_s is not None else "-"
        said = f"{words.state(row.state)} {acknowledged} {words.outcome(row.outcome)}"
        print(f"{row.number} {pressed} {clean(row.place)} {said}".rstrip())
    return 0


def _facts(row: AlarmRow) -> dict[str, object]:
    return {
        "number": row.number,
        "station": row.station,
        "room": row.room_id,
        "place": row.place,
        "block": row.block,
        "cause": row.cause,
        "panel": row.panel,
        "point": row.point,
        "text": None if row.manual else row.text,
        "manual": row.manual,
        # While a drill runs it is an alarm like any other, to whoever asks.
        "mode": row.mode if row.closed_at is not None else "real",
        "state": row.state,
        "pressed_at": stamp(row.pressed_at),
        "presses": row.presses,
        "repeats": row.repeats,
        "cancelled": row.cancelled,
        "acknowledged_at": _stamp(row.acknowledged_at),
        "acknowledged_by": row.acknowledged_by,
        "acknowledged_s": row.acknowledged_s,
        "on_scene_s": row.on_scene_s,
        "closed_at": _stamp(row.closed_at),
        "outcome": row.outcome or None,
        "timeline": [
            {
                "number": line.number,
                "at": stamp(line.at),
                "what": line.what,
                "detail": line.detail,
                "by": line.by,
                "text": None if line.what in _ACTS else line.text,
                "late": line.late,
            }
            for line in row.lines
        ],
    }


def _stamp(when: datetime | None) -> str | None:
    return None if when is None else stamp(when)
