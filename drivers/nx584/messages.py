"""The messages by their numbers: the panel's, and from 20h on what is asked of it."""

from __future__ import annotations

from collections.abc import Mapping
from enum import IntEnum

FIRST_OF_OURS = 0x20


class Type(IntEnum):
    """The messages that count here. UNREADABLE is a negative acknowledgement; FAILED and REJECTED (not supported, or
    not switched on) come instead of an answer."""

    CONFIGURATION = 0x01
    ZONE = 0x04
    ZONES = 0x05
    PARTITION = 0x06
    PARTITIONS = 0x07
    SYSTEM = 0x08
    LOG_EVENT = 0x0A
    FAILED = 0x1C
    TAKEN = 0x1D
    UNREADABLE = 0x1E
    REJECTED = 0x1F
    CONFIGURATION_REQUEST = 0x21
    ZONE_REQUEST = 0x24
    ZONES_REQUEST = 0x25
    PARTITION_REQUEST = 0x26
    PARTITIONS_REQUEST = 0x27
    SYSTEM_REQUEST = 0x28
    LOG_REQUEST = 0x2A


ANSWERS: Mapping[int, int] = {
    Type.CONFIGURATION_REQUEST: Type.CONFIGURATION,
    Type.ZONE_REQUEST: Type.ZONE,
    Type.ZONES_REQUEST: Type.ZONES,
    Type.PARTITION_REQUEST: Type.PARTITION,
    Type.PARTITIONS_REQUEST: Type.PARTITIONS,
    Type.SYSTEM_REQUEST: Type.SYSTEM,
    Type.LOG_REQUEST: Type.LOG_EVENT,
}
"""The message that answers each request."""
