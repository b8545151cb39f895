"""What is published: the exact bytes that a URL of ours answers with.

The bytes are rows, and `PublishedDocuments` is the source that our own verifier reads. `export`
writes the same into the folder that `verifier.published` reads without a database.
"""

import fcntl
import hashlib
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from issuer.documents import stored
from issuer.published_lists import check_not_older, find_list
from issuer.tables import PublishedDocumentRow
from openbadges.errors import Code, ExplainedError, RefusedError, UnavailableError
from storage import Database
from storage.columns import URL_LENGTH
from verifier import DocumentSource
from verifier.published import PublicFolder

PUBLIC_FILE_MODE: Final = 0o644
STATUS_LISTS: Final = "/status-lists/"  # in the URL of each
LOCK_FILE: Final = ".lock"  # in the public folder; held while it is written


def publish(  # noqa: PLR0913 -- what a published document has, each by name
    session: Session,
    url: str,
    body: bytes,
    *,
    media_type: str,
    now: datetime,
    issuer_id: str | None = None,
    valid_until: datetime | None = None,
) -> None:
    """Let `url` answer with `body` from the end of this transaction on.

    A row that is not there yet cannot be locked, and of two that write it first one fails: so this
    belongs in `Database.transact`, which does the work again.
    """
    row = session.get(PublishedDocumentRow, url, with_for_update=True)
    sha256 = hashlib.sha256(body).hexdigest()
    if row is None:
        row = PublishedDocumentRow(
            url=url,
            issuer_id=issuer_id,
            media_type=media_type,
            body=body,
            body_sha256=sha256,
            published_at=now,
            valid_until=valid_until,
            sequence=1,
        )
        session.add(row)
        return
    row.media_type, row.body, row.body_sha256 = media_type, body, sha256
    row.published_at, row.valid_until, row.sequence = now, valid_until, row.sequence + 1


@dataclass(frozen=True, slots=True)
class PublicDocument:
    """What a URL shall answer with."""

    url: str
    body: bytes
    media_type: str


def publish_changed(
    session: Session,
    documents: Iterable[PublicDocument],
    *,
    now: datetime,
    issuer_id: str | None = None,
) -> bool:
    """Publish those whose URL answers with something else, or with nothing; were there any?"""
    wanted = {document.url: document for document in documents}
    rows = select(
        PublishedDocumentRow.url, PublishedDocumentRow.body_sha256, PublishedDocumentRow.media_type
    ).where(PublishedDocumentRow.url.in_(wanted))
    found = {row.url: (row.body_sha256, row.media_type) for row in session.execute(rows)}
    changed = [
        document
        for document in wanted.values()
        if found.get(document.url)
        != (hashlib.sha256(document.body).hexdigest(), document.media_type)
    ]
    for document in changed:
        publish(
            session,
            document.url,
            document.body,
            media_type=document.media_type,
            issuer_id=issuer_id,
            now=now,
        )
    session.flush()
    return bool(changed)


@dataclass(frozen=True, slots=True)
class Published:
    """What a URL answers with at one moment: a body and its SHA-256 in hex, of one publication."""

    url: str
    body: bytes
    sha256: str
    media_type: str
    published_at: datetime


def find_published(session: Session, url: str) -> Published | None:
    """Return what is published at a URL, which may be anything that somebody typed."""
    if not _may_be_published(url):
        return None
    row = session.get(PublishedDocumentRow, url)
    if row is None:
        return None
    body = stored(row.body, row.body_sha256, what=url)
    return Published(url, body, row.body_sha256, row.media_type, row.published_at)


def _may_be_published(url: str) -> bool:
    """Tell whether a URL can be asked for: no database of ours takes every character."""
    return len(url) <= URL_LENGTH and url.isascii() and url.isprintable()


@dataclass(frozen=True, slots=True)
class PublishedDocuments:
    """Our own published documents as a source; nothing behind it, and never the network."""

    database: Database

    def fetch(self, url: str, *, maximum_bytes: int) -> bytes:
        """Return the bytes that `url` answers with.

        Raises:
            UnavailableError: nothing is published there, or it is longer than `maximum_bytes`.
        """
        with self.database.read() as session:
            found = find_published(session, url)
        if found is None or len(found.body) > maximum_bytes:
            raise UnavailableError(f"nothing that can be read is published at {url:.200}")
        return found.body


@dataclass(slots=True)
class _Watched:
    """A source that keeps in mind what it could not give because the database was in trouble."""

    source: PublishedDocuments
    trouble: UnavailableError | None = None

    def fetch(self, url: str, *, maximum_bytes: int) -> bytes:
        """Return the bytes that `url` answers with, as the source behind does."""
        try:
            return self.source.fetch(url, maximum_bytes=maximum_bytes)
        except UnavailableError as error:
            if error.code is Code.DATABASE:
                self.trouble = error
            raise


@contextmanager
def judged_by_published(database: Database) -> Iterator[DocumentSource]:
    """Our own published documents, for a block that judges our own work by them.

    To a verifier a database that is silent is a finding like others, and to who awards it is no
    fault of the award.

    Raises:
        UnavailableError: the block refused, and the database did not answer it.
    """
    watched = _Watched(PublishedDocuments(database))
    try:
        yield watched
    except RefusedError as refusal:
        if watched.trouble is not None:
            raise watched.trouble from refusal
        raise


def export(database: Database, public: PublicFolder) -> None:
    """Write every published document whose file differs; each file is replaced at once.

    Whoever writes reads the rows under the same lock, so nobody brings older bytes back. Neither
    does a database that was put back: a status list that says more than its row stays (R35).

    Raises:
        RefusedError: a status list stays; all else is written.
        UnavailableError: a row is damaged; its file stays, and all else is written.
    """
    troubles: list[ExplainedError] = []
    with _alone_in(public.folder), database.read() as session:
        for row in session.scalars(select(PublishedDocumentRow)):
            path = public.path_of(row.url)
            if path is None or _holds(path, row.body):
                continue
            try:
                _check_goes_on(path, row)
                _replace(path, stored(row.body, row.body_sha256, what=row.url))
            except (RefusedError, UnavailableError) as error:
                troubles.append(error)
    if troubles:
        raise troubles[0]


def _check_goes_on(path: Path, row: PublishedDocumentRow) -> None:
    """Refuse to replace a status list by one that is older or says less."""
    new = find_list(row.body) if path.is_file() and STATUS_LISTS in row.url else None
    old = None if new is None else find_list(path.read_bytes())
    if new is not None and old is not None:
        check_not_older(new, old)


@contextmanager
def _alone_in(folder: Path) -> Iterator[None]:
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / LOCK_FILE).open("wb") as file:
        fcntl.flock(file, fcntl.LOCK_EX)  # let go when the file is closed
        yield


def _holds(path: Path, body: bytes) -> bool:
    return path.is_file() and path.read_bytes() == body


def _replace(path: Path, body: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with NamedTemporaryFile(dir=path.parent, prefix=".", delete=False) as file:
        written = Path(file.name)
        try:
            file.write(body)
            file.flush()
            os.fsync(file.fileno())
            written.chmod(PUBLIC_FILE_MODE)
            written.replace(path)
        finally:
            written.unlink(missing_ok=True)  # it is there only if something failed
