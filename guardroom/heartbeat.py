"""The outside heartbeat: a web address that is called for as long as the monitor is well.

Whoever watches that address from outside notices a PC that is off, a network that is gone, a program that hangs: by the
silence. So nothing is called from a monitor whose round does not turn, that has lost a panel's thread, or that cannot
write its journal; where it works and something is wrong all the same, the call says `trouble`.
"""

from __future__ import annotations

import logging
import threading
from typing import Literal

import msgspec

from guardroom.alarms.desk import AlarmDesk
from guardroom.clock import Clock, stamp
from guardroom.settings import Heartbeat, Settings

log = logging.getLogger(__name__)

State = Literal["ok", "trouble"]

TURNED_S = 10.0
"""A round that has not turned for so long does not turn."""
_END_S = 1.0
_OWN = "heartbeat"


class _Sign(msgspec.Struct, frozen=True, kw_only=True):
    """What is posted."""

    state: State
    at: str
    station: str


class HeartbeatCalls(threading.Thread):
    """Calls until stopped."""

    def __init__(self, settings: Settings, heartbeat: Heartbeat, desk: AlarmDesk, clock: Clock) -> None:
        super().__init__(name="heartbeat", daemon=True)
        self._heartbeat = heartbeat
        self._station = settings.station
        self._desk = desk
        self._clock = clock
        self._ended = threading.Event()
        self._turned_at = clock.monotonic()
        self._missed = 0

    def turned(self) -> None:
        """The monitor's round has turned, and every panel has its thread."""
        self._turned_at = self._clock.monotonic()

    def stop(self) -> None:
        """End; a call that is under way is left alone."""
        self._ended.set()
        if self.is_alive():
            self.join(_END_S)

    def run(self) -> None:
        """Call at once, then every so often."""
        while True:
            try:
                if (state := self.state()) is None:
                    log.error("the monitor is not well: the heartbeat is left out")
                else:
                    self._call(state)
            except Exception:
                log.exception("the heartbeat failed")
            if self._ended.wait(self._heartbeat.every_s):
                return

    def state(self) -> State | None:
        """What the call says; None where there is to be none."""
        if self._clock.monotonic() - self._turned_at > TURNED_S:
            return None
        faults = {fault.kind for fault in self._desk.view().faults}
        if "storage" in faults:
            return None
        return "trouble" if faults - {_OWN} else "ok"

    def _call(self, state: State) -> None:
        from guardroom.notices.webhook import call

        url = self._heartbeat.url.replace("{state}", state)
        if self._heartbeat.method == "POST":
            sign = _Sign(state=state, at=stamp(self._clock.now()), station=self._station)
            result = call("POST", url, self._heartbeat.timeout_s, msgspec.json.encode(sign))
        else:
            result = call("GET", url, self._heartbeat.timeout_s)
        if result.kind == "sent":
            self._missed = 0
            self._desk.trouble_over(_OWN)
            return
        self._missed += 1
        log.warning("the heartbeat was not taken: %s", result.said)
        if self._missed >= self._heartbeat.misses:
            self._desk.trouble(_OWN, _OWN, text=result.said)
