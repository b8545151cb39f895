"""Every JWS and JWK case of Wycheproof runs; where we are stricter than its result, a table says.

Nothing is skipped: a group whose key or algorithm we do not carry must be refused, each case of it.
"""

from pathlib import Path

import pytest

from openbadges.errors import OpenBadgesError
from openbadges.jose.compact_jws import parse_compact_jws, verify_compact_jws
from openbadges.jose.jwk import parse_jwk
from openbadges.strict import Document, parse_json

# Valid elsewhere and refused here: what the group's key says its algorithm is, and why.
REFUSED_ALGORITHMS = {
    "HS256": "a shared secret: who can verify can sign",
    "HS384": "as HS256",
    "HS512": "as HS256",
    "RS384": "Open Badges names RS256; each further algorithm is one more to get wrong",
    "RS512": "as RS384",
    "PS256": "as RS384",
    "PS384": "as RS384",
    "PS512": "as RS384",
    "ES521": "P-521 (so misspelled in the file), which no Open Badges suite uses",
}
# Valid elsewhere and refused here, by the case's comment.
REFUSED_CASES = {
    "emptyPayload": "a credential has members, so an empty payload is none",
}


def _accepts(jws: str, jwk: Document) -> bool:
    try:
        verify_compact_jws(parse_compact_jws(jws), parse_jwk(jwk))
    except OpenBadgesError:
        return False
    return True


def _is_expected(case: Document, jwk: Document) -> bool:
    is_refused_here = jwk.get("alg") in REFUSED_ALGORITHMS or case["comment"] in REFUSED_CASES
    return case["result"] == "valid" and not is_refused_here


def _keys(group: Document) -> Document:
    """Return a group's public key or key set; shared secrets have only a private side."""
    keys: Document = group["public"] if "public" in group else group["private"]
    return keys


def _groups(folder: Path, name: str) -> list[Document]:
    groups: list[Document] = parse_json((folder / "wycheproof" / name).read_bytes())["testGroups"]
    return groups


def test_every_signature_case_is_judged_as_published(shared_vectors: Path) -> None:
    judged = [
        (case["tcId"], case["comment"], _is_expected(case, jwk), _accepts(case["jws"], jwk))
        for group in _groups(shared_vectors, "json_web_signature_test.json")
        for jwk in [_keys(group)]
        for case in group["tests"]
    ]
    assert len(judged) == 401
    assert [case for case in judged if case[2] != case[3]] == []
    # ES256 twice, RS256 once, its four payloads with bytes, and RFC 7520's figure 13 twice.
    assert sum(case[3] for case in judged) == 9


def test_every_key_case_is_judged_as_published(shared_vectors: Path) -> None:
    judged = [
        (case["tcId"], case["comment"], _is_expected(case, jwk), _accepts(case["jws"], jwk))
        for group in _groups(shared_vectors, "json_web_key_test.json")
        for jwk in [_keys(group)["keys"][0]]
        for case in group["tests"]
    ]
    assert len(judged) == 26
    assert [case for case in judged if case[2] != case[3]] == []
    assert [case[1] for case in judged if case[3]] == ["acceptsValid"]


@pytest.mark.parametrize("reasons", [REFUSED_ALGORITHMS, REFUSED_CASES])
def test_each_exception_is_needed(shared_vectors: Path, reasons: dict[str, str]) -> None:
    names = ("json_web_signature_test.json", "json_web_key_test.json")
    met = {
        word
        for name in names
        for group in _groups(shared_vectors, name)
        for keys in [_keys(group)]
        for jwk in keys.get("keys", [keys])
        for case in group["tests"]
        if case["result"] == "valid"
        for word in (jwk.get("alg"), case["comment"])
    }
    assert reasons.keys() <= met
