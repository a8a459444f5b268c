"""`--driver` and `--option` of the commands that speak a panel's protocol without a configuration."""

from __future__ import annotations

import argparse
import sys
import tomllib
from collections.abc import Sequence

from drivers import registry
from drivers.base import OptionError
from guardroom.allowed import what_is_allowed
from guardroom.language import _


class WrongArgument(Exception):
    """One clear sentence about what stands on the command line."""


def add_driver_arguments(parser: argparse.ArgumentParser) -> None:
    """`--driver NAME` and `--option KEY=VALUE`."""
    parser.add_argument(
        "--driver",
        metavar="NAME",
        help=_("the panel's protocol: {names}").format(names=", ".join(registry.names())),
    )
    parser.add_argument(
        "--option",
        metavar="KEY=VALUE",
        action="append",
        default=[],
        help=_("an option of the driver, as in [panels.options]; may be given several times"),
    )


def checked_driver(name: str | None) -> str:
    """The driver's name; WrongArgument where it is missing or unknown."""
    known = registry.names()
    if name is None:
        raise WrongArgument(_("--driver is missing; there are: {names}").format(names=", ".join(known)))
    if name not in known:
        raise WrongArgument(_("no driver {name!r}; there are: {names}").format(name=name, names=", ".join(known)))
    return name


def read_driver_options(pairs: Sequence[str]) -> dict[str, object]:
    """`KEY=VALUE` texts as a table. A value that is none of TOML's (`cp850`, say) is a text."""
    options: dict[str, object] = {}
    for pair in pairs:
        key, equals, value = pair.partition("=")
        if not equals or not key.strip():
            raise WrongArgument(_("--option {pair!r}: wanted is KEY=VALUE").format(pair=pair))
        options[key.strip()] = _value(value)
    return options


def _value(written: str) -> object:
    try:
        table = tomllib.loads(f"value = {written}")
    except tomllib.TOMLDecodeError:
        return written
    return table["value"] if len(table) == 1 else written


def wrong_option(wrong: OptionError) -> WrongArgument:
    """A driver's option error as a sentence."""
    return WrongArgument(
        _("--option {key}: {value!r} is wrong; allowed: {allowed}").format(
            key=wrong.key, value=wrong.value, allowed=what_is_allowed(wrong)
        )
    )


def complain(command: str, what: object) -> None:
    """One line on stderr."""
    print(f"guardroom {command}: {what}", file=sys.stderr)
