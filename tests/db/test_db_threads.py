"""The first questions of a program come from several threads at once, each of which loads what it needs."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from db.schema import prepare_main, prepare_outbox

CODE = """
import sys, threading
from pathlib import Path
sys.setswitchinterval(0.00001)
failed = []

def asks(work):
    try:
        work()
    except BaseException as error:
        failed.append(error)

def outbox():
    from db.main import open_file, reading
    from db import outbox
    with reading(open_file(Path(sys.argv[2]), owner=True)) as session:
        outbox.newest(session, 5)

def incidents():
    from db.main import open_engine, reading
    from db import incidents
    with reading(open_engine(sys.argv[1])) as session:
        incidents.drafts(session, 1)

def drills():
    from db.main import open_engine, reading
    from db import drills
    with reading(open_engine(sys.argv[1])) as session:
        drills.drills(session)

threads = [threading.Thread(target=asks, args=(work,)) for work in (outbox, incidents, drills) * 3]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
sys.exit(repr(failed) if failed else 0)
"""


def test_tables_are_whole_whoever_asks_first(tmp_path: Path) -> None:
    url, path = f"sqlite:///{tmp_path}/guardroom.db", tmp_path / "outbox.db"
    prepare_main(url)
    prepare_outbox(path)
    for _start in range(3):
        child = subprocess.run([sys.executable, "-c", CODE, url, str(path)], capture_output=True, text=True, timeout=60)
        assert child.returncode == 0, child.stderr
