"""Every mistake in `guardroom.toml` is one line that says where it is and what is allowed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from guardroom import config

Write = Callable[[str], Path]

PANEL = '[[panels]]\nname = "blok-a"\ndriver = "espa444"\nport = "COM4"\n'
NETWORK_PANEL = PANEL.replace("COM4", "socket://10.0.0.5:4001")
ROOM = '[[rooms]]\nid = "K2"\nname = "Kontaktrum 2"\n'
SECOND_ROOM = '[[rooms]]\nid = "K3"\nname = "Kontaktrum 3"\n'


def mistakes(file: Path) -> list[str]:
    """The lines of the error, without the file's name that each must begin with."""
    with pytest.raises(config.ConfigError) as caught:
        config.load(file)
    start = f"{file}: "
    assert all(line.startswith(start) and "\n" not in line for line in caught.value.lines)
    assert str(caught.value) == "\n".join(caught.value.lines)
    return [line.removeprefix(start) for line in caught.value.lines]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('language = "dk"', 'language = "dk": allowed is da or en'),
        (
            PANEL + 'stations = ["Guard station", "Desk"]',
            'panels "blok-a".stations = [ … ]: only a port on a network can be read by several stations: socket:// or '
            "rfc2217://",
        ),
        (
            NETWORK_PANEL + 'stations = ["Guard station"]',
            'panels "blok-a".stations = [ … ]: allowed is two or more stations, each once',
        ),
        (
            NETWORK_PANEL + 'stations = ["Desk", "Leader"]',
            'panels "blok-a".stations = [ … ]: this station, Guard station, is not among them: add it, or leave '
            "the panel out of this file",
        ),
        (
            NETWORK_PANEL + "one_client = true",
            'panels "blok-a".one_client = true: says nothing without stations, the stations that may read this panel',
        ),
        ("language = 1", "language = 1: allowed is da or en"),
        (
            'policy = "fredensburg"',
            'policy = "fredensburg": did you mean fredensborg? Allowed is aabenraa, albertslund or fredensborg',
        ),
        (
            'database = "postgresql://u:s3cret@h/d"',
            'database = "postgresql://u:***@h/d": allowed is "sqlite:///guardroom.db" or '
            '"postgresql+psycopg://user@host/guardroom"',
        ),
        (
            'journal = "guardroom.db"',
            'journal = "guardroom.db": is the database\'s file; the journal needs a file of its own',
        ),
        ('journal = "."', 'journal = ".": is a folder; give the name of a file'),
        ("[site]\nphone = 5900", 'site.phone = 5900: allowed is a text in quotes, such as "5922"'),
        (
            '[site]\nzone = "Europe/Copenhagn"',
            'site.zone = "Europe/Copenhagn": allowed is a time zone such as Europe/Copenhagen; '
            "did you mean Europe/Copenhagen?",
        ),
        ('[site]\nzone = "Europe"', 'site.zone = "Europe": allowed is a time zone such as Europe/Copenhagen'),
        ('[mail]\nport = "25"', 'mail.port = "25": is in quotes; write the number without them: 25'),
        ("site = 3", "site = 3: allowed is a table, written as [site]"),
        ("[panels]\nname = 'a'", "panels = { … }: allowed is tables, each written as [[panels]]"),
        (
            '[contacts]\ntechnican = "1"',
            'contacts.technican = "1": is not a key that belongs here; did you mean technician? '
            "Allowed is technician or leader",
        ),
        (PANEL + "baudrat = 9600", "did you mean baudrate?"),
        (PANEL + "baudrate = 9601", 'panels "blok-a".baudrate = 9601: allowed is 50, 75, 110'),
        (PANEL + "baudrate = true", 'panels "blok-a".baudrate = true: allowed is 50'),
        (PANEL + 'parity = "X"', 'panels "blok-a".parity = "X": allowed is N, E, O, M or S'),
        (PANEL + "bytesize = 9", 'panels "blok-a".bytesize = 9: allowed is 5, 6, 7 or 8'),
        (PANEL + "stopbits = 3", 'panels "blok-a".stopbits = 3: allowed is 1, 1.5 or 2'),
        (
            PANEL + "supervision_s = -1",
            'panels "blok-a".supervision_s = -1: allowed is a number from 0 to 86400 seconds',
        ),
        (PANEL + "repeat_s = nan", 'panels "blok-a".repeat_s = nan: allowed is a number from 0 to 86400 seconds'),
        (PANEL + "repeat_s = true", 'panels "blok-a".repeat_s = true: allowed is a number from 0 to 86400 seconds'),
        (PANEL + "rtscts = 1", 'panels "blok-a".rtscts = 1: allowed is true or false'),
        (PANEL + "[panels.options]\nrole = 'boss'", 'panels "blok-a".options.role = "boss": allowed is'),
        (PANEL + "[panels.options]\nrol = 'tap'", "; did you mean role?"),
        (PANEL + PANEL.replace("COM4", "COM5"), 'panels[2].name = "blok-a": is already used by panels[1]'),
        (PANEL + PANEL.replace("blok-a", "b"), 'panels[2].port = "COM4": is already used by panels[1]'),
        (PANEL.replace("espa444", "espa44"), 'panels "blok-a".driver = "espa44": '),
        (PANEL.replace("espa444", "galexy"), 'panels "blok-a".driver = "galexy": '),
        (PANEL.replace("blok-a", "a:b"), 'panels "a:b".name = "a:b": allowed is up to 40 letters'),
        (PANEL.replace("COM4", "sockt://h:1"), "sockt is not known; did you mean socket?"),
        (
            PANEL.replace("COM4", "socket://h"),
            'panels "blok-a".port = "socket://h": allowed is socket://address:number',
        ),
        (PANEL.replace("COM4", "rfc2217://h:70000"), "allowed is rfc2217://address:number"),
        (PANEL.replace("COM4", "COM4\\u001b[2J"), "holds signs that cannot be shown"),
        ('[[panels]]\nname = "a"\nport = "COM4"', 'panels "a".driver: is missing; allowed is '),
        ('[[panels]]\ndriver = "espa444"\nport = "COM4"', "panels[1].name: is missing; allowed is up to 40 letters"),
        ('[[rooms]]\nid = "K2"', 'rooms "K2".name: is missing; allowed is the room\'s name, in quotes'),
        (ROOM + ROOM.replace("K2", "k2"), 'rooms[2].id = "k2": is already used by rooms[1]'),
        (
            '[[blocks]]\nname = "Jobcenter"\n[[blocks]]\nname = "Blok A"\n' + ROOM + 'block = "Jobcentre"',
            'rooms "K2".block = "Jobcentre": no block is called that; did you mean Jobcenter? '
            "Allowed is Jobcenter or Blok A",
        ),
        (ROOM + 'points = "blok-a:5"', 'rooms "K2".points = "blok-a:5": allowed is a list of points'),
        (ROOM + "points = [5]", 'rooms "K2".points[1] = 5: allowed is a list of points'),
        (ROOM + 'points = ["005"]', 'rooms "K2".points[1] = "005": allowed is panel:point, such as "blok-a:005"'),
        (
            PANEL + ROOM + 'points = ["blok-b:005"]',
            'rooms "K2".points[1] = "blok-b:005": no panel is called blok-b; did you mean blok-a?',
        ),
        (ROOM + 'points = ["blok-a:005"]', "no panel is called blok-a: the file has no [[panels]]"),
        (
            PANEL + ROOM + 'points = [{ panel = "blok-b" }]',
            'rooms "K2".points[1].panel = "blok-b": no panel is called blok-b; did you mean blok-a?',
        ),
        (
            ROOM + "points = [{}]",
            'rooms "K2".points[1]: says nothing; give at least one of panel, account, area, point or text',
        ),
        (
            ROOM + "points = [{ point = 5 }]",
            'rooms "K2".points[1].point = 5: allowed is a text in quotes, such as "005"',
        ),
        (ROOM + 'points = [{ point = "" }]', "is empty; leave the key out where anything matches"),
        (ROOM + 'points = [{ pont = "5", area = "1" }]', "did you mean point?"),
        (
            ROOM + 'points = [{ text = "rum [2" }]',
            'rooms "K2".points[1].text = "rum [2": is not a valid pattern: look at character 5',
        ),
        (
            PANEL + ROOM + 'points = ["blok-a:005"]\n' + SECOND_ROOM + 'points = [{ panel = "blok-a", point = "005" }]',
            'rooms "K3".points[1] = { … }: rooms "K2".points[1] claims the same signals; '
            "each signal can belong to one room or mobile alarm only",
        ),
        (
            ROOM + 'points = [{ text = "rum" }]\n' + SECOND_ROOM + 'points = [{ text = "rum" }]',
            'rooms "K2".points[1] claims the same signals',
        ),
        ('[keys]\nacknowledge = "enter"', 'keys.acknowledge = "enter": Enter, Space, Esc'),
        ('[keys]\nacknowledge = "ctrl+m"', "Enter, Space, Esc"),
        ('[keys]\nacknowledge = "5"', "Enter, Space, Esc, Tab, Backspace, the digits"),
        ('[keys]\nsilence = "e"', "the letters of the outcomes keep what they do"),
        ('[keys]\nacknowledge = "k"', "an alarm must not be acknowledged by typing"),
        ('[keys]\nsilence = "f12"', 'keys.silence = "f12": acknowledge is on this key already; a key does one thing'),
        ('[keys]\nsilence = "x"\npolice = "X"', 'keys.police = "x": silence is on this key already'),
        ('[keys]\nsilence = "f99"', 'keys.silence = "f99": allowed is a key such as "f12"'),
        ("[keys]\nsilence = []", "keys.silence = []: is empty; every action needs a key"),
        ('[keys]\nslience = "x"', 'keys.slience = "x": is not an action; did you mean silence?'),
        ('[sound]\nplayer = "aplay \'-q"', "a quotation mark in it is not closed"),
        (
            '[keys]\nacknowledge = "f2"',
            'keys.acknowledge = "f2": this key keeps what it does: ctrl+d, ctrl+l, ctrl+n, ctrl+o, ctrl+q, ctrl+r, '
            "ctrl+s, f2, f3, f4, f5, f6, f7",
        ),
        ('[override]\npolice_call = "nobody"', 'override.police_call = "nobody": allowed is guard or with_leader'),
        ("[override.guidance]\nda = 'x'", 'override.guidance.da = "x": allowed is a list of texts in quotes'),
    ],
)
def test_one_mistake_is_one_line(write: Write, text: str, expected: str) -> None:
    found = mistakes(write(text))
    assert len(found) == 1, found
    assert expected in found[0]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('station = "A"\nsite = [', "line 2: this is not a value"),
        ("station Vagt", "line 1: a key must be followed by = and a value"),
        ('station = "A\nlanguage = "da"', "line 1: a sign that may not stand here, or a text without its closing"),
        ("station = Vagt", "line 1: this is not a value; texts stand in quotes"),
        ('a = "1"\na = "2"', "line 2: this key or table stands in the file twice"),
        ("[site]\n[site]", "line 2: this key or table stands in the file twice"),
        ('journal = "C:\\Users\\g"', "a backslash must be doubled in a text, or the text stand in single quotes"),
        ("x = " + "9" * 5000, "a number in it has too many digits"),
        ("x = " + "[" * 5000, "tables and lists are nested too deeply"),
    ],
)
def test_what_is_not_toml_is_told_with_its_line(write: Write, text: str, expected: str) -> None:
    found = mistakes(write(text))
    assert len(found) == 1
    assert expected in found[0]


def test_a_file_in_another_character_set_is_told_with_its_line(tmp_path: Path) -> None:
    file = tmp_path / "guardroom.toml"
    file.write_bytes('language = "da"\nstation = "Rådhuset"\n'.encode("cp1252"))
    assert mistakes(file) == ["line 2: this is not UTF-8; save the file with that character set"]


def test_all_mistakes_come_at_once(write: Write) -> None:
    text = 'language = "xx"\npolicy = "y"\n' + PANEL + 'parity = "X"\nbaudrat = 1\n' + ROOM + "cctv = 3\n"
    assert len(mistakes(write(text))) == 5


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(config.ConfigError) as caught:
        config.load(tmp_path / "none.toml")
    assert caught.value.lines == (f"There is no file {tmp_path / 'none.toml'}. `guardroom init` writes one.",)


def test_without_any_file_the_places_are_named(tmp_path: Path) -> None:
    with pytest.raises(config.ConfigError) as caught:
        config.load(None)
    (line,) = caught.value.lines
    assert str(tmp_path / "guardroom.toml") in line
    assert str(config.user_folder() / "guardroom.toml") in line
    assert "`guardroom init`" in line


def test_a_folder_is_no_configuration(tmp_path: Path) -> None:
    with pytest.raises(config.ConfigError) as caught:
        config.load(tmp_path)
    assert caught.value.lines[0].startswith(f"{tmp_path}: cannot be read: ")


def test_nothing_in_a_message_reaches_the_terminal_as_a_command(write: Write) -> None:
    found = mistakes(write('"st\\u001b[2Jation" = "\\u202e\\u0007x"'))
    assert all(character.isprintable() for line in found for character in line)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('language = "da"\nstaton = "x"', "er ikke en nøgle, der hører til her"),
        ('language = "da"\n' + PANEL + 'parity = "X"', 'panels "blok-a".parity = "X": tilladt er N, E, O, M eller S'),
        ('language = "da"\n' + PANEL + PANEL.replace("COM4", "COM5"), "bruges allerede af panels[1]"),
    ],
)
def test_a_danish_file_is_answered_in_danish(write: Write, text: str, expected: str) -> None:
    found = mistakes(write(text))
    assert len(found) == 1
    assert expected in found[0]


@pytest.mark.parametrize(
    "address", ["vagt.@kommune.dk", ".vagt@kommune.dk", "a..b@kommune.dk", "vagt", "a@b c.dk", "å@b.dk"]
)
def test_an_address_that_no_message_can_have_is_told(write: Write, address: str) -> None:
    toml = f'[mail]\nserver = "x"\nsender = "a@b.dk"\n[[recipients]]\nname = "V"\nmail = "{address}"\n'
    with pytest.raises(config.ConfigError) as refused:
        config.load(write(toml))
    assert any("an address such as" in line for line in refused.value.lines)
