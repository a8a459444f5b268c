"""Letters on the line: seven bits, or one of the eight-bit sets that Danish sites use."""

from __future__ import annotations

CHARSETS: tuple[str, ...] = ("iso646-dk", "latin-1", "cp850", "cp865", "ascii")
SEVEN_BIT: frozenset[str] = frozenset({"iso646-dk", "ascii"})

# DS 2089, the Danish ISO 646.
_TO_DANISH = str.maketrans("[\\]{|}", "ÆØÅæøå")
_FROM_DANISH = str.maketrans("ÆØÅæøå[\\]{|}", "[\\]{|}??????")


def decode(data: bytes, charset: str) -> str:
    """The text of `data`. Never fails: a byte that means nothing in the charset becomes U+FFFD."""
    if charset == "iso646-dk":
        return data.decode("ascii", "replace").translate(_TO_DANISH)
    return data.decode(charset, "replace")


def encode(text: str, charset: str) -> bytes:
    """`text` on the line: what the charset lacks becomes "?", a control character a space."""
    printable = "".join(letter if letter.isprintable() else " " for letter in text)
    if charset == "iso646-dk":
        return printable.translate(_FROM_DANISH).encode("ascii", "replace")
    return printable.encode(charset, "replace")
