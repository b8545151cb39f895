"""A SQLite file is vetted before it is used."""

import stat
from pathlib import Path

import pytest
from sqlalchemy import text

from openbadges.errors import RefusedError, UnavailableError
from storage import Database, schema
from storage.sqlite_file import refuse_network_filesystem

MOUNTS = """\
/dev/vda / ext4 rw,relatime 0 0
tmpfs /run tmpfs rw 0 0
server:/export /mnt/nfs nfs4 rw,vers=4.2 0 0
//server/share /mnt/with\\040space cifs rw 0 0
me@server: /mnt/ssh fuse.sshfs rw 0 0
overlay /mnt/box fuse.fuse-overlayfs rw 0 0
tool /mnt/fuse fuse rw 0 0
/dev/vdb /mnt/nfs/local ext4 rw 0 0
server:/other /mnt/twice nfs rw 0 0
/dev/vdc /mnt/twice xfs rw 0 0
broken line
"""


@pytest.mark.parametrize(
    ("path", "named"),
    [
        pytest.param("/mnt/nfs/insignia.db", r"nfs4, mounted on /mnt/nfs\)", id="NFS"),
        pytest.param("/mnt/with space/a/insignia.db", "cifs", id="SMB, on a folder with a space"),
        pytest.param("/mnt/ssh/insignia.db", r"fuse\.sshfs", id="sshfs"),
        pytest.param("/mnt/fuse/insignia.db", "fuse", id="a FUSE that does not say what it is"),
    ],
)
def test_a_network_filesystem_is_refused_by_name(path: str, named: str) -> None:
    with pytest.raises(RefusedError, match=named):
        refuse_network_filesystem(Path(path), mounts=MOUNTS)


@pytest.mark.parametrize(
    "path",
    [
        pytest.param("/var/lib/insignia.db", id="the root"),
        pytest.param("/mnt/nfs-not/insignia.db", id="a folder with a similar name"),
        pytest.param("/mnt/nfs/local/insignia.db", id="a disk mounted below a network"),
        pytest.param("/mnt/twice/insignia.db", id="a disk mounted over a network"),
        pytest.param("/mnt/box/insignia.db", id="the root of a container"),
    ],
)
def test_a_local_filesystem_is_accepted(path: str) -> None:
    refuse_network_filesystem(Path(path), mounts=MOUNTS)


def test_a_link_into_a_network_filesystem_is_followed(tmp_path: Path) -> None:
    (tmp_path / "far").mkdir()
    (tmp_path / "near").symlink_to(tmp_path / "far")
    mounts = f"server:/ {tmp_path / 'far'} nfs rw 0 0"
    with pytest.raises(RefusedError, match="nfs"):
        refuse_network_filesystem(tmp_path / "near" / "insignia.db", mounts=mounts)


def test_where_no_mount_table_is_nothing_is_refused() -> None:
    refuse_network_filesystem(Path("/insignia.db"), mounts="")


def test_a_missing_file_is_not_created_by_accident(tmp_path: Path) -> None:
    path = tmp_path / "insignia.db"
    with pytest.raises(UnavailableError, match="does not exist"):
        Database.open(f"sqlite:///{path}")
    assert not path.exists()


def test_only_its_owner_can_read_a_new_database(tmp_path: Path) -> None:
    database = Database.open(f"sqlite:///{tmp_path / 'insignia.db'}", create=True)
    schema.upgrade(database)
    with database.write() as session:
        session.execute(text("SELECT 1"))
        modes = {file.name: stat.filemode(file.stat().st_mode) for file in tmp_path.iterdir()}
    database.close()
    assert modes == dict.fromkeys(
        ("insignia.db", "insignia.db-wal", "insignia.db-shm"), "-rw-------"
    )


@pytest.mark.parametrize("create", [True, False])
def test_a_file_that_is_no_database_is_refused_and_kept(tmp_path: Path, *, create: bool) -> None:
    path = tmp_path / "insignia.db"
    path.write_bytes(b"once upon a time, " * 1000)
    with pytest.raises(RefusedError, match=r"no SQLite database.*restore a backup"):
        Database.open(f"sqlite:///{path}", create=create)
    assert path.read_bytes() == b"once upon a time, " * 1000


def test_a_folder_is_no_database(tmp_path: Path) -> None:
    with pytest.raises(UnavailableError, match="cannot be opened"):
        Database.open(f"sqlite:///{tmp_path}")


def test_a_folder_that_is_missing_is_not_made(tmp_path: Path) -> None:
    with pytest.raises(UnavailableError, match="No such file or directory"):
        Database.open(f"sqlite:///{tmp_path / 'missing' / 'insignia.db'}", create=True)


@pytest.mark.parametrize("page", range(1, 8))
def test_a_page_of_flipped_bytes_is_found_at_the_start(tmp_path: Path, page: int) -> None:
    path = tmp_path / "insignia.db"
    database = Database.open(f"sqlite:///{path}", create=True)
    schema.upgrade(database)
    with database.write() as session:
        size = session.scalar(text("PRAGMA page_size"))
    database.close()
    data = bytearray(path.read_bytes())
    damaged = slice(page * size, page * size + 64)
    data[damaged] = bytes(byte ^ 0xFF for byte in data[damaged])
    path.write_bytes(data)
    with pytest.raises(RefusedError, match="damaged"):
        Database.open(f"sqlite:///{path}")


def test_a_truncated_file_is_found_at_the_start(tmp_path: Path) -> None:
    path = tmp_path / "insignia.db"
    database = Database.open(f"sqlite:///{path}", create=True)
    schema.upgrade(database)
    database.close()
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    with pytest.raises(RefusedError, match="damaged"):
        Database.open(f"sqlite:///{path}")
