"""`[serve]`: who may use the dashboard in a browser, and through which address."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from guardroom import config
from guardroom.settings import Serve

Write = Callable[[str], Path]
ADDRESS = 'allowed is the address that browsers use, such as "https://vagt.byby.example"'


def test_left_out_it_is_for_reading_and_for_this_pc(write: Write) -> None:
    serve = config.load(write("")).serve
    assert serve == Serve()
    assert (serve.read_only, serve.behind_proxy, serve.sessions) == (True, False, 8)
    assert not {"guard", "desk", "admin"} & set(serve.roles)


def test_what_stands_there_counts(write: Write) -> None:
    text = (
        '[serve]\nsessions = 3\nread_only = false\nidle_min = 5\nlongest_min = 60\nroles = ["leader"]\n'
        'behind_proxy = true\npublic_url = "https://Vagt.byby.example:443/"\n'
    )
    assert config.load(write(text)).serve == Serve(
        sessions=3,
        read_only=False,
        idle_min=5,
        longest_min=60,
        roles=("leader",),
        behind_proxy=True,
        public_url="https://vagt.byby.example",
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("behind_proxy = true", f"serve.public_url: is missing; {ADDRESS}"),
        ('behind_proxy = true\npublic_url = ""', f"serve.public_url: is missing; {ADDRESS}"),
        ('public_url = "http://a.example"', f'serve.public_url = "http://a.example": {ADDRESS}'),
        ('public_url = "https://a.example/x"', f'serve.public_url = "https://a.example/x": {ADDRESS}'),
        ('public_url = "https://u@a.example"', f'serve.public_url = "https://u@a.example": {ADDRESS}'),
        ('public_url = "https://a.example:x"', f'serve.public_url = "https://a.example:x": {ADDRESS}'),
        ("sessions = 0", "serve.sessions = 0: allowed is a number from 1 to 100"),
        ('roles = ["chef"]', "serve.roles = [ … ]: "),
    ],
)
def test_mistakes_are_told(write: Write, text: str, expected: str) -> None:
    with pytest.raises(config.ConfigError) as caught:
        config.load(write(f"[serve]\n{text}\n"))
    assert expected in caught.value.lines[0]
