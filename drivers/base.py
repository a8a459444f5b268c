"""What every panel driver shares: the signal, the step, and the seam between driver and link.

A driver is pure. It opens no port, reads no clock, starts no thread and stores nothing: the link feeds it bytes
with the time they came and carries out the steps it returns. That makes every driver testable byte by byte.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from enum import StrEnum
from typing import Protocol

import msgspec


class Kind(StrEnum):
    """What a signal says. The values are the words of `guardroom decode` and `signals --json`."""

    ALARM = "alarm"
    RESTORE = "restore"
    CANCEL = "cancel"
    TAMPER = "tamper"
    TAMPER_RESTORE = "tamper_restore"
    FAULT = "fault"
    FAULT_RESTORE = "fault_restore"
    LOW_BATTERY = "low_battery"
    BATTERY_RESTORE = "battery_restore"
    BYPASS = "bypass"
    UNBYPASS = "unbypass"
    TEST = "test"
    HEARTBEAT = "heartbeat"
    STATUS = "status"
    INFO = "info"
    UNKNOWN = "unknown"
    REJECTED = "rejected"


class Cause(StrEnum):
    """Why there is an alarm (also told of its restore and cancel)."""

    HOLD_UP = "hold_up"
    PANIC = "panic"
    DURESS = "duress"
    INTRUSION = "intrusion"
    FIRE = "fire"
    MEDICAL = "medical"
    OTHER = "other"


class Trouble(StrEnum):
    """What a fault, a tamper, a low battery or a bypass is about, where the protocol tells: its restore says the same.

    Two troubles of one point are thereby told apart, and a guard can be told what is wrong.
    """

    MAINS = "mains"
    BATTERY = "battery"
    COMMUNICATION = "communication"
    PHONE_LINE = "phone_line"
    SUPERVISION = "supervision"
    RADIO = "radio"
    MODULE = "module"
    KEYPAD = "keypad"
    BELL = "bell"
    FUSE = "fuse"
    GROUND = "ground"
    SENSOR = "sensor"
    BOX = "box"
    PROGRAM = "program"
    CLOCK = "clock"
    MEMORY = "memory"
    PRINTER = "printer"
    UNIT = "unit"
    PACE = "pace"


class Signal(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One message decoded from a panel. Texts are as the panel wrote them; None where it wrote nothing.

    `panel_time` is the panel's own time as it wrote it. `raw` is the whole frame. `reason` says why a frame
    was rejected, or kept aside, and is None for every other.
    `found`: read from the panel's state, not told as something that happened now (a status that was asked for after
    a reconnect, "still present"): where the same call stands already it is no new press.
    `again`: the event before once more (a copy whose acknowledgement was lost, a text that came behind it): no new
    press either, as long as that call stands.
    `late`: it may have happened a while ago, while nobody was listening (a panel's buffer, or found after a gap).
    `by_user`: `point` is a person's number (a code, a remote control) and no zone: a room with that number may be the
    wrong one.
    `unheard`: of a fault, the points that cannot raise an alarm while it lasts (the inputs of a unit that is silent).
    """

    kind: Kind
    cause: Cause | None = None
    point: str | None = None
    area: str | None = None
    code: str | None = None
    text: str | None = None
    account: str | None = None
    panel_time: str | None = None
    raw: bytes = b""
    reason: str | None = None
    trouble: Trouble | None = None
    found: bool = False
    again: bool = False
    late: bool = False
    by_user: bool = False
    unheard: tuple[str, ...] = ()


class Step(msgspec.Struct, frozen=True):
    """Something a driver wants done: store `signals`, then (and only then) send `reply`.

    Either may be empty. `alive` says that a valid frame of the panel was seen, also where it carries no signal:
    the panel's health is the age of the last such step, never "the port is open".

    `request` is what acknowledges nothing (a poll, a question about the panel's state). It goes out whatever became
    of the storing, after the reply and after `pause` seconds of silence (at most 0.1).
    """

    signals: tuple[Signal, ...] = ()
    reply: bytes = b""
    alive: bool = False
    request: bytes = b""
    pause: float = 0.0


def worth(step: Step) -> Sequence[Step]:
    """`step`, where it says or wants anything."""
    return (step,) if step.signals or step.reply or step.alive or step.request else ()


class Driver(Protocol):
    """Bytes to signals, for one port. `now` is monotonic seconds."""

    @property
    def transmits(self) -> bool:
        """False for a listener (passive tap): the link then never writes to the port."""
        ...

    def opened(self, now: float) -> Sequence[Step]:
        """The port has just been (re)opened: forget half frames, ask for the panel's state where it can be asked."""
        ...

    def feed(self, data: bytes, now: float) -> Sequence[Step]:
        """Bytes that have arrived, all that was waiting. At most the last step carries a reply.

        A step's reply acknowledges the signals of that step: where storing them failed, the panel sends them again.
        Signals of a step without a reply nobody sends again; the link keeps them until they are stored.

        Copies that piled up while the reader was frozen thus get one reply: a surplus acknowledgement would
        acknowledge a later event that nobody has stored.
        """
        ...

    def tick(self, now: float) -> Sequence[Step]:
        """Called every 0.2 s or oftener: polls to send, frames that were cut off, replies that did not come."""
        ...


class PanelSide(Protocol):
    """The panel's side of a protocol, for `guardroom simulate`, the demo and the tests. Pure, like a driver."""

    def send(self, signal: Signal) -> None:
        """Queue one signal for the receiver."""
        ...

    def feed(self, data: bytes, now: float) -> bytes:
        """Take what the receiver sent; return what the panel sends."""
        ...

    def tick(self, now: float) -> bytes:
        """Called often (every 0.02 s or so); returns what the panel sends (polls, retries)."""
        ...

    @property
    def acknowledged(self) -> int:
        """How many queued signals the receiver has acknowledged."""
        ...

    @property
    def abandoned(self) -> int:
        """How many queued signals were given up after all tries."""
        ...

    @property
    def idle(self) -> bool:
        """True when nothing waits to be sent or acknowledged."""
        ...


class OptionError(ValueError):
    """A driver's option is wrong. `key`, `value` and `allowed` make the one clear line for the user.

    `template` is what is allowed, in English, with gaps that `gaps` fill: so it can be said in another language.
    `choices` are the words that may stand there, where they are words.
    """

    def __init__(self, key: str, value: object, template: str, choices: Collection[str] = (), **gaps: object) -> None:
        self.key = key
        self.value = value
        self.template = template
        self.choices = tuple(choices)
        self.gaps = gaps
        self.allowed = template.format(**gaps) if gaps else template
        super().__init__(f"{key} = {value!r}: allowed is {self.allowed}")
