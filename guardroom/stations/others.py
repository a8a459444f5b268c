"""What this monitor knows of the other stations, and what it has asked of them. In memory; safe from any thread.

The exchange with the main database writes it; the desk makes the view from it, also while the database hangs: that a
station is not heard, or does not answer, is told by the running clock alone.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection
from dataclasses import dataclass, replace

from guardroom.alarms.acts import AT_ONCE, Act, ActReply, Refusal
from guardroom.alarms.doing import ASKED_S, SILENCE_S, kept
from guardroom.alarms.view import AlarmKey, BoardView
from guardroom.clock import Clock
from guardroom.settings import Settings
from guardroom.stations.handed_on import read_by
from guardroom.stations.heard import Heard, is_silent
from guardroom.stations.merging import Sent, merged, station_faults

KEPT_S = 600.0
"""An act that its station has not answered for so long is given up: whoever asked has been told since long to go."""


@dataclass(slots=True)
class _Asked:
    sent: Sent
    answer: Callable[[ActReply], None]
    written: bool = False


class Others:
    """The other stations."""

    def __init__(self, settings: Settings, clock: Clock) -> None:
        self._limit_s = settings.station_silent_s
        self._routes = {room.id: room.route for room in settings.rooms}
        self._clock = clock
        self._lock = threading.Lock()
        self._heard: tuple[Heard, ...] = ()
        self._asked: dict[str, _Asked] = {}
        self._taken_back: set[str] = set()
        self._acknowledged: dict[str, str] = {}
        self._gone: set[str] = set()
        self._silenced: tuple[float, dict[AlarmKey, int]] = (float("-inf"), {})

    def view(self, own: BoardView) -> BoardView:
        """The view of every station's alarms, for this station's dashboards."""
        now = self._clock.monotonic()
        with self._lock:
            sent = [each.sent for each in self._asked.values()]
            view = merged(own, self._heard, sent, now, self._limit_s, self._routes)
            if view is own:
                return own
            standing = {fault.key for fault in view.faults}
            self._acknowledged = {key: by for key, by in self._acknowledged.items() if key in standing}
            faults = tuple(
                replace(fault, acknowledged=True, acknowledged_by=self._acknowledged[fault.key])
                if fault.key in self._acknowledged and not fault.owner
                else fault
                for fault in view.faults
            )
            since, seen = self._silenced
        return replace(view, faults=faults, silenced_s=silence_left(view, SILENCE_S - (now - since), seen))

    def hear(self, heard: tuple[Heard, ...]) -> None:
        """The other stations are now like this."""
        with self._lock:
            self._heard = tuple(each for each in heard if each.station not in self._gone)

    def silence(self) -> None:
        """What sounds now for another station's alarms is silent here for a while."""
        with self._lock:
            seen = {
                (each.station, alarm.id): alarm.presses
                for each in self._heard
                if each.board is not None
                for alarm in each.board.alarms
            }
            self._silenced = (self._clock.monotonic(), seen)

    def readers(self, panel: str) -> tuple[str, ...]:
        """The stations that are heard and say that they read this panel themselves."""
        now = self._clock.monotonic()
        with self._lock:
            heard = [each for each in self._heard if not is_silent(each, now, self._limit_s)]
        return tuple(each.station for each in heard if panel in read_by(each))

    # Faults between stations

    def faults(self) -> frozenset[str]:
        """The keys of the faults between stations that stand."""
        now = self._clock.monotonic()
        with self._lock:
            sent = [each.sent for each in self._asked.values()]
            known = [each for each in self._heard if each.guards_rooms]
            return frozenset(fault.key for fault in station_faults(known, sent, now, self._limit_s))

    def acknowledge_fault(self, key: str, by: str) -> None:
        """Somebody has seen it."""
        with self._lock:
            self._acknowledged[key] = by

    def may_forget(self, key: str) -> bool:
        """Whether this is the acknowledged fault of a station that is not heard: it may never come again."""
        with self._lock:
            return key in self._acknowledged and key.startswith("station_silent:")

    def forget(self, key: str) -> None:
        """The station of this fault is no more; one that is heard again is back."""
        station = key.partition(":")[2]
        with self._lock:
            self._gone.add(station)
            self._heard = tuple(each for each in self._heard if each.station != station)

    def gone(self) -> frozenset[str]:
        """Stations that somebody said are no more, and whose rows still stand."""
        with self._lock:
            return frozenset(self._gone)

    def forgotten(self, stations: Collection[str]) -> None:
        """Their rows are deleted."""
        with self._lock:
            self._gone.difference_update(stations)

    # Acts on their alarms

    def ask(self, act: Act, answer: Callable[[ActReply], None]) -> None:
        """Have another station journal this act; `answer` is called once, from another thread. The same act asked
        again, after a broken connection, is asked once."""
        with self._lock:
            known = self._asked.get(act.id)
            if known is not None:
                known.answer = answer
            else:
                self._asked[act.id] = _Asked(Sent(kept(act), self._clock.monotonic()), answer)
                # An answer that came for a dashboard that was gone may stand there still: it is read again.
                self._taken_back.discard(act.id)

    def unwritten(self) -> list[Act]:
        """What is to be written for the others to read."""
        with self._lock:
            return [each.sent.act for each in self._asked.values() if not each.written]

    def written(self, acts: Collection[Act]) -> None:
        """These can be read by the others."""
        with self._lock:
            for act in acts:
                if act.id in self._asked:
                    self._asked[act.id].written = True

    def take_answer(self, reply: ActReply) -> None:
        """The owner has journalled the act, or refused it. Its row is not needed any more."""
        with self._lock:
            self._taken_back.add(reply.id)
        self._answer(reply)

    def give_up(self) -> bool:
        """Answer what nobody has answered in time; whether there was any. Its requests are `taken_back`."""
        now = self._clock.monotonic()
        with self._lock:
            late = [(number, why) for number, each in self._asked.items() if (why := _too_old(each.sent, now))]
            self._taken_back.update(number for number, _ in late if self._asked[number].written)
        for number, why in late:
            self._answer(ActReply(id=number, refused=why))
        return bool(late)

    def _answer(self, reply: ActReply) -> None:
        with self._lock:
            asked = self._asked.pop(reply.id, None)
        if asked is not None:
            asked.answer(reply)

    def taken_back(self) -> frozenset[str]:
        """Requests that were answered, or that nobody is to do any more, and whose rows may still stand."""
        with self._lock:
            return frozenset(self._taken_back)

    def dropped(self, requests: Collection[str]) -> None:
        """Their rows are deleted."""
        with self._lock:
            self._taken_back.difference_update(requests)


def silence_left(view: BoardView, left: float, seen: dict[AlarmKey, int]) -> float | None:
    """Seconds of silence left at a station for its own alarms and the others'. A new alarm or press breaks silence.

    `view.silenced_s` is what is left for its own; `left` for the others' alarms in `seen`, with their presses then.
    """
    sounding = [alarm for alarm in view.alarms if alarm.unacknowledged]
    if all(not alarm.owner for alarm in sounding):
        return view.silenced_s
    if left <= 0 or any(seen.get(alarm.key, 0) < alarm.presses for alarm in sounding if alarm.owner):
        return None
    if all(alarm.owner for alarm in sounding):
        return left
    return None if view.silenced_s is None else min(left, view.silenced_s)


def _too_old(sent: Sent, now: float) -> Refusal:
    """Why an act is not waited for any more, "" where it is."""
    waited = now - sent.sent_at
    if sent.act.kind in AT_ONCE:
        return "too_late" if waited > ASKED_S else ""
    return "no_answer" if waited > KEPT_S else ""
