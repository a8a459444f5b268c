"""The printed pages as a browser lays them out: on which paper, and on how many pages also with the longest texts."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, time
from pathlib import Path

import pytest
from harness.house import small_house
from pypdf import PageObject, PdfReader

from guardroom import language, printed
from guardroom.duties.emergency_card import emergency_card
from guardroom.duties.phones import KINDS, Entry
from guardroom.duties.room_cards import room_cards
from guardroom.settings import Hours, Settings

NOW = datetime(2025, 11, 24, 9, tzinfo=UTC)
A4 = (210, 297)
A5 = (148, 210)
BROWSER = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)

Printing = Callable[[str], list[PageObject]]

pytestmark = pytest.mark.skipif(
    BROWSER is None and "CI" not in os.environ, reason="no Chromium here to print with; in CI there must be one"
)


@pytest.fixture
def printing(tmp_path: Path) -> Printing:
    """Prints a page as whoever opens it does."""

    def pages(page: str) -> list[PageObject]:
        assert BROWSER is not None, "Chromium is missing: it prints the pages that are counted here"
        source, made = tmp_path / "page.html", tmp_path / "page.pdf"
        source.write_text(page, "utf-8")
        subprocess.run(
            [
                BROWSER,
                "--headless=new",
                "--no-sandbox",
                "--disable-gpu",
                f"--user-data-dir={tmp_path / 'browser'}",
                "--no-pdf-header-footer",
                f"--print-to-pdf={made}",
                source.as_uri(),
            ],
            check=True,
            capture_output=True,
            timeout=100,
        )
        return list(PdfReader(made).pages)

    return pages


@pytest.fixture(params=["da", "en"])
def settings(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Settings]:
    """Fredensborg, which has a text for everything on the cards."""
    with small_house(tmp_path, policy="fredensborg") as house:
        language.choose(request.param)
        yield replace(house.ground.settings, language=request.param)
    language.choose("en")


def on(paper: tuple[int, int], pages: list[PageObject]) -> None:
    """Every page lies on this paper, in millimetres."""
    for page in pages:
        assert (round(page.mediabox.width / 72 * 25.4), round(page.mediabox.height / 72 * 25.4)) == paper


def test_the_emergency_card_is_one_page_of_a4(settings: Settings, printing: Printing) -> None:
    """As many numbers as fit, each with a long name, its hours and a note."""
    week = Hours(days=(*(((time(8), time(16)),),) * 3, ((time(8), time(18)),), ((time(8), time(14)),), (), ()))
    many = tuple(
        Entry(
            key=f"phone:{n}",
            kind=KINDS[n % len(KINDS)],
            name=f"Psykologisk krisehjælp, døgnvagten {n}",
            number="+45 59 81 00 42",
            role="Sikkerhedskoordinator for rådhuset",
            note="Kun efter aftale med nærmeste leder",
            hours=week,
        )
        for n in range(30)
    )
    text = replace(settings.policy.text, care_forms={settings.language: "I den gule mappe hos nærmeste leder. " * 2})
    house = replace(settings, policy=replace(settings.policy, text=text))
    pages = printing(emergency_card(house, many, NOW))
    assert len(pages) == 1
    on(A4, pages)
    written = pages[0].extract_text()
    for said in ("112", "døgnvagten 9", "24-11-2025"):
        assert said in written


def test_as_many_short_numbers_as_are_ever_shown_fit(settings: Settings, printing: Printing) -> None:
    entries = tuple(
        Entry(key=f"phone:{n}", kind=KINDS[n % len(KINDS)], name=f"Nr {n}", number="5981") for n in range(18)
    )
    pages = printing(emergency_card(settings, entries, NOW))
    assert len(pages) == 1
    assert all(
        f"Nr {n}\n" in pages[0].extract_text() + "\n" or f"Nr {n} " in pages[0].extract_text() for n in range(18)
    )


def test_each_room_has_one_page_of_a5(settings: Settings, printing: Printing) -> None:
    """Also the room of which everything is said at length."""
    first, *others = settings.rooms
    long = replace(
        first,
        name="Samtalerum 12 ved Jobcenter og Ydelsescenter, mellemgangen",
        button="Under bordpladen på medarbejderens side, til højre for skuffen; en mere sidder ved døren til gangen",
        hold_s=2.5,
        escape_route="Gennem døren bag medarbejderens stol, til venstre ad gangen og ud ad nødudgangen mod gården",
        phone="+45 59 81 00 42",
        floor="Stueetagen, nordfløjen",
    )
    pages = printing(room_cards(replace(settings, rooms=(long, *others)), NOW))
    assert len(pages) == len(settings.rooms)
    on(A5, pages)
    for room, page in zip((long, *others), pages, strict=True):
        written = page.extract_text()
        assert room.id in written
        assert "24-11-2025" in written, "the foot of the card stands on the card's own page"


def test_a_sheet_takes_as_many_pages_as_it_needs(printing: Printing) -> None:
    """What is long goes on to further pages, with the heads of a table at the top of each."""
    rows = [(f"{n}.", "Råbte og slog i bordet.") for n in range(100)]
    parts = [printed.title("Hændelser"), printed.section("Tider", printed.table(rows, ("Nr.", "Hvad")))]
    pages = printing(printed.page(title="Hændelser", language="da", style=printed.SHEET, parts=parts))
    assert len(pages) > 2
    on(A4, pages)
    assert all("Hvad" in page.extract_text() for page in pages)
