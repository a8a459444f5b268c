"""`guardroom check`: which policy is in force, and where each of its values comes from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from datetime import date, time

from guardroom.days import written
from guardroom.finding import Finding
from guardroom.language import _
from guardroom.settings import WEEKDAYS, CrisisProvider, Hours, Keep, Policy, Term

_GATHERED = {"notices.groups": "notices.", "follow_ups.duties": "follow_ups."}
"""What stands in the file beside its table's other keys."""

_CALLED = {"door_lock": "door_lock.enabled"}

_ABOUT_ITSELF = frozenset(("name", "given", "overridden"))


def policy_findings(policy: Policy, *, whole: bool) -> Iterator[Finding]:
    """The policy and what this town hall has changed in it; `whole`: a line for every value."""
    what = _("policy")
    said = _("{name}, version {version}").format(name=policy.name, version=policy.version)
    approved = bool(policy.owner and policy.approved_on)
    if approved:
        said += _(", approved by {owner} on {day}").format(owner=policy.owner, day=written(policy.approved_on))
    else:
        said += _("; who approved it and when is not set: owner and approved_on under [override]")
    if policy.overridden:
        said += _("; changed here: {keys}").format(keys=", ".join(sorted(policy.overridden)))
    yield Finding("ok" if approved else "unset", what, said)
    if whole:
        for key, value in values(policy):
            yield Finding("ok", key, f"{value or '-'} ({origin(policy, key)})")


def origin(policy: Policy, key: str) -> str:
    """Where a value comes from: this town hall, its guideline, or the program."""
    if key in policy.overridden:
        return _("guardroom.toml")
    return policy.name if key in policy.given else _("not stated there: the program's own")


def values(thing: object, before: str = "") -> Iterator[tuple[str, str]]:
    """Every value with its dotted key, as it stands in the file."""
    assert is_dataclass(thing)
    for field in fields(thing):
        value: object = getattr(thing, field.name)
        key = before + field.name
        if not before and field.name in _ABOUT_ITSELF:
            continue
        if isinstance(value, Hours):
            for name, spans in zip(WEEKDAYS, value.days, strict=True):
                yield f"{key}.{name}", ", ".join(f"{begin:%H:%M}-{end:%H:%M}" for begin, end in spans)
        elif isinstance(value, Term | Keep):
            yield key, _term(value)
        elif is_dataclass(value):
            yield from values(value, _inner(key))
        elif isinstance(value, Mapping):
            for name, each in value.items():
                if is_dataclass(each):
                    yield from values(each, f"{_inner(key)}{name}.")
                else:
                    yield f"{_inner(key)}{name}", _written(each)
        else:
            yield _CALLED.get(key, key), _written(value)


def _inner(key: str) -> str:
    """How the file calls the table that holds these values."""
    if key in _GATHERED:
        return _GATHERED[key]
    before, _dot, name = key.partition(".")
    # What must be done afterwards is one thing in the program, and several tables in the file.
    return f"{name}." if before == "follow_ups" and name else f"{key}."


def _term(term: Term | Keep) -> str:
    if (term.count, term.unit) == (0, "days"):
        return "same day"
    unit = term.unit.replace("_", " ")
    return f"{term.count} {unit if term.count != 1 else unit.removesuffix('s')}"


def _written(value: object) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case None:
            return ""
        case tuple() | list() | frozenset():
            return ", ".join(_written(each) for each in value)
        case CrisisProvider():
            return value.name
        case date():
            return value.isoformat()
        case time():
            return f"{value:%H:%M}"
    return str(value)
