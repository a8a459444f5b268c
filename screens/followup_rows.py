"""Follow-ups in rows of text: a line of the list, and the chosen one whole. Marks stand with words, never with a colour
alone."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from textual.content import Content

from guardroom.days import written, written_in
from guardroom.followups import words
from guardroom.followups.view import FollowUpLine, IncidentDuties, KindCount
from guardroom.language import _, n_
from screens.dates import weekday
from screens.plain import fitted, plain
from screens.wrapping import fact, wrapped

ROOMY = 100
"""From so many cells on there is room for whole words."""

_LABEL = 14
_OPEN, _LATE = 6, 12
"""Room for how many are open and overdue, and for those words above them."""


def heading(width: int) -> Content:
    """The names of the columns, in `width` cells."""
    roomy = width >= ROOMY
    mark = _("Warning") if roomy else ""
    return plain(
        _columns(mark, _("Deadline"), _("Left"), _("Case"), _("Task"), _("Owner"), width),
        "$quiet",
    )


def row(line: FollowUpLine, here: bool, width: int, now: datetime, zone: ZoneInfo) -> Content:
    """One line of the list."""
    roomy = width >= ROOMY
    mark = warning(line) if roomy else line.level
    local = line.due_at.astimezone(zone)
    due = f"{weekday(local)} {local:%d-%m-%Y %H:%M}" if roomy else f"{local:%d-%m %H:%M}"
    left = span(line.due_at, now) if line.closed_at is None else ""
    owner = words.owner(line.owner_role, line.owner)
    said = _columns(mark, due, left, line.number, _task(line), owner, width, chosen=here)
    return plain(said, "reverse bold" if here else "bold" if line.level in ("X", "!!") else "")


def _task(line: FollowUpLine) -> str:
    """What is to be done, with what is known of it: the day of the reminder before it, where nothing cuts it off."""
    said = " ".join(part for part in (words.kind(line.kind), words.so_far(line.count, line.expected)) if part)
    if line.remind_on is None:
        return said
    return _("{day} reminder: {task}").format(day=f"{line.remind_on:%d-%m}", task=said)


def warning(line: FollowUpLine) -> str:
    """The mark and its word; of a closed one how it ended."""
    if line.closed_at is not None:
        return words.state(line.state)
    return f"{line.level:<2} {words.level(line.level)}".rstrip()


def span(due: datetime, now: datetime) -> str:
    """The real time that is left, or gone by with a minus before it."""
    seconds = (due - now).total_seconds()
    minutes = int(abs(seconds)) // 60
    days, hours = minutes // 1440, minutes // 60 % 24
    sign = "-" if seconds < 0 else ""
    if days >= 10:
        said = _("{days} d").format(days=days)
    elif days:
        said = _("{days} d {hours} h").format(days=days, hours=hours)
    else:
        said = _("{hours} h {minutes} m").format(hours=hours, minutes=minutes % 60)
    return sign + said


def whole(line: FollowUpLine, zone: ZoneInfo, width: int) -> list[Content]:
    """Everything about one."""
    rows: list[Content] = []
    rule = words.rule(line.rule)
    due = f"{written_in(line.due_at, zone)} ({rule}) {words.level(line.level)}".rstrip()
    rows += fact(_("Deadline"), due, _LABEL, width, "bold" if line.level else "")
    owner = words.owner(line.owner_role, line.owner)
    if line.from_role:
        owner += "; " + _("handed on by {role}").format(role=words.owner(line.from_role))
    if line.remind_on is not None:
        owner += "; " + _("reminder {day}").format(day=written(line.remind_on))
    rows += fact(_("Owner"), owner, _LABEL, width)
    if line.area:
        rows += fact(_("Area"), line.area, _LABEL, width)
    if line.system:
        rows += fact(_("Reported in"), line.system, _LABEL, width)
    if line.closed_at is None:
        if line.expected is not None:
            rows += fact(_("So far"), words.so_far(line.count, line.expected), _LABEL, width)
        rows += fact(_("Closed with"), evidence(line), _LABEL, width)
        rows += wrapped(words.mode(line.mode), width)
        rows += wrapped(words.advice(line.kind), width, "$quiet")
    else:
        rows += _closed(line, zone, width)
    return rows


def evidence(line: FollowUpLine) -> str:
    """What closing it asks for."""
    named = {
        "date": _("the day"),
        "reference": _("a reference"),
        "count": _("how many"),
        "yes_no": _("yes or no"),
        "company": _("who goes along"),
    }
    return ", ".join(named[each] for each in line.asks_for)


def _closed(line: FollowUpLine, zone: ZoneInfo, width: int) -> list[Content]:
    assert line.closed_at is not None
    when = f"{words.state(line.state)}, {written_in(line.closed_at, zone)} {line.closed_by}"
    rows = fact(_("Closed"), when, _LABEL, width, "bold")
    said = [
        (_("Day"), written(line.done_on)),
        (_("Reference"), line.reference),
        (_("How many"), words.so_far(line.count, line.expected) or ("" if line.count is None else str(line.count))),
        (_("Goes along"), words.company(line.company)),
        (_("Offered"), {True: _("yes"), False: _("no"), None: ""}[line.yes_no]),
        (_("Why"), " ".join(part for part in (words.reason(line.reason), line.reason_text) if part)),
    ]
    for label, text in said:
        if text:
            rows += fact(label, text, _LABEL, width)
    return rows


def count_rows(counts: tuple[KindCount, ...], width: int) -> list[Content]:
    """How many are open and overdue, by kind."""
    cells = max(8, width - _OPEN - _LATE)
    still, late = _("open"), _("overdue")
    head = fitted("", cells) + f"{still:>{_OPEN}}{late:>{_LATE}}"
    rows = [plain(fitted(head, width), "$quiet")]
    for one in counts:
        said = fitted(words.kind(one.kind), cells) + f"{one.open:>{_OPEN}}{one.overdue:>{_LATE}}"
        rows.append(plain(fitted(said, width), "bold" if one.overdue else ""))
    return rows


def duty_rows(duties: IncidentDuties, zone: ZoneInfo, width: int) -> list[Content]:
    """Why an incident cannot be closed; and what it asks for, open ones first."""
    still = duties.closed_at is None
    rows = wrapped(duties.hindrance, width, "bold") if still else []
    for line in sorted(duties.lines, key=lambda one: one.closed_at is not None):
        done = line.closed_at is not None
        local = line.due_at.astimezone(zone)
        end = words.state(line.state) if done else f"{local:%d-%m %H:%M}"
        mark = "[x]" if done else f"{line.level:<3}"
        cells = max(8, width - len(end) - 1)
        style = "bold" if line.level in ("X", "!!") else "$quiet" if done else ""
        *before, last = [
            f"{mark if at == 0 else '':<3} {part.plain}" for at, part in enumerate(wrapped(_task(line), cells - 4))
        ]
        rows += [plain(text, style) for text in before]
        rows.append(plain(fitted(f"{fitted(last, cells)} {end}", width), style))
    return rows


def duties_line(duties: IncidentDuties, zone: ZoneInfo) -> str:
    """The same in a sentence."""
    if duties.closed_at is not None:
        said = _("Closed {when} by {who}.")
        return said.format(when=written_in(duties.closed_at, zone), who=duties.closed_by)
    still = [line for line in duties.lines if line.closed_at is None]
    late = sum(line.level == "X" for line in still)
    said = n_("{count} follow-up is open", "{count} follow-ups are open", len(still)).format(count=len(still))
    return said + (", " + _("{late} overdue").format(late=late) if late else "") + "."


def _columns(
    mark: str, due: str, left: str, number: str, task: str, owner: str, width: int, *, chosen: bool = False
) -> str:
    roomy = width >= ROOMY
    cells = [14, 20, 9, 11, 0, 23] if roomy else [2, 11, 0, 11, 0, 14]
    cells[4] = max(8, width - 2 - sum(cells) - sum(1 for cell in cells if cell))
    texts = (mark, due, left, number, task, owner)
    said = " ".join(fitted(text, cell) for text, cell in zip(texts, cells, strict=True) if cell)
    return fitted(f"{'>' if chosen else ' '} {said}", width)
