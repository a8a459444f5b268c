"""`guardroom check`: who is told of alarms, and whether the mail server takes what is handed to it."""

from __future__ import annotations

from collections.abc import Iterator

from guardroom.clock import Clock
from guardroom.finding import Finding
from guardroom.language import _, n_
from guardroom.settings import Settings


def mail_findings(settings: Settings, clock: Clock, *, send: bool) -> Iterator[Finding]:
    """The mail server, and what each occasion's notices would do. `send`: a test message to every recipient."""
    yield _server(settings)
    yield _recipients(settings)
    if send:
        yield from _sent(settings, clock)


def _server(settings: Settings) -> Finding:
    mail, what = settings.mail, _("mail")
    if not mail.server:
        return Finding("unset", what, _("no server is set under [mail]: no messages are sent by mail"))
    from guardroom.notices.mail import MailLine, Unreachable

    where = f"{mail.server}:{mail.port}"
    try:
        with MailLine(mail):
            pass
    except Unreachable as why:
        return Finding("wrong", what, f"{where}: {why.said}")
    if mail.security == "none":
        return Finding("ok", what, _("{where} answers; the line to it is not encrypted").format(where=where))
    return Finding("ok", what, _("{where} answers, encrypted").format(where=where))


def _recipients(settings: Settings) -> Finding:
    what = _("recipients")
    if not settings.recipients:
        return Finding("unset", what, _("nobody is set under [[recipients]]: alarms are told on the screens alone"))
    there = {group for one in settings.recipients for group in one.groups}
    wanted = dict.fromkeys(group for groups in settings.policy.notices.groups.values() for group in groups)
    missing = [group for group in wanted if group not in there]
    if missing:
        said = _("the policy tells {groups}, but no recipient is in these groups")
        return Finding("wrong", what, said.format(groups=", ".join(missing)))
    count = len(settings.recipients)
    said = n_(
        "{count} recipient, and each group of the policy has one",
        "{count} recipients, and each group of the policy has one",
        count,
    )
    return Finding("ok", what, said.format(count=count))


def _sent(settings: Settings, clock: Clock) -> Iterator[Finding]:
    from guardroom.notices.notice import Notice
    from guardroom.notices.sender import told

    now = clock.now()
    for recipient in settings.recipients:
        for channel, address in recipient.ways:
            notice = Notice(
                key=f"test:{now.isoformat()}:{recipient.name}:{channel}",
                occasion="test",
                subject=_("TEST from guardroom: nothing has happened"),
                body=_(
                    "This is how messages from guardroom reach you. Nothing has happened, and nothing is to be done."
                ),
                recipients=(recipient,),
            )
            result = told(settings, notice, channel, address, now)
            what = f"{recipient.name} ({channel})"
            if result.kind == "sent":
                yield Finding("ok", what, _("a test message was taken for {address}").format(address=address))
            else:
                yield Finding("wrong", what, f"{address}: {result.whole or result.said}")
