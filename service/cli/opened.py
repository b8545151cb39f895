"""The installation, opened for one command and closed at its end.

It is apart from `door` because checking a badge needs neither database nor keys.
"""

import click

from service.cli.door import read_settings
from service.installation import Installation


def open_installation() -> Installation:
    """Open the installation of this start.

    Raises:
        ExplainedError: as `Installation.open`, or a setting is wrong.
    """
    return close_at_end(Installation.open(read_settings()))


def close_at_end(installation: Installation) -> Installation:
    """Close an installation when the command that runs now ends."""
    click.get_current_context().call_on_close(installation.close)
    return installation
