"""What is said where a list has nothing in it: beside the list, so that a script still reads none."""

from __future__ import annotations

import sys
from pathlib import Path

from guardroom.language import _
from guardroom.monitor_lock import is_running


def say_nothing(sentence: str, journal: Path | None = None) -> None:
    """Say it. With `journal`, also where no monitor runs that would write there: silence is not "all is well"."""
    print(sentence, file=sys.stderr)
    if journal is not None and not is_running(journal):
        print(_("No monitor runs: alarms are not received here."), file=sys.stderr)
