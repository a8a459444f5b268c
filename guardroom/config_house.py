"""The parts of `guardroom.toml` that describe the house: blocks, panels, rooms and mobile alarms."""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterable, Mapping
from dataclasses import replace

from guardroom.allowed import what_is_allowed
from guardroom.config_sharing import read_sharing
from guardroom.config_table import Mistakes, Table, choice, nearest, unknown
from guardroom.language import _
from guardroom.settings import Block, Claim, Mobile, PanelSettings, Room
from guardroom.text import clean

BAUDRATES = (50, 75, 110, 134, 150, 200, 300, 600, 1200, 1800, 2400, 4800, 9600, 19200, 38400, 57600, 115200)
PARITIES = ("N", "E", "O", "M", "S")
URL_SCHEMES = ("socket", "rfc2217", "loop", "spy", "alt", "hwgrep", "cp2110")
"""What pyserial opens besides the ports of this computer."""

_DAY_S = 86400
_PANEL_NAME = re.compile(r"[^\W_][\w. -]{0,39}")
_CLAIM_FIELDS = ("panel", "account", "area", "point", "text")
_LONGEST_HOLD_S = 30

Owners = dict[tuple[str | None, ...], tuple[Table, str]]
"""Who claims which signals, and where the file says so."""


def read_blocks(root: Table) -> tuple[Block, ...]:
    """`[[blocks]]`, in the file's order, which is the board's order."""
    blocks: list[Block] = []
    seen: dict[str, str] = {}
    for table in root.tables("blocks", called="name"):
        name = table.text("name", required=True, allowed=_("the block's name, in quotes"))
        table.unique("name", name, seen)
        blocks.append(Block(name=name, phone=table.text("phone")))
        table.finish()
    return tuple(blocks)


def read_panels(root: Table, station: str) -> tuple[PanelSettings, ...]:
    """`[[panels]]`, as `station` has them. Line settings that the file leaves out are the driver's usual ones."""
    panels: list[PanelSettings] = []
    names: dict[str, str] = {}
    ports: dict[str, str] = {}
    for table in root.tables("panels", called="name"):
        name = table.text("name", required=True, allowed=_panel_name_form())
        if name and not _PANEL_NAME.fullmatch(name):
            table.wrong("name", _("allowed is {allowed}").format(allowed=_panel_name_form()))
        table.unique("name", name, names)
        driver = _read_driver(table)
        port = _read_port(table)
        table.unique("port", port, ports)
        shared = read_sharing(table, port, station)
        line = _read_line(table, name, driver, port)
        panels.append(replace(line, stations=shared.stations, one_client=shared.one_client))
        table.finish()
    return tuple(panels)


def _panel_name_form() -> str:
    return _("up to 40 letters, digits, spaces, dots and hyphens, with a letter or digit first")


def _read_driver(table: Table) -> str:
    from drivers import registry

    return table.one_of("driver", "", registry.names(), required=True)


def _read_port(table: Table) -> str:
    allowed = _("a port such as {posix}, {windows} or {url}").format(
        posix='"/dev/serial/by-id/usb-…"', windows='"COM4"', url='"socket://10.0.0.5:4001"'
    )
    port = table.exact("port", "", required=True, allowed=allowed)
    scheme, found, rest = port.partition("://")
    if found and scheme.lower() not in URL_SCHEMES:
        table.wrong("port", _("{what} is not known; {hint}").format(what=scheme, hint=unknown(scheme, URL_SCHEMES)))
    elif scheme.lower() in ("socket", "rfc2217") and found and not _has_host_and_port(rest):
        form = f"{scheme.lower()}://" + _("address:number")
        table.wrong("port", _("allowed is {allowed}").format(allowed=form))
    return port


def _has_host_and_port(rest: str) -> bool:
    match = re.fullmatch(r"(?:\[[0-9A-Fa-f:.]+\]|[^\s:/?#\[\]]+):([0-9]{1,5})(?:[/?].*)?", rest)
    return match is not None and 0 < int(match[1]) < 65536


def _read_line(table: Table, name: str, driver: str, port: str) -> PanelSettings:
    options = table.table("options")
    usual = _usual_line(name, driver, port, options.values)
    if driver:
        from drivers import registry

        for error in registry.check_options(driver, options.values):
            text = _("allowed is {allowed}").format(allowed=what_is_allowed(error))
            # A driver answers an unknown key with those it knows, and a word with its words.
            written = error.value if isinstance(error.value, str) else ""
            for said in (error.key.rpartition(".")[2], written):
                if (meant := nearest(said, set(error.choices))) is not None and meant != said:
                    text += _("; did you mean {name}?").format(name=meant)
                    break
            table.mistakes.wrong(f"{options.path}.{clean(error.key)}", error.value, text)
    return replace(
        usual,
        baudrate=int(table.one_number_of("baudrate", usual.baudrate, BAUDRATES)),
        bytesize=int(table.one_number_of("bytesize", usual.bytesize, (5, 6, 7, 8))),
        parity=table.one_of("parity", usual.parity, PARITIES),
        stopbits=table.one_number_of("stopbits", usual.stopbits, (1, 1.5, 2)),
        xonxoff=table.flag("xonxoff", usual.xonxoff),
        rtscts=table.flag("rtscts", usual.rtscts),
        supervision_s=table.number("supervision_s", usual.supervision_s, 0, _DAY_S, _("seconds")),
        repeat_s=table.number("repeat_s", usual.repeat_s, 0, _DAY_S, _("seconds")),
        options=dict(options.values),
    )


def _usual_line(name: str, driver: str, port: str, options: Mapping[str, object]) -> PanelSettings:
    usual = PanelSettings(name=name, driver=driver, port=port)
    if not driver:
        return usual
    from drivers import registry

    line = registry.defaults(driver, options)
    return replace(
        usual,
        baudrate=line.baudrate,
        bytesize=line.bytesize,
        parity=line.parity,
        stopbits=line.stopbits,
        supervision_s=line.supervision_s,
        repeat_s=line.repeat_s,
    )


def read_rooms(
    root: Table, blocks: tuple[Block, ...], panels: tuple[PanelSettings, ...], owners: Owners
) -> tuple[Room, ...]:
    """`[[rooms]]`, in the file's order. Where the file names blocks, each room must be in one of them. `owners` learns
    what they claim."""
    block_names = [block.name for block in blocks if block.name]
    panel_names = [panel.name for panel in panels if panel.name]
    rooms: list[Room] = []
    ids: dict[str, str] = {}
    for table in root.tables("rooms", called="id"):
        room_id = table.text(
            "id", required=True, allowed=_("a short name for the room, such as {id}").format(id='"K2"')
        )
        table.unique("id", room_id, ids)
        block = table.text("block")
        if block_names and table.has("block") and block not in block_names:
            table.wrong("block", _("no block is called that; {hint}").format(hint=unknown(block, block_names)))
        rooms.append(
            Room(
                id=room_id,
                name=table.text("name", required=True, allowed=_("the room's name, in quotes")),
                block=block,
                floor=table.text("floor"),
                route=table.text("route"),
                escape_route=table.text("escape_route"),
                cctv=table.flag("cctv"),
                phone=table.text("phone"),
                claims=tuple(_read_claims(table, panel_names, owners)),
                escape_door=table.flag("escape_door"),
                contact_room=table.flag("contact_room", True),
                by_guard_station=table.flag("by_guard_station"),
                button=table.text("button", allowed=_("where the button sits, in quotes")),
                hold_s=table.number("hold_s", 0, 0, _LONGEST_HOLD_S, _("seconds")),
            )
        )
        table.finish()
    return tuple(rooms)


def read_mobiles(root: Table, panels: tuple[PanelSettings, ...], owners: Owners) -> tuple[Mobile, ...]:
    """`[[mobiles]]`, in the file's order. One without points would never be heard."""
    panel_names = [panel.name for panel in panels if panel.name]
    mobiles: list[Mobile] = []
    seen: dict[str, str] = {}
    for table in root.tables("mobiles", called="id"):
        allowed = _("a short name for the mobile alarm, such as {id}").format(id='"M3"')
        mobile_id = table.text("id", required=True, allowed=allowed)
        table.unique("id", mobile_id, seen)
        name = table.text("name", required=True, allowed=_("the mobile alarm's name, in quotes"))
        if name.casefold() != mobile_id.casefold():
            # A loan names it by either.
            table.unique("name", name, seen)
        claims = tuple(_read_claims(table, panel_names, owners))
        if "points" not in table.values:
            table.missing("points", _points_form())
        elif table.values["points"] == []:
            table.wrong("points", _("is empty; allowed is {allowed}").format(allowed=_points_form()))
        mobiles.append(Mobile(id=mobile_id, name=name, claims=claims))
        table.finish()
    return tuple(mobiles)


def _points_form() -> str:
    return _("a list of points such as {text} or {table}").format(
        text='"blok-a:005"', table='{ panel = "blok-a", text = "kontaktrum 2" }'
    )


def _read_claims(room: Table, panels: list[str], owners: Owners) -> Iterable[Claim]:
    entries: object = room.values["points"] if room.has("points") else []
    form = _points_form()
    if not isinstance(entries, list):
        room.wrong("points", _("allowed is {allowed}").format(allowed=form))
        return
    for number, entry in enumerate(entries, start=1):
        key = f"{room.key('points')}[{number}]"
        if isinstance(entry, str):
            claim = _claim_of_text(entry, key, panels, room.mistakes)
        elif isinstance(entry, dict):
            claim = _claim_of_table(Table(entry, key, room.mistakes), panels)
        else:
            room.mistakes.wrong(key, entry, _("allowed is {allowed}").format(allowed=form))
            claim = None
        if claim is None:
            continue
        pattern = claim.text.pattern if claim.text is not None else None
        same = (claim.panel, claim.account, claim.area, claim.point, pattern)
        owner, owner_key = owners.setdefault(same, (room, key))
        if owner is not room:
            sentence = _("{other} claims the same signals; each signal can belong to one room or mobile alarm only")
            room.mistakes.wrong(key, entry, sentence.format(other=owner_key))
        yield claim


def _claim_of_text(entry: str, key: str, panels: list[str], mistakes: Mistakes) -> Claim | None:
    panel, colon, point = (part.strip() for part in clean(entry).partition(":"))
    if not (panel and colon and point):
        form = _("panel:point, such as {example}").format(example='"blok-a:005"')
        mistakes.wrong(key, entry, _("allowed is {allowed}").format(allowed=form))
        return None
    if panel not in panels:
        mistakes.wrong(key, entry, _no_such_panel(panel, panels))
        return None
    return Claim(panel=panel, point=point)


def _claim_of_table(table: Table, panels: list[str]) -> Claim | None:
    found: dict[str, str] = {}
    sound = True
    for name in _CLAIM_FIELDS:
        allowed = _('a text in quotes, such as "{example}"').format(example="005")
        value = table.text(name, allowed=allowed)
        if name in table.values:
            found[name] = value
            sound = sound and isinstance(table.values[name], str)
            if isinstance(table.values[name], str) and not value:
                table.wrong(name, _("is empty; leave the key out where anything matches"))
                sound = False
    table.finish()
    if not found:
        sentence = _("says nothing; give at least one of {fields}").format(fields=choice(_CLAIM_FIELDS))
        table.mistakes.add(table.path, sentence)
        return None
    panel = found.get("panel")
    if panel and panel not in panels:
        table.wrong("panel", _no_such_panel(panel, panels))
        sound = False
    text = None
    if found.get("text"):
        text = _read_pattern(table, found["text"])
        sound = sound and text is not None
    if not sound:
        return None
    return Claim(panel=panel, account=found.get("account"), area=found.get("area"), point=found.get("point"), text=text)


def _read_pattern(table: Table, pattern: str) -> re.Pattern[str] | None:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return re.compile(pattern, re.IGNORECASE)
    except re.error as error:
        where = 1 if error.pos is None else error.pos + 1
        table.wrong("text", _("is not a valid pattern: look at character {number}").format(number=where))
    except (OverflowError, RecursionError):
        table.wrong("text", _("is not a valid pattern: it is too large"))
    return None


def _no_such_panel(panel: str, panels: list[str]) -> str:
    if not panels:
        return _("no panel is called {name}: the file has no [[panels]]").format(name=panel)
    meant = nearest(panel, panels)
    if meant is not None:
        return _("no panel is called {name}; did you mean {meant}?").format(name=panel, meant=meant)
    return _("no panel is called {name}; there is {panels}").format(name=panel, panels=choice(panels))
