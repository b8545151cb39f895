"""A badge is for whom it names, by an id or by one of its identifiers."""

import hashlib
from typing import Any

import pytest

from openbadges.errors import Code
from openbadges.identity import identity_object, plain_identity_object
from verifier.checks.recipient import check_recipient

ADDRESS = "a@example.com"
SALT = "kosher-and-long-enough"
HASHED = identity_object(ADDRESS, identity_type="emailAddress", salt=SALT)
NAMED = plain_identity_object("Ada", identity_type="name")
OTHER = identity_object("b@example.com", identity_type="emailAddress", salt=SALT)


@pytest.mark.parametrize(
    "subject",
    [
        pytest.param({"identifier": HASHED}, id="one identifier"),
        pytest.param({"identifier": [NAMED, OTHER, HASHED]}, id="the last of several"),
        pytest.param({"id": ADDRESS}, id="the subject's id"),
        pytest.param([{"id": "urn:x"}, {"identifier": [HASHED]}], id="the second subject"),
    ],
)
def test_the_expected_recipient_is_found(subject: Any) -> None:  # noqa: ANN401 -- any JSON value
    assert check_recipient({"credentialSubject": subject}, ADDRESS).code is Code.OK


@pytest.mark.parametrize(
    "subject",
    [
        pytest.param(None, id="no subject"),
        pytest.param("urn:x", id="a subject by its id"),
        pytest.param({}, id="nobody"),
        pytest.param({"identifier": [OTHER]}, id="someone else"),
        pytest.param({"identifier": ADDRESS}, id="no identity object"),
        pytest.param({"id": [ADDRESS]}, id="an array of ids"),
        pytest.param([], id="no subjects"),
    ],
)
def test_anyone_else_is_a_mismatch(subject: Any) -> None:  # noqa: ANN401 -- any JSON value
    finding = check_recipient({"credentialSubject": subject}, ADDRESS)
    assert finding.code is Code.RECIPIENT_MISMATCH
    assert ADDRESS not in finding.sentence


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"hashed": "true"}, id="text for true"),
        pytest.param({"identityHash": 7}, id="a number for a hash"),
        pytest.param({"identityHash": "sha1$00"}, id="another hash"),
        pytest.param({"salt": None}, id="no salt"),
    ],
)
def test_a_broken_identifier_is_a_finding_and_no_crash(changes: dict[str, object]) -> None:
    document = {"credentialSubject": {"identifier": HASHED | changes}}
    assert check_recipient(document, ADDRESS).code is Code.DATA_MODEL


def test_an_odd_type_of_identifier_is_no_crash() -> None:
    odd = HASHED | {"identityType": ["emailAddress"]}
    finding = check_recipient({"credentialSubject": {"identifier": odd}}, ADDRESS)
    assert finding.code in (Code.OK, Code.RECIPIENT_MISMATCH)


# Every identityType that the specification lists, and one of an issuer's own.
PLAIN_TYPES = [
    *("name", "sourcedId", "systemId", "productId", "userName", "accountId", "emailAddress"),
    *("nationalIdentityNumber", "isbn", "issn", "lisSourcedId", "oneRosterSourcedId"),
    *("sisSourcedId", "ltiContextId", "ltiDeploymentId", "ltiToolId", "ltiPlatformId"),
    *("ltiUserId", "identifier", "ext:wikimediaCentralId"),
]


@pytest.mark.parametrize("kind", PLAIN_TYPES)
@pytest.mark.parametrize("hashed", [True, False], ids=["hashed", "plain"])
def test_an_identifier_of_each_type_is_compared(kind: str, *, hashed: bool) -> None:
    named = (
        identity_object("Ab-12", identity_type=kind, salt=SALT)
        if hashed
        else plain_identity_object("Ab-12", identity_type=kind)
    )
    document = {"credentialSubject": {"identifier": [named]}}
    assert check_recipient(document, "Ab-12").code is Code.OK
    assert check_recipient(document, "Ab-13").code is Code.RECIPIENT_MISMATCH


def _hash(algorithm: str, text: str) -> str:
    return f"{algorithm}${hashlib.new(algorithm, text.encode(), usedforsecurity=False).hexdigest()}"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        pytest.param({"identityHash": _hash("md5", ADDRESS + SALT)}, Code.OK, id="MD5"),
        pytest.param({"identityHash": _hash("sha256", ADDRESS), "salt": ""}, Code.OK, id="no salt"),
        pytest.param(
            {"identityHash": _hash("sha256", ADDRESS + SALT).upper().replace("SHA", "sha")},
            Code.OK,
            id="capital digits",
        ),
        pytest.param(
            {"identityHash": _hash("sha256", SALT + ADDRESS)},
            Code.RECIPIENT_MISMATCH,
            id="the salt before it",
        ),
        pytest.param(
            {"identityHash": _hash("sha256", ADDRESS)}, Code.RECIPIENT_MISMATCH, id="unsalted"
        ),
        pytest.param(
            {"identityHash": _hash("md5", ADDRESS + SALT).replace("md5", "sha256")},
            Code.DATA_MODEL,
            id="MD5 as SHA-256",
        ),
        pytest.param({"identityHash": _hash("sha1", ADDRESS + SALT)}, Code.DATA_MODEL, id="SHA-1"),
        pytest.param({"identityHash": ADDRESS}, Code.DATA_MODEL, id="hashed and not hashed"),
        pytest.param({"hashed": False}, Code.RECIPIENT_MISMATCH, id="a hash said openly"),
    ],
)
def test_a_hash_is_compared_as_the_specification_makes_it(
    changes: dict[str, object], code: Code
) -> None:
    document = {"credentialSubject": {"identifier": [HASHED | changes]}}
    assert check_recipient(document, ADDRESS).code is code


@pytest.mark.parametrize("order", [1, -1])
def test_a_broken_identifier_hides_no_other(order: int) -> None:
    identifiers = [HASHED | {"salt": 5}, HASHED][::order]
    document = {"credentialSubject": {"identifier": identifiers}}
    assert check_recipient(document, ADDRESS).code is Code.OK
    assert check_recipient(document, "x@example.com").code is Code.DATA_MODEL


@pytest.mark.parametrize(
    "identifier",
    [
        "did:key:z6MkpTHR8VNsBxYAAWHut2Geadd9jSwuBV8xRoAnwWsdvktH",
        "did:web:learner.example",
        "https://learner.example/#me",
    ],
)
def test_a_recipient_with_an_id_is_the_one_of_exactly_this_id(identifier: str) -> None:
    document = {"credentialSubject": {"id": identifier, "identifier": [OTHER]}}
    assert check_recipient(document, identifier).code is Code.OK
    for other in (identifier.upper(), identifier + " ", identifier[:-1], f"{identifier}#1"):
        assert check_recipient(document, other).code is Code.RECIPIENT_MISMATCH


@pytest.mark.parametrize("written", ["Ana maria", "ana_maria", " Ana maria", "ana maria"])
def test_a_user_name_is_found_as_people_write_it(written: str) -> None:
    named = identity_object("Ana maria", identity_type="userName", salt=SALT)
    document = {"credentialSubject": {"identifier": [OTHER, named]}}
    assert check_recipient(document, written).code is Code.OK
