"""What the kinds of records are called."""

from __future__ import annotations

from guardroom.language import _
from guardroom.privacy.register import Kind


def kind(code: Kind) -> str:
    """The kind in the chosen language."""
    return {
        "incidents": _("incidents"),
        "bans": _("bans"),
        "persons": _("persons"),
        "headsups": _("heads-ups"),
        "follow_ups": _("follow-ups"),
        "alarms": _("what was written about alarms"),
        "journal": _("the journal's texts"),
        "drills": _("what was written about drills"),
        "duties": _("notes, locks, loans, numbers tried"),
        "drafts": _("drafts"),
        "users": _("names of former users"),
        "audit": _("the audit log's entries"),
        "notices": _("messages"),
        "raw_logs": _("raw logs"),
        "letters": _("letters and printed pages"),
        "logs": _("the program's logs"),
        "copies": _("copies of databases"),
    }[code]
