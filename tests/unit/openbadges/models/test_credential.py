"""Badges, endorsements and other credentials, as we read them."""

from datetime import UTC, datetime

import pytest

from openbadges.errors import Code, MalformedError
from openbadges.models import (
    AchievementCredential,
    EndorsementCredential,
    StatusListEntry,
    VerifiableCredential,
    credential_class,
)
from openbadges.models.model import Model
from openbadges.strict import Document, parse_json_object
from tests.conftest import ROOT
from tests.credentials import (
    HASHED_ADDRESS,
    ISSUER,
    plain_credential,
    remove,
    replace,
    valid_credential,
    valid_endorsement,
)

ACHIEVEMENT = "credentialSubject.achievement"


def test_a_badge_is_read_in_all_its_parts() -> None:
    badge = AchievementCredential.parse(valid_credential())
    subject = badge.credential_subject
    achievement = subject.achievement
    assert badge.issuer.id == ISSUER
    assert badge.awarded_date == datetime(2026, 1, 31, 17, 0, tzinfo=UTC)
    assert subject.identifier[0].identity_hash == HASHED_ADDRESS
    assert achievement.criteria.narrative is not None
    assert [alignment.target_name for alignment in achievement.alignment] == [
        "information literacy",
        "citation",
    ]
    assert achievement.result_description[1].rubric_criterion_level[0].points == "10"
    assert subject.result[0].value == "14"
    assert badge.evidence[0].name == "Contributions"


def test_nothing_of_the_example_badge_is_unknown() -> None:
    assert _unknown_members(AchievementCredential.parse(valid_credential())) == []


def test_the_original_text_of_a_date_stays_in_the_document() -> None:
    badge = AchievementCredential.parse(valid_credential())
    assert badge.document["awardedDate"] == "2026-01-31T18:00:00+01:00"


def test_the_published_example_is_read(shared_vectors: object) -> None:
    text = (ROOT.parent / "shared/vectors/ob-v3p0/signed.json").read_bytes()
    badge = AchievementCredential.parse(parse_json_object(text, what="the example"))
    assert shared_vectors
    assert badge.credential_subject.achievement.name == "Teamwork"


def test_a_badge_with_two_subjects_is_refused_in_either_order() -> None:
    subject = valid_credential()["credentialSubject"]
    decoy = {"id": "did:example:learner"}
    for subjects in ([decoy, subject], [subject, decoy]):
        with pytest.raises(MalformedError, match="credentialSubject: expected one value"):
            AchievementCredential.parse(valid_credential(credentialSubject=subjects))


def test_every_credential_lists_its_subjects() -> None:
    badge = AchievementCredential.parse(valid_credential())
    endorsement = EndorsementCredential.parse(valid_endorsement())
    plain = VerifiableCredential.parse(
        plain_credential(credentialSubject=[{"id": "urn:a"}, "urn:b", {"claim": 1}])
    )
    assert badge.subjects == (badge.credential_subject,)
    assert endorsement.subjects == (endorsement.credential_subject,)
    assert [subject.id for subject in plain.subjects] == ["urn:a", "urn:b", None]
    assert plain.subjects[2].document == {"claim": 1}


@pytest.mark.parametrize(
    ("path", "value"),
    [
        pytest.param("issuer", ISSUER, id="the issuer as its id"),
        pytest.param("image", "https://badges.example/1.png", id="the image as its URL"),
        pytest.param(f"{ACHIEVEMENT}.criteria", "https://a.example/c", id="criteria as a URL"),
        pytest.param(f"{ACHIEVEMENT}.creator", ISSUER, id="the creator as its id"),
        pytest.param("credentialSubject.source", ISSUER, id="the source as its id"),
    ],
)
def test_a_node_with_only_an_id_may_be_written_as_a_string(path: str, value: str) -> None:
    badge = AchievementCredential.parse(replace(valid_credential(), path, value))
    assert badge.document != valid_credential()


def test_all_status_entries_are_kept_and_none_is_judged_here() -> None:
    foreign = {"type": "FutureStatus", "answer": 42}
    broken = {"type": "BitstringStatusListEntry", "statusListIndex": "٣"}
    good = valid_credential()["credentialStatus"]
    badge = AchievementCredential.parse(valid_credential(credentialStatus=[foreign, broken, good]))
    assert [entry.document for entry in badge.credential_status] == [foreign, broken, good]


def test_what_is_read_of_a_status_entry_is_what_the_list_entry_reads() -> None:
    status = AchievementCredential.members()["credentialStatus"]
    assert status is not None
    assert status.members() == StatusListEntry.members()


@pytest.mark.parametrize("status", ["https://a.example/1#5", 5, True, [["x"]]])
def test_a_status_of_another_json_type_is_never_skipped(status: object) -> None:
    with pytest.raises(MalformedError, match="credentialStatus"):
        AchievementCredential.parse(valid_credential(credentialStatus=status))


@pytest.mark.parametrize(
    ("document", "code"),
    [
        pytest.param(remove(valid_credential(), "id"), Code.DATA_MODEL, id="no id"),
        pytest.param(remove(valid_credential(), "validFrom"), Code.DATA_MODEL, id="no validFrom"),
        pytest.param(remove(valid_credential(), "issuer"), Code.DATA_MODEL, id="no issuer"),
        pytest.param(
            replace(valid_credential(), "issuer", {"id": "urn:x"}),
            Code.DATA_MODEL,
            id="an issuer that is no Profile (the schema takes it for a language map)",
        ),
        pytest.param(valid_credential(type=["VerifiableCredential"]), Code.DATA_MODEL, id="type"),
        pytest.param(valid_credential(type=["OpenBadgeCredential"]), Code.DATA_MODEL, id="types"),
        pytest.param(valid_credential(name={"en": "x"}), Code.LANGUAGE_MAP, id="a language map"),
        pytest.param(
            replace(valid_credential(), f"{ACHIEVEMENT}.name", {"ca": "x"}),
            Code.LANGUAGE_MAP,
            id="a language map in the achievement",
        ),
        pytest.param(
            replace(valid_credential(), f"{ACHIEVEMENT}.type", "Course"),
            Code.DATA_MODEL,
            id="an achievement of another type",
        ),
        pytest.param(
            valid_credential(validUntil="2026-02-01T11:59:59Z"), Code.DATA_MODEL, id="ends first"
        ),
        pytest.param(valid_credential(validUntil="2026-02-02"), Code.DATA_MODEL, id="a date"),
        pytest.param(valid_credential(endorsement=["x"]), Code.DATA_MODEL, id="endorsement"),
    ],
)
def test_a_badge_that_is_none_is_refused(document: Document, code: Code) -> None:
    with pytest.raises(MalformedError) as refusal:
        AchievementCredential.parse(document)
    assert refusal.value.code == code


def test_a_validity_of_no_length_is_a_validity() -> None:
    AchievementCredential.parse(valid_credential(validUntil="2026-02-01T13:00:00+01:00"))


def test_an_endorsement_in_a_badge_is_kept_as_it_is() -> None:
    broken = {"type": 5}
    badge = AchievementCredential.parse(valid_credential(endorsement=broken))
    assert badge.endorsement == (broken,)


def test_an_endorsement_is_read_by_its_own_class() -> None:
    endorsement = EndorsementCredential.parse(valid_endorsement())
    assert endorsement.credential_subject.endorsement_comment is not None


def test_texts_of_any_credential_may_say_their_language() -> None:
    names = ["Badge", {"@value": "Insígnia", "@language": "ca", "@direction": "ltr"}]
    credential = VerifiableCredential.parse(plain_credential(name=names))
    assert [(name.value, name.language) for name in credential.name] == [
        ("Badge", None),
        ("Insígnia", "ca"),
    ]


@pytest.mark.parametrize("name", [{"ca": "Insígnia"}, {"@value": "x", "url": "urn:x"}])
def test_a_language_map_is_refused_in_any_credential(name: object) -> None:
    with pytest.raises(MalformedError) as refusal:
        VerifiableCredential.parse(plain_credential(name=name))
    assert refusal.value.code == Code.LANGUAGE_MAP


@pytest.mark.parametrize(
    ("kinds", "expected"),
    [
        pytest.param("OpenBadgeCredential", AchievementCredential, id="a badge"),
        pytest.param(["X", "AchievementCredential"], AchievementCredential, id="by its alias"),
        pytest.param(["X", "EndorsementCredential"], EndorsementCredential, id="an endorsement"),
        pytest.param(["VerifiableCredential", 5], VerifiableCredential, id="anything else"),
        pytest.param(None, VerifiableCredential, id="no type"),
        pytest.param([{"@id": "x"}], VerifiableCredential, id="no text"),
    ],
)
def test_the_class_follows_from_the_type(kinds: object, expected: type[Model]) -> None:
    assert credential_class({"type": kinds}) is expected


def _unknown_members(view: Model) -> list[str]:
    found = list(view.unknown)
    for name in view.__dataclass_fields__:
        value = getattr(view, name)
        for each in value if isinstance(value, tuple) else (value,):
            if isinstance(each, Model) and name != "credential_status":
                found += _unknown_members(each)
    return found
