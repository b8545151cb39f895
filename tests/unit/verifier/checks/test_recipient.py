"""A badge is for whom it names, by an id or by one of its identifiers."""

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
