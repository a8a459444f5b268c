"""Letters to citizens, from the municipality's own templates or those that come with the program."""

from __future__ import annotations

import contextlib
import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from db.sqlite import sync_folder
from guardroom.bans.life import UNDECIDED
from guardroom.bans.requirements import missing_for_hearing
from guardroom.days import day_in
from guardroom.file_trouble import why_not
from guardroom.ground import Ground
from guardroom.incidents import words as incident_words
from guardroom.incidents.kinds import HARMLESS
from guardroom.language import _
from guardroom.letters.fields import Common, OfIncident, context, names, of_ban, of_incident
from guardroom.letters.filling import fill
from guardroom.letters.words import behaviours
from guardroom.people import audit
from guardroom.people.roles import Right
from guardroom.people.who import Who
from guardroom.private_folder import private_folder
from guardroom.refusal import Forbidden, Refused
from guardroom.text import clean

if TYPE_CHECKING:
    from guardroom.bans.register import BanRegister
    from guardroom.bans.view import BanView
    from guardroom.incidents.log import IncidentLog
    from guardroom.incidents.view import SubjectView

Kind = Literal["hearing", "ban", "extension", "lift", "conduct"]
KINDS: tuple[Kind, ...] = ("hearing", "ban", "extension", "lift", "conduct")
"""The letters there are; each has a template `{kind}.docx`."""

_SHIPPED = Path(__file__).parent / "templates"


def word(kind: Kind) -> str:
    """What a letter is called in its file's name."""
    return {
        "hearing": _("hearing letter"),
        "ban": _("decision letter"),
        "extension": _("extension letter"),
        "lift": _("lifting letter"),
        "conduct": _("conduct letter"),
    }[kind]


class Letters:
    """Writes letters into the letters' folder. No letter holds a CPR number, no file's name a person's."""

    def __init__(self, ground: Ground, bans: BanRegister, incidents: IncidentLog) -> None:
        self._ground = ground
        self._bans = bans
        self._incidents = incidents

    def write(self, who: Who, kind: Kind, subject_id: int, person: int | None = None) -> Path:
        """Write the letter of this kind about a ban, or about an incident where it is a conduct letter; its path.

        `person` says to whom, where an incident is about several. A ban's letter is a draft, and marked so, until the
        ban is decided. Raises Forbidden, or Refused with what stands in the way; then no file is left behind.
        """
        who.must(Right.BAN_DRAFT)
        if not who.name:
            raise Refused(
                _("You have no name in the user list, and a letter is signed with a name: have it put there.")
            )
        filled = (
            self._about_incident(who, subject_id, person)
            if kind == "conduct"
            else self._about_ban(who, kind, subject_id)
        )
        letter = fill(self.template(kind), context(filled), names(type(filled)))
        subject: audit.Subject = "incident" if isinstance(filled, OfIncident) else "ban"
        now = self._ground.clock.now()
        day = day_in(now, self._ground.settings.site.zone)
        stem = clean(f"{filled.number} {word(kind)} {day.isoformat()}", 100).replace("/", "-").replace("\\", "-")
        with _kept_aside(self._ground.settings.letters.folder, letter) as aside:
            path = None
            try:
                with self._ground.writing(who) as session:
                    audit.note(
                        session, self._ground.audit_key, now, who, "letter_written", subject, subject_id,
                        detail={"kind": kind},
                    )  # fmt: skip
                    path = _placed(aside, stem)
            except BaseException:
                if path is not None:
                    path.unlink(missing_ok=True)
                raise
        return path

    def template(self, kind: Kind) -> Path:
        """The municipality's own template of this letter where there is one, else ours in the house's language."""
        settings = self._ground.settings
        own = None if settings.letters.templates is None else settings.letters.templates / f"{kind}.docx"
        return own if own is not None and own.is_file() else _SHIPPED / settings.language / f"{kind}.docx"

    def _about_ban(self, who: Who, kind: Kind, ban: int) -> Common:
        view = self._bans.read(who, ban, "letter")
        if view.reasons_hidden:
            raise Forbidden(_("This ban belongs to another part of the house."))
        if trouble := _untimely(kind, view):
            raise Refused(trouble)
        now = self._ground.clock.now()
        settings = self._ground.settings
        # A hearing letter goes out while the ban is still a draft: that is what it is about.
        draft = kind != "hearing" and view.standing in UNDECIDED
        return of_ban(view, who, settings, day_in(now, settings.site.zone), draft=draft)

    def _about_incident(self, who: Who, incident: int, person: int | None) -> Common:
        who.must(Right.INCIDENT_PERSON)
        view = self._incidents.read(who, incident)
        if view.account is None or view.subjects is None:
            raise Forbidden(_("This incident belongs to another part of the house."))
        if view.kind in HARMLESS:
            raise Refused(
                _("{number} counts against nobody ({kind}): there is no letter about it.").format(
                    number=view.number, kind=incident_words.kind(view.kind)
                )
            )
        if not behaviours(view.behaviours) and view.kind != "ban_breach":
            raise Refused(
                _(
                    "{number} ({kind}) names nothing that the citizen did, and a letter about conduct must: log what "
                    "they did as an incident that names it, or write to them from the case system."
                ).format(number=view.number, kind=incident_words.kind(view.kind))
            )
        to = _addressee(view.subjects, person)
        bans = () if to.person is None else self._bans.binding(who, to.person)
        if untold := ", ".join(each.number for each in bans if not each.told):
            raise Refused(
                _(
                    "{number} is decided and not served on the person yet: serve it first, so that this letter does "
                    "not say otherwise."
                ).format(number=untold)
            )
        settings = self._ground.settings
        return of_incident(view, to, bans, who, settings, day_in(self._ground.clock.now(), settings.site.zone))


def _untimely(kind: Kind, view: BanView) -> str:
    """Why this letter cannot be written about the ban as it stands; "" where it can."""
    if view.standing == "dropped":
        return _("{number} was given up as a draft: there is nothing to write about.").format(number=view.number)
    if kind == "hearing" and view.standing not in ("draft", "hearing"):
        return _("{number} has been signed: the hearing comes before that.").format(number=view.number)
    if kind == "hearing" and (lacking := missing_for_hearing(view.needs)):
        return lacking
    # Lifted from a day to come it is still active, and the citizen is told before.
    if kind == "lift" and view.lifted_on is None:
        return _("{number} has not been lifted: lift it first, then write the letter.").format(number=view.number)
    if kind in ("ban", "extension"):
        if view.lifted_on is not None:
            return _("{number} has been lifted: write the lifting letter.").format(number=view.number)
        if view.standing not in UNDECIDED and not view.signatures:
            return _("{number} comes from the case system's list: its letter lies there.").format(number=view.number)
    if kind == "extension" and not view.extends:
        return _("{number} does not extend another ban: write the decision letter.").format(number=view.number)
    return ""


def _addressee(subjects: tuple[SubjectView, ...], person: int | None) -> SubjectView:
    """The one whom the letter goes to."""
    named = [each for each in subjects if each.name and (person is None or each.person == person)]
    if len(named) == 1:
        return named[0]
    if named:
        raise Refused(_("The incident is about several people: choose to whom the letter goes."))
    raise Refused(_("Nobody with a name stands on the incident: join it to a person first."))


class _kept_aside(contextlib.AbstractContextManager[Path]):  # noqa: N801 - reads as what it does
    """The letter in a temporary file in its folder, which is gone after the block unless it was renamed."""

    def __init__(self, folder: Path, letter: bytes) -> None:
        self._folder = folder
        self._letter = letter
        self._path: Path | None = None

    def __enter__(self) -> Path:
        try:
            private_folder(self._folder)
            opened, name = tempfile.mkstemp(prefix=".letter-", suffix=".part", dir=self._folder)
            self._path = Path(name)
            with os.fdopen(opened, "wb") as out:
                out.write(self._letter)
                out.flush()
                os.fsync(out.fileno())
        except OSError as error:
            self.__exit__()
            raise _not_written(self._folder, error) from error
        return self._path

    def __exit__(self, *_exc: object) -> None:
        if self._path is not None:
            self._path.unlink(missing_ok=True)


def _placed(aside: Path, stem: str) -> Path:
    """Rename the temporary file to `stem`.docx, or to the first `stem` (2).docx … that is free; never over another."""
    try:
        number = 1
        while True:
            path = aside.with_name(f"{stem}.docx" if number == 1 else f"{stem} ({number}).docx")
            with contextlib.suppress(FileExistsError):
                # The empty file holds the name, so that the rename writes over nobody else's letter.
                os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
                break
            number += 1
        try:
            aside.replace(path)
        except OSError:
            path.unlink(missing_ok=True)
            raise
        sync_folder(path.parent)
    except OSError as error:
        raise _not_written(aside.parent, error) from error
    return path


def _not_written(folder: Path, error: OSError) -> Refused:
    return Refused(
        _("No letter can be written in {folder}: {reason}").format(
            folder=clean(str(folder), 300), reason=why_not(error)
        )
    )
