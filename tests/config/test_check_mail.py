"""`guardroom check` and the mail server: one clear line for each thing that cannot work."""

from __future__ import annotations

import datetime
import ssl
from pathlib import Path

import pytest
from config.conftest import Write
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from harness.mail_server import MailServer, free_port

from guardroom.__main__ import main

LEADER = """
[[recipients]]
name = "Leder"
groups = ["guards", "leaders", "security_coordinator", "centre_heads", "safety_org"]
mail = "leder@byby.example"
"""


def lines_of(config: Path, capsys: pytest.CaptureFixture[str], *more: str) -> list[str]:
    """What check says of mail and recipients."""
    main(["check", "--config", str(config), "--listen", "0", *more])
    printed = capsys.readouterr().out.splitlines()
    return [line for line in printed if "Leder" in line or line[4:].startswith(("mail", "recipients"))]


def test_a_server_that_answers(write: Write, capsys: pytest.CaptureFixture[str]) -> None:
    with MailServer() as server:
        found = lines_of(write(server.toml() + LEADER), capsys)
    assert found == [
        f"ok  mail: 127.0.0.1:{server.port} answers; the line to it is not encrypted",
        "ok  recipients: 1 recipient, and each group of the policy has one",
    ]
    assert server.taken == [], "nobody is written to unless that is asked for"


def test_a_test_message_to_everybody(write: Write, capsys: pytest.CaptureFixture[str]) -> None:
    gone = '\n[[recipients]]\nname = "Leder 2"\nmail = "gone@byby.example"\nsms = "12345678"\n'
    with MailServer(refuse={"gone@byby.example": "550 No such user"}) as server:
        found = lines_of(write(server.toml() + LEADER + gone), capsys, "--send-test")
    assert found[2:] == [
        "ok  Leder (mail): a test message was taken for leder@byby.example",
        "!!  Leder 2 (mail): gone@byby.example: 550 No such user",
        "ok  Leder 2 (sms): a test message was taken for 12345678",
    ]
    assert [subject for _to, subject in server.subjects()] == ["TEST from guardroom: nothing has happened"] * 2


def test_nobody_listens(write: Write, capsys: pytest.CaptureFixture[str]) -> None:
    server = MailServer(port=free_port())
    assert (
        lines_of(write(server.toml() + LEADER), capsys)[0]
        == f"!!  mail: 127.0.0.1:{server.port}: nothing listens there"
    )


def test_a_name_that_nobody_has(write: Write, capsys: pytest.CaptureFixture[str]) -> None:
    config = write('[mail]\nserver = "mail.invalid"\nsender = "a@byby.example"\n')
    assert lines_of(config, capsys)[0].startswith("!!  mail: mail.invalid:587: no computer has that name")


def test_a_server_without_encryption(write: Write, capsys: pytest.CaptureFixture[str]) -> None:
    with MailServer() as server:
        config = write(server.toml().replace('"none"', '"starttls"') + LEADER)
        assert 'offers no encryption there: try security = "tls"' in lines_of(config, capsys)[0]
        config = write(server.toml().replace('"none"', '"tls"') + LEADER)
        assert 'does not begin with encryption on this port: try security = "starttls"' in lines_of(config, capsys)[0]


def test_users_certificates_and_passwords(
    write: Write, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    key, certificate = certificate_for(tmp_path)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    with MailServer(tls=context, user="guardroom", password="hemmelig") as server:
        toml = server.toml().replace('"none"', '"starttls"') + 'user = "guardroom"\n'
        found = lines_of(write(toml + LEADER), capsys)
        assert "its certificate does not hold: self-signed certificate" in found[0]
        toml += f'ca_file = "{certificate.as_posix()}"\n'
        found = lines_of(write(toml + LEADER), capsys)
        assert "no password is set; put it into GUARDROOM_MAIL_PASSWORD or into the keyring" in found[0]
        monkeypatch.setenv("GUARDROOM_MAIL_PASSWORD", "forkert")
        found = lines_of(write(toml + LEADER), capsys)
        assert "the server does not accept the user or the password (535)" in found[0]
        monkeypatch.delenv("GUARDROOM_MAIL_PASSWORD")
        secret = tmp_path / "mail.password"
        secret.write_text("hemmelig\n")
        secret.chmod(0o644)
        toml += 'password_file = "mail.password"\n'
        assert "can be read by others" in lines_of(write(toml + LEADER), capsys)[0]
        secret.chmod(0o600)
        found = lines_of(write(toml + LEADER), capsys, "--send-test")
        assert found[0] == f"ok  mail: 127.0.0.1:{server.port} answers, encrypted"
        assert found[2] == "ok  Leder (mail): a test message was taken for leder@byby.example"


def test_groups_that_nobody_is_in(write: Write, capsys: pytest.CaptureFixture[str]) -> None:
    with MailServer() as server:
        found = lines_of(write(server.toml() + '[[recipients]]\nname = "Leder"\nmail = "a@byby.example"\n'), capsys)
    assert found[1] == (
        "!!  recipients: the policy tells guards, leaders, security_coordinator, centre_heads, safety_org,"
        " but no recipient is in these groups"
    )


def certificate_for(folder: Path) -> tuple[Path, Path]:
    """A key and a certificate that it signed itself, for 127.0.0.1."""
    import ipaddress

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.datetime.now(datetime.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    key_file, certificate_file = folder / "key.pem", folder / "certificate.pem"
    key_file.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    certificate_file.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    return key_file, certificate_file
