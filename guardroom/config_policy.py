"""The parts of `guardroom.toml` that say how this town hall wants it: its policy, its privacy, its letters."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from guardroom.ban_words import BAN_WORDS
from guardroom.config_followups import read_follow_ups
from guardroom.config_headsups import read_headsups
from guardroom.config_hours import read_hours
from guardroom.config_notices import read_notice_policy
from guardroom.config_phones import read_crisis
from guardroom.config_retention import read_retention
from guardroom.config_table import Table
from guardroom.language import LANGUAGES, _
from guardroom.settings import (
    AFTER_PRESS,
    LADDER_STEPS,
    POLICE_CALLS,
    SIGNATORIES,
    BanPolicy,
    DrillPolicy,
    LadderPolicy,
    Letters,
    Policy,
    Privacy,
    ReportPolicy,
    Texts,
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
    override = root.table("override")
    policy = _read_policy_table(override, _read_policy_table(Table(values, "", root.mistakes), none))
    return replace(policy, given=frozenset(_keys(values)), overridden=frozenset(_keys(override.values)))


def _keys(values: Mapping[str, object], before: str = "") -> Iterator[str]:
    """Every key that says something, dotted."""
    for name, value in values.items():
        if isinstance(value, Mapping):
            yield from _keys(value, f"{before}{name}.")
        else:
            yield before + name


def _read_policy_table(table: Table, base: Policy) -> Policy:
    words = table.table("guard_word")
    lines = table.table("guidance")
    checklist, calming = table.table("checklist"), table.table("deescalation")
    policy = Policy(
        name=base.name,
        municipality=table.text("municipality", base.municipality),
        police_call=table.one_of("police_call", base.police_call, POLICE_CALLS),
        after_press=table.one_of("after_press", base.after_press, AFTER_PRESS),
        guard_word={each: words.text(each, base.guard_word.get(each, "")) for each in LANGUAGES},
        guidance={each: lines.texts(each, base.guidance.get(each, ())) for each in LANGUAGES},
        bans=_read_bans(table.table("bans"), base.bans),
        ladder=_read_ladder(table.table("ladder"), base.ladder),
        guard_hours=read_hours(table.table("guard_hours"), base.guard_hours),
        police_hours=read_hours(table.table("police_hours"), base.police_hours),
        drills=_read_drills(table.table("drills"), base.drills),
        headsups=read_headsups(table.table("headsups"), base.headsups),
        notices=read_notice_policy(table.table("notices"), base.notices),
        version=int(table.number("version", base.version, 0, 10_000)),
        owner=table.text("owner", base.owner),
        approved_on=table.day("approved_on", base.approved_on),
        button_test_days=int(table.number("button_test_days", base.button_test_days, 0, _LONGEST_DAYS, _("days"))),
        follow_ups=read_follow_ups(table, base.follow_ups),
        crisis=read_crisis(table, base.crisis),
        door_lock=_read_door_lock(table.table("door_lock"), base.door_lock),
        reports=_read_reports(table.table("reports"), base.reports),
        text=_read_texts(table.table("text"), base.text),
        retention=read_retention(table.table("retention"), base.retention),
        checklist={each: checklist.texts(each, base.checklist.get(each, ())) for each in LANGUAGES},
        deescalation={each: calming.texts(each, base.deescalation.get(each, ())) for each in LANGUAGES},
    )
    for part in (words, lines, checklist, calming, table):
        part.finish()
    return policy


def _read_bans(table: Table, base: BanPolicy) -> BanPolicy:
    bans = BanPolicy(
        signatories=table.words("signatories", base.signatories, SIGNATORIES, once=True),
        default_months=int(table.number("default_months", base.default_months, 0, _LONGEST_MONTHS, _("months"))),
        normalise_before_days=int(
            table.number("normalise_before_days", base.normalise_before_days, 0, _LONGEST_DAYS, _("days"))
        ),
        hearing_days=int(table.number("hearing_days", base.hearing_days, 0, _LONGEST_DAYS, _("days"))),
        registered=table.flag("registered", base.registered),
        word=table.one_of("word", base.word, BAN_WORDS),
    )
    table.finish()
    return bans


def _read_ladder(table: Table, base: LadderPolicy) -> LadderPolicy:
    ladder = LadderPolicy(
        steps=table.words("steps", base.steps, LADDER_STEPS),
        look_back_months=int(table.number("look_back_months", base.look_back_months, 1, _LONGEST_MONTHS, _("months"))),
    )
    table.finish()
    return ladder


def _read_door_lock(table: Table, base: bool) -> bool:
    enabled = table.flag("enabled", base)
    table.finish()
    return enabled


def _read_reports(table: Table, base: ReportPolicy) -> ReportPolicy:
    # Below three it would be told of a single case that it was one.
    reports = ReportPolicy(fewer_than=int(table.number("fewer_than", base.fewer_than, 3, 20, _("cases"))))
    table.finish()
    return reports


def _read_texts(table: Table, base: Texts) -> Texts:
    def in_each_language(name: str, usual: Mapping[str, str]) -> dict[str, str]:
        said = table.table(name)
        found = {each: said.text(each, usual.get(each, "")) for each in LANGUAGES}
        said.finish()
        return found

    texts = Texts(
        law119=in_each_language("law119", base.law119),
        law119_checked_on=table.day("law119_checked_on", base.law119_checked_on),
        care_forms=in_each_language("care_forms", base.care_forms),
    )
    table.finish()
    return texts


def _read_drills(table: Table, base: DrillPolicy) -> DrillPolicy:
    def whole(name: str, lowest: int, highest: int, unit: str) -> int:
        return int(table.number(name, getattr(base, name), lowest, highest, unit))

    drills = DrillPolicy(
        per_year=whole("per_year", 0, 12, _("drills a year")),
        marked=table.flag("marked", base.marked),
        length_min=whole("length_min", 3, 60, _("minutes")),
        guards=whole("guards", 0, 20, _("guards")),
        acknowledge_s=whole("acknowledge_s", 5, 3600, _("seconds")),
        on_scene_s=whole("on_scene_s", 5, 3600, _("seconds")),
        leader_s=whole("leader_s", 5, 3600, _("seconds")),
    )
    table.finish()
    return drills


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
