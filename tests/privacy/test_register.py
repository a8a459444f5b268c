"""The register of personal data: every table and every column stands in it, and the document says the same."""

from __future__ import annotations

import re
import tomllib
from dataclasses import fields
from pathlib import Path

import pytest

from db.all_tables import Base
from guardroom import config
from guardroom.config_policy import policies
from guardroom.privacy.register import FILES, KINDS, TABLES, Kept
from guardroom.settings import RetentionPolicy

REPOSITORY = Path(__file__).parents[2]
POLICIES = Path(config.__file__).parent / "policies"


def test_every_table_and_every_column_is_classified() -> None:
    known = {kept.name: kept for kept in TABLES}
    assert len(known) == len(TABLES)
    missing = {
        table.name: sorted({column.name for column in table.columns} ^ set(columns(known.get(table.name))))
        for table in Base.metadata.sorted_tables
    }
    assert {name: columns for name, columns in missing.items() if columns} == {}
    assert known.keys() == {table.name for table in Base.metadata.sorted_tables}


def columns(kept: Kept | None) -> list[str]:
    """The columns of a table in the register; each stands there once."""
    if kept is None:
        return []
    found = [*kept.citizens, *kept.staff, *kept.plain]
    assert len(found) == len(set(found)), kept.name
    return found


def test_what_names_a_person_or_a_user_is_never_called_plain() -> None:
    """A column that refers to a person or a user is one that tells of them."""
    classified = {kept.name: kept for kept in TABLES}
    for table in Base.metadata.sorted_tables:
        for column in table.columns:
            for key in column.foreign_keys:
                if key.column.table.name in ("person", "user") and column.name != "merged_into":
                    assert column.name not in classified[table.name].plain, f"{table.name}.{column.name}"


def test_what_is_deleted_or_emptied_has_a_kind_and_what_stays_has_none() -> None:
    for kept in (*TABLES, *FILES):
        assert (kept.kind is None) == (kept.how == "never"), kept.name


def test_every_kind_is_somebodys_and_has_a_key() -> None:
    assert {kept.kind for kept in (*TABLES, *FILES)} - {None} == set(KINDS)
    keys = {field.name for field in fields(RetentionPolicy)}
    assert keys == set(KINDS) - {"headsups"}


@pytest.mark.parametrize("name", policies())
def test_each_policy_says_how_long_and_why(name: str) -> None:
    text = (POLICIES / f"{name}.toml").read_text("utf-8")
    assert set(tomllib.loads(text)["retention"]) == set(KINDS) - {"headsups"}
    said = text.partition("[retention]")[2].splitlines()
    assert "law.md" in said[0]
    # What law.md 5.2 proposes.
    values = tomllib.loads(text)["retention"]
    assert (values["bans"], values["incidents"], values["audit"]) == ("30 days", "24 months", "12 months")
    assert tomllib.loads(text)["headsups"]["keep_days"] == 30


def test_the_document_has_the_register() -> None:
    text = (REPOSITORY / "docs" / "privacy.md").read_text("utf-8")
    rows = {
        tuple(cell.strip().strip("`") for cell in line.strip("|").split("|"))
        for line in text.splitlines()
        if line.startswith("| `")
    }
    wanted = {(kept.name, kept.about, kept.kind or "-", kept.how) for kept in (*TABLES, *FILES)}
    assert rows == wanted


def test_the_document_says_how_long_each_kind_is_kept_unless_decided_otherwise() -> None:
    text = (REPOSITORY / "docs" / "privacy.md").read_text("utf-8")
    said = dict(re.findall(r"^- `(\w+)`: ([0-9]+ (?:days|months))", text, re.MULTILINE))
    values = tomllib.loads((POLICIES / "fredensborg.toml").read_text("utf-8"))["retention"]
    assert said == {**values, "headsups": "30 days"}
