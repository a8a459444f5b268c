"""The codes that people sign in with: what may be one, and how it is kept.

A code is a PIN of six digits or more, or a passphrase of eight characters or more. What is kept is argon2id (RFC 9106)
of the code's HMAC under a key from the house's secret, which is not in the database: a stolen database alone cannot
be tried against six digits.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import secrets
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise

from argon2 import PasswordHasher, Type
from argon2.exceptions import InvalidHashError, VerificationError

from guardroom.language import _
from guardroom.people.cpr import holds_cpr
from guardroom.people.secret import Secret
from guardroom.text import clean

SHORTEST_PIN = 6
SHORTEST_PASSPHRASE = 8
LONGEST = 200
ONE_TIME_DAYS = 7
"""So many days a one-time code counts."""
_READ = LONGEST * 5
_LONGEST_PATTERN = 3
_HASH_BYTES = 32
_SALT_BYTES = 16


@dataclass(frozen=True, slots=True)
class Strength:
    """What one hash costs: memory in KiB, passes over it, lanes."""

    memory_kib: int
    passes: int
    lanes: int


STRENGTH = Strength(memory_kib=64 * 1024, passes=2, lanes=1)
"""Some 0.12 s on a small PC; three times the least that is advised for argon2id (19 MiB, two passes)."""


def hash_code(code: str, secret: Secret) -> str:
    """The code as it is kept. Takes as long as `STRENGTH` costs: never on a screen's loop."""
    return _hasher().hash(_peppered(code, secret))


def fits(code: str, hashed: str, secret: Secret) -> bool:
    """Whether this is the code. Takes as long where `hashed` is "" (there is no code) as where it is wrong.

    That is so for hashes of today's strength. After it was changed, whoever has a hash of another strength answers
    sooner or later than nobody does, until they have signed in once.
    """
    try:
        return _hasher().verify(hashed or _nobodys_hash(), _peppered(code, secret)) and bool(hashed)
    except (VerificationError, InvalidHashError):
        return False


def is_outdated(hashed: str) -> bool:
    """Whether the code was hashed with another strength than today's, and is to be hashed anew when it is typed."""
    return _hasher().check_needs_rehash(hashed)


def wrong_code(code: str, initials: str) -> str | None:
    """Why this may not be somebody's code, and what would be right; None where it may."""
    code = _typed(code)
    if len(code) > LONGEST:
        return _("A code has at most {most} characters.").format(most=LONGEST)
    if clean(code, LONGEST) != code:
        return _("A code is made of letters, digits, signs and spaces.")
    digits = code.isascii() and code.isdigit()
    if len(code) < (SHORTEST_PIN if digits else SHORTEST_PASSPHRASE):
        return _("A code is at least {digits} digits, or at least {characters} characters with letters.").format(
            digits=SHORTEST_PIN, characters=SHORTEST_PASSPHRASE
        )
    if _repeats(code) or _runs(code):
        return _("This code is guessed first; take one that does not repeat and is no run like 123456.")
    if _is_date(code) or holds_cpr(code):
        return _("This looks like a birthday or a CPR number; take digits that mean nothing.")
    if initials and _is_initials(code, initials):
        return _("This code is made of the initials; take a PIN or some words that have nothing to do with them.")
    return None


def one_time_code(initials: str) -> str:
    """Six digits by chance, to be given to somebody who then chooses a code of their own."""
    while wrong_code(code := f"{secrets.randbelow(10**SHORTEST_PIN):0{SHORTEST_PIN}}", initials):
        pass
    return code


def given_since(now: datetime) -> datetime:
    """One-time codes that were given before this moment count no more."""
    return now - timedelta(days=ONE_TIME_DAYS)


def has_run_out(given_at: datetime | None, now: datetime) -> bool:
    """Whether a code counts no more that somebody else gave at that time; one's own (None) always counts."""
    return given_at is not None and given_at < given_since(now)


def _typed(code: str) -> str:
    # Composed, as the same letters may come decomposed from another keyboard. Longer than any code is no code.
    return unicodedata.normalize("NFC", code[:_READ]).strip()


def _peppered(code: str, secret: Secret) -> bytes:
    said = _typed(code).encode("utf-8", "surrogatepass")
    return hmac.digest(secret.key("codes"), said, hashlib.sha256)


def _hasher() -> PasswordHasher:
    return PasswordHasher(
        time_cost=STRENGTH.passes,
        memory_cost=STRENGTH.memory_kib,
        parallelism=STRENGTH.lanes,
        hash_len=_HASH_BYTES,
        salt_len=_SALT_BYTES,
        type=Type.ID,
    )


def _nobodys_hash() -> str:
    """A hash that no code has, with today's cost."""

    def text(size: int) -> str:
        return base64.b64encode(secrets.token_bytes(size)).decode("ascii").rstrip("=")

    cost = f"m={STRENGTH.memory_kib},t={STRENGTH.passes},p={STRENGTH.lanes}"
    return f"$argon2id$v=19${cost}${text(_SALT_BYTES)}${text(_HASH_BYTES)}"


def _repeats(code: str) -> bool:
    """One to three characters over and over: 111111, 121212, 123123."""
    return any(
        all(character == code[place % length] for place, character in enumerate(code))
        for length in range(1, _LONGEST_PATTERN + 1)
    )


def _runs(code: str) -> bool:
    """Each character the one after, or the one before, its neighbour; after 9 comes 0."""
    steps = {ord(after) - ord(before) for before, after in pairwise(code)}
    if code.isascii() and code.isdigit():
        steps = {step % 10 for step in steps}
        return steps in ({1}, {9})
    return steps in ({1}, {-1})


def _is_date(code: str) -> bool:
    """A day as six or eight digits: 240590, 24051990, 19900524, however they are parted."""
    digits = re.sub(r"[ ./-]", "", code)
    if not (digits.isascii() and digits.isdigit()):
        return False
    if len(digits) == 6:
        return _is_day("2000", digits[2:4], digits[:2])
    if len(digits) == 8:
        return _is_day(digits[4:], digits[2:4], digits[:2]) or _is_day(digits[:4], digits[4:6], digits[6:])
    return False


def _is_day(year: str, month: str, day: str) -> bool:
    try:
        return date(int(year), int(month), int(day)).year in range(1900, 2100)
    except ValueError:
        return False


def _is_initials(code: str, initials: str) -> bool:
    """The initials, once or more, and no letter beside them."""
    said, own = code.casefold(), initials.casefold()
    return own in said and not any(character.isalpha() for character in said.replace(own, ""))
