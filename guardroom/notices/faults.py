"""What is told of faults that last, to whoever mends them (policy `fault`). Pure, but for what it remembers.

A panel that comes and goes is not told of each time: of one fault at most one message goes out in `fault_again_min`
minutes of the policy. The one that comes after them says how often it was, and how it stands then; so the last state is
always told, also that it is over.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from guardroom.alarms.state import Fault, Moment
from guardroom.clock import stamp
from guardroom.notices import words
from guardroom.notices.notice import Notice, told_of
from guardroom.settings import Settings

LASTS_S = 60.0
"""A fault that is over sooner is nobody's matter but the guards'; one that is back sooner was not over."""

_NOT_TOLD = frozenset(("notices", "clock", "drill_vault"))
"""Faults that a message about them would not reach, or that are nobody's but the guards'."""

_OVER = "over "


@dataclass(slots=True)
class _Line:
    """One fault, however often it comes. `episode` is when it last came, `subject` how that was told; `times` it has
    come since the message of `told_at`, which told the state `told`. `gone`: since when it is not there."""

    episode: str = ""
    subject: str = ""
    times: int = 0
    told: str = ""
    told_at: Moment | None = None
    gone: Moment | None = None


class Faults:
    """The faults of one station that have been told. `told` are the notices of them that were kept, the newest first:
    their keys, subjects and times."""

    def __init__(self, settings: Settings, told: Iterable[tuple[str, str, datetime]] = ()) -> None:
        self._settings = settings
        self._lines: dict[str, _Line] = {}
        for key, subject, at in told:
            name, _colon, state = key.removeprefix(prefix(settings.station)).partition(":")
            if name not in self._lines:
                # No running clock tells how long ago another life of the monitor told it.
                self._lines[name] = _Line(state.removeprefix(_OVER), subject, 0, state, Moment(stamp(at), "", 0.0))

    def due(self, faults: Iterable[Fault], now: Moment) -> Iterator[Notice]:
        """What is to be told now, with these faults standing; it counts as told."""
        there: set[str] = set()
        for fault in faults:
            if fault.kind in _NOT_TOLD:
                continue
            name = _name(fault)
            there.add(name)
            line = self._lines.setdefault(name, _Line())
            line.gone = None
            if now.since(fault.since) < LASTS_S:
                continue
            if fault.since.at != line.episode:
                line.episode, line.times = fault.since.at, line.times + 1
            line.subject = words.fault_subject(self._settings, fault)
            if line.told != line.episode and self._may_tell(line, now):
                body = words.fault_body(self._settings, fault, self._again(line))
                yield self._told(name, line, line.episode, line.subject, body, now)
        for name, line in list(self._lines.items()):
            if name not in there:
                yield from self._over(name, line, now)

    def _over(self, name: str, line: _Line, now: Moment) -> Iterator[Notice]:
        line.gone = line.gone or now
        over = f"{_OVER}{line.episode}"
        if not line.episode or (line.told == over and self._may_tell(line, now)):
            del self._lines[name]
        elif line.told != over and now.is_past(LASTS_S, line.gone) and self._may_tell(line, now):
            subject = words.fault_over_subject(line.subject)
            body = words.fault_over_body(self._settings, subject, line.gone.at, self._again(line))
            yield self._told(name, line, over, subject, body, now)

    def _may_tell(self, line: _Line, now: Moment) -> bool:
        return line.told_at is None or now.is_past(self._settings.policy.notices.fault_again_min * 60, line.told_at)

    def _again(self, line: _Line) -> str:
        """How often it has come since it was last told of, as a sentence; "" where that was not more than once."""
        if line.told_at is None or not line.times or (line.times == 1 and line.told.startswith(_OVER)):
            return ""
        return words.fault_again(self._settings, line.times, line.told_at.at)

    def _told(self, name: str, line: _Line, state: str, subject: str, body: str, now: Moment) -> Notice:
        line.told, line.told_at, line.times = state, now, 0
        return Notice(
            key=f"{prefix(self._settings.station)}{name}:{state}",
            occasion="fault",
            subject=subject,
            body=body,
            recipients=told_of(self._settings, "fault"),
            urgent=True,
        )


def prefix(station: str) -> str:
    """How the keys of all notices about a station's faults begin."""
    return f"{station}:faults:"


def _name(fault: Fault) -> str:
    # What a panel said may be in a fault's own key.
    return hashlib.sha256(fault.key.encode()).hexdigest()[:16]
