"""Handing notices to the mail server (RFC 5321), text messages too: through the gateway's address."""

from __future__ import annotations

import contextlib
import hashlib
import re
import smtplib
import socket
import ssl
import threading
from collections.abc import Iterator
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from guardroom import passwords
from guardroom.language import _
from guardroom.notices.delivering import Result
from guardroom.settings import Mail
from guardroom.text import clean, one_line

_WHOLE = 3
"""A server that says something just before each time-out is given so many of them for one message."""

_SAID_LENGTH = 120
_READY = 220
_ENHANCED = re.compile(r"[245]\.\d{1,3}\.\d{1,3}")
"""RFC 3463."""


class Unreachable(Exception):
    """The server takes nothing now. `said` is why, in one line."""

    def __init__(self, said: str) -> None:
        super().__init__(said)
        self.said = said


class _Line(smtplib.SMTP):
    """A line to the server that is not connected yet. Its socket is known as soon as there is one, so that whatever
    waits on it can be cut."""

    def __init__(self, mail: Mail) -> None:
        # Else the network is asked for this computer's whole name, which may take long.
        here = socket.gethostname().encode("ascii", "ignore").decode() or "guardroom"
        super().__init__(local_hostname=here, timeout=mail.timeout_s)
        self.raw: socket.socket | None = None
        self._mail = mail
        # The library's own: the name that the certificate must have.
        self._host = mail.server

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        # The library's own place for this: its encrypted line replaces it too.
        encryption = _encryption(self._mail) if self._mail.security == "tls" else None
        self.raw = socket.create_connection((host, port), timeout)
        return self.raw if encryption is None else encryption.wrap_socket(self.raw, server_hostname=host)


class MailLine:
    """One connection to the server: `with MailLine(mail) as line` raises Unreachable where there is none."""

    def __init__(self, mail: Mail) -> None:
        self._mail = mail
        self._smtp: _Line | None = None

    def __enter__(self) -> MailLine:
        try:
            self._smtp = self._connected()
        except Exception as error:
            # Certificates and keyrings fail in ways of their own.
            raise Unreachable(_why(error)) from error
        return self

    def __exit__(self, *_error: object) -> None:
        assert self._smtp is not None
        with contextlib.suppress(Exception), self._deadline(self._smtp):
            self._smtp.quit()
        self._smtp.close()

    def send(self, address: str, message: EmailMessage) -> Result:
        """Hand over one message. Raises Unreachable where the connection is gone; the message may go later."""
        assert self._smtp is not None
        try:
            with self._deadline(self._smtp):
                self._smtp.send_message(message, self._mail.sender, [address])
        except smtplib.SMTPRecipientsRefused as refused:
            code, said = refused.recipients[address]
            return _refused(code, said, for_good=500 <= code < 600)
        except smtplib.SMTPServerDisconnected as error:
            raise Unreachable(_why(error)) from error
        except smtplib.SMTPResponseException as refused:
            # Not this recipient's fault: the sender, or the message, is not taken now.
            return _refused(refused.smtp_code, refused.smtp_error, for_good=False)
        except (OSError, smtplib.SMTPException, ValueError) as error:
            raise Unreachable(_why(error)) from error
        return Result("sent")

    def _connected(self) -> _Line:
        mail = self._mail
        smtp = _Line(mail)
        try:
            with self._deadline(smtp):
                code, said = smtp.connect(mail.server, mail.port)
                if code != _READY:
                    raise smtplib.SMTPConnectError(code, said)
                if mail.security == "starttls":
                    smtp.starttls(context=_encryption(mail))
                if mail.user:
                    smtp.login(mail.user, password(mail))
        except BaseException:
            smtp.close()
            raise
        return smtp

    @contextlib.contextmanager
    def _deadline(self, smtp: _Line) -> Iterator[None]:
        """Cut the connection where all of it takes too long."""
        timer = threading.Timer(_WHOLE * self._mail.timeout_s, _cut, (smtp,))
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()


def written(mail: Mail, address: str, key: str, subject: str, body: str, at: datetime) -> EmailMessage:
    """A message as it goes out. The same notice to the same address has the same Message-ID each time it is tried."""
    message = EmailMessage(policy=SMTP)
    message["From"] = Address("guardroom", addr_spec=mail.sender)
    message["To"] = Address(addr_spec=address)
    message["Subject"] = one_line(subject, 200)
    message["Date"] = format_datetime(at)
    name = hashlib.sha256(f"{key} {address}".encode()).hexdigest()[:40]
    message["Message-ID"] = f"<{name}@{mail.sender.rpartition('@')[2]}>"
    # Nobody's absence is answered to it (RFC 3834).
    message["Auto-Submitted"] = "auto-generated"
    message.set_content("\n".join(clean(line, 400) for line in body.splitlines()) + "\n")
    return message


def password(mail: Mail) -> str:
    """The password of the server. Raises ValueError with the sentence for it."""
    try:
        found = passwords.find(passwords.MAIL, mail.password_file)
    except passwords.NoPassword as refused:
        raise ValueError(refused.sentence) from refused
    if found is None:
        raise ValueError(
            _("no password is set; put it into {variable} or into the keyring (`guardroom secret set mail`)").format(
                variable=passwords.variable(passwords.MAIL)
            )
        )
    return found.said


def _encryption(mail: Mail) -> ssl.SSLContext:
    context = ssl.create_default_context(cafile=None if mail.ca_file is None else str(mail.ca_file))
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


def _refused(code: int, said: bytes | str, *, for_good: bool) -> Result:
    text = one_line(said.decode("utf-8", "replace") if isinstance(said, bytes) else said, _SAID_LENGTH)
    return Result("permanent" if for_good else "temporary", _codes(code, text), f"{code} {text}".strip())


def _codes(code: int, text: str) -> str:
    """The server's answer without its words: people and mailboxes may be named in them."""
    found = _ENHANCED.match(text)
    return f"{code} {found[0]}" if found else str(code)


def _why(error: Exception) -> str:
    """What went wrong, in the user's language where it is something that every town hall will see."""
    match error:
        case smtplib.SMTPAuthenticationError():
            return _("the server does not accept the user or the password ({code})").format(code=error.smtp_code)
        case smtplib.SMTPResponseException():
            text = error.smtp_error.decode("utf-8", "replace") if isinstance(error.smtp_error, bytes) else ""
            return _codes(error.smtp_code, one_line(text, _SAID_LENGTH))
        case UnicodeError():
            return _("the user or the password holds a sign that the server cannot be told")
        case smtplib.SMTPServerDisconnected():
            return _("the server has hung up")
        case smtplib.SMTPNotSupportedError() if "STARTTLS" in str(error):
            return _(
                'the server offers no encryption there: try security = "tls", or "none" within the house\'s own network'
            )
        case smtplib.SMTPNotSupportedError():
            return _("the server does not offer that: {reason}").format(reason=one_line(str(error), _SAID_LENGTH))
        case ssl.SSLCertVerificationError():
            return _("its certificate does not hold: {reason}").format(reason=one_line(error.verify_message, 80))
        case ssl.SSLError() if error.reason == "WRONG_VERSION_NUMBER":
            return _('the server does not begin with encryption on this port: try security = "starttls"')
        case ssl.SSLError():
            return _("no encrypted line: {reason}").format(reason=one_line(str(error.reason), 80))
        case TimeoutError():
            return _("does not answer")
        case socket.gaierror():
            return _("no computer has that name")
        case ConnectionRefusedError():
            return _("nothing listens there")
        case OSError():
            return one_line(error.strerror or str(error), _SAID_LENGTH)
        case smtplib.SMTPException() | ValueError():
            return one_line(str(error), _SAID_LENGTH)
    return type(error).__name__


def _cut(smtp: _Line) -> None:
    with contextlib.suppress(OSError):
        if smtp.raw is not None:
            smtp.raw.shutdown(socket.SHUT_RDWR)
