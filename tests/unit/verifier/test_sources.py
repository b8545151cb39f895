"""Documents that need no network, and a budget for those that do."""

import pytest

from openbadges.errors import Code, UnavailableError
from tests.world import Internet
from verifier.ports import MAXIMUM_HOPS, Fetched, NotFetchedError
from verifier.sources import MAXIMUM_FETCHES, FetchBudget, NoDocuments, SuppliedDocuments

URL = "https://badges.example/1"
FULL = Code.FETCH_BUDGET


def test_without_documents_nothing_answers() -> None:
    with pytest.raises(UnavailableError):
        NoDocuments().fetch(URL, maximum_bytes=10)


def test_what_was_supplied_comes_first() -> None:
    internet = Internet()
    internet.publish(URL, b"theirs")
    internet.publish(f"{URL}0", b"theirs")
    source = SuppliedDocuments({URL: b"ours"}, internet)
    assert source.fetch(URL, maximum_bytes=10) == b"ours"
    assert source.fetch(f"{URL}0", maximum_bytes=10) == b"theirs"
    assert internet.fetched == {f"{URL}0": 1}


def test_what_was_supplied_is_not_read_beyond_the_limit() -> None:
    source = SuppliedDocuments({URL: b"ours"}, NoDocuments())
    with pytest.raises(UnavailableError):
        source.fetch(URL, maximum_bytes=3)


def test_one_credential_makes_only_so_many_fetches() -> None:
    internet = Internet()
    for number in range(MAXIMUM_FETCHES + 1):
        internet.publish(f"{URL}{number}", b"x")
    budget = FetchBudget(internet)
    for number in [*range(MAXIMUM_FETCHES), 0]:
        assert budget.fetch(f"{URL}{number}", maximum_bytes=10) == b"x"
    with pytest.raises(UnavailableError) as caught:
        budget.fetch(f"{URL}{MAXIMUM_FETCHES}", maximum_bytes=10)
    assert caught.value.code is Code.FETCH_BUDGET
    assert internet.fetched.total() == MAXIMUM_FETCHES


def test_what_was_fetched_before_is_not_read_beyond_a_smaller_limit() -> None:
    internet = Internet()
    internet.publish(URL, b"theirs")
    budget = FetchBudget(internet)
    assert budget.fetch(URL, maximum_bytes=6) == b"theirs"
    with pytest.raises(UnavailableError, match="at most 5"):
        budget.fetch(URL, maximum_bytes=5)
    assert internet.fetched == {URL: 1}


def test_a_failure_costs_a_fetch_too_and_is_remembered() -> None:
    internet = Internet()
    budget = FetchBudget(internet, maximum_fetches=1)
    for url, code in ((URL, Code.RETRIEVAL), (URL, Code.RETRIEVAL), (f"{URL}0", FULL)):
        with pytest.raises(UnavailableError) as caught:
            budget.fetch(url, maximum_bytes=10)
        assert caught.value.code is code
    assert internet.fetched == {URL: 1}


def test_what_was_too_long_for_one_use_may_not_be_for_another() -> None:
    internet = Internet()
    internet.publish(URL, b"theirs")
    budget = FetchBudget(internet)
    with pytest.raises(UnavailableError):
        budget.fetch(URL, maximum_bytes=5)
    assert budget.fetch(URL, maximum_bytes=6) == b"theirs"


def led(url: str, hops: int) -> Fetched:
    return Fetched(url, b"x", hops=hops)


def led_nowhere(hops: int) -> Fetched:
    raise NotFetchedError("nothing is there", hops=hops)


def test_each_hop_of_a_link_is_a_fetch() -> None:
    internet = Internet()
    internet.publish(URL, b"x")
    budget = FetchBudget(internet, maximum_fetches=8)
    assert budget.follow(f"{URL}/a", lambda: led(URL, 3)).data == b"x"
    with pytest.raises(NotFetchedError):
        budget.follow(f"{URL}/b", lambda: led_nowhere(4))
    assert budget.fetch(URL, maximum_bytes=10) == b"x"
    with pytest.raises(UnavailableError) as caught:
        budget.fetch(f"{URL}0", maximum_bytes=10)
    assert caught.value.code is FULL


def test_a_link_is_not_followed_where_its_redirects_could_lead_beyond_the_budget() -> None:
    budget = FetchBudget(Internet(), maximum_fetches=MAXIMUM_HOPS)
    budget.follow(URL, lambda: led(URL, 1))
    with pytest.raises(UnavailableError) as caught:
        budget.follow(URL, lambda: led(URL, 1))
    assert caught.value.code is FULL


def test_one_verification_waits_only_so_long_for_all_its_documents() -> None:
    internet = Internet()
    moments = iter([0.0, 10.0, 20.0, 25.0])
    budget = FetchBudget(internet, clock=lambda: next(moments))
    codes = []
    for number in range(3):
        with pytest.raises(UnavailableError) as caught:
            budget.fetch(f"{URL}{number}", maximum_bytes=10)
        codes.append(caught.value.code)
    assert codes == [Code.RETRIEVAL, Code.RETRIEVAL, FULL]
