"""The people who sign in: made, found, and shut out. How they sign in is in `sign_in`."""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import uuid4

from sqlalchemy import Select, delete, or_, select
from sqlalchemy.orm import Session

from accounts.names import check_name
from accounts.tables import AccountRow, Role, SessionRow, SignInLinkRow
from openbadges.errors import ConflictError, MalformedError, MissingError, RefusedError
from openbadges.strict import check_text

_LANGUAGE: Final = re.compile(r"(?=.{2,35}\Z)[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*")  # RFC 5646


@dataclass(frozen=True, slots=True)
class Account:
    """One account as the other modules see it; a disabled one opens nothing any more."""

    id: str
    name: str
    role: Role
    language: str | None
    disabled: bool


def create_account(session: Session, *, name: str, role: Role, now: datetime) -> Account:
    """Make an account, which has no way in until a link is made for it.

    Raises:
        RefusedError: the name is not one line, or too long.
        ConflictError: an account that is not disabled has this name; lists could not tell them
            apart. Two that are made at the same moment may still have it.
    """
    check_name(name, what="an account's name")
    if session.scalars(_enabled().where(AccountRow.name == name)).first():
        raise ConflictError(f"there is an account {name!r:.80} already; name the new one otherwise")
    row = AccountRow(id=str(uuid4()), name=name, role=role, created_at=now)
    session.add(row)
    session.flush()
    return _read(row)


def find_account(session: Session, account_id: str) -> Account:
    """Return the account of an id, a disabled one too.

    Raises:
        MissingError: there is none.
    """
    return _read(_row(session, account_id))


def search_account(session: Session, id_or_name: str) -> Account:
    """Return the account, not disabled, that a person means by its id or its name.

    Raises:
        MissingError: there is none.
        ConflictError: several have this name.
    """
    _check_sayable(id_or_name)
    rows = session.scalars(
        _enabled().where(or_(AccountRow.id == id_or_name, AccountRow.name == id_or_name))
    ).all()
    if not rows:
        raise _missing(id_or_name)
    if len(rows) > 1:
        raise ConflictError(
            f"{len(rows)} accounts are called {id_or_name!r:.80}; say which by its id"
        )
    return _read(rows[0])


def list_accounts(session: Session) -> tuple[Account, ...]:
    """Return every account, the oldest first, disabled ones too."""
    rows = session.scalars(select(AccountRow).order_by(AccountRow.created_at, AccountRow.id))
    return tuple(_read(row) for row in rows)


def disable_account(session: Session, account_id: str, *, now: datetime) -> Account:
    """Shut a person out at once, on every device; doing it again changes nothing.

    What they awarded stays. Nobody is let in again: a new account is made.

    Raises:
        MissingError: there is no such account.
    """
    row = _row(session, account_id)
    row.disabled_at = row.disabled_at or now
    session.flush()  # first the account: whoever signs in meanwhile finds it disabled
    end_links(session, row.id)
    session.execute(delete(SessionRow).where(SessionRow.account_id == row.id))
    return _read(row)


def end_links(session: Session, account_id: str) -> None:
    """Let the links of an account open nothing any more.

    Used ones open nothing as it is, and stay as the record that somebody has signed in here.
    """
    session.execute(
        delete(SignInLinkRow).where(
            SignInLinkRow.account_id == account_id, SignInLinkRow.used_at.is_(None)
        )
    )


def set_language(session: Session, account_id: str, language: str | None) -> Account:
    """Keep the language in which a person wants the pages; None leaves it to the browser.

    Raises:
        MissingError: there is no such account.
        RefusedError: it is no language tag.
    """
    if language is not None and not _LANGUAGE.fullmatch(language):
        raise RefusedError(f"a language is a tag such as ca or pt-BR; found {language!r:.60}")
    row = _row(session, account_id)
    row.language = language
    return _read(row)


def _row(session: Session, account_id: str) -> AccountRow:
    _check_sayable(account_id)
    row = session.get(AccountRow, account_id)
    if row is None:
        raise _missing(account_id)
    return row


def _check_sayable(id_or_name: str) -> None:
    """Refuse what no database can be asked for; no account has it."""
    try:
        check_text(id_or_name)
    except MalformedError as error:
        raise _missing(id_or_name) from error


def _missing(id_or_name: str) -> MissingError:
    return MissingError(f"there is no account {id_or_name!r:.80} here")


def _enabled() -> Select[AccountRow]:
    return select(AccountRow).where(AccountRow.disabled_at.is_(None))


def _read(row: AccountRow) -> Account:
    return Account(
        id=row.id,
        name=row.name,
        role=row.role,
        language=row.language,
        disabled=row.disabled_at is not None,
    )
