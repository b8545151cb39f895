"""Our own documents come from the folder, whatever the world says of them."""

from pathlib import Path

import pytest

from openbadges.errors import UnavailableError
from tests.world import Internet
from verifier.published import PublicFolder

BASE_URL = "https://badges.example/ours"


@pytest.fixture
def public(tmp_path: Path) -> PublicFolder:
    """A folder with one document, and one beside it that nobody published."""
    (tmp_path / "public" / "status").mkdir(parents=True)
    (tmp_path / "public" / "status" / "1").write_bytes(b"ours")
    (tmp_path / "secret").write_bytes(b"secret")
    return PublicFolder(tmp_path / "public", BASE_URL)


@pytest.fixture
def world() -> Internet:
    """A world that lies about our documents, and has others."""
    internet = Internet()
    internet.publish("https://other.example/1", b"theirs")
    for number in (1, 2):
        internet.publish(f"{BASE_URL}/status/{number}", b"a lie")
    return internet


def test_our_own_document_is_read_from_the_folder(public: PublicFolder, world: Internet) -> None:
    found = public.source(world).fetch(f"{BASE_URL}/status/1", maximum_bytes=10)
    assert found == b"ours"
    assert not world.fetched


def test_anyone_elses_is_fetched(public: PublicFolder, world: Internet) -> None:
    found = public.source(world).fetch("https://other.example/1", maximum_bytes=10)
    assert found == b"theirs"


@pytest.mark.parametrize(
    "url",
    [
        pytest.param(f"{BASE_URL}/status/2", id="not published"),
        pytest.param(f"{BASE_URL}/status", id="a folder"),
        pytest.param(BASE_URL, id="the base itself"),
        pytest.param(f"{BASE_URL}/../secret", id="out of the folder"),
        pytest.param(f"{BASE_URL}/%2e%2e/secret", id="out of the folder, encoded"),
        pytest.param(f"{BASE_URL}/status/%2E%2e/../../secret", id="out of the folder, mixed"),
        pytest.param(f"{BASE_URL}/status/1?x", id="a query"),
        pytest.param(f"{BASE_URL}/status/1#x", id="a fragment"),
        pytest.param(f"{BASE_URL}/status%00/1", id="NUL"),
        pytest.param(f"{BASE_URL}/status\\1", id="a backslash"),
        pytest.param(f"{BASE_URL}/{'x' * 5000}", id="a name that no file has"),
    ],
)
def test_an_address_of_ours_is_answered_by_nobody_else(
    url: str, public: PublicFolder, world: Internet
) -> None:
    with pytest.raises(UnavailableError):
        public.source(world).fetch(url, maximum_bytes=10)
    assert not world.fetched


def test_a_document_that_is_longer_than_asked_for_is_not_given(
    public: PublicFolder, world: Internet
) -> None:
    with pytest.raises(UnavailableError):
        public.source(world).fetch(f"{BASE_URL}/status/1", maximum_bytes=3)


@pytest.mark.parametrize(
    "url", ["https://badges.example/oursx", "https://badges.example", "https://badges.example.evil"]
)
def test_a_longer_or_shorter_address_is_not_ours(url: str, public: PublicFolder) -> None:
    assert not public.owns(url)
    assert public.path_of(url) is None
    assert public.read(url) is None
