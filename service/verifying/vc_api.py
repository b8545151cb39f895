"""The doors of the VC API: a client's credential signed, a credential or presentation verified.

Verifying answers 200 for what verifies and 400 for everything else, whatever the reason, so that a
client that looks at the status alone is right. Issuing is for issuers that were made for it.

https://w3c-ccg.github.io/vc-api/
"""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, Final

from flask import Blueprint, request
from werkzeug.exceptions import MethodNotAllowed
from werkzeug.wrappers import Response

from accounts.tables import Scope
from issuer.generic import GenericIssuance
from issuer.issuers import find_issuer, load_issuer
from issuer.tables import Profile
from openbadges.errors import (
    Code,
    MalformedError,
    OpenBadgesError,
    RefusedError,
    UnsupportedError,
)
from openbadges.models.presentation import (
    ENVELOPED_CREDENTIAL_TYPE,
    enveloped_credential,
    is_enveloped,
)
from openbadges.models.readers import read_object, read_text
from openbadges.strict import MAXIMUM_DOCUMENT_BYTES, describe
from service.machine.bearer import counted_by_token, let_in
from service.machine.bodies import JSON, JSON_LD, json_body, read_members, written
from service.machine.doors import DATABASE, OPEN_HEADERS, SENT, SHOWN, Answer, Body, Door
from service.machine.examples import EXAMPLE_TO_SIGN
from service.machine.verdicts import answer_of
from service.problems import MEDIA_TYPE as PROBLEM
from service.problems import problem, status_of
from service.verifying.other_door import CREDENTIAL, PRESENTATION, refuse_other
from service.web import rates
from service.web.headers import open_to_pages
from service.web.rates import limiter
from service.web.running import now, running
from verifier.policy import policy_of_checks
from verifier.unwrap import MAXIMUM_PRESENTED_BYTES

blueprint: Final = Blueprint("vc_api", __name__)

MEDIA_TYPES: Final = (JSON, JSON_LD)
ENVELOPE_BYTES: Final = 4096  # of a body around its credential: the names of members, and options
# Everyone's answer is the same, so pages of others may ask (I19).
_OPEN: Final = frozenset({"vc_api.verify_credential", "vc_api.verify_presentation"})


@blueprint.post("/credentials/issue")
@counted_by_token
def issue_credential() -> Response:
    """Sign the credential that a client sends, with the generic issuer of its token."""
    installation = running().installation
    with installation.database.read() as session:
        find_issuer(session, profile=Profile.GENERIC)  # else this door is not here
    token = let_in(Scope.ISSUE)
    body = read_members(
        json_body(MEDIA_TYPES, maximum_bytes=MAXIMUM_DOCUMENT_BYTES + ENVELOPE_BYTES),
        {"credential": read_object, "options": _read_no_options},
        required=("credential",),
    )
    with installation.database.read() as session:
        issuer = load_issuer(session, token.issuer_id)
    issuance = GenericIssuance(issuer, installation.database, installation.keystore)
    signed = issuance.issue(body["credential"], now=now(), asked_by=f"token:{token.id}")
    # what was stored leaves as it was stored, byte for byte
    return Response(
        b'{"verifiableCredential":' + signed + b"}", HTTPStatus.CREATED, content_type=JSON
    )


@blueprint.post("/credentials/verify")
@limiter.limit(rates.verifying)
def verify_credential() -> Response:
    """Verify a credential: JSON with its proof, a compact JWS, or an envelope around one."""
    sent = json_body(MEDIA_TYPES, maximum_bytes=MAXIMUM_DOCUMENT_BYTES + ENVELOPE_BYTES)
    body = read_members(
        refuse_other(sent, expected=CREDENTIAL, other=PRESENTATION),
        {"verifiableCredential": _read_presented, "options": read_object},
        required=("verifiableCredential",),
    )
    options = body.get("options", {})
    _refuse_other_purpose(options.get("expectedProofPurpose"))
    checks = options.get("checks")
    report = (
        running().verifier(policy_of_checks(checks)).verify(body["verifiableCredential"], now=now())
    )
    known = {"checks", "expectedProofPurpose"}
    return answer_of(report, checks=checks, ignored=sorted(options.keys() - known))


@blueprint.post("/presentations/verify")
@limiter.limit(rates.verifying)
def verify_presentation() -> Response:
    """Verify a presentation and every credential in it.

    A proof that was made for a domain or a challenge is good only for who names them (B13). Who
    names the checks that it wants, and neither of the two, is told of the proof alone. A holder
    need not be named to either: to who named both, the key answers for itself, and the report
    tells whose it is.
    """
    sent = json_body(MEDIA_TYPES, maximum_bytes=MAXIMUM_PRESENTED_BYTES)
    body = read_members(
        refuse_other(sent, expected=PRESENTATION, other=CREDENTIAL),
        {"verifiablePresentation": _read_presentation, "options": read_object},
        required=("verifiablePresentation",),
    )
    options = body.get("options", {})
    checks = options.get("checks")
    binding = {name: _text_or_none(options.get(name), name) for name in ("domain", "challenge")}
    unbound = bool(checks) and set(binding.values()) == {None}
    bound = None not in binding.values()
    report = (
        running()
        .verifier(policy_of_checks(checks))
        .verify_presentation(
            body["verifiablePresentation"],
            now=now(),
            expected_domain=binding["domain"],
            expected_challenge=binding["challenge"],
            data_model_only=unbound or bound,
        )
    )
    known = {"checks", *binding}
    return answer_of(report, checks=checks, ignored=sorted(options.keys() - known))


@blueprint.get("/credentials/issue")
@blueprint.get("/credentials/verify")
def nothing_to_read() -> Response:
    """Say that these are no credentials' addresses, though they look like one."""
    raise MethodNotAllowed(["POST", "OPTIONS"])


@blueprint.errorhandler(OpenBadgesError)
@blueprint.errorhandler(RefusedError)
@blueprint.errorhandler(UnsupportedError)
def _refused(error: OpenBadgesError | RefusedError | UnsupportedError) -> Response:
    """Answer 400 to whatever is wrong with what was sent, as clients of the VC API expect."""
    too_large = HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    status = too_large if status_of(error) is too_large else HTTPStatus.BAD_REQUEST
    return problem(status, error.code.value, str(error), specified=error.problem)


@blueprint.after_request
def _open_to_pages(response: Response) -> Response:
    """Let pages of others read the verdict, and nothing of what is signed."""
    return open_to_pages(response) if request.endpoint in _OPEN else response


def _read_no_options(value: object, path: str) -> None:
    """Refuse options: none is honoured here, and none is passed over in silence."""
    for name in sorted(read_object(value, path)):
        raise MalformedError(f"{path}.{name:.60} is not read here; expected no options")


def _refuse_other_purpose(expected: object) -> None:
    """Refuse a client that expects a proof for something else than a credential is signed for.

    Spec: vc-data-integrity#verify-proof
    """
    if expected not in (None, "assertionMethod"):
        raise RefusedError(
            f"options.expectedProofPurpose is {expected!r:.60}; a credential is signed for"
            " assertionMethod alone",
            code=Code.PROOF_PURPOSE,
        )


def _read_presented(value: object, path: str) -> bytes:
    """Read what is to be verified, as bytes that the verifier unwraps."""
    if isinstance(value, str):
        if not value.startswith("ey"):
            raise MalformedError(
                f"{path}: expected a credential, or a compact JWS; found {value!r:.40}",
                code=Code.NO_CREDENTIAL,
            )
        return value.encode()
    if not isinstance(value, dict):
        raise MalformedError(f"{path}: expected a credential, found {describe(value)}")
    if is_enveloped(value, ENVELOPED_CREDENTIAL_TYPE):
        return enveloped_credential(value).encode()
    return written(value)


def _read_presentation(value: object, path: str) -> bytes:
    """Read a presentation: JSON with its proof, an envelope, or a compact JWS as a text."""
    if isinstance(value, str) and value.startswith("ey"):
        return value.encode()
    return written(read_object(value, path))


def _text_or_none(value: Any, path: str) -> str | None:  # noqa: ANN401 -- any JSON value
    return None if value is None else read_text(value, f"options.{path}")


_BODY: Final[Mapping[str, Any]] = {"media_types": MEDIA_TYPES}
_REFUSED: Final[Mapping[str, Any]] = {"media_types": (PROBLEM,), "headers": OPEN_HEADERS}
DOORS: Final = (
    Door(
        endpoint="vc_api.issue_credential",
        method="POST",
        path="/credentials/issue",
        summary="Sign a credential (VC API)",
        description=(
            "Signs the credential that is sent, as it stands, with the generic issuer of the token."
            " Where this installation has no such issuer the door answers 404. The credential must"
            " name this issuer, by its DID or in an object with this id; the one in the example"
            " stands for yours. Another issuer, none, a proof and any option are refused."
        ),
        scope=Scope.ISSUE,
        body=Body("IssueRequest", "The credential to sign.", **_BODY, example=EXAMPLE_TO_SIGN),
        answers={HTTPStatus.CREATED: Answer("It is signed.", "IssueAnswer")},
        problems={
            **SENT,
            **SHOWN,
            **DATABASE,
            HTTPStatus.BAD_REQUEST: "What was sent cannot be signed, for the reason told.",
            HTTPStatus.NOT_FOUND: "There is no generic issuer here.",
        },
    ),
    Door(
        endpoint="vc_api.verify_credential",
        method="POST",
        path="/credentials/verify",
        summary="Verify a credential (VC API)",
        description=(
            "Verifies a credential from any issuer: JSON with its proof, a compact JWS as a string,"
            " or an EnvelopedVerifiableCredential. It answers 200 where the credential verifies,"
            " and 400 with the reasons where it does not or where that could not be decided."
            " options.checks may name proof and credentialStatus; both are asked for unless given."
        ),
        body=Body("VerifyRequest", "The credential, and what to ask of it.", **_BODY),
        answers={
            HTTPStatus.OK: Answer("It verifies.", "Verified", headers=OPEN_HEADERS),
            HTTPStatus.BAD_REQUEST: Answer(
                "It does not verify, or is no credential.", "Refused", **_REFUSED
            ),
        },
        problems=SENT,
    ),
    Door(
        endpoint="vc_api.verify_presentation",
        method="POST",
        path="/presentations/verify",
        summary="Verify a presentation (VC API)",
        description=(
            "Verifies a presentation (JSON with its proof, a compact JWS as a string, or an"
            " EnvelopedVerifiablePresentation) and every credential in it. A proof that was"
            " made for a domain or a challenge is refused unless options name the same; without"
            " both, options.checks asks for the proof alone. Where options name both, or checks"
            " alone, the presentation may name no holder, and the answer tells whose key signed."
        ),
        body=Body("VerifyPresentationRequest", "The presentation, and for whom it is.", **_BODY),
        answers={
            HTTPStatus.OK: Answer("It verifies.", "VerifiedPresentation", headers=OPEN_HEADERS),
            HTTPStatus.BAD_REQUEST: Answer(
                "It does not verify, or is no presentation.", "RefusedPresentation", **_REFUSED
            ),
        },
        problems=SENT,
    ),
)
