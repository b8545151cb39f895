"""The verified document: what was signed, in the words of the document's own contexts."""

from copy import deepcopy
from pathlib import Path

import pytest

from openbadges.errors import Code, ExplainedError
from openbadges.jsonld import ContextLoader, canonicalize, compact_by_own_context, expand
from openbadges.strict import Document, parse_json_object

DATE_TIME = "http://www.w3.org/2001/XMLSchema#dateTime"


def verified(document: Document) -> Document:
    return compact_by_own_context(expand(document), document)


@pytest.mark.parametrize(
    "path",
    [
        "ob-v3p0/unsigned.json",
        "ob-v3p0/signed.json",
        "vc-di-eddsa/unsigned.json",
        "vc-di-eddsa/employmentAuth.json",
        "vc-di-eddsa/eddsa-rdfc-2022/signedDataInt.json",
        "vc-di-eddsa/eddsa-rdfc-2022/employ/signedDataInt.json",
        "vc-di-eddsa/Ed25519Signature2020/signedEdSig.json",
    ],
)
def test_the_verified_document_is_the_same_graph_and_reads_the_same(
    shared_vectors: Path, citizenship: ContextLoader, path: str
) -> None:
    document = parse_json_object((shared_vectors / path).read_bytes(), what="a vector")
    compacted = compact_by_own_context(
        expand(document, contexts=citizenship), document, contexts=citizenship
    )
    assert canonicalize(compacted, contexts=citizenship) == canonicalize(
        document, contexts=citizenship
    )
    assert without_arrays_of_one(compacted) == without_arrays_of_one(document)


def without_arrays_of_one(value: object) -> object:
    if isinstance(value, dict):
        return {key: without_arrays_of_one(member) for key, member in value.items()}
    if isinstance(value, list):
        members = [without_arrays_of_one(member) for member in value]
        return members[0] if len(members) == 1 else members
    return value


def test_neither_argument_is_changed(badge: Document) -> None:
    presented = deepcopy(badge)
    expanded = expand(presented)
    kept = deepcopy(expanded)
    compact_by_own_context(expanded, presented)["@context"].append("changed")
    assert presented == badge
    assert expanded == kept


def test_an_expiry_hidden_under_its_iri_is_read(badge: Document) -> None:
    """Threat A1: the graph is the same, so the verified document is too."""
    badge["validUntil"] = "2011-01-01T00:00:00Z"
    hidden = deepcopy(badge)
    hidden["https://www.w3.org/2018/credentials#validUntil"] = {
        "@value": hidden.pop("validUntil"),
        "@type": DATE_TIME,
    }
    assert canonicalize(hidden) == canonicalize(badge)
    assert verified(hidden) == verified(badge)
    assert verified(hidden)["validUntil"] == "2011-01-01T00:00:00Z"


def test_a_status_under_an_alias_is_read(badge: Document) -> None:
    """Threat A6."""
    badge["@context"].append({"stat": "https://www.w3.org/2018/credentials#credentialStatus"})
    badge["stat"] = {"id": "https://x.example/s#1", "type": "BitstringStatusListEntry"}
    assert verified(badge)["credentialStatus"]["id"] == "https://x.example/s#1"


def test_what_an_inline_context_names_is_read_under_its_iri(badge: Document) -> None:
    badge["@context"].append({"extra": "https://x.example/extra"})
    badge["extra"] = "said"
    document = verified(badge)
    assert document["https://x.example/extra"] == "said"
    assert document["@context"] == badge["@context"][:2]


def test_a_single_context_may_stand_without_an_array(badge: Document) -> None:
    document = {
        "@context": badge["@context"][0],
        "id": "https://x.example/",
        "type": "VerifiableCredential",
        "name": "x",
    }
    assert verified(document) == document


def test_the_3_0_1_context_cannot_follow_version_2(badge: Document) -> None:
    badge["@context"][1] = "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.1.json"
    with pytest.raises(ExplainedError) as caught:
        expand(badge)
    assert caught.value.code is Code.CONTEXT_NOT_ALLOWED
