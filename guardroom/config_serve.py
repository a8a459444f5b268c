"""The part of `guardroom.toml` that says how the dashboard is shown in a browser."""

from __future__ import annotations

from urllib.parse import urlsplit

from guardroom.config_table import Table
from guardroom.language import _
from guardroom.people.roles import Role
from guardroom.settings import Serve

_MOST_SESSIONS = 100
_MOST_MINUTES = 1440


def read_serve(root: Table) -> Serve:
    """`[serve]`."""
    table = root.table("serve")
    usual = Serve()
    behind_proxy = table.flag("behind_proxy", usual.behind_proxy)
    public_url = _read_public_url(table)
    if behind_proxy and not table.values.get("public_url"):
        table.missing("public_url", _allowed_url())
    serve = Serve(
        sessions=int(table.number("sessions", usual.sessions, 1, _MOST_SESSIONS)),
        read_only=table.flag("read_only", usual.read_only),
        idle_min=int(table.number("idle_min", usual.idle_min, 1, _MOST_MINUTES, _("minutes"))),
        longest_min=int(table.number("longest_min", usual.longest_min, 1, _MOST_MINUTES, _("minutes"))),
        roles=table.words("roles", usual.roles, tuple(Role), once=True),
        behind_proxy=behind_proxy,
        public_url=public_url,
    )
    table.finish()
    return serve


def _allowed_url() -> str:
    return _("the address that browsers use, such as {example}").format(example='"https://vagt.byby.example"')


def _read_public_url(table: Table) -> str:
    """The address without a slash at its end: cookies and the check of where a question comes from hang on it."""
    allowed = _allowed_url()
    url = table.exact("public_url", "", allowed=allowed).rstrip("/").lower()
    if not url:
        return ""
    try:
        parts = urlsplit(url)
        fits = parts.scheme == "https" and parts.hostname and url == f"https://{parts.netloc}" and "@" not in url
        usual = parts.port == 443
    except ValueError:
        fits = usual = False
    if not fits:
        table.wrong("public_url", _("allowed is {allowed}").format(allowed=allowed))
        return ""
    # A browser leaves the usual port out.
    return url.removesuffix(":443") if usual else url
