"""`guardroom serve`: the dashboard in leaders' browsers, read-mostly, behind a sign-in of its own.

It answers this PC alone, unless the configuration says that a program with a certificate stands before it.
"""

from __future__ import annotations

import argparse
import asyncio
import errno
import logging
import signal
import sys
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from guardroom.config import load
from guardroom.file_trouble import why_not
from guardroom.language import _
from guardroom.people.command_line import answer
from guardroom.serve.origin import Places, is_loopback

if TYPE_CHECKING:
    from guardroom.ground import Ground

PORT = 8470
_LAST_WORDS_S = 8.0


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """`guardroom serve [--config FILE] [--host ADDRESS] [--port N]`."""
    parser.add_argument("--config", type=Path, help=_("the configuration (guardroom.toml)"))
    parser.add_argument("--host", default="127.0.0.1", help=_("the address to listen on; left out: this PC only"))
    parser.add_argument(
        "--port", type=int, default=PORT, help=_("the port to listen on; left out: {port}").format(port=PORT)
    )


def run(args: argparse.Namespace) -> int:
    """Serve until stopped. Returns the exit code."""
    settings = load(args.config)
    if not is_loopback(args.host) and not settings.serve.behind_proxy:
        sentence = _(
            "guardroom serve answers this PC only: --host {host} wants behind_proxy = true and public_url under "
            "[serve] in {file}."
        )
        print(sentence.format(host=args.host, file=settings.path), file=sys.stderr)
        return 2
    if not 0 <= args.port <= 65535:
        print(_("--port {port}: allowed is a number from 0 to 65535.").format(port=args.port), file=sys.stderr)
        return 2
    logging.basicConfig(
        level=logging.INFO,
        stream=sys.stderr,
        format="%(asctime)s %(levelname)s %(message)s",
        datefmt="%Y-%m-%dT%H:%M:%S",
    )
    # What a request was that cannot be read, aiohttp would write down: a code may be in it.
    logging.getLogger("aiohttp.server").setLevel(logging.CRITICAL)
    return answer(args.config, lambda ground: asyncio.run(_serve(ground, args.host, args.port)))


async def _serve(ground: Ground, host: str, port: int) -> int:
    import socket

    from aiohttp import web

    from guardroom.serve.server import Server

    try:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        listening = socket.create_server((host, port), family=family)
    except OSError as error:
        print(_why_not_there(host, port, error), file=sys.stderr)
        return 1
    port = listening.getsockname()[1]
    places = Places.of(ground.settings.serve, host, port)
    runner = web.AppRunner(
        Server(ground, places).application(), access_log=None, shutdown_timeout=_LAST_WORDS_S, handle_signals=False
    )
    await runner.setup()
    stopped = asyncio.Event()
    _stop_on_signals(stopped)
    try:
        await web.SockSite(runner, listening).start()
        where = (
            ground.settings.serve.public_url if ground.settings.serve.behind_proxy else f"http://{_named(host)}:{port}"
        )
        print(_("The dashboard is at {address}; Ctrl+C ends it.").format(address=where), flush=True)
        await stopped.wait()
    finally:
        await runner.cleanup()
    return 0


def _why_not_there(host: str, port: int, error: OSError) -> str:
    match error.errno:
        case errno.EADDRINUSE:
            told = _("Port {port} on {host} is in use already: end what uses it, or choose another with --port.")
        case errno.EACCES:
            told = _("Port {port} on {host} is not ours to open: choose one above 1023 with --port.")
        case _other:
            told = _("Port {port} on {host} cannot be opened: {reason}")
    return told.format(port=port, host=host, reason=why_not(error))


def _named(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def _stop_on_signals(stopped: asyncio.Event) -> None:
    loop = asyncio.get_running_loop()
    for name in ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK"):
        number = getattr(signal, name, None)
        if number is None:
            continue
        try:
            loop.add_signal_handler(number, stopped.set)
        except NotImplementedError:  # Windows
            with suppress(ValueError):
                signal.signal(number, lambda _number, _frame: loop.call_soon_threadsafe(stopped.set) and None)
