"""An answer that is not given at once, because another frame seems to have begun behind the one that it answers."""

from __future__ import annotations

from msgspec.structs import replace

from drivers.base import Kind, Step

_NO_EVENTS = (Kind.HEARTBEAT, Kind.REJECTED)


class Withheld:
    """Holds the last answer back until it is known whether a frame has begun or a stray byte has come.

    A frame that comes whole is answered itself. Where none comes, the answer goes out with its events told once more,
    as `again`: an answer acknowledges what is stored in its own step only.
    """

    def __init__(self) -> None:
        self._step: Step | None = None

    def __bool__(self) -> bool:
        return self._step is not None

    def clear(self) -> None:
        """There is nothing to answer any more."""
        self._step = None

    def pass_on(self, step: Step, *, begun: bool) -> Step:
        """`step`, without its answer where another frame has `begun`."""
        if not step.reply:
            return step
        if not begun:
            self._step = None
            return step
        events = tuple(replace(signal, again=True) for signal in step.signals if signal.kind not in _NO_EVENTS)
        self._step = Step(events, step.reply)
        return replace(step, reply=b"")

    def released(self, step: Step) -> Step:
        """`step`, in which no frame has come of what had begun, with the answer that was held back."""
        held, self._step = self._step, None
        if held is None or step.reply:
            return step
        return replace(step, signals=(*step.signals, *held.signals), reply=held.reply)
