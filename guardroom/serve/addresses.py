"""How often somebody at one address may try to sign in: what was refused is counted there too, whosever initials it was
given with, also what came too early to be looked at: that asks the database as well. Beside the delays of
`guardroom.people.delay`, which are for one user's initials."""

from __future__ import annotations

from collections import deque

WITHIN_S = 300.0
MOST = 20
"""Refused attempts from one address within five minutes; a whole house may share one."""
_MOST_ADDRESSES = 10_000


class Addresses:
    """Counts refused attempts by address; times are running seconds."""

    def __init__(self) -> None:
        self._wrong: dict[str, deque[float]] = {}

    def wait_s(self, address: str, now: float) -> float:
        """Seconds until the next code from there is looked at; 0: at once."""
        wrong = self._recent(address, now)
        return max(0.0, wrong[0] + WITHIN_S - now) if len(wrong) >= MOST else 0.0

    def note_wrong(self, address: str, now: float) -> None:
        """A code from there was wrong, or came too early."""
        wrong = self._recent(address, now)
        wrong.append(now)
        self._wrong.pop(address, None)
        if len(self._wrong) >= _MOST_ADDRESSES:
            self._wrong.pop(next(iter(self._wrong)))
        self._wrong[address] = wrong

    def _recent(self, address: str, now: float) -> deque[float]:
        wrong = self._wrong.get(address, deque(maxlen=MOST))
        while wrong and wrong[0] + WITHIN_S <= now:
            wrong.popleft()
        return wrong
