"""Whom a credential is about."""

import pytest

from openbadges.errors import Code, MalformedError
from openbadges.models.subject import AchievementSubject, IdentityObject
from openbadges.strict import Document
from tests.credentials import HASHED_ADDRESS, valid_credential

IDENTITY: Document = valid_credential()["credentialSubject"]["identifier"][0]


@pytest.mark.parametrize(
    "identity_hash",
    [
        pytest.param(HASHED_ADDRESS, id="SHA-256"),
        pytest.param("sha256$" + "AB" * 32, id="capital digits"),
        pytest.param("md5$" + "0" * 32, id="MD5, which is only read"),
    ],
)
def test_a_hash_has_its_name_and_hexadecimal_digits(identity_hash: str) -> None:
    identity = IdentityObject.parse(IDENTITY | {"identityHash": identity_hash})
    assert identity.identity_hash == identity_hash


@pytest.mark.parametrize(
    "identity_hash",
    [
        pytest.param("a@example.com", id="the address itself"),
        pytest.param("sha256$" + "a" * 63, id="a digit too few"),
        pytest.param("sha256$" + "a" * 64 + "\n", id="a line break after it"),
        pytest.param("md5$" + "a" * 64, id="another length"),
        pytest.param("sha1$" + "a" * 40, id="another function"),
        pytest.param("a" * 64, id="no name"),
    ],
)
def test_a_hash_that_compares_with_nothing_is_refused(identity_hash: str) -> None:
    with pytest.raises(MalformedError, match="identityHash"):
        IdentityObject.parse(IDENTITY | {"identityHash": identity_hash})


def test_an_identifier_that_is_not_hashed_has_any_form() -> None:
    plain = IDENTITY | {"hashed": False, "identityHash": "Ada Example", "identityType": "name"}
    assert IdentityObject.parse(plain).identity_hash == "Ada Example"


@pytest.mark.parametrize(
    "change",
    [
        pytest.param({"plaintextIdentity": "a@example.com"}, id="a member of its own"),
        pytest.param({"id": "urn:x"}, id="an id"),
        pytest.param({"hashed": "true"}, id="hashed as a word"),
        pytest.param({"type": "Identity"}, id="another type"),
        pytest.param({"identityType": None}, id="no identityType"),
    ],
)
def test_an_identity_object_is_closed_and_exact(change: Document) -> None:
    with pytest.raises(MalformedError) as refusal:
        IdentityObject.parse(IDENTITY | change)
    assert refusal.value.code == Code.DATA_MODEL


def test_a_subject_that_names_nobody_is_refused() -> None:
    subject = valid_credential()["credentialSubject"]
    del subject["id"]
    AchievementSubject.parse(subject)
    with pytest.raises(MalformedError, match=r"^the subject: expected an id or an identifier"):
        AchievementSubject.parse(subject | {"identifier": []})


def test_a_subject_with_an_id_needs_no_identifier() -> None:
    subject = valid_credential()["credentialSubject"]
    del subject["identifier"]
    assert AchievementSubject.parse(subject).id == subject["id"]
