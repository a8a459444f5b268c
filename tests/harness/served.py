"""The real `guardroom serve` in a process of its own, and a browser's part of the talk with it."""

from __future__ import annotations

import os
import re
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from aiohttp import ClientSession, CookieJar

from harness.town import children, command

CODE = "417 skeer"
PATIENCE_S = 20.0


class Served:
    """A running server; `log` is what it has written."""

    def __init__(self, process: subprocess.Popen[str], url: str, log: Path) -> None:
        self.process = process
        self.url = url
        self._log = log

    @property
    def log(self) -> str:
        """What it wrote to stderr."""
        return self._log.read_text("utf-8")

    def windows(self) -> list[int]:
        """The processes of the dashboards that it has started."""
        return children(self.process.pid)


@contextmanager
def served(config: Path) -> Iterator[Served]:
    """A server on a free port of this PC; it and what it started are ended at the end."""
    log = config.with_name("serve.log")
    with log.open("w", encoding="utf-8") as errors:
        process = subprocess.Popen(
            command("serve", "--config", str(config), "--port", "0"), stdout=subprocess.PIPE, stderr=errors, text=True
        )
    try:
        assert process.stdout is not None
        told = process.stdout.readline()
        address = re.search(r"http://\S+:\d+", told)
        assert address is not None, log.read_text("utf-8")
        yield Served(process, address[0], log)
    finally:
        left = children(process.pid)
        if process.poll() is None:
            process.terminate()
        try:
            process.wait(PATIENCE_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        for pid in left:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        if process.stdout is not None:
            process.stdout.close()


def visitor() -> ClientSession:
    """A browser's part: cookies, also for addresses without a name; no page is followed."""
    return ClientSession(cookie_jar=CookieJar(unsafe=True))


async def form_token(client: ClientSession, url: str) -> str:
    """What the page at this address has its form bring along."""
    async with client.get(url) as page:
        found = re.search(r'name="token" value="([^"]+)"', await page.text())
    assert found is not None
    return found[1]


async def sign_in(
    client: ClientSession, url: str, initials: str = "LLD", code: str = CODE, **headers: str
) -> tuple[int, str]:
    """Send the sign-in form as its own page does. Returns the answer's status and text."""
    form = {"token": await form_token(client, f"{url}/sign-in"), "initials": initials, "code": code}
    async with client.post(
        f"{url}/sign-in", data=form, headers={"Origin": url} | headers, allow_redirects=False
    ) as answer:
        return answer.status, await answer.text()


async def sign_out(client: ClientSession, url: str) -> None:
    """Press the button on top of the window's page."""
    form = {"token": await form_token(client, url)}
    async with client.post(f"{url}/sign-out", data=form, headers={"Origin": url}) as answer:
        assert answer.url.path == "/sign-in"
