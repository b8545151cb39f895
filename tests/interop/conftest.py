"""The independent software that these tests speak with, and what our command line really makes."""

from collections.abc import Iterator

import pytest

from tests.node import Node, running_node
from tests.product import Product


@pytest.fixture(scope="session")
def node() -> Iterator[Node]:
    """One Node process for all tests."""
    with running_node() as started:
        yield started


@pytest.fixture(
    scope="session",
    params=[("web", "https://badges.example"), ("key", "http://localhost:8000")],
    ids=["did:web", "did:key"],
)
def product(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Product:
    """What `insignia award --out` really makes, for each kind of issuer."""
    method, base_url = request.param
    return Product.make(tmp_path_factory.mktemp(method), method=method, base_url=base_url)


@pytest.fixture(scope="session")
def revoked_product(tmp_path_factory: pytest.TempPathFactory) -> Product:
    """A badge that was awarded like those of `product`, and whose revocation is published."""
    product = Product.make(
        tmp_path_factory.mktemp("revoked"), method="key", base_url="http://localhost:8000"
    )
    product.run("revoke", product.credential["id"], "--reason", "an example")
    product.run("status", "publish")
    return product
