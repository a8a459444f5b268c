"""`guardroom check`: one line for each thing, and 1 if any of them is wrong."""

from __future__ import annotations

import contextlib
import os
import shutil
import sqlite3
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from harness.house import SmallHouse, cheap_codes, small_house

from db.schema import prepare_journal, prepare_main
from drivers.ports import close_port, open_port
from guardroom import check
from guardroom.__main__ import main
from guardroom.config import load
from guardroom.duties.phone_card import PhoneCard
from guardroom.endpoint import Endpoint, write_endpoint
from guardroom.monitor_lock import MonitorLock
from guardroom.people.roles import Role
from guardroom.people.signin import SignIn
from guardroom.people.users import Users

Write = Callable[[str], Path]
Lines = list[str]

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the ports here are ptys")

CRISIS = "".join(
    f'[[phones]]\nname = "{name}"\nkind = "crisis"\nnumber = "5980"\n' for name in ("Mølholm", "Falck Healthcare")
)
CONTACTS = '[contacts]\ntechnician = "5990"\nleader = "5901"\n[site]\nphone = "5900"\n' + CRISIS


@pytest.fixture
def port() -> Iterator[str]:
    """The name of a serial device that can be opened."""
    master, slave = os.openpty()
    try:
        yield os.ttyname(slave)
    finally:
        os.close(master)
        os.close(slave)


def panel(port: str) -> str:
    return f'[[panels]]\nname = "blok-a"\ndriver = "espa444"\nport = "{port}"\n'


def checked(file: Path, capsys: pytest.CaptureFixture[str], listen: float = 0) -> tuple[int, Lines]:
    code = main(["check", "--config", str(file), "--listen", str(listen)])
    captured = capsys.readouterr()
    assert captured.err == ""
    return code, captured.out.splitlines()


def line_about(what: str, lines: Lines) -> str:
    (line,) = [line for line in lines if line[4:].startswith(what)]
    return line


def test_a_fresh_configuration_is_right(write: Write, port: str, capsys: pytest.CaptureFixture[str]) -> None:
    code, lines = checked(write(CONTACTS + panel(port)), capsys)
    assert code == 0
    assert [line[4:].partition(":")[0] for line in lines] == [
        "configuration",
        "policy",
        "retention",
        "files",
        "port of panel blok-a",
        "database",
        "journal",
        "secret",
        "users",
        "audit log",
        "bans",
        "incidents",
        "mail",
        "recipients",
        "heartbeat",
        "contacts",
        "backup",
        "disk",
        "clock",
        "sound",
    ]
    assert all(line[:4] in ("ok  ", "--  ") for line in lines)
    assert line_about("port", lines).endswith(f"{port}: it can be opened; nobody holds it")
    assert "not made yet" in line_about("database", lines)
    assert line_about("mail", lines) == "--  mail: no server is set under [mail]: no messages are sent by mail"
    assert line_about("contacts", lines) == "ok  contacts: every telephone number is set"


def test_databases_that_are_there_are_looked_into(write: Write, capsys: pytest.CaptureFixture[str]) -> None:
    settings = load(write(""))
    prepare_main(settings.database)
    prepare_journal(settings.journal)
    code, lines = checked(settings.path, capsys)
    assert code == 0
    assert line_about("database", lines).startswith("ok  ")
    assert "sound, revision main_" in line_about("database", lines)
    assert "sound, revision journal_" in line_about("journal", lines)


def test_a_damaged_journal_is_wrong(write: Write, capsys: pytest.CaptureFixture[str]) -> None:
    settings = load(write(""))
    settings.journal.write_bytes(b"no database at all, and long enough to be one" * 100)
    code, lines = checked(settings.path, capsys)
    assert code == 1
    assert line_about("journal", lines).startswith("!!  ")
    assert "cannot be used" in line_about("journal", lines)


def test_a_newer_database_is_wrong(write: Write, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    settings = load(write(""))
    prepare_main(settings.database)
    with contextlib.closing(sqlite3.connect(tmp_path / "guardroom.db")) as connection:
        connection.execute("UPDATE alembic_version SET version_num = 'main_9999'")
        connection.commit()
    code, lines = checked(settings.path, capsys)
    assert code == 1
    assert "made by a newer version of the program (main_9999)" in line_about("database", lines)


def test_a_port_that_is_not_there_is_wrong(write: Write, capsys: pytest.CaptureFixture[str]) -> None:
    code, lines = checked(write(panel("/dev/serial/by-id/usb-nobody")), capsys)
    assert code == 1
    assert line_about("port", lines).startswith(
        "!!  port of panel blok-a: /dev/serial/by-id/usb-nobody: there is no such port"
    )


def test_a_port_that_somebody_else_holds_is_wrong(write: Write, port: str, capsys: pytest.CaptureFixture[str]) -> None:
    held = open_port(port, baudrate=9600, bytesize=8, parity="N", stopbits=1)
    try:
        code, lines = checked(write(panel(port)), capsys)
    finally:
        close_port(held)
    assert code == 1
    assert "held by " in line_about("port", lines) or "another program holds it" in line_about("port", lines)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells who holds a port")
def test_a_port_that_the_running_monitor_holds_is_right(
    write: Write, port: str, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = load(write(panel(port)))
    lock = MonitorLock(settings.journal)
    assert lock.take()
    write_endpoint(settings.journal, Endpoint(pid=os.getpid(), port=1, key="00", program="0"))
    held = open_port(port, baudrate=9600, bytesize=8, parity="N", stopbits=1)
    try:
        code, lines = checked(settings.path, capsys)
    finally:
        close_port(held)
        lock.release()
    assert code == 0
    assert line_about("port", lines) == f"ok  port of panel blok-a: {port}: the running monitor holds it"


def test_a_port_that_the_running_monitor_let_go_is_wrong(
    write: Write, port: str, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = load(write(panel(port)))
    lock = MonitorLock(settings.journal)
    assert lock.take()
    try:
        code, lines = checked(settings.path, capsys)
    finally:
        lock.release()
    assert code == 1
    assert "the running monitor does not hold it" in line_about("port", lines)


def test_missing_telephone_numbers_are_named(write: Write, capsys: pytest.CaptureFixture[str]) -> None:
    text = '[contacts]\nleader = "5901"\n[[blocks]]\nname = "Blok A"\n'
    code, lines = checked(write(text), capsys)
    assert code == 0
    assert line_about("contacts", lines) == (
        "--  contacts: no telephone number for technician, the town hall, Blok A, Mølholm, Falck Healthcare"
    )


def test_numbers_that_were_long_not_tried_are_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    hours = '[override.guard_hours]\nmon = ""\ntue = ""\nwed = ""\nthu = ""\nfri = ""\n'
    numbers = CONTACTS.replace('[site]\nphone = "5900"\n', "")
    with small_house(tmp_path, toml=numbers + hours) as house:
        guard = house.who(Role.GUARD)
        card = PhoneCard(house.ground)
        house.clock.advance((datetime.now(UTC) - house.clock.now()).total_seconds())
        for entry in card.public():
            if entry.number and entry.standing != "constant" and entry.name != "Mølholm":
                card.verify(guard, entry.key, entry.number)
        told = line_about("contacts", checked(house.config, capsys)[1])
    assert told == (
        "--  contacts: no telephone number for K2, B1; not tried for six months: Mølholm; "
        "guard_hours are not set: everybody is alerted at all times"
    )


@pytest.mark.parametrize(
    ("total", "free", "standing"),
    [
        (1 << 40, 1 << 30, "ok"),
        (1 << 40, (1 << 30) - 1, "wrong"),
        (1 << 32, 400 << 20, "wrong"),
        (1 << 32, 500 << 20, "ok"),
    ],
)
def test_a_disk_that_is_nearly_full_is_wrong(
    write: Write, monkeypatch: pytest.MonkeyPatch, total: int, free: int, standing: str
) -> None:
    usage = shutil.disk_usage(".")._replace(total=total, used=total - free, free=free)
    monkeypatch.setattr("guardroom.disk.shutil.disk_usage", lambda folder: usage)
    found = [finding for finding in check.findings(load(write("")), FixedClock(2026), 0) if finding.what == "disk"]
    assert [finding.standing for finding in found] == [standing]


@pytest.mark.parametrize(("year", "standing"), [(1970, "wrong"), (2026, "ok"), (2199, "wrong")])
def test_a_clock_that_cannot_be_right_is_wrong(write: Write, year: int, standing: str) -> None:
    found = [finding for finding in check.findings(load(write("")), FixedClock(year), 0) if finding.what == "clock"]
    assert [finding.standing for finding in found] == [standing]
    assert "Europe/Copenhagen" in found[0].said


def test_a_player_that_is_not_there_is_wrong(write: Write, capsys: pytest.CaptureFixture[str]) -> None:
    code, lines = checked(write('[sound]\nplayer = "no-such-player -q"'), capsys)
    assert code == 1
    assert line_about("sound", lines) == "!!  sound: the program no-such-player is not there"


def test_a_wrong_configuration_is_told_on_stderr(write: Write, capsys: pytest.CaptureFixture[str]) -> None:
    file = write('language = "xx"\nstaton = "A"')
    assert main(["check", "--config", str(file)]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert len(captured.err.splitlines()) == 2


@pytest.mark.parametrize("seconds", ["-1", "3601", "long", "nan"])
def test_a_time_to_listen_that_cannot_be(seconds: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["check", f"--listen={seconds}"])
    assert ended.value.code == 2
    assert "0 to 3600 seconds" in capsys.readouterr().err


class FixedClock:
    """A clock that stands at noon on the first day of a year."""

    def __init__(self, year: int) -> None:
        self._now = datetime(year, 1, 1, 12, tzinfo=UTC)

    def now(self) -> datetime:
        return self._now

    def monotonic(self) -> float:
        return 0.0


def test_a_button_that_can_never_ring_is_told(write: Write, port: str, capsys: pytest.CaptureFixture[str]) -> None:
    inputs = f'[[panels]]\nname = "knapper"\ndriver = "modbus"\nport = "{port}"\n[panels.options]\nunits = [1, 2]\n'
    rooms = "".join(
        f'[[rooms]]\nid = "K{number}"\nname = "K{number}"\npoints = ["knapper:{point}"]\n'
        for number, point in enumerate(("1.3", "2.8", "1.9", "3.1"))
    )
    code, lines = checked(write(CONTACTS + inputs + rooms), capsys)
    assert code == 1
    assert [line for line in lines if "can never ring" in line] == [
        "!!  room K2: knapper:1.9 can never ring: a point of this panel looks like 1.1",
        "!!  room K3: knapper:3.1 can never ring: a point of this panel looks like 1.1",
    ]


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[SmallHouse]:
    """A town hall with an administrator who has signed in."""
    cheap_codes(monkeypatch)
    with small_house(tmp_path) as made:
        admin = made.who(Role.ADMIN, initials="MH", code="417 heste")
        SignIn(made.ground).sign_in("MH", "417 heste", "Vagtstuen")
        # Long ago by the real clock: the code that VT was given has run out.
        Users(made.ground).add(admin, "VT", "guard")
        yield made


def test_a_house_before_its_first_user(write: Write, capsys: pytest.CaptureFixture[str]) -> None:
    settings = load(write(""))
    prepare_main(settings.database)
    code, lines = checked(settings.path, capsys)
    assert code == 0
    assert line_about("secret", lines).startswith("--  ")
    assert line_about("users", lines).startswith("--  users: nobody has a code yet")
    assert line_about("audit log", lines).startswith("--  ")


def test_signatories_that_nobody_is_are_named(house: SmallHouse, capsys: pytest.CaptureFixture[str]) -> None:
    code, lines = checked(house.config, capsys)
    assert code == 0
    assert line_about("secret", lines).startswith("ok  ")
    assert line_about("users", lines).startswith("--  users: nobody who can sign in is centre head, director")
    assert line_about("audit log", lines) == "ok  audit log: 3 entries, and the chain holds"
    house.who(Role.CENTRE_HEAD, code="417 heste")
    house.who(Role.DIRECTOR, code="417 heste")
    assert line_about("users", checked(house.config, capsys)[1]) == "ok  users: 3 users can sign in"


def test_no_administrator_is_wrong(house: SmallHouse, capsys: pytest.CaptureFixture[str]) -> None:
    edit(house, "UPDATE \"user\" SET role = 'guard'")
    code, lines = checked(house.config, capsys)
    assert code == 1
    assert line_about("users", lines).startswith("!!  users: there is no administrator")


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("UPDATE audit SET why = 'x' WHERE number = 2", "at entry 2: it was changed"),
        ("UPDATE audit SET why = 'x' WHERE number > 1", "at entry 2: it was changed"),
        ("DELETE FROM audit WHERE number = 2", "at entry 2: it was taken out"),
        ("DELETE FROM audit WHERE number = 3", "at entry 3: it and all after it were taken out"),
        (
            "INSERT INTO audit SELECT 4, at, user_id, role, station, what, subject, subject_id, why, detail, digest "
            "FROM audit WHERE number = 3",
            "at entry 4: it was put in",
        ),
    ],
)
def test_where_the_audit_log_breaks_is_told(
    house: SmallHouse, capsys: pytest.CaptureFixture[str], statement: str, said: str
) -> None:
    edit(house, statement)
    code, lines = checked(house.config, capsys)
    assert code == 1
    assert line_about("audit log", lines).startswith(f"!!  audit log: the chain breaks {said}")
    assert line_about("secret", lines).startswith("ok  ")


def test_a_log_that_fits_nowhere_is_another_secrets_or_changed(
    house: SmallHouse, capsys: pytest.CaptureFixture[str]
) -> None:
    edit(house, "UPDATE audit SET why = 'x'")
    code, lines = checked(house.config, capsys)
    assert code == 1
    assert line_about("secret", lines).startswith("!!  ")
    assert "or that log was changed" in line_about("secret", lines)


def test_an_audit_log_that_is_gone_is_wrong(house: SmallHouse, capsys: pytest.CaptureFixture[str]) -> None:
    edit(house, "DELETE FROM audit", "DELETE FROM audit_head")
    code, lines = checked(house.config, capsys)
    assert code == 1
    assert line_about("audit log", lines).startswith("!!  audit log: it is empty, and yet codes were given")


def test_a_secret_that_is_lost_open_or_another_is_wrong(house: SmallHouse, capsys: pytest.CaptureFixture[str]) -> None:
    secret = house.ground.settings.secret
    secret.chmod(0o640)
    code, lines = checked(house.config, capsys)
    assert (code, line_about("secret", lines)[:3]) == (1, "!! ")
    assert "chmod 600" in line_about("secret", lines)
    secret.unlink()
    code, lines = checked(house.config, capsys)
    assert (code, line_about("secret", lines)[:3]) == (1, "!! ")
    assert "is missing" in line_about("secret", lines)
    assert line_about("audit log", lines).startswith("--  audit log: not looked at")
    secret.write_text("ab" * 32)
    secret.chmod(0o600)
    code, lines = checked(house.config, capsys)
    assert (code, line_about("secret", lines)[:3]) == (1, "!! ")
    assert "not the one that this database's audit log was written with" in line_about("secret", lines)


def edit(house: SmallHouse, *statements: str) -> None:
    """Change the database as somebody does who has no key."""
    house.meddle(*statements)
