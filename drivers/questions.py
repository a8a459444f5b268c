"""Questions to a panel, one at a time: the next goes out when the last was answered, or has waited long enough."""

from __future__ import annotations

from collections import deque


class Questions:
    """What is still to be asked. `answer_s`: seconds that an answer may take."""

    def __init__(self, answer_s: float) -> None:
        self._answer_s = answer_s
        self._waiting: deque[str] = deque()
        self._asked: str | None = None
        self._until = 0.0

    def clear(self) -> None:
        """The line has just been opened: nothing was asked on it."""
        self._waiting.clear()
        self._asked = None

    def put(self, *questions: str) -> None:
        """Ask these too; each is asked once, however often it is put before its turn."""
        self._waiting.extend(question for question in questions if question not in self._waiting)

    def answered(self, question: str) -> bool:
        """The panel has answered this one; whether it had been asked."""
        if self._asked != question:
            return False
        self._asked = None
        return True

    def expired(self, now: float) -> str | None:
        """The question that has waited for its answer for too long: it is given up."""
        if self._asked is None or now < self._until:
            return None
        given_up, self._asked = self._asked, None
        return given_up

    def following(self, now: float) -> str | None:
        """The question to send now, if its turn has come."""
        if self._asked is not None or not self._waiting:
            return None
        self._asked = self._waiting.popleft()
        self._until = now + self._answer_s
        return self._asked
