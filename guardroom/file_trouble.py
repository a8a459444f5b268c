"""What a command takes as the name of a file to write, what that becomes, and why a file could not be read or written,
in the user's language; the system's own words are English."""

from __future__ import annotations

import argparse
import errno
from collections.abc import Iterable
from pathlib import Path
from typing import TypeVar

from guardroom.language import _
from guardroom.refusal import BadInput, Mistake
from guardroom.text import clean

_Form = TypeVar("_Form", bound=str)


def file_to_write(typed: str) -> Path:
    """A file that a command is to write. Raises ArgumentTypeError for "-": elsewhere that is the standard output."""
    if typed == "-":
        raise argparse.ArgumentTypeError(_("“-” is not written to: give a file's name"))
    return Path(typed)


def form_of(path: Path, given: _Form | None, option: str, forms: Iterable[_Form]) -> _Form | None:
    """What a file becomes: `given`, by this option, or what its name ends in; None where neither says. Raises BadInput
    where they differ."""
    ending = path.suffix.lower().removeprefix(".")
    named = next((form for form in forms if form == ending), None)
    if given is not None and named not in (given, None):
        said = _("--{form} does not go with a name that ends in {ending}: leave one of the two out.")
        raise BadInput(Mistake("form", said.format(form=option, ending=clean(path.suffix, 20))))
    return given or named


def why_not(error: OSError) -> str:
    """The reason as it follows a colon, without a full stop; the system's number for what has no words here."""
    match error.errno:
        case errno.ENOENT:
            return _("there is no such file or folder")
        case errno.ENOTDIR:
            return _("a file is where a folder is wanted")
        case errno.EEXIST:
            return _("something of this name is there already")
        case errno.EACCES | errno.EPERM:
            return _("the program may not read or write there")
        case errno.EISDIR:
            return _("it is a folder")
        case errno.ENOSPC | errno.EDQUOT:
            return _("the disk is full")
        case errno.EROFS:
            return _("the disk can only be read")
        case errno.ENAMETOOLONG:
            return _("its name is too long")
        case errno.EIO:
            return _("the disk fails")
        case other:
            return _("the system refused it (error {number})").format(number=other)
