"""A window's process that has stopped reading ends all the same."""

from __future__ import annotations

import asyncio
import sys
from asyncio.subprocess import PIPE

import pytest

from guardroom.serve import window
from guardroom.serve.window import Window

PATIENCE_S = 20.0


async def test_one_that_does_not_read_its_input_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(window, "_LEAVE_S", 0.1)
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", "import time; print(flush=True); time.sleep(3600)", stdin=PIPE, stdout=PIPE
    )
    assert process.stdout is not None
    await process.stdout.readline()
    made = Window(process)
    # More than any pipe holds.
    typing = asyncio.create_task(made.type("x" * (1 << 20)))
    try:
        async with asyncio.timeout(PATIENCE_S):
            await made.close()
            await typing
        assert process.returncode is not None
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()
