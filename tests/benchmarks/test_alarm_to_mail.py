"""From an alarm's ACK, when it is on disk, to the mail server's DATA, for the first and the last of 20 recipients."""

from __future__ import annotations

import smtplib
import time

import pytest
from harness.mail_server import SENDER, MailServer
from harness.town import Town
from measuring import NS_A_MS, press, settled, tell

ALARMS = 60
RECIPIENTS = 20

pytestmark = [pytest.mark.benchmark, pytest.mark.timeout(600)]


def test_alarm_to_mail(byby: Town) -> None:
    at: list[int] = []
    with MailServer(at_data=lambda _message: at.append(time.monotonic_ns())) as server:
        people = "".join(
            f'\n[[recipients]]\nname = "R{number}"\ngroups = ["leaders"]\nmail = "r{number}@byby.example"\n'
            for number in range(RECIPIENTS)
        )
        byby.config.write_text(byby.config.read_text("utf-8") + server.toml() + people, "utf-8")
        monitor = byby.start_monitor()
        settled([monitor.pid], still_s=1)
        first, last, least = [], [], []
        for number in range(ALARMS):
            at.clear()
            _sent, acknowledged = press(byby.pair, f"OVERFALD {number:03}")
            server.wait_for((2 * number + 1) * RECIPIENTS)
            first.append((at[0] - acknowledged) / NS_A_MS)
            last.append((at[-1] - acknowledged) / NS_A_MS)
            settled([monitor.pid])
            at.clear()
            begun = time.monotonic_ns()
            with smtplib.SMTP("127.0.0.1", server.port, "floor") as line:
                for one in range(RECIPIENTS):
                    line.sendmail(SENDER, [f"r{one}@byby.example"], b"Subject: floor\r\n\r\nfloor\r\n")
            least.append((at[-1] - begun) / NS_A_MS)
    print()
    tell(f"floor: {RECIPIENTS} messages over one connection, nothing kept", least)
    tell("alarm on disk to DATA, the first recipient", first, least)
    tell(f"alarm on disk to DATA, recipient {RECIPIENTS}", last, least)
