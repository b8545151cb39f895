"""A controller document vouches for its own methods, and for those listed for assertionMethod."""

import copy
from datetime import datetime, timedelta
from typing import Any

import pytest

from openbadges.did import ListedKey, did_web_document, method_id
from openbadges.errors import Code, ExplainedError, Kind, MalformedError, UnprovenError
from openbadges.jose.jwk import format_jwk
from openbadges.multikey import format_multikey
from openbadges.public_key import PublicKey
from openbadges.strict import Document, encode_base58btc, format_timestamp
from openbadges.verification_method import MAXIMUM_METHODS, parse_controller_document
from tests.signing import EcTestSigner, Ed25519TestSigner, RsaTestSigner

DID = "did:web:bank.example"
KEY = Ed25519TestSigner(bytes(32)).public_key
OTHER_KEY = Ed25519TestSigner(b"\x66" * 32).public_key
P256_KEY = EcTestSigner(7).public_key
RSA_KEY = RsaTestSigner().public_key
ID = method_id(DID, KEY)


def _document(**changes: Any) -> Document:  # noqa: ANN401 -- JSON
    return {**did_web_document(DID, keys=[ListedKey(public_key=KEY)]), **changes}


def _method(**changes: Any) -> Document:  # noqa: ANN401 -- JSON
    method: Document = copy.deepcopy(_document()["verificationMethod"][0])
    return {**method, **changes}


def _refusal_of(document: Document, now: datetime, *, url: str = ID) -> ExplainedError:
    """Ask for a method; the document itself is readable."""
    read = parse_controller_document(document, expected_id=DID)
    with pytest.raises(ExplainedError) as refusal:
        read.assertion_method(url, at=now)
    return refusal.value


def _key_of(document: Document, now: datetime) -> PublicKey:
    return (
        parse_controller_document(document, expected_id=DID).assertion_method(ID, at=now).public_key
    )


def test_a_listed_method_is_found_by_its_full_id(now: datetime) -> None:
    method = parse_controller_document(_document(), expected_id=DID).assertion_method(ID, at=now)
    assert (method.id, method.controller, method.public_key) == (ID, DID, KEY)


def test_a_method_proves_only_what_it_is_listed_for(now: datetime) -> None:
    read = parse_controller_document(_document(authentication=[]), expected_id=DID)
    with pytest.raises(UnprovenError) as refusal:
        read.authentication_method(ID, at=now)
    assert refusal.value.code is Code.INVALID_RELATIONSHIP
    document = _document(authentication=[ID], assertionMethod=[])
    read = parse_controller_document(document, expected_id=DID)
    assert read.authentication_method(ID, at=now).public_key == KEY
    assert _refusal_of(document, now).code is Code.INVALID_RELATIONSHIP


@pytest.mark.parametrize(
    ("method", "key"),
    [
        pytest.param({"publicKeyMultibase": format_multikey(P256_KEY)}, P256_KEY, id="Multikey"),
        pytest.param(
            {
                "type": "Ed25519VerificationKey2020",
                "publicKeyMultibase": format_multikey(KEY),
            },
            KEY,
            id="Ed25519VerificationKey2020",
        ),
        *(
            pytest.param({"type": name, "publicKeyJwk": format_jwk(RSA_KEY)}, RSA_KEY, id=name)
            for name in ("JsonWebKey", "JsonWebKey2020")
        ),
    ],
)
@pytest.mark.parametrize("is_embedded", [False, True], ids=["referenced", "embedded"])
def test_each_type_is_read_referenced_and_embedded(
    now: datetime, method: Document, key: object, *, is_embedded: bool
) -> None:
    described = {"id": f"{DID}#key-1", "type": "Multikey", "controller": DID, **method}
    document = (
        {"id": DID, "assertionMethod": [described]}
        if is_embedded
        else {"id": DID, "verificationMethod": [described], "assertionMethod": [f"{DID}#key-1"]}
    )
    read = parse_controller_document(document, expected_id=DID)
    assert read.assertion_method(f"{DID}#key-1", at=now).public_key == key


def test_a_relative_id_belongs_to_the_document(now: datetime) -> None:
    document = _document(verificationMethod=[_method(id="#key-1")], assertionMethod=["#key-1"])
    read = parse_controller_document(document, expected_id=DID)
    assert read.assertion_method(f"{DID}#key-1", at=now).id == f"{DID}#key-1"


@pytest.mark.parametrize(
    "context", ["https://evil.example/ctx?u=1", [{"@vocab": "https://evil.example/"}], None, 5]
)
def test_contexts_are_never_looked_at(context: object, now: datetime) -> None:
    document = _document(**{"@context": context})
    assert _key_of(document, now) == KEY


@pytest.mark.parametrize(
    "document_id",
    [None, "did:web:evil.example", [DID], {"id": DID}, "", DID.upper(), f"{DID}#", f"{DID}/"],
)
def test_the_document_of_someone_else_is_refused(document_id: object) -> None:
    with pytest.raises(UnprovenError) as refusal:
        parse_controller_document(_document(id=document_id), expected_id=DID)
    assert refusal.value.code is Code.ISSUER_MISMATCH


@pytest.mark.parametrize(
    "document",
    [
        pytest.param(_document(assertionMethod=[]), id="listed for nothing"),
        pytest.param(_document(assertionMethod=[], authentication=[ID]), id="for another"),
        pytest.param(_document(assertionMethod=[], keyAgreement=[_method()]), id="embedded there"),
        pytest.param({"id": DID}, id="an empty document"),
        pytest.param({"id": DID, "assertionMethod": [ID]}, id="listed and not described"),
        pytest.param(
            _document(assertionMethod=[None, 5, [ID], {"type": "x"}]), id="listed as junk"
        ),
    ],
)
def test_a_method_that_may_not_make_claims_is_refused(document: Document, now: datetime) -> None:
    refusal = _refusal_of(document, now)
    assert (refusal.kind, refusal.code) == (Kind.UNPROVEN, Code.INVALID_RELATIONSHIP)


@pytest.mark.parametrize(
    "url",
    [
        DID,
        f"{DID}#",
        f"{DID}#other",
        f"did:web:evil.example#{format_multikey(KEY)}",
        f"{ID} ",
        f"#{format_multikey(KEY)}",
        "",
    ],
)
def test_no_other_url_names_the_method(url: str, now: datetime) -> None:
    assert _refusal_of(_document(), now, url=url).code is Code.INVALID_RELATIONSHIP


@pytest.mark.parametrize(
    ("change", "code"),
    [
        pytest.param({"controller": "did:web:evil.example"}, Code.ISSUER_MISMATCH, id="foreign"),
        pytest.param({"controller": [DID]}, Code.ISSUER_MISMATCH, id="controller in an array"),
        pytest.param({"controller": None}, Code.ISSUER_MISMATCH, id="no controller"),
        pytest.param({"type": None}, Code.UNSUPPORTED_SUITE, id="no type"),
        pytest.param({"type": ["Multikey"]}, Code.UNSUPPORTED_SUITE, id="types in an array"),
        pytest.param({"type": "JsonWebKey"}, Code.KEY, id="the key of another type"),
        pytest.param({"publicKeyMultibase": None}, Code.KEY, id="no key"),
        pytest.param({"publicKeyMultibase": format_jwk(KEY)}, Code.KEY, id="a JWK as Multikey"),
        pytest.param(
            {"type": "EcdsaSecp256k1VerificationKey2019"}, Code.UNSUPPORTED_SUITE, id="not ours"
        ),
        pytest.param(
            {
                "type": "Ed25519VerificationKey2020",
                "publicKeyMultibase": format_multikey(P256_KEY),
            },
            Code.KEY,
            id="P-256 as Ed25519",
        ),
        pytest.param(
            {"publicKeyJwk": format_jwk(OTHER_KEY)},
            Code.AMBIGUOUS_VERIFICATION_METHOD,
            id="two keys",
        ),
        pytest.param(
            {"publicKeyJwk": format_jwk(KEY)},
            Code.AMBIGUOUS_VERIFICATION_METHOD,
            id="one key, twice",
        ),
        pytest.param(
            {"publicKeyBase58": "x"}, Code.AMBIGUOUS_VERIFICATION_METHOD, id="an older key beside"
        ),
        pytest.param({"revoked": "yesterday"}, Code.DATA_MODEL, id="revoked at no moment"),
        pytest.param({"expires": None}, Code.DATA_MODEL, id="expires at null"),
        pytest.param(
            {"publicKeyMultibase": "z" + encode_base58btc(b"\xed\x01" + bytes(32))},
            Code.WEAK_KEY,
            id="a weak key",
        ),
    ],
)
def test_a_broken_method_is_refused_when_it_is_asked_for(
    change: Document, code: Code, now: datetime
) -> None:
    method = {name: value for name, value in _method(**change).items() if value is not None}
    if "expires" in change:
        method["expires"] = None
    assert _refusal_of(_document(verificationMethod=[method]), now).code is code


@pytest.mark.parametrize(
    "broken",
    [
        pytest.param(_method(id=f"{DID}#2", publicKeyMultibase="z!"), id="a broken key"),
        pytest.param(_method(id=f"{DID}#2", type="Unknown"), id="an unknown type"),
        pytest.param(_method(id="did:web:evil.example#2"), id="a foreign id"),
        pytest.param(_method(id=5), id="no id"),
        pytest.param("a string", id="no object"),
        pytest.param(None, id="null"),
    ],
)
def test_a_broken_method_spoils_nothing_for_the_others(broken: object, now: datetime) -> None:
    document = _document(verificationMethod=[broken, _method()])
    assert _key_of(document, now) == KEY


def test_a_document_does_not_vouch_for_another_s_method(now: datetime) -> None:
    url = f"did:web:evil.example#{format_multikey(KEY)}"
    document = _document(verificationMethod=[_method(id=url)], assertionMethod=[url])
    assert _refusal_of(document, now, url=url).code is Code.ISSUER_MISMATCH


def test_an_id_that_only_starts_alike_is_foreign(now: datetime) -> None:
    url = f"{DID}.evil.example#1"
    document = _document(verificationMethod=[_method(id=url)], assertionMethod=[url])
    assert _refusal_of(document, now, url=url).code is Code.ISSUER_MISMATCH


OTHER = {"publicKeyMultibase": format_multikey(OTHER_KEY)}


@pytest.mark.parametrize(
    "document",
    [
        pytest.param(_document(verificationMethod=[_method(), _method(**OTHER)]), id="twice"),
        pytest.param(_document(assertionMethod=[_method(**OTHER)]), id="embedded with another key"),
        pytest.param(_document(authentication=[_method(**OTHER)]), id="embedded elsewhere"),
        pytest.param(
            _document(verificationMethod=[_method(), _method(id=ID.removeprefix(DID), **OTHER)]),
            id="relative and absolute",
        ),
        pytest.param(
            _document(verificationMethod=[_method(revoked="2020-01-01T00:00:00Z"), _method()]),
            id="revoked and not",
        ),
        pytest.param(
            _document(verificationMethod=[_method(), _method(**OTHER), _method()]), id="thrice"
        ),
    ],
)
def test_one_id_with_two_meanings_is_ambiguous(document: Document, now: datetime) -> None:
    assert _refusal_of(document, now).code is Code.AMBIGUOUS_VERIFICATION_METHOD


def test_a_readable_method_does_not_hide_a_broken_one_of_its_id(now: datetime) -> None:
    for methods in ([_method(), _method(type="?")], [_method(type="?"), _method()]):
        refusal = _refusal_of(_document(verificationMethod=methods), now)
        assert refusal.code is Code.UNSUPPORTED_SUITE


def test_one_method_described_twice_alike_is_no_trouble(now: datetime) -> None:
    document = _document(assertionMethod=[_method()])
    assert _key_of(document, now) == KEY


# The secret half of vc-di-eddsa/keyPair.json
PUBLISHED = "z3u2en7t5LR2WtQH5PfFqMqwVHBeXouLzo6haApm8XHqvjxq"


@pytest.mark.parametrize(
    "member",
    [
        pytest.param({"service": [{"secretKeyMultibase": PUBLISHED}]}, id="secretKeyMultibase"),
        pytest.param({"verificationMethod": [_method(privateKeyJwk={})]}, id="privateKeyJwk"),
        pytest.param({"verificationMethod": [_method(privateKeyHex="00")]}, id="privateKeyHex"),
        pytest.param(
            {"verificationMethod": [{"publicKeyJwk": {**format_jwk(OTHER_KEY), "d": "AAAA"}}]},
            id="d of a method without id",
        ),
        pytest.param({"service": [{"x": {"kty": "oct", "k": "AAAA"}}]}, id="a symmetric key"),
        pytest.param(
            {"keyAgreement": [_method(id="did:x:y#1", publicKeyMultibase=PUBLISHED)]},
            id="a secret as the public key of a foreign method",
        ),
    ],
)
def test_a_published_secret_spoils_the_document(member: Document) -> None:
    with pytest.raises(MalformedError) as refusal:
        parse_controller_document(_document(**member), expected_id=DID)
    assert refusal.value.code is Code.PRIVATE_KEY_PUBLISHED


def test_members_that_only_sound_private_are_none(now: datetime) -> None:
    document = _document(service=[{"d": 1, "p": "page", "k": "kind"}])
    assert _key_of(document, now) == KEY


@pytest.mark.parametrize("member", ["revoked", "expires"])
@pytest.mark.parametrize(
    ("offset", "is_in_force"),
    [
        pytest.param(timedelta(seconds=1), True, id="a second later"),
        pytest.param(timedelta(0), False, id="at that moment"),
        pytest.param(timedelta(seconds=-1), False, id="a second before"),
    ],
)
def test_a_key_proves_what_it_signed_until_it_was_revoked_or_expired(
    member: str, offset: timedelta, now: datetime, *, is_in_force: bool
) -> None:
    document = _document(verificationMethod=[_method(**{member: format_timestamp(now + offset)})])
    if is_in_force:
        assert _key_of(document, now) == KEY
    else:
        assert _refusal_of(document, now).code is Code.KEY_REVOKED


@pytest.mark.parametrize(
    "change",
    [
        pytest.param({"verificationMethod": _method()}, id="one method"),
        pytest.param({"assertionMethod": ID}, id="one reference"),
        pytest.param({"verificationMethod": [], "assertionMethod": _method()}, id="one embedded"),
    ],
)
def test_a_set_of_one_may_stand_without_its_array(change: Document, now: datetime) -> None:
    assert _key_of(_document(**change), now) == KEY


def test_one_method_without_its_array_is_as_ambiguous_as_in_one(now: datetime) -> None:
    document = _document(assertionMethod=_method(**OTHER))
    assert _refusal_of(document, now).code is Code.AMBIGUOUS_VERIFICATION_METHOD


@pytest.mark.parametrize("value", [{}, "x"])
def test_a_single_value_that_names_no_method_lists_none(value: object, now: datetime) -> None:
    refusal = _refusal_of(_document(assertionMethod=value), now)
    assert refusal.code is Code.INVALID_RELATIONSHIP


@pytest.mark.parametrize("value", [None, 5, True])
@pytest.mark.parametrize("member", ["verificationMethod", "assertionMethod", "keyAgreement"])
def test_a_list_is_an_array(member: str, value: object) -> None:
    with pytest.raises(MalformedError) as refusal:
        parse_controller_document(_document(**{member: value}), expected_id=DID)
    assert refusal.value.code is Code.MALFORMED


def test_a_document_has_at_most_64_methods() -> None:
    methods = [_method(id=f"{DID}#{number}") for number in range(MAXIMUM_METHODS)]
    read = parse_controller_document(_document(verificationMethod=methods), expected_id=DID)
    assert len(read.verification_methods) == MAXIMUM_METHODS
    with pytest.raises(MalformedError) as refusal:
        parse_controller_document(
            _document(verificationMethod=methods, assertionMethod=[_method()]), expected_id=DID
        )
    assert refusal.value.code is Code.TOO_LARGE


def test_a_refusal_names_what_the_document_said(now: datetime) -> None:
    refusal = _refusal_of(_document(verificationMethod=[_method(type="Foo")]), now)
    assert (refusal.kind, "'Foo'" in str(refusal)) == (Kind.UNAVAILABLE, True)
