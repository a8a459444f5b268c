"""The command line. Each command is a module of its own and loads only what it needs."""

from __future__ import annotations

import argparse
import importlib
import logging
import sys
from collections.abc import Sequence
from typing import Protocol, cast

from guardroom.language import _, choose, of_the_system
from guardroom.text import clean


class _Command(Protocol):
    def add_arguments(self, parser: argparse.ArgumentParser) -> None: ...

    def run(self, args: argparse.Namespace) -> int: ...


def _commands() -> dict[str, tuple[str, str]]:
    return {
        "demo": ("guardroom.demo", _("the dashboard in a throw-away town hall with simulated panels")),
        "monitor": ("guardroom.monitor", _("panels, journal and alarm desk without a screen")),
        "status": ("guardroom.status", _("what runs for this configuration")),
        "stop": ("guardroom.stop", _("ends the monitor")),
        "takeover": ("guardroom.stations.takeover", _("reads a panel on a network in another station's place")),
        "alarms": ("guardroom.listing.alarms", _("the alarms, newest last")),
        "signals": ("guardroom.listing.signals", _("the signals in the journal, newest last")),
        "incidents": ("guardroom.listing.incidents", _("the incidents, newest last")),
        "bans": ("guardroom.listing.bans", _("the bans")),
        "report": ("guardroom.reports.command", _("the figures of a half year, or what happened in a day's shifts")),
        "export": ("guardroom.exports.command", _("lists as files, without names unless they are asked for")),
        "users": ("guardroom.listing.users", _("who may sign in, and their codes")),
        "decode": ("guardroom.decode", _("a capture of a panel's bytes as JSON lines")),
        "simulate": ("guardroom.simulate", _("plays a panel on a port")),
        "record": ("guardroom.record", _("writes down what a panel sends")),
        "ports": ("guardroom.ports", _("the serial ports and who holds them")),
        "backup": ("guardroom.backup.command", _("a checked copy of all that is kept here")),
        "restore": ("guardroom.restore.command", _("puts a backup in the place of what is there")),
        "secret": ("guardroom.secret", _("passwords in the system's keyring")),
        "purge": ("guardroom.privacy.command", _("deletes what is past its time")),
        "check": ("guardroom.check", _("looks at configuration, ports, databases, disk and clock")),
        "serve": ("guardroom.serve.command", _("the dashboard in leaders' browsers")),
        "init": ("guardroom.init", _("writes a configuration and makes the databases")),
    }


HIDDEN = {"dashboard": "guardroom.start"}
"""Started by `guardroom` itself, not by people."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command. Returns the exit code: 0 done, 1 wrong or failed, 2 usage or configuration error."""
    arguments = _command_first(list(sys.argv[1:] if argv is None else argv))
    choose(of_the_system())
    name = arguments[0] if arguments and not arguments[0].startswith("-") else None
    try:
        return _run(name, arguments)
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        # The reader of our output has left: nothing to say, and nobody to say it to.
        sys.stderr.close()
        return 1
    except Exception as problem:
        # Whatever it is, a person gets a sentence; the monitor's log also gets where it happened.
        logging.getLogger(__name__).error("failed", exc_info=problem if name == "monitor" else None)
        said = clean(str(problem))
        if type(problem).__module__.startswith("sqlalchemy."):
            # It would be SQL.
            said = _("This failed because of a mistake in the program; nothing was saved.")
        print(
            _("guardroom failed: {kind}: {problem}").format(kind=type(problem).__name__, problem=said), file=sys.stderr
        )
        return 1


def _command_first(arguments: list[str]) -> list[str]:
    """`--config FILE check` as `check --config FILE`: the file may be named before the command too."""
    given = 2 if arguments[:1] == ["--config"] else 1 if arguments and arguments[0].startswith("--config=") else 0
    if given and len(arguments) > given and not arguments[given].startswith("-"):
        return [arguments[given], *arguments[:given], *arguments[given + 1 :]]
    return arguments


def _run(name: str | None, arguments: list[str]) -> int:
    from guardroom.config import ConfigError

    commands = _commands()
    module = commands[name][0] if name in commands else HIDDEN.get(name or "")
    if name is not None and module is None:
        print(
            _("guardroom: no command {name!r}; there are: {names}").format(name=name, names=", ".join(commands)),
            file=sys.stderr,
        )
        return 2
    parser = argparse.ArgumentParser(prog="guardroom" if name is None else f"guardroom {name}")
    if name in commands:
        parser.description = commands[name][1]
    if name is None:
        parser.description = _("The guard room's dashboard. Without a command it starts monitor and dashboard.")
        parser.epilog = "\n".join(f"  {command:9} {text}" for command, (_module, text) in commands.items())
        parser.formatter_class = argparse.RawDescriptionHelpFormatter
    command = cast(_Command, importlib.import_module(module or "guardroom.supervisor"))
    command.add_arguments(parser)
    try:
        return command.run(parser.parse_args(arguments[1:] if name is not None else arguments))
    except ConfigError as wrong:
        print(wrong, file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main())
