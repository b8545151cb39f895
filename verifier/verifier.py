"""The procedure of verification, from what is presented to a report.

(1) unwrap: JSON, compact JWS, PNG or SVG, by content
(2) conformance: contexts, strict or generic profile, JSON Schema, data model; the schemas that
    the document names are applied after (8), since they are fetched
(3) proof: every proof holds; this gives the verified document
(4) issuer: the key is listed for assertions by the issuer that the document claims; where one of
    our own issuers is claimed, its issuance log knows the document
(5) validity: the period, judged at `now`
(6) status: every status entry, in lists that the issuer signed
(7) endorsements: each judged apart
(8) recipient: only where the caller names an expected one
(9) trust: who the issuer is, told and not counted
(10) refresh: what the issuer's refresh service has today, told and not counted

Every check that can run, runs, so that one report tells everything. Where the proof fails, what
depends on it is UNKNOWN. The policy turns the findings into the verdict.

https://www.imsglobal.org/spec/ob/v3p0#verification
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from openbadges.errors import ExplainedError
from openbadges.strict import Document
from verifier.authentication import authenticate_secured
from verifier.checks.endorsements import check_endorsements
from verifier.checks.issuance_log import check_issuance_log
from verifier.checks.proof import ProofUse
from verifier.checks.recipient import check_recipient
from verifier.checks.refresh import check_refresh
from verifier.checks.schema import check_schemas
from verifier.checks.status import check_status
from verifier.checks.trust import check_trust
from verifier.checks.validity import check_validity
from verifier.policy import DEFAULT_POLICY, Policy
from verifier.ports import DocumentSource, IssuanceLog, ListMemory
from verifier.presentation import AUTHENTICATION, PresentationReport, judge_presentation
from verifier.report import Check, Finding, Report
from verifier.resolver import WorldResolver
from verifier.sources import MAXIMUM_FETCHES_AT_ONCE, FetchBudget
from verifier.trust import TrustRegistry
from verifier.unwrap import Presented, unwrap
from verifier.work import MAXIMUM_PRESENTATION_WORK, WorkBudget
from verifier.world import World

# What cannot be said while no proof holds.
_AFTER_PROOF = (Check.VALIDITY, Check.STATUS, Check.TRUST)


@dataclass(frozen=True, slots=True)
class Verifier:
    """A verifier with its source of documents, its policy, and what it knows of issuers.

    `controller_documents`, by DID or URL, are taken in place of what the world would answer.
    Without `refreshes` no refresh service learns that a badge is checked. With `lists` no copy of a
    status list is read that is older than one seen before.
    """

    source: DocumentSource
    policy: Policy = DEFAULT_POLICY
    trust: TrustRegistry = field(default_factory=TrustRegistry)
    issuance_log: IssuanceLog | None = None
    controller_documents: Mapping[str, Document] = field(default_factory=dict)
    refreshes: bool = True
    lists: ListMemory | None = None

    def verify(
        self, presented: bytes, *, now: datetime, expected_recipient: str | None = None
    ) -> Report:
        """Verify what someone presents; nothing that they could present raises."""
        world = self._world(self.source, now, expected_recipient)
        return verify(presented, world, policy=self.policy)

    def verify_presentation(  # noqa: PLR0913 -- each is the caller's to expect
        self,
        presented: bytes,
        *,
        now: datetime,
        expected_domain: str | None = None,
        expected_challenge: str | None = None,
        expected_recipient: str | None = None,
        data_model_only: bool = False,
    ) -> PresentationReport:
        """Verify a presentation and each credential in it; nothing that is presented raises.

        A proof that is bound to a domain or a challenge which the caller does not expect is
        refused, since it was made for someone else. With `data_model_only` it is not, and a holder
        need not be named: what the data model leaves to the caller, the caller then judges.
        """
        use = ProofUse(AUTHENTICATION, expected_domain, expected_challenge, data_model_only)
        budget = FetchBudget(self.source, maximum_fetches=MAXIMUM_FETCHES_AT_ONCE)
        work = WorkBudget(MAXIMUM_PRESENTATION_WORK)
        whole = replace(self._world(budget, now), work=work)

        def judge(secured: Presented) -> Report:
            world = self._world(budget, now, expected_recipient)
            return verify_secured(secured, replace(world, work=work), policy=self.policy)

        return judge_presentation(presented, whole, use, judge=judge)

    def _world(
        self, source: DocumentSource, now: datetime, expected_recipient: str | None = None
    ) -> World:
        budget = FetchBudget(source)
        return World(
            now=now,
            source=budget,
            resolver=WorldResolver(budget, self.controller_documents),
            trust=self.trust,
            issuance_log=self.issuance_log,
            expected_recipient=expected_recipient,
            work=WorkBudget(),
            refreshes=self.refreshes,
            lists=self.lists,
        )


def verify(presented: bytes, world: World, *, policy: Policy = DEFAULT_POLICY) -> Report:
    """Follow the procedure in a given world and report everything that was found."""
    # (1) unwrap
    try:
        secured = unwrap(presented)
    except ExplainedError as error:
        findings: tuple[Finding, ...] = (Finding.of(Check.UNWRAP, error),)
        return Report(policy.verdict(findings), findings)
    return verify_secured(secured, world, policy=policy)


def verify_secured(secured: Presented, world: World, *, policy: Policy) -> Report:
    """Follow the procedure from its second step."""
    # (2) conformance, (3) proof, (4) issuer
    authenticated = authenticate_secured(secured, world)
    findings, verified = authenticated.findings, authenticated.verified_document
    # (4) to (9) read the verified document alone; endorsements read what was presented
    if verified is None:
        findings += tuple(Finding.undecided(check) for check in _AFTER_PROOF)
        return Report(policy.verdict(findings), findings, authenticated.form)
    presented = secured.document or verified
    findings += check_issuance_log(verified, world)
    findings += _about(verified, presented, world, is_selective=authenticated.is_selective)
    # (2) the schemas, from where a proven document says
    if authenticated.passed:
        findings += check_schemas(verified, presented, world)
    # (9) trust: only of an issuer who is proven, so that no impostor is known by another's name
    trust, known = Finding.undecided(Check.TRUST), None
    if authenticated.passed:
        trust, known = check_trust(verified, world)
    findings += (trust,)
    # (10) refresh
    newer: Document | None = None
    if authenticated.passed:
        told, newer = check_refresh(verified, world)
        findings += told
    return Report(policy.verdict(findings), findings, authenticated.form, verified, known, newer)


def _about(
    verified: Document, presented: Document, world: World, *, is_selective: bool
) -> tuple[Finding, ...]:
    # (5) validity, (6) status, (7) endorsements
    findings = [check_validity(verified, now=world.now, is_selective=is_selective)]
    findings += check_status(verified, world, is_selective=is_selective)
    findings += check_endorsements(presented, world)
    # (8) recipient
    if world.expected_recipient is not None:
        findings.append(check_recipient(verified, world.expected_recipient))
    return tuple(findings)
