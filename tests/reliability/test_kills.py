"""A worker killed at any moment, again and again: nothing is lost, doubled, or changed.

Half of the lives end at a named failpoint, before, after or behind the commit of each arrow of the
cycle; the others after a random time. The next life finds what the last one left.
"""

import json
import random
import subprocess
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

import pytest
from sqlalchemy import func, select

from issuer.batches.lists import Terms, check_list, lines_of
from issuer.batches.making import create_batch
from issuer.issuers import find_issuer
from issuer.jobs import LEASE, LONGEST_PAUSE
from issuer.notices import UNKNOWN_END
from issuer.tables import (
    AwardRow,
    AwardState,
    BatchRecipientRow,
    BatchRowState,
    NoticeRow,
    NoticeState,
    OutboxRow,
)
from openbadges.strict import format_timestamp, parse_json
from service.cli.door import read_clock
from service.installation import Installation
from service.settings import Settings
from tests.amounts import amount
from tests.databases import LOOPBACK
from tests.handing import rows_of
from tests.issuing import House
from tests.mail_servers import Mailbox, free_port, mail_server
from tests.reliability.houses import (
    check_indexes,
    check_released_once,
    check_revocations,
    check_signed_is_recorded,
    check_some_verify,
    released_bytes,
)
from tests.reliability.nursery import FAILPOINTS
from tests.serving import installed

pytestmark = pytest.mark.filterwarnings("ignore::keys.encryption.InsecureCostWarning")

KILLS: Final = amount(12, 200)
BATCH: Final = amount(8, 100)  # recipients; a new batch is made whenever one is done
MOST_OF_ONE_MESSAGE: Final = 2
LONGEST_LIFE: Final = 0.6  # seconds
NEXT_LIFE: Final = LEASE + timedelta(seconds=1)  # on the workers' clock: nobody waits for the dead


class Nursery:
    """Lives that are told when to end."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def live(self, now: datetime, **end: object) -> bool:
        """Let a worker do what is due until it ends; tell whether it was killed."""
        stdin, stdout = self._process.stdin, self._process.stdout
        assert stdin is not None
        assert stdout is not None
        stdin.write(json.dumps({"now": format_timestamp(now), **end}) + "\n")
        stdin.flush()
        how: dict[str, Any] = dict(parse_json(stdout.readline()))
        assert "trouble" not in how, how
        assert how["killed"] or how["status"] == 0, how
        return bool(how["killed"])


@contextmanager
def nursery(settings: Mapping[str, str]) -> Iterator[Nursery]:
    """Start it, and end it with whatever lives in it."""
    with subprocess.Popen(
        [sys.executable, "-W", "ignore", "-m", "tests.reliability.nursery"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            assert process.stdin is not None
            process.stdin.write(json.dumps(dict(settings)) + "\n")
            yield Nursery(process)
        finally:
            process.kill()


@pytest.fixture
def port() -> int:
    """The port of the mail server."""
    return free_port()


@pytest.fixture
def mailbox(port: int) -> Iterator[Mailbox]:
    """All that is sent."""
    mailbox = Mailbox()
    with mail_server(mailbox, port):
        yield mailbox


@pytest.fixture
def settings(
    empty_database_url: str, tmp_path: Path, catalogue_folder: Path, port: int
) -> Mapping[str, str]:
    """An installation with an issuer, whose awards are not held and whose recipients get mail."""
    shell = installed(
        tmp_path,
        DATABASE_URL=empty_database_url,
        BADGE_CLASSES=str(catalogue_folder),
        BASE_URL="https://badges.example",
        HOLD_MINUTES="0",
        SMTP_URL=f"smtp://127.0.0.1:{port}",
        MAIL_FROM="badges@badges.example",
    )
    shell.does("issuer", "create")
    return {**shell.settings, "INSIGNIA_DATA": str(shell.data)}


@pytest.fixture
def house(settings: Mapping[str, str]) -> Iterator[House]:
    """The house of that installation, as the test itself sees it."""
    installation = Installation.open(Settings.from_environment(settings))
    with installation.database.read() as session:
        issuer = find_issuer(session)
    yield House(issuer, installation.database, installation.keystore, installation.catalogue)
    installation.close()


def make_batch(house: House, number: int, now: datetime) -> None:
    """Make a batch for people of its own."""
    terms = Terms(house.catalogue.find("wiki-friend"), "en", valid_from=now)
    people = "\n".join(f"learner-{number}-{one}@example.org" for one in range(BATCH))
    listed = check_list(terms, lines_of(people), issuer=house.issuer, keystore=house.keystore)
    house.database.transact(
        lambda session: create_batch(
            session, terms, listed, issuer=house.issuer, keystore=house.keystore, now=now
        )
    )


def is_waiting(house: House) -> bool:
    waiting = select(func.count()).where(BatchRecipientRow.state == BatchRowState.WAITING)
    with house.database.read() as session:
        return bool(session.scalar(waiting))


def awards_told(house: House, message_ids: Iterable[str]) -> set[str]:
    """Give the awards whose message was sent, which is named by its job."""
    jobs = [one.strip("<>").partition("@")[0] for one in message_ids]
    with house.database.read() as session:
        return set(session.scalars(select(OutboxRow.subject_id).where(OutboxRow.id.in_(jobs))))


def way_to_die(chance: random.Random) -> dict[str, object]:
    if chance.random() < 0.5:
        return {"failpoint": chance.choice(FAILPOINTS), "nth": chance.randint(1, 3)}
    return {"seconds": chance.uniform(0, LONGEST_LIFE)}


@pytest.mark.thorough
@pytest.mark.parametrize(
    "server", ["sqlite", pytest.param("postgresql", marks=LOOPBACK)], indirect=True
)
def test_whenever_a_worker_is_killed_nothing_is_lost_doubled_or_changed(
    house: House, settings: Mapping[str, str], mailbox: Mailbox
) -> None:
    chance = random.Random(5)  # noqa: S311 -- the same lives in every run
    now, kills, batches, killed_sending = read_clock(), 0, 0, 0
    seen: dict[str, str] = {}
    with nursery(settings) as lives:
        while kills < KILLS:
            if not is_waiting(house):
                batches += 1
                make_batch(house, batches, now)
            now += NEXT_LIFE
            before = len(mailbox.taken)
            is_killed = lives.live(now, **way_to_die(chance))
            kills += is_killed
            killed_sending += is_killed and len(mailbox.taken) > before
            released = released_bytes(house)
            assert released.items() >= seen.items()
            seen = released
        now += LONGEST_PAUSE  # what was put off is due again
        assert not lives.live(now)
    with house.database.read() as session:
        states = session.scalars(select(BatchRecipientRow.state)).all()
        awarded = session.scalars(
            select(BatchRecipientRow.award_id)
            .join(AwardRow, AwardRow.id == BatchRecipientRow.award_id)
            .where(AwardRow.state == AwardState.ISSUED)
        ).all()
    assert states == [BatchRowState.AWARDED] * BATCH * batches
    assert len(set(awarded)) == len(released_bytes(house)) == BATCH * batches
    check_indexes(house)
    check_released_once(house)
    check_signed_is_recorded(house)
    check_revocations(house)
    # one message for each recipient; the same one again only after an end while it was sent, and
    # after two such ends it is left, and told
    sent = Counter(message["Message-ID"] for message in mailbox.messages)
    notices = rows_of(house, NoticeRow)
    left = [one for one in notices if one.state is not NoticeState.SENT]
    assert {(one.state, one.reason) for one in left} <= {(NoticeState.REFUSED, UNKNOWN_END)}
    assert len(sent) == len(set(mailbox.addresses))
    assert (
        len(notices)
        == BATCH * batches
        == len(sent) + sum(one.award_id not in awards_told(house, sent) for one in left)
    )
    assert max(sent.values()) <= MOST_OF_ONE_MESSAGE
    assert sent.total() - len(sent) <= killed_sending
    check_some_verify(house, most=20, now=now)
