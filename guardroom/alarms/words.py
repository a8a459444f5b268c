"""The words of alarms and panels, in the user's language, for the codes that are stored."""

from __future__ import annotations

from guardroom.alarms.view import PanelView
from guardroom.language import _


def state(code: str) -> str:
    """What is the matter with an alarm, in a word or two."""
    return {
        "active_unacknowledged": _("ALARM"),
        "active_acknowledged": _("IN PROGRESS"),
        "restored_unacknowledged": _("NOT ACKNOWLEDGED"),
        "restored_acknowledged": _("IN PROGRESS, button reset"),
        "closed": _("CLOSED"),
    }.get(code, code)


def outcome(code: str) -> str:
    """How an alarm ended."""
    return {
        "escorted_out": _("Escorted out"),
        "left_by_themselves": _("Left by themselves"),
        "ejected_not_escorted": _("Ejected, not escorted out"),
        "accidental": _("Accidental press"),
        "handed_to_police": _("Handed to the police"),
        "other": _("Other outcome"),
        "drill": _("Drill"),
        "": "",
    }.get(code, code)


def step(code: str) -> str:
    """A step of the response."""
    return {
        "on_scene": _("At the room"),
        "conversation_stopped": _("Conversation stopped"),
        "asked_to_leave": _("Citizen asked to leave"),
        "left": _("Left or escorted out"),
        "refused_police_called": _("Refused to leave, police called"),
        "police_received": _("Police met in the hall"),
        "room_secured": _("Room secured, employee not alone"),
        "button_reset": _("Button reset at the panel"),
        "leader_reached": _("Leader reached"),
    }.get(code, code)


def panel_state(panel: PanelView) -> str:
    """One word for a panel's health."""
    return {
        "opening": _("OPENING"),
        "silent": _("SILENT"),
        "alive": _("OK"),
        "stale": _("STALE"),
        "lost": _("LOST"),
        "standby": _("STANDBY"),
    }.get(panel.state, panel.state)
