"""The fields of the incident's form: which there are, which are asked for, and what they say as an `IncidentForm`.

What the alarm's timeline answers comes first, what only a person can tell comes last: from an alarm the guard begins at
the behaviour.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from textual.widget import AwaitMount

from guardroom.incidents import words
from guardroom.incidents.form import IncidentForm, SubjectForm
from guardroom.incidents.kinds import (
    BEHAVIOURS,
    CHANNELS,
    EJECTIONS,
    EVIDENCE,
    INJURED,
    KINDS,
    POLICE,
    SEVERITIES,
    SUBJECT_KINDS,
)
from guardroom.incidents.wanted import wanted
from guardroom.language import _
from guardroom.settings import Room, Settings
from screens.form import ChecksField, ChoiceField, FixedField, Form, FormField, Options, TextBlock, TextField
from screens.person_picker import Known, PersonField
from screens.raise_alarm import matching
from screens.suggest import SuggestField

MOST_SUBJECTS = 8
"""So many citizens one form has room for."""

_ASKED_TO_LEAVE = EJECTIONS | {"", "escort_out", "turned_away", "ban_breach", "threat", "other"}
_OFF_DUTY = frozenset(("remote", "threat", "near_miss", "other"))
_REMOTE_CHANNELS = tuple(code for code in CHANNELS if code != "in_person")
_SOMETIMES = (
    "place",
    "evidence",
    "off_duty",
    "asked",
    "asked_time",
    "asked_by",
    "complied",
    "police",
    "police_time",
    "police_ref",
    "injured",
    "sick_leave",
    "behaviours",
    "felt",
    "assessed",
    "subject_kind",
)
"""The fields that are not always asked for."""

_LOOKED_AT = (
    "kind",
    "when",
    "day",
    "time",
    "place",
    "channel",
    "off_duty",
    "asked",
    "complied",
    "police",
    "injured",
    "sick_leave",
    "behaviours",
    "felt",
    "assessed",
    "subject_kind",
)

_OF_A_SUBJECT = ("name", "birth", "case_ref", "description")


class PlaceField(SuggestField[Room]):
    """A room, by a few letters of it, or free words."""

    def __init__(self, name: str, label: str, settings: Settings, *, required: bool = False) -> None:
        super().__init__(name, label, required=required)
        self._settings = settings

    def asked(self, typed: str) -> None:
        """Offer the rooms that fit."""
        self.offer(matching(self._settings.rooms, typed) if typed else ())

    def row(self, meant: Room, width: int) -> str:
        """The room's id, name and part of the house."""
        return f"{meant.id:<8} {'  '.join(part for part in (meant.name, meant.block, meant.floor) if part)}"

    def taken_as(self, meant: Room) -> str:
        """The room's id."""
        return meant.id

    def told(self) -> str:
        """Which room an id is, once it has been left."""
        room = None if self.control.has_focus else self._settings.room(self.value)
        return "" if room is None else ", ".join(part for part in (room.name, room.block) if part)


def _options(codes: Sequence[str], word: Callable[[str], str]) -> Options:
    return tuple((code, word(code) or _("not said")) for code in codes)


def _yes_no() -> Options:
    return (("yes", _("yes")), ("no", _("no")))


def make_fields(settings: Settings) -> list[FormField]:
    """Every field of the form, in its order, with one citizen. Which of them must be answered hangs on the answers."""
    return [
        ChoiceField("kind", _("What"), _options(KINDS, words.kind)),
        FixedField("when", _("When")),
        TextField("day", _("Day"), limit=20),
        TextField("time", _("Time"), limit=10),
        PlaceField("place", _("Where"), settings),
        ChoiceField("channel", _("How it came"), _options(_REMOTE_CHANNELS, words.channel)),
        ChoiceField("evidence", _("Evidence"), _options(EVIDENCE, words.evidence)),
        ChoiceField("off_duty", _("Out of hours"), _yes_no()),
        ChoiceField("asked", _("Asked to leave"), _yes_no()),
        TextField("asked_time", _("asked at"), limit=10),
        TextField("asked_by", _("asked by"), limit=60),
        ChoiceField("complied", _("Left when asked"), _yes_no()),
        ChoiceField("police", _("Police"), _options(POLICE, words.police)),
        TextField("police_time", _("called at"), limit=10),
        TextField("police_ref", _("police's number"), limit=60),
        ChecksField("injured", _("Injured"), _options(INJURED, words.injured)),
        ChoiceField("sick_leave", _("Sick leave"), _yes_no()),
        TextField("took_part", _("Took part"), limit=200, hint=_("initials")),
        ChecksField("behaviours", _("Behaviour"), _options(BEHAVIOURS, words.behaviour)),
        ChoiceField("felt", _("Employee felt it"), _options(SEVERITIES, words.severity)),
        ChoiceField("assessed", _("You judge it"), _options(SEVERITIES, words.severity)),
        ChoiceField("subject_kind", _("Who it was"), _options(SUBJECT_KINDS, words.subject_kind)),
        *subject_fields(0),
        TextBlock("account", _("What happened"), rows=5),
    ]


def subject_fields(number: int) -> list[FormField]:
    """The fields of one citizen; the first has the number 0."""
    heading = _("Name") if number == 0 else _("{number}. name").format(number=number + 1)
    return [
        PersonField(f"name_{number}", heading, why="work", limit=120),
        TextField(f"birth_{number}", _("born"), limit=20, hint=_("year or day")),
        TextField(f"case_ref_{number}", _("case"), limit=40, hint=_("case number, never CPR")),
        TextField(f"description_{number}", _("Description"), limit=500, hint=_("only where the name is not known")),
    ]


def asked_for(form: IncidentForm, *, any_way: bool = False) -> frozenset[str]:
    """The names of the fields that matter for what has been answered so far. `any_way`: it is about a ban that can be
    breached in more ways than by being here."""
    accidental = form.kind == "accidental"
    asked = {"kind", "place", "took_part", "account"}
    if any_way and form.kind == "ban_breach":
        asked.add("channel")
        if form.channel != "in_person":
            asked.remove("place")
    asked |= {"day", "time"} if form.alarm is None else {"when"}
    if form.kind == "remote":
        asked |= {"channel", "evidence"}
    if form.kind in _OFF_DUTY and form.alarm is None:
        asked.add("off_duty")
    if form.kind in _ASKED_TO_LEAVE:
        asked.add("asked")
        if form.asked == "yes":
            asked |= {"asked_time", "asked_by", "complied"}
    if accidental:
        return frozenset(asked)
    asked |= {"police", "injured", "behaviours", "felt", "assessed", "subject_kind"}
    if form.police:
        asked |= {"police_time", "police_ref"}
    if {"employee", "guard"} & set(form.injured):
        asked.add("sick_leave")
    for number, subject in enumerate(form.subjects):
        asked.add(f"name_{number}")
        if subject.person is None and subject.name:
            asked |= {f"birth_{number}", f"case_ref_{number}"}
        elif subject.person is None:
            asked.add(f"description_{number}")
    return frozenset(asked)


class IncidentFields(Form):
    """The fields of the incident's form, filled from an `IncidentForm` and read as one."""

    def __init__(self, settings: Settings, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(*make_fields(settings), id=id)
        self._begun = IncidentForm()
        self._any_way = False
        self.people = 1
        """For how many citizens fields are shown."""
        self._made = 1

    def show_asked_for(self) -> None:
        """Show what is asked for after what has been answered. Reads no more than that: it is asked at every key."""
        so_far = IncidentForm(
            alarm=self._begun.alarm,
            kind=self.text("kind"),
            channel=self._channel(),
            asked=self.text("asked"),
            police=self.text("police"),
            injured=self.codes("injured"),
            subjects=self._subjects(),
        )
        asked = asked_for(so_far, any_way=self._any_way)
        needed = wanted(_only(so_far, asked))
        for name in self.names:
            self.field(name).need(name in needed or (name == "name_0" and "subjects" in needed))
        self.show_only(asked)

    def written(self) -> IncidentForm:
        """What stands in the fields that are asked for.

        The others keep what stands in them, in case the answer that hid them is taken back.
        """
        everything = self._everything()
        return _only(everything, asked_for(everything, any_way=self._any_way))

    def _everything(self) -> IncidentForm:
        begun, fixed = self._begun, self._begun.alarm is not None
        return replace(
            begun,
            kind=self.text("kind"),
            day=begun.day if fixed else self.text("day"),
            time=begun.time if fixed else self.text("time"),
            place=self.text("place"),
            channel=self._channel(),
            off_duty=self.text("off_duty") == "yes",
            evidence=self.text("evidence"),
            asked=self.text("asked"),
            asked_time=self.text("asked_time"),
            asked_by=self.text("asked_by"),
            complied=self.text("complied"),
            police=self.text("police"),
            police_time=self.text("police_time"),
            police_ref=self.text("police_ref"),
            injured=self.codes("injured"),
            sick_leave=self.text("sick_leave"),
            took_part=self.text("took_part"),
            behaviours=self.codes("behaviours"),
            felt=self.text("felt"),
            assessed=self.text("assessed"),
            subject_kind=self.text("subject_kind") or "citizen",
            subjects=self._subjects(),
            account=self.text("account"),
        )

    def _channel(self) -> str:
        by_channel = self.text("kind") == "remote" or (self._any_way and self.text("kind") == "ban_breach")
        return self.text("channel") if by_channel else "in_person"

    def _subjects(self) -> tuple[SubjectForm, ...]:
        return tuple(self._subject(number) for number in range(self.people))

    def _subject(self, number: int) -> SubjectForm:
        name = self.field(f"name_{number}")
        assert isinstance(name, PersonField)
        if (known := name.taken) is not None:
            return SubjectForm(person=known.person, name=known.name, birth=known.born, case_ref=known.case_ref)
        if not name.value:
            return SubjectForm(description=self.text(f"description_{number}"))
        return SubjectForm(
            name=name.value, birth=self.text(f"birth_{number}"), case_ref=self.text(f"case_ref_{number}")
        )

    @property
    def to_look_at(self) -> tuple[str, ...]:
        """The fields that are shown once more before they are locked: what was chosen, when, where, and who."""
        return (*_LOOKED_AT, *(f"name_{number}" for number in range(self.people)))

    def have_people(self, count: int) -> AwaitMount | None:
        """Have fields for so many citizens. Wait for what is returned before one of those made for it is entered.

        Fields that are there stay: those of nobody are empty and not shown.
        """
        new = [field for number in range(self._made, count) for field in subject_fields(number)]
        for number in range(count, self._made):
            self.fill(dict.fromkeys((f"{part}_{number}" for part in _OF_A_SUBJECT), ""))
        self.people = count
        self._made = max(self._made, count)
        return self.add(*new, before="account") if new else None

    def write(self, form: IncidentForm) -> None:
        """Write the form into the fields, and show those that are asked for."""
        self._begun = form
        self._any_way = form.ban is not None and form.channel != "in_person"
        ways = self.field("channel")
        assert isinstance(ways, ChoiceField)
        ways.offer(_options(CHANNELS if self._any_way else _REMOTE_CHANNELS, words.channel))
        self.have_people(max(1, len(form.subjects)))
        self.fill(
            {
                "kind": form.kind,
                "when": _("{day} {time}, as the alarm says").format(day=form.day, time=form.time),
                "day": form.day,
                "time": form.time,
                "place": form.place,
                "channel": form.channel,
                "evidence": form.evidence,
                "off_duty": "yes" if form.off_duty else "",
                "asked": form.asked,
                "asked_time": form.asked_time,
                "asked_by": form.asked_by,
                "complied": form.complied,
                "police": form.police,
                "police_time": form.police_time,
                "police_ref": form.police_ref,
                "injured": form.injured,
                "sick_leave": form.sick_leave,
                "took_part": form.took_part,
                "behaviours": form.behaviours,
                "felt": form.felt,
                "assessed": form.assessed,
                "subject_kind": form.subject_kind,
                "account": form.account,
            }
        )
        for number, subject in enumerate(form.subjects or (SubjectForm(),)):
            self.fill(
                {
                    f"name_{number}": subject.name,
                    f"birth_{number}": subject.birth,
                    f"case_ref_{number}": subject.case_ref,
                    f"description_{number}": subject.description,
                }
            )
            name = self.field(f"name_{number}")
            if subject.person is not None and isinstance(name, PersonField):
                name.stand_for(
                    Known(person=subject.person, name=subject.name, born=subject.birth, case_ref=subject.case_ref)
                )
        self.show_asked_for()


def _only(form: IncidentForm, asked: frozenset[str]) -> IncidentForm:
    """The form with only that in it which is asked for."""
    blank = IncidentForm()
    subjects = list(form.subjects) if "name_0" in asked else []
    while subjects and subjects[-1].empty:
        subjects.pop()
    left_out = {name: getattr(blank, name) for name in _SOMETIMES if name not in asked}
    return replace(form, subjects=tuple(subjects), **left_out)
