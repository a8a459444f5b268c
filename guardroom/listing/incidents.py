"""`guardroom incidents`: what was logged, as far as whoever asks may see it."""

from __future__ import annotations

import argparse
import json
from datetime import datetime
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

from guardroom.clock import stamp
from guardroom.days import written_in
from guardroom.incidents import words
from guardroom.language import _
from guardroom.listing.nothing import say_nothing
from guardroom.people.command_line import add_identity_arguments, answer_as
from guardroom.text import clean

if TYPE_CHECKING:
    from guardroom.ground import Ground
    from guardroom.incidents.view import AddendumView, IncidentView, SubjectView
    from guardroom.people.who import Who


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """`guardroom incidents [--config FILE] [--json] [--as INITIALS]`."""
    parser.add_argument("--config", type=Path, help=_("the configuration (guardroom.toml)"))
    parser.add_argument("--json", action="store_true", help=_("one JSON array"))
    add_identity_arguments(parser)


def run(args: argparse.Namespace) -> int:
    """List every incident that is theirs to see, oldest first."""
    return answer_as(args, "incidents", lambda ground, who: _list(ground, who, as_json=args.json))


def _list(ground: Ground, who: Who, *, as_json: bool) -> int:
    from guardroom.incidents.log import IncidentLog
    from guardroom.people.persons import Persons

    found = IncidentLog(ground, Persons(ground)).listing(who)
    if as_json:
        print(json.dumps([_facts(incident) for incident in found], ensure_ascii=False, indent=1))
        return 0
    first = next(found, None)
    if first is None:
        say_nothing(_("No incident that you may see."))
        return 0
    for incident in chain((first,), found):
        names = ", ".join(subject.name for subject in incident.subjects or () if subject.name)
        happened = written_in(incident.happened_at, ground.settings.site.zone)
        parts = (incident.number, happened, words.kind(incident.kind), incident.place, names)
        print("  ".join(clean(part) for part in parts if part))
    return 0


def _facts(incident: IncidentView) -> dict[str, object]:
    """What may be seen; a key is null where it does not apply, and missing where it may not be seen."""
    facts: dict[str, object] = {
        "number": incident.number,
        "kind": incident.kind,
        "happened_at": stamp(incident.happened_at),
        "written_at": stamp(incident.written_at),
        "written_by": incident.written_by,
        "place": incident.place,
        "room": incident.room,
        "block": incident.area,
        "channel": incident.channel,
        "subject_kind": incident.subject_kind,
        "off_duty": incident.off_duty,
        "behaviours": incident.behaviours,
        "asked_to_leave_at": _stamp(incident.asked_to_leave_at),
        "complied": incident.complied,
        "police": incident.police or None,
        "police_at": _stamp(incident.police_at),
        "injured": incident.injured,
        "evidence": incident.evidence or None,
        "alarm": None
        if incident.alarm is None
        else {"station": incident.alarm.station, "number": incident.alarm.number},
        "ban": incident.ban,
    }
    if incident.subjects is not None:
        facts["subjects"] = [_person(subject) for subject in incident.subjects]
    if incident.account is not None:
        facts |= {
            "asked_by": incident.asked_by or None,
            "police_ref": incident.police_ref or None,
            "sick_leave": incident.sick_leave,
            "felt": incident.felt or None,
            "assessed": incident.assessed or None,
            "took_part": incident.took_part,
            "account": incident.account,
            "addenda": [_addendum(line) for line in incident.addenda],
        }
    return facts


def _person(subject: SubjectView) -> dict[str, object]:
    return {
        "person": subject.person,
        "name": subject.name,
        "born": subject.born,
        "case_ref": subject.case_ref,
        "description": subject.description,
    }


def _addendum(line: AddendumView) -> dict[str, object]:
    return {"at": stamp(line.at), "by": line.by, "what": line.what, "text": line.text}


def _stamp(when: datetime | None) -> str | None:
    return None if when is None else stamp(when)
