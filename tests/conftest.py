"""What every test stands on: a fixed clock, the published vectors, and no network."""

import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import structlog
from hypothesis import HealthCheck, settings

pytest_plugins = ["tests.databases", "tests.issuing", "tests.shell"]

ROOT = Path(__file__).parent.parent

# Every day the same examples, whatever else the machine is doing; `HYPOTHESIS_PROFILE=explore`
# looks for new ones.
settings.register_profile(
    "everyday", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile("explore", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "everyday"))


@pytest.fixture(autouse=True)
def lines_of_logs_go_nowhere_old() -> Iterator[None]:
    """Let no later test's log go to the stream of one that is over."""
    yield
    structlog.reset_defaults()


@pytest.fixture
def now() -> datetime:
    """The moment at which tests happen."""
    return datetime(2026, 3, 1, 12, 0, 0, tzinfo=UTC)


@pytest.fixture(scope="session")
def shared_vectors() -> Path:
    """The published test vectors, read where they lie and never copied."""
    folder = ROOT.parent / "shared" / "vectors"
    if not folder.is_dir():
        pytest.skip("the published vectors are not beside this checkout (../shared/vectors)")
    return folder
