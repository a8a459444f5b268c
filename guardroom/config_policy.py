"""The parts of `guardroom.toml` that say how this town hall wants it: its policy, its privacy, its letters."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from pathlib import Path

from guardroom.config_table import Table, choice, unknown
from guardroom.language import LANGUAGES, _
from guardroom.settings import (
    AFTER_PRESS,
    LADDER_STEPS,
    POLICE_CALLS,
    SIGNATORIES,
    BanPolicy,
    LadderPolicy,
    Letters,
    Policy,
    Privacy,
)

_HERE = Path(__file__).parent / "policies"
_LONGEST_MONTHS = 60
_LONGEST_DAYS = 365
_DAY_S = 86400


def policies() -> tuple[str, ...]:
    """The names of the policies that come with the program."""
    return tuple(sorted(path.stem for path in _HERE.glob("*.toml")))


def read_policy(root: Table) -> Policy:
    """The policy that the town hall chose, with what it says differently under `[override]`."""
    name = root.one_of("policy", "fredensborg", policies())
    values = tomllib.loads((_HERE / f"{name}.toml").read_text(encoding="utf-8"))
    none = Policy(name=name, municipality="", guard_word={}, police_call=POLICE_CALLS[0], guidance={})
    return _read_policy_table(root.table("override"), _read_policy_table(Table(values, "", root.mistakes), none))


def _read_policy_table(table: Table, base: Policy) -> Policy:
    words = table.table("guard_word")
    lines = table.table("guidance")
    policy = Policy(
        name=base.name,
        municipality=table.text("municipality", base.municipality),
        police_call=table.one_of("police_call", base.police_call, POLICE_CALLS),
        after_press=table.one_of("after_press", base.after_press, AFTER_PRESS),
        guard_word={each: words.text(each, base.guard_word.get(each, "")) for each in LANGUAGES},
        guidance={each: lines.texts(each, base.guidance.get(each, ())) for each in LANGUAGES},
        bans=_read_bans(table.table("bans"), base.bans),
        ladder=_read_ladder(table.table("ladder"), base.ladder),
    )
    for part in (words, lines, table):
        part.finish()
    return policy


def _read_bans(table: Table, base: BanPolicy) -> BanPolicy:
    bans = BanPolicy(
        signatories=_words(table, "signatories", base.signatories, SIGNATORIES, once=True),
        default_months=int(table.number("default_months", base.default_months, 0, _LONGEST_MONTHS, _("months"))),
        normalise_before_days=int(
            table.number("normalise_before_days", base.normalise_before_days, 0, _LONGEST_DAYS, _("days"))
        ),
        hearing_days=int(table.number("hearing_days", base.hearing_days, 0, _LONGEST_DAYS, _("days"))),
        registered=table.flag("registered", base.registered),
    )
    table.finish()
    return bans


def _read_ladder(table: Table, base: LadderPolicy) -> LadderPolicy:
    ladder = LadderPolicy(
        steps=_words(table, "steps", base.steps, LADDER_STEPS),
        look_back_months=int(table.number("look_back_months", base.look_back_months, 1, _LONGEST_MONTHS, _("months"))),
    )
    table.finish()
    return ladder


def _words(
    table: Table, name: str, default: tuple[str, ...], allowed: tuple[str, ...], *, once: bool = False
) -> tuple[str, ...]:
    """A list of some of the words that are allowed."""
    found = table.texts(name, default)
    wrong = next((word for word in found if word not in allowed), None)
    if wrong is not None:
        table.wrong(name, unknown(wrong, allowed))
        return default
    if once and len(set(found)) < len(found):
        table.wrong(
            name, _("allowed is {allowed}").format(allowed=_("each of {words} once").format(words=choice(allowed)))
        )
        return default
    return found


def read_privacy(root: Table) -> Privacy:
    """`[privacy]`: when names are hidden."""
    table = root.table("privacy")
    usual = Privacy()
    values: Mapping[str, int] = {
        name: int(table.number(name, getattr(usual, name), lowest, _DAY_S, _("seconds")))
        for name, lowest in (("mask_after_s", 10), ("code_after_s", 0), ("sign_out_after_s", 60))
    }
    table.finish()
    return Privacy(**values)


def read_letters(root: Table, folder: Path) -> Letters:
    """`[letters]`: where they are written, and the municipality's own templates; paths are against `folder`."""
    table = root.table("letters")
    allowed = _("a folder's name, in quotes")
    written = table.exact("folder", "letters", allowed=allowed)
    templates = table.exact("templates", "", allowed=allowed)
    table.finish()
    own = _folder(folder, templates) if templates else None
    if own is not None and not own.is_dir():
        table.wrong("templates", _("there is no such folder; allowed is {allowed}").format(allowed=allowed))
    return Letters(folder=_folder(folder, written or "letters"), templates=own)


def _folder(base: Path, name: str) -> Path:
    return Path(os.path.normpath(base / Path(name).expanduser()))
