"""`insignia backup`: all rows of one moment as JSON lines, and the keystore's files apart.

The first line says what it is and where the audit log ended; then each table with its columns and
rows; the last says how many rows there were, so that nothing can be missing at the end. Sessions
are left out: nobody is signed in by a restore who has signed out.
"""

import json
import zlib
from base64 import b64encode
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from accounts.tables import SessionRow
from issuer.audit import BACKUP, OPERATOR, Act, head_position, note
from keys.copying import read_sealed
from openbadges.errors import UnavailableError
from openbadges.strict import format_timestamp
from service.backups.age_files import check_recipients, encrypt
from service.installation import KEYSTORE, Installation
from storage import portable, schema

FORMAT: Final = "insignia-backup-1"
KEYS_FORMAT: Final = "insignia-keys-1"
LEFT_OUT: Final = (SessionRow.__tablename__,)
GZIP: Final = 16 + zlib.MAX_WBITS


def write_backup(installation: Installation, path: Path, *, now: datetime) -> int:
    """Write a backup of the database to a file, while others go on working; returns its bytes.

    That it is made is noted first, where the database still takes writing: a journal that begins
    with this act goes on from the backup.

    Raises:
        RefusedError: there are no public keys to encrypt it to.
        UnavailableError: the database does not answer.
    """
    recipients = installation.settings.backup_recipients
    check_recipients(recipients)  # before anything is noted
    with suppress(UnavailableError):
        installation.database.transact(
            lambda session: note(session, Act.BACKED_UP, BACKUP, now=now, actor=OPERATOR)
        )
    encrypt(path, _compressed(_lines(installation, now)), recipients)
    return path.stat().st_size


def write_keys(installation: Installation, path: Path, *, now: datetime) -> int:
    """Write the keystore's files, sealed as they lie, to a file of their own.

    Raises:
        RefusedError: there are no public keys to encrypt it to, or the keystore is open to others.
    """
    files = read_sealed(installation.settings.data / KEYSTORE)
    document = {
        "format": KEYS_FORMAT,
        "baseUrl": installation.base_url,
        "at": format_timestamp(now),
        "files": {name: b64encode(data).decode() for name, data in files.items()},
    }
    encrypt(path, [_line(document)], installation.settings.backup_recipients)
    return path.stat().st_size


def _lines(installation: Installation, now: datetime) -> Iterator[bytes]:
    schema.check(installation.database)
    with installation.database.snapshot() as session:
        head = head_position(session)
        yield _line(
            {
                "format": FORMAT,
                "schema": schema.newest(),
                "baseUrl": installation.base_url,
                "organisation": installation.organisation,
                "at": format_timestamp(now),
                "audit": {"sequence": head.sequence, "sha256": head.sha256},
            }
        )
        counted = portable.tables(without=LEFT_OUT)
        count = 0
        for name, columns in counted.items():
            yield _line({"table": name, "columns": columns})
            for row in portable.read_rows(session, name, columns):
                count += 1
                yield _line(row)
    yield _line({"tables": len(counted), "rows": count})


def _compressed(lines: Iterator[bytes]) -> Iterator[bytes]:
    compressor = zlib.compressobj(wbits=GZIP)
    for line in lines:
        if chunk := compressor.compress(line):
            yield chunk
    yield compressor.flush()


def _line(value: Any) -> bytes:  # noqa: ANN401 -- JSON is any JSON value
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"
