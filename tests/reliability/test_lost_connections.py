"""R14: the database goes away in the middle of an award, comes back, and nothing is made twice."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, make_url, select, text
from sqlalchemy.orm import Session

from accounts.tables import Scope
from issuer.issuance import INTERRUPTED, Issued
from issuer.requests import RequestKey, request_key
from issuer.tables import (
    AwardRow,
    CredentialRow,
    CredentialState,
    PublishedDocumentRow,
)
from openbadges.errors import Code, ConflictError, UnavailableError
from storage import Database
from tests import rows
from tests.databases import SERVERS
from tests.issuing import NOW, House, award_of
from tests.programs import problem, program
from tests.shell import Shell
from tests.site import Site
from tests.tcp_proxy import TcpProxy
from verifier import Verdict

pytestmark = pytest.mark.parametrize("server", SERVERS, indirect=True)

COMMITS = 5  # of one award, at most: each of them is cut once
RESERVING, URL = b"INSERT INTO credentials", "https://badges.example/one"
# As it stands on the wire; READ COMMITTED has the word too.
COMMIT = {"postgresql": b"COMMIT\x00", "mariadb": b"\x03COMMIT"}


@pytest.fixture
def proxy(database_url: str) -> Iterator[TcpProxy]:
    """A proxy in front of the server of this test's database."""
    port = make_url(database_url).port
    assert port is not None
    with TcpProxy(port) as between:
        yield between


@pytest.fixture
def beyond(proxy: TcpProxy, database: Database, database_url: str) -> Iterator[Database]:
    """The same database as `database`, reached through the proxy."""
    opened = Database.open(through(proxy, database_url))
    yield opened
    opened.close()
    del database  # it is emptied after the proxy's connections are closed


def through(proxy: TcpProxy, url: str) -> str:
    return make_url(url).set(port=proxy.port).render_as_string(hide_password=False)


@pytest.fixture
def distant(house: House, beyond: Database) -> House:
    """The house, whose database is beyond the proxy."""
    return replace(house, database=beyond)


def cut_at_commit(proxy: TcpProxy, database: Database, *, arrives: bool, after: int = 0) -> None:
    kind = make_url(database.name).get_backend_name()
    proxy.cut_at(COMMIT[kind], arrives=arrives, after=after)


def write_one(database: Database) -> None:
    database.transact(lambda session: session.add(rows.published_document(url=URL)))


def count(database: Database, table: type[AwardRow | CredentialRow | PublishedDocumentRow]) -> int:
    with database.read() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


@pytest.mark.parametrize("arrives", [False, True])
def test_work_whose_connection_is_cut_before_the_commit_is_done_again(
    beyond: Database, proxy: TcpProxy, *, arrives: bool
) -> None:
    proxy.cut_at(b"INSERT INTO published_documents", arrives=arrives)
    write_one(beyond)
    assert (proxy.cuts, count(beyond, PublishedDocumentRow)) == (1, 1)


@pytest.mark.parametrize("arrives", [False, True])
def test_work_that_is_cut_in_the_commit_is_not_done_again_and_says_so(
    beyond: Database, proxy: TcpProxy, *, arrives: bool
) -> None:
    attempts: list[int] = []

    def work(session: Session) -> None:
        attempts.append(len(attempts))
        session.add(rows.published_document(url=URL))

    beyond.transact(lambda session: session.execute(text("SELECT 1")))  # a connection is there
    cut_at_commit(proxy, beyond, arrives=arrives)
    with pytest.raises(UnavailableError, match="not known whether what was done last is kept"):
        beyond.transact(work)
    assert (proxy.cuts, len(attempts)) == (1, 1)
    assert count(beyond, PublishedDocumentRow) == int(arrives)


def test_a_server_that_is_down_is_told_at_once_and_used_as_soon_as_it_is_back(
    beyond: Database, proxy: TcpProxy
) -> None:
    write_one(beyond)
    with proxy.down():
        for _ in range(3):
            with pytest.raises(UnavailableError, match="does not answer"):
                count(beyond, PublishedDocumentRow)
    assert count(beyond, PublishedDocumentRow) == 1


def test_an_award_whose_connection_is_cut_while_it_is_written_is_made_once(
    distant: House, proxy: TcpProxy
) -> None:
    distant.publish()
    proxy.cut_at(RESERVING, arrives=True)
    [made] = distant.issue()
    assert proxy.cuts == 1
    assert (count(distant.database, AwardRow), count(distant.database, CredentialRow)) == (1, 1)
    assert distant.verify(made.forms.json).verdict is Verdict.VERIFIED


def ask(house: House, request: RequestKey, now: datetime) -> tuple[Issued, ...]:
    return house.cycle.issue(award_of(house.catalogue), now=now, request=request)


@pytest.mark.parametrize("arrives", [False, True])
@pytest.mark.parametrize("commit", range(COMMITS))
def test_a_request_whose_commit_is_cut_makes_one_badge_when_it_is_sent_again(
    distant: House, proxy: TcpProxy, commit: int, *, arrives: bool
) -> None:
    request = request_key("token:one", "first", b"a badge for the learner")
    later = NOW + INTERRUPTED + timedelta(minutes=1)
    distant.publish()
    cut_at_commit(proxy, distant.database, arrives=arrives, after=commit)
    try:
        first = ask(distant, request, NOW)
    except UnavailableError as error:
        assert error.code is Code.DATABASE  # noqa: PT017 -- it may also succeed
        first = ()
    try:
        again = ask(distant, request, NOW)
    except ConflictError as error:
        assert error.code is Code.IN_FLIGHT  # noqa: PT017 -- it depends on the commit
        distant.cycle.finish_recorded(now=later)
        again = ask(distant, request, later)
    assert first in ((), again)
    with distant.database.read() as session:
        released = session.scalars(
            select(CredentialRow.id).where(CredentialRow.state == CredentialState.SIGNED)
        ).all()
        places = session.execute(select(CredentialRow.status_list_id, CredentialRow.status_index))
        assert max(Counter(tuple(place) for place in places).values()) == 1
    assert released == [one.id for one in again]
    assert distant.verify(again[0].forms.json, now=later).verdict is Verdict.VERIFIED


@pytest.fixture
def distant_site(
    shell: Shell,
    proxy: TcpProxy,
    beyond: Database,
    database_url: str,
    open_site: Callable[..., Site],
) -> Site:
    """The application whose database is beyond the proxy."""
    del beyond
    shell = shell.having(DATABASE_URL=through(proxy, database_url))
    for path in (shell.data / "keys").glob("key-*"):
        path.unlink()
    shell.does("issuer", "create")
    return open_site(shell)


def test_requests_are_refused_while_the_database_is_down_and_answered_when_it_is_back(
    distant_site: Site, proxy: TcpProxy
) -> None:
    awarding = program(distant_site, Scope.AWARD)
    award = {"badgeClass": "wiki-friend", "recipient": "learner@example.org"}
    visitor = distant_site.browser()
    assert visitor.get("/readyz").status_code == 200
    with proxy.down():
        refused = awarding.send("/api/awards", award, Idempotency_Key="first")
        problem(refused, 503, "DATABASE")
        assert int(refused.headers["Retry-After"]) > 0
        told = {"status": "not ready", "troubles": ["database", "writing"]}
        assert visitor.get("/readyz").json == told
        assert visitor.get("/healthz").status_code == 200
        assert visitor.get("/verify").status_code == 200
    assert visitor.get("/readyz").status_code == 200
    assert awarding.send("/api/awards", award, Idempotency_Key="first").status_code == 201
    assert count(distant_site.installation.database, AwardRow) == 1
