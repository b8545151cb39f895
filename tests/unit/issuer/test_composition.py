"""From an award to a document: who it says, in which edition, and what it leaves out."""

from typing import Any

import pytest

from badge_classes.catalogue import Catalogue
from issuer.award import Award, Evidence, parse_recipient
from issuer.composition import SALT_BYTES, compose, editions_of
from issuer.documents import write_json
from issuer.tables import Edition
from openbadges.identity import MINIMUM_SALT_CHARACTERS, matches
from openbadges.jsonld import canonicalize
from openbadges.strict import Document
from tests.issuing import EVIDENCE, NOW, award_of

PROFILE = {"id": "did:web:badges.example", "type": ["Profile"], "name": "Example"}
URL = "https://badges.example/credentials/1"
DID = "did:key:z6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ2"


def composed(award: Award, edition: Edition = Edition.PLAIN, **changes: Any) -> Document:  # noqa: ANN401 -- the arguments of compose
    arguments: dict[str, Any] = {
        "edition": edition,
        "credential_url": URL,
        "profile": PROFILE,
        "base_url": "https://badges.example",
    }
    return compose(award, **arguments | changes)


def identity(document: Document) -> Document:
    (found,) = document["credentialSubject"]["identifier"]
    assert isinstance(found, dict)
    return found


def test_the_document_says_what_was_awarded_by_whom_and_since_when(catalogue: Catalogue) -> None:
    document = composed(award_of(catalogue))
    achievement = document["credentialSubject"]["achievement"]
    assert document["id"] == URL
    assert document["type"] == ["VerifiableCredential", "OpenBadgeCredential"]
    assert document["issuer"] == achievement["creator"] == PROFILE
    assert document["validFrom"] == "2026-03-01T12:00:00Z"
    assert document["name"] == achievement["name"] == "Wiki friend"
    assert "validUntil" not in document
    assert "credentialStatus" not in document


def test_an_end_is_written_where_there_is_one(catalogue: Catalogue) -> None:
    document = composed(award_of(catalogue, valid_until=NOW.replace(year=2027)))
    assert document["validUntil"] == "2027-03-01T12:00:00Z"


def test_the_language_of_the_award_is_the_language_of_the_text(catalogue: Catalogue) -> None:
    achievement = composed(award_of(catalogue, language="es"))["credentialSubject"]["achievement"]
    assert (achievement["name"], achievement["inLanguage"]) == ("Amiga de la wiki", "es")


def test_the_plain_edition_has_no_evidence_and_the_full_one_has(catalogue: Catalogue) -> None:
    evidence = (EVIDENCE, Evidence(None, "And a text."))
    award = award_of(catalogue, evidence=evidence)
    plain, full = composed(award), composed(award, Edition.FULL)
    assert "evidence" not in plain
    assert b"Special:Diff" not in write_json(plain)
    assert full["evidence"] == [
        {"id": EVIDENCE.url, "type": ["Evidence"], "narrative": EVIDENCE.narrative},
        {"type": ["Evidence"], "narrative": "And a text."},
    ]


def test_there_is_a_full_edition_only_where_there_is_more_to_say(catalogue: Catalogue) -> None:
    assert editions_of(award_of(catalogue)) == (Edition.PLAIN,)
    assert editions_of(award_of(catalogue, evidence=(EVIDENCE,))) == (Edition.PLAIN, Edition.FULL)


@pytest.mark.parametrize("edition", list(Edition))
@pytest.mark.parametrize(
    ("recipient", "identifier", "identity_type"),
    [
        pytest.param("Learner@Example.org", "learner@example.org", "emailAddress", id="e-mail"),
        pytest.param(
            "user:example_learner@meta.wikimedia.org", "Example learner", "userName", id="user"
        ),
    ],
)
def test_a_person_is_named_by_a_salted_hash_and_nothing_else(
    catalogue: Catalogue, edition: Edition, recipient: str, identifier: str, identity_type: str
) -> None:
    award = award_of(catalogue, recipient=parse_recipient(recipient), evidence=(EVIDENCE,))
    document = composed(award, edition)
    found = identity(document)
    assert (found["hashed"], found["identityType"]) == (True, identity_type)
    assert matches(found, identifier)
    written = write_json(document).decode().lower()
    assert identifier.lower() not in written
    assert "meta.wikimedia.org" not in written.replace(str(EVIDENCE.url).lower(), "")


def test_a_did_is_the_subject_itself(catalogue: Catalogue) -> None:
    subject = composed(award_of(catalogue, recipient=parse_recipient(DID)))["credentialSubject"]
    assert subject["id"] == DID
    assert "identifier" not in subject


def test_no_two_documents_of_one_person_can_be_matched(catalogue: Catalogue) -> None:
    award = award_of(catalogue, evidence=(EVIDENCE,))
    documents = [composed(award), composed(award), composed(award, Edition.FULL)]
    for unlike in (
        {identity(document)["salt"] for document in documents},
        {identity(document)["identityHash"] for document in documents},
        {document["credentialSubject"]["id"] for document in documents},
    ):
        assert len(unlike) == len(documents)
    assert SALT_BYTES * 8 >= 128
    assert all(len(identity(document)["salt"]) >= MINIMUM_SALT_CHARACTERS for document in documents)


def test_a_subject_without_a_did_has_an_id_that_means_nothing(catalogue: Catalogue) -> None:
    assert composed(award_of(catalogue))["credentialSubject"]["id"].startswith("urn:uuid:")


@pytest.mark.parametrize("edition", list(Edition))
@pytest.mark.parametrize("reference", ["wiki-friend", "first-edits", "brief"])
def test_every_edition_is_signed_without_loss(
    catalogue: Catalogue, edition: Edition, reference: str
) -> None:
    document = composed(award_of(catalogue, reference, evidence=(EVIDENCE,)), edition)
    assert canonicalize(document).count(b"\n") > 10
