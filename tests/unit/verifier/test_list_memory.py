"""A status list that is older than one seen before says nothing, but for a while (F9)."""

from datetime import timedelta

import pytest

from tests.world import NOW
from verifier.list_memory import GRACE, YoungestLists

A_DAY = timedelta(days=1)
A_MOMENT = timedelta(microseconds=1)
URL = "https://badges.example/status/1"


@pytest.fixture
def lists() -> YoungestLists:
    """A memory that has seen one list, today's."""
    lists = YoungestLists()
    assert not lists.is_outdated(URL, NOW, now=NOW)
    return lists


def test_the_same_list_is_believed_for_ever(lists: YoungestLists) -> None:
    assert not lists.is_outdated(URL, NOW, now=NOW + 6 * A_DAY)


def test_the_one_before_counts_until_caches_have_let_it_go(lists: YoungestLists) -> None:
    yesterday = NOW - A_DAY
    assert not lists.is_outdated(URL, yesterday, now=NOW)
    assert not lists.is_outdated(URL, yesterday, now=NOW + GRACE)
    assert lists.is_outdated(URL, yesterday, now=NOW + GRACE + A_MOMENT)


def test_an_older_list_makes_nothing_older(lists: YoungestLists) -> None:
    lists.is_outdated(URL, NOW - A_DAY, now=NOW)
    assert lists.is_outdated(URL, NOW - A_DAY, now=NOW + A_DAY)


def test_a_younger_list_begins_anew(lists: YoungestLists) -> None:
    later = NOW + A_DAY
    assert not lists.is_outdated(URL, later, now=later)
    assert not lists.is_outdated(URL, NOW, now=later + GRACE)
    assert lists.is_outdated(URL, NOW, now=later + GRACE + A_MOMENT)


def test_another_list_is_another(lists: YoungestLists) -> None:
    assert not lists.is_outdated(f"{URL}0", NOW - A_DAY, now=NOW + A_DAY)


def test_a_bounded_number_is_remembered_and_the_one_not_asked_for_longest_goes() -> None:
    lists = YoungestLists(maximum_lists=2)
    for number in (1, 2, 1, 3):
        lists.is_outdated(f"{URL}{number}", NOW, now=NOW)
    old, later = NOW - A_DAY, NOW + A_DAY
    assert lists.is_outdated(f"{URL}1", old, now=later)
    assert lists.is_outdated(f"{URL}3", old, now=later)
    assert not lists.is_outdated(f"{URL}2", old, now=later)
