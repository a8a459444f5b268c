"""The least that a wire-to-ACK path can do: `commit_floor.py PORT DATABASE LENGTH`.

Reads `LENGTH` bytes from the port, puts them into SQLite durably, answers with one byte, and so on.
"""

from __future__ import annotations

import sqlite3
import sys

import serial

ACK = b"\x06"


def main(port: str, database: str, length: int) -> None:
    """Answer until killed."""
    store = sqlite3.connect(database, isolation_level=None)
    store.execute("PRAGMA journal_mode = WAL")
    store.execute("PRAGMA synchronous = FULL")
    store.execute("CREATE TABLE entry (number INTEGER PRIMARY KEY, raw BLOB)")
    line = serial.Serial(port)
    line.write(ACK)
    while True:
        data = b""
        while len(data) < length:
            data += line.read(1)
            data += line.read(line.in_waiting)
        store.execute("INSERT INTO entry (raw) VALUES (?)", (data,))
        line.write(ACK)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
