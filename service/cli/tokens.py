"""`insignia token`: let programs in by bearer tokens, and shut them out."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

import click

from accounts.api_tokens import ApiToken, list_tokens
from accounts.tables import Scope
from issuer.issuers import find_issuer, list_issuers, load_issuer
from issuer.letting_in import make_token, revoke_token
from issuer.tables import Profile
from openbadges.strict import Document, format_timestamp
from service.cli.door import answer, cleaned, json_option, printable, read_clock
from service.cli.opened import open_installation

MAXIMUM_DAYS = 3650  # of a token's life; longer is what no `--days` is for

# What a token of each scope asks its issuer to sign.
PROFILES: Mapping[Scope, Profile] = {Scope.AWARD: Profile.BADGES, Scope.ISSUE: Profile.GENERIC}


@click.group()
def token() -> None:
    """Let programs in by bearer tokens, and shut them out."""


@token.command()
@click.option("--name", required=True, help="What the program is called in lists.")
@click.option(
    "--scope",
    type=click.Choice([scope.value for scope in Scope]),
    default=Scope.AWARD.value,
    show_default=True,
    help="award: badges of a badges issuer. issue: what is sent, by a generic issuer.",
)
@click.option(
    "--issuer", "did", help="The DID of who signs; the fitting one made last unless given."
)
@click.option(
    "--days",
    type=click.IntRange(1, MAXIMUM_DAYS),
    help="When it ends by itself; never unless given.",
)
@json_option
def create(*, name: str, scope: str, did: str | None, days: int | None, as_json: bool) -> None:
    """Make a token and print it, this once."""
    installation, now = open_installation(), read_clock()
    name = cleaned(name, what="the token's name")
    with installation.database.read() as session:
        issuer = find_issuer(session, did, profile=PROFILES[Scope(scope)])
    made, text = installation.database.transact(
        lambda session: make_token(
            session,
            name=name,
            scope=Scope(scope),
            issuer_id=issuer.id,
            now=now,
            expires_at=None if days is None else now + timedelta(days=days),
        )
    )
    answer({**_describe(made, issuer.did), "token": text}, lambda: text, as_json=as_json)


@token.command("list")
@json_option
def list_(*, as_json: bool) -> None:
    """List every token with its issuer; their texts are kept nowhere."""
    now = read_clock()
    with open_installation().database.read() as session:
        found = list_tokens(session)
        dids = {issuer.id: issuer.did for issuer in list_issuers(session)}
    answer(
        [_describe(one, dids[one.issuer_id]) for one in found],
        lambda: _table(found, dids, now),
        as_json=as_json,
    )


@token.command()
@click.argument("token_id", metavar="ID")
@json_option
def revoke(*, token_id: str, as_json: bool) -> None:
    """Shut a program out at once."""
    installation, now = open_installation(), read_clock()
    shut_out = installation.database.transact(
        lambda session: revoke_token(session, token_id, now=now)
    )
    with installation.database.read() as session:
        did = load_issuer(session, shut_out.issuer_id).did
    answer(
        _describe(shut_out, did),
        lambda: f"the token of {printable(shut_out.name)} opens nothing any more",
        as_json=as_json,
    )


def _describe(token: ApiToken, did: str) -> Document:
    return {
        "id": token.id,
        "name": token.name,
        "scope": token.scope.value,
        "issuer": did,
        "created": format_timestamp(token.created_at),
        "expires": _moment(token.expires_at),
        "revoked": _moment(token.revoked_at),
    }


def _moment(moment: datetime | None) -> str | None:
    return None if moment is None else format_timestamp(moment)


def _table(tokens: Sequence[ApiToken], dids: Mapping[str, str], now: datetime) -> str:
    lines = [
        f"{one.id}  {one.scope}  {dids[one.issuer_id]}  {_state(one, now)}  {printable(one.name)}"
        for one in tokens
    ]
    return "\n".join(lines) or "no tokens yet; make one with `insignia token create`"


def _state(token: ApiToken, now: datetime) -> str:
    if token.revoked_at is not None:
        return "revoked"
    return "open" if token.is_open(now) else "expired"
