"""What one verification computes has an end, and using it up never makes anything VERIFIED."""

import pytest

from openbadges.errors import Code, UnavailableError
from tests.credentials import valid_credential
from tests.presentations import presented, verify
from tests.world import BADGES, honest_internet
from verifier import Check, Finding, Verdict
from verifier.policy import DEFAULT_POLICY
from verifier.work import LEAST_OF_A_STEP, WorkBudget

BADGE = BADGES.sign(valid_credential())


def test_a_budget_is_used_up_once() -> None:
    budget = WorkBudget(LEAST_OF_A_STEP + 1)
    budget.begin({})
    budget.begin([1] * 1000)  # what has begun is finished
    with pytest.raises(UnavailableError) as caught:
        budget.begin({})
    assert caught.value.code is Code.WORK_BUDGET


def test_larger_documents_cost_more() -> None:
    budget = WorkBudget(1001)
    budget.begin({"a": [{"b": None}] * 500})  # an object, its array, and twice as many in it
    with pytest.raises(UnavailableError):
        budget.begin({})


def test_without_one_an_honest_badge_is_not_verified(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("verifier.verifier.WorkBudget", lambda *_values: WorkBudget(0))
    for report in (honest_internet().verify(BADGE), verify(presented(BADGE), honest_internet())):
        assert report.verdict is Verdict.INCONCLUSIVE
        assert Code.WORK_BUDGET in {finding.code for finding in report.findings}


@pytest.mark.parametrize("code", [Code.WORK_BUDGET, Code.FETCH_BUDGET])
def test_a_schema_that_nobody_had_time_to_apply_leaves_it_open(code: Code) -> None:
    passed = [Finding.passed(check, "") for check in DEFAULT_POLICY.required]
    unknown = Finding.unknown(Check.SCHEMA, code, "")
    assert DEFAULT_POLICY.verdict([*passed, unknown]) is Verdict.INCONCLUSIVE
    other = Finding.unknown(Check.SCHEMA, Code.RETRIEVAL, "")
    assert DEFAULT_POLICY.verdict([*passed, other]) is Verdict.VERIFIED
