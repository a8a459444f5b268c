"""A null-modem cable: two serial devices, what goes into the one comes out of the other."""

from __future__ import annotations

import os
import select
import threading
from pathlib import Path
from types import TracebackType
from typing import Self

from harness.serial_pair import SerialPair


class Cable:
    """The devices are `near` and `far`; for programs that each want to open one end."""

    def __init__(self, near: Path, far: Path) -> None:
        self._ends = (SerialPair(near), SerialPair(far))
        self._wake, self._ending = os.pipe()
        self._thread = threading.Thread(target=self._carry, name="cable", daemon=True)
        self._thread.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        os.close(self._ending)
        self._thread.join()
        os.close(self._wake)
        for end in self._ends:
            end.close()

    def _carry(self) -> None:
        near, far = (end.fileno() for end in self._ends)
        while True:
            ready, _, _ = select.select([near, far, self._wake], [], [])
            if self._wake in ready:
                return
            for source, target in ((near, far), (far, near)):
                if source in ready:
                    os.write(target, os.read(source, 4096))
