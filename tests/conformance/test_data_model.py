"""What W3C's suite for the data model 2.0 asks of an issuer, a verifier and their doors.

Each row is a statement of the specification: a document that must be accepted, or one that must be
refused by its sender's mistake (400) and never by ours.

https://www.w3.org/TR/vc-data-model-2.0/
"""

import base64
import hashlib
import json
from typing import Any, Final

import pytest

from openbadges.strict import Document
from tests.conformance.serving import Answer, GenericIssuer, Service
from tests.credentials import CONTEXTS, plain_credential, remove
from tests.presentations import HOLDER, enveloped, presented, presented_as_jws
from tests.world import did_key_issuer

V2: Final = CONTEXTS[0]
EXAMPLES: Final = "https://www.w3.org/ns/credentials/examples/v2"
NO_URL: Final = "https ://no-url.example/1"
SOMEBODY: Final = did_key_issuer(5)
LONG_AGO: Final = "2024-01-01T00:00:00Z"  # whatever the clock of the machine says
BOUND: Final = {"domain": "shop.example", "challenge": "7f3c"}
# The SHA-256 that the specification states for the context of version 2, and what is not its.
STATED: Final = bytes.fromhex("59955ced6697d61e03f2b2556febe5308ab16842846f5b586d7f1f7adec92734")
ANOTHER: Final = hashlib.sha256(b"an old draft").digest()


def credential(**changes: Any) -> Document:  # noqa: ANN401 -- any JSON value
    """Give a credential without an issuer, with members changed; None leaves one out."""
    document = remove(plain_credential(), "issuer") | changes
    return {name: value for name, value in document.items() if value is not None}


def with_words(*words: str, **members: Any) -> Document:  # noqa: ANN401 -- any JSON value
    """Give a credential whose own context defines some words."""
    defined = {word: f"https://vocabulary.example/#{word}" for word in words}
    return credential(**{"@context": [V2, defined]}, **members)


def resource(**members: Any) -> Document:  # noqa: ANN401 -- any JSON value
    """Give a credential that relates to the context of version 2."""
    return credential(relatedResource={"id": V2, **members})


def multibase(data: bytes) -> str:
    return "u" + base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def sri(data: bytes) -> str:
    return f"sha256-{base64.b64encode(data).decode()}"


TEXTS: Final = {
    "a string": "Example",
    "its language": {"@value": "Example", "@language": "en"},
    "its direction": {"@value": "مثال", "@language": "ar", "@direction": "rtl"},
    "several languages": [
        {"@value": "Example", "@language": "en"},
        {"@value": "Exemple", "@language": "ca"},
    ],
}
NO_TEXT: Final = {"@value": "Example", "@language": "en", "url": "https://a.example"}
# A member whose values are objects, and what each of them must have beside its type.
TYPED: Final[dict[str, Document]] = {
    "credentialStatus": {},
    "credentialSchema": {"id": "https://schemas.example/1"},
    "refreshService": {"id": "https://refresh.example/1"},
    "termsOfUse": {},
    "evidence": {},
}

SIGNED: Final = [
    pytest.param(credential(), id="the least that there is"),
    pytest.param(credential(**{"@context": [V2, EXAMPLES]}), id="two contexts"),
    pytest.param(
        with_words("Course", type=["VerifiableCredential", "Course"]), id="a context of its own"
    ),
    pytest.param(credential(id="https://credentials.example/1"), id="an https id"),
    pytest.param(credential(id="did:example:1"), id="a DID as id"),
    pytest.param(
        credential(type=["VerifiableCredential", "https://vocabulary.example/#Course"]),
        id="a type that is a URL",
    ),
    pytest.param(
        credential(type=["https://a.example/#A", "VerifiableCredential", "https://a.example/#B"]),
        id="types in another order",
    ),
    pytest.param(
        credential(
            **{"@context": [V2, EXAMPLES]}, type=["VerifiableCredential", "ExampleAlumniCredential"]
        ),
        id="a type of the examples",
    ),
    *(
        pytest.param(credential(**{member: text}), id=f"{member}: {name}")
        for member in ("name", "description")
        for name, text in TEXTS.items()
    ),
    *(
        pytest.param(
            with_words("Kind", **{member: {**needed, "type": "Kind"}}), id=f"{member}: one"
        )
        for member, needed in TYPED.items()
    ),
    *(
        pytest.param(
            credential(
                **{member: [{**needed, "type": "https://a.example/#A"}, {**needed, "type": V2}]}
            ),
            id=f"{member}: two",
        )
        for member, needed in TYPED.items()
    ),
    pytest.param(
        with_words("Policy", termsOfUse={"id": "did:example:terms", "type": "Policy"}),
        id="terms with an id",
    ),
    pytest.param(
        credential(credentialSubject=[{"id": "did:example:a"}, {"id": "did:example:b"}]),
        id="two subjects",
    ),
    pytest.param(credential(validFrom="2023-02-26T01:02:58.447Z"), id="milliseconds"),
    pytest.param(credential(validFrom="2023-02-25T19:10:39-06:00"), id="an offset"),
    pytest.param(
        credential(validFrom="2023-02-26T01:21:23Z", validUntil="2023-02-25T19:21:29-06:00"),
        id="valid in the past, across offsets",
    ),
    pytest.param(
        credential(validFrom="2023-02-26T01:20:00Z", validUntil="2023-02-26T01:20:00Z"),
        id="valid for one moment",
    ),
    pytest.param(credential(validFrom="2999-01-01T00:00:00Z"), id="valid in the future"),
    pytest.param(resource(digestSRI=sri(STATED)), id="a digest"),
    pytest.param(resource(digestMultibase=multibase(b"\x12\x20" + STATED)), id="a multihash"),
    pytest.param(resource(digestMultibase=multibase(STATED)), id="a bare hash in multibase"),
    pytest.param(
        resource(digestSRI=sri(STATED), mediaType="application/ld+json"), id="a media type"
    ),
    pytest.param(
        credential(relatedResource={"id": "https://a.example/1", "digestSRI": sri(ANOTHER)}),
        id="a resource that is not at hand",
    ),
]

REFUSED: Final = [
    pytest.param(credential(**{"@context": None}), id="no context"),
    pytest.param(credential(**{"@context": []}), id="an empty context"),
    pytest.param(credential(**{"@context": [EXAMPLES, V2]}), id="another context first"),
    pytest.param(credential(**{"@context": [V2, NO_URL]}), id="a context that is no URL"),
    pytest.param(credential(**{"@context": [V2, 7]}), id="a context that is a number"),
    pytest.param(credential() | {"id": None}, id="an id that is null"),
    pytest.param(credential(id=["did:example:a", "did:example:b"]), id="two ids"),
    pytest.param(credential(id=NO_URL), id="an id that is no URL"),
    pytest.param(
        credential(credentialSubject={"id": ["did:example:a", "did:example:b"]}),
        id="a subject with two ids",
    ),
    pytest.param(credential(type=None), id="no type"),
    pytest.param(
        credential(**{"@context": [V2, EXAMPLES]}, type=["ExampleCredential"]), id="another type"
    ),
    pytest.param(
        credential(
            **{"@context": [V2, {"Course": NO_URL}]}, type=["VerifiableCredential", "Course"]
        ),
        id="a type that is mapped to no URL",
    ),
    pytest.param(
        credential(**{"@context": [V2, {"@vocab": None}]}, type=["VerifiableCredential", "Course"]),
        id="a type that is not mapped",
    ),
    *(
        pytest.param(credential(**{member: NO_TEXT}), id=f"{member}: a member too many")
        for member in ("name", "description")
    ),
    *(
        pytest.param(credential(**{member: {"id": "did:example:1"}}), id=f"{member}: no type")
        for member in TYPED
    ),
    *(
        pytest.param(
            with_words("Kind", **{member: {"type": "Kind", "id": NO_URL}}), id=f"{member}: no URL"
        )
        for member in TYPED
    ),
    pytest.param(
        with_words("Kind", credentialStatus={"type": "Kind", "id": ["did:a:1", "did:a:2"]}),
        id="a status with two ids",
    ),
    pytest.param(credential(credentialStatus={"type": 2}), id="a status whose type is a number"),
    pytest.param(with_words("Kind", credentialSchema={"type": "Kind"}), id="a schema without id"),
    pytest.param(credential(credentialSubject=None), id="no subject"),
    pytest.param(credential(credentialSubject={}), id="a subject of whom nothing is said"),
    pytest.param(
        credential(credentialSubject=[{"id": "did:example:a"}, {}]),
        id="a second subject of whom nothing is said",
    ),
    pytest.param(credential(validFrom="Sat 25 Feb 2023 07:16:31 PM CST"), id="no date"),
    pytest.param(credential(validUntil="2023-02-25T19:16:31"), id="a date without an offset"),
    pytest.param(
        credential(validFrom="2023-02-26T00:00:00Z", validUntil="2023-02-25T23:59:59Z"),
        id="an end before the start",
    ),
    pytest.param(
        credential(**{"@context": [V2, {"VerifiableCredential": "https://a.example/#A"}]}),
        id="a word of the data model redefined",
    ),
    pytest.param(
        credential(
            **{
                "@context": [
                    V2,
                    {"@protected": True, "Course": "https://a.example/#A"},
                    {"Course": "https://a.example/#B"},
                ]
            },
            type=["VerifiableCredential", "Course"],
        ),
        id="a protected word redefined",
    ),
    pytest.param(credential(relatedResource=[V2]), id="a resource that is a string"),
    pytest.param(credential(relatedResource={"digestSRI": sri(STATED)}), id="a resource, no id"),
    pytest.param(
        credential(
            relatedResource=[
                {"id": V2, "digestSRI": sri(STATED)},
                {"id": V2, "digestMultibase": multibase(STATED)},
            ]
        ),
        id="a resource twice",
    ),
    pytest.param(resource(), id="a resource without a digest"),
    pytest.param(resource(digestSRI=sri(ANOTHER)), id="another digest"),
    pytest.param(resource(digestMultibase=multibase(ANOTHER)), id="another digest in multibase"),
    pytest.param(resource(digestSRI=[sri(STATED), sri(ANOTHER)]), id="two digests, one wrong"),
    pytest.param(resource(digestSRI={"@value": sri(STATED)}), id="a digest that is an object"),
]


@pytest.mark.parametrize("sent", SIGNED)
def test_a_credential_as_the_data_model_writes_them_is_signed_as_it_stands(
    issuer: GenericIssuer, sent: Document
) -> None:
    signed = issuer.issue(sent | {"issuer": issuer.did}).credential
    assert signed["proof"]["proofPurpose"] == "assertionMethod"
    assert remove(signed, "proof") == sent | {"issuer": issuer.did}


@pytest.mark.parametrize("sent", REFUSED)
def test_any_other_is_refused_as_its_senders_mistake(issuer: GenericIssuer, sent: Document) -> None:
    refuses(issuer.issue(sent | {"issuer": issuer.did}))


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
@pytest.mark.parametrize("member", ["name", "description"])
def test_an_issuer_may_say_what_it_is_called(
    issuer: GenericIssuer, member: str, text: object
) -> None:
    named = {"id": issuer.did, member: text}
    assert issuer.issue(credential(issuer=named)).credential["issuer"] == named


@pytest.mark.parametrize(
    "named",
    [
        pytest.param(None, id="none"),
        pytest.param("no-url", id="no URL"),
        pytest.param({"id": "no-url"}, id="an id that is no URL"),
        pytest.param({"id": None}, id="an id that is null"),
        pytest.param({"name": "Example"}, id="no id"),
        pytest.param([], id="an array"),
        pytest.param("did:example:somebody-else", id="somebody else"),
        pytest.param({"id": "did:example:somebody-else"}, id="somebody else, as an object"),
        pytest.param(NO_TEXT, id="a text"),
    ],
)
def test_an_issuer_is_a_url_and_the_one_whose_key_signs(
    issuer: GenericIssuer, named: object
) -> None:
    refuses(issuer.issue(credential(issuer=named)))


@pytest.mark.parametrize("member", ["name", "description"])
def test_an_issuers_text_has_no_member_of_its_own(issuer: GenericIssuer, member: str) -> None:
    refuses(issuer.issue(credential(issuer={"id": issuer.did, member: NO_TEXT})))


def test_what_was_issued_verifies_and_what_nobody_signed_does_not(
    service: Service, issuer: GenericIssuer
) -> None:
    signed = issuer.issue(credential(issuer=issuer.did, name="Example")).credential
    assert service.verify(signed, checks=["proof"]).document["verified"] is True
    for other in (signed | {"name": "Another"}, remove(signed, "proof"), {"type": ["Nothing"]}):
        refuses(service.verify(other, checks=["proof"]))


def test_a_digest_that_is_not_the_resources_is_refused_whoever_signed_it(service: Service) -> None:
    for digest, status in ((STATED, 200), (ANOTHER, 400)):
        document = resource(digestSRI=sri(digest)) | {"issuer": SOMEBODY.id}
        assert service.verify(SOMEBODY.sign(document, created=LONG_AGO)).status == status


def held(*credentials: object, **changes: Any) -> Document:  # noqa: ANN401 -- any JSON value
    """Give a presentation by HOLDER that was made for who names BOUND."""
    return presented(*credentials, proof={**BOUND, "created": LONG_AGO}, **changes)


def self_asserted(name: str = "a") -> Document:
    """Give a credential that HOLDER issued."""
    subject = {"id": f"did:example:{name}"}
    return HOLDER.sign(
        plain_credential(issuer=HOLDER.id, credentialSubject=subject), created=LONG_AGO
    )


@pytest.mark.parametrize(
    "presentation",
    [
        pytest.param(held(verifiableCredential=[]), id="an empty one"),
        pytest.param(held(verifiableCredential=None), id="no credential"),
        pytest.param(held(id="urn:uuid:9c9a36f8-518f-4976-a934-6649502d0008"), id="an id"),
        pytest.param(held(self_asserted("a"), self_asserted("b")), id="two credentials"),
        pytest.param(held(self_asserted()), id="a holder"),
        pytest.param(held(self_asserted(), holder={"id": HOLDER.id}), id="a holder with members"),
        pytest.param(held(self_asserted(), holder=None), id="no holder"),
        pytest.param(held(self_asserted(), contexts=[V2, EXAMPLES]), id="two contexts"),
        pytest.param(
            held(
                contexts=[V2, {"Kept": "https://vocabulary.example/#Kept"}],
                type=["VerifiablePresentation", "Kept"],
            ),
            id="a type of its own",
        ),
    ],
)
def test_a_presentation_verifies_for_whom_it_was_made(
    service: Service, presentation: Document
) -> None:
    answer = service.verify_presentation(presentation, **BOUND)
    assert answer.status == 200, answer.document
    assert (answer.document["verified"], answer.document["holder"]) == (True, HOLDER.id)
    assert not answer.document.get("errors")


GOOD: Final = held(self_asserted())


@pytest.mark.parametrize(
    ("presentation", "check"),
    [
        pytest.param(remove(GOOD, "@context"), "conformance", id="no context"),
        pytest.param(GOOD | {"@context": []}, "conformance", id="an empty context"),
        pytest.param(held(contexts=[EXAMPLES, V2]), "conformance", id="another context first"),
        pytest.param(
            GOOD | {"@context": [V2, "https://example.com"]}, "conformance", id="unknown context"
        ),
        pytest.param(GOOD | {"@context": [V2, NO_URL]}, "conformance", id="context that is no URL"),
        pytest.param(GOOD | {"@context": [V2, 7]}, "conformance", id="context that is a number"),
        pytest.param(remove(GOOD, "type"), "conformance", id="no type"),
        pytest.param(
            held(contexts=[V2, EXAMPLES], type=["ExamplePresentation"]),
            "conformance",
            id="another type",
        ),
        pytest.param(GOOD | {"holder": "no-url"}, "conformance", id="holder that is no URL"),
        pytest.param(
            GOOD | {"holder": {"id": "no-url"}}, "conformance", id="holder whose id is no URL"
        ),
        pytest.param(held(holder="did:example:somebody-else"), "holder", id="another holder"),
        pytest.param(held(plain_credential(issuer=HOLDER.id)), "proof", id="nobody signed it"),
        pytest.param(
            held(self_asserted() | {"issuer": "did:example:somebody-else"}),
            "proof",
            id="another issuer",
        ),
        pytest.param(GOOD | {"verifiableCredential": ["did:a:1"]}, "conformance", id="reference"),
        pytest.param(GOOD | {"verifiableCredential": [7]}, "unwrap", id="a number"),
        pytest.param(
            GOOD | {"proof": GOOD["proof"] | {"proofValue": "z5nmMBw2u9TGKd9NxxHJtyZKgjN2Eh"}},
            "proof",
            id="another signature",
        ),
        pytest.param({"type": ["Nothing"]}, "conformance", id="no presentation"),
        pytest.param({}, "conformance", id="nothing"),
    ],
)
def test_any_other_presentation_is_refused_for_what_is_wrong_with_it(
    service: Service, presentation: Document, check: str
) -> None:
    answer = service.verify_presentation(presentation, **BOUND)
    refuses(answer)
    assert check in {error["check"] for error in answer.document["errors"]}


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        pytest.param({}, 200, id="as it should be"),
        pytest.param({"@context": []}, 400, id="an empty context"),
        pytest.param({"@context": EXAMPLES}, 400, id="another context"),
        pytest.param({"type": None}, 400, id="no type"),
        pytest.param({"type": ["VerifiableCredential"]}, 400, id="another type"),
        pytest.param({"id": "eyJhbGciOiJFZERTQSJ9.e30."}, 400, id="an id that is no data URL"),
    ],
)
def test_an_enveloped_credential_is_read_in_its_envelope(
    service: Service, changes: Document, status: int
) -> None:
    secured = plain_credential(issuer=SOMEBODY.id, id="urn:uuid:1", validFrom=LONG_AGO)
    envelope = enveloped(SOMEBODY.sign_jws(secured)) | changes
    sent = {name: value for name, value in envelope.items() if value is not None}
    assert service.verify(sent, checks=["proof"]).status == status


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        pytest.param({}, 200, id="as it should be"),
        pytest.param({"@context": []}, 400, id="an empty context"),
        pytest.param({"@context": [EXAMPLES]}, 400, id="another context"),
        pytest.param({"type": ["VerifiablePresentation"]}, 400, id="another type"),
        pytest.param({"id": "eyJhbGciOiJFZERTQSJ9.e30."}, 400, id="an id that is no data URL"),
    ],
)
def test_an_enveloped_presentation_is_read_in_its_envelope(
    service: Service, changes: Document, status: int
) -> None:
    claims = {"aud": BOUND["domain"], "nonce": BOUND["challenge"]}
    jws = presented_as_jws(self_asserted(), claims=claims)
    envelope = {
        "@context": V2,
        "id": f"data:application/vp+jwt,{jws}",
        "type": "EnvelopedVerifiablePresentation",
    }
    answer = service.verify_presentation(envelope | changes, **BOUND)
    assert answer.status == status, answer.document


def refuses(answer: Answer) -> None:
    """Require that it was the sender's mistake, and that a sentence says which."""
    assert answer.status == 400, json.dumps(answer.document)
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.document["detail"]
