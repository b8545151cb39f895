"""Eight processes that award, revoke and publish at once lose nothing and use no index twice."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any, Final

import pytest
from sqlalchemy import select

from issuer.tables import RevocationRow
from openbadges.strict import parse_json
from tests.amounts import amount
from tests.issuing import House
from tests.reliability.houses import (
    Address,
    check_indexes,
    check_released_once,
    check_revocations,
    check_signed_is_recorded,
    check_some_verify,
    released_bytes,
)

WORKERS: Final = 8
AWARDS_OF_EACH: Final = amount(6, 500)
PATIENCE: Final = 3600  # seconds, after which a test that hangs fails


def begin(address: Address, worker: int) -> subprocess.Popen[str]:
    """Start a worker, which waits for the word."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.reliability.awarding"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    told = {"house": address.words(), "worker": worker, "awards": AWARDS_OF_EACH}
    assert process.stdin is not None
    process.stdin.write(json.dumps(told) + "\n")
    process.stdin.flush()
    return process


def end(process: subprocess.Popen[str]) -> dict[str, Any]:
    """Wait for what a worker did."""
    output, _ = process.communicate("go\n", timeout=PATIENCE)
    assert process.returncode == 0
    return dict(parse_json(output.splitlines()[-1]))


@pytest.mark.thorough
def test_eight_workers_lose_nothing_and_use_no_index_twice(
    house: House, database_url: str, tmp_path: Path
) -> None:
    address = Address.of(database_url, tmp_path)
    workers = [begin(address, number) for number in range(WORKERS)]
    try:
        for one in workers:
            assert one.stdout is not None
            assert one.stdout.readline() == "ready\n"
        for one in workers:  # the word for all at once; `end` waits for each
            assert one.stdin is not None
            one.stdin.write("go\n")
            one.stdin.flush()
        did = [end(one) for one in workers]
    finally:
        for one in workers:
            one.kill()
            one.wait()
    assert [trouble for one in did for trouble in one["troubles"]] == []
    awarded = {issued for one in did for issued in one["awarded"]}
    assert len(awarded) == WORKERS * AWARDS_OF_EACH
    assert awarded == set(released_bytes(house))
    check_indexes(house)
    check_released_once(house)
    check_signed_is_recorded(house)
    house.publish()
    with house.database.read() as session:
        revoked = set(session.scalars(select(RevocationRow.credential_id)))
    assert revoked == {issued for one in did for issued in one["revoked"]}
    check_revocations(house)
    check_some_verify(house, most=20)
