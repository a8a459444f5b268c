"""What drivers allow in their options, in the chosen language. Drivers know none: they give a text with gaps."""

from __future__ import annotations

from drivers.base import OptionError
from guardroom.language import _


def _mark(message: str) -> str:
    """Mark a message for the catalogue without translating it yet."""
    return message


TEMPLATES: frozenset[str] = frozenset(
    {
        _mark("one of the keys {keys}"),
        _mark("a table with {keys}"),
        _mark("a list of tables"),
        _mark("true or false"),
        _mark("a whole number from {least} to {most}"),
        _mark("a whole number, 0 for no end"),
        _mark("{least} to {most} seconds"),
        _mark("a text in quotes"),
        _mark("a text in quotes (01 and 1 are different addresses)"),
        _mark('a number such as "1"'),
        _mark("a regular expression"),
        _mark("no cause, except for {kinds}"),
        _mark('"0" to "9"'),
        _mark("a list of different addresses, {addresses}"),
        _mark("stations other than control_address"),
        _mark("another address than control_address"),
        _mark('a list of zones of {digits} digits in quotes such as ["{example}"], none of them twice'),
        _mark(
            "fewer units, or a smaller poll_s, reply_timeout_s or debounce: a button is held for {held} s, and "
            "{rounds} rounds take up to {took} s at 9600 baud"
        ),
        _mark("a list of addresses, or of tables with {keys}"),
        _mark("a different whole number for each unit, from 1 to {most}"),
        _mark("true (all inputs), false, or a list of input numbers from 1 to {most}"),
        _mark("printable ASCII characters"),
        _mark(
            'a regular expression that cannot search for long: begin it with ^, let at most two repeats such as ".*" '
            "match letters that also stand behind them (one in a record of many lines), and repeat no group that holds "
            "one"
        ),
        _mark('a list of zones such as [5, "010", "21-28"]'),
        _mark("the named groups {groups}"),
        _mark("either lines or continues"),
    }
)
"""Every text that drivers give, but for `{words}`, which needs no translation."""


def what_is_allowed(error: OptionError) -> str:
    """What may stand there, as a clause."""
    return _(error.template).format(**error.gaps) if error.gaps else _(error.template)
