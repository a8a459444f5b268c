"""What one line of the key table says (`screens.keys` is the table)."""

from __future__ import annotations

from dataclasses import dataclass

from guardroom.people.roles import Right


def mark(message: str) -> str:
    """Mark a message for the catalogue without translating it yet."""
    return message


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """One thing a key does.

    `name` is the name in `[keys]`; `action` is the Textual action of the screen; `label` the message id of what it
    does; `where` the names of the screens it works on. `footer`: shown at the bottom of the screen.
    `typing`: works while an input has the focus. `needs`: any of these rights, where somebody is signed in; whoever has
    none of them is not offered the key.
    """

    name: str
    keys: tuple[str, ...]
    action: str
    label: str
    where: frozenset[str]
    footer: bool = True
    typing: bool = False
    needs: frozenset[Right] = frozenset()


def both_ways(
    name: str,
    first: tuple[str, str],
    second: tuple[str, str],
    label: str,
    where: frozenset[str],
    *,
    footer: bool = False,
    typing: bool = False,
    back: str = "",
) -> tuple[Key, Key]:
    """Two keys for one thing in two directions, each with its action; their names are `name` and the key.

    The footer shows the first at most. `back` is the label of the second where it is another.
    """
    return (
        Key(
            name=f"{name}_{first[0]}",
            keys=first[:1],
            action=first[1],
            label=label,
            where=where,
            footer=footer,
            typing=typing,
        ),
        Key(
            name=f"{name}_{second[0]}",
            keys=second[:1],
            action=second[1],
            label=back or label,
            where=where,
            footer=False,
            typing=typing,
        ),
    )
