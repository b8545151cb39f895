"""The JWK Sets of others: which key has which name, and what spoils it."""

import pytest

from openbadges.errors import Code, MalformedError
from openbadges.jose.jwk import format_jwk
from openbadges.jose.jwk_set import MAXIMUM_KEYS, parse_jwk_set
from openbadges.strict import Document
from tests.signing import EcTestSigner, Ed25519TestSigner, RsaTestSigner

KEY = Ed25519TestSigner(bytes(32)).public_key
OTHER_KEY = Ed25519TestSigner(b"\x66" * 32).public_key
P256_KEY = EcTestSigner(7).public_key
RSA_KEY = RsaTestSigner().public_key


def _set(*keys: object) -> Document:
    return {"keys": list(keys)}


def test_each_kind_of_key_is_found_by_its_name() -> None:
    keys = {"a": KEY, "b": P256_KEY, "c": RSA_KEY}
    found = parse_jwk_set(_set(*(format_jwk(key, kid=kid) for kid, key in keys.items())))
    assert found.keys == keys
    assert not found.unreadable


def test_a_bare_key_is_named_by_its_address_and_not_by_itself() -> None:
    assert parse_jwk_set(format_jwk(KEY, kid="anything")).keys == {None: KEY}


@pytest.mark.parametrize(
    "broken",
    [
        pytest.param(format_jwk(KEY) | {"kid": "b", "use": "enc"}, id="for encryption"),
        pytest.param(format_jwk(KEY) | {"kid": "b", "x": "AA"}, id="too short"),
        pytest.param({"kty": "AKP", "kid": "b"}, id="an unknown kind"),
        pytest.param({"kid": "b"}, id="no kind"),
    ],
)
def test_a_broken_key_is_set_aside_and_spoils_nothing_for_the_others(broken: Document) -> None:
    found = parse_jwk_set(_set(broken, format_jwk(KEY, kid="a")))
    assert found.keys == {"a": KEY}
    assert found.unreadable["b"].code is Code.KEY


@pytest.mark.parametrize("order", [1, -1])
def test_two_keys_of_one_name_are_none(order: int) -> None:
    keys = [format_jwk(KEY, kid="a"), format_jwk(OTHER_KEY, kid="a")][::order]
    found = parse_jwk_set(_set(*keys))
    assert not found.keys
    assert found.unreadable["a"].code is Code.AMBIGUOUS_VERIFICATION_METHOD


def test_a_good_key_does_not_hide_a_broken_one_of_its_name() -> None:
    found = parse_jwk_set(_set(format_jwk(KEY, kid="a"), {"kid": "a", "kty": "?"}))
    assert not found.keys


def test_one_key_twice_is_no_trouble() -> None:
    assert parse_jwk_set(_set(*[format_jwk(KEY, kid="a")] * 2)).keys == {"a": KEY}


@pytest.mark.parametrize(
    "secret",
    [
        pytest.param({"kty": "oct", "k": "AAAA", "kid": "b"}, id="a symmetric key"),
        pytest.param(format_jwk(OTHER_KEY) | {"d": "AAAA"}, id="a private key"),
    ],
)
def test_a_published_secret_spoils_the_set(secret: Document) -> None:
    with pytest.raises(MalformedError) as refusal:
        parse_jwk_set(_set(format_jwk(KEY, kid="a"), secret))
    assert refusal.value.code is Code.PRIVATE_KEY_PUBLISHED


@pytest.mark.parametrize(
    ("document", "code"),
    [
        pytest.param({}, Code.MALFORMED, id="nothing"),
        pytest.param({"keys": {}}, Code.MALFORMED, id="an object"),
        pytest.param({"keys": None}, Code.MALFORMED, id="null"),
        pytest.param(_set("a"), Code.KEY, id="no objects"),
        pytest.param(_set(*[{"kty": "OKP"}] * (MAXIMUM_KEYS + 1)), Code.TOO_LARGE, id="too many"),
    ],
)
def test_what_is_no_set_is_refused(document: Document, code: Code) -> None:
    with pytest.raises(MalformedError) as refusal:
        parse_jwk_set(document)
    assert refusal.value.code is code


def test_as_many_keys_as_may_be_are_read() -> None:
    keys = [format_jwk(KEY, kid=str(number)) for number in range(MAXIMUM_KEYS)]
    assert len(parse_jwk_set(_set(*keys)).keys) == MAXIMUM_KEYS
