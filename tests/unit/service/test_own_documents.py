"""Our own documents come from what we published, whatever the world says of them."""

import pytest

from openbadges.errors import UnavailableError
from service.publishing.own_documents import OwnDocuments
from tests.world import Internet

BASE_URL = "https://badges.example/ours"


@pytest.fixture
def world() -> Internet:
    """A world that lies about our documents, and has others."""
    internet = Internet()
    for url in (BASE_URL, f"{BASE_URL}/1", f"{BASE_URL}/2", f"{BASE_URL}x", f"{BASE_URL}.evil/1"):
        internet.publish(url, b"theirs")
    return internet


@pytest.fixture
def documents(world: Internet) -> OwnDocuments:
    published = Internet()
    published.publish(f"{BASE_URL}/1", b"ours")
    return OwnDocuments(published, BASE_URL, behind=world)


def test_our_own_document_is_what_we_published(documents: OwnDocuments, world: Internet) -> None:
    assert documents.fetch(f"{BASE_URL}/1", maximum_bytes=10) == b"ours"
    assert not world.fetched


@pytest.mark.parametrize("url", [BASE_URL, f"{BASE_URL}/2", f"{BASE_URL}/../1"])
def test_the_world_is_never_asked_for_an_address_of_ours(
    documents: OwnDocuments, world: Internet, url: str
) -> None:
    with pytest.raises(UnavailableError):
        documents.fetch(url, maximum_bytes=10)
    assert not world.fetched


@pytest.mark.parametrize("url", [f"{BASE_URL}x", f"{BASE_URL}.evil/1"])
def test_an_address_that_only_begins_like_ours_is_the_worlds(
    documents: OwnDocuments, url: str
) -> None:
    assert documents.fetch(url, maximum_bytes=10) == b"theirs"
