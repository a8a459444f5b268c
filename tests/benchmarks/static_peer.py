"""The least that a Textual program can do about a serial line: `static_peer.py [PORT]`.

One widget, and a thread that reads lines from the port and has them shown. Without a port it only paints.
"""

from __future__ import annotations

import sys
import threading

import serial
from textual.app import App, ComposeResult
from textual.content import Content
from textual.message import Message
from textual.widgets import Static


class Came(Message):
    """A line came."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.text = text


class Peer(App[None]):
    """Shows the last line."""

    def __init__(self, port: str | None) -> None:
        super().__init__()
        self.port = port

    def compose(self) -> ComposeResult:
        yield Static(Content("PEER READY"), id="line")

    def on_mount(self) -> None:
        """Listen in a thread."""
        if self.port is not None:
            threading.Thread(target=self._listen, args=(self.port,), daemon=True).start()

    def on_came(self, message: Came) -> None:
        """Show it."""
        self.query_one("#line", Static).update(Content(message.text))

    def _listen(self, port: str) -> None:
        line = serial.Serial(port)
        data = b""
        while True:
            data += line.read(1)
            data += line.read(line.in_waiting)
            while b"\n" in data:
                text, _end, data = data.partition(b"\n")
                self.post_message(Came(text.decode()))


if __name__ == "__main__":
    Peer(sys.argv[1] if len(sys.argv) > 1 else None).run()
