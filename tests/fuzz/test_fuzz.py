"""A short run of every fuzzing target: the same inputs every day, and none that it dies of."""

import pytest

from openbadges.errors import MalformedError
from tests.fuzz.campaign import MAXIMUM_SECONDS, Campaign, after_executions
from tests.fuzz.targets import TARGETS, Target

pytestmark = pytest.mark.thorough


@pytest.mark.parametrize("name", TARGETS)
def test_whatever_comes_is_taken_or_refused_with_a_sentence(name: str) -> None:
    target = TARGETS[name]
    campaign = Campaign(target).run(seed=1, is_over=after_executions(target.short))
    assert campaign.crashes == {}
    assert campaign.slowest_seconds < MAXIMUM_SECONDS
    assert 0 < campaign.refused < campaign.executions


@pytest.mark.parametrize("name", TARGETS)
def test_fuzzing_begins_with_what_is_right(name: str) -> None:
    assert TARGETS[name].refusal(TARGETS[name].seeds()[0]) is None


def test_a_target_that_dies_of_something_is_told_with_the_input() -> None:
    def dies(data: bytes) -> None:
        if b"x" in data:
            raise KeyError("x")
        raise MalformedError("no")

    target = Target(dies, lambda: (b"a", b"bxc"))
    campaign = Campaign(target).run(seed=1, is_over=after_executions(2))
    assert list(campaign.crashes.values()) == [b"bxc"]
    assert campaign.refused == 1


def test_the_same_seed_tries_the_same_inputs() -> None:
    def inputs() -> list[bytes]:
        seen: list[bytes] = []
        target = Target(seen.append, lambda: (b'{"a": [1]}', b"ey.J.x"))
        Campaign(target).run(seed=7, is_over=after_executions(300))
        return seen

    assert inputs() == inputs()
