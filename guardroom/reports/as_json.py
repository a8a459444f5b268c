"""The pack as JSON: codes and numbers, with why a number is missing."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import date

from guardroom.clock import stamp
from guardroom.reports.document import Document
from guardroom.reports.figures import DrillDone, Silence
from guardroom.reports.pack import Pack
from guardroom.reports.publishing import Told
from guardroom.reports.small_numbers import Cell, ToldPart


def pack_json(pack: Pack) -> str:
    """One JSON object; `figures` begins with the period that was asked for."""
    facts = {
        "made_at": stamp(pack.made_at),
        "municipality": pack.municipality,
        "house": pack.house,
        "area": pack.area or None,
        "fewer_than": pack.rules.fewer_than,
        "aims_s": {"acknowledged": pack.rules.acknowledge_s, "on_scene": pack.rules.on_scene_s},
        "known_from": {
            "alarms": None if pack.known.alarms is None else pack.known.alarms.isoformat(),
            "records": pack.known.records.isoformat(),
        },
        "figures": [_period(told, pack.known.today) for told in pack.told],
    }
    return json.dumps(facts, ensure_ascii=False, indent=1)


def document_json(document: Document) -> str:
    """Any report as JSON, in its own words."""
    facts = {
        "title": document.title,
        "facts": document.facts,
        "sections": [
            {
                "heading": section.heading,
                "sentences": section.sentences,
                "tables": [
                    {"heading": table.heading, "columns": table.heads, "rows": table.rows} for table in section.tables
                ],
            }
            for section in document.sections
        ],
        "foot": document.foot,
    }
    return json.dumps(facts, ensure_ascii=False, indent=1)


def _period(told: Told, today: date) -> dict[str, object]:
    return {
        "period": told.period.code,
        "first": told.period.first.isoformat(),
        "last": told.period.last.isoformat(),
        "counted_until": min(told.period.last, today).isoformat(),
        "counts": {name: _cell(cell) for name, cell in told.counts.items()},
        "splits": {
            name: {"total": _cell(split.total), "parts": _parts(split.parts)} for name, split in told.splits.items()
        },
        "several": {
            name: {code: _cell(cell) for code, cell in counts.items()} for name, counts in told.several.items()
        },
        "times_s": {
            name: None if spread is None else {"median": spread.median, "p90": spread.p90, "longest": spread.worst}
            for name, spread in told.spreads.items()
        },
        "repeats": [{"room": each.room, each.kind: each.when} for each in told.repeats],
        "overdue_kinds": told.overdue,
        "drills": [_drill(drill) for drill in told.drills] if told.drills or told.heard else None,
        "button_tests": {
            "count": told.tests.count,
            "failed": told.tests.failed,
            "rooms_without": told.tests.rooms_without,
        }
        if told.heard
        else None,
        "silent_panels": _silent(told),
    }


def _parts(parts: Iterable[ToldPart]) -> list[dict[str, object]]:
    made = []
    for part in parts:
        facts: dict[str, object] = {"code": part.code, **_cell(part.cell)}
        if part.parts:
            facts["parts"] = _parts(part.parts)
        made.append(facts)
    return made


def _cell(cell: Cell) -> dict[str, object]:
    return {"count": cell.count} if cell.count is not None else {"count": None, "withheld": cell.withheld}


def _drill(drill: DrillDone) -> dict[str, object]:
    return {
        "day": drill.day.isoformat(),
        "room": drill.room,
        "stopped": drill.stopped,
        "acknowledged_s": drill.acknowledged_s,
        "acknowledged_in_time": drill.acknowledged_in_time,
        "on_scene_s": drill.on_scene_s,
        "on_scene_in_time": drill.on_scene_in_time,
        "evaluated": drill.evaluated,
        "improvements": drill.improvements,
        "improved": drill.improved,
    }


def _silent(told: Told) -> list[dict[str, object]] | None:
    """None where this station has no panels, or where nothing is known of them."""
    if told.silences is None or not (told.heard_here or any(each.times for each in told.silences)):
        return None
    return [_silence(each) for each in told.silences]


def _silence(each: Silence) -> dict[str, object]:
    return {"panel": each.panel, "times": each.times, "seconds": each.seconds, "longest_s": each.longest_s}
