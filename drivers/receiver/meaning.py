"""What a receiver's lines say: each line is a signal, or several."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from msgspec.structs import replace

from drivers import contact_id, sia
from drivers.base import Cause, Kind, Signal, Trouble
from drivers.codes import UNKNOWN, Meaning
from drivers.receiver import sia_block
from drivers.receiver.lines import BASIC, BFSK, CONTACT_ID, HIGH_SPEED, OTHER, SIA_1, SIA_2, Line
from drivers.standing import RESTORE_OF

# Sur-Gard's recommended event codes (4/3 format). A restore says nothing about what it ends: it ends all of its point.
_BASIC: Mapping[str, Meaning] = {
    "0": Meaning(Kind.TEST),
    "1": Meaning(Kind.ALARM, Cause.FIRE),
    "2": Meaning(Kind.ALARM, Cause.PANIC),
    "3": Meaning(Kind.ALARM, Cause.INTRUSION),
    "4": Meaning(Kind.INFO, by_user=True),  # armed
    "5": Meaning(Kind.INFO, by_user=True),  # disarmed
    "6": Meaning(Kind.INFO),  # service
    "7": Meaning(Kind.ALARM, Cause.MEDICAL),
    "8": Meaning(Kind.INFO),  # message
    "9": Meaning(Kind.RESTORE),
    "A": Meaning(Kind.ALARM, Cause.OTHER),
    "B": Meaning(Kind.BYPASS),
    "C": Meaning(Kind.INFO, by_user=True),
    "F": Meaning(Kind.CANCEL, by_user=True),
    "H": Meaning(Kind.UNBYPASS),
    "O": Meaning(Kind.INFO, by_user=True),
    "R": Meaning(Kind.RESTORE),
    "T": Meaning(Kind.FAULT, trouble=Trouble.SENSOR),
}

_OWN_ACCOUNT = "0000"


def _fault(trouble: Trouble) -> Meaning:
    return Meaning(Kind.FAULT, trouble=trouble)


def _over(trouble: Trouble) -> Meaning:
    return Meaning(Kind.FAULT_RESTORE, trouble=trouble)


# A receiver's own troubles in the basic form, by event code and number. What ends one has another number, so the
# number is no point. Makers' lists disagree which of 07 and 17 is the UPS's mains and which its battery.
_OWN: Mapping[str, Meaning] = {
    "A00": Meaning(Kind.INFO),
    "A01": _fault(Trouble.PRINTER),
    "R02": _over(Trouble.PRINTER),
    "A03": Meaning(Kind.LOW_BATTERY, trouble=Trouble.BATTERY),
    "R04": Meaning(Kind.BATTERY_RESTORE, trouble=Trouble.BATTERY),
    "A05": _fault(Trouble.COMMUNICATION),  # the computer on the first port is absent
    "R06": _over(Trouble.COMMUNICATION),
    "A07": _fault(Trouble.BATTERY),
    "R08": _over(Trouble.BATTERY),
    "T10": _fault(Trouble.COMMUNICATION),  # a line card has heard garbage
    "A11": Meaning(Kind.LOW_BATTERY, trouble=Trouble.MEMORY),  # the 9 V battery keeps the memory
    "R12": Meaning(Kind.BATTERY_RESTORE, trouble=Trouble.MEMORY),
    "A13": _fault(Trouble.COMMUNICATION),
    "R14": _over(Trouble.COMMUNICATION),
    "A15": _fault(Trouble.MAINS),
    "R16": _over(Trouble.MAINS),
    "A17": _fault(Trouble.BATTERY),
    "R18": _over(Trouble.BATTERY),
    "T19": _fault(Trouble.UNIT),
    "A20": _fault(Trouble.PHONE_LINE),
    "R30": _over(Trouble.PHONE_LINE),
    "T40": _fault(Trouble.COMMUNICATION),  # a call brought nothing
}
# … by its first digit, where the second is a line card.
_OWN_OF_CARD: Mapping[str, Meaning] = {
    "P0": Meaning(Kind.INFO),  # somebody can be spoken to
    "AC": _fault(Trouble.MODULE),
    "AD": Meaning(Kind.INFO),  # reset
    "AF": _fault(Trouble.MODULE),  # absent
    "AE": _over(Trouble.MODULE),
    "RE": _over(Trouble.MODULE),
}


def signals_of(line: Line) -> list[Signal]:
    """What an event's line says; never empty."""
    said = Signal(
        kind=Kind.UNKNOWN,
        account=_written(line, "account"),
        area=_written(line, "area"),
        point=_written(line, "point"),
        code=_written(line, "code"),
        text=_written(line, "text"),
        raw=line.raw,
    )
    if line.form == CONTACT_ID:
        return [_contact_id(line, said)]
    if line.form == SIA_2:
        return sia_block.signals(line.fields["block"], said.account, line.raw)
    if line.form == SIA_1:
        return list(sia.all_told(_told(said, sia.meaning(line.fields["code"]))))
    if line.form == BASIC:
        return [_basic(line, said)]
    if line.form == BFSK:
        return [_told(said, _BASIC.get(said.code or "", UNKNOWN))]
    if line.form == HIGH_SPEED:
        return list(_high_speed(line, said)) or [_told(said, Meaning(Kind.STATUS))]
    if line.form == OTHER:
        # Its letter stands for the protocol: one code, whatever the text.
        return [replace(said, code=line.fields["text"][0])]
    return [_told(said, Meaning(Kind.INFO))]


def _told(said: Signal, meaning: Meaning) -> Signal:
    return replace(
        said,
        kind=meaning.kind,
        cause=meaning.cause,
        trouble=meaning.trouble,
        by_user=meaning.by_user and bool(said.point),
    )


def _written(line: Line, field: str) -> str | None:
    """A part of the line without the spaces that fill it up; None where it has none."""
    return (line.fields.get(field) or "").strip() or None


def _contact_id(line: Line, said: Signal) -> Signal:
    qualifier, code = line.fields["qualifier"], line.fields["code"]
    meaning = contact_id.meaning(code, qualifier)
    if who := line.fields.get("who"):
        meaning = replace(meaning, by_user=who == "U")
    told = _told(said, meaning)
    return replace(told, code=qualifier + code, found=qualifier in "P6")


def _basic(line: Line, said: Signal) -> Signal:
    code, area, point = line.fields["code"], line.fields["area"], line.fields["point"]
    if said.account == _OWN_ACCOUNT and area == point[0] == " ":
        number = code + point[1:]
        if own := _OWN.get(number):
            where = line.fields["line"] if own.trouble is Trouble.PHONE_LINE else None
            return replace(_told(said, own), point=where, code=number)
        if own := _OWN_OF_CARD.get(number[:2]):
            return replace(_told(said, own), point=number[2], code=number)
    if code in " Z":
        # The common code: the receiver leaves it to the computer to know what the panel's own code says.
        return replace(said, code=said.point)
    return _told(said, _BASIC.get(code, UNKNOWN))


# Ademco High Speed: what a channel's digit says where the last digit of the line says what is reported.
_NEW, _RESTORED, _STILL = "1", "3", "6"
_SYSTEM_CHANNELS: Mapping[int, Meaning] = {
    1: _fault(Trouble.MAINS),
    2: Meaning(Kind.LOW_BATTERY, trouble=Trouble.BATTERY),
    3: Meaning(Kind.INFO),  # clock, log
    4: Meaning(Kind.INFO),  # switched on
    8: Meaning(Kind.TEST),  # walk test
}


def _high_speed(line: Line, said: Signal) -> Iterator[Signal]:
    """A signal for each channel that says something (the Ademco Vista and 4130XT manuals tell what)."""
    status = line.fields["status"]
    if status == "9":
        yield replace(_told(said, Meaning(Kind.TEST)), code=status)
        return
    for channel, digit in enumerate(line.fields["channels"].replace(" ", ""), 1):
        if digit == "5":
            continue
        # Beside a duress in channel 1 stand the zones 9 to 15.
        number = channel + 7 if status == "1" and channel > 1 else channel
        meaning = _of_channel(status, channel, digit)
        found = digit == _STILL and meaning.kind is not Kind.UNKNOWN
        yield _told(replace(said, point=str(number), code=digit + status, found=found), meaning)


def _of_channel(status: str, channel: int, digit: str) -> Meaning:
    if digit in "24":
        return Meaning(Kind.INFO, by_user=True)
    if digit == "0":
        return _fault(Trouble.SENSOR)
    if digit not in (_NEW, _RESTORED, _STILL):
        return UNKNOWN
    match status:
        case "1":
            # Channel 1 is no zone 1 here, but whoever was forced.
            duress = channel == 1
            new = Meaning(Kind.ALARM, Cause.DURESS if duress else Cause.OTHER, by_user=duress)
        case "2" | "4":
            return Meaning(Kind.INFO, by_user=True)
        case "3":
            new = Meaning(Kind.BYPASS)
        case "5":
            new = _fault(Trouble.SENSOR)
        case "6":
            new = _SYSTEM_CHANNELS.get(channel, UNKNOWN)
        case "7":
            new = Meaning(Kind.ALARM, Cause.OTHER)
        case "8":
            new = Meaning(Kind.LOW_BATTERY, trouble=Trouble.BATTERY)
        case _:
            return UNKNOWN
    return replace(new, kind=RESTORE_OF.get(new.kind, new.kind)) if digit == _RESTORED else new
