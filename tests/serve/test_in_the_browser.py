"""A leader at a real browser: signing in, reading, being refused, leaving. One server and one browser for all of it."""

from __future__ import annotations

import asyncio
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from bans.ban_house import BanHouse, ban_house
from harness.browser import Browser, browser, needs_browser
from harness.served import CODE, Served, served, sign_in, sign_out, visitor
from harness.town import gone, until

from guardroom.people.roles import Role

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="processes are looked for in /proc")

PLACES = 2
PATIENCE_S = 40.0
"""A machine that tests other things beside this takes its time to start a process."""
FOREIGN_PAGE = """<!DOCTYPE html><title>foreign</title><body><script>
const said = [];
const tell = (word) => {{ said.push(word); if (said.length == 2) document.body.textContent = said.sort().join(" "); }};
const socket = new WebSocket("{line}/ws?width=80&height=24");
socket.onopen = () => tell("window:open");
socket.onerror = () => tell("window:refused");
const form = new URLSearchParams({{ initials: "LLD", code: "417 skeer", token: "x" }});
fetch("{url}/sign-in", {{ method: "POST", body: form, credentials: "include", mode: "no-cors" }})
  .then(() => tell("form:sent"), () => tell("form:failed"));
</script>"""


@pytest.fixture(scope="module")
def at(tmp_path_factory: pytest.TempPathFactory) -> Iterator[BanHouse]:
    """A house of today with a ban in force."""
    needs_browser()
    with ban_house(tmp_path_factory.mktemp("served"), toml=f"\n[serve]\nsessions = {PLACES}\n") as made:
        made.move_to(datetime.now(UTC))
        made.house.who(Role.LEADER, initials="LLD", code=CODE)
        made.house.who(Role.LEADER, initials="LLE", code=CODE)
        made.ban()
        yield made


@pytest.fixture(scope="module")
def server(at: BanHouse) -> Iterator[Served]:
    with served(at.house.config) as made:
        yield made


@pytest.fixture(scope="module")
def chromium(tmp_path_factory: pytest.TempPathFactory, server: Served) -> Iterator[Browser]:
    with browser(tmp_path_factory.mktemp("profile")) as made:
        yield made


@pytest.fixture
def visit(chromium: Browser, server: Served) -> Browser:
    """The browser at the sign-in, with nobody signed in."""
    chromium.open(f"{server.url}/sign-in")
    if "/sign-in" not in chromium.driver.current_url:
        leave(chromium)
    return chromium


def leave(visit: Browser) -> None:
    """The button on top of the window."""
    visit.driver.find_element("css selector", "header button").click()
    visit.wait_for_page("Sign in with your initials")


@contextmanager
def foreign_site(server: Served) -> Iterator[str]:
    """Another server on this PC, whose page wants to use ours; cookies do not tell ports apart. Its address."""
    page = FOREIGN_PAGE.format(url=server.url, line=server.url.replace("http:", "ws:")).encode()

    class Page(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(page)

        def log_message(self, *_said: object) -> None: ...

    # A browser opens connections that it may need later: one thread would wait for what never comes on them.
    site = ThreadingHTTPServer(("127.0.0.1", 0), Page)
    thread = threading.Thread(target=site.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{site.server_port}"
    finally:
        site.shutdown()
        thread.join()
        site.server_close()


NO_ALARMS = "In the browser nobody acts on alarms: that is done at a station in the town hall."
READ_ONLY = "In the browser records are only read: write at a station in the town hall."


def test_reading_a_ban_and_nothing_else(visit: Browser, at: BanHouse) -> None:
    visit.sign_in("LLD", CODE)
    visit.wait_for("LLD signed in", PATIENCE_S)
    visit.press("3")
    visit.wait_for("LOOK UP A BAN")
    visit.press("mller")
    visit.wait_for("Christian Møller")
    visit.press("ENTER")
    visit.wait_for("come to a meeting")
    assert visit.is_painted()
    # A breach. A key that comes with the card itself was meant for what was there before, and does nothing.
    visit.wait_for(lambda glass: READ_ONLY in glass or bool(visit.press("o")))
    visit.press("w")  # not this person: what follows is asked of the house at once
    visit.wait_for(READ_ONLY)
    # What W was answered may come after this, and takes its place.
    visit.wait_for(lambda glass: NO_ALARMS in glass or bool(visit.press("F12")))
    visit.press("d")
    visit.wait_for("Råbte trusler mod to medarbejdere")
    leave(visit)
    assert {"lookup", "ban_opened", "signed_out"} <= set(at.house.told())
    assert visit.hosts() == {"127.0.0.1"}
    assert all("Content Security Policy" not in entry["message"] for entry in visit.driver.get_log("browser"))


def test_a_wrong_code_is_told_and_the_wait_grows(visit: Browser) -> None:
    visit.sign_in("LLE", "418 skeer")
    visit.wait_for_page("do not belong together. The next attempt is possible in 1 second.")
    # Too early is told as that; the first one that is looked at again doubles the wait.
    visit.wait_for_page(lambda _told: "possible in 2 seconds." in _wrong_again(visit))


def _wrong_again(visit: Browser) -> str:
    visit.sign_in("LLE", "418 skeer")
    return visit.page()


def test_a_foreign_page_on_this_very_pc_gets_nowhere(visit: Browser, server: Served, at: BanHouse) -> None:
    visit.sign_in("LLD", CODE)
    visit.wait_for("LLD signed in", PATIENCE_S)
    before = at.house.told()
    with foreign_site(server) as site:
        visit.driver.switch_to.new_window("tab")
        try:
            visit.open(site)
            visit.wait_for_page("form:failed window:refused")
        finally:
            visit.driver.close()
            visit.driver.switch_to.window(visit.driver.window_handles[0])
    assert at.house.told() == before
    assert len(server.windows()) == 1
    leave(visit)


def test_a_tab_that_is_closed_ends_its_dashboard(visit: Browser, server: Served) -> None:
    visit.sign_in("LLD", CODE)
    visit.wait_for("LLD signed in", PATIENCE_S)
    visit.driver.switch_to.new_window("tab")
    tab = visit.driver.window_handles[0]
    (dashboard,) = server.windows()
    visit.driver.switch_to.window(tab)
    visit.driver.close()
    visit.driver.switch_to.window(visit.driver.window_handles[0])
    until(lambda: gone(dashboard))
    visit.open(server.url)
    leave(visit)


def test_who_is_too_many_is_told(visit: Browser, server: Served) -> None:
    async def fill_and_try() -> None:
        async with visitor() as one, visitor() as two:
            for client in (one, two):
                assert (await sign_in(client, server.url))[0] == 303
            await asyncio.to_thread(visit.sign_in, "LLD", CODE)
            await asyncio.to_thread(visit.wait_for_page, f"All {PLACES} places here are taken")
            for client in (one, two):
                await sign_out(client, server.url)

    asyncio.run(fill_and_try())
