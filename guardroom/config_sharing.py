"""The part of `[[panels]]` that says which stations may read a panel on a network, one at a time."""

from __future__ import annotations

from dataclasses import dataclass

from guardroom.config_table import Table, choice
from guardroom.language import _

_NETWORK = ("socket", "rfc2217")


@dataclass(frozen=True, slots=True)
class Sharing:
    """The stations that may read a panel, the first before the others, and whether its server admits one client."""

    stations: tuple[str, ...] = ()
    one_client: bool = False


def read_sharing(table: Table, port: str, station: str) -> Sharing:
    """`stations` and `one_client`. A cable has one end: only a port on a network can be read from elsewhere."""
    stations = table.texts("stations")
    one_client = table.flag("one_client")
    if not table.has("stations"):
        if table.has("one_client"):
            table.wrong("one_client", _("says nothing without stations, the stations that may read this panel"))
        return Sharing()
    if port.partition("://")[0].lower() not in _NETWORK:
        sentence = _("only a port on a network can be read by several stations: {schemes}")
        table.wrong("stations", sentence.format(schemes=choice([f"{scheme}://" for scheme in _NETWORK])))
    elif len(set(stations)) < max(2, len(stations)):
        table.wrong("stations", _("allowed is {allowed}").format(allowed=_("two or more stations, each once")))
    elif station not in stations:
        sentence = _("this station, {station}, is not among them: add it, or leave the panel out of this file")
        table.wrong("stations", sentence.format(station=station))
    return Sharing(stations, one_client)
