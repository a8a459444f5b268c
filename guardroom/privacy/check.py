"""What `guardroom check` says of personal data: what has no time, what is due, and who else can read the files."""

from __future__ import annotations

from collections.abc import Iterator

from guardroom.finding import Finding
from guardroom.language import _, n_
from guardroom.privacy.files import too_open
from guardroom.privacy.register import unset
from guardroom.privacy.words import kind
from guardroom.settings import Settings

_NAMED = 5


def privacy_findings(settings: Settings) -> Iterator[Finding]:
    """How long things are kept, and whether the program's files are for their owner alone."""
    what = _("retention")
    without = [kind(each) for each in unset(settings.policy)]
    if without:
        said = _("not set, so never deleted: {kinds}; set retention under [override]")
        yield Finding("unset", what, said.format(kinds=", ".join(without)))
    else:
        yield Finding("ok", what, _("every kind of record has its time"))
    wide = too_open(settings)
    if not wide:
        yield Finding("ok", _("files"), _("readable for their owner only"))
        return
    named = ", ".join(str(path) for path in wide[:_NAMED])
    more = len(wide) - _NAMED
    if more > 0:
        named += n_(", and {count} more", ", and {count} more", more).format(count=more)
    said = _("others than the owner can read {files}: take their rights away (files 600, folders 700)")
    yield Finding("wrong", _("files"), said.format(files=named))
