"""The form of a ban: what somebody has typed so far."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class BanForm:
    """Everything as typed, days too; codes are those of `guardroom.bans.kinds`. `incidents` are ids."""

    kind: str = "full"
    area: str = ""
    scope: tuple[str, ...] = ()
    starts_on: str = ""
    ends_on: str = ""
    channels: tuple[str, ...] = ()
    contact_person: str = ""
    contact_phone: str = ""
    contact_hours: str = ""
    mail_to: str = ""
    meeting: str = ""
    reasons: str = ""
    incidents: tuple[int, ...] = ()
    less_intrusive: str = ""
    casework_reviewed: bool = False
    appeal_guidance: bool = False
    case_ref: str = ""
    normalisation: str = ""
