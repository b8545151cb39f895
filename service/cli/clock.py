"""`insignia accept-clock`: a person says that the clock is right, after it was wrong or silent."""

import click

from issuer.clock import accept_clock as accept
from openbadges.strict import format_timestamp
from service.cli.door import answer, json_option, read_clock, read_settings
from service.cli.opened import close_at_end
from service.installation import Installation


@click.command()
@json_option
def accept_clock(*, as_json: bool) -> None:
    """Let awards go on from the present time, where the last act seems to be in the future."""
    installation = close_at_end(Installation.open(read_settings()))
    now = read_clock()
    installation.database.transact(lambda session: accept(session, now))
    said = format_timestamp(now)
    answer({"accepted": said}, lambda: f"It is {said}; awards go on from here.", as_json=as_json)
