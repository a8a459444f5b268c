"""One dashboard's process and what goes through its pipes, for one open window of a browser.

The process is started without a shell, and told who it is for by a ticket that answers its own challenge. It ends with
its window, with its session and with this server, however that ends: its input is then closed, and it leaves by itself.
"""

from __future__ import annotations

import asyncio
import json
import logging
import os
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import suppress
from typing import Literal

from textual_serve.app_service import AppService

from guardroom.ground import Ground
from guardroom.people.who import Who
from guardroom.processes import browser_log, command
from guardroom.serve.ticket import issue

SIGNED_OUT = 3
"""The exit code of a dashboard that was left for good: its session is over too."""
_START_S = 20.0
_END_S = 15.0
_ASK_S = 1.0
_LEAVE_S = 3.0
_KILL_S = 2.0
_LARGEST = 4 << 20
_PRELUDE = b"__GANGLION__\n"
_SIZES = {"width": (20, 500), "height": (5, 200)}

log = logging.getLogger(__name__)


class DidNotStart(Exception):
    """The dashboard's process ended, or said nothing it should, before it was ready."""


class Window:
    """A running dashboard. Made by `open_window`."""

    def __init__(self, process: Process) -> None:
        self._process = process
        self._closing: asyncio.Task[None] | None = None

    @property
    def signed_out(self) -> bool:
        """Whether whoever sat there has signed out."""
        return self._process.returncode == SIGNED_OUT

    async def painted(self) -> AsyncIterator[bytes]:
        """What the dashboard paints, piece by piece, until it ends. What else it says (files to fetch, addresses to
        open) is not for browsers."""
        output = self._process.stdout
        assert output is not None
        with suppress(asyncio.IncompleteReadError, ConnectionError):
            while True:
                kind = await output.readexactly(1)
                size = int.from_bytes(await output.readexactly(4), "big")
                if size > _LARGEST:
                    return
                payload = await output.readexactly(size)
                if kind == b"D":
                    yield payload
                elif kind == b"M" and json.loads(payload).get("type") == "exit":
                    break
        # It is leaving by itself, and its exit code will say how.
        with suppress(TimeoutError):
            await asyncio.wait_for(self._process.wait(), _END_S)

    async def type(self, text: str) -> None:
        """Hand on what was typed."""
        await self._send(b"D", text.encode("utf-8", "replace"))

    async def resize(self, width: int, height: int) -> None:
        """The window has another size now."""
        size = {"width": _within("width", width), "height": _within("height", height)}
        await self._send(b"M", json.dumps({"type": "resize", **size}).encode())

    async def focus(self, *, there: bool) -> None:
        """The window came to the front, or went."""
        await self._send(b"M", json.dumps({"type": "focus" if there else "blur"}).encode())

    async def close(self) -> None:
        """End the process: asked first, then made to. Returns when it has ended; may be called more than once."""
        if self._closing is None:
            self._closing = asyncio.create_task(self._close())
        await asyncio.shield(self._closing)

    async def _close(self) -> None:
        process = self._process
        assert process.stdin is not None
        # One that has stopped reading takes not even that.
        with suppress(TimeoutError):
            await asyncio.wait_for(self._send(b"M", b'{"type": "quit"}'), _ASK_S)
        process.stdin.close()
        drain = asyncio.create_task(self._drain())
        try:
            for end, patience in ((process.terminate, _LEAVE_S), (process.kill, _KILL_S)):
                try:
                    await asyncio.wait_for(process.wait(), patience)
                    return
                except TimeoutError:
                    with suppress(ProcessLookupError):
                        end()
            await process.wait()
        finally:
            drain.cancel()

    async def _drain(self) -> None:
        # Nobody reads any more what it paints: a full pipe would keep it from leaving.
        output = self._process.stdout
        assert output is not None
        with suppress(RuntimeError, ConnectionError):  # somebody else still reads it
            while await output.read(1 << 16):
                pass

    async def _send(self, kind: Literal[b"D", b"M"], payload: bytes) -> None:
        pipe = self._process.stdin
        assert pipe is not None
        with suppress(RuntimeError, ConnectionError):  # it has just ended
            pipe.write(AppService.encode_packet(kind, payload))
            await pipe.drain()


async def open_window(ground: Ground, who: Who, width: int, height: int) -> Window:
    """Start a dashboard of this size for somebody who has signed in. Raises DidNotStart."""
    settings = ground.settings
    errors = os.open(browser_log(settings), os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        process = await asyncio.create_subprocess_exec(
            *command("dashboard", settings.path),
            "--window",
            stdin=PIPE,
            stdout=PIPE,
            stderr=errors,
            env=_environment(_within("width", width), _within("height", height)),
            # Ctrl+C in the server's terminal is the server's affair; it ends its windows itself.
            start_new_session=os.name == "posix",
        )
    finally:
        os.close(errors)
    window = Window(process)
    try:
        await asyncio.wait_for(_hand_over(ground, who, process), _START_S)
    except (TimeoutError, DidNotStart, ConnectionError) as problem:
        log.error("a dashboard for a browser did not start: see %s", browser_log(settings).name)
        await window.close()
        raise DidNotStart from problem
    except BaseException:
        await window.close()
        raise
    return window


async def _hand_over(ground: Ground, who: Who, process: Process) -> None:
    assert process.stdin is not None
    assert process.stdout is not None
    challenge = (await process.stdout.readline()).decode("ascii", "replace").strip()
    if not challenge:
        raise DidNotStart
    process.stdin.write(issue(ground.secret, challenge, who))
    await process.stdin.drain()
    if await process.stdout.readline() != _PRELUDE:
        raise DidNotStart


def _environment(width: int, height: int) -> dict[str, str]:
    """This process's, with what a dashboard in a browser's terminal needs."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("TEXTUAL")}
    return kept | {
        "TERM": "xterm-256color",
        "TEXTUAL_COLOR_SYSTEM": "truecolor",
        "COLUMNS": str(width),
        "ROWS": str(height),
    }


def _within(name: str, cells: int) -> int:
    lowest, highest = _SIZES[name]
    return max(lowest, min(cells, highest))
