"""The registry of issuers that are known by name."""

import json

import pytest

from openbadges.errors import Code, MalformedError
from verifier.trust import TrustRegistry, parse_registry

NAMES = {"did:web:badges.example": "Example User Group"}


def test_a_registry_knows_the_names_of_issuers() -> None:
    registry = parse_registry(json.dumps({"issuers": NAMES}).encode())
    assert registry.name_of("did:web:badges.example") == "Example User Group"


@pytest.mark.parametrize(
    "issuer", ["did:web:other.example", "did:web:badges.example.evil", "DID:WEB:badges.example", ""]
)
def test_any_other_issuer_is_unknown(issuer: str) -> None:
    assert TrustRegistry(NAMES).name_of(issuer) is None


def test_an_empty_registry_knows_nobody() -> None:
    assert TrustRegistry().name_of("did:web:badges.example") is None
    assert parse_registry(b'{"issuers": {}}') == TrustRegistry({})


@pytest.mark.parametrize(
    ("data", "code"),
    [
        pytest.param(b"", Code.MALFORMED, id="nothing"),
        pytest.param(b"[]", Code.MALFORMED, id="an array"),
        pytest.param(b"{}", Code.MALFORMED, id="no issuers"),
        pytest.param(b'{"issuers": ["did:web:a.example"]}', Code.MALFORMED, id="a list"),
        pytest.param(b'{"issuers": {"did:web:a.example": true}}', Code.MALFORMED, id="no name"),
        pytest.param(
            b'{"issuers": {"did:web:a.example": "A", "did:web:a.example": "B"}}',
            Code.DUPLICATE_KEY,
            id="two names",
        ),
    ],
)
def test_a_registry_of_another_shape_is_refused(data: bytes, code: Code) -> None:
    with pytest.raises(MalformedError) as caught:
        parse_registry(data)
    assert caught.value.code is code
