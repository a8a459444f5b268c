"""The web server: the sign-in, the page of a window, and the line between that page and its dashboard.

Everything runs on one event loop; whatever asks the database is done in threads beside it.
"""

from __future__ import annotations

import asyncio
import json
import logging
import math
import secrets
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress

from aiohttp import WSMsgType, web

from guardroom.ground import Ground
from guardroom.language import _, n_
from guardroom.people.keyed import keyed_digest
from guardroom.people.signin import WrongCode
from guardroom.refusal import Refused, sentence
from guardroom.serve import pages
from guardroom.serve.addresses import Addresses
from guardroom.serve.door import Door
from guardroom.serve.origin import Places
from guardroom.serve.sessions import Session, Sessions, Why, somebody_typed
from guardroom.serve.window import DidNotStart, Window, open_window

_LOOK_S = 1.0
_LOOK_AT_RIGHTS_S = 5.0
_LARGEST_FORM = 4096
_LARGEST_MESSAGE = 64 << 10
_HEARTBEAT_S = 15.0
_LONGEST_ADDRESS = 64
_HEADERS = {
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
    # Not "no-referrer": browsers then hide the Origin of a form from us too.
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cache-Control": "no-store",
}

log = logging.getLogger(__name__)

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Server:
    """Sign-ins, sessions and windows of one `guardroom serve`. `clock` tells running seconds."""

    def __init__(self, ground: Ground, places: Places, clock: Callable[[], float] = time.monotonic) -> None:
        self._ground = ground
        self._settings = ground.settings
        serve = ground.settings.serve
        self._places = places
        self._clock = clock
        self._door = Door(ground)
        self._addresses = Addresses()
        self._sessions = Sessions(most=serve.sessions, idle_s=serve.idle_min * 60, longest_s=serve.longest_min * 60)
        self._lines: dict[Session, _Line] = {}
        self._leaving: set[asyncio.Task[None]] = set()
        self._form_key = secrets.token_bytes(32)
        self._one_at_a_time = asyncio.Lock()
        self._looked_at_rights = clock()
        prefix = "__Host-" if places.are_secure else ""
        self._session_cookie = f"{prefix}guardroom"
        self._form_cookie = f"{prefix}guardroom-form"

    def application(self) -> web.Application:
        """What aiohttp serves."""
        app = web.Application(middlewares=[self._only_ours], client_max_size=_LARGEST_FORM)
        app.router.add_get("/", self._window_page)
        app.router.add_get("/sign-in", self._sign_in_page)
        app.router.add_post("/sign-in", self._sign_in)
        app.router.add_post("/sign-out", self._sign_out)
        app.router.add_get("/ws", self._line)
        app.router.add_get("/static/{name}", self._file)
        app.on_response_prepare.append(self._add_headers)
        app.cleanup_ctx.append(self._looking)
        app.on_shutdown.append(self._end_all)
        return app

    # Every question

    @web.middleware
    async def _only_ours(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        if not self._places.is_ours(request.host):
            raise web.HTTPForbidden(text=_("This address is not known here."))
        asks_for_more = request.method not in ("GET", "HEAD") or request.path == "/ws"
        if asks_for_more and not self._places.is_own_page(request.headers.get("Origin"), request.host):
            raise web.HTTPForbidden(text=_("This comes from a foreign page."))
        try:
            return await handler(request)
        except (web.HTTPException, asyncio.CancelledError):
            raise
        except Exception as problem:
            # Its kind only: what it says may be of a person.
            log.error("%s %s failed: %s", request.method, request.path, type(problem).__name__)
            text = _("This failed because of a mistake in the program; nothing was saved.")
            raise web.HTTPInternalServerError(text=text) from None

    async def _add_headers(self, _request: web.Request, response: web.StreamResponse) -> None:
        for name, value in _HEADERS.items():
            response.headers.setdefault(name, value)
        response.headers["Server"] = "guardroom"
        response.headers.setdefault("Content-Security-Policy", pages.SIGN_IN_POLICY)

    async def _file(self, request: web.Request) -> web.StreamResponse:
        found = pages.FILES.get(request.match_info["name"])
        if found is None:
            raise web.HTTPNotFound
        path, kind = found
        return web.FileResponse(path, headers={"Content-Type": kind, "Cache-Control": "private, max-age=3600"})

    # Signing in and out

    async def _sign_in_page(self, request: web.Request) -> web.StreamResponse:
        if self._session(request) is not None:
            raise web.HTTPSeeOther("/")
        return self._form(request)

    def _form(
        self, request: web.Request, told: str = "", initials: str = "", *, status: int = 200, wait_s: float = 0
    ) -> web.Response:
        """The form, with a token that fits the cookie it comes with."""
        nonce = request.cookies.get(self._form_cookie) or secrets.token_urlsafe(32)
        page = pages.sign_in_page(self._settings, self._token_for(nonce), told, initials)
        response = web.Response(text=page, content_type="text/html", status=status)
        if wait_s:
            response.headers["Retry-After"] = str(math.ceil(wait_s))
        self._set_cookie(response, self._form_cookie, nonce)
        return response

    async def _sign_in(self, request: web.Request) -> web.StreamResponse:
        form = await request.post()
        nonce, token = request.cookies.get(self._form_cookie, ""), str(form.get("token", ""))
        if not (nonce and secrets.compare_digest(token.encode(), self._token_for(nonce).encode())):
            return self._form(request, _("This page was too old: sign in once more."), status=403)
        initials, code = str(form.get("initials", "")).strip()[:20], str(form.get("code", ""))[:200]
        if not (initials and code):
            return self._form(request, _("Give your initials and your code."), initials, status=400)
        address = self._address(request)
        # One after the other: a code takes much memory to look at, and nobody gains by asking many times at once.
        async with self._one_at_a_time:
            now = self._clock()
            if self._sessions.are_full:
                return self._form(request, self._full(), initials, status=503)
            if (wait_s := self._addresses.wait_s(address, now)) > 0:
                return self._form(request, _too_often(wait_s), initials, status=429, wait_s=wait_s)
            try:
                who = await asyncio.to_thread(self._door.let_in, initials, code, address)
            except WrongCode as wrong:
                self._addresses.note_wrong(address, now)
                return self._form(request, wrong.sentence, initials, status=401, wait_s=wrong.wait_s)
            except Refused as refused:
                return self._form(request, refused.sentence, status=403)
            except Exception as problem:
                if (said := sentence(problem)) is None:
                    raise
                return self._form(request, said, initials, status=503)
            session_id = self._sessions.begin(who, self._clock())
        if (before := self._session(request)) is not None:
            await self._end(before, "signed_out")
        log.info("%s signed in from %s", who.user, address)
        response = _lead_to("/")
        self._set_cookie(response, self._session_cookie, session_id)
        self._drop_cookie(response, self._form_cookie)
        return response

    async def _sign_out(self, request: web.Request) -> web.StreamResponse:
        session = self._session(request)
        if session is not None:
            form = await request.post()
            if not session.fits(str(form.get("token", ""))):
                raise web.HTTPForbidden(text=_("This comes from a foreign page."))
            await self._end(session, "signed_out")
        response = _lead_to("/sign-in")
        self._drop_cookie(response, self._session_cookie)
        return response

    def _full(self) -> str:
        most = self._settings.serve.sessions
        return n_(
            "Only {count} person can be signed in here at a time: try again when they have signed out.",
            "All {count} places here are taken: try again when somebody has signed out.",
            most,
        ).format(count=most)

    # The window

    async def _window_page(self, request: web.Request) -> web.StreamResponse:
        session = self._session(request)
        if session is None:
            raise web.HTTPSeeOther("/sign-in")
        session.touched = self._clock()
        socket = f"{'wss' if self._places.are_secure else 'ws'}://{request.host}"
        page = pages.window_page(self._settings, session.who, session.token, f"{socket}/ws")
        policy = pages.WINDOW_POLICY.format(socket=socket)
        return web.Response(text=page, content_type="text/html", headers={"Content-Security-Policy": policy})

    async def _line(self, request: web.Request) -> web.StreamResponse:
        session = self._session(request)
        if session is None:
            raise web.HTTPUnauthorized(text=_("Sign in first."))
        socket = web.WebSocketResponse(heartbeat=_HEARTBEAT_S, max_msg_size=_LARGEST_MESSAGE, compress=False)
        await socket.prepare(request)
        line = _Line(socket)
        before, self._lines[session] = self._lines.get(session), line
        session.away_since = None
        if before is not None:
            # One window for each who is signed in: the newest, as when a page is loaded anew.
            await before.close()
        try:
            if self._lines.get(session) is line:
                size = (_whole(request.query.get("width"), 80), _whole(request.query.get("height"), 24))
                await self._show(session, line, *size)
        finally:
            await line.close()
            if self._lines.get(session) is line:
                del self._lines[session]
                session.away_since = self._clock()
        if line.window is not None and line.window.signed_out:
            await self._end(session, "signed_out")
        return socket

    async def _show(self, session: Session, line: _Line, width: int, height: int) -> None:
        try:
            line.window = await open_window(self._ground, session.who, width, height)
        except DidNotStart:
            return
        if line.closed:
            return
        paint = asyncio.create_task(self._paint(session, line, line.window))
        try:
            async for message in line.socket:
                if message.type is WSMsgType.TEXT:
                    await self._take(session, line, line.window, message.data)
        finally:
            paint.cancel()
            with suppress(asyncio.CancelledError):
                await paint

    async def _paint(self, session: Session, line: _Line, window: Window) -> None:
        with suppress(ConnectionError):
            async for piece in window.painted():
                await line.socket.send_bytes(piece)
        # The dashboard has ended. First its session, where that is over too, then the line: the page leads on.
        await window.close()
        if window.signed_out:
            await asyncio.shield(self._end(session, "signed_out"))
        await line.socket.close()

    async def _take(self, session: Session, line: _Line, window: Window, message: str) -> None:
        """One message from the terminal's script: a list of its kind and what belongs to it."""
        try:
            kind, *rest = json.loads(message)
            match kind, rest:
                case "stdin", [str(data)]:
                    if somebody_typed(data):
                        session.touched = self._clock()
                    await window.type(data)
                case "resize", [{"width": int(width), "height": int(height)}]:
                    await window.resize(width, height)
                case "ping", [data]:
                    await line.socket.send_json(["pong", data])
                case (("focus" | "blur"), _rest):
                    await window.focus(there=kind == "focus")
        except (ValueError, TypeError):
            log.warning("a browser said what no terminal says")
            await line.socket.close()

    # Ending

    async def _looking(self, _app: web.Application) -> AsyncIterator[None]:
        look = asyncio.create_task(self._look_on())
        yield
        look.cancel()
        with suppress(asyncio.CancelledError):
            await look

    async def _look_on(self) -> None:
        while True:
            await asyncio.sleep(_LOOK_S)
            await self.look()

    async def look(self) -> None:
        """End the sessions whose time is up, or whose users may no longer be here."""
        now = self._clock()
        asks = now - self._looked_at_rights >= _LOOK_AT_RIGHTS_S
        if asks:
            self._looked_at_rights = now
        for session in self._sessions.open:
            try:
                why = self._sessions.why_over(session, now)
                if why is None and asks and not await asyncio.to_thread(self._door.still_may, session.who):
                    why = "rights"
                if why is not None:
                    await self._end(session, why)
            except Exception as problem:
                # The others are looked at all the same, and this one the next time.
                log.error("a session could not be looked at: %s", type(problem).__name__)

    async def _end(self, session: Session, why: Why) -> None:
        if not self._sessions.end(session):
            return
        log.info("the session of %s is over: %s", session.who.user, why)
        # Noted whatever becomes of whoever asked for it, and the server ends only when it is.
        noted = asyncio.create_task(asyncio.to_thread(self._door.let_out, session.who))
        self._leaving.add(noted)
        noted.add_done_callback(self._leaving.discard)
        if (line := self._lines.pop(session, None)) is not None:
            await line.close()
        await asyncio.shield(noted)

    async def _end_all(self, _app: web.Application) -> None:
        await asyncio.gather(*(self._end(session, "server") for session in self._sessions.open))
        await asyncio.gather(*self._leaving)

    # Cookies

    def _session(self, request: web.Request) -> Session | None:
        return self._sessions.find(request.cookies.get(self._session_cookie, ""), self._clock())

    def _token_for(self, nonce: str) -> str:
        return keyed_digest(self._form_key, nonce)

    def _set_cookie(self, response: web.StreamResponse, name: str, value: str) -> None:
        response.set_cookie(name, value, path="/", httponly=True, samesite="Strict", secure=self._places.are_secure)

    def _drop_cookie(self, response: web.StreamResponse, name: str) -> None:
        response.del_cookie(name, path="/", httponly=True, samesite="Strict", secure=self._places.are_secure)

    def _address(self, request: web.Request) -> str:
        """Where a browser is; behind a proxy what the proxy itself has added last, for the rest anybody can write."""
        # A proxy adds to the browser's own line, or adds a line of its own below it.
        told = request.headers.getall("X-Forwarded-For", []) if self._settings.serve.behind_proxy else []
        return (",".join(told).rpartition(",")[2].strip() or request.remote or "?")[:_LONGEST_ADDRESS]


class _Line:
    """An open window: its socket, and its dashboard once that has started."""

    def __init__(self, socket: web.WebSocketResponse) -> None:
        self.socket = socket
        self.window: Window | None = None
        self.closed = False

    async def close(self) -> None:
        """End both; returns when the process has ended."""
        self.closed = True
        if self.window is not None:
            await self.window.close()
        with suppress(ConnectionError, RuntimeError):
            await self.socket.close()


def _too_often(wait_s: float) -> str:
    minutes = math.ceil(wait_s / 60)
    return n_(
        "Too many wrong codes came from this address; try again in {count} minute.",
        "Too many wrong codes came from this address; try again in {count} minutes.",
        minutes,
    ).format(count=minutes)


def _lead_to(path: str) -> web.Response:
    return web.Response(status=303, headers={"Location": path})


def _whole(text: str | None, usual: int) -> int:
    return int(text) if text is not None and text.isascii() and text.isdecimal() and len(text) <= 5 else usual
