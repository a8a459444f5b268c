"""The web server as a browser and as a stranger find it; no window is opened here."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
from aiohttp import ClientSession, WSServerHandshakeError
from aiohttp.test_utils import TestServer, unused_port
from bans.ban_house import BanHouse
from harness.house import SmallHouse
from harness.served import CODE, form_token, sign_in, visitor
from multidict import CIMultiDict
from sqlalchemy.exc import ProgrammingError

from guardroom.people.roles import Role
from guardroom.people.users import Users
from guardroom.serve.origin import Places
from guardroom.serve.server import Server
from guardroom.serve.sessions import Session, Sessions
from guardroom.settings import Serve


class Web:
    """A server in this process, and its address."""

    def __init__(self, house: SmallHouse, serve: Serve) -> None:
        port = unused_port()
        ground = replace(house.ground, settings=replace(house.ground.settings, serve=serve))
        self.server = Server(ground, Places.of(serve, "127.0.0.1", port), house.clock.monotonic)
        self._test = TestServer(self.server.application(), port=port)
        self.url = f"http://127.0.0.1:{port}"

    async def __aenter__(self) -> Web:
        await self._test.start_server()
        return self

    async def __aexit__(self, *_exc: object) -> None:
        await self._test.close()


@pytest.fixture
async def web(at: BanHouse) -> AsyncIterator[Web]:
    async with Web(at.house, Serve(sessions=2)) as made:
        yield made


@pytest.fixture
async def client() -> AsyncIterator[ClientSession]:
    async with visitor() as made:
        yield made


async def page_of(client: ClientSession, url: str) -> tuple[str, str]:
    """The path that an address leads to, and its text."""
    async with client.get(url) as answer:
        return answer.url.path, await answer.text()


async def try_from(client: ClientSession, behind: Web, initials: str, code: str, *addresses: str) -> int:
    """Sign in through the proxy in front of a server, which tells these addresses. Returns the answer's status."""
    ours = {"Host": "vagt.byby.example", "Origin": "https://vagt.byby.example"}
    async with client.get(f"{behind.url}/sign-in", headers=ours) as answer:
        nonce = answer.cookies["__Host-guardroom-form"].value
        page = await answer.text()
    token = page.partition('name="token" value="')[2].partition('"')[0]
    headers = CIMultiDict(ours | {"Cookie": f"__Host-guardroom-form={nonce}"})
    for address in addresses:
        headers.add("X-Forwarded-For", address)
    form = {"token": token, "initials": initials, "code": code}
    async with client.post(f"{behind.url}/sign-in", data=form, headers=headers, allow_redirects=False) as answer:
        return answer.status


class TestSigningIn:
    async def test_nothing_is_shown_before(self, web: Web, client: ClientSession) -> None:
        assert (await page_of(client, f"{web.url}/"))[0] == "/sign-in"
        with pytest.raises(WSServerHandshakeError) as refused:
            await client.ws_connect(f"{web.url}/ws", origin=web.url)
        assert refused.value.status == 401

    async def test_initials_and_code_lead_to_the_window(self, web: Web, client: ClientSession, at: BanHouse) -> None:
        assert (await sign_in(client, web.url))[0] == 303
        path, page = await page_of(client, web.url)
        assert (path, "LLD, leader: read only" in page) == ("/", True)
        entry = at.house.audit()[-1]
        assert (entry.what, entry.station) == ("signed_in", "Vagtstuen (browser)")

    async def test_a_wrong_code_waits_longer_each_time(self, web: Web, client: ClientSession, at: BanHouse) -> None:
        for seconds in (1, 2, 4):
            status, page = await sign_in(client, web.url, code="wrong code")
            assert status == 401
            assert "do not belong together" in page
            assert f"possible in {seconds} second" in page
            status, page = await sign_in(client, web.url)
            assert (status, "The next attempt is possible" in page) == (401, True)
            at.clock.advance(seconds)
        assert at.house.told().count("sign_in_failed") == 3
        assert (await sign_in(client, web.url))[0] == 303

    async def test_wrong_codes_here_hold_up_nobody_at_the_station(
        self, web: Web, client: ClientSession, at: BanHouse
    ) -> None:
        from guardroom.people.signin import SignIn

        await sign_in(client, web.url, code="wrong code")
        assert SignIn(at.house.ground).sign_in("LLD", CODE, "Vagtstuen").initials == "LLD"

    async def test_an_address_that_tries_too_often_waits(self, web: Web, client: ClientSession, at: BanHouse) -> None:
        for number in range(20):
            assert (await sign_in(client, web.url, f"X{chr(65 + number)}", "wrong code"))[0] == 401
        status, page = await sign_in(client, web.url)
        assert status == 429
        assert "Too many wrong codes came from this address; try again in 5 minutes" in page
        at.clock.advance(300)
        assert (await sign_in(client, web.url))[0] == 303

    async def test_whoever_belongs_to_the_guard_room_signs_in_there(
        self, web: Web, client: ClientSession, at: BanHouse
    ) -> None:
        status, page = await sign_in(client, web.url, "VT")
        assert (status, "As guard you sign in at a station, not here." in page) == (403, True)
        assert at.house.told()[-3:] == ["signed_in", "refused", "signed_out"]
        assert (await page_of(client, web.url))[0] == "/sign-in"

    async def test_a_code_that_was_given_is_changed_at_a_station_first(
        self, web: Web, client: ClientSession, at: BanHouse
    ) -> None:
        code = Users(at.house.ground).new_code(at.someone(Role.ADMIN), "LLD")
        status, page = await sign_in(client, web.url, code=code)
        assert (status, "choose your own first" in page) == (403, True)

    async def test_who_is_too_many_is_told(self, web: Web, at: BanHouse) -> None:
        for initials in ("LA", "LB", "LC"):
            at.house.who(Role.LEADER, initials=initials, code=CODE)
        async with visitor() as one, visitor() as two, visitor() as three:
            assert [(await sign_in(one, web.url, "LA"))[0], (await sign_in(two, web.url, "LB"))[0]] == [303, 303]
            status, page = await sign_in(three, web.url, "LC")
            assert (status, "All 2 places here are taken" in page) == (503, True)
            token = await form_token(one, web.url)
            async with one.post(f"{web.url}/sign-out", data={"token": token}, headers={"Origin": web.url}) as answer:
                assert answer.url.path == "/sign-in"
            assert (await sign_in(three, web.url, "LC"))[0] == 303

    async def test_what_was_typed_is_shown_as_text(self, web: Web, client: ClientSession) -> None:
        _status, page = await sign_in(client, web.url, '"><script>x', "wrong code")
        assert "<script>x" not in page
        assert "&lt;script&gt;x" in page


class TestTheEnd:
    async def test_signing_out_ends_the_session_and_is_noted(
        self, web: Web, client: ClientSession, at: BanHouse
    ) -> None:
        await sign_in(client, web.url)
        token = await form_token(client, web.url)
        kept = {cookie.key: cookie.value for cookie in client.cookie_jar}
        async with client.post(f"{web.url}/sign-out", data={"token": token}, headers={"Origin": web.url}):
            pass
        assert at.house.told()[-1] == "signed_out"
        async with visitor() as thief:
            thief.cookie_jar.update_cookies(kept)
            assert (await page_of(thief, web.url))[0] == "/sign-in"

    @pytest.mark.parametrize(("seconds", "ends"), [(59, False), (60, True)])
    async def test_a_session_without_a_window_ends(
        self, web: Web, client: ClientSession, at: BanHouse, seconds: float, ends: bool
    ) -> None:
        await sign_in(client, web.url)
        at.clock.advance(seconds)
        await web.server.look()
        assert (at.house.told()[-1] == "signed_out") == ends
        assert (await page_of(client, web.url))[0] == ("/sign-in" if ends else "/")

    async def test_whoever_is_disabled_is_out(self, web: Web, client: ClientSession, at: BanHouse) -> None:
        await sign_in(client, web.url)
        Users(at.house.ground).disable(at.someone(Role.ADMIN), "LLD")
        at.clock.advance(5)
        await web.server.look()
        assert (await page_of(client, web.url))[0] == "/sign-in"

    async def test_what_cannot_be_noted_or_asked_keeps_nobody_in(
        self, web: Web, at: BanHouse, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def fails(*_asked: object) -> None:
            raise ProgrammingError("SELECT", None, Exception("no such table"))

        at.house.who(Role.LEADER, initials="LA", code=CODE)
        async with visitor() as one, visitor() as two, visitor() as three:
            await sign_in(one, web.url, "LA")
            await sign_in(two, web.url)
            with monkeypatch.context() as broken:
                broken.setattr("guardroom.people.signin.SignIn.sign_out", fails)
                at.clock.advance(60)
                await web.server.look()
            assert (await sign_in(one, web.url, "LA"))[0] == 303, "there is room again"
            assert (await sign_in(two, web.url))[0] == 303
            with monkeypatch.context() as broken:
                broken.setattr("guardroom.ground.Ground.reading", fails)
                at.clock.advance(5)
                await web.server.look()
            assert (await page_of(one, web.url))[0] == (await page_of(two, web.url))[0] == "/sign-in"
            assert (await sign_in(three, web.url))[0] == 303

    async def test_one_that_cannot_be_ended_keeps_no_other_in(
        self, web: Web, at: BanHouse, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        whole = Sessions.end

        def end(sessions: Sessions, session: Session) -> bool:
            if session.who.initials == "LA":
                raise RuntimeError
            return whole(sessions, session)

        at.house.who(Role.LEADER, initials="LA", code=CODE)
        async with visitor() as one, visitor() as two, visitor() as three:
            await sign_in(one, web.url, "LA")
            await sign_in(two, web.url)
            with monkeypatch.context() as broken:
                broken.setattr(Sessions, "end", end)
                at.clock.advance(60)
                await web.server.look()
            assert (await sign_in(three, web.url))[0] == 303


class TestStrangers:
    @pytest.mark.parametrize("origin", ["http://evil.example", "null", ""])
    async def test_a_foreign_page_signs_nobody_in(self, web: Web, client: ClientSession, origin: str) -> None:
        status, page = await sign_in(client, web.url, Origin=origin)
        assert (status, page) == (403, "This comes from a foreign page.")

    @pytest.mark.parametrize("origin", ["http://evil.example", "null", None])
    async def test_a_foreign_page_opens_no_window(self, web: Web, client: ClientSession, origin: str | None) -> None:
        await sign_in(client, web.url)
        with pytest.raises(WSServerHandshakeError) as refused:
            await client.ws_connect(f"{web.url}/ws", origin=origin)
        assert refused.value.status == 403

    async def test_a_foreign_name_for_this_pc_is_refused(self, web: Web, client: ClientSession) -> None:
        for path in ("/", "/sign-in", "/static/textual.js", "/ws"):
            headers = {"Host": "evil.example", "Origin": "http://evil.example"}
            async with client.get(f"{web.url}{path}", headers=headers) as answer:
                assert answer.status == 403

    async def test_a_form_wants_the_token_of_its_own_page(self, web: Web, client: ClientSession) -> None:
        async with visitor() as other:
            token = await form_token(other, f"{web.url}/sign-in")
        form = {"token": token, "initials": "LLD", "code": CODE}
        async with client.post(f"{web.url}/sign-in", data=form, headers={"Origin": web.url}) as answer:
            assert (answer.status, answer.url.path) == (403, "/sign-in")
        await sign_in(client, web.url)
        async with client.post(f"{web.url}/sign-out", data={"token": token}, headers={"Origin": web.url}) as answer:
            assert answer.status == 403
        assert (await page_of(client, web.url))[0] == "/"

    async def test_only_named_files_are_given(self, web: Web, client: ClientSession) -> None:
        for name in ("", "..%2fpages.py", "%2e%2e/server.py", "background.png", "page.css%00"):
            async with client.get(f"{web.url}/static/{name}") as answer:
                assert answer.status == 404


class TestHeaders:
    @pytest.mark.parametrize("path", ["/sign-in", "/", "/nothing", "/static/textual.js"])
    async def test_every_answer_has_them(self, web: Web, client: ClientSession, path: str) -> None:
        await sign_in(client, web.url)
        async with client.get(f"{web.url}{path}", allow_redirects=False) as answer:
            headers = answer.headers
        assert headers["X-Frame-Options"] == "DENY"
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "same-origin"
        assert headers["Server"] == "guardroom"
        assert "default-src 'none'" in headers["Content-Security-Policy"]
        assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
        assert headers["Cache-Control"] == ("private, max-age=3600" if "static" in path else "no-store")

    async def test_no_script_runs_on_the_sign_in_and_none_but_ours_in_the_window(
        self, web: Web, client: ClientSession
    ) -> None:
        async with client.get(f"{web.url}/sign-in") as answer:
            assert "script-src" not in answer.headers["Content-Security-Policy"]
        await sign_in(client, web.url)
        async with client.get(web.url) as answer:
            assert "script-src 'self';" in answer.headers["Content-Security-Policy"]
            page = await answer.text()
        assert "http:" not in page.replace(web.url, "")
        assert "https:" not in page

    async def test_a_cookie_is_for_this_server_alone(self, web: Web, client: ClientSession) -> None:
        token = await form_token(client, f"{web.url}/sign-in")
        form = {"token": token, "initials": "LLD", "code": CODE}
        async with client.post(
            f"{web.url}/sign-in", data=form, headers={"Origin": web.url}, allow_redirects=False
        ) as answer:
            cookie = answer.cookies["guardroom"]
        assert (cookie["httponly"], cookie["samesite"], cookie["path"], cookie["domain"]) == (True, "Strict", "/", "")
        assert cookie["max-age"] == ""

    async def test_behind_tls_it_never_leaves_it(self, at: BanHouse, client: ClientSession) -> None:
        serve = Serve(behind_proxy=True, public_url="https://vagt.byby.example")
        async with Web(at.house, serve) as behind:
            headers = {"Host": "vagt.byby.example", "Origin": "https://vagt.byby.example"}
            async with client.get(f"{behind.url}/sign-in", headers=headers) as answer:
                cookie = answer.cookies["__Host-guardroom-form"]
                assert cookie["secure"] is True
            async with client.get(f"{behind.url}/sign-in") as answer:
                assert answer.status == 403

    async def test_whoever_types_wrong_codes_elsewhere_makes_somebody_wait_once(self, at: BanHouse) -> None:
        serve = Serve(behind_proxy=True, public_url="https://vagt.byby.example")
        async with Web(at.house, serve) as behind, visitor() as client:
            for seconds in (1, 2, 4, 8, 16, 32, 60):
                await try_from(client, behind, "LLD", "wrong code", "192.0.2.99")
                at.clock.advance(seconds)
            assert await try_from(client, behind, "LLD", "wrong code", "192.0.2.99") == 401
            at.clock.advance(1)
            assert await try_from(client, behind, "LLD", CODE, "192.0.2.7") == 401, "told to wait for 59 s"
            at.clock.advance(59)
            assert await try_from(client, behind, "LLD", "wrong code", "192.0.2.99") == 401
            assert await try_from(client, behind, "LLD", CODE, "192.0.2.7") == 303

    async def test_many_addresses_guess_hardly_faster_than_one(self, at: BanHouse) -> None:
        serve = Serve(behind_proxy=True, public_url="https://vagt.byby.example")
        addresses = [f"192.0.2.{number}" for number in range(1, 15)]
        async with Web(at.house, serve) as behind, visitor() as client:
            for seconds in (1, 2, 4, 8, 16, 32, 60):
                await try_from(client, behind, "LLD", "wrong code", addresses[0])
                at.clock.advance(seconds)
            before = at.house.told().count("sign_in_failed")
            for _ in range(3):
                for address in addresses:
                    await try_from(client, behind, "LLD", "wrong code", address)
                at.clock.advance(60)
            assert at.house.told().count("sign_in_failed") - before <= 3 * 4

    async def test_behind_a_proxy_addresses_are_those_that_it_tells(self, at: BanHouse) -> None:
        serve = Serve(behind_proxy=True, public_url="https://vagt.byby.example")
        async with Web(at.house, serve) as behind, visitor() as client:

            async def wrong_from(initials: str, *addresses: str) -> int:
                return await try_from(client, behind, initials, "wrong code", *addresses)

            for number in range(20):
                assert await wrong_from(f"X{chr(65 + number)}", "192.0.2.99, 10.0.0.7") == 401
            assert await wrong_from("YY", "192.0.2.98, 10.0.0.7") == 429
            assert await wrong_from("YY", "192.0.2.99, 10.0.0.8") == 401
            # A proxy may as well put its word on a line of its own, below what the browser sent.
            assert await wrong_from("YY", "192.0.2.97", "10.0.0.7") == 429
