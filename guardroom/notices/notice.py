"""One thing that is to be told: what is said, and to whom. It holds no personal data (rule O8)."""

from __future__ import annotations

from dataclasses import dataclass

from guardroom.settings import Recipient, Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """A notice. `key` says what caused it: the same thing is told once.

    `occasion` as in `guardroom.settings.OCCASIONS`; `alarm` is the number of the alarm it is about, 0 for none. An
    `urgent` one goes first and is tried again sooner.
    """

    key: str
    occasion: str
    subject: str
    body: str
    recipients: tuple[Recipient, ...]
    urgent: bool = False
    alarm: int = 0

    @property
    def reaches_somebody(self) -> bool:
        """Whether anybody it is for has a way to be told."""
        return any(one.ways for one in self.recipients)


def recipients(settings: Settings, groups: tuple[str, ...], block: str = "") -> tuple[Recipient, ...]:
    """Who is in one of these groups, for this part of the house; in the configuration's order, each once."""
    return tuple(
        one
        for one in settings.recipients
        if not set(one.groups).isdisjoint(groups) and (not one.blocks or not block or block in one.blocks)
    )


def told_of(settings: Settings, *occasions: str, block: str = "") -> tuple[Recipient, ...]:
    """Whom the policy wants told of any of these occasions."""
    groups = tuple(group for occasion in occasions for group in settings.policy.notices.groups.get(occasion, ()))
    return recipients(settings, groups, block)


def everybody(settings: Settings) -> tuple[Recipient, ...]:
    """Everybody who can be told, but those for drills alone."""
    return tuple(one for one in settings.recipients if one.groups != ("test",))


def testers(settings: Settings) -> tuple[Recipient, ...]:
    """Those who are told of drills."""
    return recipients(settings, ("test",))
