"""`insignia account`: let people in by links that work once, and shut them out."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import click

from accounts.accounts import (
    Account,
    list_accounts,
    search_account,
)
from accounts.policy import SIGN_IN_LINK_LIFETIME
from accounts.tables import Role
from issuer.letting_in import invite, make_account, shut_out
from openbadges.strict import Document, format_timestamp
from service.cli.door import answer, cleaned, json_option, printable, read_clock
from service.cli.opened import open_installation
from service.installation import Installation


@dataclass(frozen=True, slots=True)
class SignInLink:
    """A link to hand over to one person, in a way that only they read."""

    account: Account
    url: str
    expires_at: datetime

    def as_json(self) -> Document:
        """Return the account, and the link that lets it in."""
        return {
            **_describe(self.account),
            "signInLink": self.url,
            "expires": format_timestamp(self.expires_at),
        }

    def as_text(self) -> str:
        """Say for whom it is, and that it works once."""
        return (
            f"{printable(self.account.name)} ({self.account.role}) signs in by this link, once,"
            f" until {self.expires_at:%Y-%m-%d %H:%M} UTC:\n{self.url}"
        )


@click.group()
def account() -> None:
    """Let people in by links that work once, and shut them out."""


@account.command()
@click.argument("name")
@click.option(
    "--role",
    type=click.Choice([role.value for role in Role]),
    default=Role.TRAINER.value,
    show_default=True,
    help="A trainer awards badges; an administrator also sees the awards of others.",
)
@json_option
def create(*, name: str, role: str, as_json: bool) -> None:
    """Make an account for a person called NAME, and print the link by which they sign in."""
    installation, now = open_installation(), read_clock()
    name = cleaned(name, what="the account's name")
    # both or neither: an account without its link would stand in the way of the next try
    made, token = installation.database.transact(
        lambda session: (
            one := make_account(session, name=name, role=Role(role), now=now),
            invite(session, one.id, lifetime=SIGN_IN_LINK_LIFETIME, now=now),
        )
    )
    _hand_over(made, token, installation, now, as_json=as_json)


@account.command()
@click.argument("id_or_name", metavar="ID-OR-NAME")
@json_option
def link(*, id_or_name: str, as_json: bool) -> None:
    """Print a new link for an account; an earlier one opens nothing any more."""
    installation, now = open_installation(), read_clock()
    found, token = installation.database.transact(
        lambda session: (
            one := search_account(session, id_or_name),
            invite(session, one.id, lifetime=SIGN_IN_LINK_LIFETIME, now=now),
        )
    )
    _hand_over(found, token, installation, now, as_json=as_json)


@account.command("list")
@json_option
def list_(*, as_json: bool) -> None:
    """List every account with its role."""
    with open_installation().database.read() as session:
        found = list_accounts(session)
    answer([_describe(one) for one in found], lambda: _table(found), as_json=as_json)


@account.command()
@click.argument("account_id", metavar="ID")
@json_option
def disable(*, account_id: str, as_json: bool) -> None:
    """Shut a person out at once, on every device; what they awarded stays."""
    installation, now = open_installation(), read_clock()
    found = installation.database.transact(lambda session: shut_out(session, account_id, now=now))
    answer(
        _describe(found),
        lambda: f"{printable(found.name)} cannot sign in any more",
        as_json=as_json,
    )


def _hand_over(
    account: Account, token: str, installation: Installation, now: datetime, *, as_json: bool
) -> None:
    url = f"{installation.base_url}/sign-in/{token}"
    made = SignInLink(account, url, now + SIGN_IN_LINK_LIFETIME)
    answer(made.as_json(), made.as_text, as_json=as_json)


def _describe(account: Account) -> Document:
    return {
        "id": account.id,
        "name": account.name,
        "role": account.role.value,
        "language": account.language,
        "disabled": account.disabled,
    }


def _table(accounts: Sequence[Account]) -> str:
    lines = [
        f"{one.id}  {one.role}  {printable(one.name)}{'  (disabled)' if one.disabled else ''}"
        for one in accounts
    ]
    return "\n".join(lines) or "no accounts yet; make one with `insignia account create`"
