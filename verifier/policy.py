"""What we require before we call a credential verified.

Checks establish facts; this page alone turns them into a verdict.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from openbadges.errors import MalformedError
from openbadges.strict import describe
from verifier.report import Check, Finding, Outcome, Verdict

# Clocks of honest issuers may be ahead of ours by this much (B12, R17).
CLOCK_SKEW = timedelta(seconds=300)

# What a verified badge must have passed. Who the issuer is (trust) and what others say of the
# badge (endorsements) are told beside it and decide nothing: a new issuer is not an invalid one.
REQUIRED = frozenset(
    {
        Check.UNWRAP,
        Check.CONFORMANCE,
        Check.PROOF,
        Check.ISSUER,
        Check.VALIDITY,
        Check.STATUS,
    }
)
# These run only where the caller asked for them, and count where they ran.
REQUIRED_WHERE_ASKED = frozenset({Check.RECIPIENT, Check.ISSUANCE_LOG})


@dataclass(frozen=True, slots=True)
class Policy:
    """The checks that must pass; a policy that requires nothing cannot be built."""

    required: frozenset[Check]

    def __post_init__(self) -> None:
        """Refuse an empty policy, which would accept everything.

        Raises:
            ValueError: nothing is required.
        """
        if not self.required:
            raise ValueError("a policy that requires nothing would accept everything")

    def without(self, checks: Iterable[Check]) -> "Policy":
        """Return a policy that requires less.

        Raises:
            ValueError: nothing would be left.
        """
        return Policy(self.required - frozenset(checks))

    def verdict(self, findings: Sequence[Finding]) -> Verdict:
        """Judge: one failure rejects; a required check that did not pass leaves it open."""
        counted = self.required | REQUIRED_WHERE_ASKED
        outcomes = [finding.outcome for finding in findings if finding.check in counted]
        if Outcome.FAILED in outcomes:
            return Verdict.REJECTED
        ran = {finding.check for finding in findings}
        if Outcome.UNKNOWN in outcomes or not self.required <= ran:
            return Verdict.INCONCLUSIVE
        return Verdict.VERIFIED


DEFAULT_POLICY = Policy(REQUIRED)

# What a caller of the VC API may ask for, by name. A proof is always asked for, and a credential
# outside its period is never verified.
_PROVEN_AND_TIMELY: Final = frozenset(
    {Check.UNWRAP, Check.CONFORMANCE, Check.PROOF, Check.ISSUER, Check.VALIDITY}
)
_CHECKS: Final = {
    "proof": _PROVEN_AND_TIMELY,
    "credentialStatus": _PROVEN_AND_TIMELY | {Check.STATUS},
}


def policy_of_checks(names: object) -> Policy:
    """Return the policy that `options.checks` of the VC API asks for.

    None, or an array of no names, asks for the default; every policy holds at least the proof, the
    issuer and the dates.

    Raises:
        MalformedError: it is no array, or names a check that is not one of these.
    """
    if names is None or names == []:
        return DEFAULT_POLICY
    if not isinstance(names, list):
        raise MalformedError(f"checks must be an array of names; found {describe(names)}")
    required: frozenset[Check] = frozenset()
    for name in names:
        if not isinstance(name, str) or name not in _CHECKS:
            raise MalformedError(f"a check is one of {', '.join(_CHECKS)}; found {name!r:.60}")
        required |= _CHECKS[name]
    return Policy(required)
