"""A shared panel's line whose thread has ended: whoever reads opens another, and hears."""

from __future__ import annotations

import queue
from dataclasses import replace
from pathlib import Path

from harness.device_server import DeviceServer
from harness.espa_line import EspaLine
from stations.house_of_stations import MovedClock, settings_of

from db.journal import Journal
from db.schema import prepare_journal
from drivers.link import Link, LinkSettings
from drivers.registry import make
from guardroom.alarms.desk import AlarmDesk
from guardroom.settings import PanelSettings
from guardroom.stations.reading import Reading
from guardroom.stations.turns import START_S

PATIENCE_S = 20.0


def test_the_station_that_reads_opens_another(tmp_path: Path) -> None:
    clock = MovedClock()
    opened: queue.SimpleQueue[Link] = queue.SimpleQueue()

    def line_to(panel: PanelSettings) -> Link:
        settings = LinkSettings(port=panel.port, supervision_s=panel.supervision_s)
        made = Link(panel.name, settings, make(panel.driver, panel.options), desk, None, clock)
        opened.put(made)
        return made

    with DeviceServer() as server:
        panel = PanelSettings(
            name="blok-a", driver="espa444", port=server.url, stations=("Vagtstuen", "Skranken"), supervision_s=0
        )
        # Without a main database it reads by itself, being the first.
        settings = settings_of("Vagtstuen", f"sqlite:///{tmp_path / 'none.db'}", tmp_path, ())
        settings = replace(settings, panels=(panel,))
        prepare_journal(settings.journal)
        journal = Journal.open(settings.journal)
        desk = AlarmDesk(settings, journal, clock, "1")
        reading = Reading(settings, desk, clock, line_to)
        reading.start()
        try:
            clock.advance(START_S + 1)
            first = opened.get(timeout=PATIENCE_S)
            EspaLine(server).press_until_acknowledged("0001")
            first.stop()
            second = opened.get(timeout=PATIENCE_S)
            EspaLine(server).press_until_acknowledged("0002")
            assert second.is_alive()
        finally:
            reading.stop()
            journal.close()
