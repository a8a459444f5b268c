"""Passwords come from the environment, systemd, a private file or the keyring; never from guardroom.toml."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from harness.town import command
from keyring import core

from guardroom import passwords
from guardroom.__main__ import main
from guardroom.config import ConfigError, load
from guardroom.config_table import harmless
from guardroom.people.secret import NoSecret, make_secret, read_secret

Write = Callable[[str], Path]
ROOT = Path(__file__).parents[2]
MAIL = '[mail]\nserver = "smtp.byby.example"\nsender = "a@byby.example"\nuser = "guardroom"\n'
posix = pytest.mark.skipif(sys.platform == "win32", reason="modes of POSIX")


@pytest.fixture(autouse=True)
def _bare(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A computer that knows no password and has no keyring."""
    for name in [each for each in os.environ if each.startswith(("GUARDROOM_", "PG", "CREDENTIALS_"))]:
        monkeypatch.delenv(name)
    _forget_backend()
    yield
    _forget_backend()


@pytest.fixture
def keyring(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A keyring in a file, set by the library's own configuration."""
    file = tmp_path / "keyring.json"
    monkeypatch.setenv("TEST_KEYRING_FILE", str(file))
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "harness.file_keyring.FileKeyring")
    _forget_backend()
    return file


def _forget_backend() -> None:
    """As in a program that begins: it has not looked for a keyring yet."""
    core._keyring_backend = None


def guardroom(*arguments: str, given: str = "") -> subprocess.CompletedProcess[str]:
    environment = os.environ | {"PYTHONPATH": os.pathsep.join((str(ROOT), str(ROOT / "tests")))}
    return subprocess.run(
        command(*arguments), input=given, capture_output=True, text=True, timeout=60, check=False, env=environment
    )


def test_kept_in_the_keyring_and_taken_out_again(write: Write, keyring: Path) -> None:
    config = str(write(MAIL))
    done = guardroom("secret", "set", "mail", "--config", config, given="hemmelig æøå\n")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == "The keyring has the password mail.\n"
    assert json.loads(keyring.read_text("utf-8")) == {"guardroom mail": "hemmelig æøå"}
    assert passwords.find("mail") == passwords.Password("hemmelig æøå", "keyring")
    told = guardroom("secret", "list", "--config", config)
    assert (told.returncode, told.stdout) == (0, "mail: from the system's keyring\n")
    assert guardroom("secret", "delete", "mail", "--config", config).returncode == 0
    gone = guardroom("secret", "delete", "mail", "--config", config)
    assert (gone.returncode, gone.stderr) == (1, "guardroom secret: the keyring has no password mail\n")
    assert guardroom("secret", "list", "--config", config).returncode == 1


def test_no_keyring_is_one_sentence(write: Write, capsys: pytest.CaptureFixture[str]) -> None:
    done = guardroom("secret", "set", "mail", "--config", str(write(MAIL)), given="hemmelig\n")
    assert done.returncode == 1
    assert done.stderr == (
        "guardroom secret: this computer has no keyring that is open to this user; "
        "use GUARDROOM_MAIL_PASSWORD or a file\n"
    )
    assert passwords.find("mail") is None


def test_no_password_is_told_as_such(write: Write, keyring: Path) -> None:
    done = guardroom("secret", "set", "mail", "--config", str(write(MAIL)), given="\n")
    assert (done.returncode, done.stderr) == (1, "guardroom secret: no password was given\n")
    assert not keyring.exists()


def test_a_keyring_that_fails_in_a_way_of_its_own_is_one_sentence(
    keyring: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class LogonSession(Exception):
        """As Windows' own."""

    def fails(*_asked: object) -> None:
        raise LogonSession

    for name in ("get_password", "set_password"):
        monkeypatch.setattr(f"harness.file_keyring.FileKeyring.{name}", fails)
    for act in (passwords.find, passwords.forget, lambda name: passwords.keep(name, "hemmelig")):
        with pytest.raises(passwords.NoPassword, match="the keyring does not open: LogonSession"):
            act("mail")


def test_the_library_need_not_be_there(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "keyring", None)
    assert passwords.find("mail") is None
    with pytest.raises(passwords.NoPassword, match=r"is not installed \(`pip install guardroom\[keyring\]`\)"):
        passwords.keep("mail", "hemmelig")


def test_the_first_place_that_has_it_counts(tmp_path: Path, keyring: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    passwords.keep("mail", "kept")
    assert passwords.find("mail") == passwords.Password("kept", "keyring")
    file = tmp_path / "mail.password"
    file.write_text("in a file\n")
    file.chmod(0o600)
    assert passwords.find("mail", file) == passwords.Password("in a file", "file")
    handed = tmp_path / "credentials"
    handed.mkdir()
    (handed / "guardroom.mail").write_text("handed over\n")
    (handed / "guardroom.mail").chmod(0o440)
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(handed))
    assert passwords.find("mail", file) == passwords.Password("handed over", "systemd")
    monkeypatch.setenv("GUARDROOM_MAIL_PASSWORD", "told")
    assert passwords.find("mail", file) == passwords.Password("told", "environment")
    assert "told" not in repr(passwords.find("mail"))


@posix
def test_a_file_that_others_can_read_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "mail.password"
    file.write_text("hemmelig\n")
    for mode in (0o640, 0o604, 0o660):
        file.chmod(mode)
        with pytest.raises(passwords.NoPassword, match="can be read by others; allow its owner only"):
            passwords.find("mail", file)


@posix
def test_the_houses_secret_from_systemd(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    handed = tmp_path / "credentials"
    handed.mkdir()
    make_secret(handed / "guardroom.secret")
    make_secret(tmp_path / "guardroom.secret")
    own, other = read_secret(tmp_path / "guardroom.secret"), read_secret(handed / "guardroom.secret")
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(handed))
    assert read_secret(tmp_path / "guardroom.secret").key("x") == other.key("x") != own.key("x")
    # With an access list the group's bits are its mask; everybody's are not.
    (handed / "guardroom.secret").chmod(0o440)
    read_secret(tmp_path / "guardroom.secret")
    (handed / "guardroom.secret").chmod(0o444)
    with pytest.raises(NoSecret, match="can be read by others"):
        read_secret(tmp_path / "guardroom.secret")


@pytest.mark.parametrize("name", ["mail", "MAIL", "postgresql", "webhook:hooks.byby.example"])
def test_names(name: str) -> None:
    assert passwords.known_name(name) == name.lower()


@pytest.mark.parametrize("name", ["", "sms", "webhook:", "webhook:a/b", "../mail", "mail\n"])
def test_no_names(name: str) -> None:
    if name.strip() == "mail":
        assert passwords.known_name(name) == "mail"
        return
    with pytest.raises(passwords.NoPassword, match="allowed is mail, postgresql or webhook:HOST"):
        passwords.known_name(name)


def test_a_wrong_name_is_a_wrong_use(write: Write, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["secret", "set", "sms", "--config", str(write(MAIL))]) == 2
    assert "there is no password called 'sms'" in capsys.readouterr().err


SECRET = "Hemmelig-9"


@pytest.mark.parametrize(
    ("toml", "key"),
    [
        (f'database = "postgresql+psycopg://guardroom:{SECRET}@db/guardroom"', "database"),
        (f'database = "postgresql+psycopg://guardroom@db/guardroom?password={SECRET}"', "database"),
        (f'database = "postgresql+psycopg://db/guardroom?user=a&password={SECRET}"', "database"),
        (f'{MAIL}password = "{SECRET}"', "mail.password"),
        (f'{MAIL}adgangskode = "{SECRET}"', "mail.adgangskode"),
        (f'[[recipients]]\nname = "Drift"\nwebhook = "https://a:{SECRET}@hooks.example/x"', "webhook"),
        (f'[[recipients]]\nname = "Drift"\nwebhook = "https://hooks.example/x"\ntoken = "{SECRET}"', "token"),
    ],
)
def test_a_password_in_the_file_is_refused_and_not_repeated(write: Write, toml: str, key: str) -> None:
    with pytest.raises(ConfigError) as refused:
        load(write(toml + "\n"))
    (line,) = refused.value.lines
    assert key in line
    assert "a password does not belong in this file" in line
    assert SECRET not in line


def test_a_server_without_a_password_in_its_url(write: Write) -> None:
    url = "postgresql+psycopg://guardroom@db.byby.example:5432/guardroom?sslmode=require"
    assert load(write(f'database = "{url}"\n')).database == url
    assert harmless(url) == url


def test_the_database_servers_password(write: Write, keyring: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from db import server_password

    load(write('database = "postgresql+psycopg://guardroom@db/guardroom"\n'))
    assert server_password.ask() is None
    passwords.keep("postgresql", "kept")
    assert server_password.ask() == "kept"
    monkeypatch.setenv("PGPASSFILE", "/somewhere")
    assert server_password.ask() is None, "the client library looks there itself"
    monkeypatch.setenv("GUARDROOM_POSTGRESQL_PASSWORD", "told")
    assert server_password.ask() == "told"
