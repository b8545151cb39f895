"""Nothing is signed that we would not ourselves believe: each fault is refused with its reason."""

from collections.abc import Callable, Iterator
from contextlib import closing
from typing import Any

import pytest
from sqlalchemy import select

from badge_classes.catalogue import Catalogue
from issuer.issuers import did_document
from issuer.lint import check_own_work, lint
from issuer.new_issuer import NewIssuer, create_issuer
from issuer.publication import PublishedDocuments
from issuer.signing import sign_forms
from issuer.tables import CredentialRow, DidMethod, Edition
from keys import Purpose, throwaway_key
from openbadges.errors import ExplainedError, MalformedError, RefusedError
from openbadges.public_key import Algorithm
from openbadges.strict import Document, parse_json_object
from storage import Database, schema
from tests.credentials import remove, replace
from tests.issuing import EVIDENCE, NOW, ON_SQLITE, House, make_cheap_keystore
from verifier import Verifier

ELSEWHERE = "https://badges.example/status-lists/00000000-0000-4000-8000-000000000000"


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory, catalogue: Catalogue) -> Iterator[House]:
    """One house for all of these tests, which change nothing in it."""
    folder = tmp_path_factory.mktemp("lint")
    with closing(Database.open(f"sqlite:///{folder / 'database'}", create=True)) as database:
        schema.upgrade(database)
        keystore = make_cheap_keystore(folder / "keys", "for tests only")
        new = NewIssuer(method=DidMethod.WEB, base_url="https://badges.example", name="Example")
        issuer = create_issuer(new, database=database, keystore=keystore, now=NOW)
        yield House(issuer, database, keystore, catalogue)


@pytest.fixture(scope="module")
def recorded_document(house: House) -> Document:
    return recorded(house)


def recorded(house: House) -> Document:
    """Award, and give the document as the cycle records it before it is signed."""
    house.issue(evidence=(EVIDENCE,))
    with house.database.read() as session:
        full = select(CredentialRow).where(CredentialRow.edition == Edition.FULL)
        row = session.scalars(full).one()
    return parse_json_object(row.unsigned_document or b"", what="the recorded document")


def lint_here(house: House, document: Document) -> None:
    listed = did_document(house.issuer, house.keystore)
    source = PublishedDocuments(house.database)
    lint(document, issuer=house.issuer, did_document=listed, source=source, now=NOW)


@ON_SQLITE
@pytest.mark.parametrize("method", list(DidMethod))
def test_what_the_cycle_records_passes(make_house: Callable[..., House], method: DidMethod) -> None:
    house = make_house(method)
    lint_here(house, recorded(house))


@pytest.mark.parametrize(
    ("member", "value"),
    [
        pytest.param("validFrom", "2030-01-01T00:00:00Z", id="it begins later"),
        pytest.param("validUntil", "2026-03-01T12:00:01Z", id="it ends soon"),
        pytest.param("name", "{ an unpaired brace", id="a brace"),
        pytest.param("name", "one\ntwo\tthree", id="lines and tabs"),
        pytest.param("name", "العربية 🎓", id="every script"),
    ],
)
def test_what_is_unusual_and_sound_passes(
    house: House, recorded_document: Document, member: str, value: str
) -> None:
    lint_here(house, recorded_document | {member: value})


FAULTS = [
    pytest.param("name", "pasted\x0btext", "has a control character in it", id="control"),
    pytest.param("name", "a\u2028b", "has a control character in it", id="line separator"),
    pytest.param("credentialSubject.achievement.nickname", "x", "nickname", id="undefined term"),
    pytest.param("name", {"en": "Badge", "es": "Insignia"}, "languages", id="a language map"),
    pytest.param(
        "credentialSubject.achievement.name", {"en": "Badge"}, "languages", id="a map deeper"
    ),
    pytest.param("credentialSubject.achievement.id", "achievement/1", "achievement/1", id="an id"),
    pytest.param("evidence.0.id", "https://example.org/a|b", "a|b", id="no IRI"),
    pytest.param("credentialSubject.activityEndDate", "yesterday", "activityEndDate", id="a date"),
    pytest.param("credentialSubject.creditsEarned", 1e-7, "1e-07", id="a number"),
    pytest.param("@context", ["https://www.w3.org/ns/credentials/v2"], "no context", id="one less"),
    pytest.param("type", ["VerifiableCredential"], "type: expected", id="a type less"),
    pytest.param("type", ["VerifiableCredential", "Nonsense"], "Nonsense", id="an unknown type"),
    pytest.param("issuer.id", "did:web:other.example", "other.example", id="another issuer"),
    pytest.param(
        "credentialStatus.statusListCredential", ELSEWHERE, "nothing that can be read", id="no list"
    ),
    pytest.param("credentialStatus.statusPurpose", "suspension", "suspension", id="a purpose"),
    pytest.param("credentialStatus.statusListIndex", "131072", "131072", id="beyond the list"),
]


@pytest.mark.parametrize(("path", "value", "named"), FAULTS)
def test_a_document_with_a_fault_is_refused_and_the_fault_named(
    house: House,
    recorded_document: Document,
    path: str,
    value: Any,  # noqa: ANN401 -- any JSON value
    named: str,
) -> None:
    document = replace(recorded_document, path, value)
    with pytest.raises((MalformedError, RefusedError)) as refusal:
        lint_here(house, document)
    assert named in str(refusal.value)
    assert "\n" not in str(refusal.value)


@pytest.mark.parametrize(
    "path", ["issuer", "credentialSubject", "credentialSubject.achievement.criteria", "validFrom"]
)
def test_a_document_that_lacks_what_every_badge_has_is_refused(
    house: House, recorded_document: Document, path: str
) -> None:
    with pytest.raises((MalformedError, RefusedError)):
        lint_here(house, remove(recorded_document, path))


@ON_SQLITE
def test_what_was_revoked_is_not_signed_again(make_house: Callable[..., House]) -> None:
    house = make_house()
    document = recorded(house)
    house.revoke(document["id"])
    house.publish()
    with pytest.raises(RefusedError, match=r"would not be believed.*the issuer has revoked it"):
        lint_here(house, document)


def test_a_result_that_does_not_verify_is_not_believed(
    house: House, recorded_document: Document
) -> None:
    document = recorded_document
    verifier = Verifier(PublishedDocuments(house.database))
    stranger = throwaway_key(Algorithm.EDDSA).signer(f"{house.issuer.did}#stranger")
    forms = sign_forms(document, data_integrity=stranger, jws=stranger, created=NOW)
    with pytest.raises(RefusedError, match=r"^this would not be believed, so it is not signed: "):
        check_own_work(forms, document, verifier=verifier, now=NOW)


def test_a_result_that_says_something_else_is_not_released(
    house: House, recorded_document: Document
) -> None:
    document = recorded_document
    signer = house.issuer.signer(Purpose.CREDENTIAL, house.keystore)
    other = document | {"name": "Something else"}
    forms = sign_forms(other, data_integrity=signer, jws=signer, created=NOW)
    verifier = Verifier(PublishedDocuments(house.database))
    with pytest.raises(RefusedError, match=r"^what was signed is not what was composed$"):
        check_own_work(forms, document, verifier=verifier, now=NOW)


def test_the_throwaway_key_is_listed_nowhere_afterwards(
    house: House, recorded_document: Document
) -> None:
    before = house.published("https://badges.example/.well-known/did.json")
    document = recorded_document
    with pytest.raises(ExplainedError):
        lint_here(house, document | {"name": "a\x00b"})
    assert house.published("https://badges.example/.well-known/did.json") == before
