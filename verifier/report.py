"""What was found: findings, the verdict, and the report that holds both.

How findings become a verdict is decided in `policy`.
"""

from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final, NoReturn
from urllib.parse import unquote, urlsplit

from openbadges.errors import Code, ExplainedError, UnavailableError
from openbadges.strict import Document
from verifier.checks.members import issuer_of
from verifier.trust import KnownIssuer

_DID_WEB: Final = "did:web:"


class Check(StrEnum):
    """The steps of verification, in their order."""

    UNWRAP = "unwrap"
    CONFORMANCE = "conformance"
    PROOF = "proof"
    ISSUER = "issuer"
    ISSUANCE_LOG = "issuance_log"
    VALIDITY = "validity"
    STATUS = "status"
    ENDORSEMENTS = "endorsements"
    RECIPIENT = "recipient"
    SCHEMA = "schema"
    TRUST = "trust"
    REFRESH = "refresh"
    HOLDER = "holder"  # of a presentation: what a credential's issuer is


class Outcome(StrEnum):
    """A check holds, does not hold, or could not be decided."""

    PASSED = "PASSED"
    FAILED = "FAILED"
    UNKNOWN = "UNKNOWN"


class Verdict(StrEnum):
    """What the policy makes of all findings."""

    VERIFIED = "VERIFIED"
    REJECTED = "REJECTED"
    INCONCLUSIVE = "INCONCLUSIVE"


class Form(StrEnum):
    """How the credential was presented."""

    JSON = "json"
    COMPACT_JWS = "compact_jws"
    PNG = "png"
    SVG = "svg"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that a check found out: a stable code, and a sentence for people."""

    check: Check
    outcome: Outcome
    code: Code
    sentence: str
    specification: str | None = None
    until: datetime | None = None  # of what passed and says itself when it ends: a proof

    @classmethod
    def passed(cls, check: Check, sentence: str, *, code: Code = Code.OK) -> "Finding":
        """Make the finding of a check that holds."""
        return cls(check, Outcome.PASSED, code, sentence, SPECIFICATIONS.get(check))

    @classmethod
    def failed(cls, check: Check, code: Code, sentence: str) -> "Finding":
        """Make the finding of a check that does not hold."""
        return cls(check, Outcome.FAILED, code, sentence, SPECIFICATIONS.get(check))

    @classmethod
    def unknown(cls, check: Check, code: Code, sentence: str) -> "Finding":
        """Make the finding of a check that could not be decided."""
        return cls(check, Outcome.UNKNOWN, code, sentence, SPECIFICATIONS.get(check))

    @classmethod
    def undecided(cls, check: Check) -> "Finding":
        """Make the finding of a check that stands on a proof, where none holds."""
        return cls.unknown(
            check, Code.DEPENDS_ON_PROOF, "this was not decided, because no proof holds"
        )

    @classmethod
    def of(cls, check: Check, error: ExplainedError) -> "Finding":
        """Make the finding that an error explains: the world's fault decides nothing."""
        outcome = Outcome.UNKNOWN if isinstance(error, UnavailableError) else Outcome.FAILED
        return cls(check, outcome, error.code, str(error), SPECIFICATIONS.get(check))

    def as_json(self) -> Document:
        """Return the finding as the JSON that the machine doors give."""
        return {
            "check": self.check.value,
            "outcome": self.outcome.value,
            "code": self.code.value,
            "sentence": self.sentence,
            "specification": self.specification,
        }


# The section that a check carries out, by its anchor.
SPECIFICATIONS = {
    Check.CONFORMANCE: "https://www.imsglobal.org/spec/ob/v3p0#verification",
    Check.PROOF: "https://www.w3.org/TR/vc-data-integrity/#verify-proof",
    Check.ISSUER: "https://www.w3.org/TR/cid-1.0/#retrieve-verification-method",
    Check.VALIDITY: "https://www.w3.org/TR/vc-data-model-2.0/#validity-period",
    Check.STATUS: "https://www.w3.org/TR/vc-bitstring-status-list/#validate-algorithm",
    Check.SCHEMA: "https://www.imsglobal.org/spec/ob/v3p0#verification",
    Check.REFRESH: "https://www.imsglobal.org/spec/vccr/v1p0/",
    Check.ENDORSEMENTS: "https://www.imsglobal.org/spec/ob/v3p0#endorsement",
    Check.RECIPIENT: "https://www.imsglobal.org/spec/ob/v3p0#identityobject",
    Check.HOLDER: "https://www.w3.org/TR/vc-data-model-2.0/#verifiable-presentations",
}


@dataclass(frozen=True, slots=True)
class Report:
    """Everything that one verification found; it has no truth value, read `verdict`."""

    verdict: Verdict
    findings: tuple[Finding, ...]
    form: Form | None = None
    verified_document: Document | None = None
    known_as: KnownIssuer | None = None  # what is known of the issuer, where it is proven
    newer_version: Document | None = None  # verified too, where the issuer's service gave one

    def __bool__(self) -> NoReturn:
        """Refuse to be used as a yes or no.

        Raises:
            TypeError: always; an inconclusive report is neither.
        """
        raise TypeError("a report is not a yes or no: compare its verdict")

    @property
    def credential(self) -> Document:
        """The document that the proof covers, as it may be shown and relied on.

        Raises:
            ValueError: the verdict is not VERIFIED.
        """
        if self.verdict is not Verdict.VERIFIED or self.verified_document is None:
            raise ValueError(f"the credential is {self.verdict}, so nothing of it is vouched for")
        return self.verified_document

    @property
    def proven_issuer(self) -> str | None:
        """The DID or URL of the issuer whose listed key signed it; None where none did.

        It is said of REJECTED and INCONCLUSIVE reports too: an expired badge has an issuer.
        """
        of_proof, of_issuer = self.of(Check.PROOF), self.of(Check.ISSUER)
        if self.verified_document is None or not of_proof or not of_issuer:
            return None
        if any(finding.outcome is not Outcome.PASSED for finding in (*of_proof, *of_issuer)):
            return None
        return issuer_of(self.verified_document)

    def of(self, check: Check) -> tuple[Finding, ...]:
        """Return what one check found."""
        return tuple(finding for finding in self.findings if finding.check is check)

    def as_json(self) -> Document:
        """Return the report as the JSON that the machine doors give."""
        return {
            "verdict": self.verdict.value,
            "form": self.form.value if self.form else None,
            "findings": [finding.as_json() for finding in self.findings],
            "credential": self.verified_document if self.verdict is Verdict.VERIFIED else None,
            "issuer": self._issuer_as_json(),
        }

    def _issuer_as_json(self) -> Document | None:
        """Return who proved to have signed it, apart from what the credential says of itself."""
        if (issuer := self.proven_issuer) is None:
            return None
        known_as = None if self.known_as is None else asdict(self.known_as)
        return {"id": issuer, "domain": _domain(issuer), "knownAs": known_as}


def _domain(issuer: str) -> str | None:
    """Return the domain, with a port if it has one, that vouches for an https URL or a did:web."""
    if issuer.startswith(_DID_WEB):
        return unquote(issuer.removeprefix(_DID_WEB).partition(":")[0])
    return urlsplit(issuer).netloc if issuer.startswith("https://") else None
