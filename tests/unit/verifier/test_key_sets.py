"""An issuer with an https address may keep its keys in JWK Sets, and only in its own."""

import json
from datetime import timedelta
from typing import Any

import pytest

from openbadges.did import jwks
from openbadges.errors import Code
from openbadges.jose import credential_claims, format_jwk, thumbprint
from openbadges.strict import Document, encode_base64url
from tests.world import (
    EVIL,
    NOW,
    Internet,
    Issuer,
    assert_refused,
    assert_verified,
    es256_issuer,
    issued_by,
    rs256_issuer,
)
from verifier import Report, Verdict
from verifier.destination import parse_destination
from verifier.key_sets import is_below

SCHOOL = rs256_issuer("https://school.example/issuers/565049")
KEY = SCHOOL.signer.public_key
WELL_KNOWN = "https://school.example/.well-known/jwks.json"
KEYS = f"{SCHOOL.id}/keys"
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
        pytest.param(f"{KEYS}/1", {f"{KEYS}/1": format_jwk(KEY)}, id="further below the issuer"),
        pytest.param(
            f"{SCHOOL.id}/jwks.json#1", {f"{SCHOOL.id}/jwks.json": _set(kid="1")}, id="a file below"
        ),
        pytest.param(f"{SCHOOL.id}#1", {WELL_KNOWN: _set(kid="1")}, id="a plain name at the host"),
        pytest.param(
            f"{SCHOOL.id}#1", {WELL_KNOWN: _set(kid=f"{SCHOOL.id}#1")}, id="its name at the host"
        ),
        pytest.param(
            f"{WELL_KNOWN}#1", {WELL_KNOWN: _set(kid=f"{WELL_KNOWN}#1")}, id="the host's whole name"
        ),
        pytest.param(
            "https://School.example/issuers/565049#1",
            {WELL_KNOWN: _set(kid="1")},
            id="the host in capitals",
        ),
    ],
)
def test_a_kid_that_leads_to_a_set_of_the_issuer_is_followed(
    kid: str, documents: dict[str, Document]
) -> None:
    assert_verified(_verify(documents | {SCHOOL.id: PROFILE}, kid=kid))


@pytest.mark.parametrize("kid", ["https://school.example#1", "https://school.example/#1"])
def test_an_issuer_at_the_root_of_a_host_has_the_set_of_the_host(kid: str) -> None:
    root = rs256_issuer("https://school.example")
    internet = _internet(**{root.id: PROFILE | {"id": root.id}, WELL_KNOWN: _set(kid="1")})
    assert_verified(internet.verify(_token(by=root, issuer=root, kid=kid)))
    for place in ("https://school.example/jwks.json", "https://school.example/alice"):
        internet.publish(place, _set(kid="1", key=EVIL))
        forged = internet.verify(_token(by=EVIL, issuer=root, kid=f"{place}#1"))
        assert_refused(forged, Verdict.REJECTED, Code.KEY_NOT_BOUND)
        assert place not in internet.fetched


def test_the_set_that_we_publish_is_one_that_we_read() -> None:
    ours = jwks(SCHOOL.id, keys=[SCHOOL.listed()])
    documents = {SCHOOL.id: PROFILE, WELL_KNOWN: ours}
    assert_verified(_verify(documents, kid=SCHOOL.signer.verification_method))


@pytest.mark.parametrize(
    "documents",
    [
        pytest.param({SCHOOL.id: PROFILE, WELL_KNOWN: _set()}, id="a profile without keys"),
        pytest.param({SCHOOL.id: PROFILE, WELL_KNOWN: _set(kid="x")}, id="a name of its own"),
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
    url: _set(kid="1", key=EVIL)
    for url in (
        KEYS,
        f"{KEYS}?file=1",
        "https://school.example/keys",
        "https://school.example/download?file=1",
        "https://school.example/uploads/x",
        "https://school.example/issuers/666",
        "https://school.example/issuers/666.json",
        "https://school.example/issuers/5650490/keys",
        "https://evil.example/keys",
    )
} | {SCHOOL.id: PROFILE, WELL_KNOWN: _set(kid="1")}


@pytest.mark.parametrize(
    "kid",
    [
        pytest.param("https://evil.example/keys#1", id="C5 another host"),
        pytest.param("https://school.example.evil.example/keys#1", id="a longer host"),
        pytest.param("https://school.example@evil.example/keys#1", id="a user"),
        pytest.param("https://school.example:444/issuers/565049/keys#1", id="another port"),
        pytest.param("http://school.example/issuers/565049/keys#1", id="http"),
        pytest.param("//school.example/issuers/565049/keys#1", id="no scheme"),
        pytest.param("did:web:school.example#1", id="the DID of the host"),
        pytest.param("https://127.0.0.1/keys#1", id="an address inside"),
        pytest.param("https://school.example/uploads/x#1", id="another directory"),
        pytest.param("https://school.example/keys#1", id="above the issuer"),
        pytest.param("https://school.example/issuers/666#1", id="another tenant"),
        pytest.param("https://school.example/issuers/666.json#1", id="another tenant's file"),
        pytest.param("https://school.example/issuers/5650490/keys#1", id="a longer name"),
        pytest.param("https://school.example/download?file=1#1", id="an upload"),
        pytest.param(f"{KEYS}?file=1#1", id="an upload below"),
        pytest.param(f"{WELL_KNOWN}?file=1#1", id="a query at the set of the host"),
        pytest.param(f"{SCHOOL.id}?file=1#1", id="a query at the issuer"),
        pytest.param(f"{SCHOOL.id}/../666/keys#1", id="dots"),
        pytest.param(f"{SCHOOL.id}/..;/666/keys#1", id="dots with a parameter"),
        pytest.param(f"{SCHOOL.id}/%2e%2e/666/keys#1", id="encoded dots"),
        pytest.param(f"{SCHOOL.id}%2fkeys#1", id="an encoded slash"),
        pytest.param(f"{SCHOOL.id}//keys#1", id="no step"),
    ],
)
def test_c5_a_set_where_others_may_write_is_not_asked(kid: str) -> None:
    internet = _internet(**EVERYWHERE)
    report = internet.verify(_token(by=EVIL, kid=kid))
    assert_refused(report, Verdict.REJECTED, Code.KEY_NOT_BOUND)
    assert not internet.fetched


ANOTHERS = (
    "https://school.example/issuers/666#1",
    "https://school.example/issuers/666/keys#1",
    "HTTPS://school.example/issuers/666#1",
    "http://school.example/issuers/565049#1",
    "https://elsewhere.example#1",
    "did:web:school.example:issuers:666#1",
)


@pytest.mark.parametrize("kid", ANOTHERS)
def test_a_key_in_the_set_of_the_host_that_is_another_tenants_proves_nothing(kid: str) -> None:
    internet = _internet(**{SCHOOL.id: PROFILE, WELL_KNOWN: _set(kid=kid, key=EVIL)})
    for named in (
        {"kid": kid},
        {"kid": f"{SCHOOL.id}#{kid}"},
        {"kid": f"{WELL_KNOWN}#{kid}"},
        {"jwk": format_jwk(EVIL.signer.public_key)},
    ):
        forged = internet.verify(_token(by=EVIL, **named))
        assert_refused(forged, Verdict.REJECTED, Code.KEY_NOT_BOUND)


IN_THE_SETS = {WELL_KNOWN: _set(kid="1"), KEYS: _set(kid="1")}


@pytest.mark.parametrize("kid", [f"{WELL_KNOWN}#1", f"{KEYS}#1"])
@pytest.mark.parametrize(
    ("document", "verdict", "code"),
    [
        pytest.param(SCHOOL.document(), Verdict.VERIFIED, None, id="listed"),
        pytest.param(
            SCHOOL.document(revoked=NOW - timedelta(days=300)),
            Verdict.REJECTED,
            Code.KEY_REVOKED,
            id="revoked",
        ),
        pytest.param(
            SCHOOL.document() | {"assertionMethod": []},
            Verdict.REJECTED,
            Code.INVALID_RELATIONSHIP,
            id="for something else",
        ),
        pytest.param(
            es256_issuer(SCHOOL.id).document(), Verdict.REJECTED, Code.KEY_NOT_BOUND, id="not it"
        ),
        pytest.param(
            PROFILE
            | {"verificationMethod": [{"id": f"{SCHOOL.id}#1", "type": "RsaVerificationKey2018"}]},
            Verdict.INCONCLUSIVE,
            Code.UNSUPPORTED_SUITE,
            id="of a kind that is not read",
        ),
        pytest.param(None, Verdict.INCONCLUSIVE, Code.RETRIEVAL, id="no document"),
        pytest.param(b"<html>", Verdict.INCONCLUSIVE, Code.RETRIEVAL, id="a page"),
    ],
)
def test_a_key_from_a_set_is_judged_as_the_document_of_the_issuer_lists_it(
    document: Document | bytes | None, verdict: Verdict, code: Code | None, kid: str
) -> None:
    internet = _internet(**IN_THE_SETS)
    if document is not None:
        internet.publish(SCHOOL.id, document)
    report = internet.verify(_token(kid=kid))
    if code is None:
        assert_verified(report)
    else:
        assert_refused(report, verdict, code)


def test_a_key_without_a_name_in_the_set_of_the_host_is_not_what_a_kid_names() -> None:
    documents = {SCHOOL.id: PROFILE, WELL_KNOWN: _set()}
    for kid in (f"{WELL_KNOWN}#1", WELL_KNOWN, SCHOOL.id, f"{SCHOOL.id}#1"):
        assert_refused(_verify(documents, kid=kid), Verdict.REJECTED, Code.KEY_NOT_BOUND)


def test_a_key_from_a_set_and_one_in_the_header_must_agree_where_a_document_lists_both() -> None:
    other = format_jwk(EVIL.signer.public_key)
    documents = IN_THE_SETS | {SCHOOL.id: SCHOOL.document()}
    assert_verified(_verify(documents, kid=f"{KEYS}#1", jwk=format_jwk(KEY)))
    assert_refused(
        _verify(documents, kid=f"{KEYS}#1", jwk=other), Verdict.REJECTED, Code.KEY_NOT_BOUND
    )


def test_a_kid_and_a_key_in_the_header_must_agree() -> None:
    documents = {SCHOOL.id: PROFILE, KEYS: _set(kid="1")}
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
    internet = Internet({KEYS: answer, SCHOOL.id: json.dumps(PROFILE).encode()})
    assert_refused(internet.verify(_token(kid=f"{KEYS}#1")), verdict, code)


def test_a_key_of_another_kind_is_not_used_for_the_algorithm_of_the_header() -> None:
    documents = {SCHOOL.id: PROFILE, KEYS: _set(kid="1", key=EVIL)}
    report = _verify(documents, kid=f"{KEYS}#1")
    assert_refused(report, Verdict.REJECTED, Code.ALG)


def test_a_key_found_by_its_value_is_named_by_its_thumbprint() -> None:
    report = _verify({SCHOOL.id: PROFILE, WELL_KNOWN: _set()}, jwk=format_jwk(KEY))
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
    ("place", "issuer", "expected"),
    [
        ("/issuers/1/keys", "/issuers/1", True),
        ("/issuers/1/keys/2", "/issuers/1", True),
        ("/issuers/1/keys", "/issuers/1/", True),
        ("/issuers/1/.well-known/jwks.json", "/issuers/1", True),
        ("/issuers/1", "/issuers/1", False),
        ("/issuers/12/keys", "/issuers/1", False),
        ("/issuers/1.json", "/issuers/1", False),
        ("/issuers/keys", "/issuers/1", False),
        ("/keys", "/issuers/1", False),
        ("/keys", "/", False),
        ("/keys", "", False),
        ("/issuers/1/keys?id=1", "/issuers/1", False),
        ("/issuers/1/?/keys", "/issuers/1", False),
        ("/x?/../keys", "/x", False),
        ("/i/keys", "/i?id=1", False),
        ("/i?id=1/keys", "/i?id=1", False),
        ("/issuers/1/../2", "/issuers/1", False),
        ("/issuers/1/./2", "/issuers/1", False),
        ("/issuers/1/..", "/issuers/1", False),
        ("/issuers/1//2", "/issuers/1", False),
        ("/issuers/%31/keys", "/issuers/%31", False),
        ("/issuers/1/..;/2", "/issuers/1", False),
        ("/issuers/1/..keys", "/issuers/1", True),
    ],
)
def test_an_issuer_keeps_what_lies_below_its_own_address(
    place: str, issuer: str, *, expected: bool
) -> None:
    host = "https://school.example"
    found = is_below(parse_destination(host + place), parse_destination(host + issuer))
    assert found is expected
