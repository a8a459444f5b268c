"""Asking about the folder of the backups: it may be on another computer, which may never answer."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future, wait
from typing import TypeVar

_T = TypeVar("_T")


def ask(question: Callable[[], _T]) -> Future[_T]:
    """Have it answered in a thread of its own, which nothing waits for, not even the program's end."""
    answer: Future[_T] = Future()

    def put() -> None:
        try:
            answer.set_result(question())
        except Exception as problem:
            answer.set_exception(problem)

    threading.Thread(target=put, name="backups", daemon=True).start()
    return answer


def is_answered(answer: Future[_T], longest_s: float) -> bool:
    """Whether the answer is there, at the latest after so many seconds."""
    wait([answer], longest_s)
    return answer.done()
