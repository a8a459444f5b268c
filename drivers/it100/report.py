"""A status report (answer to command 001) while it comes: which messages may be of it, and when it has ended."""

from __future__ import annotations

from drivers.base import Kind, Signal
from drivers.it100.codes import PARTITION_IN_ALARM
from drivers.it100.frames import Message

QUIET_S = 1.0
LONGEST_S = 10.0
MOST_SAID = 2000
"""Ten seconds at 9600 baud have not so many messages."""


class Report:
    """A report that the module acknowledged at `begun`. It may begin a while later, and says each thing once: what
    comes twice happens now, and does not lengthen it. It has ended when the module has had nothing more to say for a
    second; should it only have paused, what comes within ten seconds of its acknowledgement may still be of it.

    `said`: code and data of its messages. `calm`: the partitions that it says are not in alarm, with the message that
    says so. `damaged`: something in it could not be read. `over`: it has ended.
    """

    def __init__(self, begun: float) -> None:
        self.said: set[tuple[str, str]] = set()
        self.calm: dict[str, Signal] = {}
        self.damaged = False
        self.over = False
        self._begun = begun
        self._heard: float | None = None

    def says(self, message: Message, now: float) -> bool:
        """Whether this message, which has just come, may be of the report."""
        said = (message.code, message.data)
        if message.meaning.kind is Kind.HEARTBEAT or said in self.said or len(self.said) >= MOST_SAID:
            return False
        self.said.add(said)
        self._heard = now
        return True

    def says_calm(self, partition: str, by: Signal) -> None:
        """A partition is not in alarm, whatever was said before."""
        self.calm[partition] = by
        self.said.discard((PARTITION_IN_ALARM, partition))

    def says_alarm(self, partition: str) -> None:
        """A partition is in alarm, whatever was said before."""
        self.calm.pop(partition, None)

    def has_ended(self, now: float) -> bool:
        """Whether the module has said all of it."""
        return self.is_past(now) or (self._heard is not None and now - self._heard >= QUIET_S)

    def is_past(self, now: float) -> bool:
        """Whether nothing that comes now can be of it."""
        return now - self._begun >= LONGEST_S
