"""`insignia serve`: the web service, and a way in for its first administrator."""

from collections.abc import Callable
from typing import TypeVar

import click

from accounts.accounts import list_accounts
from accounts.policy import FIRST_LINK_LIFETIME
from accounts.sign_in import nobody_signed_in_yet
from accounts.tables import Role
from issuer.issuers import list_issuers
from issuer.key_check import check_keys, check_separate
from issuer.letting_in import invite, make_account
from issuer.published_keys import check_published_keys
from openbadges.errors import ExplainedError
from service.cli.door import notice, read_clock, read_settings
from service.cli.first_start import issuer_of, open_or_make
from service.cli.opened import close_at_end
from service.installation import Installation

FIRST_ADMINISTRATOR = "Administrator"

T = TypeVar("T")


@click.command()
def serve() -> None:
    """Serve the web pages and APIs; where there is no installation, one on trial is made."""
    # the web framework is for this command alone; others do not wait for it
    from service.publishing.everything import publish_everything  # noqa: PLC0415
    from service.receipts import ready_receipts  # noqa: PLC0415
    from service.serving import serve as run  # noqa: PLC0415

    settings = read_settings()
    started = open_or_make(settings)
    installation = close_at_end(started.installation)
    if started.made is not None:
        notice(
            f"a trial installation of {installation.organisation!r} was made in {settings.data}/;"
            " `insignia init` makes one of your own"
        )
    issuer_of(installation)
    installation.keystore.list()  # a wrong passphrase ends it here
    with installation.database.read() as session:
        check_published_keys(session)
        check_separate(session, installation.keystore)
    _attempt(lambda: _try_keys(installation))
    _attempt(lambda: ready_receipts(installation, now=read_clock()))
    _attempt(lambda: publish_everything(installation, now=read_clock()))
    link = _attempt(lambda: _first_link(installation))
    click.echo(f"Insígnia is at {installation.base_url}")
    if link is not None:
        click.echo(f"Sign in as the first administrator, once:\n  {link}")
    run(installation, read_clock)


def _attempt(step: Callable[[], T]) -> T | None:
    """Do what a start does beside serving; where it cannot be done now all else goes on.

    What was published stays, so pages and verification need neither the disk (R13) nor the files
    of badge classes (R19), nor keys that sign (R20).
    """
    try:
        return step()
    except ExplainedError as error:
        notice(str(error))
    except OSError as error:
        notice(f"{error.filename} cannot be used: {error.strerror}")
    return None


def _try_keys(installation: Installation) -> None:
    """Let each key sign once, so that what does not is told at once."""
    now = read_clock()
    with installation.database.read() as session:
        for issuer in list_issuers(session):
            check_keys(session, issuer, installation.keystore, now)


def _first_link(installation: Installation) -> str | None:
    """Return a link for the first administrator, as long as nobody has ever signed in."""
    now = read_clock()
    with installation.database.write() as session:
        if not nobody_signed_in_yet(session):
            return None
        accounts = [
            one
            for one in list_accounts(session)
            if one.role is Role.ADMINISTRATOR and not one.disabled
        ]
        account = (
            accounts[0]
            if accounts
            else make_account(
                session, name=FIRST_ADMINISTRATOR, role=Role.ADMINISTRATOR, now=now, actor=None
            )
        )
        token = invite(session, account.id, lifetime=FIRST_LINK_LIFETIME, now=now, actor=None)
    return f"{installation.base_url}/sign-in/{token}"
