"""Every verdict and every trouble has its exit code, and only one verdict ends as success."""

from openbadges.errors import Kind
from service.exit_codes import TROUBLES, VERDICTS, WRONG_USAGE
from verifier import Verdict


def test_every_verdict_and_trouble_has_a_code() -> None:
    assert set(VERDICTS) == set(Verdict)
    assert set(TROUBLES) == set(Kind)


def test_nothing_but_verified_is_a_success() -> None:
    assert [verdict for verdict, code in VERDICTS.items() if code == 0] == [Verdict.VERIFIED]
    assert 0 not in TROUBLES.values()


def test_no_verdict_looks_like_wrong_usage() -> None:
    assert WRONG_USAGE not in {*VERDICTS.values(), *TROUBLES.values()}
