"""No private key, secret or passphrase is anywhere but sealed in the keystore (D16)."""

import base64
import os
import signal
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, Final

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from sqlalchemy import select

from keys import Keystore, Passphrase, Purpose
from keys.encryption import InsecureCostWarning
from keys.keystore import _key_file
from openbadges.strict import encode_base58btc
from storage import Database
from storage.columns import Row
from tests.reliability.served import PLENTY, Program, Service, children_of, running, until
from tests.reliability.spellings import SPELLINGS, find, spellings_of
from tests.serving import PASSPHRASE, installed
from tests.shell import AWARD, Shell

SEED: Final = bytes.fromhex("6241a409e6707bb640a0140a8a32bc3d193c33a661747284d6adfa4ed4180be4")
CRASHED: Final = b"Fatal Python error: Segmentation fault"


def raw_private(der: bytes) -> bytes:
    """Return the seed or scalar of a private key."""
    key = serialization.load_der_private_key(der, password=None)
    if isinstance(key, ec.EllipticCurvePrivateKey):  # noqa: TID251 -- to be looked for, and no more
        return key.private_numbers().private_value.to_bytes(key.key_size // 8)
    raw: bytes = key.private_bytes_raw()  # type: ignore[union-attr]
    return raw


def secrets_of(keystore: Keystore) -> Mapping[str, bytes]:
    """Return everything that a keystore seals, by what it is."""
    found = {"the passphrase": PASSPHRASE.encode()}
    for record in keystore.list():
        name, bound_to = _key_file(record)
        sealed = keystore._folder.read(name)  # noqa: SLF001 -- to be looked for, and no more
        der = keystore._data_key.unseal(sealed, bound_to=bound_to, name=name)  # noqa: SLF001
        found[name] = raw_private(der)
    for purpose in keystore._index().secrets:  # noqa: SLF001
        found[f"secret-{purpose}"] = keystore.secret(purpose)
    return found


def planted() -> Iterator[Any]:
    """Give the seed as programs write it, each by what wrote it and the spelling to be found."""
    key = serialization.load_der_private_key(
        bytes.fromhex("302e020100300506032b657004220420") + SEED, password=None
    )
    for name, encoding, spelling in (
        ("PEM", serialization.Encoding.PEM, "base64"),
        ("DER", serialization.Encoding.DER, "raw"),
    ):
        data = key.private_bytes(
            encoding, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        yield pytest.param(data, spelling, id=name)
    yield pytest.param(SEED.hex().encode(), "hex", id="hex")
    yield pytest.param(SEED.hex().upper().encode(), "hex", id="HEX")
    yield pytest.param(SEED.hex(":").encode(), "hex", id="hex with colons")
    for before in range(5):
        text = base64.b64encode(b"x" * before + SEED + b"y" * before)
        yield pytest.param(text, "base64", id=f"base64 after {before}")
        text = base64.urlsafe_b64encode(b"x" * before + SEED)
        yield pytest.param(text, "base64url", id=f"base64url after {before}")
    broken = base64.encodebytes(b"x" * 50 + SEED)
    yield pytest.param(broken, "base64", id="base64 in lines")
    secret_multikey = "z" + encode_base58btc(b"\x80\x26" + SEED)
    yield pytest.param(secret_multikey.encode(), "base58", id="secretKeyMultibase")
    yield pytest.param(encode_base58btc(SEED).encode(), "base58", id="base58")
    yield pytest.param(str(list(SEED)).encode(), "decimals", id="a list of numbers")
    yield pytest.param(repr({"seed": SEED}).encode(), "escapes", id="Python's repr")
    yield pytest.param(str(int.from_bytes(SEED)).encode(), "integers", id="a number")


@pytest.mark.parametrize(("text", "spelling"), list(planted()))
def test_a_secret_that_is_somewhere_is_found_in_each_spelling(text: bytes, spelling: str) -> None:
    for data in (text, b"before " + text + b" behind"):
        assert spelling in find(data, SEED)
        assert find(data, SEED[1:] + SEED[:1]) == frozenset()


def test_every_spelling_is_one_that_is_looked_for() -> None:
    assert {one.values[1] for one in planted()} == set(SPELLINGS)
    assert all(len(text) > 20 for _, text in spellings_of(SEED))


def everything_written(service: Service, folder: Path) -> Iterator[tuple[str, bytes]]:
    """Give all that a service leaves in the world, each with its name."""
    for path in sorted(folder.rglob("*")):
        if path.is_file() and path != service.shell.data / "passphrase":
            yield str(path.relative_to(folder)), path.read_bytes()
    with closing(Database.open(f"sqlite:///{service.shell.data / 'insignia.sqlite3'}")) as database:
        for table in Row.metadata.sorted_tables:
            with database.read() as session:
                for row in session.execute(select(table)):
                    for value in row:
                        data = value if isinstance(value, bytes) else str(value).encode()
                        yield table.name, data
    for process in (service.process.pid, *children_of(service.process.pid)):
        for name in ("environ", "cmdline"):
            yield f"/proc/{process}/{name}", Path(f"/proc/{process}/{name}").read_bytes()


def provoke(service: Service) -> None:
    """Ask for what goes well and what does not, and let it crash."""
    program = Program(service)
    assert program.award(1) == 201
    assert program.award(2, "no-such-badge") == 404
    for body in (b"{", b"\xff" * 100, SEED):
        service.ask("POST", "/verify", body, Content_Type="application/octet-stream")
        service.ask("POST", "/api/awards", body, Authorization="Bearer none")
    for path in ("/claim/none", "/manage/none", "/s/none", "/.env", "/keys/index.json"):
        service.ask("GET", path)
    crash(service)
    key_files = sorted((service.shell.data / "keys").glob("key-*"))
    kept = {file: file.read_bytes() for file in key_files}
    for file, data in kept.items():
        file.write_bytes(data[:-1] + bytes([data[-1] ^ 1]))
    refused = service.shell.run(*AWARD)
    assert "is damaged or was changed by hand" in refused.stderr
    with service.log.open("ab") as log:
        log.write(refused.output.encode())
    for file, data in kept.items():
        file.write_bytes(data)
    with renamed(service, "awards"):
        assert program.award(3) == 500  # and where it came from is in the log
    assert program.award(4) == 201


@contextmanager
def renamed(service: Service, table: str) -> Iterator[None]:
    """Let a table be missing while the block runs, which no code of ours expects."""
    database = service.shell.data / "insignia.sqlite3"
    with closing(sqlite3.connect(database, timeout=30, isolation_level=None)) as connection:
        connection.execute(f"ALTER TABLE {table} RENAME TO elsewhere")
        yield
        connection.execute(f"ALTER TABLE elsewhere RENAME TO {table}")


def crash(service: Service) -> None:
    """End the worker as a fault in C would, with all that Python then writes.

    (Gunicorn takes SIGABRT for itself, and ends in good order.)
    """
    worker = service.worker
    os.kill(worker, signal.SIGSEGV)
    until(lambda: CRASHED in service.log.read_bytes())
    until(lambda: children_of(service.process.pid) not in ([], [worker]) and service.lives())


def test_nothing_that_is_sealed_is_written_anywhere(
    tmp_path: Path, catalogue_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONFAULTHANDLER", "1")
    shell = with_keys_of_every_kind(tmp_path / "world", catalogue_folder)
    badge = (tmp_path / "world" / "out" / "credential.json").read_bytes()
    log = tmp_path / "world" / "log"
    with running(shell, log, badge) as service:
        provoke(service)
        identity = tmp_path / "identity"
        public = shell.json("backup", "--make-identity", str(identity))["publicKey"]
        backup = str(tmp_path / "world" / "backup")
        shell.having(BACKUP_RECIPIENTS=public).does("backup", backup)
        written = list(everything_written(service, tmp_path / "world"))
    with pytest.warns(InsecureCostWarning):
        keystore = Keystore.open(shell.data / "keys", Passphrase(PASSPHRASE))
    secrets = secrets_of(keystore)
    assert {record.purpose for record in keystore.list()} >= set(Purpose)
    names = {name.partition("/")[0] for name, _ in written}
    assert {"data", "log", "out", "backup", "credentials", "audit_entries", ""} <= names
    assert any(b'"level": "error"' in data for name, data in written if name == "log")
    hits = [
        (what, where, spelling)
        for where, data in written
        for what, secret in secrets.items()
        for spelling in find(data, secret)
    ]
    assert hits == []


def with_keys_of_every_kind(folder: Path, catalogue: Path) -> Shell:
    """Make an installation that has a key for each purpose, and one badge."""
    folder.mkdir()
    shell = installed(folder, BADGE_CLASSES=str(catalogue), **PLENTY)
    shell.does("issuer", "create")
    for purpose in Purpose:
        kind = ("--kind", "p-256") if purpose is Purpose.CREDENTIAL_JWS else ()
        shell.does("keys", "generate", "--purpose", purpose.value, *kind)
    shell.does(*AWARD, "--out", str(folder / "out"))
    return shell
