"""What an incident can be: the codes that are stored, in the order in which they are offered.

The behaviours follow the working environment authority's definitions of physical and psychological violence (rules.md
P1-P3). Their words in Danish and English are in `guardroom.incidents.words`.
"""

from __future__ import annotations

KINDS: tuple[str, ...] = (
    "ejected_escorted",  # ejected, escorted out
    "ejected_left",  # ejected, left by themselves
    "ejected_refused",  # ejected, refused to leave, police called (E5)
    "escort_out",  # escorted out without being ejected
    "turned_away",  # turned away without ejection
    "ban_breach",  # did what a ban forbids (H6)
    "remote",  # a threat by telephone, mail, letter or social media (P4, P8)
    "threat",  # threatened or attacked somebody, and was not ejected
    "near_miss",  # might have become one (L15)
    "accidental",  # pressed by accident
    "other",
)

CHANNELS: tuple[str, ...] = ("in_person", "phone", "letter", "mail", "sms", "social_media")
"""How it reached the employee (P4)."""

SUBJECT_KINDS: tuple[str, ...] = ("citizen", "partner", "employee")
"""Who behaved so (N12): a citizen, a business partner, an employee."""

BEHAVIOURS: tuple[str, ...] = (
    # psychological violence (P2, P3)
    "shouting",
    "threat_violence",
    "threat_life",
    "threat_family",
    "threat_property",
    "gesture",
    "harassment",
    # physical violence (P1)
    "push",
    "hit",
    "kick",
    "throw",
    "hold",
    "spit",
    "bite_scratch_pinch",
    "choke",
    "stab",
    # things
    "struck_things",
    "vandalism",
    "weapon",
    "other",
)

POLICE: tuple[str, ...] = ("", "114", "112")
"""Whether the police were called, and on which number (F1-F3)."""

INJURED: tuple[str, ...] = ("employee", "guard", "citizen")

SEVERITIES: tuple[str, ...] = ("", "mild", "serious", "very_serious")
"""How bad it was: `felt` is the affected employee's own experience, `assessed` the guard's (P5)."""

EVIDENCE: tuple[str, ...] = ("", "secured", "not_secured")
"""Whether messages were kept as evidence (P8)."""

EJECTIONS = frozenset(("ejected_escorted", "ejected_left", "ejected_refused"))
HARMLESS = frozenset(("near_miss", "accidental"))
"""Kinds that never count against anybody (A4)."""
