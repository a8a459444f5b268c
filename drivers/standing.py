"""What stands at the panel, compared with what has been told: how an alarm shows that was raised while nobody heard.

A panel that can be asked for its state reports everything that stands, again and again. Only the differences are
signals: what nobody was told of, and what is over.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping

from msgspec.structs import replace

from drivers.base import Kind, Signal

RESTORE_OF: Mapping[Kind, Kind] = {
    Kind.ALARM: Kind.RESTORE,
    Kind.TAMPER: Kind.TAMPER_RESTORE,
    Kind.FAULT: Kind.FAULT_RESTORE,
    Kind.LOW_BATTERY: Kind.BATTERY_RESTORE,
    Kind.BYPASS: Kind.UNBYPASS,
}
"""What ends what."""


class Standing:
    """The signals that stand, by a key of the driver's choice, grouped by the report that tells of them.

    It outlives a reconnect: what was told before the cable went is not told again.
    """

    def __init__(self) -> None:
        self._told: dict[Hashable, dict[Hashable, Signal]] = {}
        self._reported: set[Hashable] = set()

    def opened(self) -> None:
        """The line has just been opened: what the next report of each group adds may have happened a while ago."""
        self._reported.clear()

    def began(self, group: Hashable, key: Hashable, signal: Signal) -> None:
        """The panel has told of `signal` as it happened."""
        self._told.setdefault(group, {})[key] = signal

    def ended(self, group: Hashable, key: Hashable) -> None:
        """The panel has told that it is over."""
        self._told.get(group, {}).pop(key, None)

    def of(self, group: Hashable) -> dict[Hashable, Signal]:
        """What stands of this group, as far as it has been told."""
        return dict(self._told.get(group, {}))

    def report(self, group: Hashable, standing: Mapping[Hashable, Signal], raw: bytes) -> list[Signal]:
        """The panel says that of this group exactly `standing` stands: what is new, and the end of what is over.

        `raw` is the frame that reported it.
        """
        known = self._told.get(group, {})
        late = group not in self._reported
        self._reported.add(group)
        self._told[group] = {key: known.get(key, signal) for key, signal in standing.items()}
        over = [
            replace(signal, kind=RESTORE_OF[signal.kind], code=None, text=None, panel_time=None)
            for key, signal in known.items()
            if key not in standing and signal.kind in RESTORE_OF
        ]
        new = [signal for key, signal in standing.items() if key not in known]
        return [replace(signal, found=True, late=late, raw=raw) for signal in (*over, *new)]
