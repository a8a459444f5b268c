"""`guardroom decode` through its own front door."""

from __future__ import annotations

import argparse
import io
import json
import sys
from pathlib import Path

import pytest
from espa_line import block

from guardroom import decode

CALL = block(("1", "005"), ("2", "KONTAKTRUM K[RE"), ("6", "1"))
KEYS = ["kind", "cause", "point", "area", "code", "text", "account", "panel_time", "raw", "duplicate"]


def run(*arguments: str) -> int:
    parser = argparse.ArgumentParser()
    decode.add_arguments(parser)
    return decode.run(parser.parse_args(arguments))


def lines(capsys: pytest.CaptureFixture[str]) -> list[dict[str, object]]:
    output, errors = capsys.readouterr()
    assert errors == ""
    return [json.loads(line) for line in output.splitlines()]


def test_a_raw_capture(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "capture"
    file.write_bytes(b"2\x05\x04" + CALL + CALL[:-1] + b"\x7f" + CALL[:4])
    assert run("--driver", "espa444", str(file)) == 0
    beat, alarm, bad, cut = lines(capsys)
    assert list(beat) == list(alarm) == KEYS
    assert (beat["kind"], beat["point"]) == ("heartbeat", "2")
    assert alarm == dict.fromkeys(KEYS) | {
        "kind": "alarm",
        "cause": "hold_up",
        "point": "005",
        "text": "KONTAKTRUM KÆRE",
        "raw": CALL.hex(),
        "duplicate": False,
    }
    assert bad == {"kind": "rejected", "raw": (CALL[:-1] + b"\x7f").hex(), "reason": "wrong checksum"}
    assert cut == {"kind": "rejected", "raw": CALL[:4].hex(), "reason": "cut off"}


def test_hex_with_comments_and_options(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "frames.txt"
    frame = block(("1", "7"), ("2", "DØR"), charset="cp865")
    spaced = " ".join(f"{byte:02X}" for byte in frame)
    file.write_text(f"# a door: zz\n{spaced[:10]}\n{spaced[10:]}  # and its end\n\n")
    rules = 'rules=[{text="DØR", kind="alarm", cause="intrusion"}]'
    assert run("--driver", "espa444", "--hex", "--option", "charset=cp865", "--option", rules, str(file)) == 0
    (alarm,) = lines(capsys)
    assert (alarm["cause"], alarm["text"]) == ("intrusion", "DØR")


@pytest.mark.parametrize(
    ("text", "told"), [("01 31\n02 3x 04", ["line 2", "'3x'"]), ("01 3", ["half a byte"]), ("01 é", ["line 1"])]
)
def test_bad_hex_is_one_clear_line(
    text: str, told: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "frames.txt"
    file.write_text(text, "utf-8")
    assert run("--driver", "espa444", "--hex", str(file)) == 2
    output, errors = capsys.readouterr()
    assert output == ""
    assert errors.count("\n") == 1
    assert all(word in errors for word in [*told, str(file)])


@pytest.mark.parametrize(
    "arguments",
    [
        ["--driver", "nix", "FILE"],
        ["FILE"],
        ["--driver", "espa444", "--option", "role", "FILE"],
        ["--driver", "espa444", "--option", "role=slave", "FILE"],
        ["--driver", "espa444", "--option", "farve=1", "FILE"],
        ["--driver", "espa444", "FILE.none"],
    ],
)
def test_a_usage_error_is_one_clear_line(
    arguments: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "FILE").write_bytes(CALL)
    assert run(*[word.replace("FILE", str(tmp_path / "FILE")) for word in arguments]) == 2
    output, errors = capsys.readouterr()
    assert (output, errors.count("\n")) == ("", 1)


def record_line(mono: float, direction: str, data: bytes) -> str:
    return json.dumps({"at": "2025-11-24T12:00:00.000Z", "mono": mono, "dir": direction, "hex": data.hex()}) + "\n"


def test_a_recording_names_its_driver_and_only_the_panels_bytes_count(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "recording"
    file.write_text(
        json.dumps({"guardroom": "record", "panel": "blok-a", "driver": "espa444", "at": "2025-11-24T12:00:00.000Z"})
        + "\n"
        + record_line(100.0, "in", b"1\x052\x05")
        + record_line(100.1, "out", b"\x06")
        + record_line(100.2, "in", CALL[:9])
        + record_line(100.3, "in", CALL[9:])
        + record_line(100.4, "out", b"\x06")
        + record_line(110.0, "in", CALL[:9])
        + record_line(112.0, "in", CALL[9:])
        + '{"at": "2025-11'
    )
    assert run(str(file)) == 0
    kinds = [line["kind"] for line in lines(capsys)]
    assert kinds[:3] == ["heartbeat", "heartbeat", "alarm"]
    # The call that stood still in the middle for two seconds is none any more.
    assert set(kinds[3:]) == {"rejected"}


def test_a_recording_with_a_foreign_line_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "recording"
    file.write_text(record_line(1.0, "in", CALL) + "hej\n" + record_line(2.0, "in", CALL))
    assert run("--driver", "espa444", str(file)) == 2
    assert "line 2" in capsys.readouterr().err


def test_standard_input_and_text_that_would_steer_a_terminal(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    frame = block(("1", "5\x1b[2J"), ("2", "\x1b]0;x\x07[/]\u202e".encode("ascii", "ignore").decode()))
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(frame)))
    assert run("--driver", "espa444", "--option", "charset=ascii") == 0
    (info,) = lines(capsys)
    assert (info["point"], info["text"]) == ("5[2J", "]0;x[/]")
    assert info["raw"] == frame.hex()


def test_an_empty_file_has_no_signals(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "empty").write_bytes(b"")
    assert run("--driver", "espa444", str(tmp_path / "empty")) == 0
    assert lines(capsys) == []
