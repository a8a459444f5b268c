"""The line driver: lines out of bytes, own rules, records, options, and whatever comes."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drivers.base import Cause, Kind, Signal, Step, Trouble
from drivers.registry import check_options, defaults, make, make_decoder, make_panel_side

Options = Mapping[str, object]


def signals(steps: Sequence[Step]) -> list[Signal]:
    assert all(not step.reply for step in steps)
    return [signal for step in steps for signal in step.signals]


def told(data: bytes, options: Options | None = None, *, size: int = 0) -> list[Signal]:
    """What a driver says to `data`, fed at once or in pieces of `size`, and to a long pause after it."""
    driver = make_decoder("line", options or {})
    driver.opened(0.0)
    pieces = [data[at : at + size] for at in range(0, len(data), size)] if size else [data]
    found = [signal for piece in pieces for signal in signals(driver.feed(piece, 1.0))]
    return found + signals(driver.tick(100.0))


def own(toml: str, **further: object) -> dict[str, object]:
    return {**tomllib.loads(toml), **further}


@pytest.mark.parametrize("end", [b"\r", b"\n", b"\r\n", b"\f", b"\r\n\f", b""])
def test_a_line_ends_as_panels_end_lines_or_with_a_pause(end: bytes) -> None:
    (found,) = told(b"PANIK ZONE 005" + end)
    assert (found.kind, found.cause, found.point, found.text) == ("alarm", "panic", "005", "PANIK ZONE 005")


@pytest.mark.parametrize(
    ("printed", "text"),
    [
        (b"\x1b@\x1bE\x1b!\x08OVERFALD 005\x1bF\r\n", "OVERFALD 005"),
        (b"\x1b[1;31mOVERFALD 005\x1b[0m\r\n", "OVERFALD 005"),
        (b"\x00\x00\x13OVER\x11FALD 005\x00\r\n", "OVERFALD 005"),
        (b"OO\x08\x08OVERFALD 005\r\n", "OVERFALD 005"),
        (b"OVERFALD\t005\x0e\x0f\r\n", "OVERFALD 005"),
    ],
)
def test_what_a_printer_does_not_print_is_no_part_of_the_text(printed: bytes, text: str) -> None:
    assert [(found.cause, found.text, found.raw) for found in told(printed)] == [("hold_up", text, printed[:-1])]


def test_a_line_printed_twice_over_itself_is_one_line() -> None:
    bold = b"OVERFALD 005\rOVERFALD 005\r____________\r\n"
    assert [found.text for found in told(bold, {"line_end": "lf"})] == ["OVERFALD 005"]


@pytest.mark.parametrize(
    ("charset", "line"),
    [("cp850", b"N\x9dDKALD"), ("cp865", b"N\x9dDKALD"), ("latin-1", b"N\xd8DKALD"), ("iso646-dk", b"N\\DKALD"),
     ("utf-8", b"N\xc3\x98DKALD")],
)  # fmt: skip
def test_danish_letters_of_the_charset(charset: str, line: bytes) -> None:
    assert [(found.cause, found.text) for found in told(line + b"\r", {"charset": charset})] == [("hold_up", "NØDKALD")]


def test_rules_of_the_town_hall_come_first() -> None:
    options = own(
        r"""
        [[rules]]
        match = '^AL (?P<zone>\d{4}) (?P<text>.+?) (?P<time>\d\d/\d\d \d\d:\d\d) (?P<state>ON|OFF)$'
        kind = "alarm"
        cause = "panic"
        """
    )
    begun, ended = told(b"AL 0001 INTERCM 22/12 14:20 ON\r\nAL 0001 INTERCM 22/12 14:25 OFF\r\n", options)
    assert (begun.kind, begun.cause, begun.point) == ("alarm", "panic", "0001")
    assert (begun.text, begun.panel_time) == ("INTERCM", "22/12 14:20")
    assert (ended.kind, ended.cause, ended.point) == ("restore", "panic", "0001")


def test_all_groups_and_fixed_words_of_a_rule() -> None:
    options = own(
        r"""
        [[rules]]
        match = '(?P<account>\d{4})/(?P<area>\d)/(?P<code>[A-Z]{2}) USER (?P<user>\d+)'
        kind = "fault"
        trouble = "mains"

        [[rules]]
        match = 'DOOR (?P<zone>\d+)'
        kind = "info"
        code = "D"
        """
    )
    fault, door = told(b"1234/2/AT USER 7\rDOOR 12 OPEN\r", options)
    assert (fault.account, fault.area, fault.code, fault.text, fault.trouble) == ("1234", "2", "AT", "7", "mains")
    assert (door.kind, door.point, door.code, door.text) == ("info", "12", "D", "DOOR 12 OPEN")


KIDDE = r"""
[[rules]]
match = '^(?P<code>TRBL|DSBL) (?P<state>ACT|RST) \| (?P<time>\S+ \S+) (?P<zone>\S+)\n(?P<text>.*)'
kind = "fault"
trouble = "sensor"
lines = 2
"""

BOSCH = r"""
ignore = ['^EVENT +ACCT']

[[rules]]
match = '''(?x) ^(?P<time> \d\d/\d\d \s+ \d\d:\d\d[AP]M) \n
  (?: Panic | Silent )[ ]Alarm \s+ (?P<account> \d{4}) \s (?P<area> \d) \s+ (?P<zone> \d+) \s (?P<text> .+)'''
kind = "alarm"
cause = "panic"
lines = 2

[[rules]]
match = '^\d\d/\d\d +\d\d:\d\d[AP]M\n(?P<text>.+)'
kind = "info"
lines = 2
"""


def test_a_record_of_two_lines_kidde_fx64() -> None:
    record = b"TRBL ACT | 18:00:07 01/01/2007 A:008\r\nAnnunciator 08\r\n"
    (found,) = told(record, own(KIDDE))
    assert (found.kind, found.trouble, found.point, found.code) == ("fault", "sensor", "A:008", "TRBL")
    assert (found.text, found.panel_time) == ("Annunciator 08", "18:00:07 01/01/2007")
    (over,) = told(record.replace(b"ACT", b"RST"), own(KIDDE))
    assert over.kind == "fault_restore"


def test_a_record_of_two_lines_bosch_d9131a() -> None:
    page = (
        b"\f   EVENT           ACCT AR ID  PT# TEXT\r\n"
        b"01/01 01:21AM\r\nPanic Alarm     1111 1      12 Reception\r\n"
        b"01/01 01:23AM\r\nOpening Report  1111 1 002     John Smith\r\n"
    )
    panic, opening = told(page, own(BOSCH))
    assert (panic.kind, panic.cause, panic.account, panic.area, panic.point) == ("alarm", "panic", "1111", "1", "12")
    assert (panic.text, panic.panel_time) == ("Reception", "01/01 01:21AM")
    assert (opening.kind, opening.text) == ("info", "Opening Report  1111 1 002     John Smith")


def test_a_record_goes_on_as_long_as_its_lines_say() -> None:
    options = own(
        r"""
        [[rules]]
        match = '^PANIC\b(?s:.*)ZONE (?P<zone>\d+)'
        kind = "alarm"
        cause = "panic"
        continues = '^ *\*'
        """
    )
    found = told(b"PANIC\r\n* FLOOR 2\r\n* ZONE 12\r\nhello\r\nPANIC\r\n* ZONE 13\r\n", options)
    assert [(signal.kind, signal.point) for signal in found] == [("alarm", "12"), ("info", None), ("alarm", "13")]


def test_a_line_that_waits_for_its_record_is_told_after_the_pause() -> None:
    driver = make("line", own(KIDDE, idle_s=0.5))
    driver.opened(0.0)
    assert signals(driver.feed(b"PANIK ZONE 5\r\n", 1.0)) == []
    assert signals(driver.tick(1.4)) == []
    assert [found.cause for found in signals(driver.tick(1.6))] == ["panic"]


def test_headers_are_left_out_and_heartbeats_are_signs_of_life() -> None:
    options = own(r"""
        heartbeat = '^PRINTER ON-?LINE'
        ignore = ['^ALARM LOG', 'Page \d+ of \d+']
    """)
    driver = make("line", options)
    driver.opened(0.0)
    (step,) = driver.feed(b"PRINTER ONLINE\r\n", 1.0)
    assert (step.alive, [found.kind for found in step.signals]) == (True, ["heartbeat"])
    (step,) = driver.feed(b"ALARM LOG\r\nPage 1 of 3\r\n", 2.0)
    assert (step.alive, step.signals) == (True, ())


def test_the_poll_is_sent_when_the_line_opens_and_every_so_often() -> None:
    driver = make("line", {"poll": "STATUS", "poll_s": 20})
    assert driver.transmits
    assert [step.request for step in driver.opened(0.0)] == [b"STATUS\r"]
    asked = [now for now in range(1, 61) for step in driver.tick(float(now)) if step.request]
    assert asked == [20, 40, 60]
    for quiet in (
        make("line", {}),
        make("line", {"poll": "STATUS", "passive": True}),
        make_decoder("line", {"poll": "X"}),
    ):
        assert not quiet.transmits
        assert not quiet.opened(0.0)
        assert not quiet.tick(500.0)


@pytest.mark.parametrize(
    ("options", "keys"),
    [
        ({"preset": "paradox"}, ["preset"]),
        ({"preset": ["generic"]}, ["preset"]),
        ({"charset": "klingon", "line_end": "crlf", "idle_s": 5.1}, ["charset", "line_end", "idle_s"]),
        ({"heartbeat": "("}, ["heartbeat"]),
        ({"ignore": ["ok", "(a+)+$", 5]}, ["ignore", "ignore"]),
        ({"ignore": ["(?:(a+)b?)*$", "(?P<text>a|a)*b", "(?:a?a)*b", "((?:a|ab)c?){2,}"]}, ["ignore"] * 4),
        ({"poll": "åben"}, ["poll"]),
        ({"zones": 20}, ["zones"]),
        ({"preset": "paradox-prt3", "zones": 20, "poll": "RA001"}, ["poll"]),
        ({"preset": "texecom-crestron", "panic_zones": ["5-2"]}, ["panic_zones"]),
        ({"rules": [{"kind": "alarm"}]}, ["rules[1].match"]),
        ({"rules": [{"match": "(?P<rum>x)", "kind": "alarm"}]}, ["rules[1].match"]),
        ({"rules": [{"match": "(x*)*", "kind": "fault", "trouble": "?"}]}, ["rules[1].match", "rules[1].trouble"]),
        ({"rules": [{"match": "x", "kind": "alarm", "lines": 2, "continues": "y"}]}, ["rules[1].continues"]),
        ({"rules": [{"match": "x", "kind": "alarm", "lines": 99}]}, ["rules[1].lines"]),
    ],
)  # fmt: skip
def test_mistakes_in_options_are_all_told(options: Options, keys: list[str]) -> None:
    assert [mistake.key for mistake in check_options("line", options)] == keys
    defaults("line", options)


def test_patterns_of_ordinary_rules_are_allowed() -> None:
    for pattern in (r"(?:AB|CD) (\d+)", r"(?P<zone>\d+)(?:-\d\d)?", r"[(+)]*", r"\(+\)+", r"(?=.*x+)y+", r"(?:ab)+"):
        assert check_options("line", {"ignore": [pattern]}) == []


def test_a_line_without_an_end_is_cut_and_costs_no_memory() -> None:
    found = told(b"PANIK ZONE 005 " + b"x" * 5000 + b"\rPANIK ZONE 006\r")
    assert [signal.point for signal in found if signal.kind is Kind.ALARM] == ["005", "006"]
    assert max(len(signal.raw) for signal in found) <= 256


@pytest.mark.parametrize("kind", [k for k in Kind if k.value.endswith("restore") or k in (
    Kind.ALARM, Kind.TAMPER, Kind.FAULT, Kind.LOW_BATTERY, Kind.TEST)])  # fmt: skip
@pytest.mark.parametrize("cause", list(Cause))
@pytest.mark.parametrize("preset", ["generic", "galaxy-printer"])
def test_what_a_printer_panel_writes_is_read_back(kind: Kind, cause: Cause, preset: str) -> None:
    sent = Signal(kind=kind, cause=cause if kind is Kind.ALARM else None, point="017", text="Jobcenter, skranke 2")
    panel = make_panel_side("line", {"preset": preset, "tries": 0})
    panel.send(sent)
    assert not panel.idle
    (read,) = told(panel.tick(1.0), {"preset": preset})
    assert not panel.idle  # it has not left yet
    assert panel.tick(3.0) == b""
    assert panel.idle
    assert (panel.acknowledged, panel.abandoned) == (1, 0)
    assert (read.kind, read.point) == (sent.kind, sent.point)
    assert kind is not Kind.ALARM or read.cause == cause
    assert read.text is not None
    assert sent.text in read.text


def test_the_panel_says_what_it_cannot_say() -> None:
    panel = make_panel_side("line", {})
    with pytest.raises(ValueError, match="read back"):
        panel.send(Signal(kind=Kind.ALARM, cause=Cause.PANIC, point="room nine"))


LINES = st.sampled_from(
    [b"PANIK ZONE 005\r\n", b"G024N005A001\r", b"RA001DOOOOAO\r", b"RZ005OAOOO\r", b"STATE 1 ARMED\r\n", b"OK\r\n",
     b"PANIC_ALARM 1 2 ON\r\n", b"PRFSTATE 0A00\r\n", b'"Z0051\r\n', b'"L0011\r\n', b"+ PA ALARM 1005\r\n", b"\f",
     b"\x1b", b"TRBL ACT | 18:00:07 01/01/2007 A:008\r\n", b"Annunciator 08\r\n", b"COMM&ok\r", b"!\r", b"ZL005X\r"]
)  # fmt: skip
STREAMS = st.lists(st.one_of(LINES, st.binary(max_size=8), LINES.map(lambda line: line[: len(line) // 2])), max_size=12)
PRESETS = st.sampled_from(["generic", "galaxy-printer", "paradox-prt3", "jablotron-ja121t", "texecom-crestron"])


@given(stream=STREAMS.map(b"".join), preset=PRESETS, rules=st.booleans(), end=st.sampled_from(["any", "lf", "cr"]))
@settings(max_examples=200, deadline=None)
def test_the_signals_do_not_depend_on_how_the_bytes_are_cut(stream: bytes, preset: str, rules: bool, end: str) -> None:
    options = own(KIDDE if rules else "", preset=preset, line_end=end)
    assert told(stream, options, size=1) == told(stream, options, size=7) == told(stream, options)


@given(garbage=st.binary(max_size=300), preset=PRESETS)
@settings(max_examples=150, deadline=None)
def test_after_anything_the_next_whole_line_is_read(garbage: bytes, preset: str) -> None:
    options: dict[str, object] = {"preset": preset}
    if preset == "texecom-crestron":
        options["panic_zones"] = [7]
    line = {
        "paradox-prt3": b"G024N007A001\r",
        "jablotron-ja121t": b"PANIC_ALARM 7 ON\r",
        "texecom-crestron": b'"Z0071\r',
    }.get(preset, b"PANIK ZONE 7\r")
    found = told(garbage + b"\r" + line, options)
    assert found[-1].kind is Kind.ALARM
    assert found[-1].raw == line


def test_the_trouble_of_an_own_rule_is_one_of_the_words() -> None:
    assert (
        told(b"AC OFF\r", own('[[rules]]\nmatch = "^AC OFF"\nkind = "fault"\ntrouble = "mains"'))[0].trouble
        is Trouble.MAINS
    )
