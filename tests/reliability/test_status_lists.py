"""Status lists under many hands (F13, F15, F17, F20): other processes, full lists, who reads."""

import hashlib
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from itertools import pairwise
from pathlib import Path
from threading import Event
from typing import Final

from sqlalchemy import select

from issuer.issuers import load_issuer
from issuer.policy import STATUS_LIST_ENTRIES, STATUS_LIST_FULL
from issuer.publication import PublishedDocuments
from issuer.status import publish_list, reserve_index
from issuer.tables import CredentialRow, StatusListRow
from openbadges import status_list
from openbadges.strict import parse_json_object
from service.due import publish_status
from storage import Database
from tests.amounts import amount
from tests.doors import NO_LIMITS
from tests.issuing import NOW, ON_SQLITE, House
from tests.shell import Shell
from tests.site import Site
from verifier import Verdict, Verifier

ROOT: Final = Path(__file__).parents[2]
PROCESSES: Final = 2
OF_EACH: Final = amount(4, 1000)
BETWEEN_LISTS: Final = 0.05  # seconds, so that those who revoke come to it too
SECONDS_TO_END: Final = 600  # a fault of the test and not of a slow machine

REVOKE: Final = """
import sys
from datetime import datetime
from issuer.revocation import revoke
from storage import Database
database = Database.open(sys.argv[1])
print("ready", flush=True)
for line in sys.stdin:
    one, moment = line.rstrip().partition(" ")[::2]
    now = datetime.fromisoformat(moment)
    database.transact(lambda session: revoke(session, one, reason="a mistake", now=now))
database.close()
"""


def begin_revoking(database_url: str) -> subprocess.Popen[str]:
    """Start a process that revokes each credential that it is told of."""
    return subprocess.Popen(  # noqa: S603 -- our own script
        [sys.executable, "-c", REVOKE, database_url],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )


def set_bits(body: bytes) -> set[int]:
    """Read which indexes a published list says are revoked."""
    document = parse_json_object(body, what="a status list")
    bits = status_list.decode(document["credentialSubject"]["encodedList"])
    return {
        place * 8 + bit
        for place, byte in enumerate(bits)
        if byte
        for bit in range(8)
        if byte & (0x80 >> bit)
    }


def the_list(database: Database) -> StatusListRow:
    with database.read() as session:
        return session.scalars(select(StatusListRow)).one()


def index_of(database: Database, credential_id: str) -> int:
    with database.read() as session:
        return session.get_one(CredentialRow, credential_id).status_index


def test_f13_processes_that_revoke_at_once_lose_none_of_their_bits(
    house: House, database_url: str
) -> None:
    """The list is published all the while, and a last time when all have ended."""
    issued = [house.issue()[0].id for _ in range(PROCESSES * OF_EACH)]
    kept = house.issue()[0]
    processes = [begin_revoking(database_url) for _ in range(PROCESSES)]
    for process in processes:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    with ThreadPoolExecutor(PROCESSES) as telling:
        shares = (issued[start::PROCESSES] for start in range(PROCESSES))
        endings = [
            telling.submit(process.communicate, told(share), SECONDS_TO_END)
            for process, share in zip(processes, shares, strict=True)
        ]
        while wait(endings, timeout=BETWEEN_LISTS).not_done:
            house.publish()
        for ending in endings:
            ending.result()
    assert [process.returncode for process in processes] == [0] * PROCESSES
    house.publish()
    revoked = {index_of(house.database, one) for one in issued}
    assert len(revoked) == len(issued)
    assert set_bits(house.published(the_list(house.database).url)) == revoked
    assert house.verify(kept.forms.json).verdict is Verdict.VERIFIED


def told(credential_ids: Sequence[str]) -> str:
    return "".join(f"{one} {NOW.isoformat()}\n" for one in credential_ids)


LEFT: Final = 3  # in the list that is nearly full
WORKERS: Final = 4


def test_f15_many_hands_fill_a_list_to_its_last_place_and_open_one_other(house: House) -> None:
    house.issue()
    first = the_list(house.database).id
    with house.database.write() as session:
        session.get_one(StatusListRow, first).reserved_count = STATUS_LIST_FULL - LEFT
    with ThreadPoolExecutor(WORKERS) as workers:
        issued = [one for one, *_ in workers.map(lambda _: house.issue(), range(2 * WORKERS))]
    with house.database.read() as session:
        rows = {row.id: row for row in session.scalars(select(StatusListRow))}
        lists = session.scalars(
            select(CredentialRow.status_list_id).where(
                CredentialRow.id.in_([one.id for one in issued])
            )
        )
        given = Counter(lists)
    (second,) = rows.keys() - {first}
    assert given == {first: LEFT, second: 2 * WORKERS - LEFT}
    assert (rows[first].closed_at, rows[first].reserved_count) == (NOW, STATUS_LIST_FULL)
    assert (rows[second].closed_at, rows[second].reserved_count) == (None, given[second])
    assert {house.verify(one.forms.json).verdict for one in issued} == {Verdict.VERIFIED}


DRAWN: Final = amount(1600, 6400)
PARTS: Final = 32
# What fair draws exceed once in a million runs: a chi square of 31 degrees of freedom, and a count
# of steps upwards, which is normal around half of them with a variance of a twelfth.
MAXIMUM_CHI_SQUARE: Final = 83.65
MAXIMUM_DEVIATIONS: Final = 4.9


@ON_SQLITE
def test_f17_indexes_tell_neither_where_they_begin_nor_their_order(house: House) -> None:
    with house.database.write() as session:
        drawn = [reserve_index(session, house.issuer, NOW)[1] for _ in range(DRAWN)]
    expected = DRAWN / PARTS
    counts = Counter(index * PARTS // STATUS_LIST_ENTRIES for index in drawn)
    chi_square = sum((counts[part] - expected) ** 2 / expected for part in range(PARTS))
    assert chi_square < MAXIMUM_CHI_SQUARE
    # of neighbours in time, as many go up as go down
    steps = sum(before < after for before, after in pairwise(drawn))
    assert abs(steps - (DRAWN - 1) / 2) < MAXIMUM_DEVIATIONS * ((DRAWN + 1) / 12) ** 0.5
    # and they are not near each other either
    distances = [abs(after - before) for before, after in pairwise(drawn)]
    near = sum(distance < STATUS_LIST_ENTRIES // PARTS for distance in distances)
    assert near < 4 * expected  # fair draws: twice, and a tenth of that more or less


PUBLICATIONS: Final = amount(25, 500)
Answer = tuple[bytes, str, str, str]


def test_f20_who_reads_a_list_while_it_is_published_gets_a_whole_one_and_its_etag(
    shell: Shell, open_site: Callable[..., Site]
) -> None:
    site = open_site(shell, **NO_LIMITS)
    trainer = site.trainer()
    award = site.award(trainer)
    trainer.submit(award, f"{award}/release")
    publish_status(site.installation, now=site.clock())
    path = the_list(site.installation.database).url.removeprefix(site.base_url)
    published, done = {answer_of(site, path)}, Event()

    def read() -> set[Answer]:
        seen = set()
        while not done.is_set():
            seen.add(answer_of(site, path))
        return seen

    with ThreadPoolExecutor(2) as readers:
        reading = [readers.submit(read) for _ in range(2)]
        try:
            for _ in range(PUBLICATIONS):
                site.clock.move(minutes=1)
                publish_once_more(site)
                published.add(answer_of(site, path))
        finally:
            done.set()
        seen = {answer for one in reading for answer in one.result()}
    assert len(published) == PUBLICATIONS + 1
    own = PublishedDocuments(site.installation.database)
    assert seen <= published
    assert len(seen) > 1
    for body, etag, *_ in seen:
        assert etag == f'"{hashlib.sha256(body).hexdigest()}"'
        report = Verifier(own).verify(body, now=site.clock())
        assert report.verdict is Verdict.VERIFIED, report.findings


def answer_of(site: Site, path: str) -> Answer:
    """Ask for a list; its body, and what the answer says of it."""
    answer = site.browser().get(path)
    assert answer.status_code == 200
    headers = answer.headers
    return answer.data, headers["ETag"], headers["Last-Modified"], headers["Content-Length"]


def publish_once_more(site: Site) -> None:
    """Sign and publish the one list, although nothing changed."""
    installation = site.installation
    with installation.database.write() as session:
        row = session.scalars(select(StatusListRow)).one()
        issuer = load_issuer(session, row.issuer_id)
        publish_list(session, row, issuer=issuer, keystore=installation.keystore, now=site.clock())
