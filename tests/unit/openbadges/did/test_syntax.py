"""A DID and a DID URL have the shape that DID Core gives them."""

import pytest

from openbadges.did import Did, DidUrl, parse_did, parse_did_url
from openbadges.errors import Code, MalformedError

KEY = "z6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ2"


@pytest.mark.parametrize(
    ("text", "did"),
    [
        pytest.param(f"did:key:{KEY}", Did("key", KEY), id="key"),
        pytest.param("did:web:example.edu%3A8443:a", Did("web", "example.edu%3A8443:a"), id="web"),
        pytest.param("did:example::a", Did("example", ":a"), id="an empty part in the middle"),
        pytest.param("did:v1:A-b_c.d", Did("v1", "A-b_c.d"), id="all characters"),
    ],
)
def test_a_did_is_taken_apart_and_written_again(text: str, did: Did) -> None:
    assert parse_did(text) == did
    assert str(did) == text


@pytest.mark.parametrize(
    "text",
    [
        "",
        "did:",
        "did:key",
        "did:key:",
        "did::x",
        "DID:key:x",
        "did:KEY:x",
        "did:key:x:",
        "did:key:x#y",
        "did:web:example.edu/path",
        "did:web:example.edu?q",
        "did:web:example.edu\n",
        " did:web:example.edu",
        "did:web:ex\u00e4mple.edu",
        "did:web:\uff45xample.edu",
        "did:web:%zz",
        "did:web:%4",
        "did:web:user@example.edu",
        "https://example.edu",
        "did:key:" + "z" * 2048,
        "did:key:" + "z" * 1_000_000,
    ],
)
def test_what_is_no_did_is_refused(text: str) -> None:
    with pytest.raises(MalformedError) as refusal:
        parse_did(text)
    assert refusal.value.code is Code.INVALID_DID


@pytest.mark.parametrize(
    "text", [f"did:key:{KEY}#{KEY}", "did:web:example.edu#key-1", "did:jwk:eyJ#0"]
)
def test_a_did_url_is_taken_apart_and_written_again(text: str) -> None:
    did, fragment = text.split("#")
    assert parse_did_url(text) == DidUrl(parse_did(did), fragment)
    assert str(parse_did_url(text)) == text


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(f"did:key:{KEY}", id="no fragment"),
        pytest.param("did:web:example.edu#", id="an empty fragment"),
        pytest.param("did:web:example.edu#a#b", id="two fragments"),
        pytest.param("did:web:example.edu/a#b", id="a path"),
        pytest.param("did:web:example.edu?a#b", id="a query"),
        pytest.param("did:web:example.edu#a b", id="a blank"),
        pytest.param("did:web:example.edu#' OR 1=1", id="SQL"),
        pytest.param("did:web:example.edu#" + "a" * 2048, id="a long fragment"),
        pytest.param("#a", id="only a fragment"),
        pytest.param(f"did:key:{KEY}#z6MkhWqdDBPojHA7cprTGTt5yHv5yUi1B8cnXn8ReLumkw6E", id="D10"),
        pytest.param(f"did:key:{KEY}#key-1", id="a named fragment of did:key"),
    ],
)
def test_what_names_no_method_is_refused(text: str) -> None:
    with pytest.raises(MalformedError) as refusal:
        parse_did_url(text)
    assert refusal.value.code is Code.INVALID_DID
