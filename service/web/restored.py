"""Personal pages stay closed after a restore without the journal.

A link that was withdrawn after the backup would open again, so nobody's badge is shown until the
journal is replayed or the loss is accepted. What is public goes on, and so does verification.
"""

from typing import Final

from flask import Flask, request

from issuer.put_back import awaits_journal
from openbadges.errors import Code, UnavailableError
from service.web.running import running

PERSONAL: Final = frozenset({"claiming", "managing", "sharing", "credentials", "awards"})


def guard(app: Flask) -> None:
    """Let no personal page of an application answer while the journal is awaited."""
    app.before_request(_refuse_personal)


def _refuse_personal() -> None:
    if request.blueprint not in PERSONAL:
        return
    with running().installation.database.read() as session:
        waits = awaits_journal(session)
    if waits:
        raise UnavailableError(
            "this service was restored from a backup, and personal pages stay closed until it is"
            " known which links were withdrawn since; badges can be verified meanwhile",
            code=Code.RESTORING,
        )
