"""`guardroom ports`: the serial ports of this computer, by the names that survive a re-plugging, and who holds them."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from drivers.holders import Holder, holders
from guardroom.language import _
from guardroom.text import clean


@dataclass(frozen=True, slots=True, kw_only=True)
class PortFacts:
    """One serial port, as `guardroom ports --json` tells it. Texts of the device itself are None where it has none.

    `by_id` names the adapter wherever it is plugged in; `by_path` the socket it is plugged into, which is what is
    left for adapters without a serial number. `vid` and `pid` are four hex digits.
    """

    port: str
    by_id: tuple[str, ...]
    by_path: tuple[str, ...]
    vendor: str | None
    product: str | None
    vid: str | None
    pid: str | None
    serial_number: str | None
    holders: tuple[Holder, ...]


def serial_ports(folder: Path = Path("/dev/serial")) -> list[PortFacts]:
    """The serial ports there are. `folder` is where the system keeps its lasting names. Raises OSError."""
    from serial.tools import list_ports

    by_id, by_path = _names(folder / "by-id"), _names(folder / "by-path")
    try:
        found = sorted(list_ports.comports())
    except (TypeError, ValueError) as error:
        # A device that goes while it is being described.
        raise OSError(str(error)) from None
    return [
        PortFacts(
            port=info.device,
            by_id=by_id.get(os.path.realpath(info.device), ()),
            by_path=by_path.get(os.path.realpath(info.device), ()),
            vendor=_text(info.manufacturer),
            product=_text(info.product),
            vid=None if info.vid is None else f"{info.vid:04x}",
            pid=None if info.pid is None else f"{info.pid:04x}",
            serial_number=_text(info.serial_number),
            holders=holders(info.device),
        )
        for info in found
    ]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """`guardroom ports [--json]`."""
    parser.add_argument("--json", action="store_true", help=_("print one JSON array"))


def run(args: argparse.Namespace) -> int:
    """List the ports. 0 also where there are none; 1 where the system would not tell."""
    try:
        ports = serial_ports()
    except OSError as error:
        print(_("The serial ports cannot be listed: {detail}.").format(detail=error), file=sys.stderr)
        return 1
    if args.json:
        print(json.dumps([asdict(port) for port in ports], ensure_ascii=False))
    elif not ports:
        print(_("No serial ports found."))
    else:
        for port in ports:
            print("\n".join(_lines(port)))
    return 0


def _lines(port: PortFacts) -> Sequence[str]:
    about = " ".join(part for part in (port.vendor, port.product) if part)
    numbers = [f"{port.vid}:{port.pid}"] if port.vid and port.pid else []
    if port.serial_number:
        numbers.append(_("serial number {number}").format(number=port.serial_number))
    if numbers:
        about += f" ({', '.join(numbers)})"
    lines = [f"{port.port}  {about.strip()}".rstrip()]
    lines += [f"    {name}" for name in (*port.by_id, *port.by_path)]
    for holder in port.holders:
        held = _("in use by {program} (process {pid})").format(program=clean(holder.program), pid=holder.pid)
        lines.append(f"    {held}")
    return lines


def _names(folder: Path) -> dict[str, tuple[str, ...]]:
    """The symbolic links in `folder`, by the device that they lead to."""
    names: dict[str, tuple[str, ...]] = {}
    try:
        links = sorted(folder.iterdir())
    except OSError:
        return names
    for link in links:
        device = os.path.realpath(link)
        names[device] = (*names.get(device, ()), str(link))
    return names


def _text(foreign: str | None) -> str | None:
    return clean(foreign) if foreign else None
