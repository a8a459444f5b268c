"""Programs in a real terminal and panels on a real serial device, for tests (POSIX only)."""

from harness.serial_pair import SerialPair
from harness.terminal import PtyProgram

__all__ = ["PtyProgram", "SerialPair"]
