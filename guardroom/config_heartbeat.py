"""The part of `guardroom.toml` that says which web address is called for as long as the monitor is well."""

from __future__ import annotations

from guardroom.config_notices import read_web_address
from guardroom.config_table import Table
from guardroom.language import _
from guardroom.settings import HEARTBEAT_METHODS, Heartbeat

_USUAL = Heartbeat(url="")


def read_heartbeat(root: Table) -> Heartbeat | None:
    """`[heartbeat]`; None where it is left out."""
    if not root.has("heartbeat"):
        return None
    table = root.table("heartbeat")
    heartbeat = Heartbeat(
        url=read_web_address(table, "url"),
        method=table.one_of("method", _USUAL.method, HEARTBEAT_METHODS),
        every_s=table.number("every_s", _USUAL.every_s, 5, 3600, _("seconds")),
        misses=int(table.number("misses", _USUAL.misses, 1, 100)),
        timeout_s=table.number("timeout_s", _USUAL.timeout_s, 1, 60, _("seconds")),
    )
    table.finish()
    if not heartbeat.url and not table.has("url"):
        table.missing("url", _("an address such as {example}").format(example='"https://host/path"'))
    return heartbeat if heartbeat.url else None
