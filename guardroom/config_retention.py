"""The part of a policy that says how long each kind of record is kept."""

from __future__ import annotations

import re
from dataclasses import fields

from guardroom.config_table import Table
from guardroom.language import _
from guardroom.settings import Keep, RetentionPolicy

_KEEP = re.compile(r"([0-9]{1,4}) (day|month)s?")
_MOST = {"days": 3650, "months": 240}


def read_retention(table: Table, base: RetentionPolicy) -> RetentionPolicy:
    """`[retention]`: each kind's time, "" where the town hall has not said."""
    retention = RetentionPolicy(
        **{field.name: _keep(table, field.name, getattr(base, field.name)) for field in fields(RetentionPolicy)}
    )
    table.finish()
    return retention


def read_keep(told: str) -> Keep | None:
    """The time in `30 days` or `24 months`, at least one; None where it is none."""
    found = _KEEP.fullmatch(told)
    if found is None:
        return None
    keep = Keep(int(found[1]), "days" if found[2] == "day" else "months")
    return keep if 1 <= keep.count <= _MOST[keep.unit] else None


def _keep(table: Table, name: str, base: Keep | None) -> Keep | None:
    if not table.has(name):
        return base
    told = table.text(name)
    keep = read_keep(told)
    if keep is None and told:
        allowed = _('a time such as "30 days" or "24 months", or "" for not decided')
        table.wrong(name, _("allowed is {allowed}").format(allowed=allowed))
    return keep
