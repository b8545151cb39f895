"""The rows about who may come in: accounts, sign-in links, sessions, and tokens of programs.

Whatever opens a door is kept as its SHA-256 alone, so that a copy of the database opens none.
"""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any, Final

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from storage.columns import TABLE_OPTIONS, Row, Sha256, Uuid

Name = Annotated[str, mapped_column(String(300))]
Language = Annotated[str, mapped_column(String(35))]  # RFC 5646 asks readers to hold 35

_OPTIONS: Final[dict[str, Any]] = dict(TABLE_OPTIONS)


class Role(StrEnum):
    """What an account is for."""

    ADMINISTRATOR = "administrator"
    TRAINER = "trainer"


class Scope(StrEnum):
    """What a program's token opens."""

    AWARD = "award"
    ISSUE = "issue"


class AccountRow(Row):
    """A person who signs in; learners need no account."""

    __tablename__ = "accounts"
    __table_args__ = _OPTIONS

    id: Mapped[Uuid] = mapped_column(primary_key=True)
    name: Mapped[Name]
    role: Mapped[Role]
    language: Mapped[Language | None] = mapped_column(default=None)
    created_at: Mapped[datetime]
    disabled_at: Mapped[datetime | None] = mapped_column(default=None)


class SignInLinkRow(Row):
    """A link by which an account signs in, once."""

    __tablename__ = "sign_in_links"
    __table_args__ = _OPTIONS

    token_sha256: Mapped[Sha256] = mapped_column(primary_key=True)
    account_id: Mapped[Uuid] = mapped_column(ForeignKey("accounts.id"), index=True)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None] = mapped_column(default=None)


class SessionRow(Row):
    """What a browser's cookie stands for; `data` is the JSON of a few small members."""

    __tablename__ = "sessions"
    __table_args__ = _OPTIONS

    token_sha256: Mapped[Sha256] = mapped_column(primary_key=True)
    account_id: Mapped[Uuid | None] = mapped_column(
        ForeignKey("accounts.id"), index=True, default=None
    )
    data: Mapped[bytes]
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)


class ApiTokenRow(Row):
    """What a program shows; `issuer_id` is the one issuer that it may ask to sign.

    That row is in a room above this one, so no foreign key is declared; issuers are never deleted.
    """

    __tablename__ = "api_tokens"
    __table_args__ = _OPTIONS

    id: Mapped[Uuid] = mapped_column(primary_key=True)
    token_sha256: Mapped[Sha256] = mapped_column(unique=True)
    name: Mapped[Name]
    scope: Mapped[Scope]
    issuer_id: Mapped[Uuid] = mapped_column(index=True)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime | None] = mapped_column(default=None)
    revoked_at: Mapped[datetime | None] = mapped_column(default=None)
