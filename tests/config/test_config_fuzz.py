"""Whatever stands in the file: either settings come out of it, or `ConfigError` says why not."""

from __future__ import annotations

import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from guardroom import config
from guardroom.text import clean

EXAMPLE = (Path(__file__).parents[2] / "guardroom.toml").read_text(encoding="utf-8")
LINES = [line for line in EXAMPLE.splitlines() if line and not line.startswith("#")]
KEYED = [number for number, line in enumerate(LINES) if " = " in line]

odd_values = st.sampled_from(
    [
        "true",
        "-1",
        "0",
        "1e999",
        "nan",
        "9223372036854775808" * 3,
        '""',
        '" "',
        '"\\u202e\\u001b[31m"',
        '"\\u0000"',
        '"~"',
        '"~nobody/x"',
        '"sqlite:///~nobody/x"',
        '"sqlite:///x\\u0000"',
        '"sqlite:///"',
        '"../../.."',
        '"/dev/null/x"',
        "'\"'",
        '"a:b:c"',
        '":"',
        "[]",
        "[[]]",
        "{}",
        "{ a = 1 }",
        "[{ text = '(?P<a>x)(?P<a>y)' }]",
        "[{ text = 'x{99999999999}' }]",
        "[{ text = '[[a]&&b]' }]",
        "2020-02-30",
        "2020-02-28",
        "12:00:00",
        "'''\n'''",
    ]
) | st.text(max_size=20).map(lambda text: "'" + text.replace("'", "").replace("\n", " ") + "'")


@st.composite
def mutated(draw: st.DrawFn) -> str:
    """The example with values replaced, lines taken out, doubled or mixed, and signs put anywhere."""
    lines = list(LINES)
    for _ in range(draw(st.integers(0, 3))):
        number = draw(st.sampled_from(KEYED))
        key = lines[number].partition(" = ")[0]
        lines[number] = f"{key} = {draw(odd_values)}"
    for _ in range(draw(st.integers(0, 2))):
        number = draw(st.integers(0, len(lines) - 1))
        match draw(st.sampled_from(["out", "twice", "move"])):
            case "out":
                del lines[number]
            case "twice":
                lines.insert(number, lines[number])
            case _:
                lines.insert(draw(st.integers(0, len(lines) - 1)), lines.pop(number))
    text = "\n".join(lines)
    if draw(st.booleans()):
        at = draw(st.integers(0, len(text)))
        text = text[:at] + draw(st.text(max_size=6)) + text[at:]
    return text


def outcome(raw: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "guardroom.toml"
        file.write_bytes(raw)
        lines: tuple[str, ...] = (f"{file}: ",)
        try:
            config.load(file)
        except config.ConfigError as error:
            lines = error.lines
        assert lines
        for line in lines:
            assert line.startswith(str(file))
            assert clean(line, 100_000) == line, ascii(line)


@settings(max_examples=150, deadline=None)
@given(mutated())
def test_a_mutated_file_gives_settings_or_a_configuration_error(text: str) -> None:
    outcome(text.encode("utf-8", "surrogatepass"))


@settings(max_examples=50, deadline=None)
@given(st.binary(max_size=80))
def test_any_bytes_give_settings_or_a_configuration_error(raw: bytes) -> None:
    outcome(raw)
