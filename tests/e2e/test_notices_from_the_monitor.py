"""The real monitor tells of real alarms through a real mail server, whatever happens to either of them."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from email.message import EmailMessage

import pytest
from harness.mail_server import MailServer
from harness.town import Town, until

RECIPIENTS = """
[[recipients]]
name = "Vagt"
groups = ["guards"]
mail = "vagt@byby.example"

[[recipients]]
name = "Leder"
groups = ["leaders"]
mail = "leder@byby.example"

[override]
guard_hours = { mon = "00:00-23:59", tue = "00:00-23:59", wed = "00:00-23:59", thu = "00:00-23:59", \
                fri = "00:00-23:59", sat = "00:00-23:59", sun = "00:00-23:59" }
notices = { off_duty = ["guards"] }
"""


@pytest.fixture
def server() -> Iterator[MailServer]:
    with MailServer() as made:
        yield made


def told(town: Town, server: MailServer) -> None:
    """Let the town's notices go to this server."""
    text = town.config.read_text("utf-8") + server.toml() + RECIPIENTS.replace("\\\n", "")
    town.config.write_text(text, "utf-8")


def test_a_press_is_told(byby: Town, server: MailServer) -> None:
    told(byby, server)
    byby.start_monitor()
    assert byby.panel.press("005")
    server.wait_for(2)
    assert sorted(to for to, _subject in server.subjects()) == ["leder@byby.example", "vagt@byby.example"]
    assert all("ALARM: Kontaktrum 2 (Jobcenter)" in subject for _to, subject in server.subjects())


def test_also_while_the_main_database_cannot_be_used(byby: Town, server: MailServer) -> None:
    told(byby, server)
    (byby.folder / "guardroom.db").mkdir()
    byby.config.write_text(
        byby.config.read_text("utf-8").replace('"sqlite:///guardroom.db"', '"sqlite:///gone/guardroom.db"'), "utf-8"
    )
    byby.start_monitor()
    assert byby.panel.press("005")
    server.wait_for(2)


def test_a_monitor_that_is_killed_while_the_server_thinks_tells_each_once(byby: Town) -> None:
    pids: list[int] = []
    names: list[str] = []

    def seen(message: EmailMessage) -> str | None:
        names.append(str(message["Message-ID"]))
        if len(names) == 1:
            # Not taken: the line breaks before the server has said yes.
            os.kill(pids[0], signal.SIGKILL)
            return "451 too late"
        return None

    with MailServer(at_data=seen) as server:
        told(byby, server)
        monitor = byby.start_monitor()
        pids.append(monitor.pid)
        assert byby.panel.press("005")
        until(lambda: monitor.poll() is not None)
        assert server.taken == []
        byby.start_monitor()
        server.wait_for(2)
        assert byby.panel.press("006")
        server.wait_for(4)
    subjects = sorted((to, subject.partition(",")[0]) for to, subject in server.subjects())
    assert subjects == [
        ("leder@byby.example", "ALARM: Kontaktrum 2 (Jobcenter)"),
        ("leder@byby.example", "ALARM: Kontaktrum 3 (Jobcenter)"),
        ("vagt@byby.example", "ALARM: Kontaktrum 2 (Jobcenter)"),
        ("vagt@byby.example", "ALARM: Kontaktrum 3 (Jobcenter)"),
    ]
    assert names[0] in {str(message["Message-ID"]) for _to, message in server.taken}, "the same message, under its name"


def test_a_server_that_comes_after_the_alarm(byby: Town) -> None:
    server = MailServer()
    told(byby, server)
    byby.start_monitor()
    assert byby.panel.press("005")
    until(lambda: "the mail server:" in byby.log())
    with server:
        server.wait_for(2)


def test_while_the_disk_takes_nothing(byby: Town, server: MailServer) -> None:
    resource = pytest.importorskip("resource")
    if not hasattr(resource, "prlimit"):
        pytest.skip("a running process's limits: Linux only")
    told(byby, server)
    pid = byby.start_monitor().pid
    assert byby.panel.press("005")
    server.wait_for(2)
    resource.prlimit(pid, resource.RLIMIT_FSIZE, (4096, resource.RLIM_INFINITY))
    assert not byby.panel.press("006")
    server.wait_for(4)
    resource.prlimit(pid, resource.RLIMIT_FSIZE, (-1, resource.RLIM_INFINITY))
    byby.panel.press_until_acknowledged("006", "OVERFALD")
    assert byby.panel.press("005", "OVERFALD 2")
    server.wait_for(6)
    until(lambda: len(byby.alarms()) == 2)
    rooms = sorted(subject.rpartition(",")[0] for _to, subject in server.subjects())
    assert rooms == [
        *["ALARM, TRYKKET IGEN: Kontaktrum 2 (Jobcenter)"] * 2,
        *["ALARM: Kontaktrum 2 (Jobcenter)"] * 2,
        *["ALARM: Kontaktrum 3 (Jobcenter)"] * 2,
    ], "told from memory, and not once more when it could be kept"
