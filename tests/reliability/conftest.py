"""Faults of the machine, the world and the operator; what is started here is on loopback."""

import pytest

from tests.databases import allow_loopback
from tests.site import open_site, site

__all__ = ["open_site", "site"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let the tests of this folder talk to what they start."""
    allow_loopback(items, folder="reliability")
