"""Whose turn it is to read a panel that several stations reach over a network. Pure: times come from whoever asks.

Two readers on one line share its bytes, and both acknowledge: an alarm would be in the one journal or the other by
chance. So one station reads, and says so again and again in a lease in the main database; the others open nothing. The
lease is advice, not proof: a station whose line to the database is cut reads on while its lease runs out. Where the
device server admits one client only, that is the proof: a station that stands by may try when the lease has run out,
and is refused for as long as the other holds the line. Where it admits several, only a person may say that the other
has gone. While the database does not answer nobody takes another's place, but on a person's order.

How old a lease is each station tells by its own running clock, from when it last saw it change: clocks of several PCs
are never compared.
"""

from __future__ import annotations

from dataclasses import dataclass

AWAY_S = 5.0
"""A database that has not answered for so long is away: what it said last may not be so any more."""
BEAT_S = 2.0
"""Between two renewals of a lease."""
START_S = 5.0
"""A monitor that starts waits so long for the database to say who reads, before it goes by what it remembers."""
HELD_S = 1.0
"""A line that has been open for so long is admitted: device servers hang up on a second client at once."""
DOWN_S = 120.0
"""A reader that has not had its line for so long keeps nobody else from trying."""
WISH_EVERY_S = 1.0
"""Between two renewals of a wish."""
WISH_S = 5.0
"""Another station's wish counts for so long after it was renewed: one that has died since does not get the line."""
ORDER_S = 45.0
"""A person's order to read is given up when the other station has not let go for so long."""


@dataclass(frozen=True, slots=True)
class Lease:
    """Who reads, or wishes to, as the database has it. `stamp` differs with each renewal."""

    holder: str
    stamp: str


@dataclass(frozen=True, slots=True)
class Write:
    """What the database is to be told: that `holder` reads ("": nothing of that), and that this station wishes to
    (`wishes`), or not any more (False); None: nothing of that. `news`: the other stations are to look at once."""

    holder: str = ""
    wishes: bool | None = None
    news: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """This station's own line to the panel: whether it is let go of altogether, and whether it is open."""

    closed: bool
    open: bool


class Turn:
    """One station's part in reading one panel. Not locked.

    `stations` are those that may read it, the first before the others; `read_before` is whether this one read it when
    its monitor ended, None where it never did nor stood by.
    """

    def __init__(
        self,
        station: str,
        stations: tuple[str, ...],
        *,
        one_client: bool,
        lease_s: float,
        read_before: bool | None,
        now: float,
    ) -> None:
        self.reads = False
        """Whether this station is to have the line open, or to try."""
        self.shared_with = ""
        """The station that turned out to read at the same time; told until `seen_shared`."""
        self._station = station
        self._first = stations[0] == station
        self._others = frozenset(stations) - {station}
        self._one_client = one_client
        self._lease_s = lease_s
        self._remembers = self._first if read_before is None else read_before
        self._started = now
        self._line = Line(closed=True, open=False)
        self._open_since: float | None = None
        self._open_last = now
        self._had_line = False  # since it began to try
        self._answered: float | None = None
        self._lease: Lease | None = None
        self._changed = now
        self._renewed = False  # whether it was seen to change, so that its holder lives
        self._wish: Lease | None = None
        self._wished = float("-inf")  # when the wish was seen to be renewed
        self._ordered: float | None = None
        self._claims = False
        self._hands_to = ""
        self._written = float("-inf")
        self._has_wished = False
        self._wish_written = float("-inf")

    # What is so

    def reader(self, now: float) -> str:
        """The station that reads the panel, as far as this one knows; "" where nobody is known to."""
        if self.reads:
            if self._claims or (self._is_mine and self._is_proved):
                return self._station
            if self._is_away(now) and (self._line.open or not self._one_client):
                return self._station
        if self._lease is not None and not self._is_mine and (self._is_away(now) or self._is_fresh):
            return self._lease.holder
        return ""

    @property
    def ordered(self) -> bool:
        """Whether a person's order to read is still to be carried out."""
        return self._ordered is not None

    @property
    def _is_mine(self) -> bool:
        return self._lease is not None and self._lease.holder == self._station

    @property
    def _is_proved(self) -> bool:
        # A lease from before this monitor began may have run out meanwhile, and another station have the line.
        return not self._one_client or self._had_line

    def _is_away(self, now: float) -> bool:
        return self._answered is None or now - self._answered > AWAY_S

    @property
    def _is_fresh(self) -> bool:
        # By the database's last answer: that it says nothing does not make a lease older.
        return self._answered is None or self._answered - self._changed <= self._lease_s

    # What happens

    def order(self, now: float) -> None:
        """A person wants this station to read."""
        if self.reader(now) != self._station:
            self._ordered = now
            self._hands_to = ""

    def turn(self, now: float, line: Line) -> None:
        """Time goes on, with this station's line as it is."""
        self._line = line
        if not line.open:
            self._open_since = None
        else:
            self._open_last = now
            self._had_line = True
            if self._open_since is None:
                self._open_since = now
        self._think(now)
        if self.reads:
            # From here on it is about to be opened, whatever is decided before that is seen.
            self._line = Line(closed=False, open=line.open)

    def answered(self, now: float, lease: Lease | None, wish: Lease | None) -> Write | None:
        """The database says who reads, and who wishes to: what it is to be told in turn, in the same transaction."""
        away = self._is_away(now)
        if lease != self._lease or away:
            self._changed, self._renewed = now, not away
        if self._wish is not None and wish is not None and wish != self._wish and wish.holder == self._wish.holder:
            self._wished = now
        self._lease, self._answered, self._wish = lease, now, wish
        self._think(now)
        holder = self._tells(now)
        wishes: bool | None = None
        if self._ordered is not None and not self.reads and not holder:
            wishes = True if now - self._wish_written >= WISH_EVERY_S else None
        elif self._has_wished or (wish is not None and wish.holder == self._station):
            wishes = False
        if not holder and wishes is None:
            return None
        known = lease.holder if lease is not None else ""
        return Write(holder, wishes, news=bool(wishes) or holder not in ("", known))

    def written(self, now: float, write: Write, lease: Lease | None) -> None:
        """The database has taken it; `lease` is what it now says."""
        if write.wishes is not None:
            self._has_wished = write.wishes
            self._wish_written = now if write.wishes else float("-inf")
        if not write.holder:
            return
        self._lease, self._changed, self._written = lease, now, now
        self._claims = False
        self._hands_to = ""
        if write.holder == self._station:
            self._ordered = None

    def seen_shared(self) -> str:
        """The station that read at the same time, told once."""
        station, self.shared_with = self.shared_with, ""
        return station

    # The rules

    def _think(self, now: float) -> None:
        if self._ordered is not None and now - self._ordered > ORDER_S:
            self._ordered = None
        if self._is_away(now):
            self._think_alone(now)
        elif self.reads:
            self._think_reading(now)
        else:
            self._think_standing_by()

    def _think_alone(self, now: float) -> None:
        """The database does not answer."""
        if self._answered is None and now - self._started < START_S:
            return
        if self.reads:
            self._claims = self._claims or (self._ordered is not None and self._is_held(now))
        elif self._ordered is not None or (self._answered is None and self._remembers):
            self._begin()

    def _think_reading(self, now: float) -> None:
        if self._is_mine:
            wish = self._wish if now - self._wished <= WISH_S else None
            if wish is not None and wish.holder in self._others and self._ordered is None:
                self._hands_to = wish.holder
                self._stop()
            return
        if self._claims:
            return
        if self._lease is None:
            self._claims = not self._one_client or self._is_held(now)
        elif self._ordered is not None or not self._is_fresh:
            # Whoever is admitted as the only one reads, and what another one wrote has run out.
            self._claims = self._is_held(now) if self._one_client else True
        elif self._renewed:
            if self._line.open:
                self.shared_with = self._lease.holder
            self._stop()

    def _think_standing_by(self) -> None:
        if self._is_mine:
            if not self._hands_to:
                self._begin()
            return
        self._hands_to = ""
        if self._lease is None and self._first:
            self._begin()
            self._claims = not self._one_client
        elif not self._is_fresh and (self._one_client or self._ordered is not None):
            self._begin()

    def _begin(self) -> None:
        self.reads = True
        self._had_line = False
        # A second client is refused, so nothing is claimed before the line is had; else the order is all there is.
        self._claims = self._ordered is not None and not self._one_client

    def _stop(self) -> None:
        self.reads = self._claims = False
        self._open_since = None

    def _is_held(self, now: float) -> bool:
        return self._open_since is not None and now - self._open_since >= HELD_S

    def _tells(self, now: float) -> str:
        """Who the database is to be told reads; "" for nothing."""
        if self._hands_to:
            return self._hands_to if self._line.closed else ""
        if not self.reads:
            return ""
        if self._claims:
            return self._station
        due = now - self._written >= BEAT_S
        waits = self._one_client and now - self._open_last > DOWN_S
        return self._station if self._is_mine and self._is_proved and due and not waits else ""
