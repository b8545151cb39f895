"""One served installation and one Chromium for the tests of a worker, and windows for each test."""

import os
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.browser.scene import Scene, set_scene
from tests.browser.served import Served, serving
from tests.browser.windows import Windows, find_chromium, running_chromium
from tests.databases import allow_loopback


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let the tests of this folder talk to the service that they start."""
    allow_loopback(items, folder="browser")


@pytest.fixture(scope="session")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The running service."""
    with serving(tmp_path_factory.mktemp("served")) as running:
        yield running


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """The browser; where there is none skip, but never where CI is set."""
    path = find_chromium()
    if path is None:
        missing = "Chromium is not installed"
        if "CI" in os.environ:
            pytest.fail(missing)
        pytest.skip(missing)
    with running_chromium(path) as browser:
        yield browser


@pytest.fixture
def windows(chromium: Browser, served: Served) -> Iterator[Windows]:
    """Windows for one test; in none of them may anything go wrong."""
    opened = Windows(chromium, served.base_url)
    yield opened
    opened.close()
    assert opened.spy.troubles == []


@pytest.fixture(scope="session")
def scene(chromium: Browser, served: Served) -> Iterator[Scene]:
    """Awards in every state, and a window for each kind of visitor and each language."""
    opened = Windows(chromium, served.base_url)
    yield set_scene(served, opened)
    opened.close()
    assert opened.spy.troubles == []
