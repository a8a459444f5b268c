"""What the tests of notices share: a real mail server, and an outbox in a real file."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from harness.house import MovedClock, SmallHouse, small_house
from harness.mail_server import PATIENCE_S, MailServer
from sqlalchemy import Engine, select

from db.main import open_file, reading, writing
from db.outbox_tables import DeliveryRow
from db.schema import prepare_outbox
from guardroom.notices import outbox, station
from guardroom.notices.notice import Notice
from guardroom.notices.sender import Sender
from guardroom.settings import Mail, Recipient, Settings


@pytest.fixture
def server() -> Iterator[MailServer]:
    with MailServer() as made:
        yield made


@pytest.fixture(autouse=True)
def quick_looks(monkeypatch: pytest.MonkeyPatch) -> None:
    """A station looks at its desk more often than once a second: these tests' time is one that they move."""
    monkeypatch.setattr(station, "TICK_S", 0.02)


@pytest.fixture
def house(tmp_path: Path) -> Iterator[SmallHouse]:
    with small_house(tmp_path) as made:
        yield made


def recipient(name: str, *groups: str, **ways: str) -> Recipient:
    """Somebody with a mailbox named like them, unless other ways are given."""
    told = ways or {"mail": f"{name.lower()}@byby.example"}
    return Recipient(name=name, groups=groups or ("leaders",), **told)


class Post:
    """An outbox with its sender, that may be killed and begun again."""

    def __init__(self, folder: Path, settings: Settings, clock: MovedClock) -> None:
        self.settings = settings
        self.clock = clock
        path = folder / "post.db"
        prepare_outbox(path)
        self.engine: Engine = open_file(path, owner=True)
        self._tried = threading.Condition()
        self._rounds = self._seen = 0
        self.refused = ""
        self.shared = False
        self.sender = self._made()

    def _made(self) -> Sender:
        return Sender(self.settings, self.engine, self.clock, self._changed, shared=self.shared)

    def _changed(self, refused: str) -> None:
        self.refused = refused
        with self._tried:
            self._rounds += 1
            self._tried.notify_all()

    def put(self, key: str = "1", *recipients: Recipient, urgent: bool = False) -> None:
        """Something is to be told."""
        notice = Notice(
            key=key,
            occasion="alarm",
            subject=f"ALARM {key}: Møderum Å",
            body="Log ind.",
            recipients=recipients,
            urgent=urgent,
        )
        with writing(self.engine) as session:
            outbox.put(session, notice, self.clock.now())
        self.sender.wake()

    def again(self) -> None:
        """The monitor was killed and runs again: a new sender over the same file."""
        self.sender.stop()
        self.sender = self._made()
        self.sender.start()

    def states(self) -> dict[tuple[str, str], str]:
        """What became of each delivery, by recipient and channel."""
        with reading(self.engine) as session:
            rows = session.scalars(select(DeliveryRow))
            return {(row.recipient, row.channel): row.state for row in rows}

    def errors(self) -> dict[str, str]:
        """Why each recipient was not reached, "" where they were."""
        with reading(self.engine) as session:
            return {row.recipient: row.error for row in session.scalars(select(DeliveryRow))}

    def not_told(self) -> list[str]:
        """Who is a fault on the board."""
        with reading(self.engine) as session:
            return [row.recipient for row in outbox.not_told(session, self.clock.now())]

    def until(self, wanted: dict[tuple[str, str], str]) -> None:
        """Wait until that is what became of them."""
        with self._tried:
            done = self._tried.wait_for(lambda: self.states() == wanted, PATIENCE_S)
        assert done, (self.states(), wanted)

    def until_tried(self) -> None:
        """Wait until another round is over since the last one that was waited for."""
        with self._tried:
            assert self._tried.wait_for(lambda: self._rounds > self._seen, PATIENCE_S)
            self._seen = self._rounds

    def until_refused(self, why: str) -> None:
        """Wait until that is told of the outbox itself."""
        with self._tried:
            assert self._tried.wait_for(lambda: self.refused == why, PATIENCE_S), self.refused

    def later(self, seconds: float) -> None:
        """Time passes."""
        self.clock.advance(seconds)
        self.sender.wake()

    def close(self) -> None:
        self.sender.stop()
        self.engine.dispose()


@pytest.fixture
def make_post(tmp_path: Path, house: SmallHouse) -> Iterator[object]:
    """Makes an outbox whose recipients are these."""
    made: list[Post] = []

    def make(mail: Mail, *recipients: Recipient) -> Post:
        settings = replace(house.ground.settings, mail=mail, recipients=recipients)
        post = Post(tmp_path, settings, house.clock)
        post.sender.start()
        made.append(post)
        return post

    yield make
    for post in made:
        post.close()
