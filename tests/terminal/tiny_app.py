"""A small dashboard for the terminal tests, run as a program: `tiny_app.py HEARTBEAT_FD LOG_FILE`."""

from __future__ import annotations

import logging
import os
import sys
import threading
from pathlib import Path
from typing import ClassVar

from rich.text import Text
from textual.app import App, ComposeResult
from textual.binding import Binding
from textual.widgets import Static

from screens.crash import QuietCrash, log_to
from screens.terminal import SafeDriver, ring, watch

SECRET = "Jens " + "Hansen"


class TinyApp(QuietCrash, App[None]):
    """Paints a lot, all the time; every turn of its loop is told on the heartbeat pipe."""

    BINDINGS: ClassVar = [
        Binding("c", "crash"),
        Binding("t", "crash_in_thread"),
        Binding("i", "crash_in_input"),
        Binding("b", "ring"),
        Binding("q", "quit"),
    ]
    CSS = "#news { height: 1fr; }"

    def __init__(self, heartbeat: int, log: Path) -> None:
        super().__init__(driver_class=SafeDriver)
        self.heartbeat = heartbeat
        self.turn = 0
        self.crash_log = log

    def compose(self) -> ComposeResult:
        yield Static("STEADY", id="steady")
        yield Static(id="news")

    def on_mount(self) -> None:
        watch(self)
        self.set_interval(0.02, self.paint)

    def paint(self) -> None:
        """Change every cell below the first two rows."""
        self.turn += 1
        text = Text(f"TURN {self.turn};\n")
        for row in range(self.size.height):
            line = "".join(chr(97 + (self.turn + row + column) % 26) for column in range(self.size.width))
            text.append(f"{line}\n", f"#{self.turn % 256:02x}{row:02x}80")
        self.query_one("#news", Static).update(text, layout=False)
        os.write(self.heartbeat, f"{self.turn}\n".encode())

    def action_crash(self) -> None:
        """An ordinary mistake, with a name in a local variable and in the message."""
        citizen = SECRET
        raise ValueError(f"cannot show {citizen}")

    def action_crash_in_thread(self) -> None:
        """A mistake in a thread: logged, and the dashboard goes on."""

        def work(citizen: str) -> None:
            raise KeyError(citizen)

        logging.getLogger("guardroom").warning("before")
        thread = threading.Thread(target=work, args=(SECRET,))
        thread.start()
        thread.join()

    def action_crash_in_input(self) -> None:
        """What Textual does when its own input thread fails."""
        from rich.traceback import Traceback

        try:
            raise OSError(5, SECRET)
        except OSError:
            self.panic(Traceback())

    def action_ring(self) -> None:
        """The bell, from another thread."""
        threading.Thread(target=ring, args=(self,)).start()


if __name__ == "__main__":
    log_to(Path(sys.argv[2]))
    app = TinyApp(int(sys.argv[1]), Path(sys.argv[2]))
    app.run()
    sys.exit(app.return_code or 0)
