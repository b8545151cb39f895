"""One served installation for the tests of a worker, with issuers that are made as asked for."""

from collections.abc import Iterator

import pytest

from tests.conformance.serving import GenericIssuer, Service, serving
from tests.databases import allow_loopback


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let the tests of this folder talk to the service that they start."""
    allow_loopback(items, folder="conformance")


@pytest.fixture(scope="session")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """The running service."""
    with serving(tmp_path_factory.mktemp("conformance")) as running:
        yield running


@pytest.fixture(scope="session")
def issuer(service: Service) -> GenericIssuer:
    """An issuer that signs what it is sent, with eddsa-rdfc-2022."""
    return service.issuer()


@pytest.fixture(scope="session")
def status_issuer(service: Service) -> GenericIssuer:
    """An issuer that adds a status entry where none is sent."""
    return service.issuer("--status")
