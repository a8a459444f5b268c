"""The two code tables: every kind of event is what the standards say, and every end is the end of its beginning."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers import contact_id, sia
from drivers.base import Cause, Kind, Signal, Trouble
from drivers.codes import UNKNOWN, Meaning
from drivers.standing import RESTORE_OF


def _twice(groups: tuple[tuple[Meaning, str], ...]) -> list[str]:
    counted = Counter(code for _meaning, codes in groups for code in codes.split())
    return [code for code, count in counted.items() if count > 1]


def test_each_code_stands_once_in_its_table() -> None:
    assert _twice(contact_id._GROUPS) == []
    assert _twice(sia._GROUPS) == []
    zones = {first + second for first in sia._ZONES for second in sia._of_zone(Cause.OTHER)}
    assert zones.isdisjoint(code for _meaning, codes in sia._GROUPS for code in codes.split())


@pytest.mark.parametrize(
    ("cause", "codes"),
    [
        (Cause.HOLD_UP, "122 126 129"),
        (Cause.PANIC, "120 123"),
        (Cause.DURESS, "121 124 125"),
        (Cause.MEDICAL, "100 101 102 641"),
        (Cause.FIRE, "110 111 112 113 114 115 116 117 118"),
        (Cause.INTRUSION, "130 131 132 133 134 135 136 138 139 146 423"),
    ],
)
def test_contact_id_alarms_of_a_cause_are_exactly_these(cause: Cause, codes: str) -> None:
    found = {
        code for code, meaning in contact_id.CODES.items() if meaning.kind is Kind.ALARM and meaning.cause is cause
    }
    assert found == set(codes.split())


@pytest.mark.parametrize(
    ("cause", "codes"),
    [
        (Cause.HOLD_UP, "HA"),
        (Cause.PANIC, "PA QA"),
        (Cause.DURESS, "ND"),
        (Cause.MEDICAL, "MA"),
        (Cause.FIRE, "FA FM KA SA"),
        (Cause.INTRUSION, "BA BM BV DF DL EA XM"),
    ],
)
def test_sia_alarms_of_a_cause_are_exactly_these(cause: Cause, codes: str) -> None:
    found = {code for code, meaning in sia.CODES.items() if meaning.kind is Kind.ALARM and meaning.cause is cause}
    assert found == set(codes.split())


@pytest.mark.parametrize("code", contact_id.CODES)
def test_the_end_of_a_contact_id_event_tells_of_the_same(code: str) -> None:
    new, over = contact_id.meaning(code, "E"), contact_id.meaning(code, "R")
    assert (over.cause, over.trouble, over.by_user) == (new.cause, new.trouble, new.by_user)
    if new.kind in RESTORE_OF:
        assert over.kind is RESTORE_OF[new.kind]
    else:
        assert over.kind in (Kind.INFO, Kind.STATUS, Kind.TEST, Kind.RESTORE)
    assert contact_id.meaning(code, "P") == new
    assert [contact_id.meaning(code, digit) for digit in "136"] == [new, over, new]


@pytest.mark.parametrize("letter", "BFGHKMPQSUWZ")
def test_every_kind_of_sia_zone_has_all_its_letters(letter: str) -> None:
    alarm = sia.meaning(letter + "A")
    assert alarm.kind is Kind.ALARM
    for restore in "HR":
        assert sia.meaning(letter + restore) == Meaning(Kind.RESTORE, alarm.cause)
    assert sia.meaning(letter + "T") == Meaning(Kind.FAULT, trouble=Trouble.SENSOR)
    assert sia.meaning(letter + "J") == Meaning(Kind.FAULT_RESTORE, trouble=Trouble.SENSOR)
    assert sia.meaning(letter + "S") == sia.meaning(letter + "T")  # so that J and R end it
    assert sia.meaning(letter + "B").kind is Kind.BYPASS
    assert sia.meaning(letter + "U").kind is Kind.UNBYPASS


@pytest.mark.parametrize(
    ("begins", "ends"),
    [
        ("AT", "AR"), ("YT", "YR"), ("YM", "YR"), ("XT", "XR"), ("YC", "YK"), ("YS", "YK"), ("LT", "LR"),
        ("TA", "TR"), ("TA", "TH"), ("TT", "TJ"), ("ES", "EJ"), ("EM", "EN"), ("ET", "ER"), ("XS", "XJ"),
        ("XQ", "XH"), ("YA", "YH"), ("YD", "YE"), ("YI", "YJ"), ("YP", "YQ"), ("YX", "YZ"), ("NT", "NR"),
        ("OU", "OV"), ("IA", "IR"), ("BD", "BE"), ("FS", "FV"), ("FW", "FQ"), ("VO", "VI"), ("VT", "VR"),
        ("VZ", "VY"), ("AS", "AN"), ("DF", "DR"), ("DL", "DH"), ("JA", "JC"),
        ("HS", "HJ"), ("BZ", "BJ"), ("UZ", "UJ"), ("FZ", "FJ"), ("CM", "BJ"),
    ],
)  # fmt: skip
def test_sia_pairs_end_each_other(begins: str, ends: str) -> None:
    new, over = sia.meaning(begins), sia.meaning(ends)
    assert over.kind is RESTORE_OF[new.kind]
    assert (over.cause, over.trouble) == (new.cause, new.trouble)


@pytest.mark.parametrize("code", ["BR", "FR", "HR", "PR", "UR"])
def test_the_restoral_of_a_zone_ends_its_trouble_too(code: str) -> None:
    restore = Signal(kind=Kind.RESTORE, cause=sia.meaning(code).cause, code=code, point="005")
    assert sia.all_told(restore) == (
        restore,
        Signal(kind=Kind.FAULT_RESTORE, trouble=Trouble.SENSOR, code=code, point="005"),
    )


@pytest.mark.parametrize("code", ["HH", "HA", "TR", "DR", "XX", None])
def test_other_codes_say_one_thing(code: str | None) -> None:
    signal = Signal(kind=sia.meaning(code or "").kind, code=code)
    assert sia.all_told(signal) == (signal,)


def test_who_resets_a_panic_alarm_is_a_person() -> None:
    for code in ("121", "406", "465"):
        assert [contact_id.meaning(code, qualifier).by_user for qualifier in "ER"] == [True, True]


@pytest.mark.parametrize("meaning", [*contact_id.CODES.values(), *sia.CODES.values()])
def test_alarms_have_a_cause_and_faults_a_trouble(meaning: Meaning) -> None:
    assert meaning.kind not in (Kind.UNKNOWN, Kind.REJECTED)
    assert (meaning.cause is not None) is (meaning.kind in (Kind.ALARM, Kind.RESTORE)) or meaning.kind is Kind.CANCEL
    if meaning.kind in (Kind.FAULT, Kind.FAULT_RESTORE, Kind.TAMPER, Kind.TAMPER_RESTORE):
        assert meaning.trouble is not None
    if meaning.kind in (Kind.LOW_BATTERY, Kind.BATTERY_RESTORE):
        assert meaning.trouble is Trouble.BATTERY


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("137", Kind.TAMPER), ("144", Kind.TAMPER), ("145", Kind.TAMPER), ("341", Kind.TAMPER), ("383", Kind.TAMPER),
        ("302", Kind.LOW_BATTERY), ("338", Kind.LOW_BATTERY), ("384", Kind.LOW_BATTERY), ("301", Kind.FAULT),
        ("147", Kind.FAULT), ("375", Kind.FAULT), ("376", Kind.FAULT), ("381", Kind.FAULT), ("354", Kind.FAULT),
        ("406", Kind.CANCEL), ("465", Kind.RESTORE), ("401", Kind.INFO), ("570", Kind.BYPASS), ("925", Kind.BYPASS),
        ("601", Kind.TEST), ("602", Kind.TEST), ("615", Kind.TEST), ("914", Kind.TEST), ("605", Kind.STATUS),
    ],
)  # fmt: skip
def test_contact_id_kinds(code: str, kind: Kind) -> None:
    assert contact_id.meaning(code, "E").kind is kind


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("RP", Kind.TEST), ("RX", Kind.TEST), ("TX", Kind.TEST), ("TS", Kind.TEST), ("TE", Kind.TEST),
        ("JA", Kind.TAMPER), ("BC", Kind.CANCEL), ("OC", Kind.CANCEL), ("OR", Kind.CANCEL), ("FC", Kind.CANCEL),
        ("CL", Kind.INFO), ("OP", Kind.INFO), ("DG", Kind.INFO), ("YY", Kind.STATUS), ("RT", Kind.FAULT),
    ],
)  # fmt: skip
def test_sia_kinds(code: str, kind: Kind) -> None:
    assert sia.meaning(code).kind is kind


@given(st.text(max_size=4), st.text(max_size=2))
def test_what_stands_in_no_table_is_unknown(code: str, qualifier: str) -> None:
    if code not in contact_id.CODES or qualifier not in set("136ERP"):
        assert contact_id.meaning(code, qualifier) == UNKNOWN
    if code not in sia.CODES:
        assert sia.meaning(code) == UNKNOWN
