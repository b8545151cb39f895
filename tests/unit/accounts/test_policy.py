"""Who may do what, and for how long."""

from datetime import timedelta

import pytest

from accounts import policy
from accounts.tables import Role


@pytest.mark.parametrize(
    ("role", "awards", "sees_all", "manages"),
    [(Role.TRAINER, True, False, False), (Role.ADMINISTRATOR, True, True, True)],
)
def test_each_role_may_do_what_it_is_for(
    role: Role, *, awards: bool, sees_all: bool, manages: bool
) -> None:
    assert policy.may_award(role) is awards
    assert policy.sees_all_awards(role) is sees_all
    assert policy.manages_accounts(role) is manages


def test_a_link_that_travels_lives_a_quarter_of_an_hour() -> None:
    assert timedelta(minutes=15) == policy.SIGN_IN_LINK_LIFETIME < policy.FIRST_LINK_LIFETIME


def test_an_account_that_is_left_open_closes_before_its_day_is_over() -> None:
    assert policy.TOUCH_AFTER < policy.SESSION_IDLE < policy.SESSION_LIFETIME


def test_a_token_is_beyond_guessing() -> None:
    assert policy.TOKEN_BYTES * 8 >= 128
