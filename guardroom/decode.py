"""`guardroom decode`: a capture of a panel's bytes as JSON lines, one a signal."""

from __future__ import annotations

import argparse
import contextlib
import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import BinaryIO

from drivers import registry
from drivers.base import OptionError, Step
from guardroom.alarms.lines import signal_line
from guardroom.driver_arguments import (
    WrongArgument,
    add_driver_arguments,
    checked_driver,
    complain,
    read_driver_options,
    wrong_option,
)
from guardroom.language import _

CHUNK = 65536
_END_S = 3600.0  # later than any driver waits for the rest of a frame

Chunk = tuple[float, bytes]
"""Seconds since the capture began, and what came then."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """`--driver`, `--hex`, `--option`, `FILE`."""
    add_driver_arguments(parser)
    parser.add_argument(
        "--hex", action="store_true", help=_("the file is text: hex bytes, white space, comments after #")
    )
    parser.add_argument(
        "file",
        metavar="FILE",
        nargs="?",
        default="-",
        help=_("the capture, or a file made by guardroom record; without it: standard input"),
    )


def run(args: argparse.Namespace) -> int:
    """Print the signals. 0 also where frames were rejected: those lines say it; 2 for what cannot be read."""
    try:
        with _opened(args.file) as source:
            _decode(source, args)
    except WrongArgument as wrong:
        complain("decode", wrong)
        return 2
    except OSError as error:
        if isinstance(error, BrokenPipeError):
            raise
        complain("decode", f"{args.file}: {error.strerror or error}")
        return 2
    return 0


def _opened(name: str) -> contextlib.AbstractContextManager[BinaryIO]:
    if name == "-":
        return contextlib.nullcontext(sys.stdin.buffer)
    return Path(name).open("rb")


def _decode(source: BinaryIO, args: argparse.Namespace) -> None:
    name: str | None = args.driver
    if name is not None:
        checked_driver(name)
    options = read_driver_options(args.option)
    where = _("standard input") if args.file == "-" else str(args.file)
    first = _read(source)
    chunks: Iterable[Chunk]
    if first.lstrip().startswith(b'{"') and not args.hex:
        recorded, chunks = _recorded(first + source.read(), where)
        name = name or recorded
    elif args.hex:
        chunks = [(0.0, _from_hex(first + source.read(), where))]
    else:
        chunks = _as_it_comes(first, source)
    try:
        driver = registry.make_decoder(checked_driver(name), options)
    except OptionError as wrong:
        raise wrong_option(wrong) from None
    driver.opened(0.0)
    now = 0.0
    for now, data in chunks:
        _print(driver.tick(now))
        _print(driver.feed(data, now))
    _print(driver.tick(now + _END_S))


def _read(source: BinaryIO) -> bytes:
    """What is there, at once: a live pipe is decoded as it flows."""
    read1 = getattr(source, "read1", source.read)
    data: bytes = read1(CHUNK)
    return data


def _as_it_comes(first: bytes, source: BinaryIO) -> Iterator[Chunk]:
    data = first
    while data:
        yield 0.0, data
        data = _read(source)


def _from_hex(text: bytes, where: str) -> bytes:
    digits = ""
    for number, line in enumerate(text.decode("utf-8-sig", "replace").splitlines(), 1):
        for word in line.partition("#")[0].split():
            if not set(word) <= set("0123456789abcdefABCDEF"):
                raise WrongArgument(
                    _("{file}, line {number}: {word!r} is not hex").format(file=where, number=number, word=word[:40])
                )
            digits += word
    if len(digits) % 2:
        raise WrongArgument(_("{file}: half a byte is left over at the end").format(file=where))
    return bytes.fromhex(digits)


def _recorded(text: bytes, where: str) -> tuple[str | None, list[Chunk]]:
    """The driver's name and what the panel sent, from the lines that `guardroom record` writes.

    Our own bytes are left out: they are the answers. A last line without an end is one that was being written when
    the recording broke off.
    """
    lines = text.split(b"\n")
    if lines[-1].strip():
        with contextlib.suppress(ValueError):
            json.loads(lines[-1])
            lines.append(b"")
    driver: str | None = None
    chunks: list[Chunk] = []
    for number, line in enumerate(lines[:-1], 1):
        if not line.strip():
            continue
        try:
            fact = json.loads(line)
            if "hex" not in fact:
                named = fact.get("driver") if fact["guardroom"] == "record" else None
                driver = named if isinstance(named, str) else driver
            elif fact["dir"] == "in":
                chunks.append((float(fact["mono"]), bytes.fromhex(fact["hex"])))
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
            raise WrongArgument(
                _("{file}, line {number} is not a line of guardroom record").format(file=where, number=number)
            ) from None
    return driver, chunks


def _print(steps: Sequence[Step]) -> None:
    """JSON lines, UTF-8 whatever the terminal's locale says."""
    for step in steps:
        for signal in step.signals:
            line = json.dumps(signal_line(signal, duplicate=signal.again), ensure_ascii=False)
            sys.stdout.buffer.write(line.encode("utf-8") + b"\n")
    if steps:
        sys.stdout.buffer.flush()
