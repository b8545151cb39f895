"""Section A of the threats: what is signed is not what is shown.

The base is a badge that its issuer signed, that has expired, and that is revoked. Each row rewrites
it and keeps the proof. Where its graph stays the same the proof still holds, so that only a reader
could be deceived; whatever happens, it must not become valid.
"""

import json
from collections.abc import Callable
from pathlib import Path
from time import process_time
from typing import Any

import pytest

from openbadges.errors import Code
from openbadges.jsonld import canonicalize
from openbadges.jsonld.rdfc10 import canonicalize_dataset
from openbadges.strict import Document
from tests.credentials import (
    CONTEXTS,
    CONTEXTS_OF_VERSION_1,
    ISSUER,
    STATUS_LIST,
    plain_credential,
    remove,
    replace,
    valid_credential,
    valid_endorsement,
)
from tests.nquads import parse_nquads
from tests.world import (
    BADGES,
    LIBRARY,
    Internet,
    assert_refused,
    assert_verified,
    honest_internet,
    refusals,
)
from verifier import Check, Verdict

CREDENTIALS = "https://www.w3.org/2018/credentials#"
OPEN_BADGES = "https://purl.imsglobal.org/spec/vc/ob/vocab.html#"
DATE_TIME = "http://www.w3.org/2001/XMLSchema#dateTime"
FLOAT = "https://www.w3.org/2001/XMLSchema#float"
CONTEXT_FOLDER = "https://purl.imsglobal.org/spec/ob/v3p0/"
EXTENSIONS = CONTEXT_FOLDER + "extensions.json"
DATA_INTEGRITY = "https://w3id.org/security/data-integrity/v2"

EXPIRED = "2026-02-15T00:00:00Z"
REVOKED = 94567
SUBJECT = "credentialSubject"
ACHIEVEMENT = "credentialSubject.achievement"
IDENTITY = "credentialSubject.identifier.0"

Rewrite = Callable[[Document], Document]


def rich_badge(**changes: Any) -> Document:  # noqa: ANN401 -- any JSON value
    """Give a badge with many places at which something could be said of another node."""
    badge = valid_credential()
    of_the_badge = replace(valid_endorsement(), "credentialSubject.id", badge["id"])
    badge["@context"] = [*CONTEXTS, EXTENSIONS]
    badge["refreshService"] = {"id": badge["id"], "type": "1EdTechCredentialRefresh"}
    badge["endorsement"] = [LIBRARY.sign(valid_endorsement()), LIBRARY.sign(of_the_badge)]
    return badge | changes


def graph(document: Document) -> bytes:
    return canonicalize({key: value for key, value in document.items() if key != "proof"})


BASE = BADGES.sign(rich_badge(validUntil=EXPIRED))
BASE_GRAPH = graph(BASE)


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


# Ways to rewrite.


def at(document: Document, path: str) -> Any:  # noqa: ANN401 -- any JSON value
    """Give what stands at `path`."""
    value: Any = document
    for step in path.split("."):
        value = value[int(step) if step.isdigit() else step]
    return value


def changed(path: str, change: Callable[[Any], Any]) -> Rewrite:
    """Replace what stands at `path` by what `change` makes of it."""
    return lambda base: replace(base, path, change(at(base, path)))


def renamed(path: str, names: dict[str, str]) -> Rewrite:
    """Rename some keys of the object at `path` ("" is the whole document)."""

    def rename(node: Document) -> Document:
        return {names.get(key, key): value for key, value in node.items()}

    return changed(path, rename) if path else rename


def without(base: Document, *members: str) -> Document:
    return {key: value for key, value in base.items() if key not in members}


def beside(*members: str) -> Rewrite:
    """Say some members of the credential in @included."""

    def rewrite(base: Document) -> Document:
        aside = {"id": base["id"], "type": "VerifiableCredential"}
        aside |= {member: base[member] for member in members}
        return without(base, *members) | {"@included": [aside]}

    return rewrite


def said_at(
    place: str, source: str, *members: str, as_type: str = "VerifiableCredential"
) -> Rewrite:
    """Say members of the node at `source` ("" is the credential) at another place with its id."""

    def rewrite(base: Document) -> Document:
        node = at(base, source) if source else base
        there = at(base, place)
        types = there["type"] if isinstance(there["type"], list) else [there["type"]]
        there = there | {"type": [*types, as_type]} | {name: node[name] for name in members}
        rest = replace(base, source, without(node, *members)) if source else without(node, *members)
        return replace(rest, place, there)

    return rewrite


def typed_date(value: str) -> Document:
    return {"@value": value, "@type": DATE_TIME}


def expiry_as_iri(base: Document) -> Document:
    return without(base, "validUntil") | {
        f"{CREDENTIALS}validUntil": typed_date(base["validUntil"])
    }


def status_aside(base: Document) -> Document:
    status = base["credentialStatus"]
    return base | {"credentialStatus": status["id"], "@included": [status]}


def status_in_two(base: Document) -> Document:
    status = base["credentialStatus"]
    return base | {"credentialStatus": [without(status, "statusListIndex"), status]}


def in_a_graph(base: Document) -> Document:
    credential = without(base, "@context", "proof", "credentialStatus")
    status = {
        "id": base["id"],
        "type": "VerifiableCredential",
        "credentialStatus": base["credentialStatus"],
    }
    return {
        "@context": base["@context"],
        "@graph": [credential, status],
        "proof": base["proof"],
    }


def further_context(context: Any, *, alias: tuple[str, str] | None = None) -> Rewrite:  # noqa: ANN401 -- any JSON value
    """Name one more context, and rename a member as it allows."""

    def rewrite(base: Document) -> Document:
        more = base | {"@context": [*base["@context"], context]}
        return renamed("", dict([alias]))(more) if alias else more

    return rewrite


def split_in_its_array(*members: str) -> Rewrite:
    """Describe the achievement in two halves, beside one another."""

    def split(node: Document) -> list[Document]:
        half = {name: node[name] for name in ("id", "type", *members)}
        return [without(node, *members), half]

    return changed(ACHIEVEMENT, split)


def labelled(path: str) -> Rewrite:
    """Give the unnamed node at `path` a label, which its graph does not show."""
    return changed(path, lambda node: {"id": "_:x", **node})


def in_two_halves(member: str) -> Callable[[list[Document]], list[Document]]:
    """Describe the first of some unnamed nodes twice, the first time without one member."""

    def halve(nodes: list[Document]) -> list[Document]:
        named = {"id": "_:x", **nodes[0]}
        return [without(named, member), named, *nodes[1:]]

    return halve


def then(*rewrites: Rewrite) -> Rewrite:
    """Rewrite several times."""

    def rewrite(base: Document) -> Document:
        for each in rewrites:
            base = each(base)
        return base

    return rewrite


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
        changed("credentialStatus", lambda node: []), Code.PROOF, id="A4 status as an empty array"
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


# Any other credential: the generic profile allows more, and must see through it.

PLAIN = BADGES.sign(
    plain_credential(
        id="urn:uuid:5a3b1c9e-0c6f-4f6b-9a53-6d1f7b0a2c12",
        validUntil=EXPIRED,
        credentialStatus=BASE["credentialStatus"],
        refreshService={
            "id": "urn:uuid:5a3b1c9e-0c6f-4f6b-9a53-6d1f7b0a2c12",
            "type": "VerifiableCredential",
        },
    )
)
SEEN_THROUGH = [
    pytest.param(expiry_as_iri, id="A1 expiry under an IRI"),
    pytest.param(
        renamed("", {"credentialStatus": f"{CREDENTIALS}credentialStatus"}),
        id="A2 status under an IRI",
    ),
    pytest.param(
        further_context(
            {"stat": {"@id": f"{CREDENTIALS}credentialStatus", "@type": "@id"}},
            alias=("credentialStatus", "stat"),
        ),
        id="A6 inline alias of the status",
    ),
    pytest.param(
        further_context(
            {"until": {"@id": f"{CREDENTIALS}validUntil", "@type": DATE_TIME}},
            alias=("validUntil", "until"),
        ),
        id="A6 inline alias of the expiry",
    ),
    pytest.param(further_context({"foo": "https://evil.example/#n"}), id="A7 an unused word"),
    pytest.param(changed("validUntil", typed_date), id="A20 expiry as value object"),
    pytest.param(
        changed("credentialStatus", lambda node: [[node]]), id="status in brackets of brackets"
    ),
    pytest.param(changed("credentialStatus", lambda node: {"@set": [node]}), id="status in @set"),
]


@pytest.mark.parametrize("rewrite", SEEN_THROUGH)
def test_the_generic_profile_reads_what_was_signed(rewrite: Rewrite, internet: Internet) -> None:
    rewritten = rewrite(PLAIN)
    assert graph(rewritten) == graph(PLAIN)
    report = internet.verify(rewritten)
    assert report.verdict is Verdict.REJECTED
    # whatever else is wrong with its form
    assert refusals(report)[-2:] == [("validity", Code.EXPIRED), ("status", Code.REVOKED)]


def aside_of_plain(base: Document) -> Document:
    """Say that the credential is its own refresh service, from the other end."""
    service = base["refreshService"]
    moved = ("validUntil", "credentialStatus")
    return without(base, "refreshService", *moved) | {
        "@context": [
            *base["@context"],
            {"refreshes": {"@reverse": f"{CREDENTIALS}refreshService"}},
        ],
        "refreshes": service | {name: base[name] for name in moved},
    }


HIDDEN_FROM_IT = [
    pytest.param(beside("validUntil", "credentialStatus"), Code.KEYWORD, id="A3 @included"),
    pytest.param(status_aside, Code.KEYWORD, id="A4 status as its id"),
    pytest.param(status_in_two, Code.SPLIT_NODE, id="A4 status in two parts"),
    pytest.param(in_a_graph, Code.MALFORMED, id="A5 @graph"),
    pytest.param(
        said_at("refreshService", "", "validUntil"), Code.SPLIT_NODE, id="A23 expiry elsewhere"
    ),
    pytest.param(
        said_at("refreshService", "", "credentialStatus"),
        Code.SPLIT_NODE,
        id="A23 status elsewhere",
    ),
    pytest.param(
        then(
            said_at("refreshService", "", "validUntil"),
            changed("refreshService", lambda node: {**node, "@graph": []}),
        ),
        Code.SPLIT_NODE,
        id="an empty @graph to hide behind",
    ),
    pytest.param(aside_of_plain, Code.KEYWORD, id="a reverse property"),
]


@pytest.mark.parametrize(("rewrite", "code"), HIDDEN_FROM_IT)
def test_the_generic_profile_refuses_what_nobody_would_find(
    rewrite: Rewrite, code: Code, internet: Internet
) -> None:
    rewritten = rewrite(PLAIN)
    assert graph(rewritten) == graph(PLAIN)
    assert_refused(internet.verify(rewritten), Verdict.REJECTED, code)


def test_an_expiry_of_version_1_cannot_be_taken_along_into_version_2(internet: Internet) -> None:
    old = plain_credential(issuanceDate="2026-01-01T00:00:00Z", expirationDate=EXPIRED) | {
        "@context": [CONTEXTS_OF_VERSION_1[0], DATA_INTEGRITY]
    }
    signed = BADGES.sign(old)
    rewritten = without(signed, "issuanceDate", "expirationDate") | {
        "@context": CONTEXTS[:1],
        f"{CREDENTIALS}issuanceDate": typed_date(old["issuanceDate"]),
        f"{CREDENTIALS}expirationDate": typed_date(EXPIRED),
    }
    assert graph(rewritten) == graph(signed)
    assert_refused(internet.verify(signed), Verdict.REJECTED, Code.EXPIRED)
    assert_refused(internet.verify(rewritten), Verdict.REJECTED, Code.NON_COMPACT)


# A12, A13: contexts from elsewhere.


@pytest.mark.parametrize(
    "document",
    [
        pytest.param(further_context("https://evil.example/ctx?u=1")(BASE), id="a badge"),
        pytest.param(further_context("https://evil.example/ctx?u=1")(PLAIN), id="a credential"),
        pytest.param(
            further_context(f"{CONTEXT_FOLDER}context-3.0.9.json")(BASE), id="a later version"
        ),
    ],
)
def test_a12_a_context_that_we_do_not_carry_leaves_it_open_and_is_not_fetched(
    document: Document, internet: Internet
) -> None:
    assert_refused(internet.verify(document), Verdict.INCONCLUSIVE, Code.CONTEXT_UNKNOWN)
    assert not internet.fetched


def test_a12_a_jws_with_a_context_that_we_do_not_carry_stays_open(internet: Internet) -> None:
    credential = plain_credential(
        id="urn:uuid:5a3b1c9e-0c6f-4f6b-9a53-6d1f7b0a2c12", validFrom="2026-01-01T00:00:00Z"
    )
    credential["@context"] = [*CONTEXTS[:1], "https://evil.example/ctx"]
    presented = BADGES.sign_jws(credential)
    assert_refused(internet.verify(presented), Verdict.INCONCLUSIVE, Code.CONTEXT_UNKNOWN)


def test_a12_a_context_in_the_proof_is_not_fetched(internet: Internet) -> None:
    document = changed("proof", lambda proof: {"@context": "https://evil.example/c", **proof})(BASE)
    assert_refused(internet.verify(document), Verdict.REJECTED, Code.CONTEXT_NOT_ALLOWED)
    assert not any("evil" in url for url in internet.fetched)


def test_a12_a_context_in_the_issuers_document_is_not_fetched() -> None:
    internet = honest_internet()
    document = BADGES.document() | {"@context": ["https://evil.example/ctx"]}
    internet.publish("https://badges.example/.well-known/did.json", document)
    assert_verified(internet.verify(BADGES.sign(rich_badge())))
    assert not any("evil" in url for url in internet.fetched)


def test_a13_what_one_document_brings_does_not_reach_the_next() -> None:
    internet = honest_internet()
    honest = BADGES.sign(valid_credential())
    evil = further_context({"name": "https://evil.example/#n", "validUntil": None})(honest)
    assert_verified(internet.verify(honest))
    assert internet.verify(evil).verdict is Verdict.REJECTED
    assert_verified(internet.verify(honest))


# A15: what other processors invent must never be signed.


def test_a15_no_invented_base_is_in_what_is_signed() -> None:
    assert b"example.org/base" not in BASE_GRAPH


# A25: status entries in any order; the schema of badges allows one only.


def entry(index: int, **changes: str) -> Document:
    return BASE["credentialStatus"] | {
        "id": f"{STATUS_LIST}#{index}",
        "statusListIndex": str(index),
        **changes,
    }


FOREIGN = {"id": "https://x.example/s", "type": f"{CREDENTIALS}OtherStatus"}


@pytest.mark.parametrize(
    ("entries", "verdict", "code"),
    [
        pytest.param(
            [entry(REVOKED), entry(1)], Verdict.REJECTED, Code.REVOKED, id="revoked first"
        ),
        pytest.param([entry(1), entry(REVOKED)], Verdict.REJECTED, Code.REVOKED, id="revoked last"),
        pytest.param(
            [FOREIGN, entry(REVOKED)], Verdict.REJECTED, Code.REVOKED, id="an unknown type first"
        ),
        pytest.param(
            [entry(REVOKED), FOREIGN], Verdict.REJECTED, Code.REVOKED, id="an unknown type last"
        ),
        pytest.param(
            [entry(1), FOREIGN],
            Verdict.INCONCLUSIVE,
            Code.UNSUPPORTED_STATUS,
            id="an unknown type is not skipped",
        ),
        pytest.param(
            [entry(index) for index in range(5)], Verdict.REJECTED, Code.DATA_MODEL, id="five"
        ),
    ],
)
def test_a25_every_status_entry_counts(
    entries: list[Document], verdict: Verdict, code: Code, internet: Internet
) -> None:
    signed = BADGES.sign(plain_credential(credentialStatus=entries))
    assert_refused(internet.verify(signed), verdict, code)


# A27 to A30: what the bytes say before they are JSON-LD.


def raw(old: str, new: str) -> bytes:
    text = json.dumps(BADGES.sign(valid_credential()))
    assert old in text
    return text.replace(old, new, 1).encode()


@pytest.mark.parametrize(
    ("presented", "code"),
    [
        pytest.param(
            raw('"name": "Citing', '"name": "A", "name": "Citing'),
            Code.DUPLICATE_KEY,
            id="A27 one key twice",
        ),
        pytest.param(
            raw('"name": "Citing', '"n\\u0061me": "A", "name": "Citing'),
            Code.DUPLICATE_KEY,
            id="A27 one key twice, once escaped",
        ),
        pytest.param(raw(": 1.5", ": NaN"), Code.NUMBER, id="A28 NaN"),
        pytest.param(raw(": 1.5", ": Infinity"), Code.NUMBER, id="A28 Infinity"),
        pytest.param(raw(": 1.5", ": 1e400"), Code.NUMBER, id="A28 1e400"),
        pytest.param(raw(": 1.5", f": {2**53}"), Code.NUMBER, id="A28 2^53"),
        pytest.param(raw(": 1.5", f": {'9' * 5000}"), Code.NUMBER, id="A28 5000 digits"),
        pytest.param(raw(": 1.5", ": 1.50001"), Code.PROOF, id="A28 another number"),
        pytest.param(raw("Citing", "\\ud800"), Code.UNICODE, id="A29 half a surrogate pair"),
        pytest.param(raw("Citing", "\\u0000"), Code.UNICODE, id="A29 NUL"),
        pytest.param(raw("Citing", "\uff23iting"), Code.PROOF, id="A29 a full-width letter"),
        pytest.param(raw("Citing", "Ci\u200bting"), Code.PROOF, id="A29 a zero-width blank"),
        pytest.param(raw("Citing", "\u202eCiting"), Code.PROOF, id="A29 a mark of direction"),
    ],
)
def test_bytes_that_readers_disagree_about_are_rejected(
    presented: bytes, code: Code, internet: Internet
) -> None:
    assert_refused(internet.verify(presented), Verdict.REJECTED, code)


@pytest.mark.parametrize(
    "presented",
    [
        pytest.param(raw(": 1.5", ": 1.50"), id="A28 another spelling of a number"),
        pytest.param(raw(": 1.5", ": 15e-1"), id="A28 an exponent"),
        pytest.param(raw('"name"', '"n\\u0061me"'), id="an escaped key"),
        pytest.param(raw("Citing", "\\u0043iting"), id="an escaped letter"),
        pytest.param(b"\xef\xbb\xbf" + raw("{", " {") + b"\n", id="a byte order mark and blanks"),
    ],
)
def test_another_spelling_of_the_same_json_is_verified(presented: bytes) -> None:
    assert_verified(honest_internet().verify(presented))


@pytest.mark.parametrize(
    ("signed", "presented"),
    [
        pytest.param("Jos\u00e9", "Jose\u0301", id="composed as decomposed"),
        pytest.param("Jose\u0301", "Jos\u00e9", id="decomposed as composed"),
    ],
)
def test_a29_text_is_kept_as_it_was_signed(signed: str, presented: str) -> None:
    internet = honest_internet()
    badge = BADGES.sign(valid_credential(name=signed))
    report = internet.verify(badge)
    assert_verified(report)
    assert report.credential["name"] == signed
    assert_refused(internet.verify(badge | {"name": presented}), Verdict.REJECTED, Code.PROOF)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("a\u000bb", id="A30 a control character"),
        pytest.param("\u202e\u2066", id="A29 marks of direction"),
        pytest.param("\U0001f3c5 \uff21", id="an emoji beside a full-width letter"),
    ],
)
def test_a_rare_character_that_was_signed_is_verified(text: str) -> None:
    badge = BADGES.sign(replace(valid_credential(), "credentialSubject.narrative", text))
    report = honest_internet().verify(badge)
    assert_verified(report)
    assert report.credential["credentialSubject"]["narrative"] == text


# A31 to A36: work that no honest badge makes.

CPU_SECONDS = 0.25  # for what is refused; one honest verification takes 0.02


def alike(count: int) -> list[Document]:
    return [
        {"type": ["Alignment"], "targetName": "x", "targetUrl": "https://x.example/"}
        for _ in range(count)
    ]


def poisoned() -> Document:
    result = {"type": ["Result"], "value": "1", "alignment": alike(8)}
    return replace(valid_credential(), "credentialSubject.result", [result, result])


def clique(size: int) -> Document:
    """Give a credential whose subject is one of `size` unnamed nodes, all pointing at all."""
    names = [f"_:e{number}" for number in range(size)]
    members = [{"id": name, "p": [other for other in names if other != name]} for name in names]
    contexts = [*CONTEXTS[:1], {"p": {"@id": "https://x.example/#p", "@type": "@id"}}]
    return plain_credential(credentialSubject=members) | {"@context": contexts}


def deep(levels: int) -> bytes:
    inner = '{"id": "https://x.example/", "type": ["Profile"], "parentOrg": '
    text = json.dumps(valid_credential(issuer="\0"))
    return text.replace(json.dumps("\0"), inner * levels + "null" + "}" * levels).encode()


FAKE_PROOF = {"proof": BASE["proof"]}


@pytest.mark.parametrize(
    ("presented", "code"),
    [
        pytest.param(poisoned() | FAKE_PROOF, Code.CANONICALIZATION_LIMIT, id="A31 two results"),
        pytest.param(clique(10) | FAKE_PROOF, Code.CANONICALIZATION_LIMIT, id="A32 ten nodes"),
        pytest.param(
            replace(valid_credential(), f"{ACHIEVEMENT}.alignment", alike(600)) | FAKE_PROOF,
            Code.CANONICALIZATION_LIMIT,
            id="A34 600 alignments",
        ),
        pytest.param(
            replace(valid_credential(), f"{ACHIEVEMENT}.alignment", alike(5000)) | FAKE_PROOF,
            Code.TOO_LARGE,
            id="A34 5000 alignments",
        ),
        pytest.param(deep(600), Code.TOO_DEEP, id="A35 parentOrg 600 deep"),
        pytest.param(
            BASE | {"@context": [*CONTEXTS, *CONTEXTS * 5000]},
            Code.CONTEXT_ORDER,
            id="A36 10 000 contexts of a badge",
        ),
        pytest.param(
            PLAIN | {"@context": CONTEXTS[:1] * 10_000},
            Code.TOO_LARGE,
            id="A36 10 000 contexts of a credential",
        ),
    ],
)
def test_a_document_that_would_cost_too_much_is_rejected_at_once(
    presented: Document | bytes, code: Code, internet: Internet
) -> None:
    begun = process_time()
    report = internet.verify(presented)
    assert process_time() - begun < CPU_SECONDS
    assert_refused(report, Verdict.REJECTED, code)


@pytest.mark.parametrize("number", ["044", "045", "046"])
def test_a33_a_costly_but_honest_graph_is_canonicalized(number: str, shared_vectors: Path) -> None:
    folder = shared_vectors / "rdf-canon" / "rdfc10"
    quads = parse_nquads((folder / f"test{number}-in.nq").read_text())
    expected = (folder / f"test{number}-rdfc10.nq").read_bytes()
    begun = process_time()
    assert canonicalize_dataset(quads) == expected
    assert process_time() - begun < 1


def test_a37_a_good_credential_in_a_presentation_does_not_make_the_whole_good() -> None:
    presentation = {
        "@context": CONTEXTS[:1],
        "type": ["VerifiablePresentation"],
        "verifiableCredential": [BADGES.sign(valid_credential())],
    }
    report = honest_internet().verify(BADGES.sign(presentation))
    assert report.verdict is Verdict.REJECTED


# Legitimate badges that look like an attack.


def in_version_1(badge: Document) -> Document:
    """Write a badge as version 1.1 does, without what its contexts do not define."""
    badge = renamed("", {"validFrom": "issuanceDate", "validUntil": "expirationDate"})(badge)
    return remove(remove(badge, "credentialStatus"), f"{ACHIEVEMENT}.inLanguage")


def with_place(badge: Document) -> Document:
    place = {"type": "GeoCoordinates", "latitude": 41.5, "longitude": 2}
    address = {"type": ["Address"], "addressCountry": "ES", "geo": place}
    badge = replace(badge, "issuer.address", address)
    return replace(badge, f"{ACHIEVEMENT}.creator", badge["issuer"])


def signed_under(*contexts: str, but: tuple[str, ...] = ()) -> Document:
    badge = with_place(valid_credential())
    badge = badge | {"@context": list(contexts)}
    if contexts[0] == CONTEXTS_OF_VERSION_1[0]:
        badge = in_version_1(badge)
    for path in but:
        badge = remove(badge, path)
    return badge


NOT_IN_OLD_CONTEXTS = ("awardedDate", f"{ACHIEVEMENT}.related.0.inLanguage")
VERSION_1 = (CONTEXTS_OF_VERSION_1[0],)
UNVERSIONED = CONTEXT_FOLDER + "context.json"

LEGITIMATE = [
    pytest.param(valid_credential(), id="the issuer repeated alike as creator"),
    pytest.param(
        then(
            lambda badge: replace(badge, "issuer.image", badge[SUBJECT]["achievement"]["image"]),
            lambda badge: replace(badge, f"{ACHIEVEMENT}.creator", badge["issuer"]),
        )(valid_credential()),
        id="an image repeated alike",
    ),
    pytest.param(
        changed(
            ACHIEVEMENT, lambda node: node | {"criteria": {"id": node["id"], "narrative": "x"}}
        )(valid_credential()),
        id="criteria at the achievement's id",
    ),
    pytest.param(
        replace(valid_credential(), f"{ACHIEVEMENT}.criteria", {"id": "https://x.example/c"}),
        id="criteria that are a link",
    ),
    pytest.param(rich_badge(), id="a refresh service at the credential's id, and endorsements"),
    pytest.param(
        replace(valid_credential(), f"{SUBJECT}.id", ISSUER),
        id="a badge that the issuer gave itself",
    ),
    pytest.param(
        replace(
            valid_credential(), f"{ACHIEVEMENT}.endorsement", [LIBRARY.sign(valid_endorsement())]
        ),
        id="an endorsement in the achievement",
    ),
    pytest.param(
        valid_credential(
            endorsement=[BADGES.sign(valid_endorsement(issuer=valid_credential()["issuer"]))]
        ),
        id="an endorsement by the issuer itself",
    ),
    pytest.param(with_place(valid_credential()), id="a place on the Earth"),
    pytest.param(
        replace(valid_credential(), f"{SUBJECT}.creditsEarned", 42.0), id="a number such as 42.0"
    ),
    pytest.param(
        replace(valid_credential(), f"{ACHIEVEMENT}.humanCode", None), id="A18 a null member"
    ),
    pytest.param(
        replace(valid_credential(), f"{ACHIEVEMENT}.tag", ["a", "a", None]),
        id="A18 an array with null and a value twice",
    ),
    pytest.param(
        remove(valid_credential(issuer=ISSUER), f"{ACHIEVEMENT}.creator"),
        id="the issuer's id alone",
    ),
    pytest.param(remove(valid_credential(), "credentialStatus"), id="no status"),
    pytest.param(remove(valid_credential(), "credentialStatus.id"), id="a status without an id"),
    pytest.param(
        valid_credential(type=["VerifiableCredential", "AchievementCredential"]),
        id="A26 the other name of the type",
    ),
    pytest.param(
        replace(
            signed_under(*VERSION_1, UNVERSIONED, DATA_INTEGRITY, but=NOT_IN_OLD_CONTEXTS),
            f"{SUBJECT}.narrative",
            "x",
        ),
        id="version 1.1 and the context without a version",
    ),
    pytest.param(
        remove(
            signed_under(*CONTEXTS_OF_VERSION_1, DATA_INTEGRITY),
            f"{ACHIEVEMENT}.related.0.inLanguage",
        ),
        id="version 1.1 and context 3.0.1",
    ),
    pytest.param(
        remove(
            signed_under(
                CONTEXTS[0], f"{CONTEXT_FOLDER}context-3.0.2.json", but=NOT_IN_OLD_CONTEXTS
            ),
            f"{ACHIEVEMENT}.inLanguage",
        ),
        id="version 2 and context 3.0.2",
    ),
    pytest.param(signed_under(*CONTEXTS), id="version 2 and context 3.0.3"),
]


@pytest.mark.parametrize("badge", LEGITIMATE)
def test_a_legitimate_badge_is_verified(badge: Document) -> None:
    report = honest_internet().verify(BADGES.sign(badge))
    assert_verified(report)
    # and reads, under whatever contexts, by the names of the specification
    assert report.credential[SUBJECT]["achievement"]["name"] == "Citing sources"
