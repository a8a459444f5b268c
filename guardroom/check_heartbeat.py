"""`guardroom check`: whether the outside watcher is reached. It is not called: that is for a monitor that is well."""

from __future__ import annotations

from guardroom.finding import Finding
from guardroom.language import _, said_number
from guardroom.settings import Settings


def heartbeat_finding(settings: Settings) -> Finding:
    """Whether the address of [heartbeat] can be connected to."""
    what, heartbeat = _("heartbeat"), settings.heartbeat
    if heartbeat is None:
        return Finding("unset", what, _("no address is set under [heartbeat]: nobody outside notices a silence"))
    from guardroom.notices.webhook import reach

    if problem := reach(heartbeat.url, heartbeat.timeout_s):
        return Finding("wrong", what, problem)
    said = _("the watcher's server answers; a monitor that is well calls it every {seconds} seconds")
    return Finding("ok", what, said.format(seconds=said_number(heartbeat.every_s)))
