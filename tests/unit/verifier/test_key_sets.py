"""An issuer with an https address may keep its keys in JWK Sets, and only in its own."""

import json
from typing import Any

import pytest

from openbadges.did import jwks
from openbadges.errors import Code
from openbadges.jose import credential_claims, format_jwk, thumbprint
from openbadges.strict import Document, encode_base64url
from tests.world import (
    EVIL,
    Internet,
    Issuer,
    assert_refused,
    assert_verified,
    issued_by,
    rs256_issuer,
)
from verifier import Report, Verdict
from verifier.destination import parse_destination
from verifier.key_sets import is_kept_by

SCHOOL = rs256_issuer("https://school.example/issuers/565049")
KEY = SCHOOL.signer.public_key
WELL_KNOWN = "https://school.example/.well-known/jwks.json"
KEYS = "https://school.example/keys"
PROFILE: Document = {"id": SCHOOL.id, "type": "Profile", "name": "A school"}


def _token(*, by: Issuer = SCHOOL, issuer: Issuer = SCHOOL, **header: Any) -> str:  # noqa: ANN401 -- any JSON value
    named = {"alg": str(by.signer.public_key.algorithm), "typ": "JWT"} | header
    parts = [
        encode_base64url(json.dumps(part).encode())
        for part in (named, credential_claims(issued_by(issuer)))
    ]
    signature = by.signer.sign(".".join(parts).encode())
    return ".".join([*parts, encode_base64url(signature)])


def _internet(**documents: Document) -> Internet:
    internet = Internet()
    for url, document in documents.items():
        internet.publish(url, document)
    return internet


def _verify(documents: dict[str, Document], **header: Any) -> Report:  # noqa: ANN401 -- any JSON value
    return _internet(**documents).verify(_token(**header))


def _set(*, kid: str | None = None, key: Issuer = SCHOOL) -> Document:
    return {"keys": [format_jwk(key.signer.public_key, kid=kid)]}


@pytest.mark.parametrize(
    ("kid", "documents"),
    [
        pytest.param(f"{KEYS}#key-1", {KEYS: _set(kid="key-1")}, id="a fragment of a set"),
        pytest.param(f"{KEYS}#key-1", {KEYS: _set(kid=f"{KEYS}#key-1")}, id="its whole address"),
        pytest.param(KEYS, {KEYS: format_jwk(KEY)}, id="the address of one key"),
        pytest.param(KEYS, {KEYS: format_jwk(KEY, kid="7")}, id="the address of a named key"),
        pytest.param(KEYS, {KEYS: _set()}, id="the address of a set of one"),
        pytest.param(f"{WELL_KNOWN}#1", {WELL_KNOWN: _set(kid="1")}, id="the set of the host"),
        pytest.param(
            f"{SCHOOL.id}/keys/1", {f"{SCHOOL.id}/keys/1": format_jwk(KEY)}, id="below the issuer"
        ),
        pytest.param(
            "https://school.example/issuers/jwks.json#1",
            {"https://school.example/issuers/jwks.json": _set(kid="1")},
            id="beside the issuer",
        ),
        pytest.param(
            f"{SCHOOL.id}#1", {SCHOOL.id: PROFILE, WELL_KNOWN: _set(kid="1")}, id="no key in it"
        ),
        pytest.param(
            "https://school.example/elsewhere/x#1",
            {WELL_KNOWN: _set(kid="https://school.example/elsewhere/x#1")},
            id="another place, in the set of the host",
        ),
    ],
)
def test_a_kid_that_leads_to_a_set_of_the_issuer_is_followed(
    kid: str, documents: dict[str, Document]
) -> None:
    assert_verified(_verify(documents, kid=kid))


def test_the_set_that_we_publish_is_one_that_we_read() -> None:
    ours = jwks(SCHOOL.id, keys=[SCHOOL.listed()])
    documents = {SCHOOL.id: PROFILE, WELL_KNOWN: ours}
    assert_verified(_verify(documents, kid=SCHOOL.signer.verification_method))


@pytest.mark.parametrize(
    "documents",
    [
        pytest.param({WELL_KNOWN: _set()}, id="no profile"),
        pytest.param({SCHOOL.id: PROFILE, WELL_KNOWN: _set(kid="x")}, id="a profile without keys"),
        pytest.param({SCHOOL.id: SCHOOL.document()}, id="a profile with keys"),
    ],
)
def test_a_key_in_the_header_is_one_that_the_issuer_or_its_host_lists(
    documents: dict[str, Document],
) -> None:
    assert_verified(_verify(documents, jwk=format_jwk(KEY)))


@pytest.mark.parametrize(
    ("documents", "verdict", "code"),
    [
        pytest.param({}, Verdict.INCONCLUSIVE, Code.RETRIEVAL, id="nothing answers"),
        pytest.param({SCHOOL.id: PROFILE}, Verdict.INCONCLUSIVE, Code.RETRIEVAL, id="no set"),
        pytest.param({WELL_KNOWN: _set()}, Verdict.INCONCLUSIVE, Code.RETRIEVAL, id="no profile"),
        pytest.param(
            {SCHOOL.id: PROFILE, WELL_KNOWN: _set(key=rs256_issuer())},
            Verdict.REJECTED,
            Code.KEY_NOT_BOUND,
            id="the set has it not",
        ),
        pytest.param(
            {SCHOOL.id: SCHOOL.document(), WELL_KNOWN: _set(key=EVIL)},
            Verdict.REJECTED,
            Code.KEY_NOT_BOUND,
            id="the profile has other keys",
        ),
        pytest.param(
            {WELL_KNOWN: _set(key=EVIL), SCHOOL.id: PROFILE | {"id": "x"}},
            Verdict.REJECTED,
            Code.ISSUER_MISMATCH,
            id="the profile is another's",
        ),
    ],
)
def test_a_key_in_the_header_that_nobody_lists_proves_nothing(
    documents: dict[str, Document], verdict: Verdict, code: Code
) -> None:
    presented = _token(by=EVIL, jwk=format_jwk(EVIL.signer.public_key))
    assert_refused(_internet(**documents).verify(presented), verdict, code)


EVERYWHERE = {
    KEYS: _set(kid="1", key=EVIL),
    "https://school.example/uploads/x": _set(kid="1", key=EVIL),
    "https://school.example/issuers/2/keys": _set(kid="1", key=EVIL),
    "https://evil.example/keys": _set(kid="1", key=EVIL),
    WELL_KNOWN: _set(kid="1"),
}


@pytest.mark.parametrize(
    ("kid", "asked"),
    [
        pytest.param("https://evil.example/keys#1", 0, id="C5 another host"),
        pytest.param("https://school.example.evil.example/keys#1", 0, id="a longer host"),
        pytest.param("https://school.example@evil.example/keys#1", 0, id="a user"),
        pytest.param("https://school.example:444/keys#1", 0, id="another port"),
        pytest.param("http://school.example/keys#1", 0, id="http"),
        pytest.param("//school.example/keys#1", 0, id="no scheme"),
        pytest.param("did:web:school.example#1", 0, id="the DID of the host"),
        pytest.param("https://127.0.0.1/keys#1", 0, id="an address inside"),
        pytest.param("https://school.example/uploads/x#1", 1, id="another directory"),
        pytest.param("https://school.example/issuers/2/keys#1", 1, id="another tenant"),
        pytest.param("https://school.example/issuers/../uploads/x#1", 1, id="dots"),
        pytest.param("https://school.example/%6beys#1", 1, id="encoded characters"),
    ],
)
def test_c5_a_set_in_another_place_is_not_asked(kid: str, asked: int) -> None:
    internet = _internet(**EVERYWHERE)
    report = internet.verify(_token(by=EVIL, kid=kid))
    assert report.verdict is Verdict.REJECTED
    assert internet.fetched == ({WELL_KNOWN: 1} if asked else {})


def test_a_kid_and_a_key_in_the_header_must_agree() -> None:
    documents = {KEYS: _set(kid="1")}
    good = _verify(documents, kid=f"{KEYS}#1", jwk=format_jwk(KEY))
    assert_verified(good)
    bad = _verify(documents, kid=f"{KEYS}#1", jwk=format_jwk(EVIL.signer.public_key))
    assert_refused(bad, Verdict.REJECTED, Code.KEY_NOT_BOUND)


@pytest.mark.parametrize(
    ("answer", "verdict", "code"),
    [
        pytest.param(b"<html>", Verdict.INCONCLUSIVE, Code.RETRIEVAL, id="a page"),
        pytest.param(b'{"keys": 1}', Verdict.INCONCLUSIVE, Code.RETRIEVAL, id="no set"),
        pytest.param(b'{"keys": []}', Verdict.REJECTED, Code.KEY_NOT_BOUND, id="an empty set"),
        pytest.param(
            b'{"keys": [{"kty": "oct", "k": "AA"}]}',
            Verdict.REJECTED,
            Code.PRIVATE_KEY_PUBLISHED,
            id="D9 a secret",
        ),
        pytest.param(
            b'{"keys": [{"kty": "RSA", "kid": "1", "n": "AQAB", "e": "AQAB"}]}',
            Verdict.REJECTED,
            Code.WEAK_KEY,
            id="a weak key of that name",
        ),
    ],
)
def test_a_set_that_is_none_proves_nothing(answer: bytes, verdict: Verdict, code: Code) -> None:
    internet = Internet({KEYS: answer})
    assert_refused(internet.verify(_token(kid=f"{KEYS}#1")), verdict, code)


def test_a_key_of_another_kind_is_not_used_for_the_algorithm_of_the_header() -> None:
    report = _verify({KEYS: _set(kid="1", key=EVIL)}, kid=f"{KEYS}#1")
    assert_refused(report, Verdict.REJECTED, Code.ALG)


def test_a_key_found_by_its_value_is_named_by_its_thumbprint() -> None:
    report = _verify({WELL_KNOWN: _set()}, jwk=format_jwk(KEY))
    assert thumbprint(KEY) in report.findings[2].sentence


def test_a_did_issuer_has_its_document_and_no_sets() -> None:
    did = rs256_issuer("did:web:school.example")
    internet = _internet(**{WELL_KNOWN: _set(kid="1"), KEYS: _set(kid="1")})
    by_name = internet.verify(_token(by=did, issuer=did, kid=f"{KEYS}#1"))
    assert_refused(by_name, Verdict.REJECTED, Code.KEY_NOT_BOUND)
    by_value = internet.verify(_token(by=did, issuer=did, jwk=format_jwk(KEY)))
    assert_refused(by_value, Verdict.INCONCLUSIVE, Code.RETRIEVAL)
    assert WELL_KNOWN not in internet.fetched
    assert KEYS not in internet.fetched


def test_an_issuer_inside_has_no_sets_even_where_its_profile_is_at_hand() -> None:
    inside = rs256_issuer("https://127.0.0.1/issuer")
    internet = Internet()
    report = internet.verify(
        _token(by=inside, issuer=inside, jwk=format_jwk(KEY)),
        controller_documents={inside.id: PROFILE | {"id": inside.id}},
    )
    assert_refused(report, Verdict.REJECTED, Code.KEY_NOT_BOUND)
    assert not internet.fetched


@pytest.mark.parametrize(
    ("place", "issuer", "is_kept"),
    [
        ("/keys", "/issuers/1", True),
        ("/jwks.json", "/", True),
        ("/jwks.json", "", True),
        ("/.well-known/jwks.json", "/issuers/1", True),
        ("/a/main/jwks.json", "/a/main/issuer.json", True),
        ("/a/jwks.json", "/a/main/issuer.json", True),
        ("/issuers/1/keys?id=1", "/issuers/1", True),
        ("/b/main/jwks.json", "/a/main/issuer.json", False),
        ("/bob/", "/alice", False),
        ("/uploads/x.json", "/", False),
        ("/issuers/12/keys", "/issuers/1", False),
        ("/keys/1", "/issuers/1", False),
        ("/issuers//1", "/issuers/1", False),
        ("/issuers/./1", "/issuers/1", False),
        ("/keys", "/issuers/%31", False),
        ("/x?/../keys", "/issuers/1", True),
    ],
)
def test_who_writes_above_an_issuer_or_below_it_may_keep_its_keys(
    place: str, issuer: str, *, is_kept: bool
) -> None:
    host = "https://school.example"
    found = is_kept_by(parse_destination(host + place), parse_destination(host + issuer))
    assert found is is_kept
