"""The dashboard is killed, frozen and stalled while alarms come: the panel notices nothing, the guard gets all."""

from __future__ import annotations

import os
import signal
import time

from harness.espa_line import EspaLine
from harness.terminal import PtyProgram
from harness.town import Town, dashboard_of, gone, until


def press_ten(panel: EspaLine) -> None:
    """Ten different calls from two rooms."""
    for number in range(10):
        assert panel.press("005" if number % 2 else "006", f"OVERFALD {number}")
    assert panel.repeats == 0


def both_rooms_on_the_glass(screen: PtyProgram) -> None:
    screen.wait_for(lambda text: "Kontaktrum 2" in text and "Kontaktrum 3" in text and "A L A R M" in text)


def test_a_killed_dashboard_is_started_again_with_everything_on_the_glass(byby: Town) -> None:
    with byby.dashboard() as screen:
        screen.wait_for("Jobcenter")
        first = dashboard_of(screen)
        os.kill(first, signal.SIGKILL)
        press_ten(byby.panel)
        until(lambda: gone(first))
        both_rooms_on_the_glass(screen)
        assert dashboard_of(screen) != first
        screen.press("f12")


def test_a_frozen_dashboard_shows_everything_when_it_thaws(byby: Town) -> None:
    with byby.dashboard() as screen:
        screen.wait_for("Jobcenter")
        frozen = dashboard_of(screen)
        os.kill(frozen, signal.SIGSTOP)
        press_ten(byby.panel)
        os.kill(frozen, signal.SIGCONT)
        both_rooms_on_the_glass(screen)
        assert dashboard_of(screen) == frozen


def test_a_dashboard_that_hangs_is_ended_and_started_again(byby: Town) -> None:
    with byby.dashboard(environment={"GUARDROOM_HUNG_S": "2"}) as screen:
        screen.wait_for("Jobcenter")
        hung = dashboard_of(screen)
        os.kill(hung, signal.SIGSTOP)
        press_ten(byby.panel)
        until(lambda: gone(hung))
        both_rooms_on_the_glass(screen)


def test_a_terminal_that_is_not_read_holds_up_nothing(byby: Town) -> None:
    with byby.dashboard() as screen:
        screen.wait_for("Jobcenter")
        pid = dashboard_of(screen)
        screen.stall()
        begun = time.monotonic()
        number = 0
        while time.monotonic() - begun < 4:
            assert byby.panel.press("005" if number % 2 else "006", f"OVERFALD {number}")
            number += 1
            time.sleep(0.05)
        assert byby.panel.repeats == 0
        screen.unstall()
        both_rooms_on_the_glass(screen)
        assert dashboard_of(screen) == pid


def test_a_killed_monitor_is_started_again_and_the_board_says_so_meanwhile(byby: Town) -> None:
    with byby.dashboard() as screen:
        screen.wait_for("LINK")
        assert byby.panel.press("005")
        screen.wait_for("A L A R M")
        pid = byby.monitor_pid()
        os.kill(pid, signal.SIGKILL)
        until(lambda: byby.monitor_pid() != pid)
        byby.panel.press_until_acknowledged("006", "OVERFALD K3")
        both_rooms_on_the_glass(screen)


def test_quitting_the_dashboard_leaves_the_monitor_and_says_so(byby: Town) -> None:
    with byby.dashboard() as screen:
        screen.wait_for("Jobcenter")
        screen.press("ctrl+q")
        screen.wait_for("AFSLUT")
        screen.press("j")
        assert screen.wait() == 0
        assert "guardroom stop" in screen.output.decode(errors="replace")
    assert byby.panel.press("005")
    assert len(byby.signals()) == 1


def test_the_terminal_goes_away(byby: Town) -> None:
    screen = byby.dashboard()
    screen.wait_for("Jobcenter")
    pid = dashboard_of(screen)
    screen.hang_up()
    until(lambda: gone(pid))
    assert byby.panel.press("005")
    screen.close()


def test_a_stop_holds_while_a_dashboard_is_open(byby: Town) -> None:
    with byby.dashboard() as screen:
        screen.wait_for("LINK")
        until(byby.endpoint_told)
        screen.wait_for(lambda glass: "INGEN MONITOR" not in glass)
        pid = byby.monitor_pid()
        assert byby.run("stop").returncode == 0
        until(lambda: gone(pid))
        # Long enough for a supervisor that would start it again: it looks once a second.
        screen.wait_for("INGEN MONITOR")
        time.sleep(2)
        assert byby.run("status", check=False).returncode == 1
    assert not byby.endpoint_told()
    byby.start_monitor()
    assert byby.panel.press("005")


def test_without_a_terminal_nothing_is_started(byby: Town) -> None:
    done = byby.run(check=False)
    assert done.returncode == 2
    assert done.stderr.strip()
    assert not byby.endpoint_told()
