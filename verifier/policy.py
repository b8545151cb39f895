"""What we require before we call a credential verified.

Checks establish facts; this page alone turns them into a verdict.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from openbadges.errors import Code, MalformedError
from openbadges.strict import Document, describe
from verifier.report import Check, Finding, Outcome, Verdict

# Clocks of honest issuers may be ahead of ours by this much (B12, R17).
CLOCK_SKEW = timedelta(seconds=300)

# A revocation is public with the next list, never with the click (J9); where a list of one of our
# own issuers does not say so by then, its log does (R23).
LIST_DELAY = timedelta(minutes=2)

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
# A schema that the credential names is part of conformance where it refuses the credential. One
# that cannot be had, or is of a kind that is not applied here, decides nothing: the published
# schemas of Open Badges were applied already, and VCDM leaves further ones to the verifier. But one
# that was not asked because other things beside it used up what one verification may take is left
# open: whoever presents a credential chooses these things.
_PART_OF = {Check.SCHEMA: Check.CONFORMANCE}
_USED_UP = frozenset({Code.FETCH_BUDGET, Code.WORK_BUDGET})


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
        outcomes = [finding.outcome for finding in findings if self._counts(finding)]
        if Outcome.FAILED in outcomes:
            return Verdict.REJECTED
        ran = {finding.check for finding in findings}
        if Outcome.UNKNOWN in outcomes or not self.required <= ran:
            return Verdict.INCONCLUSIVE
        return Verdict.VERIFIED

    def _counts(self, finding: Finding) -> bool:
        if finding.check in self.required | REQUIRED_WHERE_ASKED:
            return True
        decides = finding.outcome is Outcome.FAILED or finding.code in _USED_UP
        return decides and _PART_OF.get(finding.check) in self.required


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


# What a person may ask for by name: no question of status where none can be asked, or an issuer
# whom this installation knows.
POLICIES: Final[Mapping[str, Policy]] = {
    "default": DEFAULT_POLICY,
    "proof": Policy(_PROVEN_AND_TIMELY),
    "known-issuer": Policy(REQUIRED | {Check.TRUST}),
}
# Without these nobody said anything, so there is nothing to accept.
ALWAYS_REQUIRED: Final = frozenset({Check.UNWRAP, Check.CONFORMANCE, Check.PROOF, Check.ISSUER})
_MAY_BE_REQUIRED: Final = (
    Check.VALIDITY,
    Check.STATUS,
    Check.ENDORSEMENTS,
    Check.RECIPIENT,
    Check.TRUST,
)


def parse_policy(document: Document) -> Policy:
    """Read a policy: `{"required": ["validity", "status", "trust"]}`.

    Form, conformance, proof and issuer are always required, named or not.

    Raises:
        MalformedError: it has another shape, or names a check that cannot be required.
    """
    names = document.get("required")
    if document.keys() != {"required"} or not isinstance(names, list):
        raise MalformedError("a policy has one member, `required`, an array of names of checks")
    known = {check.value: check for check in (*ALWAYS_REQUIRED, *_MAY_BE_REQUIRED)}
    for name in names:
        if not isinstance(name, str) or name not in known:
            raise MalformedError(
                f"a policy may require {', '.join(sorted(known))}; found {name!r:.60}"
            )
    return Policy(ALWAYS_REQUIRED | {known[name] for name in names})
