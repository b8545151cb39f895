"""The command line. Each command is a module, imported only when it is called.

Every command that prints something has `--json`; a trouble is one sentence on stderr, and
`service.exit_codes` says how each ends.
"""

import contextlib
import errno
import importlib
import io
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, NoReturn

import click

from openbadges.errors import ExplainedError, Kind
from service.cli.door import complain
from service.exit_codes import TROUBLES, WRONG_USAGE, exit_code_of

# command: (module, what it does). The help is here so that listing imports nothing.
COMMANDS: Final[Mapping[str, tuple[str, str]]] = {
    "init": ("setup", "Make an installation: data folder, keystore, database."),
    "db": ("setup", "Upgrade or check the database."),
    "keys": ("keys", "Make, list, import and change signing keys."),
    "issuer": ("issuers", "Make an issuer, and show its DID and keys."),
    "badge-classes": ("badge_classes", "Check, show, publish and take over what can be awarded."),
    "award": ("awarding", "Award a badge to a person, or to a list of them."),
    "batch": ("batches", "Look at awards to many, undo them, and award what is left."),
    "files": ("awarding", "Write the files of a credential again."),
    "revoke": ("awarding", "Revoke a credential, for good."),
    "status": ("awarding", "Publish the status lists."),
    "account": ("accounts", "Let people in by links that work once, and shut them out."),
    "token": ("tokens", "Let programs in by bearer tokens, and shut them out."),
    "backup": ("backups", "Write an encrypted backup while the service runs."),
    "restore": ("backups", "Put a backup back, and lose no revocation."),
    "serve": ("serving", "Serve the web pages and APIs."),
    "work": ("working", "Do what is due: batches, notices, status lists."),
    "doctor": ("doctor", "Look at everything, and say how to mend what is wrong."),
    "accept-clock": ("clock", "Say that the clock is right after it was wrong."),
    "verify": ("verifying", "Verify a credential from any issuer."),
    "audit": ("audit", "Check the log of every act, show it, and sign its end."),
    "receipt": ("receipts", "Read a receipt of a verification."),
    "demo": ("demo", "Tell the main job as a story: award, verify, revoke."),
}


class Commands(click.Group):
    """The commands of the table, and one way for troubles to end."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the commands in the order of the table."""
        del ctx
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import a command's module and return the command."""
        del ctx
        if cmd_name not in COMMANDS:
            return None
        module = importlib.import_module(f"service.cli.{COMMANDS[cmd_name][0]}")
        command = getattr(module, cmd_name.replace("-", "_"))
        return command if isinstance(command, click.Command) else None

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands without importing them."""
        del ctx
        with formatter.section("Commands"):
            formatter.write_dl([(name, help_) for name, (_, help_) in COMMANDS.items()])

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Read the options before the command."""
        try:
            return super().parse_args(ctx, args)
        except click.UsageError as error:
            _refuse_usage(ctx, error)

    def invoke(self, ctx: click.Context) -> Any:  # noqa: ANN401 -- click's own signature
        """Run a command; a trouble becomes its sentence and its exit code."""
        try:
            return super().invoke(ctx)
        except ExplainedError as error:
            _end(ctx, str(error), exit_code_of(error))
        except click.UsageError as error:
            _refuse_usage(ctx, error)
        except OSError as error:
            if error.errno == errno.EPIPE:
                raise  # whoever read us has left, which is no trouble
            if error.filename is None:
                _drop_output()
            what = f"{error.filename} cannot be used" if error.filename else "writing failed"
            _end(ctx, f"{what}: {error.strerror or error}", TROUBLES[Kind.UNAVAILABLE])


def _refuse_usage(ctx: click.Context, error: click.UsageError) -> NoReturn:
    if isinstance(error, click.exceptions.NoArgsIsHelpError):
        raise error  # its text is the help
    where = f"{(error.ctx or ctx).command_path} --help"
    _end(ctx, f"{error.format_message().rstrip('.')} (see `{where}`)", WRONG_USAGE)


def _drop_output() -> None:
    """Send what could not be written nowhere, or Python would try once more at its end."""
    with contextlib.suppress(OSError), Path(os.devnull).open("wb") as nowhere:
        os.dup2(nowhere.fileno(), sys.stdout.fileno())


def _end(ctx: click.Context, sentence: str, code: int) -> NoReturn:
    complain(sentence)
    ctx.exit(code)


@click.group(cls=Commands)
@click.version_option(package_name="insignia")
def main() -> None:
    """Issue and verify Open Badges 3.0."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # a terminal without ✔ gets its number, not a traceback
            stream.reconfigure(errors="backslashreplace")
