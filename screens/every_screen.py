"""Every screen of the dashboard, made once: they lie ready, and keep what is half written."""

from __future__ import annotations

from screens.ban import Ban
from screens.ban_card import BanCardScreen
from screens.ban_form import BanFormScreen
from screens.ban_list import BanLists
from screens.ban_step import BanStep
from screens.bans import Bans
from screens.board import Board
from screens.button_tests import ButtonTests
from screens.cards import Cards
from screens.door_locks import DoorLocksScreen
from screens.drill_step import DrillStep
from screens.drills import Drills
from screens.duty_step import DutyStep
from screens.followup_step import FollowUpStep
from screens.followups import FollowUpList
from screens.frame import GuardScreen
from screens.handover import HandoverScreen
from screens.headsup_form import HeadsUpFormScreen
from screens.headsup_import import HeadsUpImport
from screens.headsup_step import HeadsUpStep
from screens.headsups import HeadsUpsScreen
from screens.help import Help
from screens.incident import Incident
from screens.incident_form import IncidentFormScreen
from screens.incidents import Incidents
from screens.introduction import Introduction
from screens.messages import Messages
from screens.out_of_service import OutOfServiceScreen
from screens.panels import Panels
from screens.persons import PersonsScreen
from screens.phone_card import PhoneCardScreen
from screens.police import Police
from screens.quit import Quit
from screens.raise_alarm import RaiseAlarm
from screens.reconcile import Reconcile
from screens.reports import ReportsScreen, ShiftReport
from screens.response import Response
from screens.shift import Shift, SoundCheck
from screens.sign import Sign
from screens.sign_in import SignIn
from screens.takeover import Takeover


def every_screen(sign_in: SignIn, police: Police) -> dict[str, GuardScreen]:
    """The screens by their names; those two are the app's own."""
    screens: tuple[GuardScreen, ...] = (
        Board(),
        Takeover(),
        Response(),
        RaiseAlarm(),
        Help(),
        Shift(),
        SoundCheck(),
        Panels(),
        ButtonTests(),
        Quit(),
        sign_in,
        police,
        Incidents(),
        Incident(),
        IncidentFormScreen(),
        Bans(),
        BanCardScreen(),
        BanLists(),
        Ban(),
        BanFormScreen(),
        BanStep(),
        Sign(),
        Reconcile(),
        PersonsScreen(),
        HeadsUpsScreen(),
        HeadsUpFormScreen(),
        HeadsUpStep(),
        HeadsUpImport(),
        FollowUpList(),
        FollowUpStep(),
        Drills(),
        DrillStep(),
        Messages(),
        PhoneCardScreen(),
        HandoverScreen(),
        DoorLocksScreen(),
        DutyStep(),
        OutOfServiceScreen(),
        Cards(),
        Introduction(),
        ReportsScreen(),
        ShiftReport(),
    )
    return {screen.NAME: screen for screen in screens}
