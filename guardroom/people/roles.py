"""Who may do and see what. The one table; every service asks it before it touches the database.

Roles are those of the guidelines (rules.md Q1-Q9); the works committee gets print only and cannot sign in.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from guardroom.language import _


class Role(StrEnum):
    """What somebody is in the house."""

    GUARD = "guard"
    DESK = "desk"
    LEADER = "leader"
    DIRECTOR = "director"
    CENTRE_HEAD = "centre_head"
    BAN_REGISTRAR = "ban_registrar"
    SAFETY_REP = "safety_rep"
    HS_LEADER = "hs_leader"
    RISK_COORDINATOR = "risk_coordinator"
    SECURITY_COORDINATOR = "security_coordinator"
    LEGAL = "legal"
    ADMIN = "admin"


class Right(StrEnum):
    """One thing that somebody may do or see."""

    INCIDENT_LOG = "incident_log"
    """Log incidents; read those that one wrote or took part in."""
    INCIDENT_LIST = "incident_list"
    """When, where and what kind, of every incident; nobody's name, nobody's text."""
    INCIDENT_TEXT = "incident_text"
    """Also the accounts that others wrote, in the own area."""
    INCIDENT_PERSON = "incident_person"
    """Also whom it was about, and where they stand on the ladder (G3-G6)."""
    PERSON_SEARCH = "person_search"
    """Find a person among those known, to join an incident or a ban to."""
    PERSON_EDIT = "person_edit"
    """Correct and merge persons."""
    ACCESS_REQUEST = "access_request"
    """Give a citizen what is kept of them; whoever sees the whole house."""
    BAN_LOOKUP = "ban_lookup"
    """Look up whether somebody may be here, and what to do now (H5, H6)."""
    BAN_LIST = "ban_list"
    """The list of all active bans."""
    BAN_PAST = "ban_past"
    """Bans that are not active: drafts, expired, lifted."""
    BAN_REASONS = "ban_reasons"
    """Why, in the own area."""
    BAN_DRAFT = "ban_draft"
    """Begin, write and extend a ban; hear the citizen; write letters."""
    BAN_SIGN = "ban_sign"
    """Sign where the policy names the role (H1, H10, H11, H15)."""
    BAN_SERVE = "ban_serve"
    """Note that the letter is filed and served, and make the ban active (H2)."""
    BAN_LIFT = "ban_lift"
    """End a ban before its time."""
    BAN_REGISTER = "ban_register"
    """Keep the list: hold it against the case system's, import, export (H3)."""
    BAN_READ = "ban_read"
    """Confirm having read a new ban (H12)."""
    BAN_BREACH = "ban_breach"
    """Log that a banned person is here (H6)."""
    DRILL_PLAN = "drill_plan"
    """Plan the unannounced drill, and look at it afterwards (M1, M2): what nobody else may know."""
    NOTICES = "notices"
    """See which messages went out and who was reached: they hold nobody's name."""
    HEADSUP_WRITE = "headsup_write"
    """Tell the guards of a meeting, and how it goes; lend mobile alarms; note that somebody says they come."""
    HEADSUP_READ = "headsup_read"
    """Read what the guards are told; names only with the right to search among persons."""
    POLICE_PREWARN = "police_prewarn"
    """Note that the police are warned of a meeting, and read why (D11-D13)."""
    ARRIVAL_DECIDE = "arrival_decide"
    """Decide whether a threatening citizen who says that they come gets an appointment (D6, D7)."""
    FOLLOWUP_SEE = "followup_see"
    """What they are to see to themselves, and what names their role; no names."""
    FOLLOWUP_AREA = "followup_area"
    """Also what others are to see to, in the own area."""
    FOLLOWUP_CLOSE = "followup_close"
    """Close, hand on and ask for what others are to see to, in the own area; close incidents (L2, L17)."""
    DOOR_LOCK = "door_lock"
    """Lock the doors to a part of the house for a while, and open them again (I1)."""
    DOOR_LOCK_READ = "door_lock_read"
    """See what is locked, and confirm having read of it (I2)."""
    HANDOVER = "handover"
    """Write notes to the next shift, and confirm those of the one before."""
    PHONES = "phones"
    """See the whole phone card; without signing in it shows roles only."""
    PHONE_VERIFY = "phone_verify"
    """Note that a number of the phone card is right (O2, O11)."""
    REPORT = "report"
    """See and print the figures of a half year: nobody's name, no small numbers (N1, N3)."""
    SHIFT_REPORT = "shift_report"
    """See and print what happened in a day's shifts."""
    USERS = "users"
    """Add users, disable them, give them a new code."""


_EVERYBODY = frozenset({Right.PHONES})
_LOGS = frozenset({Right.INCIDENT_LOG, Right.NOTICES})
_HEADS_UPS = frozenset({Right.HEADSUP_WRITE, Right.HEADSUP_READ})
_DECIDES_MEETINGS = _HEADS_UPS | {Right.POLICE_PREWARN, Right.ARRIVAL_DECIDE}
_SEES_TO = frozenset({Right.FOLLOWUP_SEE})
_SEES_AREA = _SEES_TO | {Right.FOLLOWUP_AREA}
_LEADS = _SEES_AREA | {Right.FOLLOWUP_CLOSE}
_LOCKS = frozenset({Right.DOOR_LOCK, Right.DOOR_LOCK_READ})
_SIGNS = frozenset(
    {Right.BAN_LOOKUP, Right.BAN_LIST, Right.BAN_PAST, Right.BAN_REASONS, Right.BAN_SIGN, Right.BAN_LIFT}
)

_OF_ROLE: Mapping[Role, frozenset[Right]] = {
    Role.GUARD: _LOGS
    | _HEADS_UPS
    | _SEES_TO
    | {
        Right.INCIDENT_LIST,
        Right.INCIDENT_PERSON,
        Right.PERSON_SEARCH,
        Right.BAN_LOOKUP,
        Right.BAN_LIST,
        Right.BAN_READ,
        Right.BAN_BREACH,
        Right.DOOR_LOCK_READ,
        Right.HANDOVER,
        Right.SHIFT_REPORT,
        Right.PHONE_VERIFY,
    },
    Role.DESK: _LOGS | _HEADS_UPS | {Right.BAN_LOOKUP, Right.BAN_BREACH, Right.DOOR_LOCK_READ},
    Role.LEADER: _LOGS
    | _SIGNS
    | _DECIDES_MEETINGS
    | _LEADS
    | _LOCKS
    | {
        Right.INCIDENT_LIST,
        Right.INCIDENT_TEXT,
        Right.INCIDENT_PERSON,
        Right.PERSON_SEARCH,
        Right.PERSON_EDIT,
        Right.ACCESS_REQUEST,
        Right.BAN_DRAFT,
        Right.BAN_SERVE,
        Right.BAN_BREACH,
        Right.PHONE_VERIFY,
        Right.REPORT,
    },
    Role.DIRECTOR: _SIGNS | _SEES_TO,
    Role.CENTRE_HEAD: _SIGNS
    | _DECIDES_MEETINGS
    | _LEADS
    | _LOCKS
    | {Right.PERSON_SEARCH, Right.BAN_DRAFT, Right.BAN_SERVE},
    Role.BAN_REGISTRAR: _SEES_TO
    | {
        Right.PERSON_SEARCH,
        Right.PERSON_EDIT,
        Right.BAN_LOOKUP,
        Right.BAN_LIST,
        Right.BAN_PAST,
        Right.BAN_SERVE,
        Right.BAN_REGISTER,
    },
    Role.SAFETY_REP: _LOGS
    | _HEADS_UPS
    | _SEES_AREA
    | {
        Right.INCIDENT_LIST,
        Right.INCIDENT_TEXT,
        Right.BAN_LOOKUP,
        Right.BAN_LIST,
        Right.BAN_REASONS,
        Right.REPORT,
    },
    Role.HS_LEADER: _LOGS | _HEADS_UPS | _SEES_AREA | _LOCKS | {Right.INCIDENT_LIST, Right.REPORT},
    Role.RISK_COORDINATOR: frozenset({Right.DRILL_PLAN, Right.REPORT}),
    Role.SECURITY_COORDINATOR: _SEES_TO | {Right.INCIDENT_LIST, Right.NOTICES},
    Role.LEGAL: frozenset(
        {
            Right.BAN_LOOKUP,
            Right.BAN_LIST,
            Right.BAN_PAST,
            Right.BAN_REASONS,
            Right.HEADSUP_READ,
            Right.POLICE_PREWARN,
        }
    ),
    Role.ADMIN: _SEES_TO | {Right.USERS, Right.NOTICES, Right.PHONE_VERIFY},
}

RIGHTS: Mapping[Role, frozenset[Right]] = {role: rights | _EVERYBODY for role, rights in _OF_ROLE.items()}
"""What each role may; what is not here, it may not."""


def named(role: Role) -> str:
    """The role as it is called, in the chosen language."""
    return {
        Role.GUARD: _("guard"),
        Role.DESK: _("front desk"),
        Role.LEADER: _("leader"),
        Role.DIRECTOR: _("director"),
        Role.CENTRE_HEAD: _("centre head"),
        Role.BAN_REGISTRAR: _("ban registrar"),
        Role.SAFETY_REP: _("safety representative"),
        Role.HS_LEADER: _("health and safety leader"),
        Role.RISK_COORDINATOR: _("risk coordinator"),
        Role.SECURITY_COORDINATOR: _("security coordinator"),
        Role.LEGAL: _("legal"),
        Role.ADMIN: _("administrator"),
    }[role]
