"""Words that say what a text from a panel is about, Danish and English: for protocols that have no codes for it.

Words of an alarm win over words of a fault: a fault taken for an alarm costs a walk, the other way round nobody comes.
"""

from __future__ import annotations

import re

from drivers.base import Cause, Kind

# A panel whose charset is set wrongly prints something else for these: one or two letters that are none in English
# (UTF-8 takes two bytes), the national letters of ISO 646, or the question mark of a printer that lacks them.
_ELSEWHERE = r"[^\x00-\x7F]{1,2}|[\[\\\]{|}?]"
_DANISH = {letter: f"(?:{letter}|{plain}|{_ELSEWHERE})" for letter, plain in (("æ", "ae"), ("ø", "oe"), ("å", "aa?"))}


def words(pattern: str) -> re.Pattern[str]:
    """The pattern, whatever the case of the letters, and æ, ø and å as any charset shows them.

    A word of which little else is left ("nød") is written with what it may be instead: noise would match it.
    """
    return re.compile(re.sub("[æøå]", lambda letter: _DANISH[letter[0]], pattern), re.IGNORECASE)


_OE = "(?:Ø|oe)"  # nothing else

# Danish first, as panels in Denmark write; "fire" is Danish for four ("KONTAKTRUM FIRE"), so it must lead the text.
ALARM_WORDS: tuple[tuple[Cause, re.Pattern[str]], ...] = (
    (Cause.DURESS, words(r"\btvang(?:s(?:alarm|kode))?\b|duress")),
    (Cause.HOLD_UP, words(r"\bsilent.?(?:alarm|panic|attack)|\bpani[ck].?silent|(?:lydløs|stille) alarm")),
    (Cause.PANIC, words(r"panik|panic")),
    (
        Cause.HOLD_UP,
        words(
            rf"overfald|håndtryk|assist|hold.?up|røveri|robbery|personalarm|alarm.?(?:tryk|knap)|\bhjælp\b|"
            rf"\btrus(?:sel|ler)\b|n{_OE}d(?!lys|bel|udg|str|vend)|nød(?:kald|opkald|alarm|råb|hj|tryk|knap)"
        ),
    ),
    (Cause.MEDICAL, words(r"medical|ambulance|hjertestop|lægehjælp")),
    (
        Cause.FIRE,
        words(
            rf"\bbrand(?:alarm|melding|dør)?\b|\brøg ?(?:alarm|meld|detekt|udvik)|\br{_OE}g\b|"
            r"^\W*fire\b|\bfire ?alarm"
        ),
    ),
    (Cause.INTRUSION, words(r"indbrud|intrusion|burglar")),
    (Cause.OTHER, words(r"teknisk alarm")),
)
"""The first that stands in a text is the cause of its alarm."""

FAULT_WORDS: tuple[tuple[Kind, Kind, re.Pattern[str]], ...] = (
    (Kind.TAMPER, Kind.TAMPER_RESTORE, words(r"sabotage|tamper")),
    (
        Kind.LOW_BATTERY,
        Kind.BATTERY_RESTORE,
        words(r"lavt? ?batt|low ?batt|batteri(?:et)? (?:er )?(?:lavt?|fejl)|batterifejl"),
    ),
    # "fejltryk" is an accidental press, which somebody has to look at all the same.
    (
        Kind.FAULT,
        Kind.FAULT_RESTORE,
        words(r"\bfejl(?:meld\w*)?\b|\w{3}fejl\b|\bfaults?\b|strømsvigt|netsvigt"),
    ),
)
"""Kind, the kind that ends it, and its words."""

TEST_WORDS = words(r"\btest\b|\bprøve\b")
