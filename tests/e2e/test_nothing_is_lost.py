"""A panel that repeats until it is acknowledged, and a monitor that is killed and frozen at any moment."""

from __future__ import annotations

import os
import random
import signal
import threading
import time

import pytest
from harness.espa_line import EspaLine
from harness.town import Town, until


class Noisy(EspaLine):
    """A panel on a bad line: some blocks arrive damaged, cut or with a byte doubled, and are sent again."""

    def __init__(self, town: Town, chance: random.Random) -> None:
        super().__init__(town.pair, timeout=0.3)
        self.chance = chance

    def press(self, address: str, text: str = "OVERFALD", *, attempts: int = 2) -> bool:
        if self.chance.random() < 0.3:
            self.send_spoilt(address, text, self.chance)
        return super().press(address, text, attempts=attempts)


class Presses(threading.Thread):
    """Presses buttons one after the other, each with a text of its own, until told to stop."""

    def __init__(self, panel: EspaLine) -> None:
        super().__init__(daemon=True)
        self.panel = panel
        self.acknowledged: list[str] = []
        self.ending = threading.Event()

    def run(self) -> None:
        number = 0
        while not self.ending.is_set():
            text = f"OVERFALD {number:05}"
            self.panel.press_until_acknowledged("005", text, tries=200)
            self.acknowledged.append(text)
            number += 1

    def stop(self) -> list[str]:
        self.ending.set()
        self.join(60)
        assert not self.is_alive()
        return self.acknowledged


def check(town: Town, acknowledged: list[str]) -> None:
    """Everything that was acknowledged is in the journal once as a press, and the database says the same."""
    presses = [str(line["text"]) for line in town.signals() if line["kind"] == "alarm" and not line["duplicate"]]
    assert sorted(presses) == sorted(set(presses)), "doubled"
    assert not set(acknowledged) - set(presses), "lost"
    assert not set(presses) - set(acknowledged), "never sent"
    until(lambda: bool(town.alarms()) and town.alarms()[0]["presses"] == len(presses))


def kill_at_random_moments(town: Town, times: int, seed: int) -> None:
    chance = random.Random(seed)
    monitor = town.start_monitor()
    presses = Presses(Noisy(town, chance))
    presses.start()
    for _ in range(times):
        before = len(presses.acknowledged)
        until(lambda before=before: len(presses.acknowledged) > before)  # type: ignore[misc]
        time.sleep(chance.random() * 0.05)
        monitor.send_signal(signal.SIGKILL)
        monitor.wait()
        monitor = town.start_monitor()
    check(town, presses.stop())


def freeze_at_random_moments(town: Town, times: int, seed: int) -> None:
    chance = random.Random(seed)
    monitor = town.start_monitor()
    presses = Presses(Noisy(town, chance))
    presses.start()
    for _ in range(times):
        before = len(presses.acknowledged)
        until(lambda before=before: len(presses.acknowledged) > before + 3)  # type: ignore[misc]
        time.sleep(chance.random() * 0.05)
        os.kill(monitor.pid, signal.SIGSTOP)
        time.sleep(1 + 2 * chance.random())
        os.kill(monitor.pid, signal.SIGCONT)
    check(town, presses.stop())


def test_20_kills_lose_nothing_and_double_nothing(byby: Town) -> None:
    kill_at_random_moments(byby, 20, seed=1)


def test_5_freezes_lose_nothing_and_double_nothing(byby: Town) -> None:
    freeze_at_random_moments(byby, 5, seed=2)


@pytest.mark.soak
@pytest.mark.timeout(1200)
def test_200_kills(byby: Town) -> None:
    kill_at_random_moments(byby, 200, seed=3)


@pytest.mark.soak
@pytest.mark.timeout(1200)
def test_50_freezes(byby: Town) -> None:
    freeze_at_random_moments(byby, 50, seed=4)


def test_a_stopped_monitor_ends_its_work(byby: Town) -> None:
    monitor = byby.start_monitor()
    assert byby.panel.press("005")
    assert byby.run("stop").returncode == 0
    assert monitor.wait(10) == 0
    assert byby.run("stop", check=False).returncode == 1
    assert len(byby.signals()) == 1
