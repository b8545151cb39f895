"""R7, R10 and R11: a request that comes again, at once or after a lost answer, awards nothing new.

Two processes serve one installation on one PostgreSQL, and programs speak to either.
"""

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from threading import Barrier
from typing import Final

import pytest
from sqlalchemy import func, select

from issuer.tables import AwardRow, CredentialRow
from openbadges.strict import Document, parse_json
from storage import Database
from tests.amounts import amount
from tests.databases import Server
from tests.reliability.served import PLENTY, SECONDS_TO_ANSWER, running
from tests.serving import free_port, installed, port_of
from tests.shell import Shell
from tests.tcp_proxy import TcpProxy

AT_ONCE: Final = amount(20, 50)


@dataclass(frozen=True, slots=True)
class Answer:
    """What was answered: status, when to come back, and the bytes."""

    status: int
    retry_after: str | None
    body: bytes

    @property
    def document(self) -> Document:
        """The JSON in it."""
        found: Document = parse_json(self.body)
        return found


@dataclass(frozen=True, slots=True)
class Desk:
    """A program with its token, and the ports at which it may be answered."""

    shell: Shell
    ports: tuple[int, ...]
    token: str
    database_url: str

    def award(
        self, key: str, *, recipient: str, port: int | None = None, **members: object
    ) -> Answer:
        """Ask for an award."""
        body = {"badgeClass": "wiki-friend", "recipient": recipient, **members}
        connection = HTTPConnection("127.0.0.1", port or self.ports[0], timeout=SECONDS_TO_ANSWER)
        with closing(connection):
            connection.request(
                "POST",
                "/api/awards",
                json.dumps(body).encode(),
                headers={
                    "Host": f"localhost:{port_of(self.shell)}",
                    "Authorization": f"Bearer {self.token}",
                    "Content-Type": "application/json",
                    "Idempotency-Key": key,
                },
            )
            with connection.getresponse() as response:
                return Answer(response.status, response.headers["Retry-After"], response.read())

    def at_once(self, keys: list[str], *, recipient: str) -> list[Answer]:
        """Ask with each of these keys in the same moment, at one port and another."""
        barrier = Barrier(len(keys))

        def ask(place: int) -> Answer:
            barrier.wait()
            port = self.ports[place % len(self.ports)]
            return self.award(keys[place], port=port, recipient=recipient)

        with ThreadPoolExecutor(len(keys)) as threads:
            return list(threads.map(ask, range(len(keys))))

    @contextmanager
    def making(self, count: int) -> Iterator[None]:
        """Assert that the block makes so many awards, with one credential each."""
        awards, credentials = self._counts()
        yield
        assert self._counts() == (awards + count, credentials + count)

    def _counts(self) -> tuple[int, ...]:
        with closing(Database.open(self.database_url)) as database, database.read() as session:
            return tuple(
                session.scalar(select(func.count()).select_from(table)) or 0
                for table in (AwardRow, CredentialRow)
            )


@contextmanager
def desk_of(folder: Path, catalogue: Path, *, workers: int, database_url: str) -> Iterator[Desk]:
    """Serve an installation by so many processes."""
    settings = {**PLENTY, "DATABASE_URL": database_url}
    shell = installed(folder, BADGE_CLASSES=str(catalogue), **settings)
    shell.does("issuer", "create")
    made = shell.json("token", "create", "--name", "desk", "--scope", "award")
    with ExitStack() as stack:
        ports = []
        for number in range(workers):
            one = shell if number == 0 else shell.having(PORT=str(free_port()))
            stack.enter_context(running(one, folder / f"log-{number}", b""))
            ports.append(port_of(one))
        yield Desk(shell, tuple(ports), made["token"], database_url)


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def desk(
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
    catalogue_folder: Path,
) -> Iterator[Desk]:
    """One process on SQLite, and two on PostgreSQL."""
    folder = tmp_path_factory.mktemp("desk")
    workers = 1 if request.param == "sqlite" else 2
    with (
        Server(request.param, folder).empty() as url,
        desk_of(folder, catalogue_folder, workers=workers, database_url=url) as found,
    ):
        yield found


def check_in_flight(answers: list[Answer]) -> None:
    """Assert that these are told to come back in a moment."""
    for one in answers:
        assert (one.status, one.document["code"]) == (409, "IN_FLIGHT"), one.body
        assert int(one.retry_after or 0) > 0


def test_identical_requests_at_one_moment_are_answered_alike_and_make_one_credential(
    desk: Desk,
) -> None:
    with desk.making(1):
        answers = desk.at_once(["the same"] * AT_ONCE, recipient="first@example.org")
        made = [one for one in answers if one.status == 201]
        assert len({one.body for one in made}) == 1
        check_in_flight([one for one in answers if one.status != 201])
        for port in desk.ports:
            again = desk.award("the same", port=port, recipient="first@example.org")
            assert again.body == made[0].body


def test_different_requests_for_one_person_at_one_moment_award_once(desk: Desk) -> None:
    person = "second@example.org"
    with desk.making(1):
        keys = [f"number {number}" for number in range(AT_ONCE)]
        answers = desk.at_once(keys, recipient=person)
        assert [one.status for one in answers].count(201) == 1
        refused = [one for one in answers if one.status != 201]
        assert {one.status for one in refused} == {409}
        in_flight = [one for one in refused if one.document["code"] != "ALREADY_AWARDED"]
        check_in_flight(in_flight)
        assert desk.award("later", recipient=person).document["code"] == "ALREADY_AWARDED"
    with desk.making(1):
        assert desk.award("it is meant", recipient=person, again=True).status == 201


def test_an_answer_that_was_lost_is_given_again_by_whichever_process_is_asked(desk: Desk) -> None:
    person = "third@example.org"
    with desk.making(1):
        with TcpProxy(desk.ports[0]) as proxy:
            proxy.cut_at(b"wiki-friend", arrives=True)
            with pytest.raises((HTTPException, OSError)):
                desk.award("lost", port=proxy.port, recipient=person)
            assert proxy.cuts == 1
        answer = desk.award("lost", port=desk.ports[-1], recipient=person)
        assert answer.status == 201
        assert desk.award("lost", recipient=person).body == answer.body
