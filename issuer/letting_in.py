"""Letting people and programs in and shutting them out, each act noted where it is done.

The room of accounts lies below the audit log and knows nothing of it. Nobody's name is noted: an
account and a token are told by their ids.
"""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from accounts import api_tokens
from accounts.accounts import Account, create_account, disable_account, find_account
from accounts.api_tokens import ApiToken
from accounts.sign_in import make_link, use_link
from accounts.tables import Role, Scope
from issuer.audit import OPERATOR, Act, note


def make_account(
    session: Session, *, name: str, role: Role, now: datetime, actor: str | None = OPERATOR
) -> Account:
    """Make an account, which has no way in yet.

    Raises:
        RefusedError, ConflictError: as `create_account`.
    """
    made = create_account(session, name=name, role=role, now=now)
    note(
        session, Act.ACCOUNT_MADE, made.id, now=now, actor=actor, details={"role": made.role.value}
    )
    return made


def invite(
    session: Session,
    account_id: str,
    *,
    lifetime: timedelta,
    now: datetime,
    actor: str | None = OPERATOR,
) -> str:
    """Make the token of a link by which an account signs in.

    Raises:
        MissingError, RefusedError: as `make_link`.
    """
    token = make_link(session, account_id, lifetime=lifetime, now=now)
    note(session, Act.SIGN_IN_LINK_MADE, account_id, now=now, actor=actor)
    return token


def sign_in(session: Session, token: str, now: datetime) -> Account:
    """Use a link up and return the account that signs in.

    Raises:
        MissingError: as `use_link`.
    """
    account = use_link(session, token, now)
    note(session, Act.SIGNED_IN, account.id, now=now, actor=f"account:{account.id}")
    return account


def shut_out(session: Session, account_id: str, *, now: datetime) -> Account:
    """Shut a person out at once; doing it again changes nothing.

    Raises:
        MissingError: there is no such account.
    """
    was_out = find_account(session, account_id).disabled
    account = disable_account(session, account_id, now=now)
    if not was_out:
        note(session, Act.ACCOUNT_DISABLED, account.id, now=now, actor=OPERATOR)
    return account


def make_token(  # noqa: PLR0913 -- as `create_token`
    session: Session,
    *,
    name: str,
    scope: Scope,
    issuer_id: str,
    now: datetime,
    expires_at: datetime | None = None,
) -> tuple[ApiToken, str]:
    """Make a token for one issuer, and return it with its text.

    Raises:
        RefusedError: as `create_token`.
    """
    made, text = api_tokens.create_token(
        session, name=name, scope=scope, issuer_id=issuer_id, now=now, expires_at=expires_at
    )
    note(
        session,
        Act.TOKEN_MADE,
        made.id,
        now=now,
        actor=OPERATOR,
        issuer_id=issuer_id,
        details={"scope": scope.value},
    )
    return made, text


def revoke_token(session: Session, token_id: str, *, now: datetime) -> ApiToken:
    """Shut a program out at once; doing it again changes nothing.

    Raises:
        MissingError: there is no such token.
    """
    revoked = api_tokens.revoke_token(session, token_id, now=now)
    if revoked.revoked_at == now:
        note(
            session,
            Act.TOKEN_REVOKED,
            revoked.id,
            now=now,
            actor=OPERATOR,
            issuer_id=revoked.issuer_id,
        )
    return revoked
