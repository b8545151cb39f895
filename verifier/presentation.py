"""The procedure for a presentation: its own proof, and then each credential in it.

(1) unwrap: JSON with a proof, a compact JWS, or an envelope of one
(2) conformance: the data model, and that the JSON says what the graph says
(3) proof: every proof holds, was made for authentication, and for the expected domain and challenge
    (of a JWS: its signature, for the expected aud and nonce)
(4) holder: the key is listed for authentication by the holder that the presentation names
(5) credentials: each judged as a credential of its own, whatever became of the steps before

It is VERIFIED only if the presentation and every credential in it are (A37).

https://www.w3.org/TR/vc-data-model-2.0/#verifiable-presentations
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final, NoReturn

from openbadges.errors import Code, ExplainedError, MalformedError
from openbadges.models.presentation import (
    ENVELOPED_CREDENTIAL_TYPE,
    ENVELOPED_PRESENTATION_TYPE,
    enveloped_credential,
    enveloped_presentation,
    is_enveloped,
    presentation_in_data_url,
)
from openbadges.strict import Document, describe, parse_json_object
from verifier.checks.conformance import Reading
from verifier.checks.presentation import check_holder, credentials_of, read_presentation
from verifier.checks.proof import ProofResult, ProofUse, check_data_integrity, not_checked
from verifier.checks.vp_jwt import Token, check_token, parse_token, read_token
from verifier.policy import Policy
from verifier.report import Check, Finding, Form, Outcome, Report, Verdict
from verifier.unwrap import MAXIMUM_PRESENTED_BYTES, Presented, check_size, stripped
from verifier.world import World

MAXIMUM_CREDENTIALS = 20  # each costs a verification (E15)
AUTHENTICATION: Final = "authentication"

PRESENTATION_POLICY: Final = Policy(
    frozenset({Check.UNWRAP, Check.CONFORMANCE, Check.PROOF, Check.HOLDER})
)

Judge = Callable[[Presented], Report]
"""Verifies one credential of the presentation, with a budget of its own."""


@dataclass(frozen=True, slots=True)
class PresentationReport:
    """What was found of a presentation itself, and a report of each credential in its order.

    `holder` is who signed it; None unless proof and key hold.
    """

    verdict: Verdict
    findings: tuple[Finding, ...]
    credentials: tuple[Report, ...] = ()
    holder: str | None = None

    def __bool__(self) -> NoReturn:
        """Refuse to be used as a yes or no.

        Raises:
            TypeError: always; an inconclusive report is neither.
        """
        raise TypeError("a report is not a yes or no: compare its verdict")

    def of(self, check: Check) -> tuple[Finding, ...]:
        """Return what one check found of the presentation itself."""
        return tuple(finding for finding in self.findings if finding.check is check)

    def as_json(self) -> Document:
        """Return the report as the JSON that the machine doors give."""
        return {
            "verdict": self.verdict.value,
            "findings": [finding.as_json() for finding in self.findings],
            "holder": self.holder,
            "credentials": [report.as_json() for report in self.credentials],
        }


def judge_presentation(
    presented: bytes, world: World, use: ProofUse, *, judge: Judge
) -> PresentationReport:
    """Follow the procedure and report everything that was found."""
    # (1) unwrap
    try:
        secured = _unwrap(presented)
        credentials = _credentials(secured)
    except ExplainedError as error:
        finding = Finding.of(Check.UNWRAP, error)
        return PresentationReport(_verdict_of(finding), (finding,))
    # (2) conformance, (3) proof, (4) holder
    findings, holder = _authenticate(secured, world, use)
    # (5) credentials
    reports = tuple(_judge(credential, judge) for credential in credentials)
    verdicts = [PRESENTATION_POLICY.verdict(findings), *(report.verdict for report in reports)]
    return PresentationReport(_overall(verdicts), findings, reports, holder)


def _unwrap(presented: bytes) -> Document | Token:
    check_size(presented)
    content = stripped(presented)
    if not content.startswith(b"{"):
        text = content.decode("utf-8", "replace")
        in_url = text[:5].lower() == "data:"
        return parse_token(presentation_in_data_url(text) if in_url else text)
    document = parse_json_object(
        content, what="a presentation", maximum_bytes=MAXIMUM_PRESENTED_BYTES
    )
    if is_enveloped(document, ENVELOPED_PRESENTATION_TYPE):
        return parse_token(enveloped_presentation(document))
    return document


def _credentials(secured: Document | Token) -> list[Any]:
    document = secured.presentation if isinstance(secured, Token) else secured
    credentials = credentials_of(document)
    if len(credentials) > MAXIMUM_CREDENTIALS:
        raise MalformedError(
            f"{len(credentials)} credentials, more than the {MAXIMUM_CREDENTIALS} that are read at"
            " once",
            code=Code.TOO_LARGE,
        )
    return credentials


def _authenticate(
    secured: Document | Token, world: World, use: ProofUse
) -> tuple[tuple[Finding, ...], str | None]:
    if isinstance(secured, Token):
        form, reading, proof = (
            Form.COMPACT_JWS,
            read_token(secured),
            check_token(secured, world, use),
        )
    else:
        form, (reading, proof) = Form.JSON, _data_integrity(secured, world, use)
    found = Finding.passed(Check.UNWRAP, f"a presentation was found ({form.value})")
    findings = (found, *reading.findings, *proof.findings)
    if not proof.holds or reading.verified_document is None:
        return (*findings, Finding.undecided(Check.HOLDER)), None
    of_holder = check_holder(
        reading.verified_document,
        proof.proven,
        now=world.now,
        may_be_unnamed=use.binding_is_open,
    )
    is_proven = all(finding.outcome is Outcome.PASSED for finding in of_holder)
    return (*findings, *of_holder), proof.proven[0].controller.id if is_proven else None


def _data_integrity(document: Document, world: World, use: ProofUse) -> tuple[Reading, ProofResult]:
    reading = read_presentation({key: value for key, value in document.items() if key != "proof"})
    if "proof" not in document or reading.verified_document is not None:
        return reading, check_data_integrity(document, world, use=use)
    return reading, not_checked(reading.findings[0])


def _judge(credential: object, judge: Judge) -> Report:
    try:
        return judge(_secured(credential))
    except ExplainedError as error:
        finding = Finding.of(Check.UNWRAP, error)
        return Report(_verdict_of(finding), (finding,))


def _secured(credential: object) -> Presented:
    if isinstance(credential, str):
        return Presented(Form.COMPACT_JWS, compact_jws=credential)
    if not isinstance(credential, dict):
        raise MalformedError(
            f"a credential in a presentation is an object; found {describe(credential)}",
            code=Code.NO_CREDENTIAL,
        )
    if is_enveloped(credential, ENVELOPED_CREDENTIAL_TYPE):
        return Presented(Form.COMPACT_JWS, compact_jws=enveloped_credential(credential))
    return Presented(Form.JSON, document=credential)


def _verdict_of(finding: Finding) -> Verdict:
    unknown = finding.outcome is Outcome.UNKNOWN
    return Verdict.INCONCLUSIVE if unknown else Verdict.REJECTED


def _overall(verdicts: Sequence[Verdict]) -> Verdict:
    for verdict in (Verdict.REJECTED, Verdict.INCONCLUSIVE):
        if verdict in verdicts:
            return verdict
    return Verdict.VERIFIED
