"""What is wrong with a panel's line, and what to do about it, as sentences: for `guardroom check` and the screens.

The codes are those of `drivers.health.LinkHealth` and `drivers.diagnosis`. What a panel, a person or the system wrote
is filled in as it is: whoever shows a sentence cleans it.
"""

from __future__ import annotations

from guardroom.language import _


def problem(code: str, detail: str, driver: str) -> str:
    """Why a panel cannot be heard, as the beginning of a sentence; "" where there is no problem.

    `driver` is the panel's own.
    """
    if not code:
        return ""
    if code == "garbage":
        return _("not understood: {why}").format(why=looks_like(detail, driver))
    if code == "busy" and detail:
        return _("held by {holder}").format(holder=detail)
    sentence = {
        "no_such_port": _("there is no such port"),
        "busy": _("another program holds it"),
        "permission": _("this user may not open it"),
        "hung_up": _("the cable was pulled or the panel switched off"),
        "open_failed": _("the port cannot be opened"),
        "bad_url": _("this is no port that can be opened"),
        "driver_error": _("the program stumbled over what the panel sent"),
        "no_bytes": _("nothing comes from the line"),
        "shared": _("another program reads the same port"),
        "store_failed": _("its signals cannot be stored, so it is not answered"),
        "write_blocked": _("the line takes no answers: check handshake and cable"),
    }.get(code, code)
    return f"{sentence} ({detail})" if detail else sentence


def looks_like(guess: str, driver: str) -> str:
    """What bytes look like of which no valid frame came; `guess` is a code of `drivers.diagnosis`, "" for none."""
    name, _colon, value = guess.partition(":")
    if name == "driver" and value == driver:
        return _("the panel speaks as this driver expects, but its options do not fit")
    if name == "driver":
        return _("it looks like a panel for the driver {driver}").format(driver=value)
    if name == "baud" and value:
        return _("it looks like {speed} baud").format(speed=value)
    sentence = {
        "": _("the speed, the parity or the driver is wrong"),
        "7E": _("it looks like 7 data bits with even parity"),
        "7O": _("it looks like 7 data bits with odd parity"),
        "baud": _("it looks like another speed"),
        "zeros": _("nothing but zero bytes come: swapped wires or a much lower speed"),
        "text": _("readable lines come, but none that the driver knows"),
    }
    if guess in sentence:
        return sentence[guess]
    return f"{sentence['']} ({guess})"


def remedy(code: str, detail: str, driver: str) -> str:
    """What the technician does about a problem; "" where there is none."""
    if code == "garbage":
        return setting(detail, driver)
    return {
        "no_such_port": _("Plug the adapter in again; `guardroom ports` lists the ports there are."),
        "busy": _("End that program: a port is for one program alone."),
        "permission": _("Add this user to the group that owns the device (on Linux often dialout) and sign in again."),
        "hung_up": _("Look after plug, cable and the panel's power."),
        "open_failed": _("Look after the adapter; `guardroom ports` lists the ports there are."),
        "bad_url": _("Correct port in guardroom.toml."),
        "driver_error": _("Keep the raw log of this panel and have it looked at."),
        "no_bytes": _("Is the panel switched on, the cable in its socket, and are transmit and receive not swapped?"),
        "shared": _("End that program: it takes part of the bytes, and alarms with them."),
        "store_failed": _("Free some disk space; look at the fault about the disk."),
        "write_blocked": _("Set xonxoff and rtscts as the panel has them."),
    }.get(code, "")


def setting(guess: str, driver: str) -> str:
    """What to set in guardroom.toml where bytes come and no valid frame."""
    name, _colon, value = guess.partition(":")
    if name == "driver" and value == driver:
        return _("Compare [panels.options] with the panel's settings.")
    if name == "driver":
        return _('Set driver = "{driver}".').format(driver=value)
    if name == "baud" and value:
        return _("Set baudrate = {speed}.").format(speed=value)
    if guess == "text" and driver == "line":
        return _("Give a rule that fits these lines in [panels.options].")
    parity = _('Set bytesize = 7 and parity = "{parity}" (in a serial server in between too).')
    return {
        "7E": parity.format(parity="E"),
        "7O": parity.format(parity="O"),
        "baud": _("Set baudrate as the panel has it."),
        "zeros": _("Swap the two wires (A and B), or set baudrate as the panel has it."),
        "text": _('The driver "line" reads such lines by rules of your own.'),
    }.get(guess, _("Compare baudrate, bytesize, parity and driver with the panel's manual."))


def unnamed_adapter(by_path: str | None) -> str:
    """What to know of a USB adapter without a serial number; "" for every other port (see `LinkHealth.by_path`)."""
    if by_path is None:
        return ""
    said = _("This USB adapter has no serial number: a second one of its kind cannot be told from it.")
    use = _('Set port = "{name}", which is the socket it is plugged into.').format(name=by_path)
    return f"{said} {use}" if by_path else said
