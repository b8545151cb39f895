"""What a bundle proves, years later and without a network.

(1) The procedure of `verifier` runs over the bundle as of the moment `made`, with nothing but the
    bundle's documents, and those that the checker brings along, which come first.
(2) What time alone decides is judged by the checker's own clock: a badge that has expired since is
    EXPIRED, whatever the moment of the bundle, and a proof that has ended since holds no more.
(3) What the world was asked is told as of `made`. A status list that has ended since was fresh
    then, and nothing in a file can say what the issuer did afterwards.
(4) Whose word it is. A status list is signed, but a did:web document, a key set, a schema and a
    1EdTechRevocationList are not, and neither is `made`: whoever wrote the file could have put a
    key of their own into a university's DID document. So a bundle by itself is never VERIFIED. It
    is where the checker has a reason to believe its documents, and there are two:
      - a receipt in it, signed by a service whose key set the checker has, that names this moment,
        this credential and exactly these documents, and found it VERIFIED then;
      - the checker's own word: it was made and kept by themselves.
    Without either, what would be VERIFIED is INCONCLUSIVE (UNSIGNED). A receipt that does not fit
    its bundle, or that says REJECTED, rejects it.

The checker's own policy is applied, and their own list of issuers; what a registry of others says
is read only if they bring it along. The issuance log of our own issuers is not at hand; a receipt's
verdict stands on it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final

from openbadges.errors import Code, ExplainedError, UnavailableError, UnprovenError
from openbadges.strict import format_timestamp
from verifier.bundle import Bundle, read_bundle
from verifier.checks.validity import check_validity
from verifier.judging import AnyReport, judge, not_found
from verifier.policy import CLOCK_SKEW, Policy
from verifier.ports import DocumentSource
from verifier.presentation import PRESENTATION_POLICY, PresentationReport
from verifier.receipt import Receipt, digest, document_digests, read_receipt
from verifier.report import Check, Finding, Outcome, Report, Verdict
from verifier.sources import NoDocuments, SuppliedDocuments
from verifier.trust import TrustRegistry
from verifier.verifier import Verifier

_WORST_FIRST: Final = (Verdict.REJECTED, Verdict.INCONCLUSIVE, Verdict.VERIFIED)
_AT_BEST: Final = {
    Outcome.FAILED: Verdict.REJECTED,
    Outcome.UNKNOWN: Verdict.INCONCLUSIVE,
    Outcome.PASSED: Verdict.VERIFIED,
}


@dataclass(frozen=True, slots=True)
class Checker:
    """Who checks a bundle: their clock, and what they believe without it.

    `known` has the key sets of the services whose receipts they believe; it is never the bundle.
    `brought` are documents of their own, by URL, in front of the bundle's. `vouches` says that they
    made and kept the bundle themselves.
    """

    now: datetime
    known: DocumentSource
    brought: Mapping[str, bytes] = field(default_factory=dict)
    vouches: bool = False


def judge_bundle(
    verifier: Verifier, data: bytes, checker: Checker, *, expected_recipient: str | None = None
) -> AnyReport:
    """Judge what a bundle holds; nothing that is in one raises. The verifier's source is unused."""
    try:
        bundle = read_bundle(data)
        _check_moment(bundle, checker.now)
    except ExplainedError as error:
        return not_found(verifier, error)
    report = judge(
        replace(verifier, source=_source(bundle, checker, verifier.trust), issuance_log=None),
        bundle.presented,
        NoDocuments(),
        now=bundle.made,
        expected_recipient=expected_recipient,
    )
    standing = _standing(bundle, checker)
    report = _as_of_now(report, verifier.policy, checker.now)
    verdict = _worst([report.verdict, _AT_BEST[standing.outcome]])
    return replace(report, verdict=verdict, findings=(standing, *report.findings))


def _source(bundle: Bundle, checker: Checker, trust: TrustRegistry) -> SuppliedDocuments:
    """Return the bundle as a world; whom the checker knows is never read from it."""
    registries = {registry.url for registry in trust.registries}
    inside = {url: data for url, data in bundle.documents.items() if url not in registries}
    return SuppliedDocuments({**inside, **checker.brought}, NoDocuments())


def _check_moment(bundle: Bundle, now: datetime) -> None:
    if bundle.made > now + CLOCK_SKEW:
        raise UnprovenError(
            f"the bundle says that it was made at {format_timestamp(bundle.made)}, and it is only"
            f" {format_timestamp(now)}",
            code=Code.NOT_YET_VALID,
        )


def _standing(bundle: Bundle, checker: Checker) -> Finding:
    """Say on whose word the documents of a bundle rest."""
    as_of = f"what follows is as of {format_timestamp(bundle.made)}, when the bundle was made"
    try:
        receipt = _proven_receipt(bundle, checker.known)
    except ExplainedError as error:
        if checker.vouches and isinstance(error, UnavailableError):
            sentence = f"{as_of}; its documents rest on your own word, who kept it"
            return Finding.passed(Check.UNWRAP, sentence)
        found = Finding.of(Check.UNWRAP, error)
        return replace(found, sentence=f"{as_of}; {found.sentence}")
    return Finding.passed(Check.UNWRAP, f"{as_of}, by a receipt of {receipt.service:.200}")


def _proven_receipt(bundle: Bundle, known: DocumentSource) -> Receipt:
    """Return the receipt that covers a bundle and found what is in it VERIFIED.

    Raises:
        UnavailableError: there is none, its key set is not at hand, or it decided nothing.
        MalformedError, UnprovenError: it is broken, does not fit, or says REJECTED.
    """
    if bundle.receipt is None:
        raise UnavailableError(
            "its documents rest on the word of whoever wrote it, since no receipt covers them",
            code=Code.UNSIGNED,
        )
    receipt = read_receipt(bundle.receipt, known)
    fits = (
        receipt.moment == bundle.made
        and receipt.judged_sha256 == digest(bundle.presented)
        and receipt.documents == document_digests(bundle.documents)
    )
    if not fits:
        raise UnprovenError("its receipt is of another moment, credential or set of documents")
    if receipt.verdict is not Verdict.VERIFIED:
        rejected = receipt.verdict is Verdict.REJECTED
        raise (UnprovenError if rejected else UnavailableError)(
            f"{receipt.service:.200} found it {receipt.verdict} then", code=Code.UNSIGNED
        )
    return receipt


def _as_of_now(report: AnyReport, policy: Policy, now: datetime) -> AnyReport:
    """Judge the dates anew by the checker's clock."""
    if isinstance(report, PresentationReport):
        credentials = tuple(_dated(one, policy, now) for one in report.credentials)
        findings = _ended(report.findings, now)
        own = PRESENTATION_POLICY.verdict(findings)
        verdict = _worst([report.verdict, own, *(one.verdict for one in credentials)])
        return replace(report, findings=findings, credentials=credentials, verdict=verdict)
    return _dated(report, policy, now)


def _ended(findings: Sequence[Finding], now: datetime) -> tuple[Finding, ...]:
    """Return the findings, with those failed that held only until a moment that has passed."""
    return tuple(
        one
        if one.until is None or now <= one.until
        else Finding.failed(
            one.check,
            Code.PROOF_DATES,
            f"the proof held until {format_timestamp(one.until)}, after the bundle was made",
        )
        for one in findings
    )


def _dated(report: Report, policy: Policy, now: datetime) -> Report:
    if report.verified_document is None:
        return report
    is_selective = any(one.code is Code.NOT_DISCLOSED for one in report.findings)
    dates = check_validity(report.verified_document, now=now, is_selective=is_selective)
    ended = _ended(report.findings, now)
    findings = tuple(dates if one.check is Check.VALIDITY else one for one in ended)
    return replace(report, findings=findings, verdict=policy.verdict(findings))


def _worst(verdicts: Sequence[Verdict]) -> Verdict:
    return next(one for one in _WORST_FIRST if one in verdicts)
