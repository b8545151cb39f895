"""Nothing is signed that we would not ourselves believe.

A twin of the document is signed with throwaway keys and shown to our own verifier, with a
controller document that lists those keys beside the issuer's own. Its period is not judged (a
badge may begin tomorrow or have ended), nor who the issuer is.
"""

from datetime import datetime

from issuer.cleaning import find_controls
from issuer.issuers import Issuer
from issuer.signing import SignedForms, sign_forms
from keys import throwaway_key
from openbadges.errors import Code, MalformedError, RefusedError
from openbadges.jsonld import canonicalize, portability
from openbadges.multikey import format_multikey
from openbadges.public_key import Algorithm, PublicKey
from openbadges.strict import Document
from verifier import Check, DocumentSource, Outcome, Policy, Report, Verdict, Verifier

OWN_WORK = Policy(
    frozenset({Check.UNWRAP, Check.CONFORMANCE, Check.PROOF, Check.ISSUER, Check.STATUS})
)


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
    pair = throwaway_key(Algorithm.EDDSA)
    signer = pair.signer(f"{issuer.did}#{format_multikey(pair.public_key)}")
    twin = sign_forms(unsigned, data_integrity=signer, jws=signer, created=now)
    listed = _with_key(did_document, signer.verification_method, signer.public_key)
    verifier = Verifier(source, policy=OWN_WORK, controller_documents={issuer.did: listed})
    check_own_work(twin, unsigned, verifier=verifier, now=now)


def check_own_work(
    forms: SignedForms, unsigned: Document, *, verifier: Verifier, now: datetime
) -> None:
    """Return if both forms verify, and say what was meant to be said.

    Raises:
        RefusedError: naming the first form and reason.
    """
    meant = canonicalize(unsigned)
    for presented in (forms.json, forms.compact_jws):
        report = verifier.verify(presented, now=now)
        if report.verdict is not Verdict.VERIFIED:
            raise RefusedError(f"this would not be believed, so it is not signed: {_why(report)}")
        if canonicalize(report.credential) != meant:
            raise RefusedError("what was signed is not what was composed")


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


def _why(report: Report) -> str:
    return "; ".join(
        finding.sentence
        for finding in report.findings
        if finding.check in OWN_WORK.required and finding.outcome is not Outcome.PASSED
    )


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
