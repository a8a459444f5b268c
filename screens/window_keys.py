"""Which keys and screens are only refused in a browser: neither footer nor help tells of them there."""

from __future__ import annotations

STATION_KEYS = frozenset(
    (
        "acknowledge",
        "both",
        "second_guard",
        "silence",
        "silence_look_in",
        *(f"step_{number}" for number in range(1, 10)),
        "escorted_out",
        "left_by_themselves",
        "ejected_not_escorted",
        "accidental",
        "handed_to_police",
        "other",
        "late_entry",
        "note",
        "close",
        "withdraw_step",
        "raise_alarm",
        "clear_fault",
        "shift",
        "sound_check",
        "called_112",
        "called_114",
        "drill_stop",
        "test_open",
        "test_close",
        "out_of_service",
        "sign_in",
    )
)
"""They belong to whoever is in the guard room."""
FILE_KEYS = frozenset(
    (
        "rooms_print",
        "phone_print",
        "incident_print",
        "conduct_letter",
        "ban_letter",
        "reconcile",
        "person_asked",
        "headsup_import",
        "followup_export",
        "drill_print",
        "report_print",
        "report_pdf",
    )
)
"""They print, or read or write a file: it would be one of the PC that serves."""
WRITING_KEYS = frozenset(
    (
        "new_incident",
        "add_text",
        "join_person",
        "not_person",
        "save_incident",
        "incident_duties",
        "incident_absence",
        "incident_close",
        "ban_breach",
        "ban_read",
        "ban_change",
        "ban_hearing",
        "ban_sign",
        "ban_withdraw_signatures",
        "ban_file_letter",
        "ban_serve",
        "ban_activate",
        "ban_normalise",
        "ban_extend",
        "ban_lift",
        "ban_drop",
        "person_correct",
        "person_merge",
        "person_separate",
        "person_ban",
        "person_new",
        "save_ban",
        "headsup_new",
        "headsup_edit",
        "headsup_take",
        "headsup_begin",
        "headsup_well",
        "headsup_over",
        "headsup_early",
        "headsup_watch",
        "headsup_postpone",
        "headsup_call_off",
        "headsup_prewarn",
        "headsup_lend",
        "headsup_give_back",
        "headsup_announce",
        "headsup_decide",
        "headsup_withdraw",
        "followup_close",
        "followup_hand_on",
        "followup_exempt",
        "drill_plan",
        "drill_confirm",
        "drill_call_off",
        "drill_evaluate",
        "drill_improve",
        "drill_improved",
        "drill_finish",
        "phone_verify",
        "note_confirm",
        "note_write",
        "lock_begin",
        "lock_lift",
    )
)
"""They write records: told of only where the town hall lets them be written in a browser."""

STATION_SCREENS = frozenset(("raise_alarm", "shift", "sound_check", "out_of_service"))
"""Screens whose only use is an act of whoever is in the guard room."""
WRITING_SCREENS = frozenset(
    (
        "incident_form",
        "ban_form",
        "ban_step",
        "ban_sign",
        "reconcile",
        "headsup_form",
        "headsup_step",
        "headsup_import",
        "followup_step",
        "drill_step",
        "duty_step",
    )
)
"""Screens whose only use is to write records: better not begun than refused when all has been typed."""
