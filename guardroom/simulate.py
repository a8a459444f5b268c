"""`guardroom simulate`: plays the panel's side of a protocol on a port, against this program or any other receiver."""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count, cycle, islice
from pathlib import Path
from typing import Protocol

from drivers import registry
from drivers.base import Cause, Kind, OptionError, PanelSide, Signal
from guardroom.driver_arguments import (
    WrongArgument,
    add_driver_arguments,
    checked_driver,
    complain,
    read_driver_options,
    wrong_option,
)
from guardroom.language import _
from guardroom.text import clean

TURN_S = 0.02
"""How long one look for the receiver's bytes may wait; a signal that falls due goes out this much later at most."""

_KINDS: Mapping[str, tuple[Kind, Cause | None]] = {
    **{cause.value: (Kind.ALARM, cause) for cause in Cause},
    **{f"{cause.value}_restore": (Kind.RESTORE, cause) for cause in Cause},
    **{
        kind.value: (kind, None)
        for kind in (
            Kind.RESTORE,
            Kind.TAMPER,
            Kind.TAMPER_RESTORE,
            Kind.FAULT,
            Kind.FAULT_RESTORE,
            Kind.LOW_BATTERY,
            Kind.BATTERY_RESTORE,
            Kind.BYPASS,
            Kind.UNBYPASS,
            Kind.CANCEL,
            Kind.TEST,
        )
    },
    "low_battery_restore": (Kind.BATTERY_RESTORE, None),
}
_POINTS = 999
_LAST_BYTES_S = 5.0


class ByteStream(Protocol):
    """An open line to the receiver."""

    def read(self) -> bytes:
        """What has come, after a wait of about `TURN_S` at most; b"" where nothing has."""
        ...

    def write(self, data: bytes) -> None:
        """Send all of `data`."""
        ...


def play(side: PanelSide, line: ByteStream, turn: Callable[[float], bool]) -> None:
    """Run `side` over `line` for as long as `turn` says.

    `turn(now)` is called about every `TURN_S`, with monotonic seconds: it queues what falls due, looks at what has
    been acknowledged, and returns False to end. What `line` raises comes through.
    """
    while turn(time.monotonic()):
        heard = line.read()
        now = time.monotonic()
        said = (side.feed(heard, now) if heard else b"") + side.tick(now)
        if said:
            line.write(said)


@dataclass(frozen=True, slots=True)
class Planned:
    """One signal to send: `at` seconds after the start, and the words it was asked for with."""

    at: float
    signal: Signal
    words: str


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of `guardroom simulate`."""
    parser.description = _(
        "Plays a panel on a port. Without --send, --script or --rate it only polls, until Ctrl+C. "
        "It ends with 1 where the receiver did not acknowledge."
    )
    parser.epilog = _("KIND is one of: {kinds}").format(kinds=", ".join(_KINDS))
    add_driver_arguments(parser)
    parser.add_argument("--port", metavar="URL", required=True, help=_("a serial port or a pyserial URL"))
    parser.add_argument("--baudrate", type=int, help=_("else the driver's usual one"))
    parser.add_argument("--bytesize", type=int, choices=(5, 6, 7, 8))
    parser.add_argument("--parity", choices=("N", "E", "O", "M", "S"))
    parser.add_argument("--stopbits", type=float, choices=(1, 1.5, 2))
    parser.add_argument(
        "--send",
        metavar='"KIND POINT [TEXT]"',
        action="append",
        default=[],
        help=_("send this at once; may be given several times"),
    )
    parser.add_argument(
        "--script",
        metavar="FILE",
        help=_("lines SECONDS KIND POINT [TEXT], the seconds counted from the start; comments after #"),
    )
    parser.add_argument(
        "--rate",
        type=float,
        metavar="N",
        help=_("N signals a second: those of --send in turn, else hold_up from the points 001 to 999"),
    )
    parser.add_argument("--count", type=int, metavar="N", help=_("with --rate: end after N signals; else at Ctrl+C"))


def run(args: argparse.Namespace) -> int:
    """Play until everything is acknowledged or given up, or until Ctrl+C. 0 acknowledged, 1 not, 2 usage."""
    try:
        plan, endless = _plan(args)
        name = checked_driver(args.driver)
        options = read_driver_options(args.option)
        try:
            side = registry.make_panel_side(name, options)
            if args.rate is None:
                plan = iter(_sayable(list(plan), registry.make_panel_side(name, options)))
        except OptionError as wrong:
            raise wrong_option(wrong) from None
    except WrongArgument as wrong_argument:
        complain("simulate", wrong_argument)
        return 2
    from drivers.ports import PORT_ERRORS, PortProblem

    report = _Report(side, plan, endless=endless)
    try:
        with _line(args, registry.defaults(name, options)) as line:
            play(side, line, report.turn)
    except KeyboardInterrupt:
        report.interrupted()
    except PortProblem as problem:
        complain("simulate", _port_sentence(args.port, problem.code, problem.detail))
        return 1
    except PORT_ERRORS as error:
        complain("simulate", _("{port} has gone: {error}").format(port=args.port, error=error))
        return 1
    except WrongArgument as wrong_argument:
        complain("simulate", wrong_argument)
        return 2
    return report.exit_code()


class _Report:
    """Queues the plan's signals when they fall due and says what became of each."""

    def __init__(self, side: PanelSide, plan: Iterator[Planned], *, endless: bool) -> None:
        self._side = side
        self._plan = plan
        self._endless = endless
        self._next = next(plan, None)
        self._begun: float | None = None
        self._open: list[str] = []  # queued and not resolved yet, in the panel's order
        self._acknowledged = 0
        self._abandoned = 0
        self._sent = 0

    def turn(self, now: float) -> bool:
        """One look; False when all is said and answered."""
        if self._begun is None:
            self._begun = now
        while self._next is not None and now - self._begun >= self._next.at:
            self._send(self._next)
            self._next = next(self._plan, None)
        self._look()
        return self._endless or self._next is not None or not self._side.idle

    def interrupted(self) -> None:
        """Ctrl+C: whatever is still open was not acknowledged."""
        self._look()
        self._endless = False
        for words in self._open:
            _say(_("not acknowledged: {words}").format(words=words))

    def exit_code(self) -> int:
        """0 where every signal that was sent has been acknowledged; says how many they were."""
        if self._sent > 1:
            _say(_("{sent} sent, {acknowledged} acknowledged").format(sent=self._sent, acknowledged=self._acknowledged))
        return 0 if self._acknowledged == self._sent else 1

    def _send(self, planned: Planned) -> None:
        _say_by(self._side, planned)
        self._open.append(planned.words)
        self._sent += 1

    def _look(self) -> None:
        """Calls are resolved in the order in which they were queued."""
        while self._acknowledged < self._side.acknowledged:
            self._acknowledged += 1
            _say(_("acknowledged {words}").format(words=self._open.pop(0)))
        while self._abandoned < self._side.abandoned:
            self._abandoned += 1
            _say(_("given up, not acknowledged: {words}").format(words=self._open.pop(0)))


def _sayable(plan: list[Planned], scratch: PanelSide) -> list[Planned]:
    """The plan, if the protocol can say all of it: a panel should not stop in the middle of a script."""
    for planned in plan:
        _say_by(scratch, planned)
    return plan


def _say_by(side: PanelSide, planned: Planned) -> None:
    try:
        side.send(planned.signal)
    except ValueError as error:
        raise WrongArgument(
            _("the protocol cannot say {words}: {error}").format(words=planned.words, error=error)
        ) from None


def _say(line: str) -> None:
    try:
        print(line, flush=True)
    except UnicodeEncodeError:
        print(line.encode("ascii", "backslashreplace").decode("ascii"), flush=True)


def _plan(args: argparse.Namespace) -> tuple[Iterator[Planned], bool]:
    """What to send when, and whether to go on polling after it."""
    at_once = [_planned(0.0, words, "--send") for words in args.send]
    scripted = _script(args.script) if args.script else []
    if args.count is not None and (args.rate is None or args.count < 1):
        raise WrongArgument(_("--count: wanted is a number from 1, together with --rate"))
    if args.rate is None:
        plan = sorted(at_once + scripted, key=lambda planned: planned.at)
        return iter(plan), not plan
    if not 0 < args.rate <= 1000:
        raise WrongArgument(_("--rate {rate:g}: allowed is more than 0, up to 1000").format(rate=args.rate))
    if scripted:
        raise WrongArgument(_("--rate and --script do not go together"))
    return islice(_at_rate(at_once, args.rate), args.count), False


def _at_rate(sends: list[Planned], rate: float) -> Iterator[Planned]:
    generated = (_planned(0.0, f"hold_up {point:03}", "--rate") for point in cycle(range(1, _POINTS + 1)))
    source = cycle(sends) if sends else generated
    for number, planned in zip(count(), source, strict=False):
        yield Planned(number / rate, planned.signal, planned.words)


def _script(name: str) -> list[Planned]:
    try:
        text = Path(name).read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise WrongArgument(f"{name}: {getattr(error, 'strerror', None) or error}") from None
    planned = []
    for number, line in enumerate(text.splitlines(), 1):
        seconds, _space, words = line.partition("#")[0].strip().partition(" ")
        if not seconds:
            continue
        where = _("{file}, line {number}").format(file=name, number=number)
        try:
            at = float(seconds)
        except ValueError:
            at = -1.0
        if not 0 <= at < float("inf"):
            raise WrongArgument(_("{where}: {seconds!r} is no number of seconds").format(where=where, seconds=seconds))
        planned.append(_planned(at, words, where))
    return planned


def _planned(at: float, words: str, where: str) -> Planned:
    """A signal from `KIND POINT [TEXT]`."""
    kind, _space, rest = words.strip().partition(" ")
    point, _space, text = rest.strip().partition(" ")
    if kind not in _KINDS:
        raise WrongArgument(
            _("{where}: {kind!r} is no kind; allowed: {kinds}").format(where=where, kind=kind, kinds=", ".join(_KINDS))
        )
    if not point:
        raise WrongArgument(
            _("{where}: {words!r} has no point; wanted is KIND POINT [TEXT]").format(where=where, words=words)
        )
    of, cause = _KINDS[kind]
    signal = Signal(kind=of, cause=cause, point=point, text=text.strip() or None)
    return Planned(at, signal, clean(" ".join(words.split())))


@contextmanager
def _line(args: argparse.Namespace, usual: registry.DriverDefaults) -> Iterator[ByteStream]:
    """The open port, with the driver's usual settings where the command line says nothing."""
    from drivers import ports

    port = ports.open_port(
        args.port,
        baudrate=usual.baudrate if args.baudrate is None else args.baudrate,
        bytesize=usual.bytesize if args.bytesize is None else args.bytesize,
        parity=args.parity or usual.parity,
        stopbits=args.stopbits or usual.stopbits,
        timeout=TURN_S,
    )

    class Port:
        def read(self) -> bytes:
            return ports.receive(port)

        def write(self, data: bytes) -> None:
            port.write(data)

    try:
        yield Port()
        # Closing throws away what the line has not taken yet, and nobody acknowledges every protocol.
        end = time.monotonic() + _LAST_BYTES_S
        while ports.unsent(port) and time.monotonic() < end:
            time.sleep(TURN_S)
    finally:
        ports.close_port(port)


def _port_sentence(port: str, code: str, detail: str) -> str:
    sentences = {
        "no_such_port": _("there is no port {port}"),
        "busy": _("port {port} is in use by another program: {detail}"),
        "permission": _("no permission to open port {port}: {detail}"),
        "bad_url": _("{port} is no port that can be opened: {detail}"),
    }
    sentence = sentences.get(code, _("port {port} cannot be opened: {detail}"))
    return sentence.format(port=port, detail=detail).removesuffix(": ")
