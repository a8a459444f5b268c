"""The line between monitor and dashboards, over real loopback sockets."""

from __future__ import annotations

import errno
import queue
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from multiprocessing import AuthenticationError
from multiprocessing.connection import Listener
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from guardroom import feed_server
from guardroom.alarms.acts import Act, ActReply
from guardroom.alarms.view import BoardView
from guardroom.endpoint import dial, endpoint_path, read_endpoint, write_endpoint
from guardroom.feed import MonitorFeed, ToMonitor, encode
from guardroom.feed_server import FeedServer
from guardroom.monitor_call import OtherVersion, ask, view_of
from guardroom.version import VERSION

if TYPE_CHECKING:
    from conftest import Guardroom

PATIENCE = 20


class Dashboard:
    """A dashboard without a screen."""

    def __init__(self, journal: Path) -> None:
        self.views: queue.Queue[BoardView] = queue.Queue()
        self.downs: queue.Queue[str] = queue.Queue()
        self.replies: queue.Queue[ActReply] = queue.Queue()
        self.feed = MonitorFeed(journal)
        self.feed.start(self.views.put, self.downs.put)

    def until(self, wanted: Callable[[BoardView], bool]) -> BoardView:
        while True:
            view = self.views.get(timeout=PATIENCE)
            if wanted(view):
                return view


@pytest.fixture
def server(guardroom: Guardroom) -> Iterator[FeedServer]:
    running = FeedServer(guardroom.desk, guardroom.settings.journal, lambda: None)
    yield running
    running.stop()


@pytest.fixture
def dashboard(guardroom: Guardroom, server: FeedServer) -> Iterator[Dashboard]:
    made = Dashboard(guardroom.settings.journal)
    yield made
    made.feed.stop()


def test_a_dashboard_is_told_what_changes_and_can_act(guardroom: Guardroom, dashboard: Dashboard) -> None:
    guardroom.press()
    alarm = dashboard.until(lambda view: bool(view.alarms)).alarms[0]
    dashboard.feed.act(Act(kind="acknowledge", alarm=alarm.id, press=1, by="MH"), dashboard.replies.put)
    assert not dashboard.replies.get(timeout=PATIENCE).refused
    dashboard.until(lambda view: view.alarms[0].acknowledged_by == "MH")


def test_a_dashboard_that_does_not_read_holds_up_nobody(guardroom: Guardroom, dashboard: Dashboard) -> None:
    endpoint = read_endpoint(guardroom.settings.journal)
    assert endpoint is not None
    with dial(endpoint) as stuck:
        stuck.send_bytes(encode(ToMonitor(program=VERSION)))
        for number in range(300):
            guardroom.press(f"x{number}")
        assert len(dashboard.until(lambda view: len(view.alarms) == 300).alarms) == 300


def test_a_broken_line_is_found_again_and_the_act_is_done_once(
    guardroom: Guardroom, dashboard: Dashboard, server: FeedServer
) -> None:
    guardroom.press()
    alarm = dashboard.until(lambda view: bool(view.alarms)).alarms[0]
    server.stop()
    assert dashboard.downs.get(timeout=PATIENCE) == "gone"
    dashboard.feed.act(Act(kind="note", alarm=alarm.id, text="kept"), dashboard.replies.put)
    again = FeedServer(guardroom.desk, guardroom.settings.journal, lambda: None)
    try:
        assert not dashboard.replies.get(timeout=PATIENCE).refused
        assert [line.text for line in guardroom.alarm.timeline if line.what == "note"] == ["kept"]
    finally:
        again.stop()


@pytest.mark.parametrize("kind", ["test_open", "drill_reveal", "drill_stop"])
def test_what_must_not_come_late_is_not_kept_for_a_monitor_that_is_away(guardroom: Guardroom, kind: str) -> None:
    away = Dashboard(guardroom.settings.journal)
    assert away.downs.get(timeout=PATIENCE) == "gone"
    away.feed.act(Act(kind=kind, room="K2"), away.replies.put)  # type: ignore[arg-type]
    assert away.replies.get(timeout=PATIENCE).refused == "too_late"
    away.feed.act(Act(kind="note", alarm=1, text="bliver sendt"), away.replies.put)
    server = FeedServer(guardroom.desk, guardroom.settings.journal, lambda: None)
    try:
        assert away.replies.get(timeout=PATIENCE).refused == "unknown_alarm"
        assert guardroom.view.test is None
    finally:
        away.feed.stop()
        server.stop()


def test_where_nobody_can_be_admitted_the_monitor_waits(guardroom: Guardroom, monkeypatch: pytest.MonkeyPatch) -> None:
    tried: queue.SimpleQueue[None] = queue.SimpleQueue()

    def full(_listener: Listener) -> None:
        tried.put(None)
        raise OSError(errno.EMFILE, "too many open files")

    monkeypatch.setattr(feed_server, "AGAIN_S", 2 * PATIENCE)
    monkeypatch.setattr(Listener, "accept", full)
    before = threading.enumerate()
    server = FeedServer(guardroom.desk, guardroom.settings.journal, lambda: None)
    try:
        (accepting,) = (one for one in threading.enumerate() if one not in before and one.name == "feed-accept")
        tried.get(timeout=PATIENCE)
        with pytest.raises(queue.Empty):
            tried.get(timeout=0.2)
    finally:
        server.stop()
    accepting.join(PATIENCE)
    assert not accepting.is_alive(), "and is not kept from ending"


def test_only_who_knows_the_key_is_admitted(guardroom: Guardroom, server: FeedServer) -> None:
    endpoint = read_endpoint(guardroom.settings.journal)
    assert endpoint is not None
    with pytest.raises((AuthenticationError, EOFError, OSError)):
        dial(replace(endpoint, key="00" * 32))
    assert endpoint_path(guardroom.settings.journal).stat().st_mode & 0o777 == 0o600
    assert view_of(guardroom.settings.journal) is not None


def test_rubbish_on_the_line_costs_only_that_line(guardroom: Guardroom, server: FeedServer) -> None:
    endpoint = read_endpoint(guardroom.settings.journal)
    assert endpoint is not None
    with dial(endpoint) as line:
        line.send_bytes(b"\xff\x00 not json")
        with pytest.raises((EOFError, OSError)):
            line.recv_bytes()
    assert view_of(guardroom.settings.journal) is not None


def test_another_version_is_refused(guardroom: Guardroom, server: FeedServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("guardroom.feed.VERSION", "other")
    monkeypatch.setattr("guardroom.monitor_call.VERSION", "other")
    with pytest.raises(OtherVersion):
        ask(guardroom.settings.journal)
    other = Dashboard(guardroom.settings.journal)
    try:
        assert other.downs.get(timeout=PATIENCE) == "version"
    finally:
        other.feed.stop()


def test_an_address_that_nobody_answers_is_no_monitor(guardroom: Guardroom, server: FeedServer) -> None:
    endpoint = read_endpoint(guardroom.settings.journal)
    assert endpoint is not None
    server.stop()
    write_endpoint(guardroom.settings.journal, endpoint)
    assert view_of(guardroom.settings.journal) is None
