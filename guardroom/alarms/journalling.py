"""Events as journal entries and back."""

from __future__ import annotations

import logging
from dataclasses import replace

import msgspec
from msgspec import structs

from db.journal import Entry, EntryType
from guardroom.alarms.state import Done, Event, Health, Moment, Received, State

log = logging.getLogger(__name__)

STATE_VERSION = "6"
"""Raised when `State` changes shape: a snapshot of another version is ignored and the journal is read instead."""

_encode = msgspec.json.Encoder().encode
_received = msgspec.json.Decoder(Received)
_done = msgspec.json.Decoder(Done)
_health = msgspec.json.Decoder(Health)
_state = msgspec.json.Decoder(State)


def entry_of(number: int, now: Moment, event: Event) -> Entry:
    """The journal entry that keeps `event`. A signal's raw bytes are kept as they came, beside the body."""
    match event:
        case Received():
            bare = replace(event, signal=structs.replace(event.signal, raw=b""))
            return _entry(number, now, "signal", _encode(bare), panel=event.panel, raw=event.signal.raw)
        case Done():
            return _entry(number, now, "act", _encode(event), act_id=event.act.id)
        case Health():
            return _entry(number, now, "health", _encode(event), panel=event.panel)


def event_of(entry: Entry) -> Event | None:
    """The event that an entry keeps, None for entries of other types and for one that cannot be read any more.

    One damaged entry must not keep all the others from being read.
    """
    try:
        match entry.type:
            case "signal":
                received = _received.decode(entry.body)
                return replace(received, signal=structs.replace(received.signal, raw=entry.raw or b""))
            case "act":
                return _done.decode(entry.body)
            case "health":
                return _health.decode(entry.body)
    except (msgspec.DecodeError, ValueError):
        log.error("entry %s of the journal is damaged and left out", entry.number)
    return None


def moment_of(entry: Entry) -> Moment:
    """When the entry was made."""
    return Moment(entry.at, entry.boot, entry.mono)


def encode_state(state: State) -> bytes:
    """A snapshot of the fold."""
    return _encode(state)


def decode_state(snapshot: bytes) -> State:
    """The fold as a snapshot kept it. Raises `msgspec.DecodeError` where it is damaged."""
    return _state.decode(snapshot)


def _entry(
    number: int,
    now: Moment,
    kind: EntryType,
    body: bytes,
    *,
    panel: str | None = None,
    act_id: str | None = None,
    raw: bytes | None = None,
) -> Entry:
    return Entry(
        number=number,
        at=now.at,
        boot=now.boot,
        mono=now.mono,
        type=kind,
        body=body.decode(),
        panel=panel,
        act_id=act_id,
        raw=raw,
    )
