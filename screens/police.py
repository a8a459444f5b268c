"""The police script: what to say on the telephone, in large and calm text, and when somebody has rung.

While a drill runs, what keeps from calling stands in its place.
"""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.content import Content

from guardroom.alarms.acts import ActReply
from guardroom.alarms.view import AlarmKey, AlarmView, BoardView, DrillView, in_order
from guardroom.language import _
from guardroom.settings import Settings
from screens.big_letters import big, drawing_block
from screens.dates import short_time, time_of
from screens.drill import running
from screens.frame import GuardScreen
from screens.interlock import interlock
from screens.keys import bindings
from screens.more import Sheet
from screens.plain import Line, fitted, lines, plain

_LOWEST_FOR_BIG_NUMBERS = 30
_NARROWEST_FOR_BIG_NUMBERS = 90
_NUMBER_CELLS = 40

DANGER = "112"
NOT_URGENT = "114"


def script(alarm: AlarmView | None, settings: Settings) -> list[str]:
    """What is read aloud, one sentence a line (rule F4: where exactly, and very briefly what).

    A part the town hall has not set is left out; without an alarm the place is for the caller to fill in.
    """
    site = settings.site
    if alarm is not None and alarm.mobile:
        return _outside(alarm, settings)
    said = [", ".join(part for part in (site.name, site.address) if part) + "."]
    if site.entrance:
        said.append(site.entrance.rstrip(".") + ".")
    if alarm is None:
        said.append(_("We need the police at … (say which room)."))
    else:
        place = ", ".join(part for part in (alarm.place, alarm.block, alarm.floor) if part)
        said.append(_("{cause} in {place}.").format(cause=_spoken_cause(alarm.cause), place=place))
    said.append(_("… (say in one sentence what is happening, and whether you have seen a weapon)."))
    if site.phone:
        said.append(_("You can ring us back on {phone}.").format(phone=site.phone))
    said.append(_("We meet you in the hall."))
    return said


def _outside(alarm: AlarmView, settings: Settings) -> list[str]:
    """The same where a mobile alarm was pressed: our own address would send the police to the wrong place."""
    site = settings.site
    said = [_("This is {site}.").format(site=site.name)]
    if alarm.whereabouts:
        where = _("{cause}: an employee of ours who is out of the house, at {place}.")
        said.append(where.format(cause=_spoken_cause(alarm.cause), place=alarm.whereabouts))
        said.append(_("… (say the whole address, and who can show the way)."))
    else:
        where = _("{cause}: an employee of ours who is out of the house, at … (find out where, and say the address).")
        said.append(where.format(cause=_spoken_cause(alarm.cause)))
    said.append(_("… (say in one sentence what is happening, and whether you have seen a weapon)."))
    if site.phone:
        said.append(_("You can ring us back on {phone}.").format(phone=site.phone))
    return said


def _spoken_cause(cause: str) -> str:
    """What the police are told it is; how the button was pressed is no matter of theirs."""
    return {
        "fire": _("Fire alarm"),
        "intrusion": _("Intrusion alarm"),
        "medical": _("Medical alarm"),
        "other": _("Alarm"),
    }.get(cause, _("Panic alarm"))


def _guard(settings: Settings) -> str:
    word = settings.policy.guard_word.get(settings.language) or _("the guard")
    return word[:1].upper() + word[1:]


def numbers() -> str:
    """Whom to ring (rules F1-F3)."""
    return _("112: danger now     114: not urgent")


def who_decides(settings: Settings) -> str:
    """Who decides that the police are called, as the town hall's policy says (rules E5, E9)."""
    if settings.policy.police_call == "with_leader":
        return _("Agree with a leader first. In danger 112 is always free to call.")
    return _("{guard} decides. In danger anybody rings 112.").format(guard=_guard(settings))


def ran_when_last_heard(drill: DrillView, settings: Settings) -> str:
    """What is known of a drill since which the monitor has not answered: it keeps nobody from ringing."""
    said = _("A drill ran in {place} from {time} on when the monitor was last heard. If you are not sure, ring.")
    return said.format(place=drill.place, time=short_time(drill.began, settings.site.zone))


def called(alarm: AlarmView, settings: Settings) -> list[str]:
    """When the police were rung, one line for each call; by the step where only that was marked."""
    zone = settings.site.zone
    calls = [
        _("Rung {number} at {time} {by}")
        .format(number=line.detail or DANGER, time=time_of(line.at, zone), by=line.by)
        .rstrip()
        for line in alarm.timeline
        if line.what == "police_called"
    ]
    if not calls and alarm.police_called_at:
        calls.append(_("Rung at {time}").format(time=time_of(alarm.police_called_at, zone)))
    step = alarm.steps.get("refused_police_called")
    if not calls and step is not None:
        clock = short_time if step.late else time_of
        said = _("Rung at {time} {by}, number not noted")
        calls.append(said.format(time=clock(step.at, zone), by=step.by).replace(" ,", ","))
    return calls


class Police(GuardScreen):
    """What to read aloud to the police; `1` and `4` note that 112 or 114 has been rung."""

    NAME: ClassVar[str] = "police"
    TABS: ClassVar[bool] = False
    BANNER: ClassVar[bool] = False
    BINDINGS = bindings("police")

    def __init__(self) -> None:
        super().__init__()
        self.alarm: AlarmKey | None = None
        """The alarm that the police are rung about; None: the one in front."""
        self._kept_from_calling = False
        self._revealed: int | None = None

    def compose_body(self) -> ComposeResult:
        """What keeps from calling; whom to ring, the script, and the calls made."""
        yield Line(id="police-drill")
        yield Line(id="police-title")
        yield Line(id="police-numbers")
        with Sheet(id="police", can_focus=False):
            yield Line(id="police-script")
        yield Line(id="police-decides")
        yield Line(id="police-called")
        yield Line(id="police-keys")

    def _shown(self, view: BoardView) -> AlarmView | None:
        alarms = in_order(view.alarms)
        return next((alarm for alarm in alarms if alarm.key == self.alarm), None) or next(iter(alarms), None)

    def render_view(self, view: BoardView, age: float) -> None:
        """Show the script of the chosen alarm, or of the one in front; while a drill runs, that it is one."""
        drill = running(view)
        self.set_class(drill is not None, "-drill")
        if drill is not None:
            self._keep_from_calling(drill, view)
            return
        if self._kept_from_calling:
            self._kept_from_calling = False
            if not view.alarms:
                # Nothing came of it: an offer to ring the police must not come up where there was none.
                self.desk.leave(self)
                return
        settings = self.desk.settings
        alarm = self._shown(view)
        self._line("title").show(plain(_("RING THE POLICE: read this aloud"), "bold"))
        self._line("numbers").show(self._numbers())
        self._line("script").show(self._script(alarm, settings))
        last = self.desk.drill_last_heard
        self._line("decides").show(
            plain(who_decides(settings))
            if last is None
            else plain(ran_when_last_heard(last, settings), "bold $warning")
        )
        rung = called(alarm, settings) if alarm is not None else []
        self._line("called").show(plain("   ".join(rung), "bold"))
        if alarm is None:
            keys = _("No alarm is open, so no call is noted.")
        else:
            keys = _("{danger}  I have rung 112 now      {not_urgent}  I have rung 114 now").format(
                danger=self.cap_of("called_112"), not_urgent=self.cap_of("called_114")
            )
        self._line("keys").show(plain(keys, "bold"))

    def _keep_from_calling(self, drill: DrillView, view: BoardView) -> None:
        """Say that it is a drill, here at once, and on every station by the monitor."""
        desk, size = self.desk, self.desk.size
        # Beside it: header, message, footer, and the alarms on top.
        height = size.height - 3 - min(4, len(view.alarms))
        text = interlock(
            drill,
            desk.settings,
            max(1, size.width - (4 if size.width >= 40 else 0)),
            height,
            block=drawing_block(desk.has_class("-console")),
            key=self.cap_of("back"),
        )
        self._line("drill").show(text)
        if desk.screen is not self:
            return  # another screen lies above it: nobody has read this
        self._kept_from_calling = True
        if not drill.shown and self._revealed != drill.id:
            self._revealed = drill.id
            self.act("drill_reveal", alarm=drill.alarm, owner=drill.owner)

    def _numbers(self) -> Content:
        """Both numbers, in big letters where there is room for them."""
        if self.desk.size.height < _LOWEST_FOR_BIG_NUMBERS or self.desk.size.width < _NARROWEST_FOR_BIG_NUMBERS:
            return plain(numbers(), "bold")
        block = drawing_block(self.desk.has_class("-console"))
        columns = (big(DANGER, _NUMBER_CELLS, block=block), big(NOT_URGENT, _NUMBER_CELLS, block=block))
        halves = [text.split("\n") for text in columns]
        drawn = [Content.styled(left.ljust(_NUMBER_CELLS) + right, "bold") for left, right in zip(*halves, strict=True)]
        captions = fitted(_("danger now"), _NUMBER_CELLS) + _("not urgent")
        return lines(*drawn, plain(captions, "bold"))

    def _script(self, alarm: AlarmView | None, settings: Settings) -> Content:
        """Numbered sentences, with a free row between them where there is room."""
        width = max(20, self.desk.size.width - 8)
        rows: list[Content] = []
        roomy = self.desk.size.height >= 26
        for number, sentence in enumerate(script(alarm, settings), start=1):
            wrapped = plain(sentence, "bold").wrap(width - 3)
            rows.append(plain(f"{number}  ") + wrapped[0])
            rows.extend(Content("   ") + row for row in wrapped[1:])
            if roomy:
                rows.append(Content(""))
        return lines(*rows)

    def action_called(self, number: str) -> None:
        """Note that the police were rung on `number`, now; nothing while a drill runs."""
        if running(self.desk.shown) is not None:
            return
        alarm = self._shown(self.desk.shown)
        if alarm is None:
            self.say(_("No alarm is open, so no call is noted."), urgent=True)
            return
        place = alarm.place

        def told(reply: ActReply) -> None:
            if not reply.refused:
                self.say(_("Noted: {number} rung for {place}.").format(number=number, place=place))

        self.act("police_called", told, alarm=alarm.id, detail=number, owner=alarm.owner)

    def _line(self, name: str) -> Line:
        return self.query_one(f"#police-{name}", Line)
