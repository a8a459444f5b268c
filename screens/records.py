"""The thread on which the house's services are asked: a database that is slow or away never holds up the screen.

One thread, first come, first served: what was saved first is saved first. Only what takes long and changes nothing is
asked beside it. An answer comes back as a message, and is
handled on the screen's own loop.
"""

from __future__ import annotations

import logging
import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from textual.message import Message

from guardroom.language import _
from guardroom.refusal import Refused, sentence
from screens.crash import redacted

if TYPE_CHECKING:
    from guardroom.house import House

log = logging.getLogger(__name__)

Answer = TypeVar("Answer")
LAST_WORD_S = 2.0
"""How long the end of the program waits for what was asked before: it may be a draft."""


class Answered(Message):
    """A question was answered; `handle` tells whoever asked."""

    def __init__(self, handle: Callable[[], None]) -> None:
        super().__init__()
        self.handle = handle


@dataclass(frozen=True, slots=True)
class _Question:
    """`ask` asks the house and says how the answer is handled; `failed` how a refusal is."""

    ask: Callable[[House], Callable[[], None]]
    failed: Callable[[Refused], None]
    key: str
    beside: bool


class Records:
    """Asks the house, which is opened by the first question: `open_house` may take some 300 ms.

    `post` takes the answers to the screen's loop, from this thread.
    """

    def __init__(self, open_house: Callable[[], House], post: Callable[[Message], object]) -> None:
        self._open = open_house
        self._post = post
        self._house: House | None = None
        self._opening = threading.Lock()
        self._waiting: deque[_Question | None] = deque()
        self._something = threading.Condition()
        self._unanswered = 0
        self._thread: threading.Thread | None = None

    @property
    def busy(self) -> bool:
        """True while a question is asked or its answer has not been handled."""
        return self._unanswered > 0

    def ask(
        self,
        job: Callable[[House], Answer],
        then: Callable[[Answer], None],
        failed: Callable[[Refused], None],
        key: str = "",
        *,
        beside: bool = False,
    ) -> None:
        """Run `job` with the house, then `then` with its answer or `failed` with why not, on the screen's loop.

        With a `key` the question takes the place of one with the same key that still waits: only the last letter
        typed is worth looking up. One that takes long and that nothing rests on is asked `beside` the others, in a
        thread of its own: they do not wait for it, nor does the end of the program. Call it on the screen's loop.
        """

        def ask(house: House) -> Callable[[], None]:
            answer = job(house)
            return lambda: then(answer)

        with self._something:
            for overtaken in [one for one in self._waiting if one is not None and key and one.key == key]:
                self._waiting.remove(overtaken)
                self._unanswered -= 1
            self._unanswered += 1
            self._waiting.append(_Question(ask, failed, key, beside))
            self._something.notify()
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="records", daemon=True)
            self._thread.start()

    def handle(self, message: Answered) -> None:
        """Handle an answer; call it on the screen's loop."""
        with self._something:
            self._unanswered -= 1
        message.handle()

    def stop(self) -> None:
        """Ask nothing more than what has been asked, and wait for that for a moment."""
        with self._something:
            self._waiting.append(None)
            self._something.notify()
        if self._thread is not None:
            self._thread.join(timeout=LAST_WORD_S)

    def _run(self) -> None:
        while True:
            with self._something:
                while not self._waiting:
                    self._something.wait()
                question = self._waiting.popleft()
            if question is None:
                return
            if question.beside:
                threading.Thread(target=self._see_to, args=(question,), name="records beside", daemon=True).start()
            else:
                self._see_to(question)

    def _see_to(self, question: _Question) -> None:
        self._post(Answered(self._answer(question)))

    def _answer(self, question: _Question) -> Callable[[], None]:
        try:
            with self._opening:
                if self._house is None:
                    self._house = self._open()
            return question.ask(self._house)
        except Exception as problem:  # whatever it is, the screen lives on and says that nothing was done
            refused = as_refused(problem)
            return lambda: question.failed(refused)


def as_refused(problem: Exception) -> Refused:
    """Why nothing was done, for whoever asked; what is a mistake in the program is logged."""
    if isinstance(problem, Refused):
        return problem
    said = sentence(problem)
    if said is None:
        log.error("a question to the database failed\n%s", redacted(problem))
        said = _("This failed because of a mistake in the program; nothing was saved.")
    return Refused(said)
