"""Notices on their way through a real mail server that does what servers do."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import msgspec
import pytest
from harness.mail_server import PATIENCE_S, SENDER, MailServer, free_port
from notices.conftest import Post, recipient
from sqlalchemy import select

from db.errors import StorageError
from db.main import reading, writing
from db.outbox import claim
from db.outbox_tables import DeliveryRow
from guardroom.notices import outbox
from guardroom.notices.mail import Unreachable
from guardroom.notices.sender import Sender
from guardroom.notices.webhook import Told
from guardroom.notices.webhook import post as post_to
from guardroom.settings import Keep, Recipient

Make = Callable[..., Post]


def test_each_recipient_gets_a_message_of_their_own(server: MailServer, make_post: Make) -> None:
    people = [recipient(f"R{number}") for number in range(20)]
    post = make_post(server.mail(), *people)
    post.put("1", *people, urgent=True)
    taken = server.wait_for(20)
    assert sorted(to for to, _message in taken) == sorted(one.mail for one in people)
    for to, message in taken:
        assert message["To"] == to, "nobody learns who else is told"
        assert message["Subject"] == "ALARM 1: Møderum Å"
        assert message["Auto-Submitted"] == "auto-generated"
        assert message.get_content().strip() == "Log ind."
    post.until({(one.name, "mail"): "sent" for one in people})
    assert post.not_told() == []


def test_the_same_cause_is_told_once(server: MailServer, make_post: Make) -> None:
    one = recipient("Leder")
    post = make_post(server.mail(), one)
    post.put("1", one)
    server.wait_for(1)
    post.put("1", one)
    post.put("2", one)
    server.wait_for(2)
    post.again()
    post.put("3", one)
    server.wait_for(3)
    assert [str(message["Subject"])[:7] for message in server.got(one.mail)] == ["ALARM 1", "ALARM 2", "ALARM 3"]


def test_a_server_that_is_away_gets_it_when_it_is_back(make_post: Make) -> None:
    server = MailServer()
    one = recipient("Leder")
    post = make_post(server.mail(), one)
    post.put("1", one, urgent=True)
    post.until_tried()
    assert post.not_told() == ["Leder"], "an alarm that did not arrive is a fault at once"
    with server:
        post.later(3)
        server.wait_for(1)
        post.until({("Leder", "mail"): "sent"})
    assert post.not_told() == []


def test_greylisting_is_no_fault_for_what_can_wait(server: MailServer, make_post: Make) -> None:
    one = recipient("Leder")
    server.greylist.add(one.mail)
    post = make_post(server.mail(), one)
    post.put("1", one)
    post.until_tried()
    assert post.states() == {("Leder", "mail"): "waiting"}
    assert post.not_told() == []
    post.later(29)
    post.put("2", one)
    server.wait_for(1)
    assert [str(message["Subject"])[:7] for message in server.got(one.mail)] == ["ALARM 2"], "not yet"
    post.later(2)
    server.wait_for(2)
    post.until({("Leder", "mail"): "sent"})


def test_a_mailbox_that_is_refused_is_a_fault_and_not_tried_again(server: MailServer, make_post: Make) -> None:
    gone, there = recipient("Borte"), recipient("Leder")
    server.refuse[gone.mail] = "550 5.1.1 No such user"
    post = make_post(server.mail(), gone, there)
    post.put("1", gone, there)
    server.wait_for(1)
    post.until({("Borte", "mail"): "failed", ("Leder", "mail"): "sent"})
    assert post.not_told() == ["Borte"]
    post.later(86_500)
    assert post.not_told() == [], "after a day it is known"


def test_a_server_that_hangs_is_left(make_post: Make) -> None:
    one = recipient("Leder")
    with MailServer(hang=True) as server:
        post = make_post(server.mail(timeout_s=0.3), one)
        post.put("1", one, urgent=True)
        post.until_tried()
        assert post.not_told() == ["Leder"]
        server.hang = False
        post.later(3)
        server.wait_for(1)
        post.until({("Leder", "mail"): "sent"})


def test_one_that_hangs_up_in_the_middle_gets_it_again_under_the_same_name(make_post: Make) -> None:
    one = recipient("Leder")
    names: list[str] = []

    def seen(message: Any) -> str | None:
        names.append(str(message["Message-ID"]))
        return "451 try later" if len(names) == 1 else None

    with MailServer(drop=1, at_data=seen) as server:
        post = make_post(server.mail(), one)
        post.put("1", one, urgent=True)
        for _try in range(2):
            post.until_tried()
            assert post.states() == {("Leder", "mail"): "waiting"}
            post.later(10)
        server.wait_for(1)
        assert len(server.taken) == 1
        assert len(set(names)) == 1, "a server that has it already can tell"


def test_the_second_channel_and_the_second_person(server: MailServer, make_post: Make) -> None:
    first = Recipient(name="Leder", groups=("leaders",), mail="leder@byby.example", sms="12345678", instead="Chef")
    second = recipient("Chef", "directors")
    post = make_post(server.mail(), first, second)
    server.refuse[first.mail] = "550 full for ever"
    post.put("1", first, urgent=True)
    server.wait_for(1)
    assert server.subjects() == [("12345678@sms.example", "ALARM 1: Møderum Å")]
    post.until({("Leder", "mail"): "failed", ("Leder", "sms"): "sent"})
    assert post.not_told() == [], "they were reached"
    server.refuse["12345678@sms.example"] = "450 gateway is busy"
    post.put("2", first, urgent=True)
    server.wait_for(2)
    assert server.subjects()[1] == ("chef@byby.example", "ALARM 2: Møderum Å")
    assert post.not_told() == ["Leder", "Leder"], "somebody else knows, but they do not"
    del server.refuse["12345678@sms.example"]
    post.later(3)
    server.wait_for(3)
    assert server.subjects()[2][0] == "12345678@sms.example"


def test_two_who_stand_in_for_each_other_are_each_told_once(make_post: Make) -> None:
    server = MailServer()
    one = Recipient(name="A", groups=("leaders",), mail="a@byby.example", instead="B")
    other = Recipient(name="B", groups=("leaders",), mail="b@byby.example", instead="A")
    post = make_post(server.mail(), one, other)
    post.put("1", one, urgent=True)
    post.until({("A", "mail"): "waiting", ("B", "mail"): "waiting"})
    with server:
        post.later(60)
        post.until({("A", "mail"): "sent", ("B", "mail"): "sent"})
        assert sorted(to for to, _message in server.taken) == ["a@byby.example", "b@byby.example"]


def test_what_is_given_up_is_not_tried_for_ever(make_post: Make) -> None:
    one = recipient("Leder")
    post = make_post(MailServer(port=free_port()).mail(), one)
    post.put("1", one, urgent=True)
    for _try in range(125):
        post.until_tried()
        post.later(61)
    post.until({("Leder", "mail"): "failed"})
    assert post.not_told() == ["Leder"]


def test_a_clock_that_was_set_back_delays_nothing(make_post: Make) -> None:
    server = MailServer()
    one = recipient("Leder")
    post = make_post(server.mail(), one)
    post.put("1", one, urgent=True)
    post.until_tried()
    with server:
        post.later(-3600)
        server.wait_for(1)


def test_one_with_whom_the_line_breaks_keeps_nobody_else_from_being_told(server: MailServer, make_post: Make) -> None:
    people = [recipient(f"R{number}") for number in range(4)]
    server.hang_up = {people[0].mail, people[2].mail}
    post = make_post(server.mail(), *people)
    post.put("1", *people, urgent=True)
    server.wait_for(2)
    assert {to for to, _message in server.taken} == {people[1].mail, people[3].mail}
    post.until_tried()
    assert set(post.not_told()) == {"R0", "R2"}


def test_a_message_that_cannot_be_made_keeps_no_other_from_being_sent(
    server: MailServer, make_post: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    from guardroom.notices import sender

    made = sender.written

    def broken(mail: Any, address: str, *told: Any) -> Any:
        if address.startswith("r0"):
            raise RuntimeError("no such address")
        return made(mail, address, *told)

    monkeypatch.setattr(sender, "written", broken)
    people = [recipient("R0"), recipient("R1")]
    post = make_post(server.mail(), *people)
    post.put("1", *people, urgent=True)
    post.until({("R0", "mail"): "failed", ("R1", "mail"): "sent"})


def test_a_server_that_does_not_take_the_sender_is_asked_again(server: MailServer, make_post: Make) -> None:
    server.not_from = "554 5.7.1 Hans Jensen is not allowed here <hans@byby.example>"
    one = recipient("Leder")
    post = make_post(server.mail(), one)
    post.put("1", one, urgent=True)
    post.until_tried()
    assert post.states() == {("Leder", "mail"): "waiting"}
    with reading(post.engine) as session:
        assert session.scalars(select(DeliveryRow.error)).all() == ["554 5.7.1"], "whom it names is kept nowhere"
    server.not_from = ""
    post.later(3)
    server.wait_for(1)


def test_a_web_address_that_answers_drop_by_drop_is_cut() -> None:
    ended = threading.Event()

    def trickle() -> None:
        line, _peer = listening.accept()
        with line:
            line.recv(4096)
            while not ended.wait(0.05):
                try:
                    line.sendall(b"H")
                except OSError:
                    return

    with socket.create_server(("127.0.0.1", 0)) as listening:
        threading.Thread(target=trickle, daemon=True).start()
        told = Told(key="1", occasion="alarm", subject="", body="", urgent=True, at="")
        result = post_to(f"http://127.0.0.1:{listening.getsockname()[1]}/", told, 0.2)
        ended.set()
    assert result.kind == "temporary"


def test_two_senders_over_one_outbox_tell_each_once(server: MailServer, make_post: Make) -> None:
    people = [recipient(f"R{number}") for number in range(30)]
    post = make_post(server.mail(), *people)
    post.sender.stop()
    senders = [Sender(post.settings, post.engine, post.clock, lambda _refused: None, shared=True) for _ in range(3)]
    post.put("1", *people, urgent=True)
    for sender in senders:
        sender.start()
    server.wait_for(30)
    for sender in senders:
        sender.stop()
    assert sorted(to for to, _message in server.taken) == sorted(one.mail for one in people)


def test_urgent_ones_go_first(make_post: Make) -> None:
    server = MailServer()
    one = recipient("Leder")
    post = make_post(server.mail(), one)
    for number in range(5):
        post.put(str(number), one)
        post.until_tried()
    post.put("9", one, urgent=True)
    post.until_tried()
    with server:
        post.later(86_400 / 2)
        server.wait_for(6)
    assert str(server.taken[0][1]["Subject"]).startswith("ALARM 9")


class _Hooked(BaseHTTPRequestHandler):
    taken: list[dict[str, object]]
    answer = 200

    def do_POST(self) -> None:
        self.taken.append(msgspec.json.decode(self.rfile.read(int(self.headers["Content-Length"]))))
        self.send_response(self.answer)
        self.end_headers()

    def log_message(self, *_told: object) -> None:
        pass


def test_a_web_address_is_a_channel_of_its_own(make_post: Make) -> None:
    handler = type("Handler", (_Hooked,), {"taken": []})
    with HTTPServer(("127.0.0.1", 0), handler) as web:
        threading.Thread(target=web.serve_forever, daemon=True).start()
        one = recipient("Vagtcentral", webhook=f"http://127.0.0.1:{web.server_port}/alarm?k=1")
        post = make_post(MailServer().mail(), one, recipient("Leder"))
        post.put("1", one, recipient("Leder"), urgent=True)
        post.until({("Vagtcentral", "webhook"): "sent", ("Leder", "mail"): "waiting"})
        web.shutdown()
    (told,) = handler.taken  # type: ignore[attr-defined]
    assert (told["key"], told["subject"], told["urgent"]) == ("1", "ALARM 1: Møderum Å", True)


@pytest.mark.parametrize(("status", "state"), [(404, "failed"), (302, "failed"), (503, "waiting"), (429, "waiting")])
def test_what_a_web_address_answers(make_post: Make, status: int, state: str) -> None:
    handler = type("Handler", (_Hooked,), {"taken": [], "answer": status})
    with HTTPServer(("127.0.0.1", 0), handler) as web:
        threading.Thread(target=web.serve_forever, daemon=True).start()
        one = recipient("Vagtcentral", webhook=f"http://127.0.0.1:{web.server_port}/")
        post = make_post(MailServer().mail(), one)
        post.put("1", one, urgent=True)
        post.until({("Vagtcentral", "webhook"): state})
        web.shutdown()


def test_what_could_not_be_noted_as_sent_is_not_sent_again_and_holds_up_nobody(
    server: MailServer, make_post: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    people = [recipient(f"R{number}") for number in range(5)]
    post = make_post(server.mail(), *people)

    def full(*_told: Any) -> None:
        raise StorageError("disk_full", "no space")

    with monkeypatch.context() as broken:
        broken.setattr(outbox, "sent", full)
        post.put("1", *people, urgent=True)
        server.wait_for(5)
        for _look in range(3):
            post.until_tried()
            post.later(1)
        assert post.refused == "disk_full"
    post.later(1)
    post.until({(one.name, "mail"): "sent" for one in people})
    assert len(server.taken) == 5
    assert post.refused == ""
    assert server.taken[0][1]["From"].endswith(f"<{SENDER}>")


@pytest.mark.parametrize(
    ("keep", "shared", "left"), [(Keep(90, "days"), False, 0), (Keep(90, "days"), True, 1), (None, False, 1)]
)
def test_a_stations_own_notices_go_when_the_town_hall_says(
    server: MailServer, make_post: Make, monkeypatch: pytest.MonkeyPatch, keep: Keep | None, shared: bool, left: int
) -> None:
    """What is in the main database is the purge's, which writes down that it deletes."""
    one = recipient("Leder")
    post = make_post(server.mail(), one)
    post.put("1", one)
    post.until({("Leder", "mail"): "sent"})
    post.sender.stop()
    post.clock.advance(91 * 86_400)
    policy = replace(post.settings.policy, retention=replace(post.settings.policy.retention, notices=keep))
    post.settings, post.shared = replace(post.settings, policy=policy), shared
    whole, looked = Sender._forget, threading.Event()

    def forget(sender: Sender) -> None:
        whole(sender)
        looked.set()

    monkeypatch.setattr(Sender, "_forget", forget)
    post.again()
    assert looked.wait(PATIENCE_S)
    assert len(post.states()) == left


class _Told(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_told: object) -> None:
        pass


@pytest.fixture
def there() -> Iterator[Recipient]:
    """Somebody whose web address is there."""
    with HTTPServer(("127.0.0.1", 0), _Told) as web:
        serving = threading.Thread(target=web.serve_forever, daemon=True)
        serving.start()
        yield Recipient(name="Central", groups=("guards",), webhook=f"http://127.0.0.1:{web.server_port}/")
        web.shutdown()
        serving.join()


class Unforeseen(Exception):
    """What nobody has thought of."""


def unforeseen(*_asked: object, **_more: object) -> None:
    raise Unforeseen


def test_a_keyring_that_fails_in_a_way_of_its_own_is_a_fault_and_another_is_told(
    server: MailServer, make_post: Make, there: Recipient, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = Recipient(name="Leder", groups=("leaders",), mail="leder@byby.example", instead=there.name)
    with monkeypatch.context() as broken:
        broken.setattr("keyring.get_keyring", unforeseen)
        post = make_post(server.mail(user="guardroom"), one, there)
        post.put("1", one, urgent=True)
        post.until({("Leder", "mail"): "waiting", ("Central", "webhook"): "sent"})
        assert post.not_told() == ["Leder"]
        assert post.errors() == {"Leder": "the keyring does not open: Unforeseen", "Central": ""}


@pytest.mark.parametrize("fails", ["ssl.create_default_context", "guardroom.passwords.find"])
def test_a_web_address_that_cannot_be_called_keeps_no_other_from_being_told(
    make_post: Make, there: Recipient, monkeypatch: pytest.MonkeyPatch, fails: str
) -> None:
    monkeypatch.setattr(fails, unforeseen)
    gone = Recipient(name="Borte", groups=("guards",), webhook="https://127.0.0.1:1/secret-key")
    post = make_post(MailServer().mail(), gone, there)
    post.put("1", gone, there, urgent=True)
    post.until({("Borte", "webhook"): "waiting", ("Central", "webhook"): "sent"})
    assert post.not_told() == ["Borte"]
    assert post.errors() == {"Borte": "Unforeseen", "Central": ""}


def test_certificates_that_cannot_be_read_are_a_fault(
    server: MailServer, make_post: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ssl.create_default_context", unforeseen)
    one = recipient("Leder")
    post = make_post(server.mail(security="tls"), one)
    post.put("1", one, urgent=True)
    post.until_tried()
    assert (post.not_told(), post.errors()) == (["Leder"], {"Leder": "Unforeseen"})


def test_what_nobody_has_thought_of_is_told_until_it_is_over(
    server: MailServer, make_post: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = recipient("Leder")
    with monkeypatch.context() as broken:
        broken.setattr("guardroom.notices.sender.MailLine", unforeseen)
        post = make_post(server.mail(), one)
        post.put("1", one, urgent=True)
        post.until_refused("Unforeseen")
    post.later(3)
    server.wait_for(1)
    post.until_refused("")


def test_what_was_sent_and_cannot_be_noted_is_not_sent_again(
    server: MailServer, make_post: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, other = recipient("Leder"), recipient("Chef")
    post = make_post(server.mail(), one, other)
    with monkeypatch.context() as broken:
        broken.setattr("guardroom.notices.outbox.sent", unforeseen)
        post.put("1", one, other, urgent=True)
        post.until_refused("Unforeseen")
        server.wait_for(2)
        post.later(300)
        post.until_tried()
    post.later(300)
    post.until({("Leder", "mail"): "sent", ("Chef", "mail"): "sent"})
    post.until_refused("")
    assert len(server.taken) == 2


def test_what_another_sender_has_taken_meanwhile_counts_as_its_try(
    make_post: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, other = recipient("Leder"), recipient("Chef")
    post = make_post(MailServer().mail(), one, other)
    post.sender.stop()
    post.shared = True

    def away(_mail: object) -> None:
        with writing(post.engine) as session:
            assert claim(session, 1, post.clock.now(), timedelta(minutes=2))
        raise Unreachable("does not answer")

    monkeypatch.setattr("guardroom.notices.sender.MailLine", away)
    post.put("1", one, other)
    post.again()
    post.until_tried()
    assert post.errors() == {"Leder": "", "Chef": "does not answer"}
