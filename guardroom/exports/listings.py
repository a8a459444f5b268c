"""The lists that can be taken out, as rows of codes, times and numbers. Accounts, reasons and notes are in none."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from zoneinfo import ZoneInfo

from db.alarm_tables import AlarmRow
from db.ban_tables import BanRow
from db.drill_tables import ButtonTestRow, DrillRow
from db.headsup_tables import HeadsUpRow
from db.people_tables import PersonRow
from guardroom.alarms import words as alarm_words
from guardroom.bans import words as ban_words
from guardroom.bans.life import last_day
from guardroom.bans.rows import standing_of
from guardroom.drills import words as drill_words
from guardroom.exports.columns import Cell, Column, Listing, at, coded, count, flag, on, several, text
from guardroom.followups import words as followup_words
from guardroom.followups.view import FollowUpLine
from guardroom.headsups import words as headsup_words
from guardroom.headsups.rows import status_of, written_number
from guardroom.incidents import words as incident_words
from guardroom.incidents.view import IncidentView
from guardroom.language import _
from guardroom.people.folding import born
from guardroom.settings import Settings


def incidents(views: Iterable[IncidentView], settings: Settings) -> Listing:
    """What happened: where only as far as it is a room of the house, since a place in words may name somebody."""
    zone = settings.site.zone
    columns = (
        Column("number", _("Number")),
        Column("happened_at", _("When")),
        Column("kind", _("Kind")),
        Column("room", _("Room")),
        Column("area", _("Unit")),
        Column("channel", _("How it came")),
        Column("subject_kind", _("Who")),
        Column("behaviours", _("Behaviour")),
        Column("police", _("Police")),
        Column("injured", _("Injured")),
        Column("alarm", _("Alarm")),
        Column("written_by", _("Written by"), persons=True),
        Column("took_part", _("Took part, saw it"), persons=True),
        Column("citizens", _("Citizens"), persons=True),
        Column("case_refs", _("Case number"), persons=True),
    )

    def row(view: IncidentView) -> Mapping[str, Cell]:
        subjects = [subject for subject in view.subjects or () if subject.name]
        names = [subject.name for subject in subjects]
        refs = [subject.case_ref for subject in subjects if subject.case_ref]
        return {
            "number": text(view.number),
            "happened_at": at(view.happened_at, zone),
            "kind": coded(incident_words.kind(view.kind), view.kind),
            "room": _room(view.room, settings),
            "area": text(view.area),
            "channel": coded(incident_words.channel(view.channel), view.channel),
            "subject_kind": coded(incident_words.subject_kind(view.subject_kind), view.subject_kind),
            "behaviours": several([incident_words.behaviour(code) for code in view.behaviours], view.behaviours),
            "police": coded(view.police, view.police),
            "injured": several([incident_words.injured(code) for code in view.injured], view.injured),
            "alarm": flag(view.alarm is not None),
            "written_by": text(view.written_by),
            "took_part": several(view.took_part, view.took_part),
            "citizens": several(names, names),
            "case_refs": several(refs, refs),
        }

    return Listing(_("Incidents"), columns, [row(view) for view in views])


def bans(rows: Iterable[tuple[BanRow, PersonRow]], today: date) -> Listing:
    """The bans, without their reasons."""
    columns = (
        Column("number", _("Number")),
        Column("kind", _("Type")),
        Column("scope", _("Scope")),
        Column("starts_on", _("From")),
        Column("ends_on", _("Until")),
        Column("standing", _("Status")),
        Column("channels", _("Contact")),
        Column("area", _("Unit")),
        Column("name", _("Name"), persons=True),
        Column("born", _("Born"), persons=True),
        Column("case_ref", _("Case number"), persons=True),
        Column("letter_ref", _("Journal number"), persons=True),
        Column("mail_to", _("Mailbox"), persons=True),
    )

    def row(ban: BanRow, person: PersonRow) -> Mapping[str, Cell]:
        return {
            "number": text(ban.number),
            "kind": coded(ban_words.kind(ban.kind), ban.kind),
            "scope": several(ban.scope, ban.scope),
            "starts_on": on(ban.starts_on),
            "ends_on": on(last_day(ban.ends_on, ban.lifted_on)),
            "standing": coded(ban_words.standing(found := standing_of(ban, today)), found),
            "channels": several([ban_words.channel(code) for code in ban.channels], ban.channels),
            "area": text(ban.area),
            "name": text(person.name),
            "born": text(born(person.birth_date, person.birth_year)),
            "case_ref": text(ban.case_ref or person.case_ref),
            "letter_ref": text(ban.letter_ref),
            "mail_to": text(ban.mail_to),
        }

    return Listing(_("Bans"), columns, [row(ban, person) for ban, person in rows])


def alarms(rows: Iterable[AlarmRow], settings: Settings) -> Listing:
    """The alarms: without what a panel or somebody wrote, and where only as far as it is a room of the house."""
    zone = settings.site.zone
    columns = (
        Column("number", _("Number")),
        Column("station", _("Station")),
        Column("pressed_at", _("Pressed")),
        Column("room", _("Room")),
        Column("block", _("Unit")),
        Column("cause", _("Cause")),
        Column("mode", _("Kind")),
        Column("presses", _("Presses")),
        Column("acknowledged_s", _("Acknowledged after (s)")),
        Column("on_scene_s", _("At the room after (s)")),
        Column("closed_at", _("Closed")),
        Column("outcome", _("Outcome")),
        Column("acknowledged_by", _("Acknowledged by"), persons=True),
    )

    def row(alarm: AlarmRow) -> Mapping[str, Cell]:
        # While a drill runs it is an alarm like any other, to whoever asks.
        mode = alarm.mode if alarm.closed_at is not None else "real"
        said = {"real": _("real"), "drill": _("drill"), "test": _("test")}[mode]
        return {
            "number": count(alarm.number),
            "station": text(alarm.station),
            "pressed_at": at(alarm.pressed_at, zone),
            "room": _room(alarm.room_id, settings),
            "block": text(alarm.block),
            "cause": text(alarm.cause),
            "mode": coded(said, mode),
            "presses": count(alarm.presses),
            "acknowledged_s": count(alarm.acknowledged_s),
            "on_scene_s": count(alarm.on_scene_s),
            "closed_at": at(alarm.closed_at, zone),
            "outcome": coded(alarm_words.outcome(alarm.outcome), alarm.outcome),
            "acknowledged_by": text(alarm.acknowledged_by),
        }

    return Listing(_("Alarms"), columns, [row(alarm) for alarm in rows])


def followups(lines: Iterable[FollowUpLine], zone: ZoneInfo) -> Listing:
    """What had to be done, by its deadline."""
    columns = (
        Column("due_at", _("Deadline")),
        Column("number", _("Case")),
        Column("kind", _("Task")),
        Column("owner_role", _("Owner")),
        Column("rule", _("Rule")),
        Column("state", _("State")),
        Column("done_on", _("Done on")),
        Column("closed_at", _("Closed")),
        Column("area", _("Area")),
        Column("owner", _("Owner's initials"), persons=True),
        Column("closed_by", _("Closed by"), persons=True),
        Column("reference", _("Reference"), persons=True),
    )

    def row(line: FollowUpLine) -> Mapping[str, Cell]:
        return {
            "due_at": at(line.due_at, zone),
            "number": text(line.number),
            "kind": coded(followup_words.kind(line.kind), line.kind),
            "owner_role": coded(followup_words.owner(line.owner_role), line.owner_role),
            "rule": coded(followup_words.rule(line.rule), line.rule),
            "state": coded(followup_words.state(line.state), line.state),
            "done_on": on(line.done_on),
            "closed_at": at(line.closed_at, zone),
            "area": text(line.area),
            "owner": text(line.owner),
            "closed_by": text(line.closed_by),
            "reference": text(line.reference),
        }

    return Listing(_("Follow-ups"), columns, [row(line) for line in lines])


def headsups(rows: Iterable[HeadsUpRow], persons: Mapping[int, str], settings: Settings) -> Listing:
    """What the guards were told of. `persons` are the names of known citizens."""
    zone = settings.site.zone
    columns = (
        Column("number", _("Number")),
        Column("begins", _("From")),
        Column("until", _("Until")),
        Column("room", _("Room")),
        Column("area", _("Unit")),
        Column("posture", _("The guards")),
        Column("status", _("Status")),
        Column("told_at", _("Told")),
        Column("begun_at", _("Begun")),
        Column("over_at", _("Over")),
        Column("ended_early", _("Ended early")),
        Column("citizen", _("Citizen"), persons=True),
        Column("case_ref", _("Case number"), persons=True),
        Column("staff", _("Employees"), persons=True),
    )

    def row(each: HeadsUpRow) -> Mapping[str, Cell]:
        status = status_of(each)
        known = "" if each.person_id is None else persons.get(each.person_id, "")
        return {
            "number": text(written_number(each.id)),
            "begins": at(each.begins, zone),
            "until": at(each.until, zone),
            "room": _room(each.room_id, settings),
            "area": text(each.area),
            "posture": Cell(headsup_words.posture(each.posture), each.posture or None),
            "status": coded(headsup_words.status(status), status),
            "told_at": at(each.told_at, zone),
            "begun_at": at(each.begun_at, zone),
            "over_at": at(each.over_at, zone),
            "ended_early": flag(each.ended_early),
            "citizen": text(known or each.citizen),
            "case_ref": text(each.case_ref),
            "staff": several(each.staff, each.staff),
        }

    return Listing(_("Heads-ups"), columns, [row(each) for each in rows])


def drills(rows: Iterable[DrillRow], settings: Settings) -> Listing:
    """The drills that are over, with their times; what people made of them is in their reports."""
    zone = settings.site.zone
    columns = (
        Column("number", _("Number")),
        Column("began_at", _("Began")),
        Column("room", _("Room")),
        Column("how", _("The time is")),
        Column("press", _("Raised by")),
        Column("why", _("Ended because")),
        Column("shown", _("Shown as a drill")),
        Column("acknowledged_s", _("Acknowledged after (s)")),
        Column("on_scene_s", _("At the room after (s)")),
        Column("stopped_s", _("Conversation stopped after (s)")),
        Column("leader_s", _("Leader reached after (s)")),
        Column("finished_at", _("Finished")),
        Column("led_by", _("Led by"), persons=True),
    )

    def row(drill: DrillRow) -> Mapping[str, Cell]:
        return {
            "number": text(drill.number),
            "began_at": at(drill.began_at, zone),
            "room": _room(drill.room_id, settings),
            "how": coded(drill_words.how(drill.how), drill.how),
            "press": coded(drill_words.press(drill.press), drill.press),
            "why": coded(drill_words.end(drill.why), drill.why),
            "shown": flag(drill.shown),
            "acknowledged_s": count(drill.acknowledged_s),
            "on_scene_s": count(drill.on_scene_s),
            "stopped_s": count(drill.stopped_s),
            "leader_s": count(drill.leader_s),
            "finished_at": at(drill.finished_at, zone),
            "led_by": text(drill.led_by),
        }

    return Listing(_("Drills"), columns, [row(drill) for drill in rows])


def button_tests(rows: Iterable[ButtonTestRow], settings: Settings) -> Listing:
    """The tests of buttons."""
    zone = settings.site.zone
    columns = (
        Column("at", _("Time")),
        Column("room", _("Room")),
        Column("worked", _("Works")),
        Column("panel", _("Panel")),
        Column("point", _("Point")),
        Column("station", _("Station")),
        Column("by", _("Tested by"), persons=True),
    )

    def row(test: ButtonTestRow) -> Mapping[str, Cell]:
        return {
            "at": at(test.at, zone),
            "room": _room(test.room_id, settings),
            "worked": flag(test.worked),
            "panel": text(test.panel),
            "point": text(test.point or ""),
            "station": text(test.station),
            "by": text(test.by),
        }

    return Listing(_("Tests of buttons"), columns, [row(test) for test in rows])


def _room(code: str | None, settings: Settings) -> Cell:
    """A room of the configuration; of every other place nothing is said."""
    room = settings.room(code) if code else None
    return Cell("", None) if room is None else Cell(room.name, room.id)
