"""What happens when the program has a mistake in it: facts for the log, one sentence for the guard.

Tracebacks as Python and Textual print them show messages and local variables, and with them people's names. Ours
say what kind of error it was and where it happened, nothing that came from a panel, a person or the database.
"""

from __future__ import annotations

import logging
import os
import threading
import time
import traceback
from collections.abc import Iterator
from logging.handlers import RotatingFileHandler
from pathlib import Path
from types import TracebackType
from typing import IO, TYPE_CHECKING, Any

from guardroom.language import _
from guardroom.text import clean

if TYPE_CHECKING:
    from textual.app import App

    _App = App[Any]
else:
    _App = object

_log = logging.getLogger(__name__)


def redacted(error: BaseException) -> str:
    """`error` and what led to it: kinds and places. The system's own errors keep their number and its words."""
    return "\n".join(line for one in _chain(error) for line in _lines(one))


def _chain(error: BaseException) -> Iterator[BaseException]:
    """The error and its causes, latest first, each once and no more than ten."""
    seen: set[int] = set()
    waiting: list[BaseException | None] = [error]
    while waiting and len(seen) < 10:
        one = waiting.pop(0)
        if one is None or id(one) in seen:
            continue
        seen.add(id(one))
        yield one
        if isinstance(one, BaseExceptionGroup):
            waiting.extend(one.exceptions)
        inner = getattr(one, "error", None)  # Textual wraps what a worker raised
        waiting.append(inner if isinstance(inner, BaseException) else None)
        waiting.append(one.__cause__ or (None if one.__suppress_context__ else one.__context__))


def _lines(error: BaseException) -> Iterator[str]:
    kind = type(error)
    said = f": [{error.errno}] {error.strerror}" if isinstance(error, OSError) and error.errno else ""
    yield f"{kind.__module__}.{kind.__qualname__}{said}"
    for frame, line in list(traceback.walk_tb(error.__traceback__))[-30:]:
        code = frame.f_code
        yield f"  {'/'.join(Path(code.co_filename).parts[-3:])}:{line} {code.co_qualname}"


class QuietCrash(_App):
    """For an App (named before it): an unhandled exception goes to the log, redacted, and one sentence to the person.

    The exit code is then 1 in `App.return_code`; whoever runs the app passes it on. `crash_log` is the file that
    the sentence names.
    """

    crash_log: Path | None = None

    def _handle_exception(self, error: Exception) -> None:
        if self._exception is None:
            # Textual's pilot raises it again, so that a test sees what happened.
            self._exception = error
            self._exception_event.set()
        _log.critical("the dashboard stopped\n%s", redacted(error))
        self._stop_with_a_sentence()

    def panic(self, *renderables: object) -> None:
        """Textual's other way to give up, for an error in its own threads. What it would print is left out."""
        traces = [getattr(renderable, "trace", None) for renderable in renderables]
        kinds = [stack.exc_type for trace in traces if trace is not None for stack in trace.stacks]
        _log.critical("the dashboard gave up: %s", ", ".join(kinds) or "no reason given")
        self._stop_with_a_sentence()

    def _stop_with_a_sentence(self) -> None:
        from rich.text import Text

        sentence = _("The screen stopped because of a mistake in the program. Alarms are still being received.")
        if self.crash_log is not None:
            sentence += " " + _("What happened is written in {file}.").format(file=self.crash_log)
        self._return_code = 1
        self._exit_renderables[:] = [Text(sentence)]
        self._close_messages_no_wait()


class _PrivateFile(RotatingFileHandler):
    """A log that only this user can read and that never grows above two megabytes."""

    def __init__(self, path: Path) -> None:
        super().__init__(path, maxBytes=1_000_000, backupCount=1, encoding="utf-8", delay=True)
        self.setFormatter(_Redacting())

    def _open(self) -> IO[Any]:  # type: ignore[override]
        return os.fdopen(
            os.open(self.baseFilename, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "a", encoding="utf-8"
        )


class _Redacting(logging.Formatter):
    """One line a message, UTC; an exception as `redacted` has it."""

    converter = staticmethod(time.gmtime)

    def __init__(self) -> None:
        super().__init__("%(asctime)sZ %(levelname)s %(name)s %(message)s", "%Y-%m-%dT%H:%M:%S")

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 -- logging's name
        if not record.name.startswith(("guardroom", "screens", "drivers", "db")):
            # asyncio, for one, goes on with the exception's text on the next line.
            record.message = record.message.partition("\n")[0]
        record.message = "\n".join(clean(line) for line in record.message.splitlines())
        return super().formatMessage(record)

    def formatException(  # noqa: N802 -- logging's name
        self,
        ei: tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None],
    ) -> str:
        return redacted(ei[1]) if ei[1] is not None else ""


def log_to(path: Path) -> logging.Handler:
    """Send everything that is logged, warned or raised in a thread to `path` and nothing to the terminal.

    For as long as Textual has the terminal: a line printed in between would stand amid the board. The folder must
    exist. Returns the handler, for whoever wants to take it away again.
    """
    handler = _PrivateFile(path)
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)
    logging.captureWarnings(capture=True)
    logging.raiseExceptions = False
    threading.excepthook = _log_thread
    return handler


def _log_thread(raised: threading.ExceptHookArgs) -> None:
    if raised.exc_value is not None and not isinstance(raised.exc_value, SystemExit):
        name = raised.thread.name if raised.thread else "?"
        _log.error("the thread %s stopped\n%s", name, redacted(raised.exc_value))
