"""What a call means: the built-in rules, a town hall's own, and wrong ones."""

from __future__ import annotations

import pytest
from espa_line import block, told

from drivers.base import Cause, Kind
from drivers.registry import check_options, make_decoder

HOLD_UP = (Kind.ALARM, Cause.HOLD_UP)
BUILT_IN = [
    ("KONTAKTRUM 2", "1", "3", HOLD_UP),
    ("", "1", "3", HOLD_UP),
    ("KONTAKTRUM FIRE", "1", "3", HOLD_UP),
    ("FEJLTRYK KONTAKTRUM 2", "1", "3", HOLD_UP),
    ("TEST AF KNAP", "1", "3", HOLD_UP),
    ("Overfald K2", "3", "3", HOLD_UP),
    ("HÅNDTRYK K2", "2", "3", HOLD_UP),
    ("NØDKALD K2", "3", "3", HOLD_UP),
    ("OVERFALDSKNAP FEJL", "1", "3", HOLD_UP),
    ("PANIK K2", "3", "3", (Kind.ALARM, Cause.PANIC)),
    ("TVANG K2", "1", "3", (Kind.ALARM, Cause.DURESS)),
    ("INDBRUD KÆLDER", "1", "3", (Kind.ALARM, Cause.INTRUSION)),
    ("BRAND KÆLDER", "1", "3", (Kind.ALARM, Cause.FIRE)),
    ("FIRE ALARM", "1", "3", (Kind.ALARM, Cause.FIRE)),
    ("RING TIL HR. BRANDT", "3", "3", (Kind.INFO, None)),
    ("AMBULANCE K2", "1", "3", (Kind.ALARM, Cause.MEDICAL)),
    ("SABOTAGE K2", "1", "3", (Kind.TAMPER, None)),
    ("LAV BATT K2", "1", "3", (Kind.LOW_BATTERY, None)),
    ("LAVT BATTERI K2", "3", "3", (Kind.LOW_BATTERY, None)),
    ("FEJL K2", "1", "3", (Kind.FAULT, None)),
    ("NØDSTRØM FEJL", "3", "3", (Kind.FAULT, None)),
    ("TEST K2", "3", "3", (Kind.TEST, None)),
    ("KAFFE I KANTINEN", "3", "3", (Kind.INFO, None)),
    ("KAFFE I KANTINEN", "01", "3", (Kind.INFO, None)),
    ("KONTAKTRUM 2", "1", "1", (Kind.RESTORE, None)),
    ("OVERFALD FEJL", "1", "1", (Kind.RESTORE, None)),
    ("", "", "1", (Kind.RESTORE, None)),
    ("SABOTAGE K2", "3", "1", (Kind.TAMPER_RESTORE, None)),
    ("LAVT BATTERI", "3", "1", (Kind.BATTERY_RESTORE, None)),
    ("FEJL", "3", "1", (Kind.FAULT_RESTORE, None)),
]


def call(text: str, priority: str, type_: str, *, header: str = "1", address: str = "005") -> bytes:
    records = [("6", priority), ("2", text), ("4", type_), ("1", address)]
    return block(*[record for record in records if record[1]], header=header, charset="latin-1")


def meaning(frame: bytes, **options: object) -> tuple[Kind, Cause | None]:
    (found,) = told(make_decoder("espa444", {"charset": "latin-1", **options}), frame)
    return found.kind, found.cause


@pytest.mark.parametrize("header", ["1", "4"])
@pytest.mark.parametrize(("text", "priority", "type_", "meant"), BUILT_IN)
def test_built_in_rules(text: str, priority: str, type_: str, meant: object, header: str) -> None:
    frame = call(text, priority, type_, header=header)
    (found,) = told(make_decoder("espa444", {"charset": "latin-1"}), frame)
    assert (found.kind, found.cause) == meant
    assert (found.point, found.text, found.code) == ("005", text or None, None)


@pytest.mark.parametrize("header", ["5", "7", "X"])
def test_a_vendors_block_is_unknown_unless_it_is_an_alarm(header: str) -> None:
    (found,) = told(make_decoder("espa444", {}), call("KAFFE", "3", "3", header=header))
    assert (found.kind, found.code) == (Kind.UNKNOWN, header)
    assert meaning(call("KAFFE", "1", "3", header=header)) == HOLD_UP
    assert meaning(call("PANIK", "", "", header=header)) == (Kind.ALARM, Cause.PANIC)
    rules = [{"text": "KAFFE", "kind": "info"}]
    assert meaning(call("KAFFE", "3", "3", header=header), rules=rules) == (Kind.INFO, None)


@pytest.mark.parametrize("header", ["2", "3"])
def test_status_is_no_alarm(header: str) -> None:
    assert meaning(call("OVERFALD", "1", "3", header=header)) == (Kind.STATUS, None)


def test_the_town_halls_rules_come_first_and_the_first_that_matches_counts() -> None:
    rules = [
        {"address": "01", "kind": "info"},
        {"address": "1", "text": "(?i)dør", "kind": "alarm", "cause": "intrusion"},
        {"priority": 2, "type": "3", "kind": "alarm"},
        {"text": "DØR", "type": 1, "kind": "restore", "cause": "intrusion"},
    ]
    assert meaning(call("DØR", "1", "3", address="01"), rules=rules) == (Kind.INFO, None)
    assert meaning(call("Dør", "3", "3", address="1"), rules=rules) == (Kind.ALARM, Cause.INTRUSION)
    assert meaning(call("X", "2", "3"), rules=rules) == HOLD_UP
    assert meaning(call("X", "2", "2"), rules=rules) == (Kind.INFO, None)
    assert meaning(call("DØR", "1", "1", address="1"), rules=rules) == (Kind.RESTORE, Cause.INTRUSION)


def test_a_rule_about_a_text_leaves_resets_alone() -> None:
    rules = [{"text": "HOTEL", "kind": "alarm", "cause": "panic"}]
    assert meaning(call("HOTEL", "1", "3"), rules=rules) == (Kind.ALARM, Cause.PANIC)
    assert meaning(call("HOTEL", "1", "1"), rules=rules) == (Kind.RESTORE, None)


@pytest.mark.parametrize(
    ("options", "keys"),
    [
        ({}, []),
        ({"role": "tap", "address": 3, "poll": [2, "4"], "charset": "cp850", "poll_s": 0.5}, []),
        ({"role": "slave"}, ["role"]),
        ({"address": "12"}, ["address"]),
        ({"address": ""}, ["address"]),
        ({"address": True}, ["address"]),
        ({"address": "1"}, ["address"]),
        ({"role": "control", "poll": ["1"]}, ["poll"]),
        ({"poll": []}, ["poll"]),
        ({"poll": "2"}, ["poll"]),
        ({"charset": "utf-8", "rolle": "tap", "reply_timeout_s": 0}, ["charset", "reply_timeout_s", "rolle"]),
        ({"poll_s": float("nan")}, ["poll_s"]),
        ({"tries": 3}, ["tries"]),
        ({"rules": {}}, ["rules"]),
        ({"rules": [1]}, ["rules[1]"]),
        ({"rules": [{"kind": "alarm"}, {"text": "("}]}, ["rules[2].kind", "rules[2].text"]),
        ({"rules": [{"kind": "info", "cause": "fire"}]}, ["rules[1].cause"]),
        ({"rules": [{"kind": "heartbeat", "address": 5, "farve": "x"}]}, [
            "rules[1].address", "rules[1].farve", "rules[1].kind",
        ]),
        ({"rules": [{"kind": "info", "priority": True, "type": 1.5}]}, ["rules[1].priority", "rules[1].type"]),
    ],
)  # fmt: skip
def test_every_mistake_in_the_options_is_told(options: dict[str, object], keys: list[str]) -> None:
    mistakes = check_options("espa444", options)
    assert sorted(mistake.key for mistake in mistakes) == keys
    assert all(mistake.allowed for mistake in mistakes)
