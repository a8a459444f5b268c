"""SIA lines of a receiver: every way in which events, modifiers and texts are written."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drivers import registry
from drivers.base import Cause, Kind, Signal, Trouble


def decode(said: bytes) -> list[Signal]:
    driver = registry.make_decoder("receiver", {})
    return [signal for step in driver.feed(said, 0.0) for signal in step.signals]


def test_a_sia_line_may_tell_of_several_events_with_what_belongs_to_them() -> None:
    signals = decode(b"S011[#4321|Nda10-23-24/ti10:23:05/id005/ri02/HA001/OP/YC/BB3|AReception]\x14")
    assert [(s.kind, s.cause, s.code, s.point) for s in signals] == [
        (Kind.ALARM, Cause.HOLD_UP, "HA", "001"),
        (Kind.INFO, None, "OP", "005"),
        (Kind.FAULT, None, "YC", None),
        (Kind.BYPASS, None, "BB", "3"),
    ]
    assert {(s.account, s.area, s.panel_time, s.text) for s in signals} == {
        ("4321", "02", "10-23-24 10:23:05", "Reception")
    }


@pytest.mark.parametrize(
    ("block", "told"),
    [
        ("Nti10:15/ri4/FA2/AFire Zone 2", ("FA", "2", "4", "10:15", "Fire Zone 2", False)),
        ("OHA001", ("HA", "001", None, None, None, True)),
        ("OP005", ("OP", "005", None, None, None, False)),
        ("NOP005", ("OP", "005", None, None, None, False)),
        ("NA01", ("NA", "01", None, None, None, False)),
        ("NRP", ("RP", None, None, None, None, False)),
        ("NYC020B", ("YC", "020B", None, None, None, False)),
        ("nda10-23-24ti10:23/HA001", ("HA", "001", None, "10-23-24 10:23", None, False)),
        ("da10-23-24ti10:23:44NHA001", ("HA", "001", None, "10-23-24 10:23:44", None, False)),
        ("N/ri4/FA2", ("FA", "2", "4", None, None, False)),
        ("hello", (None, None, None, None, "hello", False)),
        ("NXX%", ("XX", None, None, None, "NXX%", False)),
        ("NHA005*'ROOM 5'NM", ("HA", "005", None, None, "ROOM 5", False)),
        ("NHA005*'HALL 5/BA 6'NM", ("HA", "005", None, None, "HALL 5/BA 6", False)),
        ("Nri1/HA005*ROOM 5", ("HA", "005", "1", None, "ROOM 5", False)),
        ("NHA005^ROOM 5^", ("HA", "005", None, None, "ROOM 5", False)),
        ("NHA005 ROOM 5", ("HA", "005", None, None, "ROOM 5", False)),
        ("NHA 12A", ("HA", "12A", None, None, None, False)),
        ("Nri0A/PA0002A", ("PA", "0002A", "0A", None, None, False)),
        ("NpiKITCHEN/HA005", ("HA", "005", None, None, None, False)),
        ("NidABC/ri1/HA", ("HA", "ABC", "1", None, None, False)),
        ("Nid005pi010/HA", ("HA", "010", None, None, None, False)),
    ],
)
def test_sia_blocks_are_read_in_all_the_ways_they_are_written(block: str, told: tuple[object, ...]) -> None:
    (signal,) = decode(f"S011[#1234|{block}]\x14".encode())
    assert (signal.code, signal.point, signal.area, signal.panel_time, signal.text, signal.late) == told


@pytest.mark.parametrize(
    ("block", "told"),
    [
        ("NBA001/HA005*'ROOM 5'NM", [("BA", "001", None), ("HA", "005", "ROOM 5")]),
        ("NBA01/NHA02", [("BA", "01", None), ("HA", "02", None)]),
        ("NBA001/HA12A", [("BA", "001", None), ("HA", "12A", None)]),
        ("Nri1/BA001/PA0002A", [("BA", "001", None), ("PA", "0002A", None)]),
        ("NBA001/HA?02/AHall", [("BA", "001", None), ("HA", None, "HA?02/Hall")]),
        ("NBA001/Front door/2", [("BA", "001", "Front door/2")]),
        ("NBA001/AARHUS 2/PA3", [("BA", "001", "ARHUS 2"), ("PA", "3", None)]),
        ("NHA1*'ROOM/HA2*'ROOM 2'NM", [("HA", "1", "ROOM"), ("HA", "2", "ROOM 2")]),
        ("NHR005", [("HR", "005", None), ("HR", "005", None)]),
    ],
)
def test_no_event_of_a_sia_line_is_taken_for_text(block: str, told: list[tuple[str, str | None, str | None]]) -> None:
    signals = decode(f"S011[#1234|{block}]\x14".encode())
    assert [(s.code, s.point, s.text) for s in signals] == told
    assert [s.kind for s in signals if s.code == "HA" and s.point is None] in ([], [Kind.UNKNOWN])


def test_new_and_old_events_in_one_sia_line() -> None:
    assert [s.late for s in decode(b"S011[#1234|OBA01/BA02/NHA03]\x14")] == [True, True, False]


def test_the_restoral_of_a_zone_ends_alarm_and_trouble() -> None:
    for line in (b"S011[#1234|NHR005]\x14", b"3011      1234HR 005\x14"):
        assert [(s.kind, s.cause, s.trouble, s.point) for s in decode(line)] == [
            (Kind.RESTORE, Cause.HOLD_UP, None, "005"),
            (Kind.FAULT_RESTORE, None, Trouble.SENSOR, "005"),
        ]


def test_a_sia_line_without_an_account_and_with_foreign_letters_is_read() -> None:
    (signal,) = decode("S011[NPA7/AKøkken]\x14".encode("latin-1"))
    assert (signal.cause, signal.account, signal.point, signal.text) == (Cause.PANIC, None, "7", "Køkken")


@settings(max_examples=150, deadline=None)
@given(st.text(st.sampled_from("NOHABCPR0159azdinri*^'/ :.?"), max_size=40))
def test_whatever_stands_before_it_an_event_behind_a_stroke_is_heard(before: str) -> None:
    told = decode(f"S011[#1234|{before}/HA005]\x14".encode())[-1]
    assert (told.kind, told.cause, told.point) == (Kind.ALARM, Cause.HOLD_UP, "005")
