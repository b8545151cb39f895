"""What every test stands on: a fixed clock, the published vectors, and no network."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

pytest_plugins = ["tests.databases", "tests.issuing", "tests.shell"]

ROOT = Path(__file__).parent.parent


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
