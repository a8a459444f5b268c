"""A real Chromium, and what is on the glass of the terminal in it.

The terminal draws on a canvas, which has no text. What the browser's own log says its socket received is what it draws:
those bytes are shown on a second screen here, and read there. `is_painted` tells that the canvas shows something too.
"""

from __future__ import annotations

import base64
import json
import os
import re
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pyte
import pytest
from selenium.common.exceptions import WebDriverException
from selenium.webdriver import Chrome, ChromeOptions
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.wait import WebDriverWait

WINDOW = (1280, 800)
PATIENCE_S = 30.0
_QUIET = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
)
_NOT_ASKED_FOR = ("chrome", "chrome-untrusted", "data", "blob")
_UNKNOWN = re.compile(rb"\x1b\[[<=>][\d;]*[a-zA-Z]|\x1b\[\?2026\$p")
_COLOURS = """
const [png, done] = arguments;
const image = new Image();
image.onload = () => {
  const canvas = document.createElement("canvas");
  canvas.width = image.width; canvas.height = image.height;
  const context = canvas.getContext("2d");
  context.drawImage(image, 0, 0);
  const data = new Uint32Array(context.getImageData(0, 0, image.width, image.height).data.buffer);
  done(new Set(data).size);
};
image.src = "data:image/png;base64," + png;
"""


class Browser:
    """A browser with a profile of its own; made by `browser`."""

    def __init__(self, driver: Chrome) -> None:
        self.driver = driver
        self.asked: list[str] = []
        """Every address that it asked for, as its log has them."""
        self._screen = pyte.Screen(80, 24)
        self._stream = pyte.ByteStream(self._screen)

    def open(self, url: str) -> None:
        """Go to an address."""
        self.driver.get(url)

    def sign_in(self, initials: str, code: str) -> None:
        """Fill in the form and send it; the page that answers has taken its place then."""
        self.driver.execute_script("window.isLeft = true")
        for name, text in (("initials", initials), ("code", code)):
            field = self.driver.find_element(By.ID, name)
            field.clear()
            field.send_keys(text)
        self.driver.find_element(By.CSS_SELECTOR, "button").click()
        # While one page takes the other's place, what is asked of either may be refused in words of the driver's own.
        waiting = WebDriverWait(self.driver, PATIENCE_S, ignored_exceptions=[WebDriverException])
        waiting.until(
            lambda driver: driver.execute_script("return !window.isLeft && document.readyState == 'complete'")
        )

    def page(self) -> str:
        """The text of the page; "" while another one takes its place."""
        try:
            return self.driver.find_element(By.TAG_NAME, "body").text
        except WebDriverException:
            return ""

    def press(self, *keys: str) -> None:
        """Press keys in the terminal: names of selenium's `Keys` (F12, ENTER …), anything else is typed."""
        for key in keys:
            ActionChains(self.driver).send_keys(getattr(Keys, key, key)).perform()

    def glass(self) -> str:
        """What the terminal shows now."""
        self._hear()
        return "\n".join(self._screen.display)

    def wait_for(self, wanted: str | Callable[[str], bool], timeout: float = 15) -> str:
        """Wait until a text is on the terminal's glass. AssertionError, with the glass, when it is not in time."""
        return self._wait(self.glass, wanted, timeout)

    def wait_for_page(self, wanted: str | Callable[[str], bool], timeout: float = 15) -> str:
        """Wait until a text is on the page itself."""
        return self._wait(self.page, wanted, timeout)

    def is_painted(self) -> bool:
        """Whether the picture of the window has the many colours of letters in it."""
        picture = self.driver.get_screenshot_as_base64()
        colours: int = self.driver.execute_async_script(_COLOURS, picture)
        return colours > 50

    def addresses(self) -> list[str]:
        """Every address that was asked for until now."""
        self._hear()
        return self.asked

    def hosts(self) -> set[str]:
        """The hosts of all that was asked for over the network."""
        addresses = [urlsplit(url) for url in self.addresses()]
        # Its own pages (chrome:, chrome-untrusted:) and what stands in a page already (data:, blob:) come from nowhere.
        return {url.hostname or "" for url in addresses if url.scheme not in _NOT_ASKED_FOR}

    def _wait(self, read: Callable[[], str], wanted: str | Callable[[str], bool], timeout: float) -> str:
        found = wanted if callable(wanted) else lambda text: wanted in text
        end = time.monotonic() + timeout
        while not found(text := read()):
            assert time.monotonic() < end, f"{wanted!r}: not seen in {timeout} s; there is:\n{text}"
            time.sleep(0.05)
        return text

    def _hear(self) -> None:
        for entry in self.driver.get_log("performance"):
            message = json.loads(entry["message"])["message"]
            told = message["params"]
            match message["method"]:
                case "Network.requestWillBeSent":
                    self.asked.append(told["request"]["url"])
                case "Network.webSocketCreated":
                    self.asked.append(told["url"])
                    self._screen.reset()
                case "Network.webSocketFrameSent" if told["response"]["payloadData"].startswith('["resize"'):
                    size = json.loads(told["response"]["payloadData"])[1]
                    self._screen.resize(size["height"], size["width"])
                case "Network.webSocketFrameReceived" if told["response"]["opcode"] == 2:
                    self._stream.feed(_UNKNOWN.sub(b"", base64.b64decode(told["response"]["payloadData"])))


def needs_browser() -> None:
    """Skip where there is no browser to try; fail where there must be one (`GUARDROOM_BROWSER=required`, as in CI)."""
    missing = [name for name in ("chromium", "chromedriver") if shutil.which(name) is None]
    if missing:
        sentence = f"{' and '.join(missing)} not found: apt-get install chromium chromium-driver"
        if os.environ.get("GUARDROOM_BROWSER") == "required":
            pytest.fail(sentence)
        pytest.skip(sentence)


@contextmanager
def browser(profile: Path) -> Iterator[Browser]:
    """A browser that is ended at the end."""
    needs_browser()
    options = ChromeOptions()
    options.binary_location = shutil.which("chromium") or ""
    for argument in (*_QUIET, f"--user-data-dir={profile}", f"--window-size={WINDOW[0]},{WINDOW[1]}"):
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"performance": "ALL"})
    driver = Chrome(options=options, service=Service(shutil.which("chromedriver")))
    try:
        yield Browser(driver)
    finally:
        driver.quit()
