"""What every command shares: the clock, the settings, the installation, and how it answers."""

import json
import os
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import click

from issuer.cleaning import clean_text
from service.settings import Settings

json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON for programs.")


def read_clock() -> datetime:
    """Read the clock; everything below takes the moment as an argument."""
    return datetime.now(UTC)  # noqa: TID251 -- this is a door


def read_settings() -> Settings:
    """Read the settings from the environment.

    Raises:
        RefusedError: one is wrong or unknown.
    """
    return Settings.from_environment(os.environ)


def answer(data: Any, say: Callable[[], str], *, as_json: bool) -> None:  # noqa: ANN401 -- JSON is any JSON value
    """Print `data` as JSON, or what `say` makes of it for people."""
    text = json.dumps(data, ensure_ascii=False, indent=2) if as_json else say()
    click.echo(text)


def notice(sentence: str) -> None:
    """Tell people something on stderr, where it is in no program's way."""
    click.echo(f"note: {printable(sentence)}", err=True)


def cleaned(text: str, *, what: str) -> str:
    """Clean pasted text, and tell people what was changed."""
    text, notices = clean_text(text, what=what)
    for sentence in notices:
        notice(sentence)
    return text


def complain(sentence: str) -> None:
    """Tell people on stderr why nothing was done."""
    click.echo(f"insignia: {printable(sentence)}", err=True)


def printable(text: str) -> str:
    """Spell out what a terminal would obey instead of showing, such as an escape sequence."""
    return "".join(
        one if one.isprintable() or one == "\n" else one.encode("unicode_escape").decode("ascii")
        for one in text
    )


def is_terminal() -> bool:
    """Tell whether a person reads our output."""
    return sys.stdout.isatty()
