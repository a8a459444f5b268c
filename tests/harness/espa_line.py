"""A control station (ESPA 4.4.4) written from the standard, not with the program's own code: the tests' panel."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager
from functools import reduce
from threading import Event, Thread
from typing import Protocol


class Wire(Protocol):
    """The panel's end of its line to the program."""

    def write(self, data: bytes) -> None:
        """Send bytes to the program."""
        ...

    def read(self, timeout: float = 5) -> bytes:
        """What the program has sent; b"" after `timeout` seconds without."""
        ...


EOT, ENQ, ACK, NAK = b"\x04", b"\x05", b"\x06", b"\x15"


def block(address: str, text: str = "", *, priority: str = "1", call_type: str = "3") -> bytes:
    """A call to a pager: SOH '1' STX, records, ETX, and the parity of all after SOH."""
    records = [f"1\x1f{address}", f"2\x1f{text}" if text else "", f"4\x1f{call_type}", f"6\x1f{priority}"]
    body = b"1\x02" + "\x1e".join(record for record in records if record).encode("latin-1") + b"\x03"
    return b"\x01" + body + bytes([reduce(lambda a, b: a ^ b, body)])


def spoilt(good: bytes, chance: random.Random) -> bytes:
    """A block as a bad line brings it: with a bit changed, cut off, or with a byte doubled."""
    data = bytearray(good)
    at = chance.randrange(1, len(data))
    match chance.randrange(3):
        case 0:
            data[at] ^= 1 << chance.randrange(7)
        case 1:
            del data[at:]
        case _:
            data.insert(at, data[at])
    return bytes(data)


class EspaLine:
    """Plays the panel's side on a line. Counts how often it had to send a block again."""

    def __init__(self, pair: Wire, timeout: float = 1.0) -> None:
        self.pair = pair
        self.timeout = timeout
        self.repeats = 0
        # Whether an answer may still come to what was given up: an ACK would then be taken for the next block's.
        self._owed = False

    def poll(self) -> bool:
        """Poll the pager station; True when it answers that it has nothing to say. It answers in order: nothing from
        before can come any more."""
        self.pair.write(EOT + b"2" + ENQ)
        self._owed = not self.pair.read(self.timeout).endswith(EOT)
        return not self._owed

    def press(self, address: str, text: str = "OVERFALD", *, attempts: int = 2) -> bool:
        """One call; True when it was acknowledged. After the attempts the transaction is ended."""
        try:
            for attempt in range(attempts):
                if self._owed and not self.poll():
                    continue
                self._owed = True
                self.pair.write(EOT + b"1" + ENQ + b"2" + ENQ)
                if not self._acknowledged():
                    continue
                self.repeats += attempt
                self.pair.write(block(address, text))
                if self._acknowledged():
                    self._owed = False
                    return True
            return False
        finally:
            self.pair.write(EOT)

    def send_spoilt(self, address: str, text: str, chance: random.Random) -> None:
        """Begin a call whose block arrives spoilt, and give it up."""
        self._owed = True
        self.pair.write(EOT + b"1" + ENQ + b"2" + ENQ)
        if self._acknowledged():
            self.pair.write(spoilt(block(address, text), chance))
            self.pair.read(self.timeout)
        self.pair.write(EOT)

    def press_until_acknowledged(self, address: str, text: str = "OVERFALD", tries: int = 60) -> None:
        """A call that the panel does not give up."""
        for _ in range(tries):
            if self.press(address, text):
                return
        raise AssertionError(f"{address} was not acknowledged in {tries} tries")

    @contextmanager
    def polling(self, every: float = 0.2) -> Iterator[None]:
        """Poll all the while, as a real control station does between calls."""
        ended = Event()

        def run() -> None:
            while not ended.wait(every):
                self.poll()

        thread = Thread(target=run, daemon=True)
        thread.start()
        try:
            yield
        finally:
            ended.set()
            thread.join()

    def _acknowledged(self) -> bool:
        answer = self.pair.read(self.timeout)
        return answer.endswith(ACK)
