"""The command line: `zhangban <command>`; each file here registers the commands of one matter.

Commands import what they need: whoever checks an evidence file does not wait for the whole house.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Sequence

import structlog
from sqlalchemy.exc import OperationalError, ProgrammingError

from backend.cli import beginning, keeping, keys, proving, serving
from backend.cli.common import Run
from backend.core import logs
from backend.core.crypto import KeyFileError, SealBroken
from backend.core.errors import AppError
from backend.core.settings import SettingsError


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; 0 where it did what it says, 1 where it did not, 2 where it was called
    wrongly.
    """
    os.umask(0o077)
    logs.configure()
    arguments = _parser().parse_args(argv)
    command: Run = arguments.run
    try:
        return command(arguments)
    except (SettingsError, KeyFileError, SealBroken) as wrong:
        print(wrong, file=sys.stderr)
    except OSError as wrong:
        print(f"{wrong.filename}: {wrong.strerror}", file=sys.stderr)
    except (OperationalError, ProgrammingError) as wrong:
        kind = type(wrong.orig).__name__
        print(
            f"The database does not fit this release ({kind}): run `zhangban migrate`.",
            file=sys.stderr,
        )
    except AppError as refused:
        print(_in_words(refused), file=sys.stderr)
    except Exception:  # a fault of ours: its places, never its values
        structlog.get_logger("zhangban.cli").exception("command_failed")
    return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="zhangban", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="command")

    def add(name: str, run: Run, what: str) -> argparse.ArgumentParser:
        command = commands.add_parser(name, help=what, description=what)
        command.set_defaults(run=run)
        return command

    for matter in (serving, beginning, keys, proving, keeping):
        matter.register(add)
    add("openapi", _openapi, "print the OpenAPI document")
    return parser


def _openapi(_: argparse.Namespace) -> int:
    from backend.openapi import document

    print(json.dumps(document(), ensure_ascii=False, indent=1))
    return 0


def _in_words(refused: AppError) -> str:
    from backend.core import messages

    words = messages.say(refused.code, refused.params)
    places = "" if str(refused) == refused.code else f"\n{refused}"  # every wrong line of a file
    return f"{words.zh}{words.zh_next}\n{words.en} {words.en_next}{places}"
