"""What another station asks this one to journal. Pure."""

from __future__ import annotations

from datetime import datetime, timedelta

import msgspec

from guardroom.alarms.acts import AT_ONCE, Act, ActReply, Refusal
from guardroom.alarms.doing import ABOUT_AN_ALARM, ASKED_S
from guardroom.clock import moment

CLOCKS = timedelta(seconds=10)
"""Stations' clocks differ by so much at most."""

MAY_BE_ASKED = ABOUT_AN_ALARM | {"drill_reveal", "drill_stop", "acknowledge_fault", "clear_fault"}
"""Acts that concern another station's alarm, drill or fault; every other one is done where somebody asks for it."""

encode = msgspec.json.Encoder().encode
_act = msgspec.json.Decoder(Act).decode
_reply = msgspec.json.Decoder(ActReply).decode


def act_of(said: str) -> Act | None:
    """The act of a request; None where this program cannot read it."""
    try:
        return _act(said)
    except msgspec.DecodeError:
        return None


def reply_of(request: str, said: str) -> ActReply:
    """The owner's answer. One that this program cannot read is of another version: what it did is not known."""
    try:
        return _reply(said)
    except msgspec.DecodeError:
        return ActReply(id=request, refused="no_answer")


def hindrance(act: Act | None, asked_at: datetime, now: datetime) -> Refusal:
    """Why the owner does not even take the act to its desk, "" where it does."""
    if act is None or act.kind not in MAY_BE_ASKED or not _is_stamp(act.asked):
        return "bad_act"
    if act.kind in AT_ONCE and abs(now - asked_at) > timedelta(seconds=ASKED_S) + CLOCKS:
        return "too_late"
    return ""


def _is_stamp(asked: str) -> bool:
    try:
        return not asked or moment(asked).tzinfo is not None
    except ValueError:
        return False
