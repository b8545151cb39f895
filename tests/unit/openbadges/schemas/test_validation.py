"""Whether a document satisfies its JSON Schema, and what is said when it does not."""

import subprocess
import sys
import time
from typing import Any

import jsonschema
import jsonschema_rs
import pytest

from openbadges.errors import Code, MalformedError
from openbadges.schemas import check_achievement_credential, check_profile
from openbadges.schemas.validation import (
    MAXIMUM_REPORTED_NODES,
    compile_schema,
    load_schema,
)
from openbadges.strict import Document, parse_json_object
from tests.conftest import ROOT
from tests.credentials import (
    CONTEXTS,
    plain_credential,
    remove,
    replace,
    valid_credential,
    valid_credential_of_version_1,
    valid_endorsement,
)

BADGE = valid_credential()
OLD_BADGE = valid_credential_of_version_1()
ACHIEVEMENT = "credentialSubject.achievement"
PROOF = {
    "type": "DataIntegrityProof",
    "cryptosuite": "eddsa-rdfc-2022",
    "created": "2026-02-01T12:00:00Z",
    "verificationMethod": "did:web:badges.example#z6Mk",
    "proofPurpose": "assertionMethod",
    "proofValue": "z3FX",
}

ACCEPTED = [
    pytest.param(BADGE, id="our badge, with a status list entry and everything else"),
    pytest.param(BADGE | {"proof": PROOF}, id="with a Data Integrity proof"),
    pytest.param(BADGE | {"proof": [PROOF, PROOF]}, id="with two proofs"),
    pytest.param(remove(BADGE, "credentialStatus"), id="without status"),
    pytest.param(BADGE | {"endorsement": [valid_endorsement()]}, id="with an endorsement"),
    pytest.param(BADGE | {"endorsementJwt": "a.b.c"}, id="with an endorsement as JWT"),
    pytest.param(BADGE | {"unknown": {"a": 1}}, id="with an unknown member"),
    pytest.param(replace(BADGE, "issuer", "did:web:a.example"), id="the issuer as a string"),
    pytest.param(
        replace(BADGE, "@context.1", CONTEXTS[1].replace("3.0.3", "3.0.1")), id="context 3.0.1"
    ),
    pytest.param(BADGE | {"name": {"en": "x"}}, id="a language map, which the models refuse"),
    pytest.param(BADGE | {"type": "Anything"}, id="a type as a string, which the models refuse"),
    pytest.param(
        BADGE | {"issuer": {"id": "x"}}, id="an issuer without type, which the models refuse"
    ),
]

REFUSED = [
    pytest.param(
        replace(BADGE, f"{ACHIEVEMENT}.criteria", "Ten citations"),
        "credentialSubject.achievement.criteria: expected an object, found a string",
        id="criteria as text",
    ),
    pytest.param(
        remove(BADGE, f"{ACHIEVEMENT}.criteria"),
        "credentialSubject.achievement: lacks criteria",
        id="no criteria",
    ),
    pytest.param(
        remove(remove(BADGE, "id"), "issuer"), "the document: lacks id, issuer", id="two missing"
    ),
    pytest.param(
        BADGE | {"name": 5}, "name: expected a string, found a number", id="a name that is 5"
    ),
    pytest.param(
        BADGE | {"name": {"en_US": "x"}}, "name: expected a string, found an object", id="bad map"
    ),
    pytest.param(
        BADGE | {"credentialStatus": [BADGE["credentialStatus"]]},
        "credentialStatus: expected an object, found an array",
        id="an array of status entries",
    ),
    pytest.param(
        BADGE | {"credentialSubject": [BADGE["credentialSubject"]]},
        "credentialSubject: expected an object, found an array",
        id="an array of subjects",
    ),
    pytest.param(BADGE | {"image": None}, "image: expected an object, found null", id="null"),
    pytest.param(
        BADGE | {"image": "https://a.example/1.png"},
        "image: expected an object, found a string",
        id="an image as its URL",
    ),
    pytest.param(
        BADGE | {"type": ["VerifiableCredential"]},
        "type: expected AchievementCredential or OpenBadgeCredential among its values",
        id="no badge type",
    ),
    pytest.param(
        replace(BADGE, "credentialSubject.result.1.status", "Passed"),
        "credentialSubject.result[1].status: expected Completed, Enrolled, Failed, InProgress,"
        " OnHold, Provisional, Withdrew; found 'Passed'",
        id="a word that is not in the list",
    ),
    pytest.param(
        replace(BADGE, "credentialSubject.identifier.0.note", "x"),
        "credentialSubject.identifier[0]: does not have members called note",
        id="a member of a closed object",
    ),
    pytest.param(
        BADGE | {"validFrom": 5}, "validFrom: expected a string, found a number", id="a date of 5"
    ),
    pytest.param(
        BADGE | {"validFrom": "2026-02-01T12:00:00"},
        "validFrom: expected a date-time, found '2026-02-01T12:00:00'",
        id="a time without a zone",
    ),
    pytest.param(
        replace(BADGE, "issuer.dateOfBirth", "2000-02-30"),
        "issuer.dateOfBirth: expected a date, found '2000-02-30'",
        id="a day that does not exist",
    ),
    pytest.param(
        BADGE | {"@context": CONTEXTS[:1]},
        "@context: expected at least 2 values, found 1",
        id="one context",
    ),
    pytest.param(
        BADGE | {"endorsementJwt": "no"},
        r"endorsementJwt: expected the form ^[a-zA-Z0-9_-]+\.[a-zA-Z0-9_-]*\.[a-zA-Z0-9_-]+$,"
        " found 'no'",
        id="a JWT that is none",
    ),
    pytest.param(
        BADGE | {"endorsement": remove(valid_endorsement(), "name")},
        "endorsement: lacks name",
        id="an endorsement without a name",
    ),
    pytest.param(
        replace(BADGE, f"{ACHIEVEMENT}.tag", ["a", 1, 2, 3, 4, 5, 6]),
        "credentialSubject.achievement.tag[1]: expected a string, found a number;"
        " credentialSubject.achievement.tag[2]: expected a string, found a number;"
        " credentialSubject.achievement.tag[3]: expected a string, found a number;"
        " credentialSubject.achievement.tag[4]: expected a string, found a number;"
        " credentialSubject.achievement.tag[5]: expected a string, found a number; and more",
        id="more than five faults",
    ),
    pytest.param(
        BADGE | {"@context": {"en": 5}},
        None,
        id="a context that matches no form",
    ),
]


@pytest.mark.parametrize("document", ACCEPTED)
def test_the_schema_accepts(document: Document) -> None:
    check_achievement_credential(document)


@pytest.mark.parametrize(("document", "faults"), REFUSED[:-1])
def test_a_refusal_names_the_path_and_what_stands_there(document: Document, faults: str) -> None:
    with pytest.raises(MalformedError) as refusal:
        check_achievement_credential(document)
    assert refusal.value.code == Code.SCHEMA
    assert str(refusal.value) == f"the JSON Schema of AchievementCredential refuses this: {faults}"


@pytest.mark.parametrize(
    "document",
    [*(case.values[0] for case in ACCEPTED), *(case.values[0] for case in REFUSED)],
    ids=[str(case.id) for case in ACCEPTED + REFUSED],
)
def test_both_libraries_say_the_same(document: Any) -> None:  # noqa: ANN401 -- JSON is any JSON value
    schema = load_schema("achievement_credential.json")
    checker = jsonschema.FormatChecker(formats=())
    slow = jsonschema.Draft201909Validator(schema, format_checker=checker)
    fast = jsonschema_rs.Draft201909Validator(schema, validate_formats=False)
    assert fast.is_valid(document) == slow.is_valid(document)


def test_the_published_example_is_accepted(shared_vectors: object) -> None:
    text = (ROOT.parent / "shared/vectors/ob-v3p0/signed.json").read_bytes()
    assert shared_vectors
    check_achievement_credential(parse_json_object(text, what="the example"))


def test_the_schema_itself_refuses_version_1_and_we_judge_it_by_the_newer_names() -> None:
    assert not compile_schema(load_schema("achievement_credential.json")).is_valid(OLD_BADGE)
    check_achievement_credential(OLD_BADGE)


@pytest.mark.parametrize(
    "document",
    [
        pytest.param(remove(OLD_BADGE, "issuanceDate"), id="without a date of issue"),
        pytest.param(replace(OLD_BADGE, f"{ACHIEVEMENT}.criteria", "text"), id="criteria as text"),
        pytest.param(OLD_BADGE | {"@context": OLD_BADGE["@context"][:1]}, id="one context"),
        pytest.param(plain_credential() | {"@context": OLD_BADGE["@context"][0]}, id="a string"),
    ],
)
def test_a_faulty_badge_of_version_1_is_refused(document: Document) -> None:
    with pytest.raises(MalformedError, match="AchievementCredential refuses"):
        check_achievement_credential(document)


def test_a_value_that_two_libraries_read_differently_is_refused_in_general_words() -> None:
    badge = replace(BADGE, f"{ACHIEVEMENT}.inLanguage", "en\n")
    with pytest.raises(MalformedError, match="a form that its pattern does not allow"):
        check_achievement_credential(badge)


def test_a_profile_has_a_schema_of_its_own() -> None:
    check_profile(BADGE["issuer"])
    with pytest.raises(MalformedError, match="Profile refuses this: the document: lacks type"):
        check_profile(remove(BADGE["issuer"], "type"))


@pytest.mark.parametrize(
    "document",
    [
        pytest.param(replace(BADGE, "credentialSubject.identifier", [{}] * 300_000), id="objects"),
        pytest.param(BADGE | {"type": [1] * 300_000}, id="numbers"),
    ],
)
def test_a_large_refusal_costs_little_and_explains_nothing(document: Document) -> None:
    start = time.process_time()
    with pytest.raises(MalformedError, match="too large to say where"):
        check_achievement_credential(document)
    assert time.process_time() - start < 2  # the budget of a verification


def test_the_largest_explained_refusal_stays_within_the_budget() -> None:
    document = BADGE | {"type": [1] * (MAXIMUM_REPORTED_NODES - 150)}
    start = time.process_time()
    with pytest.raises(MalformedError, match="and more"):
        check_achievement_credential(document)
    assert time.process_time() - start < 2


@pytest.mark.parametrize("url", ["https://schemas.example/a.json", "http://127.0.0.1:9/a.json"])
def test_a_schema_that_refers_elsewhere_is_refused_and_nothing_is_fetched(url: str) -> None:
    with pytest.raises(jsonschema_rs.ValidationError, match="Retrieval is disabled"):
        compile_schema({"properties": {"a": {"$ref": url}}})


def test_the_slow_library_is_not_loaded_for_a_good_badge() -> None:
    script = (
        "import sys\n"
        "from openbadges.schemas import check_achievement_credential\n"
        "from tests.credentials import valid_credential\n"
        "check_achievement_credential(valid_credential())\n"
        "sys.exit('jsonschema' in sys.modules)\n"
    )
    result = subprocess.run([sys.executable, "-c", script], cwd=ROOT, check=False)  # noqa: S603 -- our own words
    assert result.returncode == 0
