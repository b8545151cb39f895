"""Did a key that the proof names sign this document?

Whether that key is the issuer's is asked in `issuer`. The only URL that an unproven document may
make us fetch is the one of its verification method.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from openbadges.data_integrity import (
    CanonicalForms,
    Covered,
    Cryptosuite,
    covered_document,
    find_suite,
    input_documents,
    split_proofs,
    verify_proof,
)
from openbadges.errors import Code, ExplainedError, MalformedError, UnprovenError
from openbadges.jose import CompactJws, verify_compact_jws
from openbadges.jsonld import portability
from openbadges.strict import Document, parse_timestamp
from openbadges.verification_method import ControllerDocument
from verifier.checks.jws_key import find_key
from verifier.policy import CLOCK_SKEW
from verifier.report import Check, Finding
from verifier.work import CHARACTERS_AS_A_VALUE, OF_A_LIMIT
from verifier.world import World

MAXIMUM_METHOD_CHARACTERS = 2048  # of a verification method's URL (C5)


@dataclass(frozen=True, slots=True)
class Proven:
    """One proof that holds: by which method, listed by whom, and when it says it was made."""

    method: str
    controller: ControllerDocument
    signed_at: datetime | None
    ends_at: datetime | None = None
    is_selective: bool = False  # whoever shows it chose what to show of it


@dataclass(frozen=True, slots=True)
class ProofUse:
    """What a proof must have been made for, and for whom; a credential's proof is for everyone.

    None is what nobody expects, so a proof that is bound to one is refused (B13), unless
    `binding_is_open`: then the caller judges what it did not name.
    """

    purpose: str = "assertionMethod"
    domain: str | None = None
    challenge: str | None = None
    binding_is_open: bool = False


ASSERTION: Final = ProofUse()


@dataclass(frozen=True, slots=True)
class ProofResult:
    """The findings on all proofs, and those proofs that hold; `holds` only if every one does."""

    findings: tuple[Finding, ...]
    proven: tuple[Proven, ...] = ()

    @property
    def holds(self) -> bool:
        """Tell whether there was a proof, and each one holds."""
        return bool(self.proven) and len(self.proven) == len(self.findings)

    @property
    def is_selective(self) -> bool:
        """Tell whether something that the issuer signed may have been left out."""
        return any(one.is_selective for one in self.proven)


def not_checked(why: Finding) -> ProofResult:
    """Return what there is to say of the proofs of a document that cannot be read, and why."""
    sentence = f"no proof can be checked: {why.sentence}"
    return ProofResult((Finding(Check.PROOF, why.outcome, why.code, sentence),))


def check_data_integrity(
    document: Document,
    world: World,
    *,
    use: ProofUse = ASSERTION,
    contexts_may_be_added: bool = False,
) -> ProofResult:
    """Check every proof of a secured document, in a set or a chain (B9: all of them must hold).

    Who says that `contexts_may_be_added` reads the document as each proof covers it, and so without
    contexts that were added after a proof over JSON was made (see `conformance.read_secured`).
    """
    try:
        unsecured, proofs = split_proofs(document)
        covered = input_documents(unsecured, proofs)
    except ExplainedError as error:
        return ProofResult((Finding.of(Check.PROOF, error),))
    forms = CanonicalForms()
    findings: list[Finding] = []
    proven: list[Proven] = []
    for input_document, proof in zip(covered, proofs, strict=True):
        try:
            suite = find_suite(proof)  # before anything is fetched for it
            world.work.begin(input_document, extra=_characters(proof) // CHARACTERS_AS_A_VALUE)
            if not contexts_may_be_added:
                _refuse_added_contexts(unsecured, proof, suite)
            one = _verify(input_document, proof, world, use, forms)
        except ExplainedError as error:
            if error.code is Code.CANONICALIZATION_LIMIT:
                world.work.count(OF_A_LIMIT)
            is_first = len(findings) == len(proven)
            findings.append(_explained(error, input_document, proof, forms if is_first else None))
            continue
        proven.append(one)
        holds = Finding.passed(Check.PROOF, f"the proof by {one.method} holds")
        findings.append(replace(holds, until=one.ends_at))
    return ProofResult(tuple(findings), tuple(proven))


def _characters(proof: Document) -> int:
    value = proof.get("proofValue")
    return len(value) if isinstance(value, str) else 0


def check_compact_jws(jws: CompactJws, issuer: str, world: World) -> ProofResult:
    """Check the signature of a VC-JWT by the method that its header names and its issuer lists."""
    try:
        controller, method = find_key(jws, issuer, world)
        verify_compact_jws(jws, controller.method(method).public_key)
    except ExplainedError as error:
        return ProofResult((Finding.of(Check.PROOF, error),))
    finding = Finding.passed(Check.PROOF, f"the signature by {method} holds")
    return ProofResult((finding,), (Proven(method, controller, None),))


def _refuse_added_contexts(unsecured: Document, proof: Document, suite: Cryptosuite) -> None:
    """Refuse contexts that a proof over JSON does not cover, where someone reads with them."""
    covered = covered_document(unsecured, proof, covered=suite.covered)
    if _number_of_contexts(covered) != _number_of_contexts(unsecured):
        raise MalformedError(
            "the document has contexts that the proof does not name, and so does not cover",
            code=Code.CONTEXT_NOT_ALLOWED,
        )


def _number_of_contexts(document: Document) -> int:
    contexts = document.get("@context")
    return len(contexts) if isinstance(contexts, list) else 1


def _verify(
    unsecured: Document, proof: Document, world: World, use: ProofUse, forms: CanonicalForms
) -> Proven:
    _check_use(proof, use)
    signed_at, ends_at = _check_dates(proof, world)
    method = proof.get("verificationMethod")
    if not isinstance(method, str) or len(method) > MAXIMUM_METHOD_CHARACTERS:
        raise MalformedError(
            f"verificationMethod must be the URL of a key; found {method!r:.80}", code=Code.PROOF
        )
    controller = world.resolver.controller(method.partition("#")[0])
    verify_proof(unsecured, proof, key=controller.method(method).public_key, forms=forms)
    return Proven(method, controller, signed_at, ends_at, find_suite(proof).is_selective)


def _check_use(proof: Document, use: ProofUse) -> None:
    """Check what the proof was made for, and for whom.

    Spec: vc-data-integrity#proofs
    """
    if proof.get("proofPurpose") != use.purpose:
        raise UnprovenError(
            f"the proof was made for {proof.get('proofPurpose')!r:.60}, not for {use.purpose}",
            code=Code.PROOF_PURPOSE,
        )
    check_bindings(proof, {"domain": use.domain, "challenge": use.challenge}, use)


def check_bindings(
    made: Mapping[str, object], expected: Mapping[str, str | None], use: ProofUse
) -> None:
    """Return if what was `made`, a proof or a token, is bound to what is expected and nothing else.

    Raises:
        UnprovenError: it is not: what was made for others too was made for them (B13).
    """
    for member, wanted in expected.items():
        found = made.get(member)
        if wanted is None and member in made and not use.binding_is_open:
            raise UnprovenError(
                f"the proof is bound to the {member} {found!r:.100}, and none is expected here",
                code=Code.PROOF,
            )
        if wanted is not None and found not in (wanted, [wanted]):
            raise UnprovenError(
                f"the proof was expected for the {member} {wanted!r:.100}; found"
                f" {repr(found)[:100] if member in made else 'none'}",
                code=Code.PROOF,
            )


def _check_dates(proof: Document, world: World) -> tuple[datetime | None, datetime | None]:
    """Return when the proof says that it was made and that it ends, if now lies between.

    Spec: vc-data-integrity#proofs
    """
    created = _moment(proof, "created")
    expires = _moment(proof, "expires")
    if created is not None and created > world.now + CLOCK_SKEW:
        raise UnprovenError(
            f"the proof says that it was made later than now, {proof['created']}",
            code=Code.PROOF_DATES,
        )
    if expires is not None and expires < world.now:
        raise UnprovenError(f"the proof expired on {proof['expires']}", code=Code.PROOF_DATES)
    return created, expires


def _moment(proof: Document, member: str) -> datetime | None:
    if member not in proof:
        return None
    try:
        return parse_timestamp(proof[member], what=f"proof.{member}")
    except MalformedError as error:
        raise MalformedError(str(error), code=Code.PROOF_DATES) from error


def _explained(
    error: ExplainedError, document: Document, proof: Document, forms: CanonicalForms | None
) -> Finding:
    """Say beside the first failed proof what others may have signed differently."""
    if forms is not None and isinstance(error, UnprovenError) and error.code is Code.PROOF:
        notes = _differences(document, proof, forms)
        if notes:
            return Finding.failed(Check.PROOF, error.code, f"{error}; {notes[0]}")
    return Finding.of(Check.PROOF, error)


def _differences(document: Document, proof: Document, forms: CanonicalForms) -> list[str]:
    try:
        suite = find_suite(proof)
        if suite.covered is Covered.JSON:
            return []  # JCS leaves nothing to the implementation
        canonical = forms.of(document, suite=suite, digest=hashlib.sha256)
        return portability.differences(document, canonical)
    except ExplainedError:  # what failed may have failed before anything was canonicalized
        return []
