"""One verification takes no more than 2 s of CPU and 128 MiB, whatever it is given.

The inputs are in `tests.costly`, and how they are measured in `tests.bounds`.
"""

import json
import subprocess
import sys
from collections.abc import Mapping

import pytest

from tests.bounds import MAXIMUM_MIB, MAXIMUM_SECONDS, Cost
from tests.costly import KINDS

pytestmark = pytest.mark.thorough
NOISE = 4  # where others work on the same cores


@pytest.fixture(scope="module")
def costs() -> Mapping[str, Cost]:
    """What each kind cost, each in a process of its own that was idle before."""
    measured = subprocess.run(  # noqa: S603 -- our own program
        [sys.executable, "-m", "tests.bounds", "--json", *KINDS],
        check=True,
        capture_output=True,
        text=True,
    )
    found = [Cost(**json.loads(line)) for line in measured.stdout.splitlines()]  # noqa: TID251 -- our own program's
    return {cost.kind: cost for cost in found}


@pytest.mark.parametrize("kind", KINDS)
def test_no_input_takes_more_memory_than_a_verification_may(
    costs: Mapping[str, Cost], kind: str
) -> None:
    assert costs[kind].mebibytes <= MAXIMUM_MIB


@pytest.mark.parametrize("kind", KINDS)
def test_no_input_takes_more_work_than_a_verification_may(
    costs: Mapping[str, Cost], kind: str
) -> None:
    # (a machine that stands still now and then counts that as work of whoever ran)
    assert costs[kind].seconds <= NOISE * MAXIMUM_SECONDS * KINDS[kind].verifications


def test_a_process_that_takes_more_is_seen_to(costs: Mapping[str, Cost]) -> None:
    """Guards the measure itself: a picture is decoded, so it cannot have cost nothing."""
    assert costs["a JPEG in many scans"].mebibytes > MAXIMUM_MIB / 2
