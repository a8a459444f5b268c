"""The real monitor looks at what is due from its start on."""

from __future__ import annotations

import contextlib
import sqlite3

from harness.town import Town, until

from db.schema import prepare_main
from guardroom.people.secret import make_secret


def test_the_monitor_writes_the_drills_vault(byby: Town) -> None:
    prepare_main(f"sqlite:///{byby.folder / 'guardroom.db'}")
    make_secret(byby.folder / "guardroom.secret")
    byby.start_monitor()

    def written() -> bool:
        with contextlib.closing(sqlite3.connect(byby.folder / "guardroom.db")) as connection:
            return connection.execute("SELECT count(*) FROM drill_vault").fetchone() == (1,)

    until(written)
    assert byby.panel.press("005"), "and panels are answered"
