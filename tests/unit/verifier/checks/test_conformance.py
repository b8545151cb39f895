"""Which profile judges a document, and what it is judged by."""

from typing import Any

import pytest

from openbadges.errors import Code
from openbadges.strict import Document
from tests.credentials import (
    CONTEXTS,
    plain_credential,
    remove,
    valid_credential,
    valid_endorsement,
)
from verifier import Outcome
from verifier.checks.conformance import read_graph, read_json, read_secured

VOCABULARY = "https://purl.imsglobal.org/spec/vc/ob/vocab.html#"
EXAMPLES = "https://www.w3.org/ns/credentials/examples/v2"


def code_of(document: Document) -> Code:
    (finding,) = read_graph(document).findings
    assert (finding.outcome is Outcome.PASSED) == (finding.code is Code.OK)
    return finding.code


@pytest.mark.parametrize(
    "document",
    [
        pytest.param(valid_credential(), id="a badge"),
        pytest.param(valid_endorsement(), id="an endorsement"),
        pytest.param(plain_credential(), id="another credential"),
        pytest.param(
            plain_credential(grade="A+") | {"@context": [*CONTEXTS[:1], EXAMPLES]},
            id="another credential with any words",
        ),
    ],
)
def test_a_well_formed_document_passes(document: Document) -> None:
    assert code_of(document) is Code.OK
    assert read_json(document).findings[0].code is Code.OK


def test_words_of_its_own_are_for_a_graph_alone() -> None:
    document = inline(x="https://e.example/#x")
    assert code_of(document) is Code.OK
    assert read_graph(document, inline_contexts=False).findings[0].code is Code.CONTEXT_NOT_ALLOWED
    assert read_json(document).findings[0].code is Code.CONTEXT_NOT_ALLOWED


def inline(**words: Any) -> Document:  # noqa: ANN401 -- any JSON value
    return plain_credential() | {"@context": [*CONTEXTS[:1], words]}


@pytest.mark.parametrize(
    ("document", "code"),
    [
        pytest.param(
            inline(Badge=f"{VOCABULARY}OpenBadgeCredential")
            | {"type": ["VerifiableCredential", "Badge"]},
            Code.CONTEXT_NOT_ALLOWED,
            id="a badge in words of its own",
        ),
        pytest.param(
            inline(Task=f"{VOCABULARY}Achievement")
            | {"credentialSubject": {"id": "did:example:subject", "type": "Task"}},
            Code.CONTEXT_NOT_ALLOWED,
            id="an achievement in words of its own",
        ),
        pytest.param(
            remove(valid_credential(), "type.1"), Code.DATA_MODEL, id="a badge that is not typed so"
        ),
        pytest.param(
            valid_credential() | {"@context": [*CONTEXTS, EXAMPLES]},
            Code.CONTEXT_NOT_ALLOWED,
            id="a badge with any words",
        ),
        pytest.param(
            valid_credential(credentialStatus=[valid_credential()["credentialStatus"]]),
            Code.SCHEMA,
            id="a badge that its schema refuses",
        ),
        pytest.param({}, Code.MALFORMED, id="nothing"),
        pytest.param(plain_credential(issuer=None), Code.DATA_MODEL, id="no issuer"),
        pytest.param(plain_credential(grade="A+"), Code.DATA_LOSS, id="a word of nobody"),
    ],
)
def test_a_document_is_judged_by_what_its_graph_is(document: Document, code: Code) -> None:
    assert code_of(document) is code


@pytest.mark.parametrize(
    ("document", "code"),
    [
        pytest.param(
            valid_credential() | {"@context": CONTEXTS[:1]}, Code.CONTEXT_ORDER, id="a type alone"
        ),
        pytest.param(
            plain_credential() | {"@context": CONTEXTS[0]}, Code.OK, id="one context as text"
        ),
        pytest.param(
            plain_credential() | {"@context": "https://x.example/c"},
            Code.CONTEXT_UNKNOWN,
            id="a context that we do not carry",
        ),
        pytest.param(
            plain_credential() | {"@context": None}, Code.CONTEXT_NOT_ALLOWED, id="no context"
        ),
        pytest.param(plain_credential(**{"@id": "x"}), Code.KEYWORD, id="a keyword"),
        pytest.param(
            plain_credential(**{"https://e.example/#p": "x"}), Code.NON_COMPACT, id="an IRI as key"
        ),
        pytest.param(
            plain_credential(name={"@value": "Curs", "@language": "ca"}),
            Code.OK,
            id="a name in its language",
        ),
        pytest.param(
            plain_credential(type=["VerifiableCredential", 7]), Code.DATA_MODEL, id="odd types"
        ),
    ],
)
def test_a_document_whose_json_is_signed_is_judged_by_its_types(
    document: Document, code: Code
) -> None:
    assert read_json(document).findings[0].code is code


def test_what_was_read_is_there_for_further_checks_even_where_it_is_refused() -> None:
    refused = read_graph(remove(valid_credential(), "type.1"))
    assert refused.verified_document is not None
    assert refused.unsecured == remove(valid_credential(), "type.1")


def test_what_cannot_be_read_is_not() -> None:
    assert read_graph(plain_credential(grade="A+")).verified_document is None


RDFC, JCS = (
    {"type": "DataIntegrityProof", "cryptosuite": f"eddsa-{c}-2022"} for c in ("rdfc", "jcs")
)
NULLS = plain_credential(name=None)  # which a graph has not, and JSON has
LOST = plain_credential(grade="A+")  # which no context defines


@pytest.mark.parametrize(
    ("proof", "verified"),
    [
        pytest.param(RDFC, plain_credential(), id="a graph"),
        pytest.param([JCS], NULLS, id="JSON"),
        pytest.param([JCS, RDFC], plain_credential(), id="both"),
        pytest.param([], plain_credential(), id="no proof"),
        pytest.param([{"type": "X"}], plain_credential(), id="an unknown suite"),
        pytest.param([{"type": "X"}, JCS], plain_credential(), id="an unknown suite too"),
        pytest.param(7, plain_credential(), id="what is no proof"),
    ],
)
def test_a_document_is_read_as_its_proofs_cover_it(proof: Any, verified: Document) -> None:  # noqa: ANN401 -- any JSON value
    reading = read_secured(NULLS | {"proof": proof})
    assert reading.passed
    assert ("name" in (reading.verified_document or {})) == ("name" in verified)


@pytest.mark.parametrize(
    ("proof", "code"),
    [
        pytest.param(JCS, Code.OK, id="JSON"),
        pytest.param([JCS, RDFC], Code.DATA_LOSS, id="both"),
        pytest.param([JCS, {"type": "X"}], Code.DATA_LOSS, id="an unknown suite too"),
        pytest.param([JCS, None], Code.DATA_LOSS, id="what is no proof too"),
    ],
)
def test_every_reading_counts(proof: Any, code: Code) -> None:  # noqa: ANN401 -- any JSON value
    assert read_secured(LOST | {"proof": proof}).findings[0].code is code
    assert read_secured(NULLS | {"proof": proof}).passed


def test_contexts_that_were_added_later_are_not_read_with_and_are_judged() -> None:
    early = JCS | {"@context": CONTEXTS[:1]}
    document = plain_credential() | {"@context": [*CONTEXTS[:1], EXAMPLES]}
    reading = read_secured(document | {"proof": early})
    assert reading.passed
    assert reading.verified_document == plain_credential()
    for bad, code in (
        ({"x": "https://x.example/"}, Code.CONTEXT_NOT_ALLOWED),
        ("https://evil.example/c", Code.CONTEXT_UNKNOWN),
    ):
        added = document | {"@context": [*CONTEXTS[:1], bad], "proof": early}
        assert read_secured(added).findings[0].code is code
