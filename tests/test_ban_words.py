"""What a town hall calls a ban stands in every text, declined as it should be, whichever of the words was chosen."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from guardroom import config, language
from guardroom.ban_words import BAN_WORDS, ENGLISH, KEPT
from guardroom.config import ConfigError
from guardroom.language import _, n_

CATALOGUE = Path(language.__file__).parent / "locale" / "da" / "LC_MESSAGES" / "guardroom.po"
CHOSEN = BAN_WORDS[1:]
COUNT = {False: 1, True: 7}


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    """The next test speaks English, with the usual word."""
    yield
    language.choose("en")


def texts() -> list[tuple[str, ...]]:
    """Every text of the catalogue as the source has it: one, or one and many."""
    with CATALOGUE.open("rb") as file:
        return [each.id if isinstance(each.id, tuple) else (each.id,) for each in read_po(file, locale="da") if each.id]


def all_said(message: tuple[str, ...]) -> list[str]:
    """What a person is told by it: in both numbers where it has two."""
    return [_(message[0])] if len(message) == 1 else [n_(message[0], message[1], count) for count in COUNT.values()]


def usual(spoken: str) -> dict[tuple[str, ...], list[str]]:
    language.choose(spoken)
    return {message: all_said(message) for message in texts()}


@pytest.mark.parametrize("word", CHOSEN)
def test_every_danish_text_has_the_word_in_the_form_the_usual_one_had(word: str) -> None:
    before = usual("da")
    language.choose("da", word)
    forms = re.compile(r"(?<![\w{])(?:fremmøde)?forbud(\w*)", re.IGNORECASE)
    seen = 0
    for message, said in before.items():
        now = all_said(message)
        if message[0] in KEPT:
            assert now == said
            continue
        for old, new in zip(said, now, strict=True):
            endings = [found[1].lower() for found in forms.finditer(old)]
            assert set(endings) <= {"", "det", "dets", "dene", "denes", "s"}, old
            # What was not one of the word's forms is as it was, and as many of them stand where they stood.
            assert forms.split(old)[::2] == re.split(rf"(?<![\w{{]){word}(\w*)", new, flags=re.IGNORECASE)[::2]
            assert [each.lower() for each in re.findall(rf"(?i)(?<![\w{{]){word}(\w*)", new)] == endings
            seen += len(endings)
    assert seen > 80


@pytest.mark.parametrize("word", CHOSEN)
def test_every_english_text_has_the_word_with_its_article(word: str) -> None:
    before = usual("en")
    language.choose("en", word)
    own, seen = ENGLISH[word], 0
    bare = re.compile(rf"(?<![\w{{])(?<!{own[:-3]})bans?(?![\w}}])", re.IGNORECASE)
    for message, said in before.items():
        now = all_said(message)
        if message[0] in KEPT:
            assert now == said
            continue
        for old, new in zip(said, now, strict=True):
            counted = len(re.findall(r"(?i)(?<![\w{])bans?(?![\w}])", old))
            assert not bare.search(new), new
            assert len(re.findall(rf"(?i)\b{own}s?\b", new)) == counted
            wrong = "a" if own[0] in "ae" else "an"
            assert not re.search(rf"(?i)\b{wrong} {own}", new), new
            seen += counted
    assert seen > 80


@pytest.mark.parametrize(
    ("spoken", "word", "message", "told"),
    [
        ("da", "fremmødeforbud", "Bans", "Fremmødeforbud"),
        ("da", "fremmødeforbud", "LIFT THE BAN", "OPHÆV FREMMØDEFORBUDDET"),
        ("da", "mødeforbud", "I have read this ban", "Jeg har læst mødeforbuddet"),
        ("da", "adgangsforbud", "the bans", "adgangsforbuddene"),
        ("da", "mødeforbud", "attendance ban", "mødeforbud"),
        ("da", "mødeforbud", "ban registrar", "forbudsansvarlig"),
        (
            "da",
            "mødeforbud",
            "They may be here: the ban is about mail.",
            "Borgeren må være her: forbuddet gælder mail.",
        ),
        ("da", "forbud", "attendance ban", "fremmødeforbud"),
        ("en", "fremmødeforbud", "A STEP OF A BAN", "A STEP OF AN ATTENDANCE BAN"),
        ("en", "adgangsforbud", "Begin a ban", "Begin an entry ban"),
        ("en", "mødeforbud", "to give you an attendance ban", "to give you a meeting ban"),
        ("en", "fremmødeforbud", "attendance ban", "attendance ban"),
    ],
)
def test_what_is_said(spoken: str, word: str, message: str, told: str) -> None:
    language.choose(spoken, word)
    assert _(message) == told


def test_numbers_too() -> None:
    language.choose("da", "mødeforbud")
    one, many = "{count} ban written.", "{count} bans written."
    assert [n_(one, many, count) for count in (1, 2)] == ["{count} mødeforbud skrevet.", "{count} mødeforbud skrevet."]


def test_the_configuration_chooses_it(tmp_path: Path) -> None:
    path = tmp_path / "guardroom.toml"
    path.write_text('language = "da"\npolicy = "fredensborg"\n[override.bans]\nword = "adgangsforbud"\n', "utf-8")
    assert config.load(path).policy.bans.word == "adgangsforbud"
    assert _("Bans") == "Adgangsforbud"
    path.write_text('language = "da"\npolicy = "albertslund"\n', "utf-8")
    config.load(path)
    assert _("Bans") == "Mødeforbud"


def test_a_word_with_other_endings_is_refused_in_a_sentence(tmp_path: Path) -> None:
    path = tmp_path / "guardroom.toml"
    path.write_text('language = "en"\n[override.bans]\nword = "karantæne"\n', "utf-8")
    with pytest.raises(ConfigError) as wrong:
        config.load(path)
    (line,) = str(wrong.value).splitlines()
    assert "override.bans.word" in line
    assert all(word in line for word in BAN_WORDS)
