"""Who is signed in through a browser, and until when. Kept in memory only: they all end with the server."""

from __future__ import annotations

import hmac
import re
import secrets
from dataclasses import dataclass, field
from typing import Literal

from guardroom.people.who import Who

AWAY_S = 60.0
"""A session without an open window ends after so long: the page may be loaded anew meanwhile."""

Why = Literal["signed_out", "idle", "longest", "away", "rights", "server"]
"""Why a session ended."""

_NOBODY = re.compile(
    r"(?:\x1b\[<3[2-9];\d+;\d+[mM]"  # the mouse moved
    r"|\x1b\[\?[\d;]*\$y|\x1b\[[?>]?[\d;]*[cRn]"  # the terminal answers a question
    r"|\x1b\]\d+;[^\x07\x1b]*(?:\x07|\x1b\\)"
    r"|\x1b\[[IO])*"  # the window came to the front, or went
)


def somebody_typed(data: str) -> bool:
    """Whether what a browser sent is a person's doing: keys and buttons, not a mouse that lies there nor the terminal's
    own answers."""
    return _NOBODY.fullmatch(data) is None


@dataclass(slots=True, kw_only=True, eq=False)
class Session:
    """One person's, from signing in to signing out. Times are running seconds."""

    who: Who
    began: float
    touched: float
    away_since: float | None
    """Since when no window is open; None while one is."""
    token: str = field(default_factory=lambda: secrets.token_urlsafe(32))
    """What a form of this session must bring along."""

    def fits(self, token: str) -> bool:
        """Whether a form came from this session's own page."""
        return hmac.compare_digest(self.token.encode(), token.encode())


class Sessions:
    """All of them, by an id that only the browser and this process know."""

    def __init__(self, *, most: int, idle_s: float, longest_s: float) -> None:
        self._most = most
        self._idle_s = idle_s
        self._longest_s = longest_s
        self._by_id: dict[str, Session] = {}

    @property
    def are_full(self) -> bool:
        """Whether nobody else can sign in now."""
        return len(self._by_id) >= self._most

    @property
    def open(self) -> tuple[Session, ...]:
        """Those that go on."""
        return tuple(self._by_id.values())

    def begin(self, who: Who, now: float) -> str:
        """Begin a session. Returns its id: 256 random bits."""
        session_id = secrets.token_urlsafe(32)
        self._by_id[session_id] = Session(who=who, began=now, touched=now, away_since=now)
        return session_id

    def find(self, session_id: str, now: float) -> Session | None:
        """The session with this id, where it goes on."""
        session = self._by_id.get(session_id)
        return None if session is None or self.why_over(session, now) is not None else session

    def end(self, session: Session) -> bool:
        """End it; False where it had ended already."""
        session_id = next((key for key, each in self._by_id.items() if each is session), None)
        return session_id is not None and self._by_id.pop(session_id) is session

    def why_over(self, session: Session, now: float) -> Why | None:
        """Why a session's time is up; None where it is not."""
        if now - session.began >= self._longest_s:
            return "longest"
        if now - session.touched >= self._idle_s:
            return "idle"
        if session.away_since is not None and now - session.away_since >= AWAY_S:
            return "away"
        return None
