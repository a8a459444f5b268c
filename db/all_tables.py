"""Every table of the main database, known to `Base.metadata` once this module is loaded."""

from db import (
    alarm_tables,
    audit_tables,
    ban_tables,
    drill_tables,
    duty_tables,
    followup_tables,
    headsup_tables,
    incident_tables,
    outbox_tables,
    people_tables,
    privacy_tables,
    station_tables,
)
from db.base import Base

__all__ = [
    "Base",
    "alarm_tables",
    "audit_tables",
    "ban_tables",
    "drill_tables",
    "duty_tables",
    "followup_tables",
    "headsup_tables",
    "incident_tables",
    "outbox_tables",
    "people_tables",
    "privacy_tables",
    "station_tables",
]
