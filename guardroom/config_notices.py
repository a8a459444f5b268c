"""The parts of `guardroom.toml` that say who is told of what, and by which ways."""

from __future__ import annotations

import re
from email.errors import HeaderParseError
from email.headerregistry import Address
from pathlib import Path

from guardroom.config_table import Table, has_password, no_password_here, unknown
from guardroom.language import _
from guardroom.notices.web_address import web_address
from guardroom.settings import GROUPS, OCCASIONS, SECURITIES, Mail, NoticePolicy, Recipient

_ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?")
_NUMBER = re.compile(r"\+?[0-9]{3,15}")
_USUAL = Mail()


def read_notice_policy(table: Table, base: NoticePolicy) -> NoticePolicy:
    """`notices` of a policy: by occasion a list of groups, when an alarm escalates, and how often others are told."""
    policy = NoticePolicy(
        groups={each: table.words(each, base.groups.get(each, ()), GROUPS, once=True) for each in OCCASIONS},
        escalate_s=int(table.number("escalate_s", base.escalate_s, 5, 3600, _("seconds"))),
        escalate_again_s=int(table.number("escalate_again_s", base.escalate_again_s, 5, 7200, _("seconds"))),
        no_progress_min=int(table.number("no_progress_min", base.no_progress_min, 0, 600, _("minutes"))),
        fault_again_min=int(table.number("fault_again_min", base.fault_again_min, 0, 600, _("minutes"))),
        meeting_soon_min=int(table.number("meeting_soon_min", base.meeting_soon_min, 0, 240, _("minutes"))),
        check_in_missed_min=int(table.number("check_in_missed_min", base.check_in_missed_min, 0, 240, _("minutes"))),
    )
    if policy.escalate_again_s <= policy.escalate_s:
        table.wrong("escalate_again_s", _("must be more than escalate_s"))
    table.finish()
    return policy


def read_mail(root: Table, folder: Path) -> Mail:
    """`[mail]`: the server that notices are handed to. Paths are against `folder`."""
    table = root.table("mail")
    server = table.exact("server", "", allowed=_("the mail server's name, in quotes"))
    security = table.one_of("security", _USUAL.security, SECURITIES)
    sms = table.exact("sms", "", allowed=_sms_form())
    if sms and (sms.count("{number}") != 1 or not _is_address(sms.replace("{number}", "12345678"))):
        table.wrong("sms", _("allowed is {allowed}").format(allowed=_sms_form()))
    mail = Mail(
        server=server,
        port=int(table.number("port", {"tls": 465, "none": 25}.get(security, _USUAL.port), 1, 65535)),
        security=security,
        sender=_address(table, "sender"),
        user=table.text("user"),
        password_file=_file(table, "password_file", folder),
        ca_file=_file(table, "ca_file", folder),
        sms=sms,
        timeout_s=table.number("timeout_s", _USUAL.timeout_s, 1, 120, _("seconds")),
    )
    table.finish()
    if server and not mail.sender and "sender" not in table.values:
        table.missing("sender", _address_form())
    return mail


def read_recipients(root: Table, mail: Mail, blocks: tuple[str, ...]) -> tuple[Recipient, ...]:
    """`[[recipients]]`, in the file's order."""
    found: list[tuple[Table, Recipient]] = []
    seen: dict[str, str] = {}
    for table in root.tables("recipients", called="name"):
        name = table.text("name", required=True, allowed=_("what the recipient is called, in quotes"))
        table.unique("name", name, seen)
        recipient = Recipient(
            name=name,
            groups=table.words("groups", (), GROUPS, once=True),
            blocks=table.words("blocks", (), blocks, once=True),
            mail=_address(table, "mail"),
            sms=_number(table),
            webhook=read_web_address(table, "webhook"),
            instead=table.text("instead"),
        )
        table.finish()
        if not recipient.ways:
            table.mistakes.add(table.path, _("has no address; give mail, sms or webhook"))
        if recipient.sms and not mail.sms:
            table.wrong("sms", _("needs the gateway: set sms under [mail]"))
        if (recipient.mail or recipient.sms) and not mail.server:
            table.mistakes.add(table.path, _("needs a mail server: set server under [mail]"))
        found.append((table, recipient))
    names = [recipient.name for _table, recipient in found]
    for table, recipient in found:
        if recipient.instead and (recipient.instead not in names or recipient.instead == recipient.name):
            others = [name for name in names if name != recipient.name]
            hint = unknown(recipient.instead, others) if others else _("there is no other recipient yet")
            table.wrong("instead", _("no other recipient is called that; {hint}").format(hint=hint))
    return tuple(recipient for _table, recipient in found)


def _address_form() -> str:
    return _("an address such as {example}").format(example='"vagten@kommune.example"')


def _sms_form() -> str:
    return _("the gateway's address with {number} in it, such as {example}").format(
        number="{number}", example='"{number}@sms.example"'
    )


def _is_address(text: str) -> bool:
    if not _ADDRESS.fullmatch(text):
        return False
    try:
        Address(addr_spec=text)
    except (ValueError, IndexError, HeaderParseError):
        return False
    return True


def _address(table: Table, name: str) -> str:
    text = table.exact(name, "", allowed=_address_form())
    if text and not _is_address(text):
        table.wrong(name, _("allowed is {allowed}").format(allowed=_address_form()))
    return text


def _number(table: Table) -> str:
    allowed = _("a telephone number in digits, such as {example}").format(example='"12345678"')
    text = table.exact("sms", "", allowed=allowed).replace(" ", "")
    if text and not _NUMBER.fullmatch(text):
        table.wrong("sms", _("allowed is {allowed}").format(allowed=allowed))
    return text


def read_web_address(table: Table, name: str) -> str:
    """An address that is called, or "" where none is given."""
    allowed = _("an address such as {example}").format(example='"https://host/path"')
    text = table.exact(name, "", allowed=allowed)
    if text:
        try:
            web_address(text)
        except ValueError as why:
            wrong = no_password_here() if has_password(text) else _("{why}; allowed is {allowed}")
            table.wrong(name, wrong.format(why=why, allowed=allowed))
    return text


def _file(table: Table, name: str, folder: Path) -> Path | None:
    text = table.exact(name, "", allowed=_("a file's name, in quotes"))
    return folder / Path(text).expanduser() if text else None
