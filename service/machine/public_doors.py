"""What is said of the doors that anyone may read: the public documents, and the verifier's page.

Their views are in other rooms; a test holds that each of them is where it is said to be.
"""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Final

from service.machine.bodies import JSON, JSON_LD
from service.machine.doors import OPEN_HEADERS, SENT, Answer, Body, Door, Parameter, Schema
from service.receipts import RECEIPT_MEDIA_TYPE as RECEIPT
from verifier.bundle import MEDIA_TYPE as BUNDLE
from verifier.judging import MAXIMUM_AT_ONCE

CREDENTIAL: Final = ("application/vc", "application/vc+jwt", "image/png", "image/svg+xml")
HTML: Final = "text/html"
FORM: Final = "multipart/form-data"

_YES: Final[Schema] = {"enum": ["yes"]}
_UUID: Final[Schema] = {"type": "string", "format": "uuid"}
_NO_SUCH: Final[Mapping[HTTPStatus, str]] = {
    HTTPStatus.NOT_FOUND: "There is nothing at this address."
}
_EXACT: Final[Mapping[str, str]] = {
    **OPEN_HEADERS,
    "ETag": "The SHA-256 of the bytes; If-None-Match is answered with 304.",
}
_SLUG: Final = Parameter(
    "slug", "path", "The badge class.", {"type": "string", "pattern": "^[a-z0-9-]{1,100}$"}
)
_VERSION: Final = Parameter(
    "version", "path", "Its version.", {"type": "integer", "minimum": 1, "maximum": 999_999}
)
_TOKEN: Final = Parameter("token", "path", "The link's token.", {"type": "string", "minLength": 1})
_NO_LINK: Final[Mapping[HTTPStatus, str]] = {
    HTTPStatus.NOT_FOUND: "The link opens nothing: it is unknown, or was withdrawn.",
}


def _id(of: str) -> Parameter:
    return Parameter("id", "path", f"The UUID of {of}.", _UUID)


def _document(  # noqa: PLR0913 -- one for each thing that is said of it
    endpoint: str,
    path: str,
    summary: str,
    description: str,
    *,
    media_types: tuple[str, ...],
    schema: str | None = "Document",
    parameters: tuple[Parameter, ...] = (),
    problems: Mapping[HTTPStatus, str] = _NO_SUCH,
) -> Door:
    """Describe a document that is published as exact bytes."""
    return Door(
        endpoint=endpoint,
        method="GET",
        path=path,
        summary=summary,
        description=description,
        parameters=parameters,
        answers={
            HTTPStatus.OK: Answer("It is here.", schema, media_types=media_types, headers=_EXACT)
        },
        problems=problems,
    )


DOORS: Final = (
    Door(
        endpoint="verifying.verify",
        method="POST",
        path="/verify",
        summary="Verify whatever somebody presents",
        description=(
            "Verifies the body itself: a credential or a presentation in JSON, a compact JWS, an"
            " envelope of one, a PNG or SVG picture with a credential baked in, a picture of a QR"
            " code, a page that links a credential, or the link of any of these; what it is, is"
            " decided by its content. The answer is the full report, with status 200 whatever the"
            " verdict; a presentation's has a report of each credential in it."
            f" Many at once, at most {MAXIMUM_AT_ONCE}, are sent as a JSON object whose only"
            " member, credentials, is an array of credentials, presentations, JWS and links, or as"
            " a multipart form with several parts called file. They are judged apart, and share a"
            " budget of fetches and of time; the answer is an object whose reports are in their"
            " order. A form is read as the verify page sends it: its files, and after them its"
            " text. What curl sends is a form too, unless it is told a Content-Type such as"
            " application/json."
            " With bundle=yes the answer also has a bundle: what was verified and every document"
            " that was read, so that insignia verify --bundle checks it later without a network."
            " With receipt=yes it also has a signed, dated receipt, which stands in the bundle too."
            " Both are of one thing, not of many at once."
        ),
        parameters=(
            Parameter(
                "recipient",
                "query",
                "For whom it is expected to be: an e-mail address, a user name, or a DID.",
                {"type": "string"},
                required=False,
            ),
            Parameter("bundle", "query", "Give a bundle to keep.", _YES, required=False),
            Parameter("receipt", "query", "Give a signed receipt.", _YES, required=False),
        ),
        body=Body(
            None,
            "The bytes to verify.",
            media_types=(
                "application/octet-stream",
                JSON,
                "text/plain",
                FORM,
            ),
            schemas={FORM: "VerifyForm"},
            required=False,  # nothing is a body in which no credential is found
        ),
        answers={HTTPStatus.OK: Answer("The report.", "Judged", headers=OPEN_HEADERS)},
        problems={
            HTTPStatus.FORBIDDEN: SENT[HTTPStatus.FORBIDDEN],
            HTTPStatus.REQUEST_ENTITY_TOO_LARGE: SENT[HTTPStatus.REQUEST_ENTITY_TOO_LARGE],
            HTTPStatus.BAD_REQUEST: (
                "The list cannot be read, the expected recipient is none, or a form has neither a"
                " file nor a text."
            ),
            HTTPStatus.NOT_FOUND: "A receipt of a service that has no key for receipts.",
            HTTPStatus.UNPROCESSABLE_ENTITY: (
                "The list or the expected recipient cannot be used, or a bundle or a receipt of"
                " many at once."
            ),
        },
    ),
    Door(
        endpoint="verifying.ask",
        method="GET",
        path="/verify",
        summary="The verify page",
        description="For people: one field for a file, a pasted text or a link.",
        answers={HTTPStatus.OK: Answer("The page.", media_types=(HTML,))},
    ),
    _document(
        "documents.keys",
        "/.well-known/did.json",
        "The DID document of a did:web issuer",
        "The issuer's verification methods, those that are no longer used too.",
        media_types=("application/did+json",),
    ),
    _document(
        "documents.keys",
        "/.well-known/jwks.json",
        "The key set",
        "The same keys as JSON Web Keys, and those that sign receipts, by a use of their own.",
        media_types=("application/jwk-set+json",),
    ),
    _document(
        "documents.status_list",
        "/status-lists/{id}",
        "A status list",
        "A signed BitstringStatusListCredential, as credentials name it.",
        media_types=("application/vc", JSON_LD, JSON),
        parameters=(_id("the list"),),
    ),
    _document(
        "issuers.show",
        "/issuers/{id}",
        "An issuer",
        "Its Profile for programs, and a page for people; the suffix .json asks for the first.",
        media_types=(JSON_LD, HTML),
        schema=None,
        parameters=(_id("the issuer"),),
    ),
    Door(
        endpoint="badge_classes.overview",
        method="GET",
        path="/badge-classes",
        summary="The badge classes",
        description="What can be awarded here: a list for programs, and a page for people.",
        answers={
            HTTPStatus.OK: Answer("The list.", media_types=(JSON, HTML), headers=OPEN_HEADERS)
        },
    ),
    _document(
        "badge_classes.show",
        "/badge-classes/{slug}/v{version}/{language}",
        "A version of a badge class, in one language",
        "The Achievement for programs, and a page for people; the suffix .json asks for the first.",
        media_types=(JSON_LD, HTML),
        schema=None,
        parameters=(
            _SLUG,
            _VERSION,
            Parameter(
                "language",
                "path",
                "The language tag.",
                {"type": "string", "pattern": "^[A-Za-z0-9-]{2,35}$"},
            ),
        ),
    ),
    _document(
        "badge_classes.picture",
        "/badge-classes/{slug}/v{version}/badge.svg",
        "The picture of a badge class",
        "The picture as it was published.",
        media_types=("image/svg+xml",),
        schema=None,
        parameters=(_SLUG, _VERSION),
    ),
    _document(
        "sharing.show",
        "/s/{token}",
        "A shared badge",
        "The current credential of a share link, in the form that Accept or the suffix .json, .jws,"
        " .png or .svg asks for; a page for people.",
        media_types=(*CREDENTIAL, HTML),
        schema=None,
        parameters=(_TOKEN,),
    ),
    Door(
        endpoint="sharing.report",
        method="GET",
        path="/s/{token}/report.json",
        summary="The report of a shared badge",
        description=(
            "The full report of what the link shows now, as POST /verify would give it, with what a"
            " card on a page of others shows of it. Asking changes nothing."
        ),
        parameters=(_TOKEN,),
        answers={HTTPStatus.OK: Answer("The report.", "SharedReport", headers=_EXACT)},
        problems=_NO_LINK,
    ),
    Door(
        endpoint="sharing.bundle",
        method="GET",
        path="/s/{token}/bundle.json",
        summary="A bundle of a shared badge",
        description=(
            "What POST /verify?bundle=yes gives of it, with a receipt where this service has a key"
            " for receipts; insignia verify --bundle checks it later without a network."
        ),
        parameters=(_TOKEN,),
        answers={
            HTTPStatus.OK: Answer(
                "The bundle.", "Bundle", media_types=(BUNDLE,), headers=OPEN_HEADERS
            )
        },
        problems=_NO_LINK,
    ),
    Door(
        endpoint="sharing.receipt",
        method="GET",
        path="/s/{token}/receipt.jws",
        summary="A receipt of a shared badge",
        description="What POST /verify?receipt=yes gives of it: a compact JWS, signed and dated.",
        parameters=(_TOKEN,),
        answers={
            HTTPStatus.OK: Answer("The receipt.", media_types=(RECEIPT,), headers=OPEN_HEADERS)
        },
        problems={
            HTTPStatus.NOT_FOUND: "The link opens nothing, or there is no key for receipts.",
        },
    ),
    _document(
        "credentials.show",
        "/credentials/{id}",
        "A badge that its owner made public",
        "The credential whose signed id this is; private and unknown ones are answered alike.",
        media_types=(*CREDENTIAL, HTML),
        schema=None,
        parameters=(_id("the credential"),),
        problems={**_NO_SUCH, HTTPStatus.GONE: "It was public, and another took its place."},
    ),
    Door(
        endpoint="health.healthz",
        method="GET",
        path="/healthz",
        summary="Whether the service lives",
        description="For those who watch it; answers by any host name.",
        answers={HTTPStatus.OK: Answer("It lives.", "Liveness")},
    ),
    Door(
        endpoint="health.readyz",
        method="GET",
        path="/readyz",
        summary="Whether the service can do its work",
        description="Looks at the database and the keys; answers by any host name.",
        answers={
            HTTPStatus.OK: Answer("It can.", "Readiness"),
            HTTPStatus.SERVICE_UNAVAILABLE: Answer("It cannot.", "Readiness"),
        },
    ),
)
