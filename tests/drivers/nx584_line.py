"""Messages of an NX-584 for tests, written down from the sheet, and what a receiver makes of them."""

from __future__ import annotations

from harness.conversation import Conversation, check_steps

from drivers import nx584
from drivers.base import Driver, Kind, Signal, Step
from drivers.nx584.frames import build

MODES = ("auto", "ascii", "binary")
SILENT, AUDIBLE, FIRE, ORDINARY = b"\x02\x00\x40", b"\x02\x02\x40", b"\x01\x04\x40", b"\x00\x02\x40"
STAMP = bytes([11, 21, 8, 30])


def line(digits: str) -> bytes:
    return b"\n" + digits.encode() + b"\r"


PARTITION = line("09860000000000010082139A")
SYSTEM = line("0C8804000000000200000A019F45FA")
TAKEN = line("011D1E1F")
NOT_TAKEN = line("011E1F20")


def log(type_: int, value: int = 4, partition: int = 0, number: int = 7, wants: int = 0x80) -> bytes:
    return build(bytes([0x0A | wants, number, 184, type_ | 0x80, value, partition]) + STAMP, ascii_=True)


def system(newest: int, panel: int = 0, modules: int = 0, more: int = 0, wants: int = 0x80) -> bytes:
    return build(bytes([0x08 | wants, 4, 0, panel, modules, 0, 2, more, 0, 0x0A, 1, newest]), ascii_=True)


def zone(number: int, types: bytes, condition: int = 0, memory: int = 0, wants: int = 0x80) -> bytes:
    return build(bytes([0x04 | wants, number, 0x01]) + types + bytes([condition, memory]), ascii_=True)


def told(driver: Driver, *pieces: bytes) -> list[Signal]:
    """What `pieces` tell, without signs of life."""
    steps = [step for piece in pieces for step in check_steps(driver.feed(piece, 0.0))]
    return [signal for step in steps for signal in step.signals if signal.kind is not Kind.HEARTBEAT]


def read(*pieces: bytes) -> list[Signal]:
    return told(nx584.make_decoder({}), *pieces)


def only(steps: object) -> Step:
    (step,) = check_steps(steps)
    return step


def ready() -> Driver:
    """A receiver that has nothing to ask."""
    driver = nx584.make({"mode": "ascii"})
    driver.opened(0.0)
    return driver


def asked(steps: object) -> str:
    """The last question, in hex without its frame."""
    return next(step.request for step in reversed(check_steps(steps)) if step.request).decode().strip()[:-4]


def configuration(flags: int) -> bytes:
    return build(b"\x01V1.0" + bytes([0xF2, flags, 0xF2, 0x05, 0, 0]), ascii_=True)


def panel_and_receiver(mode: str = "auto") -> Conversation:
    talk = Conversation("nx584", {"mode": mode})
    talk.run(lambda: False, 30.0)
    return talk
