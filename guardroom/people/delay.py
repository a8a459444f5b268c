"""How long somebody waits after wrong codes. It grows, it ends, and nobody can make it longer than one wait.

1 s after the first wrong code, then 2, 4 … up to 60 s, for each initials at each station on its own. An attempt before
that time is refused unlooked-at, makes nothing longer, and gives its dashboard a turn: once the time that it was told
has passed, one attempt from there is looked at, whatever was typed at the station's other dashboards in between. So
whoever knows the right code waits once, for a minute at most, also while somebody beside them goes on typing wrong
ones. It lets nobody guess faster than once a minute at each dashboard that is open; whoever can open more of them at
will runs programs as the station's user, and that user can read the secret and the database anyway. A turn is lost
with its dashboard: each command is a program of its own, and has none. In the browser a few addresses count as a
dashboard each, and all others as one together.

After an hour without one, wrong codes are forgotten: that lets nobody try more often than waiting would.
"""

from __future__ import annotations

from datetime import datetime, timedelta

LONGEST_S = 60.0
FORGOTTEN_AFTER = timedelta(hours=1)


def delay_s(failures: int) -> float:
    """Seconds to wait after so many wrong codes in a row; none after none."""
    if failures <= 0:
        return 0.0
    return float(min(2 ** min(failures - 1, 10), LONGEST_S))


def wait_s(failures: int, last_at: datetime, now: datetime) -> float:
    """Seconds still to wait; 0 where an attempt may be made. Never more than the delay, whatever the clock does."""
    left = delay_s(failures) - (now - last_at).total_seconds()
    return min(max(left, 0.0), delay_s(failures))


def forgotten_before(now: datetime) -> datetime:
    """Wrong codes whose last one lies before this moment count no more."""
    return now - FORGOTTEN_AFTER
