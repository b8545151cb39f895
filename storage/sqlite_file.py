"""The file of a SQLite database: where it may lie, who may read it, whether it is whole.

Everything else about SQLite is in `engine`, beside the other two databases.
"""

import os
import re
import sqlite3
import time
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Final

from openbadges.errors import Code, RefusedError, UnavailableError

_MOUNTS: Final = Path("/proc/self/mounts")
_RETRY_SECONDS: Final = 0.01  # between two attempts; the switch of another process takes less
_OWNER_ONLY: Final = 0o600  # learners' addresses are inside; WAL and SHM files follow this mode

# WAL needs shared memory and locks that hold; over a network both silently fail. 9p is not listed:
# sandboxes call their local root so.
_NETWORK_FILESYSTEMS: Final = frozenset(
    {
        *("nfs", "nfs4", "cifs", "smb2", "smb3", "smbfs", "ncpfs", "afs", "coda", "davfs"),
        *("ceph", "glusterfs", "lustre", "beegfs", "gpfs", "orangefs", "pvfs2", "ocfs2", "gfs2"),
    }
)
# FUSE may be anything: sshfs, S3, a cloud drive. These are known to lie on a local disk.
_LOCAL_FUSE: Final = frozenset({"fuse.fuse-overlayfs", "fuse.gocryptfs", "fuse.ecryptfs"})
_OCTAL_ESCAPE: Final = re.compile(r"\\([0-7]{3})")  # how the mount table writes a space


def prepare(path: Path, *, create: bool, busy_timeout_seconds: float) -> None:
    """Vet the file before anything opens it, and put it into WAL mode.

    Where nobody can write it, it is vetted as it is.

    Raises:
        RefusedError: it is on a network filesystem, damaged, or no SQLite database.
        UnavailableError: it does not exist (and `create` is false) or cannot be opened.
    """
    refuse_network_filesystem(path, mounts=_mount_table())
    try:
        _find_or_create(path, create=create)
        with closing(_connect(path, seconds=busy_timeout_seconds)) as connection:
            found = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
    except (OSError, sqlite3.OperationalError) as error:
        reason = error.strerror if isinstance(error, OSError) else error
        raise UnavailableError(
            f"the database {path} cannot be opened: {reason}", code=Code.DATABASE
        ) from error
    except (sqlite3.DatabaseError, UnicodeDecodeError) as error:
        raise _damaged(path, str(error)) from error
    if found != "ok":
        raise _damaged(path, found)


def is_read_only(path: Path) -> bool:
    """Tell whether this process may not write the file, or nothing beside it (R13)."""
    return not (os.access(path, os.W_OK) and os.access(path.parent, os.W_OK))


def read_only_uri(path: Path) -> str:
    """Return the URI by which SQLite reads a file that cannot be written.

    Without a write-ahead log there is none to make here, so the file is read as it stands.
    https://www.sqlite.org/wal.html#read_only_databases
    """
    log = path.with_name(f"{path.name}-wal")
    stands = "" if log.exists() and log.stat().st_size else "&immutable=1"
    return f"{path.absolute().as_uri()}?mode=ro{stands}"


def refuse_network_filesystem(path: Path, *, mounts: str) -> None:
    """Return if `path` lies on a filesystem of this machine, as far as `mounts` tells.

    `mounts` is the text of /proc/self/mounts; where a system has none it is empty.

    Raises:
        RefusedError: the filesystem is one of a network; the sentence names it.
    """
    mount_point, kind = _mount_of(path.resolve(), mounts)
    fuse = kind == "fuse" or (kind.startswith("fuse.") and kind not in _LOCAL_FUSE)
    if fuse or kind in _NETWORK_FILESYSTEMS:
        raise RefusedError(
            f"the database {path} lies on a network filesystem ({kind}, mounted on {mount_point}),"
            " where SQLite loses data: put it on a local disk, or use PostgreSQL or MariaDB",
            code=Code.DATABASE,
        )


def _mount_table() -> str:
    return _MOUNTS.read_text(encoding="utf-8", errors="replace") if _MOUNTS.exists() else ""


def _mount_of(path: Path, mounts: str) -> tuple[Path, str]:
    """The deepest mount point above `path`; of two on one point, the later hides the earlier."""
    found = (Path("/"), "")
    for line in mounts.splitlines():
        _, written, kind, *_ = [*line.split(" "), "", "", ""]
        mount_point = Path(_OCTAL_ESCAPE.sub(lambda match: chr(int(match[1], 8)), written))
        if path.is_relative_to(mount_point) and len(mount_point.parts) >= len(found[0].parts):
            found = (mount_point, kind)
    return found


def _find_or_create(path: Path, *, create: bool) -> None:
    if path.exists():
        return
    if not create:
        raise UnavailableError(f"the database {path} does not exist", code=Code.DATABASE)
    try:
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, _OWNER_ONLY))
    except FileExistsError:
        return  # another process created it between the two looks


def _connect(path: Path, *, seconds: float) -> sqlite3.Connection:
    if is_read_only(path):
        return sqlite3.connect(read_only_uri(path), uri=True, timeout=seconds)
    connection = sqlite3.connect(path, timeout=seconds)
    with ExitStack() as undo:
        undo.callback(connection.close)
        _use_wal(connection, seconds=seconds)
        undo.pop_all()
    return connection


def _use_wal(connection: sqlite3.Connection, *, seconds: float) -> None:
    """Switch to WAL, waiting for others that switch the same new file.

    SQLite itself does not make two of them wait, because each holds what the other needs.
    """
    last = time.monotonic() + seconds
    while True:
        try:
            connection.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() > last:
                raise
            time.sleep(_RETRY_SECONDS)
        else:
            return


def _damaged(path: Path, found: str) -> RefusedError:
    return RefusedError(
        f"the database {path} is damaged or no SQLite database ({found.splitlines()[0]}):"
        " restore a backup with `insignia restore`",
        code=Code.DATABASE,
    )
