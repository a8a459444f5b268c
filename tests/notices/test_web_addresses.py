"""Web addresses with æ, ø and å in them, to a real HTTP server; and those that cannot work, by the command that
checks."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any
from urllib.parse import unquote

import pytest
from harness.house import SmallHouse
from hypothesis import given
from hypothesis import strategies as st

from guardroom.__main__ import main
from guardroom.config import ConfigError, load
from guardroom.notices.web_address import web_address
from guardroom.notices.webhook import Told, post

TOLD = Told(key="1", occasion="alarm", subject="ALARM", body="Log ind.", urgent=True, at="2025-11-24T12:42:07.000Z")


class _Asked(BaseHTTPRequestHandler):
    asked: list[tuple[str, str | None]]

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.asked.append((self.path, self.headers["Host"]))
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_told: object) -> None:
        pass


class Web:
    """A web server on loopback, and what it was asked."""

    def __init__(self, server: HTTPServer, asked: list[tuple[str, str | None]]) -> None:
        self.port = server.server_port
        self.asked = asked


@pytest.fixture
def web() -> Iterator[Web]:
    handler = type("Handler", (_Asked,), {"asked": []})
    with HTTPServer(("127.0.0.1", 0), handler) as server:
        serving = threading.Thread(target=server.serve_forever, daemon=True)
        serving.start()
        yield Web(server, handler.asked)  # type: ignore[attr-defined]
        server.shutdown()
        serving.join()


def test_a_path_and_a_question_with_danish_letters_arrive_as_they_were_meant(web: Web) -> None:
    result = post(f"http://127.0.0.1:{web.port}/rådhus/alarm på stedet?nøgle=ærø&k=1%2F2".replace(" ", "%20"), TOLD, 5)
    assert result.kind == "sent"
    ((path, _host),) = web.asked
    assert path == "/r%C3%A5dhus/alarm%20p%C3%A5%20stedet?n%C3%B8gle=%C3%A6r%C3%B8&k=1%2F2"
    assert unquote(path) == "/rådhus/alarm på stedet?nøgle=ærø&k=1/2"


def test_a_host_with_danish_letters_is_asked_for_by_its_own_name(web: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = socket.getaddrinfo
    asked: list[str] = []

    def name_server(host: str, *more: Any, **options: Any) -> Any:
        asked.append(host)
        return whole("127.0.0.1", *more, **options)

    monkeypatch.setattr(socket, "getaddrinfo", name_server)
    assert post(f"http://Rådhusvagten.byby.example:{web.port}/", TOLD, 5).kind == "sent"
    assert asked == ["xn--rdhusvagten-x8a.byby.example"]
    assert asked[0].encode().decode("idna") == "rådhusvagten.byby.example"
    assert web.asked == [("/", f"xn--rdhusvagten-x8a.byby.example:{web.port}")]


@given(st.text(st.characters(exclude_categories=("C", "Z"), exclude_characters="%?#"), max_size=30))
def test_whatever_the_path_is_called_it_is_ascii_and_means_the_same(name: str) -> None:
    told = web_address(f"https://host.example/{name}")
    assert told.path.isascii()
    assert unquote(told.path) == f"/{name}"
    again = web_address(f"https://host.example{told.path}")
    assert again == told, "what is encoded already is left as it is"


def test_an_ipv6_host_and_a_port() -> None:
    told = web_address("http://[::1]:8080/x")
    assert (told.secure, told.host, told.port, told.path) == (False, "::1", 8080, "/x")


BAD = [
    ("ftp://host/x", "it must begin with https:// or http://"),
    ("https://", "the host is missing"),
    ("https://host:0/x", "the port cannot be 0"),
    ("https://host:99999/x", "the port or the host cannot be read"),
    ("https://host/vagt stue", "there is a space in it"),
    ("https://vagt@host/x", "a user or password before the host is not sent"),
    ("https://host/100%", "a % must be followed by two digits"),
    ("https://" + "å" * 80 + ".example/", "no computer can be called"),
    ("https://vagt..example/", "no computer can be called"),
    ("https://-vagt.example/", "no computer can be called -vagt.example"),
    ("https://[::g]/", "cannot be read"),
]


@pytest.mark.parametrize(("address", "said"), BAD)
def test_one_that_cannot_work_is_one_line(
    house: SmallHouse, capsys: pytest.CaptureFixture[str], address: str, said: str
) -> None:
    person = f'\n[[recipients]]\nname = "Vagtcentral"\ngroups = ["guards"]\nwebhook = "{address}"\n'
    house.config.write_text(house.config.read_text("utf-8") + person, "utf-8")
    with pytest.raises(ConfigError, match=said):
        load(house.config)
    assert main(["check", "--config", str(house.config)]) == 2
    lines = [line for line in capsys.readouterr().err.splitlines() if "webhook" in line]
    assert len(lines) == 1
    assert said in lines[0]
    assert "https://host/path" in lines[0]
