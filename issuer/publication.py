"""What is published: the exact bytes that a URL of ours answers with.

The bytes are rows, and `PublishedDocuments` is the source that our own verifier reads. `export`
writes the same into the folder that `verifier.published` reads without a database.
"""

import fcntl
import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from issuer.tables import PublishedDocumentRow
from openbadges.errors import UnavailableError
from storage import Database
from verifier.published import PublicFolder

PUBLIC_FILE_MODE: Final = 0o644
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
class PublishedDocuments:
    """Our own published documents as a source; nothing behind it, and never the network."""

    database: Database

    def fetch(self, url: str, *, maximum_bytes: int) -> bytes:
        """Return the bytes that `url` answers with.

        Raises:
            UnavailableError: nothing is published there, or it is longer than `maximum_bytes`.
        """
        with self.database.read() as session:
            row = session.get(PublishedDocumentRow, url)
            if row is None or len(row.body) > maximum_bytes:
                raise UnavailableError(f"nothing that can be read is published at {url:.200}")
            return row.body


def export(database: Database, public: PublicFolder) -> None:
    """Write every published document whose file differs; each file is replaced at once.

    Whoever writes reads the rows under the same lock, so nobody brings older bytes back.
    """
    with _alone_in(public.folder), database.read() as session:
        for row in session.scalars(select(PublishedDocumentRow)):
            path = public.path_of(row.url)
            if path is not None and not _holds(path, row.body):
                _replace(path, row.body)


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
