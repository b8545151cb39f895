"""A house of `tests.issuing`, opened again in another process, and what must hold of its rows."""

import hashlib
from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Self

from sqlalchemy import select

from badge_classes.loader import load_catalogue
from issuer.issuers import find_issuer
from issuer.tables import (
    AuditEntryRow,
    AwardRow,
    AwardState,
    CredentialRow,
    CredentialState,
    RevocationRow,
    StatusListRow,
)
from keys import Keystore, Passphrase
from openbadges import status_list
from openbadges.strict import parse_json_object
from storage import Database
from tests.issuing import NOW, House, write_catalogue
from verifier import Verdict

PASSPHRASE = "for tests only"  # noqa: S105 -- of a keystore that nobody else uses


@dataclass(frozen=True, slots=True)
class Address:
    """Where a house is, in words that another process can be told."""

    database: str
    keystore: str
    catalogue: str

    @classmethod
    def of(cls, database_url: str, folder: Path) -> Self:
        """Give the address of the house whose keystore is in a test's folder."""
        if not (folder / "catalogue").exists():
            write_catalogue(folder / "catalogue")
        return cls(database_url, str(folder / "keys"), str(folder / "catalogue"))

    def words(self) -> Mapping[str, str]:
        """Write it down."""
        return asdict(self)

    def open(self) -> House:
        """Open the house here; close its database at the end."""
        database = Database.open(self.database)
        with database.read() as session:
            issuer = find_issuer(session)
        keystore = Keystore.open(Path(self.keystore), Passphrase(PASSPHRASE))
        return House(issuer, database, keystore, load_catalogue(Path(self.catalogue)))


def released_bytes(house: House) -> dict[str, str]:
    """Give the hash of both forms of every released credential, by its id."""
    with house.database.read() as session:
        rows = session.execute(
            select(CredentialRow.id, CredentialRow.json_bytes, CredentialRow.jws_bytes).where(
                CredentialRow.state == CredentialState.SIGNED, CredentialRow.json_bytes.is_not(None)
            )
        ).all()
    return {
        row.id: hashlib.sha256((row.json_bytes or b"") + (row.jws_bytes or b"")).hexdigest()
        for row in rows
    }


def check_indexes(house: House) -> None:
    """Fail if an index was used twice, or a list counts others than were reserved in it."""
    with house.database.read() as session:
        used = Counter(
            tuple(row)
            for row in session.execute(
                select(CredentialRow.status_list_id, CredentialRow.status_index)
            )
        )
        counted = {row.id: row.reserved_count for row in session.scalars(select(StatusListRow))}
    assert [index for index, times in used.items() if times > 1] == []
    reserved = Counter(list_id for list_id, _ in used)
    assert {name: count for name, count in counted.items() if count} == dict(reserved)


def check_signed_is_recorded(house: House) -> None:
    """Fail if something was signed that is not on record, or released without its entries."""
    with house.database.read() as session:
        credentials = session.scalars(select(CredentialRow)).all()
        entries = session.execute(select(AuditEntryRow.act, AuditEntryRow.subject)).all()
    for row in credentials:
        assert row.json_sha256 is None or row.unsigned_sha256 is not None
        assert (row.state is CredentialState.SIGNED) == (row.json_sha256 is not None)
    released = [row.credential_url for row in credentials if row.state is CredentialState.SIGNED]
    for act in ("credential-recorded", "credential-released"):
        noted = Counter(subject for one, subject in entries if one == act)
        assert [url for url in released if noted[url] != 1] == []
    assert {s for a, s in entries if a == "credential-released"} == set(released)


def check_released_once(house: House) -> None:
    """Fail if an award that is issued has other than one released credential of each edition."""
    with house.database.read() as session:
        rows = session.execute(
            select(CredentialRow.award_id, CredentialRow.edition)
            .join(AwardRow, AwardRow.id == CredentialRow.award_id)
            .where(
                AwardRow.state == AwardState.ISSUED, CredentialRow.state == CredentialState.SIGNED
            )
        ).all()
    assert [one for one, times in Counter(tuple(row) for row in rows).items() if times > 1] == []


def revoked_bits(house: House) -> set[tuple[str, int]]:
    """Give the indexes that the published lists call revoked, by the list's row."""
    with house.database.read() as session:
        lists = session.execute(select(StatusListRow.id, StatusListRow.url)).all()
    return {(row.id, place) for row in lists for place in _set_places(house.published(row.url))}


def check_revocations(house: House) -> None:
    """Fail if the published lists call others revoked than the rows do."""
    with house.database.read() as session:
        rows = session.execute(
            select(CredentialRow.status_list_id, CredentialRow.status_index).join(
                RevocationRow, RevocationRow.credential_id == CredentialRow.id
            )
        ).all()
    assert revoked_bits(house) == {tuple(row) for row in rows}


def check_some_verify(house: House, *, most: int, now: datetime = NOW) -> None:
    """Fail if a released credential that was not revoked does not verify; look at some of them."""
    with house.database.read() as session:
        bodies = session.scalars(
            select(CredentialRow.json_bytes)
            .where(
                CredentialRow.json_bytes.is_not(None),
                CredentialRow.id.not_in(select(RevocationRow.credential_id)),
            )
            .order_by(CredentialRow.id)
            .limit(most)
        ).all()
    assert bodies
    for body in bodies:
        assert body is not None
        assert house.verify(body, now=now).verdict is Verdict.VERIFIED


def _set_places(published: bytes) -> list[int]:
    document = parse_json_object(published, what="a status list")
    bits = status_list.decode(document["credentialSubject"]["encodedList"])
    return [
        place * 8 + bit
        for place, byte in enumerate(bits)
        if byte
        for bit in range(8)
        if byte & (0x80 >> bit)
    ]
