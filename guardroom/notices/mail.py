"""Handing notices to the mail server (RFC 5321), text messages too: through the gateway's address."""

from __future__ import annotations

import contextlib
import hashlib
import os
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

from guardroom.file_trouble import why_not
from guardroom.language import _
from guardroom.notices.delivering import Result
from guardroom.settings import Mail
from guardroom.text import clean, one_line

PASSWORD = "GUARDROOM_MAIL_PASSWORD"  # noqa: S105 - the variable's name, not what is in it
_WHOLE = 3
"""A server that says something just before each time-out is given so many of them for one message."""

_SAID_LENGTH = 120


class Unreachable(Exception):
    """The server takes nothing now. `said` is why, in one line."""

    def __init__(self, said: str) -> None:
        super().__init__(said)
        self.said = said


class MailLine:
    """One connection to the server: `with MailLine(mail) as line` raises Unreachable where there is none."""

    def __init__(self, mail: Mail) -> None:
        self._mail = mail
        self._smtp: smtplib.SMTP | None = None
        self._left = threading.Event()

    def __enter__(self) -> MailLine:
        failed: list[Exception] = []

        def connect() -> None:
            try:
                self._smtp = self._connected()
            except (OSError, smtplib.SMTPException, ValueError) as error:
                failed.append(error)
            if self._left.is_set():
                self._hang_up()

        # While it connects nothing can cut the line from outside, so whoever waits goes away instead.
        connecting = threading.Thread(target=connect, name="mail", daemon=True)
        connecting.start()
        connecting.join(_WHOLE * self._mail.timeout_s)
        if connecting.is_alive():
            self._left.set()
            raise Unreachable(_("does not answer"))
        if failed:
            raise Unreachable(_why(failed[0])) from failed[0]
        return self

    def __exit__(self, *_error: object) -> None:
        with contextlib.suppress(OSError, smtplib.SMTPException):
            if self._smtp is not None:
                with self._deadline(self._smtp):
                    self._smtp.quit()
        self._hang_up()

    def send(self, address: str, message: EmailMessage) -> Result:
        """Hand over one message. Raises Unreachable where the connection is gone; the message may go later."""
        assert self._smtp is not None
        try:
            with self._deadline(self._smtp):
                self._smtp.send_message(message, self._mail.sender, [address])
        except smtplib.SMTPRecipientsRefused as refused:
            return _refused(*refused.recipients[address])
        except smtplib.SMTPServerDisconnected as error:
            raise Unreachable(_why(error)) from error
        except smtplib.SMTPResponseException as refused:
            return _refused(refused.smtp_code, refused.smtp_error)
        except (OSError, smtplib.SMTPException, ValueError) as error:
            raise Unreachable(_why(error)) from error
        return Result("sent")

    def _connected(self) -> smtplib.SMTP:
        mail = self._mail
        # Else the network is asked for this computer's whole name, which may take long.
        here = socket.gethostname().encode("ascii", "ignore").decode() or "guardroom"
        smtp = (
            smtplib.SMTP_SSL(mail.server, mail.port, here, timeout=mail.timeout_s, context=_encryption(mail))
            if mail.security == "tls"
            else smtplib.SMTP(mail.server, mail.port, here, timeout=mail.timeout_s)
        )
        try:
            if mail.security == "starttls":
                smtp.starttls(context=_encryption(mail))
            if mail.user:
                smtp.login(mail.user, password(mail))
        except BaseException:
            smtp.close()
            raise
        return smtp

    @contextlib.contextmanager
    def _deadline(self, smtp: smtplib.SMTP) -> Iterator[None]:
        """Cut the connection where all of it takes too long."""
        timer = threading.Timer(_WHOLE * self._mail.timeout_s, _cut, (smtp,))
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()

    def _hang_up(self) -> None:
        if self._smtp is not None:
            self._smtp.close()
            self._smtp = None


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
    """The password of the server, from the environment or its file. Raises ValueError with the sentence for it."""
    if told := os.environ.get(PASSWORD):
        return told
    if mail.password_file is None:
        raise ValueError(
            _("no password is set; put it into {variable} or name a password_file").format(variable=PASSWORD)
        )
    shown = clean(str(mail.password_file), 200)
    try:
        if os.name == "posix" and mail.password_file.stat().st_mode & 0o077:
            raise ValueError(_("{file} can be read by others; allow its owner only (chmod 600).").format(file=shown))
        return mail.password_file.read_text("utf-8").strip()
    except OSError as error:
        raise ValueError(_("{file} cannot be read: {reason}").format(file=shown, reason=why_not(error))) from error


def _encryption(mail: Mail) -> ssl.SSLContext:
    context = ssl.create_default_context(cafile=None if mail.ca_file is None else str(mail.ca_file))
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


def _refused(code: int, said: bytes | str) -> Result:
    text = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
    return Result("permanent" if 500 <= code < 600 else "temporary", f"{code} {one_line(text, _SAID_LENGTH)}".strip())


def _why(error: Exception) -> str:
    """What went wrong, in the user's language where it is something that every town hall will see."""
    match error:
        case smtplib.SMTPAuthenticationError():
            return _("the server does not accept the user or the password ({code})").format(code=error.smtp_code)
        case smtplib.SMTPResponseException():
            text = error.smtp_error.decode("utf-8", "replace") if isinstance(error.smtp_error, bytes) else ""
            return f"{error.smtp_code} {one_line(text, _SAID_LENGTH)}".strip()
        case smtplib.SMTPServerDisconnected():
            return _("the server has hung up")
        case smtplib.SMTPNotSupportedError():
            return _("the server does not offer that: {reason}").format(reason=one_line(str(error), _SAID_LENGTH))
        case ssl.SSLCertVerificationError():
            return _("its certificate does not hold: {reason}").format(reason=one_line(error.verify_message, 80))
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
    return one_line(str(error), _SAID_LENGTH)


def _cut(smtp: smtplib.SMTP) -> None:
    with contextlib.suppress(OSError):
        if smtp.sock is not None:
            smtp.sock.shutdown(socket.SHUT_RDWR)
