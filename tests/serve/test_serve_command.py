"""`guardroom serve` as a process: where it listens, and that nothing is left of it."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from aiohttp import ClientSession, ClientWebSocketResponse, WSMsgType
from bans.ban_house import BanHouse
from harness.served import CODE, Served, served, sign_in, visitor
from harness.town import command, gone, until

from guardroom.__main__ import main

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="processes are looked for in /proc")


async def window_of(client: ClientSession, server: Served) -> ClientWebSocketResponse:
    """A window of somebody signed in, once it shows something."""
    line = await client.ws_connect(f"{server.url}/ws?width=120&height=36", origin=server.url)
    painted = b""
    while b"Jobcenter" not in painted:
        message = await line.receive(20)
        assert message.type is WSMsgType.BINARY, message
        painted += message.data
    return line


def told_to_all(pid: int) -> str:
    """What every process of this account may read of a process."""
    return "".join(Path(f"/proc/{pid}/{name}").read_text("utf-8", "replace") for name in ("cmdline", "environ"))


async def closed(line: ClientWebSocketResponse) -> None:
    """Until the server has closed the line."""
    while (await line.receive(20)).type not in (WSMsgType.CLOSE, WSMsgType.CLOSED, WSMsgType.CLOSING, WSMsgType.ERROR):
        pass


class TestWhereItListens:
    def test_another_host_is_refused(self, at: BanHouse, capsys: pytest.CaptureFixture[str]) -> None:
        assert main(["serve", "--config", str(at.house.config), "--host", "0.0.0.0"]) == 2
        assert capsys.readouterr().err == (
            "guardroom serve answers this PC only: --host 0.0.0.0 wants behind_proxy = true and public_url under "
            f"[serve] in {at.house.config}.\n"
        )

    def test_a_port_in_use_is_told(self, at: BanHouse, capsys: pytest.CaptureFixture[str]) -> None:
        with socket.create_server(("127.0.0.1", 0)) as taken:
            port = taken.getsockname()[1]
            assert main(["serve", "--config", str(at.house.config), "--port", str(port)]) == 1
        assert capsys.readouterr().err == (
            f"Port {port} on 127.0.0.1 is in use already: end what uses it, or choose another with --port.\n"
        )

    def test_a_port_that_cannot_be(self, at: BanHouse, capsys: pytest.CaptureFixture[str]) -> None:
        assert main(["serve", "--config", str(at.house.config), "--port", "70000"]) == 2
        assert capsys.readouterr().err == "--port 70000: allowed is a number from 0 to 65535.\n"

    def test_without_a_database_it_says_what_to_do(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        config = tmp_path / "guardroom.toml"
        config.write_text('language = "en"\n', "utf-8")
        assert main(["serve", "--config", str(config)]) == 1
        assert capsys.readouterr().err == "The database is not made or from an older version: start `guardroom` once.\n"


class TestNothingIsLeft:
    async def test_the_window_that_is_closed_takes_its_process_with_it(self, at: BanHouse) -> None:
        with served(at.house.config) as server:
            async with visitor() as client:
                await sign_in(client, server.url)
                line = await window_of(client, server)
                (dashboard,) = server.windows()
                assert not {secret for secret in (CODE, "LLD") if secret in told_to_all(dashboard)}
                await line.close()
                until(lambda: gone(dashboard))
                # The session goes on for a moment: the page may be loaded anew.
                again = await window_of(client, server)
                newest = await window_of(client, server)
                await closed(again)
                until(lambda: len(server.windows()) == 1)
                await newest.close()

    async def test_signing_out_in_the_window_ends_the_session(self, at: BanHouse) -> None:
        with served(at.house.config) as server:
            async with visitor() as client:
                await sign_in(client, server.url)
                line = await window_of(client, server)
                await line.send_json(["stdin", "\x11"])  # Ctrl+Q
                await closed(line)
                async with client.get(server.url) as answer:
                    assert answer.url.path == "/sign-in"
        assert at.house.told()[-1] == "signed_out"

    @pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL], ids=["SIGTERM", "SIGKILL"])
    async def test_no_dashboard_outlives_the_server(self, at: BanHouse, number: signal.Signals) -> None:
        with served(at.house.config) as server:
            async with visitor() as client:
                await sign_in(client, server.url)
                line = await window_of(client, server)
                (dashboard,) = server.windows()
                server.process.send_signal(number)
                code = server.process.wait(20)
                until(lambda: gone(dashboard))
                assert code == (0 if number == signal.SIGTERM else -number)
                await line.close()
        if number == signal.SIGTERM:
            assert at.house.told()[-1] == "signed_out"

    async def test_a_dashboard_that_hangs_is_ended(self, at: BanHouse) -> None:
        with served(at.house.config) as server:
            async with visitor() as client:
                await sign_in(client, server.url)
                line = await window_of(client, server)
                (dashboard,) = server.windows()
                os.kill(dashboard, signal.SIGSTOP)
                await line.close()
                until(lambda: gone(dashboard))


async def test_what_cannot_be_read_is_not_written_down(at: BanHouse) -> None:
    with served(at.house.config) as server:
        host, port = server.url.removeprefix("http://").split(":")
        reader, writer = await asyncio.open_connection(host, port)
        writer.write(f"POST /sign-in HTTP/1.1\r\nHost: {host}:{port}\r\nConnection: close\r\n\r\ncode=my+own".encode())
        while await reader.read(4096):
            pass
        writer.close()
        assert "my+own" not in server.log


def test_the_window_is_not_for_people(at: BanHouse) -> None:
    done = subprocess.run(
        command("dashboard", "--config", str(at.house.config), "--window"),
        input=b'{"who": {"user": 1, "initials": "LLD", "role": "leader", "station": "x"}, "proof": "0"}\n',
        capture_output=True,
        timeout=30,
        check=False,
    )
    assert done.returncode == 2
    assert done.stderr.decode() == "This is started by `guardroom serve`, not by people.\n"
