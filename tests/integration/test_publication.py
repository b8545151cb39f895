"""What is published: bytes behind a URL, and the same bytes as files that need no database."""

import stat
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from issuer.publication import PublishedDocuments, export, publish
from issuer.tables import PublishedDocumentRow
from openbadges.errors import UnavailableError
from storage import Database
from tests.issuing import NOW, ON_SQLITE, House
from verifier import Verdict, Verifier
from verifier.published import PublicFolder
from verifier.sources import NoDocuments

URL = "https://badges.example/documents/1"
LATER = NOW + timedelta(hours=1)
A_WHILE = 0.3  # seconds, for who waits at a lock


def put(database: Database, body: bytes, *, url: str = URL, later: bool = False) -> None:
    with database.write() as session:
        publish(session, url, body, media_type="text/plain", now=LATER if later else NOW)


@pytest.fixture
def public(tmp_path: Path) -> PublicFolder:
    return PublicFolder(tmp_path / "public", "https://badges.example")


def test_an_address_answers_with_the_newest_bytes(database: Database) -> None:
    put(database, b"one")
    put(database, b"two\x00\xff", later=True)
    documents = PublishedDocuments(database)
    assert documents.fetch(URL, maximum_bytes=5) == b"two\x00\xff"
    with database.read() as session:
        row = session.scalars(select(PublishedDocumentRow)).one()
    assert (row.sequence, row.published_at) == (2, LATER)


def test_nothing_and_too_much_are_both_unavailable(database: Database) -> None:
    put(database, b"12345")
    documents = PublishedDocuments(database)
    for url, maximum in ((URL, 4), (f"{URL}/2", 5), ("https://elsewhere.example/", 5)):
        with pytest.raises(UnavailableError, match="nothing that can be read is published at"):
            documents.fetch(url, maximum_bytes=maximum)


@ON_SQLITE
def test_the_files_are_enough_to_verify_without_a_database(
    house: House, public: PublicFolder
) -> None:
    (issued,) = house.issue()
    export(house.database, public)
    verifier = Verifier(public.source(NoDocuments()))
    for form in (issued.forms.json, issued.forms.compact_jws):
        assert verifier.verify(form, now=NOW).verdict is Verdict.VERIFIED
    house.revoke(issued.id)
    house.publish()
    assert verifier.verify(issued.forms.json, now=NOW).verdict is Verdict.VERIFIED
    export(house.database, public)
    assert verifier.verify(issued.forms.json, now=NOW).verdict is Verdict.REJECTED


@ON_SQLITE
def test_only_files_that_differ_are_written_and_others_may_read_them(
    database: Database, public: PublicFolder
) -> None:
    put(database, b"one")
    put(database, b"same", url=f"{URL}-2")
    export(database, public)
    changed, same = public.folder / "documents" / "1", public.folder / "documents" / "1-2"
    before = same.stat().st_ino
    put(database, b"two")
    export(database, public)
    assert (changed.read_bytes(), same.read_bytes()) == (b"two", b"same")
    assert same.stat().st_ino == before
    assert stat.S_IMODE(changed.stat().st_mode) == 0o644
    assert sorted(path.name for path in changed.parent.iterdir()) == ["1", "1-2"]


@dataclass(frozen=True, slots=True)
class SlowFolder(PublicFolder):
    """A folder that is written so slowly that somebody else begins between the look and that."""

    others: ThreadPoolExecutor
    database: Database
    begun: list[Future[None]] = field(default_factory=list)

    def path_of(self, url: str) -> Path | None:
        """Let the other one publish newer bytes first, and wait a while for it."""
        if not self.begun:
            self.begun.append(self.others.submit(self._publish))
            wait(self.begun, timeout=A_WHILE)
        return PublicFolder.path_of(self, url)

    def _publish(self) -> None:
        put(self.database, b"newer", later=True)
        export(self.database, PublicFolder(self.folder, self.base_url))


@pytest.fixture
def others() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(1) as workers:
        yield workers


@ON_SQLITE
def test_a_slow_export_does_not_bring_older_bytes_back(
    database: Database, public: PublicFolder, others: ThreadPoolExecutor
) -> None:
    put(database, b"older")
    slow = SlowFolder(public.folder, public.base_url, others, database)
    export(database, slow)
    slow.begun[0].result()
    assert public.read(URL) == b"newer"


@ON_SQLITE
def test_a_file_that_cannot_be_written_leaves_no_other_behind(
    database: Database, public: PublicFolder
) -> None:
    put(database, b"one")
    in_the_way = public.folder / "documents" / "1"
    in_the_way.mkdir(parents=True)
    with pytest.raises(IsADirectoryError):
        export(database, public)
    assert list(in_the_way.parent.iterdir()) == [in_the_way]


@ON_SQLITE
@pytest.mark.parametrize(
    "url",
    [
        "https://badges.example/../../escaped",
        "https://badges.example/%2e%2e/escaped",
        "https://elsewhere.example/escaped",
    ],
)
def test_nothing_is_written_outside_the_folder(
    database: Database, public: PublicFolder, tmp_path: Path, url: str
) -> None:
    put(database, b"x", url=url)
    export(database, public)
    assert not [path for path in tmp_path.rglob("*") if path.name == "escaped"]
