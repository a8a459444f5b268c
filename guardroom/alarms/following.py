"""Following the journal from outside the desk: the same fold, from any entry on."""

from __future__ import annotations

import logging

import msgspec

from db.journal import Entry, Journal
from guardroom.alarms.journalling import STATE_VERSION, decode_state, event_of, moment_of
from guardroom.alarms.life import apply
from guardroom.alarms.state import Change, State

log = logging.getLogger(__name__)


def state_at(journal: Journal, number: int) -> State:
    """What was so after entry `number`. Raises StorageError."""
    snapshot = journal.snapshot(at_most=number)
    state = State()
    if snapshot is not None and snapshot.version == STATE_VERSION:
        try:
            state = decode_state(snapshot.state)
        except msgspec.DecodeError:
            log.exception("snapshot %s is damaged; reading the whole journal", snapshot.number)
    for entry in journal.entries(after=state.number, upto=number):
        fold(state, entry)
    return state


def fold(state: State, entry: Entry) -> Change:
    """Carry one entry out on `state`; one that cannot be read changes nothing."""
    event = event_of(entry)
    change = apply(state, entry.number, moment_of(entry), event) if event is not None else Change()
    state.number = entry.number
    return change
