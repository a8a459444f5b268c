"""Who a dashboard in a browser is for, told to its process through the pipe that it was started with.

The process asks with a challenge of its own making; the ticket answers that one challenge, under a key that only those
have who have the house's secret. No code is in it, and it is worth nothing to any other process, nor to this one again.
"""

from __future__ import annotations

import hmac
import secrets
from dataclasses import dataclass

import msgspec

from guardroom.people.keyed import keyed_digest
from guardroom.people.secret import Secret
from guardroom.people.who import Who

LONGEST = 4096
"""Bytes of a ticket at the most, its line end included."""
_PURPOSE = "ticket"


class NotATicket(ValueError):
    """What came through the pipe does not answer the challenge."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Ticket:
    who: Who
    proof: str


def new_challenge() -> str:
    """What a process asks with, once."""
    return secrets.token_hex(32)


def issue(secret: Secret, challenge: str, who: Who) -> bytes:
    """The answer to `challenge` for somebody who has signed in: one line."""
    return msgspec.json.encode(_Ticket(who=who, proof=_proof(secret, challenge, who))) + b"\n"


def redeem(secret: Secret, challenge: str, line: bytes) -> Who:
    """Whom the ticket is for. Raises NotATicket."""
    try:
        ticket = msgspec.json.decode(line, type=_Ticket)
    except msgspec.MsgspecError as problem:
        raise NotATicket from problem
    if not hmac.compare_digest(ticket.proof, _proof(secret, challenge, ticket.who)):
        raise NotATicket
    return ticket.who


def _proof(secret: Secret, challenge: str, who: Who) -> str:
    return keyed_digest(secret.key(_PURPOSE), [challenge, msgspec.to_builtins(who)])
