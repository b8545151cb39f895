"""Requests told apart by who sends them, the key that comes along, and what is asked."""

import re

import pytest

from issuer.requests import request_key


def test_the_same_request_is_the_same() -> None:
    assert request_key("token:1", "a", b"{}") == request_key("token:1", "a", b"{}")


@pytest.mark.parametrize(
    ("who", "key"),
    [
        pytest.param("token:2", "a", id="somebody else"),
        pytest.param("token:1", "b", id="another key"),
        pytest.param("token:1:", "a", id="a colon more of who"),
        pytest.param("token", "1:a", id="the colon of the key"),
        pytest.param("token:1", "A", id="a capital"),
    ],
)
def test_another_sender_or_key_is_another_request(who: str, key: str) -> None:
    assert request_key(who, key, b"{}").key != request_key("token:1", "a", b"{}").key


def test_another_content_is_told_from_the_key() -> None:
    one, other = request_key("token:1", "a", b"{}"), request_key("token:1", "a", b"{ }")
    assert (one.key == other.key, one.body == other.body) == (True, False)


def test_the_record_of_a_request_tells_neither_key_nor_content() -> None:
    key = request_key("token:1", "\ud800 a key", b"learner@example.org")
    assert re.fullmatch("[0-9a-f]{64}", key.key)
    assert re.fullmatch("[0-9a-f]{64}", key.body)
