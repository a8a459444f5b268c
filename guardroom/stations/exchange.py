"""The exchange with the other stations: this one's board goes out, theirs come in, acts are asked for and answered.

In a thread of its own, so that a database that hangs holds up no alarm. Whatever fails is done again: a board is
published anew, an act that was journalled before is known by its id.
"""

from __future__ import annotations

import logging
import threading
import uuid
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from db.errors import StorageError
from guardroom.alarms.acts import Act, ActReply
from guardroom.alarms.desk import AlarmDesk
from guardroom.clock import Clock, moment, stamp
from guardroom.databases import opened
from guardroom.settings import Settings
from guardroom.stations import asked
from guardroom.stations.board import StationBoard, board_of, decode, encode, same
from guardroom.stations.heard import Heard
from guardroom.stations.others import KEPT_S
from guardroom.version import VERSION

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from db.station_tables import RequestRow
    from db.stations import Sign

log = logging.getLogger(__name__)

EVERY_S = 1.0
"""It looks so often, woken or not."""
BEAT_S = 3.0
"""Between two signs of life of a station that is not alone."""
GIVE_WAY_S = 0.005
"""The panel's acknowledgement goes before the other stations' boards."""
PAUSE_SHARE = 3.0
LONGEST_PAUSE_S = 0.05
"""After a round, a pause of so many times what it took, at most this long: panels are answered meanwhile."""
_END_S = 5.0
_TWICE = "station_twice"


@dataclass(frozen=True, slots=True)
class _Sign:
    """A station's last sign of life, and what is known of it since."""

    sign: Sign
    heard: Heard


class Exchange(threading.Thread):
    """One station's exchange, until stopped. `program` is the version that it tells the others."""

    def __init__(self, settings: Settings, desk: AlarmDesk, clock: Clock, program: str = VERSION) -> None:
        super().__init__(name="stations", daemon=True)
        self._settings = settings
        self._desk = desk
        self._clock = clock
        self._program = program
        self._run = uuid.uuid4().hex
        self._news = threading.Event()
        self._written = threading.Event()
        self._ended = threading.Event()
        self._engine: Engine | None = None
        self._signs: dict[str, _Sign] = {}
        self._published: StationBoard | None = None
        self._edition = 0
        self._beat = 0
        self._beat_at = float("-inf")
        self._alone = True
        self._answers: list[ActReply] = []
        self._twice_at: float | None = None
        desk.on_change(self._changed)

    def _changed(self) -> None:
        if not self._alone:
            self._news.set()

    def wake(self) -> None:
        """Somebody has written to the main database. Safe from any thread."""
        self._written.set()
        self._news.set()

    def ask(self, act: Act, answer: Callable[[ActReply], None]) -> None:
        """Have the act's owner journal it. Returns at once; `answer` is called when it has, or when it is given up."""
        station, asked_at = act.station or self._settings.station, act.asked or stamp(self._clock.now())
        self._desk.others.ask(replace(act, station=station, asked=asked_at), answer)
        self.wake()
        self._desk.tell()

    def stop(self) -> None:
        """End; a round that is under way is waited for, though not for long."""
        self._ended.set()
        self._news.set()
        if self.is_alive():
            self.join(_END_S)

    def run(self) -> None:
        """Exchange, again and again."""
        read_at = float("-inf")
        while True:
            self._news.wait(EVERY_S)
            if self._ended.is_set():
                break
            self._news.clear()
            self._ended.wait(GIVE_WAY_S)
            begun = self._clock.monotonic()
            # A hint may be lost: what stands there is read every second anyway.
            reads = self._written.is_set() or begun - read_at >= EVERY_S
            self._written.clear()
            try:
                self.round(reads=reads)
                read_at = begun if reads else read_at
                self._ended.wait(min(LONGEST_PAUSE_S, PAUSE_SHARE * (self._clock.monotonic() - begun)))
            except StorageError as problem:
                log.debug("the main database does not answer: %s", problem.code)
                self._ended.wait(EVERY_S)
            except Exception as problem:
                log.error("the stations could not be told: %s", type(problem).__name__)
                self._ended.wait(EVERY_S)
        self._leave()
        self.close()

    def _leave(self) -> None:
        """A station whose rooms nobody has to worry about is gone when it ends; of another one that is a fault."""
        if self._engine is None or self._settings.panels or self._desk.own_view().alarms:
            return
        from db import stations
        from db.main import writing

        try:
            with writing(self._engine) as session:
                stations.forget(session, self._settings.station)
        except StorageError as problem:
            log.debug("the main database does not answer: %s", problem.code)

    def close(self) -> None:
        """Let go of the database."""
        if self._engine is not None:
            self._engine.dispose()

    def round(self, *, reads: bool = True) -> None:
        """Say what the others are to know; where it `reads`, hear what they say and do what they ask, and say that.

        Raises StorageError.
        """
        self._engine = self._engine or opened(self._settings)
        if self._engine is None:
            return
        if not self._alone:
            self._write(self._engine)
        if reads:
            self._read(self._engine)
            self._write(self._engine)

    def _read(self, engine: Engine) -> None:
        from db import stations
        from db.main import reading

        with reading(engine) as session:
            signs = stations.signs(session)
            mail = stations.mail(session, self._settings.station)
            boards = {each.station: stations.board(session, each.station) for each in signs if self._is_new(each)}
        self._look_for_ours(signs)
        others = [each for each in signs if each.station != self._settings.station]
        self._alone = not others
        self._hear(others, boards)
        for row in mail:
            if row.answer is None:
                self._answers.append(self._done(row))
            else:
                self._desk.others.take_answer(asked.reply_of(row.id, row.answer))

    def _is_new(self, sign: Sign) -> bool:
        known = self._signs.get(sign.station)
        before = None if known is None else (known.sign.run, known.sign.edition)
        return sign.station != self._settings.station and before != (sign.run, sign.edition)

    def _hear(self, signs: list[Sign], boards: dict[str, str]) -> None:
        """Take note of who has given a sign of life, and of what they published."""
        now = self._clock.monotonic()
        found: dict[str, _Sign] = {}
        for sign in signs:
            known = self._signs.get(sign.station)
            if known is not None and known.sign == sign:
                found[sign.station] = known
                continue
            board = None if known is None else known.heard.board
            if sign.station in boards:
                board = decode(boards[sign.station])
            # The first time only the clocks can tell how long ago that was; later it has been noticed just now.
            ago = 0.0 if known is not None else max(0.0, (self._clock.now() - sign.seen_at).total_seconds())
            heard = Heard(
                station=sign.station,
                program=sign.program,
                board=board,
                heard_at=now - ago,
                older_s=0.0 if board is None else max(0.0, (sign.seen_at - moment(board.at)).total_seconds()),
                other_version=sign.program != self._program,
            )
            found[sign.station] = _Sign(sign, heard)
        if found != self._signs:
            news = {name: each.heard.board for name, each in found.items()} != {
                name: each.heard.board for name, each in self._signs.items()
            }
            self._signs = found
            self._desk.others.hear(tuple(each.heard for each in found.values()))
            if news:
                self._desk.tell()

    def _look_for_ours(self, signs: list[Sign]) -> None:
        """See whether what we published last still stands there. Two PCs of one name take each other's place: that is a
        fault, and neither gives way."""
        if self._published is None:
            return
        now = self._clock.monotonic()
        ours = next((each for each in signs if each.station == self._settings.station), None)
        if ours is None or ours.run != self._run:
            if ours is not None:
                self._twice_at = now
                self._desk.trouble(_TWICE, _TWICE, text=self._settings.station)
            if ours is None or now - self._beat_at >= BEAT_S:
                self._published = None
            return
        if ours.edition != self._edition:
            # An older copy of the database was put in its place: the board in it is not what is so.
            self._published = None
        if self._twice_at is not None and now - self._twice_at > self._settings.station_silent_s:
            self._twice_at = None
            self._desk.trouble_over(_TWICE)

    def _done(self, row: RequestRow) -> ActReply:
        """What has become of an act that another station asks for: journalled as one of our own."""
        act = asked.act_of(row.act)
        if refused := asked.hindrance(act, row.asked_at, self._clock.now()):
            return ActReply(id=row.id, refused=refused)
        assert act is not None
        try:
            return self._desk.act(replace(act, id=row.id, station=row.asker, owner=self._settings.station))
        except Exception:
            log.exception("act %s of another station failed", act.kind)
            return ActReply(id=row.id, refused="bad_act")

    def _write(self, engine: Engine) -> None:
        """Everything that the others are to know, in one transaction."""
        from db import stations
        from db.main import writing
        from db.station_tables import RequestRow, StationRow

        others = self._desk.others
        now = self._clock.now()
        board = board_of(self._desk.own_view())
        # Alone, it is enough to be there: whoever comes is told when they have shown themselves.
        fresh = self._published is None or not (self._alone or same(board, self._published))
        beat = not self._alone and self._clock.monotonic() - self._beat_at >= BEAT_S
        asks, drops, gone = others.unwritten(), others.taken_back(), others.gone()
        answers = self._answers
        if not (fresh or asks or answers or drops or gone or beat):
            return
        with writing(engine, told=bool(fresh or asks or answers)) as session:
            if fresh:
                row = StationRow(
                    station=self._settings.station,
                    program=self._program,
                    run=self._run,
                    edition=self._edition + 1,
                    beat=self._beat + 1,
                    seen_at=now,
                    board=encode(board).decode(),
                )
                stations.publish(session, row)
            elif beat:
                stations.give_sign(session, self._settings.station, self._beat + 1, now)
                stations.expire(session, now - timedelta(seconds=2 * KEPT_S))
            for act in asks:
                stations.ask(
                    session,
                    RequestRow(
                        id=act.id,
                        owner=act.owner,
                        asker=self._settings.station,
                        asked_at=moment(act.asked),
                        act=asked.encode(act).decode(),
                    ),
                )
            for reply in answers:
                stations.answer(session, reply.id, asked.encode(reply).decode())
            if drops:
                stations.drop(session, drops)
            for station in gone:
                stations.forget(session, station)
        if fresh:
            self._published, self._edition = board, self._edition + 1
        if fresh or beat:
            self._beat, self._beat_at = self._beat + 1, self._clock.monotonic()
        others.written(asks)
        others.dropped(drops)
        others.forgotten(gone)
        self._answers = []
