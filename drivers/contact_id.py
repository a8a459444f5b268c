"""Contact ID (SIA DC-05-1999.09 and the codes added to it since): what an event code means.

Left out are 750 to 789, which each site gives a meaning of its own, and what the standard reserves.
"""

from __future__ import annotations

from msgspec.structs import replace

from drivers.base import Cause, Kind, Trouble
from drivers.codes import UNKNOWN, Meaning
from drivers.standing import RESTORE_OF

_INFO = Meaning(Kind.INFO)
_BY_USER = Meaning(Kind.INFO, by_user=True)
_TEST = Meaning(Kind.TEST)
_TEST_BY_USER = Meaning(Kind.TEST, by_user=True)
_LOW_BATTERY = Meaning(Kind.LOW_BATTERY, trouble=Trouble.BATTERY)


def _alarm(cause: Cause, *, by_user: bool = False) -> Meaning:
    return Meaning(Kind.ALARM, cause, by_user=by_user)


def _fault(trouble: Trouble) -> Meaning:
    return Meaning(Kind.FAULT, trouble=trouble)


def _tamper(trouble: Trouble) -> Meaning:
    return Meaning(Kind.TAMPER, trouble=trouble)


def _bypass(trouble: Trouble | None = None, *, by_user: bool = False) -> Meaning:
    return Meaning(Kind.BYPASS, trouble=trouble, by_user=by_user)


# What each code means as a new event. No fault is without a trouble: the end of such a one would end every fault of
# its point, and of the panel itself where the point is 000.
_GROUPS: tuple[tuple[Meaning, str], ...] = (
    # 1xx: alarms
    (_alarm(Cause.MEDICAL), "100 101 102"),  # medical, personal emergency, failed to report in
    (_alarm(Cause.FIRE), "110 111 112 113 114 115 116 117 118"),  # fire, smoke, combustion, flow, heat, pull, duct, …
    (_alarm(Cause.PANIC), "120 123"),  # panic, audible panic
    (_alarm(Cause.DURESS, by_user=True), "121"),
    (_alarm(Cause.DURESS), "124 125"),  # duress at an entry door, at an exit door
    (_alarm(Cause.HOLD_UP), "122 129"),  # silent, verified hold-up
    (_alarm(Cause.HOLD_UP, by_user=True), "126"),  # suspicion of a hold-up
    (_alarm(Cause.INTRUSION), "130 131 132 133 134 135 136 138 139 146"),  # … near alarm, verified, silent burglary
    (_alarm(Cause.OTHER), "140"),
    (_fault(Trouble.MODULE), "141 142 143"),  # while armed: polling loop open, short, expansion module failed
    (_tamper(Trouble.SENSOR), "137 144"),
    (_tamper(Trouble.BOX), "145"),  # expansion module
    (_fault(Trouble.SUPERVISION), "147"),
    (_alarm(Cause.OTHER), "150 151 152 153 154 155 156 157 158 159 161 162 163 168 169"),  # gas, water, cold, …
    # 2xx: supervision of fire extinguishing: pressure, valves, pumps
    (_fault(Trouble.SUPERVISION), "200 201 202 203 204 205 206"),
    # 3xx: troubles of the system
    (_fault(Trouble.UNIT), "300 307 308"),  # system trouble, self-test failed, shutdown
    (_fault(Trouble.MAINS), "301 314"),
    (_LOW_BATTERY, "302"),
    (_fault(Trouble.MEMORY), "303 304"),
    (_INFO, "305 306"),  # reset, program changed
    (_fault(Trouble.BATTERY), "309 311"),  # test failed, missing or dead
    (_fault(Trouble.GROUND), "310"),
    (_fault(Trouble.FUSE), "312"),
    (_BY_USER, "313"),  # engineer's reset
    (_tamper(Trouble.BOX), "316"),
    (_fault(Trouble.BELL), "320 321 322 326 327"),
    (_fault(Trouble.MODULE), "323 324 325"),  # relays
    # … of what hangs on it
    (_fault(Trouble.MODULE), "330 331 332 333 337 343"),
    (_fault(Trouble.RADIO), "334 344"),  # repeater failed, jamming
    (_fault(Trouble.PRINTER), "335 336"),
    (_LOW_BATTERY, "338"),
    (_INFO, "339"),  # module reset
    (_tamper(Trouble.BOX), "341"),
    (_fault(Trouble.MAINS), "342"),
    # … of the way to the receiver
    (_fault(Trouble.COMMUNICATION), "345 350 354 356 358"),  # 345: encryption switched off
    (_fault(Trouble.PHONE_LINE), "351 352"),
    (_fault(Trouble.RADIO), "353 355 357"),
    # … of loops and sensors (375 panic zone, 376 hold-up zone)
    (_fault(Trouble.SENSOR), "370 371 372 373 374 375 376 377 378 380 385 386 387 388 389 391 392 393 394"),
    (_fault(Trouble.SUPERVISION), "381 382"),
    (_tamper(Trouble.SENSOR), "383"),
    (_LOW_BATTERY, "384"),
    # 4xx: open (new event) and close (restore), remote access, doors
    (_BY_USER, "400 401 402 403 404 405 407 408 409"),
    (Meaning(Kind.CANCEL, by_user=True), "406"),
    (_BY_USER, "411 412 413 414 415"),
    (_INFO, "416"),  # upload
    (_BY_USER, "421 422 424 425 429 430 431 435 436"),
    (_alarm(Cause.INTRUSION), "423"),  # door forced
    (_fault(Trouble.SENSOR), "426 427 428"),  # door held open, door contact, request to exit
    (_fault(Trouble.MODULE), "432"),
    (_bypass(), "433 434"),
    (_BY_USER, "441 442 443 450 451 452 453 454 455 456 457 458 459"),
    (_tamper(Trouble.KEYPAD), "461"),  # wrong codes
    (_BY_USER, "462 463 464 466"),
    (Meaning(Kind.RESTORE, Cause.PANIC, by_user=True), "465"),  # panic alarm reset
    # 5xx: switched off, bypassed
    (_bypass(Trouble.KEYPAD), "501"),  # card reader
    (_bypass(Trouble.BELL), "520 521 522 526 527"),
    (_bypass(Trouble.MODULE), "523 524 525"),
    (_INFO, "531 532"),  # module added, removed
    (_bypass(Trouble.COMMUNICATION), "551"),
    (_bypass(Trouble.RADIO), "552"),
    (_bypass(Trouble.PROGRAM), "553"),
    (_bypass(), "570 571 572 573 575 576 577 578 579"),
    (_bypass(by_user=True), "574"),
    # 6xx: tests, log, clock, schedules, people
    (_TEST, "601 602 603 608 611 612 613 614 615"),  # 615: panic zone walk-tested
    (_TEST_BY_USER, "604 607"),
    (Meaning(Kind.STATUS), "605"),  # status report follows
    (_INFO, "606 609"),  # sound, picture follows
    (_fault(Trouble.UNIT), "616"),  # service wanted
    (_INFO, "621 622 623 627 628 629 630 631 632"),
    (_fault(Trouble.MEMORY), "624"),  # log full: events were lost
    (_BY_USER, "625 642 652 653 655"),
    (_fault(Trouble.CLOCK), "626"),
    (_alarm(Cause.MEDICAL), "641"),  # an old person does not move
    (_INFO, "651 654"),
    # 7xx
    (_INFO, "703"),
    (_TEST, "704"),
    (_fault(Trouble.COMMUNICATION), "796 798"),  # derived channel
    # 9xx: additions
    (_INFO, "900 901 902 903 912 962 999"),
    (_fault(Trouble.MODULE), "904 927"),  # update failed, output
    (_bypass(), "910 911 923 925"),  # 925: hold-up point
    (_TEST_BY_USER, "913 914 915 916"),  # 914: hold-up test
    (_TEST, "917 918 919"),
    (_BY_USER, "920 921 928 929"),
    (_alarm(Cause.OTHER), "922"),  # supervisory point
    (_fault(Trouble.SENSOR), "924"),
    (_fault(Trouble.MAINS), "926"),
    (_fault(Trouble.COMMUNICATION), "954 961"),
)

CODES: dict[str, Meaning] = {code: meaning for meaning, codes in _GROUPS for code in codes.split()}
"""What each known code means as a new event."""


def meaning(code: str, qualifier: str) -> Meaning:
    """What event `code` (three hex digits) means with `qualifier` "1" or "E" (new), "3" or "R" (restore), "6" or "P"
    (still present: the driver says `found`)."""
    new = CODES.get(code, UNKNOWN)
    if qualifier in ("1", "E", "6", "P"):
        return new
    if qualifier not in ("3", "R"):
        return UNKNOWN
    if new.kind is Kind.CANCEL:
        return _BY_USER  # nothing ends a cancel
    return replace(new, kind=RESTORE_OF.get(new.kind, new.kind))
