"""The two pages that browsers get: signing in, and the window that a dashboard is shown in. Nothing on them comes from
outside; the terminal's script, its style and its letters are those of textual-serve, from this PC's own disk."""

from __future__ import annotations

from html import escape
from pathlib import Path

import textual_serve

from guardroom.language import _
from guardroom.people.roles import named
from guardroom.people.who import Who
from guardroom.settings import Settings

_OURS = Path(__file__).parent / "page"
_LIBRARY = Path(textual_serve.__file__).parent / "static"
FILES: dict[str, tuple[Path, str]] = {
    "page.css": (_OURS / "page.css", "text/css"),
    "window.js": (_OURS / "window.js", "text/javascript"),
    "xterm.css": (_LIBRARY / "css" / "xterm.css", "text/css"),
    "textual.js": (_LIBRARY / "js" / "textual.js", "text/javascript"),
    "mono.ttf": (_LIBRARY / "fonts" / "RobotoMono-VariableFont_wght.ttf", "font/ttf"),
    "mono-italic.ttf": (_LIBRARY / "fonts" / "RobotoMono-Italic-VariableFont_wght.ttf", "font/ttf"),
}
"""What the pages load, by its name under /static/: the file, and what it is."""

SIGN_IN_POLICY = (
    "default-src 'none'; style-src 'self'; font-src 'self'; img-src data:; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
WINDOW_POLICY = (
    "default-src 'none'; script-src 'self'; font-src 'self'; img-src 'self' data:; connect-src 'self' {socket}; "
    # The terminal makes its own style sheets as it runs, for colours and the size of its letters.
    "style-src 'self' 'unsafe-inline'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)

_HEAD = """<!DOCTYPE html>
<html lang="{language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>{title}</title>
{links}
</head>
"""
_SIGN_IN = """<body>
<main class="sign-in">
<h1>{title}</h1>
<p>{what}</p>
{told}
<form method="post" action="/sign-in" autocomplete="off">
<input type="hidden" name="token" value="{token}">
<label for="initials">{initials_label}</label>
<input id="initials" name="initials" value="{initials}" maxlength="20" required {first}>
<label for="code">{code_label}</label>
<input id="code" name="code" type="password" maxlength="200" required autocomplete="off" {second}>
<button type="submit">{button}</button>
</form>
</main>
</body>
</html>
"""
_WINDOW = """<body class="window">
<header>
<strong>{title}</strong>
<span>{who}</span>
<form method="post" action="/sign-out">
<input type="hidden" name="token" value="{token}">
<button type="submit">{sign_out}</button>
</form>
</header>
<div id="terminal" class="textual-terminal" data-session-websocket-url="{socket}" data-font-size="16"></div>
<div class="closed"><div>
<p>{closed}</p>
<p><a href="/">{again}</a></p>
</div></div>
</body>
</html>
"""


def sign_in_page(settings: Settings, token: str, told: str = "", initials: str = "") -> str:
    """The form; `told` is the sentence for what was tried before."""
    return _head(settings, ("page.css",)) + _SIGN_IN.format(
        title=_title(settings),
        what=escape(_("Sign in with your initials and your code, as at a station.")),
        told=f'<p class="told" role="alert">{escape(told)}</p>' if told else "",
        token=escape(token),
        initials_label=escape(_("Initials:")),
        initials=escape(initials),
        code_label=escape(_("Code:")),
        button=escape(_("Sign in")),
        first="" if initials else "autofocus",
        second="autofocus" if initials else "",
    )


def window_page(settings: Settings, who: Who, token: str, socket: str) -> str:
    """The page around a dashboard; `socket` is the address its terminal calls."""
    said = _("{initials}, {role}").format(initials=who.initials, role=named(who.role))
    if settings.serve.read_only:
        only = _("read only")
        said = f"{said}: {only}"
    return _head(settings, ("page.css", "xterm.css"), script=True) + _WINDOW.format(
        title=_title(settings),
        who=escape(said),
        token=escape(token),
        sign_out=escape(_("Sign out")),
        socket=escape(socket),
        closed=escape(_("This window's session is over, or the line to the town hall is broken.")),
        again=escape(_("Go on")),
    )


def _head(settings: Settings, styles: tuple[str, ...], *, script: bool = False) -> str:
    links = [f'<link rel="stylesheet" href="/static/{name}">' for name in styles]
    # No icon: browsers would ask for one by themselves.
    links.append('<link rel="icon" href="data:,">')
    if script:
        links.extend(f'<script src="/static/{name}" defer></script>' for name in ("textual.js", "window.js"))
    return _HEAD.format(language=settings.language, title=_title(settings), links="\n".join(links))


def _title(settings: Settings) -> str:
    return escape(f"GUARDROOM · {settings.site.name}")
