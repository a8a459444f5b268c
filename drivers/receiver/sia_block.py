"""The blocks of a SIA line, divided by `|`: one with events, and one with the text of all of them."""

from __future__ import annotations

from msgspec.structs import replace

from drivers import sia, sia_events
from drivers.base import Kind, Signal


def signals(block: str, account: str | None, raw: bytes) -> list[Signal]:
    """The signals of each event of a SIA line's `block`; an unknown one where it holds none that can be read."""
    said = Signal(kind=Kind.UNKNOWN, account=account, raw=raw)
    found: list[Signal] = []
    behind = 0  # the first event of the last block with events
    for part in block.split("|"):
        if found and sia_events.is_text(part):
            found[behind:] = [replace(signal, text=part[1:].strip() or None) for signal in found[behind:]]
            continue
        behind = len(found)
        found += sia_events.events(part, said)
    told = found or [replace(said, text=block.strip() or None)]
    return [each for signal in told for each in sia.all_told(signal)]
