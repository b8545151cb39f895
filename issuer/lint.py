"""Nothing is signed that we would not ourselves believe.

A twin of the document is signed with throwaway keys and shown to our own verifier, with a
controller document that lists those keys beside the issuer's own. Its period is not judged (a
badge may begin tomorrow or have ended), nor who the issuer is. What a client sends to a generic
issuer has one form, JSON, and may name a status that is kept elsewhere; its twin is signed with the
issuer's cryptosuite and a key of the same kind.
"""

from datetime import datetime

from issuer.cleaning import find_controls
from issuer.issuers import Issuer
from issuer.signing import SignedForms, sign_forms, sign_json
from keys import throwaway_key
from openbadges.errors import Code, MalformedError, RefusedError
from openbadges.jsonld import canonicalize, portability
from openbadges.multikey import format_multikey
from openbadges.public_key import Algorithm, PublicKey
from openbadges.signer import Signer
from openbadges.strict import Document
from verifier import Check, DocumentSource, Outcome, Policy, Report, Verdict, Verifier

OWN_WORK = Policy(
    frozenset({Check.UNWRAP, Check.CONFORMANCE, Check.PROOF, Check.ISSUER, Check.STATUS})
)
# A status that others keep cannot be asked for here, and stays open; it may not be known as wrong.
OTHERS_STATUS = OWN_WORK.without({Check.STATUS})
_MAY_NOT_FAIL = OWN_WORK.required | {Check.SCHEMA}


def lint(
    unsigned: Document,
    *,
    issuer: Issuer,
    did_document: Document,
    source: DocumentSource,
    now: datetime,
) -> None:
    """Return if a twin of the document would be verified in both of its forms.

    Raises:
        MalformedError: it has something that other implementations would read or sign differently.
        RefusedError: our own verifier does not accept the twin; its reasons are in the sentence.
    """
    refuse_unportable(unsigned)
    signer, verifier = _throwaway(issuer, did_document, source, OWN_WORK, Algorithm.EDDSA)
    twin = sign_forms(unsigned, data_integrity=signer, jws=signer, created=now)
    check_own_work(twin, unsigned, verifier=verifier, now=now)


def lint_json(  # noqa: PLR0913 -- as `lint`, with the policy and the kind of key
    unsigned: Document,
    *,
    issuer: Issuer,
    did_document: Document,
    source: DocumentSource,
    policy: Policy,
    algorithm: Algorithm,
    now: datetime,
) -> Document:
    """Return the verified document of a twin that would be verified as JSON with a proof.

    Raises:
        MalformedError, RefusedError: as `lint`.
    """
    refuse_unportable(unsigned)
    signer, verifier = _throwaway(issuer, did_document, source, policy, algorithm)
    twin = sign_json(unsigned, signer=signer, created=now, cryptosuite=issuer.cryptosuite)
    return check_form(twin, canonicalize(unsigned), verifier=verifier, now=now)


def check_own_work(
    forms: SignedForms, unsigned: Document, *, verifier: Verifier, now: datetime
) -> None:
    """Return if both forms verify, and say what was meant to be said.

    Raises:
        RefusedError: naming the first form and reason.
    """
    meant = canonicalize(unsigned)
    for presented in (forms.json, forms.compact_jws):
        check_form(presented, meant, verifier=verifier, now=now)


def check_form(presented: bytes, meant: bytes, *, verifier: Verifier, now: datetime) -> Document:
    """Return the verified document of a form that verifies and says what was meant.

    `meant` is the canonical document. A status that the policy leaves open may be unknown.

    Raises:
        RefusedError: with the reasons.
    """
    report = verifier.verify(presented, now=now)
    reasons = _reasons(report, verifier.policy)
    if report.verdict is not Verdict.VERIFIED or reasons:
        raise RefusedError(f"this would not be believed, so it is not signed: {reasons}")
    if canonicalize(report.credential) != meant:
        raise RefusedError("what was signed is not what was composed")
    return report.credential


def refuse_unportable(unsigned: Document) -> None:
    """Refuse control characters, and what JavaScript would sign differently.

    Raises:
        MalformedError: with the reason.
    """
    text = find_controls(unsigned)
    if text is not None:
        raise MalformedError(
            f"the text {text!r:.80} has a control character in it; expected plain text",
            code=Code.UNICODE,
        )
    for difference in portability.differences(unsigned, canonicalize(unsigned)):
        raise MalformedError(difference, code=Code.NUMBER)


def _reasons(report: Report, policy: Policy) -> str:
    """Say what did not pass, and of what may stay open, what failed."""
    return "; ".join(
        finding.sentence
        for finding in report.findings
        if (finding.check in policy.required and finding.outcome is not Outcome.PASSED)
        or (finding.check in _MAY_NOT_FAIL and finding.outcome is Outcome.FAILED)
    )


def _throwaway(
    issuer: Issuer,
    did_document: Document,
    source: DocumentSource,
    policy: Policy,
    algorithm: Algorithm,
) -> tuple[Signer, Verifier]:
    """Return a signer whose key is kept nowhere, and a verifier that finds the issuer lists it."""
    pair = throwaway_key(algorithm)
    signer = pair.signer(f"{issuer.did}#{format_multikey(pair.public_key)}")
    listed = _with_key(did_document, signer.verification_method, signer.public_key)
    return signer, Verifier(source, policy=policy, controller_documents={issuer.did: listed})


def _with_key(document: Document, method: str, key: PublicKey) -> Document:
    entry = {
        "id": method,
        "type": "Multikey",
        "controller": document["id"],
        "publicKeyMultibase": format_multikey(key),
    }
    return document | {
        "verificationMethod": [*document["verificationMethod"], entry],
        "assertionMethod": [*document["assertionMethod"], method],
    }
