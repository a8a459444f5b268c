"""What a right `guardroom.toml` becomes, and where it is looked for."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from guardroom import config
from guardroom.settings import ACKNOWLEDGE_KEYS, REMAPPABLE, Claim
from screens.keys import KEYS, keys_of

Write = Callable[[str], Path]
REPOSITORY = Path(__file__).parents[2]

DESIGN = """
language = "en"
database = "sqlite:///guardroom.db"
journal = "journal.db"
policy = "fredensborg"

[[panels]]
name = "blok-a"
driver = "espa444"
port = "/dev/serial/by-id/usb-FTDI_X"
baudrate = 4800
bytesize = 8
parity = "N"
stopbits = 1
supervision_s = 0
repeat_s = 60
[panels.options]
role = "station"

[[rooms]]
id = "K2"
name = "Kontaktrum 2"
block = "Jobcenter"
floor = "Stuen"
route = "Ud til højre, 3. dør på venstre hånd"
escape_route = "Dør mellem K2 og K3"
cctv = true
phone = "5922"
points = ["blok-a:005", { panel = "blok-a", area = "01", text = "kontaktrum 2" }]
"""


def test_every_key_of_a_room_and_a_panel_arrives(write: Write, tmp_path: Path) -> None:
    settings = config.load(write(DESIGN))
    panel = settings.panels[0]
    assert (panel.name, panel.driver, panel.port) == ("blok-a", "espa444", "/dev/serial/by-id/usb-FTDI_X")
    assert (panel.baudrate, panel.bytesize, panel.parity, panel.stopbits) == (4800, 8, "N", 1)
    assert (panel.supervision_s, panel.repeat_s, panel.options) == (0, 60, {"role": "station"})
    room = settings.room("K2")
    assert room is not None
    assert (room.name, room.block, room.floor, room.phone) == ("Kontaktrum 2", "Jobcenter", "Stuen", "5922")
    assert room.route == "Ud til højre, 3. dør på venstre hånd"
    assert room.escape_route == "Dør mellem K2 og K3"
    assert room.cctv
    assert room.claims[0] == Claim(panel="blok-a", point="005")
    pattern = room.claims[1].text
    assert pattern is not None
    assert pattern.search("ALARM KONTAKTRUM 2")
    assert settings.database == f"sqlite:///{(tmp_path / 'guardroom.db').as_posix()}"
    assert settings.journal == tmp_path / "journal.db"
    assert [block.name for block in settings.blocks] == ["Jobcenter"]


def test_what_is_left_out_has_a_usual_value(write: Write) -> None:
    settings = config.load(write('[[panels]]\nname = "a"\ndriver = "espa444"\nport = "COM4"\n'))
    panel = settings.panels[0]
    assert (panel.baudrate, panel.bytesize, panel.parity, panel.stopbits) == (9600, 7, "E", 2)
    assert (panel.supervision_s, panel.repeat_s) == (15, 120)
    assert settings.language == "en"
    assert settings.station == "Guard station"
    assert settings.site.zone.key == "Europe/Copenhagen"
    assert settings.policy.name == "fredensborg"
    assert (settings.technician, settings.leader, settings.player, settings.keys) == ("", "", "", {})


def test_a_room_without_points_is_allowed(write: Write) -> None:
    settings = config.load(write('[[rooms]]\nid = "M"\nname = "Møderum"\npoints = []\n'))
    assert settings.rooms[0].claims == ()


def test_text_is_cleaned(write: Write) -> None:
    settings = config.load(write('[site]\nname = " Råd\\u001b[31mhuset\\u202e "\n'))
    assert settings.site.name == "Råd[31mhuset"


def test_a_byte_order_mark_is_no_mistake(tmp_path: Path) -> None:
    file = tmp_path / "guardroom.toml"
    file.write_bytes(b'\xef\xbb\xbfstation = "A"\r\n')
    assert config.load(file).station == "A"


def test_a_server_keeps_its_url(write: Write) -> None:
    url = "postgresql+psycopg://guard@10.0.0.5:5432/guardroom"
    assert config.load(write(f'database = "{url}"')).database == url


@pytest.mark.parametrize(
    ("written", "stored"),
    [
        ('"F12"', ("f12",)),
        ('["f10", "ctrl+K"]', ("f10", "ctrl+k")),
        ('["f10", "F10"]', ("f10",)),
        ('"shift+ctrl+f2"', ("ctrl+shift+f2",)),
    ],
)
def test_keys_are_stored_as_the_screens_name_them(write: Write, written: str, stored: tuple[str, ...]) -> None:
    assert config.load(write(f"[keys]\nacknowledge = {written}")).keys == {"acknowledge": stored}


def test_signs_and_danish_letters_are_keys(write: Write) -> None:
    keys = config.load(write('[keys]\nhelp = ["?", "question_mark"]\npolice = "Å"\nnote = ","')).keys
    assert keys == {"help": ("question_mark",), "police": ("å",), "note": ("comma",)}


def test_every_action_that_may_be_remapped_is_in_the_key_table() -> None:
    assert set(REMAPPABLE) <= {key.name for key in KEYS}
    assert keys_of("acknowledge", {}) == ACKNOWLEDGE_KEYS


def test_every_action_that_may_be_remapped_is_named_in_the_example() -> None:
    example = (REPOSITORY / "guardroom.toml").read_text("utf-8")
    named = re.search(r"The names: ([\w,\s#]+)\.", example)
    assert named is not None
    assert set(re.findall(r"\w+", named[1])) == set(REMAPPABLE)


def test_a_town_hall_may_differ_from_its_policy(write: Write) -> None:
    text = 'policy = "aabenraa"\n[override]\nmunicipality = "Byby"\n[override.guidance]\nda = ["Rolig."]\n'
    policy = config.load(write(text)).policy
    assert (policy.name, policy.municipality, policy.police_call) == ("aabenraa", "Byby", "with_leader")
    assert policy.guidance["da"] == ("Rolig.",)
    assert len(policy.guidance["en"]) > 1


def test_the_example_town_hall_has_no_mistakes() -> None:
    settings = config.load(REPOSITORY / "guardroom.toml")
    assert len(settings.panels) == 2
    assert len(settings.blocks) == 3
    room = settings.room("K2")
    assert room is not None
    assert "005" in {claim.point for claim in room.claims}
    assert any(claim.text is not None for room in settings.rooms for claim in room.claims)
    assert all(room.route and room.escape_route for room in settings.rooms)
    assert config.example_text() == (REPOSITORY / "guardroom.toml").read_text(encoding="utf-8")


def test_the_file_is_looked_for_in_order(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    in_folder = config.user_folder() / "guardroom.toml"
    in_folder.parent.mkdir(parents=True)
    in_folder.write_text("")
    assert config.find(None) == in_folder
    (tmp_path / "guardroom.toml").write_text("")
    assert config.find(None) == Path("guardroom.toml")
    monkeypatch.setenv("GUARDROOM_CONFIG", str(tmp_path / "other.toml"))
    assert config.find(None) == tmp_path / "other.toml"
    assert config.find(Path("given.toml")) == Path("given.toml")


def test_reading_loads_nothing_heavy() -> None:
    code = (
        "import sys, pathlib, guardroom.config as c; c.load(pathlib.Path(sys.argv[1]));"
        "print(sorted({'textual', 'sqlalchemy', 'alembic', 'serial', 'db'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(REPOSITORY / "guardroom.toml")],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
        stdin=subprocess.DEVNULL,
    )
    assert done.stdout.strip() == "[]"


def test_a_panel_on_a_network_may_be_read_by_several_stations(write: Write) -> None:
    panel = '[[panels]]\nname = "blok-a"\ndriver = "espa444"\nport = "socket://10.0.0.5:4001"\n'
    loaded = config.load(write(f'station = "Desk"\n{panel}stations = ["Guards", "Desk"]\none_client = true\n'))
    (found,) = loaded.panels
    assert (found.stations, found.one_client, loaded.take_over_s) == (("Guards", "Desk"), True, 15)
