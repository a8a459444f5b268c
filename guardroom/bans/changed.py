"""Refused because somebody else was quicker."""

from __future__ import annotations

from guardroom.refusal import Refused


class Changed(Refused):
    """The ban is not the one that was read: somebody has changed it since. Nothing of what was to be done is done."""
