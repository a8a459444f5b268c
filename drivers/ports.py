"""Opening, reading and closing a port, with the traps of pyserial 3.5 handled in one place.

- Its lock is advisory: two programs that do not both ask for it share the bytes without an error.
- Its open() throws away what is waiting: a frame that came while nobody read would vanish.
- After a hang-up some calls raise `termios.error`, which is no OSError: catch `PORT_ERRORS`.
- `rfc2217://` knows no write time-out; `socket://` reports at most one waiting byte.
- Closing a port whose output is held back by flow control blocks for half a minute.
"""

from __future__ import annotations

import contextlib
import errno
import os
import socket
import sys
from pathlib import Path
from urllib.parse import urlsplit

import serial

from drivers.holders import holders, lock_owners

if sys.platform == "win32":
    PORT_ERRORS: tuple[type[Exception], ...] = (OSError,)
else:
    import fcntl
    import termios

    PORT_ERRORS = (OSError, termios.error)
"""What any call on an open port may raise when the line or the device goes away."""

CHUNK = 65536
"""The most bytes read at once: more than a system keeps for a serial line."""

WRITE_TIMEOUT_S = 1.0
"""How long a write may wait for a line that is held back by flow control."""

_ABSENT = (errno.ENOENT, errno.ENXIO, errno.ENODEV, errno.ENOTDIR)
_TAKEN = (errno.EAGAIN, errno.EWOULDBLOCK, errno.EBUSY)
_DENIED = (errno.EACCES, errno.EPERM)


class PortProblem(Exception):
    """A port that cannot be opened.

    `code`: no_such_port, busy (`detail` names the holder where it is known), permission, bad_url, open_failed.
    `detail` is for the technician: the system's own words, or the holder as `program (process number)`.
    """

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(f"{code}: {detail}" if detail else code)
        self.code = code
        self.detail = detail


def is_url(port: str) -> bool:
    """True for `socket://…`, `rfc2217://…` and the like, False for a device of this computer."""
    return "://" in port


def device_of(port: str) -> str:
    """The device behind `port` right now, symbolic links followed; a URL is its own device."""
    if is_url(port) or sys.platform == "win32":
        return port
    return os.path.realpath(port)


def is_present(port: str) -> bool | None:
    """Whether the device exists; None where that cannot be known without opening it."""
    if is_url(port) or sys.platform == "win32":
        return None
    return Path(port).exists()


def unnamed_adapter(port: str, folder: Path = Path("/dev/serial/by-path")) -> str | None:
    """The name of the socket that a USB adapter without a serial number is plugged into; "" where it has none.

    Two such adapters (many with a CH340 or PL2303) have one and the same name in /dev/serial/by-id: which panel is
    which is then left to chance. None for every other port, and for one that is called by its socket already. Only
    Linux has such names: elsewhere always None. `folder` is where it keeps them.
    """
    if sys.platform != "linux" or is_url(port) or Path(port).parent == folder:
        return None
    from serial.tools import list_ports

    device = device_of(port)
    try:
        found = [info for info in list_ports.comports() if device_of(info.device) == device]
    except (OSError, TypeError, ValueError):
        return None  # a device that goes while it is being described
    if not found or found[0].vid is None or found[0].serial_number:
        return None
    with contextlib.suppress(OSError):
        return next((str(name) for name in sorted(folder.iterdir()) if device_of(str(name)) == device), "")
    return ""


def _is_pseudo_terminal(port: str) -> bool:
    return device_of(port).startswith("/dev/pts/")


def open_port(
    port: str,
    *,
    baudrate: int,
    bytesize: int,
    parity: str,
    stopbits: float,
    xonxoff: bool = False,
    rtscts: bool = False,
    timeout: float = 0.2,
) -> serial.Serial:
    """Open `port` for this program alone. What is waiting in it is kept, except on Windows, which clears it.

    `timeout` is for reads, in seconds. Raises `PortProblem`.
    """
    native = not is_url(port)
    if not native:
        _check_url(port)
    elif _is_pseudo_terminal(port):
        # It has no line to set, and refuses to be asked twice for a parity that it did not take the first time.
        bytesize, parity, stopbits = 8, "N", 1
    try:
        line: serial.Serial = serial.serial_for_url(
            port,
            do_not_open=True,
            baudrate=baudrate,
            bytesize=bytesize,
            parity=parity,
            stopbits=stopbits,
            xonxoff=xonxoff,
            rtscts=rtscts,
            timeout=timeout,
            write_timeout=None if port.lower().startswith("rfc2217:") else WRITE_TIMEOUT_S,
            exclusive=True if native and sys.platform != "win32" else None,
        )
    except ValueError as error:
        raise PortProblem("open_failed" if native else "bad_url", str(error)) from None
    except PORT_ERRORS as error:
        # Some URLs (hwgrep://, spy://) look for their device before they are opened.
        raise _problem(port, error) from None
    try:
        _open_without_clearing(line)
        if native:
            _keep_others_out(line)
        else:
            _notice_a_dead_peer(line)
    except (*PORT_ERRORS, ValueError, TypeError, NotImplementedError) as error:
        close_port(line)
        raise _problem(port, error) from None
    return line


def receive(line: serial.Serial) -> bytes:
    """Wait for bytes as long as the port's time-out says, then take all that have arrived; b"" where none came."""
    first = line.read(1)
    return first + waiting(line, CHUNK - 1) if first else b""


def waiting(line: serial.Serial, most: int = CHUNK) -> bytes:
    """The bytes that have arrived by now, at most `most`, without waiting."""
    data = b""
    if getattr(line, "_socket", None) is not None and not hasattr(line, "_read_buffer"):
        # socket://: it tells only that something is waiting, and a read of several bytes would wait for them all.
        patience, line.timeout = line.timeout, 0
        try:
            return line.read(most)
        finally:
            line.timeout = patience
    while len(data) < most and (count := line.in_waiting):
        more = line.read(min(count, most - len(data)))
        if not more:
            break
        data += more
    return data


def interrupt(line: serial.Serial) -> None:
    """Make a read that waits in another thread return now, where the port can do that."""
    cancel = getattr(line, "cancel_read", None)
    if cancel is not None:
        with contextlib.suppress(*PORT_ERRORS):
            cancel()


def unsent(line: serial.Serial) -> int:
    """Bytes written that the line has not taken yet; 0 where the port cannot tell."""
    return int(getattr(line, "out_waiting", 0))


def forget_unsent(line: serial.Serial) -> None:
    """Throw away what was written and not yet sent: a reply that goes out minutes late acknowledges the wrong call."""
    with contextlib.suppress(*PORT_ERRORS):
        line.reset_output_buffer()


def close_port(line: serial.Serial) -> None:
    """Close, whatever state the line is in. Never from another thread than the one that reads."""
    if line.is_open and not is_url(line.port or ""):
        forget_unsent(line)
    with contextlib.suppress(*PORT_ERRORS):
        line.close()


def _check_url(port: str) -> None:
    """The mistakes in a network port's address that pyserial takes for a connection that failed."""
    try:
        parts = urlsplit(port)
        if parts.scheme in ("socket", "rfc2217") and (not parts.hostname or not parts.port):
            raise PortProblem("bad_url", f"{parts.scheme}://HOST:PORT")
    except ValueError as error:
        raise PortProblem("bad_url", str(error)) from None


def _open_without_clearing(line: serial.Serial) -> None:
    """open(), during which the port's ways to clear its input do nothing."""
    clearing = [name for name in ("_reset_input_buffer", "reset_input_buffer") if hasattr(line, name)]
    for name in clearing:
        setattr(line, name, lambda: None)
    try:
        line.open()
    finally:
        for name in clearing:
            delattr(line, name)


def _keep_others_out(line: serial.Serial) -> None:
    """Refuse programs that do not ask for the lock (but for the superuser's). Windows does so by itself."""
    # A pseudo-terminal keeps this flag after its last user has gone, even one that was killed: nobody could open
    # it again, we neither.
    if sys.platform != "win32" and not _is_pseudo_terminal(line.port or ""):
        fcntl.ioctl(line.fileno(), termios.TIOCEXCL)


def _notice_a_dead_peer(line: serial.Serial) -> None:
    """Over a network: find out within half a minute that the other end lost its power; send replies at once."""
    connection = getattr(line, "_socket", None)
    if not isinstance(connection, socket.socket):
        return
    wishes = [(socket.IPPROTO_TCP, "TCP_NODELAY", 1), (socket.SOL_SOCKET, "SO_KEEPALIVE", 1)]
    wishes += [(socket.IPPROTO_TCP, name, value) for name, value in _KEEPALIVE]
    for level, name, value in wishes:
        option = getattr(socket, name, None)
        if option is not None:
            with contextlib.suppress(OSError):
                connection.setsockopt(level, option, value)


_KEEPALIVE = (("TCP_KEEPIDLE", 10), ("TCP_KEEPINTVL", 5), ("TCP_KEEPCNT", 3), ("TCP_USER_TIMEOUT", 25_000))


def _problem(port: str, error: Exception) -> PortProblem:
    number = getattr(error, "errno", None)
    text = str(error)
    if is_url(port):
        return PortProblem("bad_url" if "expected a string in the form" in text else "open_failed", text)
    if number in _ABSENT or "FileNotFoundError" in text:
        return PortProblem("no_such_port", port)
    # Windows says "access denied" of a port that somebody else has open.
    if number in _TAKEN or "PermissionError" in text:
        owners = lock_owners(port) or holders(port)
        return PortProblem("busy", ", ".join(str(owner) for owner in owners))
    if number in _DENIED:
        return PortProblem("permission", device_of(port))
    return PortProblem("open_failed", text)
