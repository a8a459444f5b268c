"""The words of faults, in the user's language, for the codes of the monitor."""

from __future__ import annotations

from guardroom.alarms.view import FaultView
from guardroom.language import _


def title(fault: FaultView) -> str:
    """What is wrong, in a few words."""
    where = _where(fault)
    sentences = {
        "panel_silent": _("PANEL SILENT: {where}. Alarms from its rooms may be missing"),
        "panel_lost": _("PANEL OUT OF REACH: {where}. Alarms from its rooms do not come"),
        "tamper": _("TAMPERING: {where}. Somebody may have opened the button or the panel"),
        "fault": _("FAULT: {where}"),
        "low_battery": _("LOW BATTERY: {where}"),
        "bypass": _("SWITCHED OFF AT THE PANEL: {where}. The button does not raise alarms"),
        "unknown_code": _("UNKNOWN MESSAGE FROM THE PANEL: {where}. It may be an alarm"),
        "storage": _("CANNOT WRITE TO DISK. Alarms are shown, but not kept"),
        "database": _("DATABASE OUT OF REACH. Alarms are shown and kept on this PC"),
        "sound": _("NO SOUND. Alarms are seen, not heard"),
        "disk": _("DISK NEARLY FULL"),
        "notices": _("MESSAGES DO NOT ARRIVE: {names}"),
        "clock": _("THE CLOCK OF THIS PC IS WRONG"),
        "journal_damaged": _("AN ENTRY OF THE JOURNAL IS DAMAGED and was left out"),
        "journal_replaced": _("THE JOURNAL WAS DAMAGED OR GONE, and a new one was begun"),
        "journal_behind": _("THE JOURNAL LACKS WHAT THE DATABASE HAS: an older copy of it was put back"),
        "database_replaced": _("THE DATABASE WAS DAMAGED OR GONE, and a new one was begun"),
        "monitor_gone": _("MONITOR OUT OF REACH. ALARMS ARE NOT SHOWN HERE"),
        "backup": _("NO NEW BACKUP. What is kept on this PC would be lost with it"),
        "panel_unread": _("NOBODY READS PANEL {text}. Alarms from its rooms may not come"),
        "panel_twice": _("PANEL {text} WAS READ BY TWO STATIONS AT ONCE. An alarm may be missing"),
        "station_silent": _("STATION {where} IS NOT HEARD: what happens in its rooms is not known"),
        "station_unanswered": _("STATION {where} DOES NOT ANSWER: what was done here is not confirmed"),
        "station_version": _("STATION {where} RUNS ANOTHER VERSION OF THE PROGRAM ({version}): all must run the same"),
        "station_twice": _("ANOTHER PC HAS THE NAME OF THIS STATION: {text}"),
        "heartbeat": _("THE OUTSIDE WATCHER IS NOT REACHED. Nobody outside notices if this PC falls silent"),
        "due": _("SOMETHING THAT IS DUE IS NOT DONE. Alarms come as always"),
        "drill_vault": _("THE PLAN OF DRILLS CANNOT BE READ. Alarms come as always"),
    }
    said = sentences.get(fault.kind, _("FAULT: {where}")).format(
        where=where, version=fault.detail, text=fault.text, names=fault.detail or _("they cannot be kept")
    )
    return f"{said}, {trouble(fault.trouble)}" if fault.kind == "fault" and fault.trouble else said


def facts(fault: FaultView) -> list[str]:
    """What else is known of it, a sentence each: what refused or answered, and what the panel wrote."""
    told: tuple[str, ...]
    match fault.kind:
        case "storage" | "database":
            told = (storage_problem(fault.detail),)
        case "sound":
            told = (sound_problem(fault.detail),)
        case "notices":
            told = (_("The last answer: {said}").format(said=fault.text or "-"),)
        case "station_silent":
            told = (_("Its monitor, its PC or its line to the database may be down."),)
        case "station_unanswered":
            told = (_("The alarm stands. It is done there as soon as the station answers."),)
        case "station_version":
            told = (_("What it tells may be incomplete. Update both PCs to the same version of the program."),)
        case "station_twice":
            told = (_("Give each PC a name of its own in guardroom.toml (station)."),)
        case "panel_unread":
            told = (_("guardroom takeover {panel}: this station reads it from then on.").format(panel=fault.text),)
        case "panel_twice":
            told = (_("Besides this station: {station}.").format(station=fault.detail),)
        case "due":
            told = (_("Not done: {what}").format(what=", ".join(map(_due, fault.detail.split()))),)
        case "panel_silent" | "panel_lost" | "monitor_gone":
            told = ()
        case _:
            told = (" · ".join(part for part in (trouble(fault.trouble), fault.text, fault.detail) if part),)
    return [said for said in told if said]


def _where(fault: FaultView) -> str:
    """The place of a fault: its panel, else its place; with the station, where that is another one."""
    return " · ".join(part for part in (fault.place or fault.panel, fault.owner) if part)


def _due(code: str) -> str:
    """What the monitor does by itself, once it is time."""
    return {
        "ended": _("messages that doors are open again"),
        "meetings": _("messages about meetings"),
        "daily": _("the day's reminders"),
        "drills": _("drills"),
        "purge": _("deletion of what is past its time"),
    }.get(code, code)


def trouble(code: str) -> str:
    """What a fault is about."""
    return {
        "mains": _("no mains power"),
        "battery": _("battery"),
        "communication": _("communication with the outside"),
        "phone_line": _("telephone line"),
        "supervision": _("a device does not answer the panel"),
        "radio": _("radio receiver"),
        "module": _("a module of the panel"),
        "keypad": _("keypad"),
        "bell": _("siren"),
        "fuse": _("fuse"),
        "ground": _("earth fault"),
        "sensor": _("the button's or detector's wiring"),
        "box": _("cover open"),
        "program": _("the panel's programming"),
        "clock": _("the panel's clock"),
        "memory": _("the panel's memory"),
        "printer": _("printer"),
        "unit": _("an input unit does not answer"),
        "pace": _("the buttons are read too seldom: a short press may be missed"),
    }.get(code, code)


def storage_problem(code: str) -> str:
    """Why a disk or database does not take what is to be kept."""
    return {
        "disk_full": _("the disk is full"),
        "read_only": _("the file may not be written"),
        "locked": _("another program holds the file"),
        "io": _("the disk fails"),
        "corrupt": _("the file is damaged"),
        "missing": _("the file is gone"),
        "away": _("the server does not answer"),
        "slow": _("the disk does not answer"),
        "other": _("the database refuses what is to be kept"),
    }.get(code, code)


def sound_problem(code: str) -> str:
    """Why there is no sound."""
    if code == "no_player":
        return _("this PC has no program that plays sounds; only the terminal's bell rings")
    player = code.removeprefix("player_failed:").strip()
    return _("the sound cannot be played ({player}); only the terminal's bell rings").format(player=player)
