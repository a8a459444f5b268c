"""Why a citizen is not heard before a decision: which of the law's grounds, and the concrete reason.

Both are kept as one text, the ground's code first. Source: forvaltningsloven § 19, 2; FOB 2010-20-3.
"""

from __future__ import annotations

from guardroom.language import _

GROUNDS: tuple[str, ...] = ("urgent", "safe")
"""The grounds that a ban can have: the decision cannot wait (no. 3), or it is safe without hearing the citizen again
(no. 1). The others, such as a deadline that a law sets, are about other cases."""


def kept(ground: str, reason: str) -> str:
    """Ground and reason as they are kept."""
    return f"{ground} {reason}"


def parts(text: str) -> tuple[str, str]:
    """The ground's code and the reason; a text that names no ground has the code ""."""
    ground, _space, reason = text.partition(" ")
    return (ground, reason) if ground in GROUNDS else ("", text)


def ground(code: str) -> str:
    """The ground as a choice."""
    return {
        "": "",
        "urgent": _("it cannot wait: weighty interests of others, such as safety (no. 3)"),
        "safe": _("it is safe to decide on what is known, such as when the citizen has said it all (no. 1)"),
    }[code]


def in_full(code: str, reason: str) -> str:
    """What a letter says of it: the ground, then the reason."""
    said = {
        "": "",
        "urgent": _("Weighty interests of others are against waiting with the decision (no. 3)."),
        "safe": _("It is safe to make the decision on what is known (no. 1)."),
    }[code]
    return f"{said} {reason}".strip()
