"""What tests of handing over share: an award as the web makes it, its rows, two acts at once."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait
from datetime import datetime
from threading import Barrier
from typing import Any, Final, TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from issuer.claims import claim_code, take
from issuer.issuance import Issued
from issuer.policy import HOLD
from issuer.requests import RequestKey
from issuer.share_links import ShareLink, make
from issuer.tables import AwardRow, CredentialRow, Edition
from storage.columns import Row
from tests.issuing import EVIDENCE, NOW, House, award_of

AFTER: Final = NOW + HOLD
A_WHILE: Final = 0.1  # seconds in which a rival comes as far as the lock

R = TypeVar("R", bound=Row)
T = TypeVar("T")


def award_plainly(
    house: House,
    *,
    now: datetime = NOW,
    request: RequestKey | None = None,
    **changes: Any,  # noqa: ANN401 -- the fields of Award
) -> Issued:
    """Award as the web does: with evidence, and the plain edition alone."""
    award = award_of(house.catalogue, **{"evidence": (EVIDENCE,)} | changes)
    (issued,) = house.cycle.issue(award, now=now, editions=(Edition.PLAIN,), request=request)
    return issued


def take_it(house: House, award_id: str, *, now: datetime = AFTER) -> str:
    """Take an award with the code that was handed over, and return the manage token."""
    code = claim_code(award_id, house.keystore)
    return house.database.transact(lambda session: take(session, code, house.keystore, now))


def share(
    house: House, issued: Issued, *, name: str = "", edition: Edition = Edition.PLAIN
) -> ShareLink:
    """Make a share link after the hold."""
    return house.database.transact(
        lambda session: make(
            session,
            issued.award_id,
            edition=edition,
            name=name,
            keystore=house.keystore,
            now=AFTER,
        )
    )


def rows_of(house: House, table: type[R]) -> list[R]:
    """Give every row of a table."""
    with house.database.read() as session:
        return list(session.scalars(select(table)))


def award_row(house: House, award_id: str) -> AwardRow:
    """Give the row of an award as it is now."""
    with house.database.read() as session:
        return session.get_one(AwardRow, award_id)


def credential_row(house: House, credential_id: str) -> CredentialRow:
    """Give the row of a credential as it is now."""
    with house.database.read() as session:
        return session.get_one(CredentialRow, credential_id)


def a_little_later(
    house: House, first: Callable[[Session], object], second: Callable[[Session], T]
) -> T:
    """Do one act, and another that begins before the first one's transaction ends."""
    with ThreadPoolExecutor(1) as workers:
        with house.database.write() as session:
            first(session)
            session.flush()
            other = workers.submit(house.database.transact, second)
            wait([other], timeout=A_WHILE)
        return other.result()


def all_at_once(count: int, work: Callable[[], T]) -> list[T]:
    """Do the same in several threads that begin together."""
    barrier = Barrier(count)

    def begin(_: int) -> T:
        barrier.wait()
        return work()

    with ThreadPoolExecutor(count) as workers:
        return list(workers.map(begin, range(count)))
