"""What is required, and what becomes of findings. Its properties are in `tests/properties`."""

import pytest

from openbadges.errors import Code, MalformedError
from openbadges.strict import Document
from verifier import Check, Finding, Policy, Verdict
from verifier.policy import (
    ALWAYS_REQUIRED,
    DEFAULT_POLICY,
    POLICIES,
    REQUIRED,
    parse_policy,
    policy_of_checks,
)

PASSED = [Finding.passed(check, "") for check in REQUIRED]


def test_a_policy_that_requires_nothing_cannot_be_built() -> None:
    with pytest.raises(ValueError, match="nothing"):
        Policy(frozenset())


def test_a_policy_cannot_be_reduced_to_nothing() -> None:
    with pytest.raises(ValueError, match="nothing"):
        DEFAULT_POLICY.without(REQUIRED)


def test_a_policy_that_requires_less_ignores_what_it_left_out() -> None:
    findings = [*PASSED, Finding.failed(Check.STATUS, Code.REVOKED, "")]
    assert DEFAULT_POLICY.verdict(findings) is Verdict.REJECTED
    assert DEFAULT_POLICY.without([Check.STATUS]).verdict(findings) is Verdict.VERIFIED


def test_no_findings_verify_nothing() -> None:
    assert DEFAULT_POLICY.verdict([]) is Verdict.INCONCLUSIVE


@pytest.mark.parametrize("check", sorted(REQUIRED))
def test_a_required_check_that_did_not_run_leaves_it_open(check: Check) -> None:
    findings = [finding for finding in PASSED if finding.check is not check]
    assert DEFAULT_POLICY.verdict(findings) is Verdict.INCONCLUSIVE


@pytest.mark.parametrize("check", [Check.RECIPIENT, Check.ISSUANCE_LOG])
def test_a_check_that_was_asked_for_counts_where_it_ran(check: Check) -> None:
    assert DEFAULT_POLICY.verdict(PASSED) is Verdict.VERIFIED
    failed = Finding.failed(check, Code.RECIPIENT_MISMATCH, "")
    assert DEFAULT_POLICY.verdict([*PASSED, failed]) is Verdict.REJECTED
    unknown = Finding.unknown(check, Code.RECIPIENT_MISMATCH, "")
    assert DEFAULT_POLICY.verdict([*PASSED, unknown]) is Verdict.INCONCLUSIVE


@pytest.mark.parametrize("check", [Check.TRUST, Check.ENDORSEMENTS])
def test_who_it_is_and_what_others_say_decides_nothing(check: Check) -> None:
    failed = Finding.failed(check, Code.ENDORSEMENT, "")
    assert DEFAULT_POLICY.verdict([*PASSED, failed]) is Verdict.VERIFIED


def test_a_failure_weighs_more_than_what_is_unknown() -> None:
    findings = [
        *PASSED,
        Finding.unknown(Check.STATUS, Code.STALE, ""),
        Finding.failed(Check.VALIDITY, Code.EXPIRED, ""),
    ]
    assert DEFAULT_POLICY.verdict(findings) is Verdict.REJECTED


@pytest.mark.parametrize("names", [None, [], ["credentialStatus"], ["proof", "credentialStatus"]])
def test_a_caller_who_asks_for_everything_or_for_nothing_gets_the_default(names: object) -> None:
    assert policy_of_checks(names) == DEFAULT_POLICY


def test_a_caller_who_asks_for_the_proof_alone_gets_the_dates_too_and_no_status() -> None:
    policy = policy_of_checks(["proof"])
    assert policy.required == REQUIRED - {Check.STATUS}
    revoked = Finding.failed(Check.STATUS, Code.REVOKED, "")
    assert policy.verdict([*PASSED, revoked]) is Verdict.VERIFIED
    expired = Finding.failed(Check.VALIDITY, Code.EXPIRED, "")
    assert policy.verdict([*PASSED, expired]) is Verdict.REJECTED


@pytest.mark.parametrize("names", ["proof", {}, ["trust"], ["proof", 1], [["proof"]], [None]])
def test_a_check_that_nobody_knows_is_refused(names: object) -> None:
    with pytest.raises(MalformedError, match="check"):
        policy_of_checks(names)


def test_a_policy_has_a_name_or_is_written_down() -> None:
    assert POLICIES["default"] == DEFAULT_POLICY
    assert POLICIES["proof"].required == REQUIRED - {Check.STATUS}
    assert POLICIES["known-issuer"].required == REQUIRED | {Check.TRUST}
    written = parse_policy({"required": ["validity", "status", "proof"]})
    assert written.required == REQUIRED


@pytest.mark.parametrize("policy", [*POLICIES.values(), parse_policy({"required": []})])
def test_every_policy_asks_for_a_proof_by_the_issuer(policy: Policy) -> None:
    assert policy.required >= ALWAYS_REQUIRED
    for check in ALWAYS_REQUIRED:
        findings = [Finding.passed(one, "") for one in {*Check} - {check}]
        assert policy.verdict(findings) is not Verdict.VERIFIED


@pytest.mark.parametrize(
    "document",
    [
        pytest.param({}, id="nothing"),
        pytest.param({"required": "proof"}, id="a text"),
        pytest.param({"required": ["proof", 1]}, id="a number"),
        pytest.param({"required": ["holder"]}, id="what no credential has"),
        pytest.param({"required": ["signature"]}, id="another word"),
        pytest.param({"required": [], "allow": []}, id="a member that is not read"),
        pytest.param({"required": [["proof"]]}, id="a list in a list"),
    ],
)
def test_a_policy_that_is_none_is_refused(document: Document) -> None:
    with pytest.raises(MalformedError):
        parse_policy(document)
