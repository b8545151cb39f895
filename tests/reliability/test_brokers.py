"""Redis and RabbitMQ carry ids of jobs: whatever becomes of them or of a worker, none is lost."""

import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from subprocess import Popen

import pytest
from sqlalchemy import func, select, update

from issuer.issuers import find_issuer
from issuer.jobs import JobKind
from issuer.tables import (
    AwardRow,
    AwardState,
    BatchRow,
    BatchState,
    CredentialRow,
    CredentialState,
    OutboxRow,
)
from keys.encryption import InsecureCostWarning
from service.celery_work import make_app, send
from service.cli.door import read_clock
from service.installation import Installation
from service.settings import Settings
from tests.amounts import amount
from tests.batches import learners, lines, make
from tests.brokers import BROKERS, PORTS, broker_url, waiting_in_redis
from tests.issuing import House
from tests.reliability.houses import check_indexes, check_released_once, check_signed_is_recorded
from tests.serving import SECONDS_TO_END, begin, installed, port_of
from tests.shell import Shell
from tests.tcp_proxy import TcpProxy

SECONDS_TO_DO_IT = amount(120, 1200)
SIZE = amount(12, 1000)


@dataclass(frozen=True, slots=True)
class Works:
    """An installation whose jobs a broker carries, and what was started for it."""

    shell: Shell
    installation: Installation
    house: House
    folder: Path
    started: list[Popen[bytes]]

    def begin(self, name: str = "worker") -> Popen[bytes]:
        """Start a worker as a process of its own."""
        process = begin(self.shell, self.folder / name, ("service.cli", "work"))
        self.started.append(process)
        return process

    def said(self, name: str = "worker") -> str:
        """What a worker wrote."""
        return (self.folder / name).read_text()

    def count(self) -> int:
        """How many badges are released."""
        released = CredentialRow.state == CredentialState.SIGNED
        with self.house.database.read() as session:
            return session.scalar(select(func.count()).where(released)) or 0

    def is_done(self) -> bool:
        """Tell whether every batch is done."""
        with self.house.database.read() as session:
            return set(session.scalars(select(BatchRow.state))) == {BatchState.DONE}

    def wait(self, until: Callable[[], bool]) -> None:
        """Wait for something that workers do."""
        ends = time.monotonic() + SECONDS_TO_DO_IT
        while not until():
            logs = "".join(path.read_text() for path in self.folder.glob("worker*"))
            assert time.monotonic() < ends, logs[-3000:]
            time.sleep(0.1)

    def check(self, size: int) -> None:
        """Assert that so many people have one badge each, and that the records agree."""
        issued = AwardRow.state == AwardState.ISSUED  # one that was cut off is made anew
        with self.house.database.read() as session:
            people = session.scalars(select(AwardRow.recipient_hash).where(issued)).all()
        assert len(set(people)) == len(people) == self.count() == size
        check_released_once(self.house)
        check_indexes(self.house)
        check_signed_is_recorded(self.house)


@pytest.fixture
def broker(request: pytest.FixtureRequest) -> str:
    """The kind of broker."""
    return str(request.param)


@contextmanager
def works_with(
    broker: str, folder: Path, catalogue: Path, *, port: int | None = None
) -> Iterator[Works]:
    """An installation whose workers speak to a broker, by another port where one is given."""
    plain = installed(folder, BADGE_CLASSES=str(catalogue))
    plain.does("issuer", "create")
    plain.does("badge-classes", "import")
    with broker_url(broker, f"http://localhost:{port_of(plain)}", port=port) as url:
        shell = plain.having(BROKER_URL=url)
        environment = {"INSIGNIA_DATA": str(shell.data), **shell.settings}
        installation = Installation.open(Settings.from_environment(environment))
        with installation.database.read() as session:
            issuer = find_issuer(session)
        with warnings.catch_warnings(action="ignore", category=InsecureCostWarning):
            keystore = installation.keystore
        house = House(issuer, installation.database, keystore, installation.catalogue)
        works = Works(shell, installation, house, folder, [])
        try:
            yield works
        finally:
            for process in works.started:
                process.kill()
                process.wait()
            installation.close()


@pytest.mark.thorough
@pytest.mark.parametrize("broker", BROKERS, indirect=True)
def test_a_batch_is_carried_to_its_end_though_a_worker_is_killed_in_the_middle(
    broker: str, tmp_path: Path, catalogue_folder: Path
) -> None:
    with works_with(broker, tmp_path, catalogue_folder) as works:
        make(works.house, lines(*learners(SIZE)), now=read_clock())
        first = works.begin("worker-1")
        works.wait(lambda: works.count() >= SIZE // 4)
        second = works.begin("worker-2")
        first.kill()
        first.wait()
        before = works.count()
        assert before < SIZE
        _let_the_lease_end(works)
        works.wait(works.is_done)
        works.check(SIZE)
        assert "job done" in works.said("worker-2")
        second.terminate()
        assert second.wait(SECONDS_TO_END) == 0, works.said("worker-2")


@pytest.mark.thorough
@pytest.mark.parametrize("broker", BROKERS, indirect=True)
def test_a_broker_that_is_gone_delays_jobs_and_loses_none(
    broker: str, tmp_path: Path, catalogue_folder: Path
) -> None:
    with (
        TcpProxy(PORTS[broker]) as proxy,
        works_with(broker, tmp_path, catalogue_folder, port=proxy.port) as works,
    ):
        works.begin()
        make(works.house, lines(*learners(2)), now=read_clock())
        works.wait(works.is_done)
        with proxy.down():
            make(works.house, lines(*learners(2, start=3)), now=read_clock())
            works.wait(lambda: "the broker does not answer" in works.said())
            assert works.count() == 2
        works.wait(works.is_done)
        works.check(4)


def _let_the_lease_end(works: Works) -> None:
    """End the dead worker's lease; in the full run the minute passes by itself."""
    if amount(0, 1):
        return
    held = OutboxRow.kind == JobKind.AWARD_BATCH, OutboxRow.leased_until.is_not(None)
    with works.house.database.write() as session:
        session.execute(update(OutboxRow).where(*held).values(leased_until=read_clock()))


def test_a_message_that_is_no_job_or_comes_twice_does_nothing(
    tmp_path: Path, catalogue_folder: Path
) -> None:
    with works_with("redis", tmp_path, catalogue_folder) as works:
        make(works.house, lines(*learners(1)), now=read_clock())
        with works.house.database.read() as session:
            (job_id,) = session.scalars(
                select(OutboxRow.id).where(OutboxRow.kind == JobKind.AWARD_BATCH)
            )
        app = make_app(works.installation)
        for word in ("no job", "00000000-0000-4000-8000-000000000000", job_id, job_id):
            send(app, word)
        app.close()
        works.begin()
        works.wait(works.is_done)
        works.wait(lambda: "a message that is no job" in works.said())
        works.check(1)


@pytest.mark.thorough
def test_the_service_hands_jobs_to_the_workers_and_does_none_itself(
    tmp_path: Path, catalogue_folder: Path
) -> None:
    with works_with("redis", tmp_path, catalogue_folder) as works:
        works.started.append(begin(works.shell, tmp_path / "worker-of-the-service"))
        make(works.house, lines(*learners(2)), now=read_clock())
        works.wait(lambda: waiting_in_redis(works.installation.base_url) > 0)
        assert works.count() == 0
        works.begin()
        works.wait(works.is_done)
        works.check(2)
