"""R14: a PostgreSQL of the test's own restarts and crashes while badges are awarded to it."""

import threading
import time
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from typing import Self

import pytest
from sqlalchemy import select

from badge_classes.catalogue import Catalogue
from issuer.award import parse_recipient
from issuer.issuance import INTERRUPTED
from issuer.new_issuer import NewIssuer, create_issuer
from issuer.requests import request_key
from issuer.tables import AwardRow, AwardState, CredentialRow, CredentialState, DidMethod
from keys import Keystore
from openbadges.errors import Code, ConflictError, UnavailableError
from storage import Database, schema
from tests.amounts import amount
from tests.issuing import NOW, House, award_of
from tests.private_servers import PrivatePostgres, private_postgres
from verifier import Verdict

RESTARTS = amount(1, 20)
AWARDING_THREADS = 2  # beside the one that restarts
SECONDS_BETWEEN = 0.3


@pytest.fixture
def postgres() -> Iterator[PrivatePostgres]:
    with private_postgres() as server:
        yield server


@pytest.fixture
def house(
    postgres: PrivatePostgres, cheap_keystore: Keystore, catalogue: Catalogue
) -> Iterator[House]:
    database = Database.open(postgres.url)
    schema.upgrade(database)
    new = NewIssuer(method=DidMethod.WEB, base_url="https://badges.example", name="Example")
    issuer = create_issuer(new, database=database, keystore=cheap_keystore, now=NOW)
    yield House(issuer, database, cheap_keystore, catalogue)
    database.close()


class Awarding:
    """Awards one badge after another under keys of its own, whatever the database says."""

    def __init__(self, house: House, name: str) -> None:
        self._house, self._name = house, name
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run)
        self.troubles: Counter[str] = Counter()
        self.answered: dict[int, str] = {}
        self.asked = 0

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stopped.set()
        self._thread.join()

    def ask(self, number: int, *, later: timedelta = timedelta()) -> None:
        """Send one request, as it was sent before if it was."""
        request = request_key(self._name, str(number), b"the same")
        address = f"learner{number}.{self._name}@example.org"
        award = award_of(self._house.catalogue, recipient=parse_recipient(address))
        [made] = self._house.cycle.issue(award, now=NOW + later, request=request)
        assert self.answered.setdefault(number, made.id) == made.id

    def _run(self) -> None:
        while not self._stopped.is_set():
            try:
                self.ask(self.asked)
            except UnavailableError as error:
                assert error.code is Code.DATABASE, error  # noqa: PT017 -- any number of times
                self.troubles[type(error).__name__] += 1
                time.sleep(0.02)
            except ConflictError as error:
                assert error.code is Code.IN_FLIGHT, error  # noqa: PT017 -- it was interrupted
                self.asked += 1
            else:
                self.asked += 1


@pytest.mark.parametrize("mode", ["fast", "immediate"])
def test_awards_go_on_over_restarts_and_each_request_makes_one_badge(
    house: House, postgres: PrivatePostgres, mode: str
) -> None:
    house.publish()
    threads = [Awarding(house, f"{mode}{number}") for number in range(AWARDING_THREADS)]
    with threads[0], threads[1]:
        for _ in range(RESTARTS):
            time.sleep(SECONDS_BETWEEN)
            postgres.restart(mode)
        until = time.monotonic() + 60
        reached = [one.asked + 2 for one in threads]
        while any(one.asked < goal for one, goal in zip(threads, reached, strict=True)):
            assert time.monotonic() < until, "nothing is awarded after the restart"
            time.sleep(0.02)
    later = INTERRUPTED + timedelta(minutes=1)
    house.cycle.finish_recorded(now=NOW + later)
    for one in threads:
        for number in range(one.asked + 1):
            one.ask(number, later=later)
    check(house, sum(len(one.answered) for one in threads))


def check(house: House, answered: int) -> None:
    """Every request has one released badge, and no index was used for two."""
    with house.database.read() as session:
        issued = session.scalars(
            select(AwardRow.request_key).where(AwardRow.state == AwardState.ISSUED)
        ).all()
        credentials = session.scalars(select(CredentialRow)).all()
    released = [one for one in credentials if one.state is CredentialState.SIGNED]
    assert len(set(issued)) == len(issued) == len(released) == answered
    places = Counter((one.status_list_id, one.status_index) for one in credentials)
    assert max(places.values()) == 1
    for one in released[:: max(1, len(released) // 20)]:
        assert (
            house.verify(one.json_bytes or b"", now=NOW + INTERRUPTED).verdict is Verdict.VERIFIED
        )
