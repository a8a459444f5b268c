"""`guardroom restore FOLDER`: puts a backup in the place of what is there, and says what is missing then."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from db.errors import StorageError
from guardroom.clock import SystemClock
from guardroom.config import load
from guardroom.days import written_in
from guardroom.language import _, n_
from guardroom.monitor_lock import MonitorLock
from guardroom.people.secret import NoSecret
from guardroom.restore.purging import purge_marker
from guardroom.text import clean

if TYPE_CHECKING:
    from guardroom.restore.restoring import Restored
    from guardroom.settings import Settings


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """`guardroom restore FOLDER [--config FILE] [--into FOLDER]`."""
    parser.add_argument("backup", type=Path, metavar=_("FOLDER"), help=_("a backup: guardroom-…Z"))
    parser.add_argument("--config", type=Path, help=_("the configuration (guardroom.toml)"))
    parser.add_argument(
        "--into",
        type=Path,
        metavar=_("FOLDER"),
        help=_("look the backup through and put its files into this new folder; nothing in use is changed"),
    )


def run(args: argparse.Namespace) -> int:
    """Restore, or put the files elsewhere. Returns 1 where it was refused, or only a part was restored."""
    settings = load(args.config)
    from guardroom.restore.restoring import HalfRestored, NotRestored, put_into, restore

    try:
        if args.into is not None:
            manifest = put_into(settings, args.backup, args.into)
            said = _("The backup is sound: its files from {when} are in {folder}.")
            when = written_in(manifest.at, settings.site.zone)
            print(said.format(when=when, folder=clean(str(args.into), 300)))
        else:
            _say(settings, restore(settings, SystemClock(), args.backup))
    except HalfRestored as half:
        print(f"guardroom restore: {half.sentence}", file=sys.stderr)
        return 1
    except NotRestored as refused:
        said = _("nothing was restored: {reason}").format(reason=refused.sentence)
        print(f"guardroom restore: {clean(said, 800)}", file=sys.stderr)
        return 1
    return 0


def _say(settings: Settings, done: Restored) -> None:
    when = written_in(done.manifest.at, settings.site.zone)
    print(_("Restored: the backup from {when}.").format(when=when))
    if done.manifest.database:
        print(_("What was written after it is missing: incidents, bans, heads-ups, follow-ups, people. Write it anew."))
    else:
        print(_("The main database was not in it and is as it was."))
    if done.brought_in:
        print(
            n_(
                "Alarms are not missing: {count} newer entry of the journal was taken over.",
                "Alarms are not missing: {count} newer entries of the journal were taken over.",
                done.brought_in,
            ).format(count=done.brought_in)
        )
    if done.left_out:
        print(_("Alarms after it may be missing: {reason}.").format(reason=done.left_out))
    if done.manifest.database:
        if _purged(settings):
            print(_("What had been deleted since then has been deleted again."))
        else:
            print(_("What had been deleted since then is deleted again when the monitor starts."))
    if done.aside:
        print(_("What was here is kept; it holds personal data, so delete it when nobody needs it any more:"))
        for each in done.aside:
            print(f"  {clean(each, 400)}")
    print(_("Start the monitor now: `guardroom` or the service."))


def _purged(settings: Settings) -> bool:
    """Delete again what is past its time; False where that must wait for the monitor."""
    from guardroom.privacy.now import purge_now

    lock = MonitorLock(settings.journal)
    # A service may have started it by now, and purging this PC's files is then its affair.
    if not lock.take():
        return False
    try:
        purge_now(settings)
        purge_marker(settings.journal).unlink(missing_ok=True)
    except (StorageError, NoSecret, OSError):
        return False
    finally:
        lock.release()
    return True
