"""A signal as one JSON object: what `decode` prints, and what `signals --json` prints with more keys beside."""

from __future__ import annotations

from drivers.base import Kind, Signal
from guardroom.text import clean


def signal_line(signal: Signal, *, duplicate: bool = False) -> dict[str, object]:
    """`signal` with the keys of the command-line contract, in their order. Foreign texts are cleaned.

    A rejected signal has no more than its bytes and the reason.
    """
    if signal.kind is Kind.REJECTED:
        return {"kind": str(signal.kind), "raw": signal.raw.hex(), "reason": _clean(signal.reason)}
    return {
        "kind": str(signal.kind),
        "cause": None if signal.cause is None else str(signal.cause),
        "point": _clean(signal.point),
        "area": _clean(signal.area),
        "code": _clean(signal.code),
        "text": _clean(signal.text),
        "account": _clean(signal.account),
        "panel_time": _clean(signal.panel_time),
        "raw": signal.raw.hex(),
        "duplicate": duplicate,
    }


def _clean(text: str | None) -> str | None:
    return None if text is None else clean(text)
