"""A node is described where a reader looks for it; `tests/threats` has the attacks (A22, A23)."""

from typing import Any

import pytest

from openbadges.errors import Code, MalformedError
from openbadges.jsonld import compact_by_own_context, expand
from openbadges.jsonld.places import (
    check_credential_in_one_place,
    check_no_split_node,
    check_one_tree,
    nodes,
)
from openbadges.strict import Document
from tests.credentials import (
    CONTEXTS,
    plain_credential,
    replace,
    valid_credential,
    valid_endorsement,
)

ISSUER = valid_credential()["issuer"]
CREATOR = "credentialSubject.achievement.creator"


def check_badge(badge: Document) -> None:
    check_no_split_node(expand(badge), badge["@context"])


def refusal_of_badge(badge: Document) -> str:
    with pytest.raises(MalformedError) as caught:
        check_badge(badge)
    assert caught.value.code is Code.SPLIT_NODE
    return str(caught.value)


@pytest.mark.parametrize(
    "badge",
    [
        pytest.param(valid_credential(), id="alike"),
        pytest.param(valid_endorsement(), id="an endorsement"),
        pytest.param(
            replace(valid_credential(), CREATOR, ISSUER | {"type": ["Profile", "Image"]}),
            id="other types",
        ),
        pytest.param(
            replace(valid_credential(), "credentialSubject.id", ISSUER["id"]),
            id="members that the other place does not read",
        ),
        pytest.param(
            valid_credential(evidence=[{"type": ["Evidence"], "name": "x"}] * 2),
            id="unnamed nodes that are equal",
        ),
    ],
)
def test_what_is_said_alike_wherever_it_is_read_is_no_split(badge: Document) -> None:
    check_badge(badge)


@pytest.mark.parametrize(
    "creator",
    [
        pytest.param({"id": ISSUER["id"]}, id="the id alone"),
        pytest.param(ISSUER | {"name": "Another"}, id="another name"),
        pytest.param(ISSUER | {"description": "x"}, id="one member more"),
        pytest.param({"id": ISSUER["id"], "type": ["Profile"]}, id="members missing"),
        pytest.param(
            ISSUER | {"otherIdentifier": [{"type": ["IdentifierEntry"], "identifier": "x"}]},
            id="an unnamed node more",
        ),
    ],
)
def test_what_differs_between_two_places_that_are_read_is_a_split(creator: Document) -> None:
    assert ISSUER["id"] in refusal_of_badge(replace(valid_credential(), CREATOR, creator))


def test_an_endorsement_says_nothing_of_the_badge_that_the_badge_does_not() -> None:
    endorsement = valid_endorsement()
    endorsement["credentialSubject"] |= {
        "type": ["EndorsementSubject", "Achievement"],
        "specialization": "x",
    }
    refusal_of_badge(valid_credential(endorsement=[endorsement]))


def test_the_comment_of_an_endorsement_is_read_where_it_stands() -> None:
    split = valid_endorsement()
    comment = split["credentialSubject"].pop("endorsementComment")
    split["issuer"] |= {
        "id": split["credentialSubject"]["id"],
        "type": ["Profile", "EndorsementSubject"],
        "endorsementComment": comment,
    }
    refusal_of_badge(split)


def test_nodes_in_lists_are_nodes_and_values_are_none() -> None:
    words = {"l": {"@id": "https://e.example/#l", "@container": "@list"}}
    document = plain_credential() | {"@context": [*CONTEXTS[:1], words]}
    document["credentialSubject"] |= {"l": [{"id": "urn:1"}, [{"id": "urn:2"}], "text"]}
    ids = {node.get("@id") for node in nodes(expand(document))}
    assert ids == {None, "did:example:subject", "did:web:badges.example", "urn:1", "urn:2"}


def test_one_tree_is_one_credential() -> None:
    check_one_tree(expand(valid_credential()))


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        pytest.param({"@included": [{"id": "urn:1", "name": "x"}]}, Code.KEYWORD, id="@included"),
        pytest.param(
            {"@reverse": {"https://e.example/#p": {"id": "urn:1"}}}, Code.KEYWORD, id="@reverse"
        ),
    ],
)
def test_what_hangs_on_it_otherwise_is_refused(changes: dict[str, Any], code: Code) -> None:
    for document in (
        plain_credential() | changes,
        plain_credential(credentialSubject={"id": "did:example:subject"} | changes),
    ):
        with pytest.raises(MalformedError) as caught:
            check_one_tree(expand(document))
        assert caught.value.code is code


@pytest.mark.parametrize(
    "document",
    [
        pytest.param({"@context": CONTEXTS[:1]}, id="nothing"),
        pytest.param(
            {
                "@context": CONTEXTS[:1],
                "@graph": [{"id": "urn:1", "name": "x"}, {"id": "urn:2", "name": "x"}],
            },
            id="two",
        ),
    ],
)
def test_no_credential_and_two_are_not_one(document: Document) -> None:
    with pytest.raises(MalformedError):
        check_one_tree(expand(document))


def check_plain(document: Document) -> None:
    expanded = expand(document)
    check_credential_in_one_place(expanded, compact_by_own_context(expanded, document))


IDENTIFIED = plain_credential(id="urn:uuid:1", validUntil="2027-01-01T00:00:00Z")
STATUS = {"id": "urn:status", "type": "BitstringStatusListEntry", "statusPurpose": "revocation"}


@pytest.mark.parametrize(
    "document",
    [
        pytest.param(IDENTIFIED, id="one place"),
        pytest.param(
            IDENTIFIED | {"refreshService": {"id": "urn:uuid:1", "type": "VerifiableCredential"}},
            id="a place that says nothing",
        ),
        pytest.param(
            plain_credential(
                issuer={"id": "did:example:subject", "name": "Ada"},
                credentialSubject={"id": "did:example:subject", "description": "x"},
            ),
            id="a subject that is its own issuer",
        ),
        pytest.param(IDENTIFIED | {"credentialStatus": [STATUS, STATUS]}, id="a status twice"),
        pytest.param(IDENTIFIED | {"credentialStatus": "urn:status"}, id="a status by its id"),
    ],
)
def test_a_credential_that_is_described_in_one_place_passes(document: Document) -> None:
    check_plain(document)


@pytest.mark.parametrize(
    ("document", "code"),
    [
        pytest.param(
            IDENTIFIED
            | {
                "refreshService": {
                    "id": "urn:uuid:1",
                    "type": "VerifiableCredential",
                    "validFrom": "2026-01-01T00:00:00Z",
                }
            },
            Code.SPLIT_NODE,
            id="a date at another place",
        ),
        pytest.param(
            IDENTIFIED | {"credentialStatus": [STATUS, {"id": "urn:status", "name": "x"}]},
            Code.SPLIT_NODE,
            id="a status in two parts",
        ),
        pytest.param(
            IDENTIFIED
            | {
                "https://www.w3.org/2018/credentials#expirationDate": {
                    "@value": "2026-01-01T00:00:00Z",
                    "@type": "http://www.w3.org/2001/XMLSchema#dateTime",
                }
            },
            Code.NON_COMPACT,
            id="a date of the other version",
        ),
        pytest.param(
            IDENTIFIED | {"https://www.w3.org/2018/credentials#validFrom": "2026-01-01T00:00:00Z"},
            Code.NON_COMPACT,
            id="a date of another datatype",
        ),
    ],
)
def test_what_a_reader_of_the_credential_would_miss_is_refused(
    document: Document, code: Code
) -> None:
    with pytest.raises(MalformedError) as caught:
        check_plain(document)
    assert caught.value.code is code
