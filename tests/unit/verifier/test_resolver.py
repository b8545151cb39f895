"""From an identifier to its controller document, computed or fetched, and never both."""

import pytest

from openbadges.did import did_jwk
from openbadges.errors import Code, ExplainedError, MalformedError, UnavailableError
from tests.world import BADGES, EVIL, LIBRARY, Internet, address_of, honest_internet
from verifier.resolver import MAXIMUM_CONTROLLER_DOCUMENT_BYTES, WorldResolver


@pytest.fixture
def internet() -> Internet:
    """A world in which everyone answers truly."""
    return honest_internet()


@pytest.mark.parametrize(
    ("identifier", "address"),
    [
        pytest.param(BADGES.id, "https://badges.example/.well-known/did.json", id="did:web"),
        pytest.param(LIBRARY.id, LIBRARY.id, id="an https URL"),
    ],
)
def test_a_published_document_is_fetched(identifier: str, address: str, internet: Internet) -> None:
    document = WorldResolver(internet).controller(identifier)
    assert document.id == identifier
    assert len(document.assertion_methods) == 1
    assert internet.fetched == {address: 1}


@pytest.mark.parametrize(
    "identifier", [EVIL.id, did_jwk(EVIL.signer.public_key)], ids=["did:key", "did:jwk"]
)
def test_a_computed_document_is_not(identifier: str, internet: Internet) -> None:
    document = WorldResolver(internet).controller(identifier)
    keys = [method.public_key for method in document.verification_methods.values()]
    assert keys == [EVIL.signer.public_key]
    assert not internet.fetched


def test_a_supplied_document_comes_first(internet: Internet) -> None:
    resolver = WorldResolver(
        internet, {BADGES.id: BADGES.document(relationships=("authentication",))}
    )
    assert resolver.controller(BADGES.id).assertion_methods == frozenset()
    assert not internet.fetched


def test_a_supplied_document_must_be_the_one_asked_for(internet: Internet) -> None:
    resolver = WorldResolver(internet, {BADGES.id: LIBRARY.document()})
    with pytest.raises(ExplainedError) as caught:
        resolver.controller(BADGES.id)
    assert caught.value.code is Code.ISSUER_MISMATCH


@pytest.mark.parametrize(
    ("identifier", "code"),
    [
        pytest.param("", Code.INVALID_DID, id="nothing"),
        pytest.param("urn:uuid:1", Code.INVALID_DID, id="a URN"),
        pytest.param("http://library.example", Code.INVALID_DID, id="http"),
        pytest.param("file:///etc/passwd", Code.INVALID_DID, id="a file"),
        pytest.param("did:web:127.0.0.1", Code.INVALID_DID, id="a private did:web"),
        pytest.param("did:web:a.example%2F..", Code.INVALID_DID, id="an encoded path"),
        pytest.param("did:", Code.INVALID_DID, id="half a DID"),
        pytest.param("did:key:zA", Code.KEY, id="no key"),
    ],
)
def test_what_identifies_no_issuer_is_refused_and_not_fetched(
    identifier: str, code: Code, internet: Internet
) -> None:
    with pytest.raises(MalformedError) as caught:
        WorldResolver(internet).controller(identifier)
    assert caught.value.code is code
    assert not internet.fetched


def test_another_did_method_leaves_it_open(internet: Internet) -> None:
    with pytest.raises(UnavailableError) as caught:
        WorldResolver(internet).controller("did:ion:abc")
    assert caught.value.code is Code.UNSUPPORTED_DID


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(b"<!DOCTYPE html><title>Sign in</title>", id="a page"),
        pytest.param(b"", id="nothing"),
        pytest.param(b"[]", id="an array"),
        pytest.param(b'{"id": 1, "id": 2}', id="one key twice"),
        pytest.param(b" " * (MAXIMUM_CONTROLLER_DOCUMENT_BYTES + 1), id="too much"),
    ],
)
def test_a_world_that_answers_something_else_does_not_answer(
    answer: bytes, internet: Internet
) -> None:
    internet.publish(address_of(BADGES), answer)
    with pytest.raises(UnavailableError):
        WorldResolver(internet).controller(BADGES.id)


def test_nothing_is_remembered_between_two_questions(internet: Internet) -> None:
    resolver = WorldResolver(internet)
    resolver.controller(BADGES.id)
    internet.take_down(address_of(BADGES))
    with pytest.raises(UnavailableError):
        resolver.controller(BADGES.id)
