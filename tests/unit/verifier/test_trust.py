"""The operator's own list of issuers that are known by name, and of the registries that it asks."""

import json
from typing import Any

import pytest

from openbadges.errors import Code, MalformedError
from verifier.trust import (
    MAXIMUM_NAME_CHARACTERS,
    MAXIMUM_NOTE_CHARACTERS,
    MAXIMUM_REGISTRIES,
    KnownIssuer,
    KnownRegistry,
    TrustRegistry,
    parse_registry,
)

DID = "did:web:badges.example"
OTHERS = {"name": "Consortium", "url": "https://registry.example/registry.json"}


def _parsed(issuers: Any, **more: Any) -> TrustRegistry:  # noqa: ANN401 -- any JSON value
    return parse_registry(json.dumps({"issuers": issuers} | more).encode())


def test_a_registry_knows_the_names_of_issuers() -> None:
    known = _parsed({DID: "Example User Group"}).known(DID)
    assert known == KnownIssuer("Example User Group")


def test_an_issuer_may_have_a_colour_and_a_note() -> None:
    entry = {"name": "Example User Group", "colour": "#336699", "note": "Affiliate since 2019."}
    known = _parsed({DID: entry}).known(DID)
    assert known == KnownIssuer("Example User Group", "#336699", "Affiliate since 2019.")


@pytest.mark.parametrize("issuer", [f"{DID}.evil", "did:web:other.example", DID.upper(), ""])
def test_any_other_issuer_is_unknown(issuer: str) -> None:
    registry = _parsed({DID: "Example User Group"})
    assert registry.known(issuer) is None


def test_an_empty_registry_knows_nobody() -> None:
    assert TrustRegistry().known(DID) is None
    assert _parsed({}) == TrustRegistry({})


def test_the_registries_of_others_keep_their_order() -> None:
    second = {"name": "Sandbox", "url": "https://sandbox.example/r.json", "colour": "#ffcc00"}
    assert _parsed({}, registries=[OTHERS, second]).registries == (
        KnownRegistry("Consortium", "https://registry.example/registry.json"),
        KnownRegistry("Sandbox", "https://sandbox.example/r.json", "#ffcc00"),
    )


@pytest.mark.parametrize("name", ["ویکی‌پدیا", "维基媒体", "A" * MAXIMUM_NAME_CHARACTERS])
def test_a_name_of_any_script_is_a_name(name: str) -> None:
    assert _parsed({DID: name}).known(DID) == KnownIssuer(name)


@pytest.mark.parametrize(
    "entry",
    [
        pytest.param(True, id="no name"),
        pytest.param(None, id="null"),
        pytest.param("", id="an empty name"),
        pytest.param("  ", id="a blank name"),
        pytest.param("a\nb", id="two lines"),
        pytest.param("a\u2028b", id="two lines of Unicode"),
        pytest.param("\x1b[31mred", id="an order to a terminal"),
        pytest.param("A" * (MAXIMUM_NAME_CHARACTERS + 1), id="a long name"),
        pytest.param({}, id="an object without a name"),
        pytest.param({"name": ["A"]}, id="names in an array"),
        pytest.param({"name": "A", "colour": "red"}, id="a colour by its name"),
        pytest.param({"name": "A", "colour": "#33669"}, id="half a colour"),
        pytest.param({"name": "A", "colour": "#336699;x"}, id="more than a colour"),
        pytest.param({"name": "A", "colour": 336699}, id="a number for a colour"),
        pytest.param({"name": "A", "note": 5}, id="a number for a note"),
        pytest.param({"name": "A", "note": "x" * (MAXIMUM_NOTE_CHARACTERS + 1)}, id="a long note"),
        pytest.param({"name": "A", "color": "#336699"}, id="another spelling"),
    ],
)
def test_an_entry_that_is_none_is_refused_rather_than_left_out(entry: object) -> None:
    with pytest.raises(MalformedError, match=r"did:web:badges\.example"):
        _parsed({DID: entry})


@pytest.mark.parametrize(
    "registries",
    [
        pytest.param({}, id="no array"),
        pytest.param(["https://registry.example"], id="an address alone"),
        pytest.param([OTHERS | {"url": "http://registry.example"}], id="http"),
        pytest.param([OTHERS | {"url": None}], id="no address"),
        pytest.param([{"url": OTHERS["url"]}], id="no name"),
        pytest.param([OTHERS | {"policy": "x"}], id="an unknown member"),
        pytest.param([OTHERS] * (MAXIMUM_REGISTRIES + 1), id="too many"),
    ],
)
def test_registries_of_another_shape_are_refused(registries: object) -> None:
    with pytest.raises(MalformedError, match="regist"):
        _parsed({}, registries=registries)


@pytest.mark.parametrize(
    ("data", "code"),
    [
        pytest.param(b"", Code.MALFORMED, id="nothing"),
        pytest.param(b"[]", Code.MALFORMED, id="an array"),
        pytest.param(b"{}", Code.MALFORMED, id="no issuers"),
        pytest.param(b'{"issuers": ["did:web:a.example"]}', Code.MALFORMED, id="a list"),
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
