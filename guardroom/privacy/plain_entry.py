"""A journal entry past its time: what happened, where and when; not what was typed, by whom, nor the panel's text."""

from __future__ import annotations

from dataclasses import replace

from msgspec import structs

from db.journal import Entry
from guardroom.alarms.journalling import entry_of, event_of, moment_of
from guardroom.alarms.state import Done, Event, Health, Received


def plain_entry(entry: Entry) -> Entry:
    """The entry without what is personal in it; one that cannot be read is left without all that it says."""
    event = event_of(entry)
    if event is None:
        return replace(entry, body="{}", raw=None)
    return entry_of(entry.number, moment_of(entry), _plain(event))


def _plain(event: Event) -> Event:
    match event:
        case Received():
            signal = structs.replace(event.signal, text="" if event.signal.text else event.signal.text, raw=b"")
            drill = None if event.drill is None else replace(event.drill, led_by="")
            return replace(event, signal=signal, drill=drill, holder=None, whereabouts="")
        case Done():
            act = replace(event.act, text="", by="", people=())
            # Raised by hand at no room of the house: the place is what somebody typed.
            return replace(event, act=act, place=event.place if event.room is not None else "")
        case Health():
            return event
