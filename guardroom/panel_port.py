"""Opening a panel's own port outside the monitor: to listen to it, or to see that it can be opened."""

from __future__ import annotations

from typing import TYPE_CHECKING

from drivers.ports import open_port
from guardroom.settings import PanelSettings

if TYPE_CHECKING:
    import serial


def open_panel_port(panel: PanelSettings, timeout: float = 0.2) -> serial.Serial:
    """The port, open for this program alone, with the panel's line settings; `timeout` in seconds is for reads.

    Raises `PortProblem`.
    """
    return open_port(
        panel.port,
        baudrate=panel.baudrate,
        bytesize=panel.bytesize,
        parity=panel.parity,
        stopbits=panel.stopbits,
        xonxoff=panel.xonxoff,
        rtscts=panel.rtscts,
        timeout=timeout,
    )
