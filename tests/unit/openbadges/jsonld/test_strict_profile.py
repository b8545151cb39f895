"""What a badge's JSON may look like; the attacks it stops are in `tests/threats` (A)."""

from itertools import product
from typing import Any

import pytest

from openbadges.errors import Code, ExplainedError
from openbadges.jsonld import compact_by_own_context, expand
from openbadges.jsonld.contexts import BUNDLED, term_iris
from openbadges.jsonld.strict_profile import (
    BADGE_CONTEXTS,
    CREDENTIALS_V1,
    CREDENTIALS_V2,
    DATA_MODELS,
    EXTRA_CONTEXTS,
    check_badge_contexts,
    check_plain_keys,
    has_open_badges_type,
    read_alike,
)
from openbadges.strict import Document
from tests.credentials import CONTEXTS, plain_credential, replace, valid_credential
from tests.rewriting import rich_badge

EXAMPLES = "https://www.w3.org/ns/credentials/examples/v2"


def refusal_of_contexts(contexts: object) -> Code:
    with pytest.raises(ExplainedError) as caught:
        check_badge_contexts({"@context": contexts})
    return caught.value.code


@pytest.mark.parametrize("data_model", sorted(DATA_MODELS))
@pytest.mark.parametrize("vocabulary", sorted(BADGE_CONTEXTS))
def test_a_data_model_and_a_vocabulary_are_what_a_badge_names(
    data_model: str, vocabulary: str
) -> None:
    check_badge_contexts({"@context": [data_model, vocabulary]})
    check_badge_contexts({"@context": [data_model, vocabulary, *sorted(EXTRA_CONTEXTS)]})


def test_every_context_that_a_badge_may_name_is_carried() -> None:
    assert BUNDLED.urls >= DATA_MODELS | BADGE_CONTEXTS | EXTRA_CONTEXTS


def test_no_context_that_a_badge_may_name_defines_every_word() -> None:
    for url in DATA_MODELS | BADGE_CONTEXTS | EXTRA_CONTEXTS:
        assert "@vocab" not in BUNDLED.load(url)["@context"]


@pytest.mark.parametrize(
    ("contexts", "code"),
    [
        pytest.param(None, Code.CONTEXT_ORDER, id="none"),
        pytest.param([], Code.CONTEXT_ORDER, id="an empty array"),
        pytest.param(CONTEXTS[0], Code.CONTEXT_ORDER, id="text"),
        pytest.param(CONTEXTS[:1], Code.CONTEXT_ORDER, id="the data model alone"),
        pytest.param(CONTEXTS[1:], Code.CONTEXT_ORDER, id="the vocabulary alone"),
        pytest.param(CONTEXTS[::-1], Code.CONTEXT_ORDER, id="reversed"),
        pytest.param([CREDENTIALS_V1, *CONTEXTS], Code.CONTEXT_ORDER, id="two data models"),
        pytest.param([*CONTEXTS, CREDENTIALS_V2], Code.CONTEXT_ORDER, id="a data model at the end"),
        pytest.param([*CONTEXTS, CONTEXTS[1]], Code.CONTEXT_ORDER, id="the vocabulary twice"),
        pytest.param([*CONTEXTS, EXAMPLES], Code.CONTEXT_NOT_ALLOWED, id="any words"),
        pytest.param(
            [*CONTEXTS, "https://www.w3.org/ns/did/v1"], Code.CONTEXT_NOT_ALLOWED, id="of DIDs"
        ),
        pytest.param([*CONTEXTS, {}], Code.CONTEXT_NOT_ALLOWED, id="an inline context"),
        pytest.param([*CONTEXTS, None], Code.CONTEXT_NOT_ALLOWED, id="null"),
        pytest.param([*CONTEXTS, CONTEXTS], Code.CONTEXT_NOT_ALLOWED, id="an array in the array"),
        pytest.param([*CONTEXTS, "https://x.example/c"], Code.CONTEXT_UNKNOWN, id="not carried"),
        pytest.param([f"{CONTEXTS[0]}#x", CONTEXTS[1]], Code.CONTEXT_UNKNOWN, id="a fragment"),
    ],
)
def test_any_other_contexts_are_refused(contexts: object, code: Code) -> None:
    assert refusal_of_contexts(contexts) is code


@pytest.mark.parametrize(
    ("key", "code"),
    [
        ("@id", Code.KEYWORD),
        ("@foo", Code.KEYWORD),
        ("@context", Code.NESTED_CONTEXT),
        ("https://schema.org/name", Code.NON_COMPACT),
        ("schema:name", Code.NON_COMPACT),
        ("_:name", Code.NON_COMPACT),
        ("Profile", Code.NON_COMPACT),
        ("1EdTechCredentialRefresh", Code.NON_COMPACT),
        ("_sd", Code.NON_COMPACT),
        ("", Code.NON_COMPACT),
    ],
)
@pytest.mark.parametrize("path", ["issuer", "credentialSubject.result.0", "endorsement.0.issuer"])
def test_a_key_that_is_no_plain_word_is_refused_wherever_it_stands(
    key: str, code: Code, path: str
) -> None:
    badge = rich_badge()
    with pytest.raises(ExplainedError) as caught:
        check_plain_keys(replace(badge, path, {key: "x"}))
    assert caught.value.code is code
    assert key in str(caught.value)


def test_plain_keys_pass_and_endorsements_keep_their_own_contexts_and_proofs() -> None:
    check_plain_keys(rich_badge() | {"proof": {"@any": "thing"}})


def test_a_proof_at_another_place_is_looked_into() -> None:
    with pytest.raises(ExplainedError):
        check_plain_keys({"issuer": {"proof": {"@id": "x"}}})


@pytest.mark.parametrize(
    "contexts",
    [
        (model, words, *sorted(EXTRA_CONTEXTS))
        for model, words in product(DATA_MODELS, BADGE_CONTEXTS)
    ],
)
def test_no_two_members_mean_the_same_and_types_begin_otherwise(contexts: tuple[str, ...]) -> None:
    """What reads as a member is one in every allowed context, and has one name.

    Otherwise one could be renamed to another, perhaps with a change of contexts, unseen.
    """
    names: dict[str, set[str]] = {}
    for term, iris in term_iris(contexts).items():
        for iri in iris:
            if term[0].islower():
                names.setdefault(iri, set()).add(term)
    assert {iri: found for iri, found in names.items() if len(found) > 1} == {}


def test_a_member_never_got_the_iri_of_another_one() -> None:
    everywhere = tuple(sorted(DATA_MODELS | BADGE_CONTEXTS | EXTRA_CONTEXTS))
    test_no_two_members_mean_the_same_and_types_begin_otherwise(everywhere)


def read(badge: Document) -> Document:
    return read_alike(badge, compact_by_own_context(expand(badge), badge))


def test_what_was_signed_is_read_in_the_words_that_were_presented() -> None:
    badge = valid_credential()
    verified = read(badge)
    assert verified.keys() == badge.keys()
    assert verified["credentialSubject"].keys() == badge["credentialSubject"].keys()
    assert read(verified) == verified


@pytest.mark.parametrize("words", sorted(BADGE_CONTEXTS))
def test_members_keep_their_names_under_every_vocabulary(words: str) -> None:
    place = {"type": "GeoCoordinates", "latitude": 41.5, "longitude": 2.25}
    profile = {
        "id": "did:web:badges.example",
        "type": ["Profile"],
        "address": {"type": ["Address"], "geo": place},
        "image": {"id": "https://x.example/i", "type": "Image", "caption": "x"},
    }
    badge = plain_credential(issuer=profile, type=["VerifiableCredential", "OpenBadgeCredential"])
    badge["@context"] = [CREDENTIALS_V1, words]
    badge["credentialSubject"] = {
        "id": "urn:uuid:1",
        "type": ["AchievementSubject"],
        "achievement": {
            "id": "urn:uuid:2",
            "type": ["Achievement"],
            "creator": profile,
            "criteria": {"id": "https://x.example/c"},
            "tag": ["a", "b"],
        },
    }
    if words.endswith(("3.0.2.json", "3.0.3.json")):
        badge["@context"] = [CREDENTIALS_V2, words]
    verified = read(badge)
    achievement = verified["credentialSubject"]["achievement"]
    assert achievement.keys() == {"id", "type", "creator", "criteria", "tag"}
    assert achievement["creator"]["address"]["geo"] == place
    assert achievement["creator"]["image"]["caption"] == "x"
    assert achievement["criteria"] == "https://x.example/c"


@pytest.mark.parametrize(
    ("compacted", "found"),
    [
        pytest.param({"name": "Another"}, "name", id="another text"),
        pytest.param({"name": True}, "name", id="another type"),
        pytest.param({"evidence": []}, "evidence", id="fewer values"),
        pytest.param({"awardedDate": None}, "awardedDate", id="nothing"),
        pytest.param({"description": "x"}, "description", id="more than was presented"),
    ],
)
def test_a_difference_is_refused_and_named(compacted: dict[str, Any], found: str) -> None:
    badge = valid_credential()
    with pytest.raises(ExplainedError, match=found) as caught:
        read_alike(badge, compact_by_own_context(expand(badge), badge) | compacted)
    assert caught.value.code is Code.NON_COMPACT


@pytest.mark.parametrize(
    ("document", "is_badge"),
    [
        (valid_credential(), True),
        (plain_credential(), False),
        (
            plain_credential()
            | {
                "@context": [
                    *CONTEXTS[:1],
                    {"T": "https://purl.imsglobal.org/spec/vc/ob/vocab.html#X"},
                ],
                "credentialSubject": {"id": "urn:uuid:1", "type": "T"},
            },
            True,
        ),
    ],
    ids=["a badge", "another credential", "a type of badges deep inside"],
)
def test_a_badge_is_known_by_the_types_of_its_graph(document: Document, *, is_badge: bool) -> None:
    assert has_open_badges_type(expand(document)) is is_badge
