"""What tests of batches share: a list that is made into one, and a worker's turn at it."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from issuer.award import Evidence
from issuer.batches.lists import Line, Terms, check_list
from issuer.batches.making import create_batch
from issuer.batches.running import Told, run_batch
from issuer.jobs import Job, JobKind, take
from issuer.requests import RequestKey
from storage import Database
from tests.issuing import NOW, House

T = TypeVar("T")


class InterruptedDatabase(Database):
    """A database in which something happens right before or after a transaction, counted from 1."""

    def __init__(self, engine: Engine, info: Mapping[str, object] | None = None) -> None:
        """Let nothing happen yet."""
        super().__init__(engine, info)
        self.count = 0
        self.before: dict[int, Callable[[], object]] = {}
        self.after: dict[int, Callable[[], object]] = {}

    def transact(self, work: Callable[[Session], T]) -> T:
        """Do the work, and what happens around it."""
        self.count += 1
        number = self.count
        self.before.get(number, _nothing)()
        result = super().transact(work)
        self.after.get(number, _nothing)()
        return result


def _nothing() -> None:
    """What happens else."""


def at(now: datetime) -> Callable[[], datetime]:
    """A clock that stands."""
    return lambda: now


def lines(*recipients: str, evidence: tuple[Evidence, ...] = ()) -> tuple[Line, ...]:
    """Number recipients as lines of a list."""
    return tuple(
        Line(number, recipient, evidence) for number, recipient in enumerate(recipients, start=1)
    )


def learners(count: int, start: int = 1) -> tuple[str, ...]:
    """Give so many addresses."""
    return tuple(f"learner-{number}@example.org" for number in range(start, start + count))


def make(
    house: House,
    listed: Iterable[Line],
    *,
    reference: str = "wiki-friend",
    request: RequestKey | None = None,
    now: datetime = NOW,
    **changes: Any,  # noqa: ANN401 -- the fields of Terms
) -> str:
    """Make a batch and return its id."""
    badge_class = house.catalogue.find(reference)
    terms = replace(Terms(badge_class, badge_class.language, now), **changes)
    checked = check_list(terms, listed, issuer=house.issuer, keystore=house.keystore)
    return house.database.transact(
        lambda session: create_batch(
            session,
            terms,
            checked,
            issuer=house.issuer,
            keystore=house.keystore,
            now=now,
            request=request,
        )
    )


def take_batch(house: House, *, now: datetime = NOW) -> Job:
    """Take the batch that is due the longest."""
    job = house.database.transact(lambda session: take(session, now, kinds=[JobKind.AWARD_BATCH]))
    assert job is not None
    return job


def turn(
    house: House,
    job: Job,
    *,
    now: datetime = NOW,
    database: Database | None = None,
    told: Told = lambda _: None,
) -> None:
    """Give a batch of wiki-friend a turn, in another database where one is given."""
    issuance = replace(house.cycle, database=database or house.database)
    badge_class = house.catalogue.find("wiki-friend")
    run_batch(issuance, job, badge_class, clock=at(now), told=told)


def run(house: House, *, now: datetime = NOW) -> None:
    """Take the batch that is due, and carry it out."""
    turn(house, take_batch(house, now=now), now=now)
