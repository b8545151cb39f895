"""Sign-in links: made by whoever manages accounts, looked at freely, used once.

A scanner of mail opens every link before a person does, so looking changes nothing (I10). How a
link is written and handed over is the business of `service`.
"""

from datetime import datetime, timedelta

from sqlalchemy import Select, delete, select
from sqlalchemy.orm import Session

from accounts.accounts import Account, end_links, find_account
from accounts.opaque_tokens import new_token, token_hash
from accounts.tables import SignInLinkRow
from openbadges.errors import MissingError, RefusedError


def make_link(session: Session, account_id: str, *, lifetime: timedelta, now: datetime) -> str:
    """Make the token of a link by which an account signs in; earlier ones open nothing any more.

    Raises:
        MissingError: there is no such account.
        RefusedError: it is disabled.
    """
    account = find_account(session, account_id)
    if account.disabled:
        raise RefusedError(f"the account {account.name!r:.80} is disabled; make a new one")
    end_links(session, account.id)
    token = new_token()
    session.add(
        SignInLinkRow(
            token_sha256=token_hash(token),
            account_id=account.id,
            created_at=now,
            expires_at=now + lifetime,
        )
    )
    session.flush()
    return token


def forget_unused_links(session: Session) -> None:
    """Let no link that was made before open anything; used ones stay as the record of it."""
    session.execute(delete(SignInLinkRow).where(SignInLinkRow.used_at.is_(None)))


def look_at_link(session: Session, token: str, now: datetime) -> Account:
    """Return the account that a link would sign in, and change nothing.

    Raises:
        MissingError: the link is wrong, used or too old, or its account is disabled; the sentence
            is the same for all four, so that nobody learns which accounts there are (I14).
    """
    return _account(session, session.scalars(_open(token, now)).first())


def use_link(session: Session, token: str, now: datetime) -> Account:
    """Return the account that signs in; of two at the same moment one does.

    Raises:
        MissingError: as `look_at_link`.
    """
    # Whoever comes second waits here, and then finds the link used.
    row = session.scalars(_open(token, now).with_for_update()).first()
    account = _account(session, row)
    if row is not None:
        row.used_at = now
    return account


def nobody_signed_in_yet(session: Session) -> bool:
    """Tell whether no link was ever used, by whomever: the first person is to come."""
    used = select(SignInLinkRow.token_sha256).where(SignInLinkRow.used_at.is_not(None))
    return session.scalars(used.limit(1)).first() is None


def _open(token: str, now: datetime) -> Select[SignInLinkRow]:
    return select(SignInLinkRow).where(
        SignInLinkRow.token_sha256 == token_hash(token),
        SignInLinkRow.used_at.is_(None),
        SignInLinkRow.expires_at > now,
    )


def _account(session: Session, row: SignInLinkRow | None) -> Account:
    account = None if row is None else find_account(session, row.account_id)
    if account is None or account.disabled:
        raise MissingError("this sign-in link does not open anything; ask for a new one")
    return account
