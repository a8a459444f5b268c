"""The mail server of the tests."""

from __future__ import annotations

import gc
import socket
import threading
from contextlib import suppress

from harness.mail_server import PATIENCE_S, MailServer


def test_it_ends_with_somebody_on_the_line_and_listens_again() -> None:
    with MailServer() as server:
        for _time in range(3):
            with socket.create_connection(("127.0.0.1", server.port), timeout=PATIENCE_S) as client:
                assert client.recv(1000).startswith(b"220 ")
                server.stop()
                with suppress(ConnectionResetError):
                    assert client.recv(1000) == b"", "it is still on the line"
            server.start()


def test_it_ends_while_others_ring() -> None:
    ended = threading.Event()

    def ring() -> None:
        while not ended.is_set():
            with suppress(OSError), socket.create_connection(("127.0.0.1", server.port), timeout=PATIENCE_S):
                pass

    with MailServer() as server:
        ringing = [threading.Thread(target=ring) for _line in range(2)]
        for each in ringing:
            each.start()
        for _time in range(30):
            server.stop()
            server.start()
        ended.set()
        for each in ringing:
            each.join()
    gc.collect()  # what was left open is told now
