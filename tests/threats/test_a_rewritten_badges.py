"""Section A of the threats: what is signed is not what is shown.

The base is a badge that its issuer signed, that has expired, and that is revoked. Each row rewrites
it and keeps the proof. Where its graph stays the same the proof still holds, so that only a reader
could be deceived; whatever happens, it must not become valid.
"""

import json

import pytest

from openbadges.errors import Code
from tests.credentials import (
    CONTEXTS,
    replace,
    valid_credential,
)
from tests.rewriting import (
    ACHIEVEMENT,
    BASE,
    BASE_GRAPH,
    CREDENTIALS,
    DATA_INTEGRITY,
    IDENTITY,
    OPEN_BADGES,
    REVOKED,
    SUBJECT,
    Rewrite,
    beside,
    changed,
    expiry_as_iri,
    further_context,
    graph,
    in_a_graph,
    in_two_halves,
    labelled,
    renamed,
    rich_badge,
    said_at,
    split_in_its_array,
    status_aside,
    status_in_two,
    then,
    typed_date,
    without,
)
from tests.world import (
    BADGES,
    Internet,
    assert_refused,
    assert_verified,
    honest_internet,
    refusals,
)
from verifier import Check, Verdict


@pytest.fixture
def internet() -> Internet:
    """A world in which the base is revoked."""
    return honest_internet(revoked=[REVOKED])


def test_the_base_is_rejected_only_because_it_is_expired_and_revoked(internet: Internet) -> None:
    report = internet.verify(BASE)
    assert report.verdict is Verdict.REJECTED
    assert refusals(report) == [("validity", Code.EXPIRED), ("status", Code.REVOKED)]


def test_the_base_would_be_verified_if_it_were_neither() -> None:
    assert_verified(honest_internet().verify(BADGES.sign(rich_badge())))


SAME_GRAPH = [
    pytest.param(expiry_as_iri, Code.NON_COMPACT, id="A1 expiry under an IRI"),
    pytest.param(
        renamed("", {"credentialStatus": f"{CREDENTIALS}credentialStatus"}),
        Code.NON_COMPACT,
        id="A2 status under an IRI",
    ),
    pytest.param(
        renamed(ACHIEVEMENT, {"creator": f"{OPEN_BADGES}creator"}),
        Code.NON_COMPACT,
        id="A2 creator under an IRI",
    ),
    pytest.param(beside("validUntil"), Code.KEYWORD, id="A3 expiry in @included"),
    pytest.param(beside("validUntil", "credentialStatus"), Code.KEYWORD, id="A3 both in @included"),
    pytest.param(status_aside, Code.KEYWORD, id="A4 status as its id"),
    pytest.param(status_in_two, Code.SPLIT_NODE, id="A4 status said twice, once without index"),
    pytest.param(in_a_graph, Code.KEYWORD, id="A5 split in @graph"),
    pytest.param(
        further_context(
            {"stat": f"{CREDENTIALS}credentialStatus"}, alias=("credentialStatus", "stat")
        ),
        Code.CONTEXT_NOT_ALLOWED,
        id="A6 inline alias of the status",
    ),
    pytest.param(
        further_context({"foo": "https://evil.example/#n"}),
        Code.CONTEXT_NOT_ALLOWED,
        id="A7 an inline context that changes nothing",
    ),
    pytest.param(
        further_context({"@vocab": "https://evil.example/#"}),
        Code.CONTEXT_NOT_ALLOWED,
        id="A10 @vocab",
    ),
    pytest.param(
        changed(
            "credentialSubject", lambda node: {"@context": {"x": "https://e.example/#"}, **node}
        ),
        Code.NESTED_CONTEXT,
        id="A9 a nested context that changes nothing",
    ),
    pytest.param(
        changed(
            "endorsement.0",
            lambda node: node | {"@context": [*CONTEXTS, {"x": "https://e.example/#"}]},
        ),
        Code.NESTED_CONTEXT,
        id="A9 an inline context in an endorsement",
    ),
    pytest.param(
        changed("name", lambda text: {"@value": text}), Code.KEYWORD, id="A20 name as value object"
    ),
    pytest.param(changed("validUntil", typed_date), Code.KEYWORD, id="A20 expiry as value object"),
    pytest.param(renamed("", {"type": "@type"}), Code.KEYWORD, id="A21 @type"),
    pytest.param(renamed(ACHIEVEMENT, {"id": "@id"}), Code.KEYWORD, id="A21 @id"),
    pytest.param(split_in_its_array("description"), Code.SPLIT_NODE, id="A22 split achievement"),
    pytest.param(
        said_at("refreshService", "", "validUntil"),
        Code.SPLIT_NODE,
        id="A23 expiry at the refresh service",
    ),
    pytest.param(
        said_at("refreshService", "", "credentialStatus"),
        Code.SPLIT_NODE,
        id="A23 status at the refresh service",
    ),
    pytest.param(
        said_at("endorsement.1.credentialSubject", "", "validUntil", "credentialStatus"),
        Code.SPLIT_NODE,
        id="A23 both in an endorsement of the badge",
    ),
    pytest.param(
        said_at(
            "endorsement.0.credentialSubject", ACHIEVEMENT, "description", as_type="Achievement"
        ),
        Code.SPLIT_NODE,
        id="A23 description in an endorsement of the achievement",
    ),
    pytest.param(
        changed("issuer", lambda issuer: issuer["id"]),
        Code.SPLIT_NODE,
        id="A23 the issuer is described only as creator",
    ),
    pytest.param(
        changed(f"{ACHIEVEMENT}.creator", lambda node: without(node, "name")),
        Code.SPLIT_NODE,
        id="A23 the creator has no name where it stands",
    ),
    # Further ones, which the list of threats does not have.
    pytest.param(
        renamed(ACHIEVEMENT, {"criteria": "Criteria"}),
        Code.NON_COMPACT,
        id="criteria under the name of its type",
    ),
    pytest.param(
        changed("type", lambda types: [types[0], f"{OPEN_BADGES}OpenBadgeCredential"]),
        Code.NON_COMPACT,
        id="the badge's type as an IRI",
    ),
    pytest.param(
        changed(f"{ACHIEVEMENT}.alignment", in_two_halves("targetName")),
        Code.SPLIT_NODE,
        id="an unnamed alignment in two parts, joined by a label",
    ),
    pytest.param(
        changed("credentialSubject.result", in_two_halves("value")),
        Code.SPLIT_NODE,
        id="an unnamed result in two parts, joined by a label",
    ),
    pytest.param(labelled(IDENTITY), Code.DATA_MODEL, id="a label for the recipient's identity"),
    pytest.param(labelled(f"{ACHIEVEMENT}.criteria"), Code.RELATIVE_IRI, id="a label for criteria"),
    pytest.param(
        changed(SUBJECT, lambda node: [{"id": node["id"]}, node]),
        Code.SPLIT_NODE,
        id="A24 a first mention of the subject by its id alone",
    ),
    pytest.param(
        changed(SUBJECT, lambda node: [node, {"id": node["id"], "type": node["type"]}]),
        Code.SPLIT_NODE,
        id="A24 a second, empty mention of the subject",
    ),
    pytest.param(
        changed("issuer", lambda node: [node["id"], node]), Code.SPLIT_NODE, id="the issuer twice"
    ),
    pytest.param(
        changed("credentialSubject.creditsEarned", lambda _: "1.5E0"),
        Code.DATA_MODEL,
        id="a number as the text that is signed for it",
    ),
    pytest.param(
        changed(f"{IDENTITY}.hashed", lambda _: "true"),
        Code.DATA_MODEL,
        id="a boolean as the text that is signed for it",
    ),
    pytest.param(
        then(
            said_at("refreshService", "", "validUntil"),
            changed("refreshService", lambda node: {**node, "@graph": []}),
        ),
        Code.KEYWORD,
        id="an empty @graph to hide behind",
    ),
    pytest.param(
        lambda base: (
            without(base, "refreshService")
            | {"@reverse": {f"{CREDENTIALS}refreshService": base["refreshService"]}}
        ),
        Code.KEYWORD,
        id="@reverse",
    ),
]


@pytest.mark.parametrize(("rewrite", "code"), SAME_GRAPH)
def test_a_rewritten_badge_whose_proof_still_holds_is_rejected(
    rewrite: Rewrite, code: Code, internet: Internet
) -> None:
    rewritten = rewrite(BASE)
    assert rewritten != BASE
    # If this fails the attack has lost its point, and the row with it.
    assert graph(rewritten) == BASE_GRAPH
    report = internet.verify(rewritten)
    assert_refused(report, Verdict.REJECTED, code)
    assert [finding.code for finding in report.of(Check.PROOF)] == [Code.OK] or (
        report.verified_document is None
    )


HARMLESS = [
    pytest.param(
        changed("type", lambda types: [types[0], "AchievementCredential"]),
        id="A26 the other name of the badge's type",
    ),
    pytest.param(changed("type", lambda types: types[::-1]), id="the types in another order"),
    pytest.param(
        changed(f"{ACHIEVEMENT}.tag", lambda tags: [*tags, None]), id="A18 null in an array"
    ),
    pytest.param(
        changed(f"{ACHIEVEMENT}.tag", lambda tags: [*tags, tags[0]]), id="A18 a tag twice"
    ),
    pytest.param(
        changed(ACHIEVEMENT, lambda node: node | {"humanCode": None}), id="A18 a null member"
    ),
    pytest.param(lambda base: base | {"description": None}, id="A18 null at the top"),
    pytest.param(changed("evidence", lambda nodes: nodes[0]), id="one value without its brackets"),
    pytest.param(
        changed(ACHIEVEMENT, lambda node: node | {"otherIdentifier": []}), id="an empty array"
    ),
    pytest.param(
        changed(f"{ACHIEVEMENT}.alignment", lambda nodes: nodes[::-1]), id="alignments reordered"
    ),
    pytest.param(labelled(f"{ACHIEVEMENT}.alignment.0"), id="a label for an unnamed alignment"),
    pytest.param(further_context(DATA_INTEGRITY), id="A7 an allowed context that changes nothing"),
    pytest.param(lambda base: dict(reversed(base.items())), id="the members in another order"),
]


@pytest.mark.parametrize("rewrite", HARMLESS)
def test_a_rewriting_that_nobody_reads_differently_changes_nothing(
    rewrite: Rewrite, internet: Internet
) -> None:
    rewritten = rewrite(BASE)
    assert json.dumps(rewritten) != json.dumps(BASE)
    assert graph(rewritten) == BASE_GRAPH
    report = internet.verify(rewritten)
    assert refusals(report) == [("validity", Code.EXPIRED), ("status", Code.REVOKED)]


# The rows in which the graph differs, or cannot be read at all.

NOT_THE_SAME = [
    pytest.param(
        changed("credentialStatus", lambda node: node["id"]),
        Code.DATA_MODEL,
        id="A4 status as text",
    ),
    pytest.param(
        changed("credentialStatus", lambda _: []), Code.PROOF, id="A4 status as an empty array"
    ),
    pytest.param(
        changed("credentialStatus", lambda _: 7), Code.DATA_MODEL, id="A4 status as number"
    ),
    pytest.param(changed("credentialStatus", lambda _: None), Code.PROOF, id="A4 status as null"),
    pytest.param(
        further_context({"name": "https://evil.example/#n"}),
        Code.CONTEXT_NOT_ALLOWED,
        id="A8 a protected term redefined",
    ),
    pytest.param(
        changed(ACHIEVEMENT, lambda node: {"@context": None, **node}),
        Code.NESTED_CONTEXT,
        id="A9 no context for the achievement",
    ),
    pytest.param(
        changed(
            ACHIEVEMENT, lambda node: {"@context": {"description": "https://e.example/#d"}} | node
        ),
        Code.NESTED_CONTEXT,
        id="A9 another description for the achievement",
    ),
    pytest.param(
        changed("endorsement.0.@context", lambda _: ["https://evil.example/c"]),
        Code.NESTED_CONTEXT,
        id="A9 a foreign context in an endorsement",
    ),
    pytest.param(
        further_context({"@base": "https://evil.example/"}),
        Code.CONTEXT_NOT_ALLOWED,
        id="A10 @base",
    ),
    pytest.param(
        changed("@context", lambda contexts: contexts[::-1]), Code.CONTEXT_ORDER, id="A11 reversed"
    ),
    pytest.param(
        changed("@context", lambda contexts: contexts[1:]), Code.CONTEXT_ORDER, id="A11 v2 missing"
    ),
    pytest.param(
        changed("@context", lambda contexts: contexts[:1]), Code.DATA_LOSS, id="A11 v2 alone"
    ),
    pytest.param(changed("@context", lambda contexts: contexts[1]), Code.DATA_LOSS, id="A11 text"),
    pytest.param(
        further_context("https://www.w3.org/ns/credentials/examples/v2"),
        Code.CONTEXT_NOT_ALLOWED,
        id="A10 the context that gives every word a meaning",
    ),
    pytest.param(lambda base: base | {"grade": "A+"}, Code.DATA_LOSS, id="A14 an undefined term"),
    pytest.param(
        changed(ACHIEVEMENT, lambda node: node | {"hours": 40}),
        Code.DATA_LOSS,
        id="A14 an undefined term below",
    ),
    pytest.param(
        lambda base: base | {"ValidUntil": base["validUntil"]}, Code.NON_COMPACT, id="another case"
    ),
    pytest.param(
        changed("type", lambda types: [*types, "Foo"]), Code.UNDEFINED_TYPE, id="A15 undefined type"
    ),
    pytest.param(
        changed(f"{SUBJECT}.id", lambda _: "learner1"), Code.RELATIVE_IRI, id="A16 relative subject"
    ),
    pytest.param(
        changed("evidence.0.id", lambda _: "e1"), Code.RELATIVE_IRI, id="A16 relative evidence"
    ),
    pytest.param(lambda base: base | {"@index": "<b>PhD</b>"}, Code.KEYWORD, id="A17 @index"),
    pytest.param(
        changed(ACHIEVEMENT, lambda node: node | {"@index": "PhD"}), Code.KEYWORD, id="A17 below"
    ),
    pytest.param(
        changed("name", lambda text: {"@value": text, "@index": "PhD"}),
        Code.KEYWORD,
        id="A17 in a value object",
    ),
    pytest.param(
        lambda base: base | {"@foo": "x"}, Code.KEYWORD, id="A17 what looks like a keyword"
    ),
    pytest.param(lambda base: base | {"_:note": "x"}, Code.NON_COMPACT, id="A19 blank predicate"),
    pytest.param(
        lambda base: base | {"@type": base["type"]}, Code.KEYWORD, id="A21 @type beside type"
    ),
    pytest.param(
        changed(SUBJECT, lambda node: [{"id": "urn:uuid:0", "type": ["AchievementSubject"]}, node]),
        Code.DATA_MODEL,
        id="A24 a decoy before the subject",
    ),
    pytest.param(
        changed(SUBJECT, lambda node: [node, {"id": "urn:uuid:0", "type": ["AchievementSubject"]}]),
        Code.DATA_MODEL,
        id="A24 a decoy after the subject",
    ),
    pytest.param(
        changed("type", lambda _: ["VerifiableCredential", "EndorsementCredential"]),
        Code.DATA_MODEL,
        id="A26 a type that is no other name",
    ),
    pytest.param(
        renamed(SUBJECT, {"achievement": "Achievement"}), Code.NON_COMPACT, id="A26 Achievement"
    ),
    pytest.param(
        changed("name", lambda _: {"en": "PhD", "ca": "Doctorat"}),
        Code.LANGUAGE_MAP,
        id="a language map",
    ),
    pytest.param(
        changed("issuer", lambda node: [node, node | {"id": "did:web:bank.example"}]),
        Code.DATA_MODEL,
        id="several issuers",
    ),
    pytest.param(
        changed(ACHIEVEMENT, lambda node: node | {"proof": {"type": "DataIntegrityProof"}}),
        Code.DATA_LOSS,
        id="a proof at another place",
    ),
]


@pytest.mark.parametrize(("rewrite", "code"), NOT_THE_SAME)
def test_a_changed_badge_is_rejected_for_what_was_changed(
    rewrite: Rewrite, code: Code, internet: Internet
) -> None:
    assert_refused(internet.verify(rewrite(BASE)), Verdict.REJECTED, code)


# Each of these is signed as it stands, so that only its form can be refused.


@pytest.mark.parametrize(
    ("path", "value", "code"),
    [
        pytest.param(
            "type", ["VerifiableCredential"], Code.DATA_MODEL, id="A26 no type of a badge"
        ),
        pytest.param(
            "credentialSubject.identifier.0.hashed", "true", Code.DATA_MODEL, id="A20 text for true"
        ),
        pytest.param(
            "validUntil",
            ["2027-01-01T00:00:00Z", "2028-01-01T00:00:00Z"],
            Code.DATA_MODEL,
            id="two ends",
        ),
        pytest.param(
            "credentialStatus",
            ["https://badges.example/status/1#1"],
            Code.DATA_MODEL,
            id="A4 array of text",
        ),
    ],
)
def test_a_signed_badge_of_the_wrong_form_is_rejected(
    path: str, value: object, code: Code, internet: Internet
) -> None:
    signed = BADGES.sign(replace(valid_credential(), path, value))
    assert_refused(internet.verify(signed), Verdict.REJECTED, code)
