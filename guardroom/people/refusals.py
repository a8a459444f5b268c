"""What somebody wanted and may not is noted, whatever screen it was asked from: who, which act, about what (OWASP ASVS
16.3.2)."""

from __future__ import annotations

import functools
import inspect
import logging
import threading
from collections.abc import Callable, Mapping
from typing import ParamSpec, TypeVar

from db.errors import StorageError
from guardroom.people.who import Who
from guardroom.refusal import Forbidden

log = logging.getLogger(__name__)

Note = Callable[[Who, str, Mapping[str, int]], None]
"""Is told who was refused, the code of the act ("BanRegister.sign"), and the ids that it was about, by their names."""

_Service = TypeVar("_Service")
_Given = ParamSpec("_Given")
_Answer = TypeVar("_Answer")
_asked = threading.local()


def noting_refusals(service: _Service, note: Note) -> _Service:
    """The service, each of whose acts (methods that begin with `who`) has `note` told when it raises Forbidden."""
    for name, method in vars(type(service)).items():
        if name.startswith("_") or not inspect.isfunction(method) or inspect.isgeneratorfunction(method):
            continue
        if list(inspect.signature(method).parameters)[1:2] == ["who"]:
            setattr(service, name, _noting(getattr(service, name), f"{type(service).__name__}.{name}", note))
    return service


def _noting(act: Callable[_Given, _Answer], code: str, note: Note) -> Callable[_Given, _Answer]:
    @functools.wraps(act)
    def asked(*args: _Given.args, **more: _Given.kwargs) -> _Answer:
        if getattr(_asked, "within", False):
            # Another service's act, which notes it when its own transaction is over.
            return act(*args, **more)
        _asked.within = True
        try:
            return act(*args, **more)
        except Forbidden:
            given = inspect.signature(act).bind(*args, **more).arguments
            who = given.pop("who")
            ids = {name: each for name, each in given.items() if type(each) is int and name != "limit"}
            try:
                note(who, code, ids)
            except StorageError as problem:
                log.warning("a refusal could not be noted: %s", problem)
            raise
        finally:
            _asked.within = False

    return asked
