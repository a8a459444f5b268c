"""`[panels.options]` of a receiver: what may stand there, and every mistake in it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from drivers.base import OptionError
from drivers.options import OptionReader

SURGARD, D6500, ADEMCO685 = "surgard", "d6500", "ademco685"
FORMATS = (SURGARD, D6500, ADEMCO685)
CID, SIA, BASIC = "cid", "sia", "basic"
LINES: Mapping[str, tuple[str, ...]] = {SURGARD: (CID, SIA, BASIC), D6500: (CID, SIA), ADEMCO685: (CID,)}
"""What the simulated receiver can report with, by format; the first is the usual one."""

RECEIVER_KEYS: frozenset[str] = frozenset({"format", "passive"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """The options, checked.

    `passive`: another computer answers the receiver, we only listen.
    Of the simulated receiver: `lines`: what it reports with; `heartbeat_s`: seconds between heartbeats;
    `reply_timeout_s`: how long an answer may take; `tries`: an event is given up after so many rounds without an
    answer, 0: never.
    """

    format: str = SURGARD
    passive: bool = False
    lines: str = CID
    heartbeat_s: float = 30.0
    reply_timeout_s: float = 4.0
    tries: int = 5


def read_options(options: Mapping[str, object], keys: Collection[str]) -> tuple[Options, list[OptionError]]:
    """The options and all mistakes in them; only `keys` may be there. What is wrong keeps its default."""
    reader = OptionReader(options, keys)
    form = reader.word("format", FORMATS, SURGARD)
    read = Options(
        format=form,
        passive=reader.flag("passive", False),
        lines=reader.word("lines", LINES[form], CID),
        heartbeat_s=reader.seconds("heartbeat_s", 0.05, 3600.0, 30.0),
        reply_timeout_s=reader.seconds("reply_timeout_s", 0.05, 60.0, 4.0),
        tries=reader.count("tries", 5),
    )
    return read, reader.mistakes
