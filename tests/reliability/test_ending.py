"""A worker that is told to end in the middle of a batch (R32): nobody is left out or doubled."""

import signal
import warnings
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from sqlalchemy import select

from issuer.issuers import find_issuer
from issuer.tables import AwardRow, BatchRecipientRow, BatchRowState, CredentialRow
from keys.encryption import InsecureCostWarning
from service.installation import Installation
from service.settings import Settings
from tests.amounts import amount
from tests.batches import learners, lines, make
from tests.issuing import House
from tests.reliability.served import until
from tests.serving import SECONDS_TO_END, begin, installed
from tests.shell import Shell

RECIPIENTS = amount(15, 1000)


@contextmanager
def house_of(shell: Shell) -> Iterator[House]:
    """Open an installation as another process does."""
    environment = {"INSIGNIA_DATA": str(shell.data), **shell.settings}
    installation = Installation.open(Settings.from_environment(environment))
    with (
        closing(installation),
        warnings.catch_warnings(action="ignore", category=InsecureCostWarning),
    ):
        with installation.database.read() as session:
            issuer = find_issuer(session)
        yield House(issuer, installation.database, installation.keystore, installation.catalogue)


def awarded(house: House) -> int:
    with house.database.read() as session:
        rows = session.scalars(select(BatchRecipientRow.state)).all()
    return sum(state is BatchRowState.AWARDED for state in rows)


def test_r32_a_batch_whose_worker_is_ended_goes_on_with_the_next_one(
    tmp_path: Path, catalogue_folder: Path
) -> None:
    shell, log = installed(tmp_path, BADGE_CLASSES=str(catalogue_folder)), tmp_path / "log"
    shell.does("issuer", "create")
    with house_of(shell) as house:
        make(house, lines(*learners(RECIPIENTS)))
        process = begin(shell, log, ("service.cli", "work"))
        try:
            until(lambda: awarded(house) > 0 or process.poll() is not None)
            process.send_signal(signal.SIGTERM)
            assert process.wait(SECONDS_TO_END) == 0, log.read_text()
        finally:
            process.kill()
            process.wait()
        done = awarded(house)
        assert 0 < done < RECIPIENTS
        shell.does("work", "--once")
        assert awarded(house) == RECIPIENTS
        with house.database.read() as session:
            credentials = session.scalars(select(CredentialRow)).all()
            people = session.scalars(select(AwardRow.recipient_hash)).all()
    assert len(credentials) == len(people) == len(set(people)) == RECIPIENTS
    assert all(one.json_bytes is not None for one in credentials)
    assert len({one.status_index for one in credentials}) == RECIPIENTS
