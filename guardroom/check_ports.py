"""The part of `guardroom check` that looks at the panels' ports and listens to them.

Where the monitor runs it is asked; two readers would share a port's bytes. Elsewhere each port is opened and heard for
a moment, all at the same time.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from drivers.base import Kind, Signal
from drivers.holders import holders
from drivers.ports import (
    PORT_ERRORS,
    PortProblem,
    close_port,
    is_present,
    is_url,
    unnamed_adapter,
)
from guardroom import line_words
from guardroom.alarms.places import Places
from guardroom.alarms.view import BoardView, PanelView
from guardroom.config_table import harmless
from guardroom.endpoint import read_endpoint
from guardroom.finding import Finding, Standing
from guardroom.language import _, n_, said_number
from guardroom.listening import Heard, guesses, listen, speaks_when_asked
from guardroom.monitor_call import OtherVersion, view_of
from guardroom.monitor_lock import is_running
from guardroom.panel_port import open_panel_port
from guardroom.ports import serial_ports
from guardroom.settings import PanelSettings, Settings
from guardroom.text import clean

_SHOWN_BYTES = 16


@dataclass(frozen=True, slots=True)
class _Monitor:
    """The running monitor: its process (-1 where that is not known), and what it says of the panels."""

    pid: int
    view: BoardView | None


def port_findings(settings: Settings, listen_s: float) -> Iterator[Finding]:
    """Every panel's port; no longer than opening and `listen_s` seconds of listening take for one of them, and a second
    for a message that has begun by then."""
    if not settings.panels:
        yield Finding("unset", _("ports"), _("no panel is configured"))
        return
    monitor = _running_monitor(settings)
    with ThreadPoolExecutor(len(settings.panels)) as pool:
        for found in pool.map(lambda panel: list(_look(settings, panel, monitor, listen_s)), settings.panels):
            yield from found


def _running_monitor(settings: Settings) -> _Monitor | None:
    if not is_running(settings.journal):
        return None
    endpoint = read_endpoint(settings.journal)
    try:
        answer = view_of(settings.journal)
    except OtherVersion:
        answer = None
    if answer is not None:
        return _Monitor(*answer)
    return _Monitor(endpoint.pid if endpoint is not None else -1, None)


def _look(settings: Settings, panel: PanelSettings, monitor: _Monitor | None, listen_s: float) -> Iterator[Finding]:
    what = _("port of panel {panel}").format(panel=panel.name)
    if monitor is None and panel.stations:
        # Another station may read it: who listens takes part of its bytes, or the only place.
        found: list[tuple[Standing, str]] = [("unset", _("left alone: another station may read it"))]
    elif monitor is not None:
        found = [_by_monitor(panel, monitor)]
    else:
        found = list(_by_ear(settings, panel, listen_s))
    for standing, said in found:
        yield Finding(standing, what, f"{harmless(panel.port)}: {said}")
    if panel.stations:
        yield Finding("ok", what, _role(settings, panel))
    if advice := line_words.unnamed_adapter(unnamed_adapter(panel.port)):
        yield Finding("unset", what, f"{harmless(panel.port)}: {advice}")


def _role(settings: Settings, panel: PanelSettings) -> str:
    """Which stations may read a shared panel, and what this one's part is."""
    first = panel.stations[0] == settings.station
    part = _("this station reads it first") if first else _("this station stands by")
    then = (
        _("another takes it by itself after {seconds:g} s without a word from the reader")
        if panel.one_client
        else _("another takes it only by `guardroom takeover`")
    )
    said = _("read by one of {stations}; {part}; {then}")
    return said.format(stations=", ".join(panel.stations), part=part, then=then.format(seconds=settings.take_over_s))


def _by_monitor(panel: PanelSettings, monitor: _Monitor) -> tuple[Standing, str]:
    """A panel as the running monitor sees it; where it does not answer, whether it holds the port."""
    if monitor.view is not None:
        seen = next((each for each in monitor.view.own_panels if each.name == panel.name), None)
        if seen is None:
            return "wrong", _("the running monitor does not know this panel; start it anew")
        return _as_seen(panel, seen, monitor.view.station)
    held = _("the running monitor holds it")
    if is_url(panel.port):
        # A second connection could push the monitor's own away.
        return "ok", _("left to the running monitor; `guardroom status` tells how it is")
    if is_present(panel.port) is False:
        return "wrong", _no_such_port(panel.port)
    if any(holder.pid == monitor.pid for holder in holders(panel.port)):
        return "ok", held
    try:
        close_port(open_panel_port(panel))
    except PortProblem as problem:
        if problem.code == "busy" and not problem.detail:
            # This system does not tell who has a port open; the monitor is the one that should.
            return "ok", held
        return "wrong", _closed(problem, panel)
    return "wrong", _("it can be opened, but the running monitor does not hold it; `guardroom status` tells why")


def _as_seen(panel: PanelSettings, seen: PanelView, station: str) -> tuple[Standing, str]:
    if (seen.port, seen.driver) != (panel.port, panel.driver):
        said = _("the running monitor still has {port} with the driver {driver}; start it anew")
        return "wrong", said.format(port=harmless(seen.port), driver=seen.driver)
    if panel.stations and not seen.reader:
        return "wrong", _("nobody is known to read it")
    if panel.stations and seen.reader != station:
        return "ok", _("read by {station}").format(station=clean(seen.reader))
    if seen.problem == "no_such_port":
        return "wrong", _no_such_port(panel.port)
    if seen.problem:
        said = line_words.problem(seen.problem, seen.detail, seen.driver)
        return "wrong", f"{said}. {line_words.remedy(seen.problem, seen.detail, seen.driver)}"
    frames = _counted(seen.frames, seen.rejected)
    if seen.heard_age_s is None:
        return "unset", _("the running monitor holds it and has heard no valid frame yet")
    said = _("the running monitor hears it: {frames}, the last {seconds:.0f} s ago").format(
        frames=frames, seconds=seen.heard_age_s
    )
    return ("ok" if seen.state in ("alive", "silent") else "wrong"), said


def _by_ear(settings: Settings, panel: PanelSettings, listen_s: float) -> Iterator[tuple[Standing, str]]:
    """Open the port, listen, and say what was heard."""
    if is_present(panel.port) is False:
        yield "wrong", _no_such_port(panel.port)
        return
    try:
        line = open_panel_port(panel)
    except PortProblem as problem:
        yield "wrong", _closed(problem, panel)
        return
    if listen_s <= 0:
        close_port(line)
        yield "ok", _("it can be opened; nobody holds it")
        return
    try:
        heard = listen(line, panel, listen_s)
    except PORT_ERRORS as error:
        yield "wrong", _("lost while listening: {reason}").format(reason=clean(str(error)))
        return
    finally:
        close_port(line)
    yield _verdict(panel, heard, listen_s)
    yield from _messages(settings, panel, heard)


def _verdict(panel: PanelSettings, heard: Heard, listen_s: float) -> tuple[Standing, str]:
    if heard.understood:
        said = _("heard {frames}").format(frames=_counted(heard.frames, heard.rejected))
        if heard.rejected > heard.frames + 1:
            return "wrong", said + " " + _("(so many rejected: look after cable and settings)")
        return "ok", said
    if not heard.count:
        said = _("it can be opened; nothing was heard in {seconds} s").format(seconds=said_number(listen_s))
        if speaks_when_asked(panel):
            return "unset", said + " " + _("(this panel speaks only when it is asked, and nobody asked)")
        if 0 < panel.supervision_s <= listen_s:
            return "wrong", f"{said}. {line_words.remedy('no_bytes', '', panel.driver)}"
        return "unset", said
    likely = guesses(heard, panel) or ("",)
    said = n_("{count} byte came", "{count} bytes came", heard.count).format(count=heard.count)
    said += " " + _("and no valid frame (the last: {bytes})").format(bytes=heard.tail[-_SHOWN_BYTES:].hex(" "))
    for guess in likely:
        said += f"; {line_words.looks_like(guess, panel.driver)}. {line_words.setting(guess, panel.driver)}"
    return "wrong", said


def _counted(frames: int, rejected: int) -> str:
    said = n_("{count} valid frame", "{count} valid frames", frames).format(count=frames)
    if rejected:
        said += " " + _("({count} rejected)").format(count=rejected)
    return said


def _messages(settings: Settings, panel: PanelSettings, heard: Heard) -> Iterator[tuple[Standing, str]]:
    """Every alarm by itself, loudly; other messages in a line."""
    places = Places(settings.rooms, settings.mobiles)
    if heard.answered:
        then = _("It was not acknowledged, so the panel sends it again: start the monitor now.")
    else:
        then = _("This panel does not send it again, and nobody has stored it: go and see.")
    if heard.understood and heard.cut_off:
        yield "wrong", _("A message was cut off, and it may have been an alarm: look at the panel.")
    others: list[str] = []
    for signal in heard.signals:
        place = clean(places.of(panel.name, signal).name)
        if signal.kind in (Kind.ALARM, Kind.UNKNOWN):
            said = {
                Kind.ALARM: _("AN ALARM WAS HEARD: {place} ({message})."),
                Kind.UNKNOWN: _("AN UNKNOWN MESSAGE WAS HEARD, it may be an alarm: {place} ({message})."),
            }[signal.kind].format(place=place, message=_message(signal))
            yield "wrong", f"{said} {then}"
        else:
            others.append(f"{_message(signal)} {place}")
    if others:
        yield "unset", _("heard and not stored: {messages}").format(messages="; ".join(others))


def _message(signal: Signal) -> str:
    return clean(" ".join(part for part in (signal.cause or signal.kind, signal.point, signal.code) if part), 80)


def _no_such_port(port: str) -> str:
    """That the port is not there, and which one may be meant."""
    try:
        there = serial_ports()
    except OSError:
        there = []
    said = _("there is no such port; `guardroom ports` lists those there are")
    names = [name for each in there for name in (each.by_id or each.by_path or (each.port,))]
    if not names:
        return said + ". " + _("This computer has no serial port now: is the adapter plugged in?")
    nearest = max(names, key=lambda name: difflib.SequenceMatcher(None, port, name).ratio())
    return said + ". " + _("The nearest is {name}.").format(name=clean(nearest))


def _closed(problem: PortProblem, panel: PanelSettings) -> str:

    if problem.code == "no_such_port":
        return _no_such_port(panel.port)
    if problem.code == "open_failed":
        return _("cannot be opened: {reason}").format(reason=clean(problem.detail))
    said = line_words.problem(problem.code, clean(problem.detail), panel.driver)
    return f"{said}. {line_words.remedy(problem.code, '', panel.driver)}"
