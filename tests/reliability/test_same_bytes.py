"""What is signed does not depend on where and how the process runs (R42)."""

import os
import subprocess
import sys
from collections.abc import Mapping
from itertools import product
from pathlib import Path
from typing import Final

import pytest

from openbadges.strict import parse_json
from tests.amounts import amount
from tests.reliability.same_bytes import sums

ROOT: Final = Path(__file__).parents[2]
# An ASCII locale is kept as it is: Python would else take UTF-8 in its place.
ASCII: Final = {"LC_ALL": "C", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0"}
LOCALES: Final = (ASCII, {"LC_ALL": "C.UTF-8", "PYTHONUTF8": "1"}, {"LC_ALL": "tr_TR.UTF-8"})
ZONES: Final = ("UTC", "America/St_Johns", "Pacific/Kiritimati", "Europe/Madrid")
SEEDS: Final = ("0", "1", "random")
OPTIMISED: Final = ("", "2")

_EVERYTHING: Final = [
    {**locale, "TZ": zone, "PYTHONHASHSEED": seed, "PYTHONOPTIMIZE": optimised}
    for locale, zone, seed, optimised in product(LOCALES, ZONES, SEEDS, OPTIMISED)
]
# Of all 72 every 17th, which has each value of each at least once.
MATRIX: Final = _EVERYTHING[:: amount(17, 1)]


@pytest.fixture(scope="module")
def here() -> Mapping[str, str]:
    """What this process makes."""
    return sums()


def test_the_everyday_matrix_leaves_no_value_out() -> None:
    for name in ("LC_ALL", "TZ", "PYTHONHASHSEED", "PYTHONOPTIMIZE"):
        assert {one[name] for one in MATRIX} == {one[name] for one in _EVERYTHING}


@pytest.mark.parametrize("variables", MATRIX, ids=lambda one: " ".join(one.values()))
def test_r42_the_same_bytes_come_out_of_every_environment(
    here: Mapping[str, str], variables: Mapping[str, str], tmp_path: Path
) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.reliability.same_bytes"],
        check=True,
        capture_output=True,
        cwd=tmp_path,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), **variables},
    )
    assert parse_json(done.stdout) == here
