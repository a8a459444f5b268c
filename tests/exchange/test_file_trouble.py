"""Why a file cannot be read or written is said in the user's language."""

from __future__ import annotations

import errno

import pytest

from guardroom import language
from guardroom.file_trouble import why_not


@pytest.mark.parametrize("number", [errno.ENOENT, errno.EACCES, errno.ENOSPC, errno.EROFS, errno.ENAMETOOLONG])
def test_the_systems_own_words_are_not_repeated(number: int) -> None:
    language.choose("en")
    error = OSError(number, "the system's own words")
    assert "own words" not in why_not(error)
    assert "error" not in why_not(error)


def test_what_has_no_words_has_its_number() -> None:
    language.choose("en")
    assert why_not(OSError(errno.ELOOP, "Too many symbolic links")) == f"the system refused it (error {errno.ELOOP})"
