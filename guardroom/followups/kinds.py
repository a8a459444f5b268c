"""What a follow-up can be, and what is asked for when it is closed. Their words are in `guardroom.followups.words`.

Nothing about anybody's health is kept: of crisis help only whether it was offered, of absence nothing but the deadline
that follows from it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

Evidence = Literal["date", "reference", "count", "yes_no", "company"]
State = Literal["open", "done", "not_relevant", "exempt"]

EVIDENCE: Mapping[str, tuple[Evidence, ...]] = {
    "safety_org": ("date",),  # the safety organisation is told (B4-B6)
    "talk": ("date",),  # a leader talks with the affected employee (J2, J8, J10, J11, J20)
    "debriefing": ("date", "count"),  # with the guards (J1); how many took part
    "written_accounts": ("count",),  # those affected write down what happened (J5-J7); how many came
    "crisis_help": ("yes_no",),  # whether it was offered (J12); who answers (J13-J18)
    "later_talk": ("date",),  # the leader asks again in the days after (J4, J22)
    "inform_staff": ("date",),  # so that they can take care (L20, N10); who else (J21)
    "police_report": ("date", "reference"),  # K1-K17, F8
    "no_report_note": ("reference",),  # why there is none, for a later claim (K12, K13)
    "police_registration": ("date", "reference"),  # instead of a report (F7)
    "director_told": ("date",),  # of the report (K11)
    "company": ("date", "company"),  # who goes along to questioning and court is agreed (K18-K20, K24)
    "injury_report": ("date", "reference"),  # L1-L11, L18
    "internal_registration": ("reference",),  # instead of it (L2)
    "secure_video": ("date",),  # K21
    "secure_evidence": ("date",),  # messages, by a picture of the screen (P8)
    "journal_note": ("reference",),  # in the citizen's journal (G1, H14)
    "conduct_letter": ("date", "reference"),  # G3
    "inform_citizen": ("date",),  # of the municipality's view (G8); the leader chooses how (G9)
    "centres_mail": ("date",),  # G2
    "root_cause": ("date",),  # N4
    "apv_plan": ("reference",),  # N5, N6
    "list_update": ("date",),  # the ban stands on the case system's list (H3)
    "centres_told": ("date",),  # of the ban (H4, H12)
    "normalisation": ("date",),  # of a ban, before it ends (H8); noted on the ban itself
    "evaluation": ("date", "reference"),  # N1, N2
    "phone_list": ("date",),  # O11
}
"""What closing each as done asks for, in the order in which the kinds are shown."""

KINDS: tuple[str, ...] = tuple(EVIDENCE)

NAMES_GUARDS: tuple[str, ...] = ("debriefing", "written_accounts")
"""Kinds that guards take part in, whoever sees to them (J1, J5)."""

COUNTED: tuple[str, ...] = ("written_accounts",)
"""Kinds of which some come before the others: how many have come so far is kept (J5)."""

COMPANY: tuple[str, ...] = ("leader", "safety_rep", "union_rep", "colleague", "nobody")
"""Who goes along to questioning or court (K18, K19); never by name."""

REGISTERS: tuple[str, ...] = ("injury_report", "internal_registration")
"""One of them is done before an incident is closed (L2)."""

BY_HAND: tuple[str, ...] = (
    "debriefing",
    "written_accounts",
    "police_report",
    "police_registration",
    "company",
    "injury_report",
    "internal_registration",
    "secure_video",
    "journal_note",
    "conduct_letter",
    "apv_plan",
)
"""What can be asked for by hand where the policy does not (K20: a summons is known to the witness alone)."""

EXEMPTIONS: tuple[str, ...] = ("under_15", "dementia_or_disability", "pedagogical", "employee_declines", "other")
"""Why something is not done after all (K2, K7, K8, K12)."""

POLICE_EXEMPTIONS: tuple[str, ...] = EXEMPTIONS[:-1]
"""The reasons there are for no police report."""

ABSENCE_WITHDRAWN = "absence_withdrawn"
"""Why an injury report is not made that an absence alone had asked for: nobody was absent after all. Nobody chooses
it."""
