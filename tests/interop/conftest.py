"""The independent software that these tests speak with."""

from collections.abc import Iterator

import pytest

from tests.node import Node, running_node


@pytest.fixture(scope="session")
def node() -> Iterator[Node]:
    """One Node process for all tests."""
    with running_node() as started:
        yield started
