"""Tokens are random letters, and are kept as their hashes."""

import re
from hashlib import sha256

import pytest

from accounts.opaque_tokens import MAXIMUM_TOKEN_CHARACTERS, new_token, token_hash
from accounts.policy import TOKEN_BYTES


def test_a_token_is_letters_and_digits_that_mail_does_not_break() -> None:
    assert re.fullmatch(r"[a-z2-7]{32}", new_token())
    assert len(new_token()) * 5 == TOKEN_BYTES * 8  # nothing is padded


def test_no_two_tokens_are_the_same() -> None:
    assert len({new_token() for _ in range(1000)}) == 1000


def test_a_token_is_kept_as_its_sha_256() -> None:
    token = new_token()
    assert token_hash(token) == sha256(token.encode()).hexdigest()


@pytest.mark.parametrize("presented", ["", "\x00", "\udcff", "ñ", "🎓" * 10, " " * 5000])
def test_whatever_is_presented_has_a_hash(presented: str) -> None:
    assert re.fullmatch(r"[0-9a-f]{64}", token_hash(presented))


def test_a_text_that_is_too_long_is_never_taken_for_the_token_it_begins_with() -> None:
    longest = "a" * MAXIMUM_TOKEN_CHARACTERS
    assert token_hash(longest + "a") != token_hash(longest)
    assert token_hash(longest + "ab") == token_hash(longest + "a" * 1_000_000)
