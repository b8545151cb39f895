"""The secrets in links: derived, unguessable, and kept as a hash alone."""

import hashlib
import re
from pathlib import Path

import pytest

from issuer.link_tokens import TOKEN_CHARACTERS, LinkKind, link_token, token_hash
from keys import Keystore
from openbadges.errors import MissingError
from tests.issuing import make_cheap_keystore

ROW = "00000000-0000-4000-8000-000000000001"
OTHER_ROW = "00000000-0000-4000-8000-000000000002"


def test_a_link_has_always_the_same_token(cheap_keystore: Keystore) -> None:
    token = link_token(LinkKind.CLAIM, ROW, cheap_keystore)
    assert token == link_token(LinkKind.CLAIM, ROW, cheap_keystore)


def test_a_token_has_more_than_128_bits_in_letters_that_can_be_read_aloud(
    cheap_keystore: Keystore,
) -> None:
    token = link_token(LinkKind.CLAIM, ROW, cheap_keystore)
    assert re.fullmatch(r"[a-z2-7]{26}", token)
    assert TOKEN_CHARACTERS * 5 >= 128


def test_kinds_rows_and_installations_have_other_tokens(
    cheap_keystore: Keystore, tmp_path: Path
) -> None:
    other = make_cheap_keystore(tmp_path / "other", "another passphrase")
    tokens = {
        *(link_token(kind, ROW, cheap_keystore) for kind in LinkKind),
        link_token(LinkKind.CLAIM, OTHER_ROW, cheap_keystore),
        link_token(LinkKind.CLAIM, ROW, other),
    }
    assert len(tokens) == len(LinkKind) + 2


def test_capitals_change_nothing(cheap_keystore: Keystore) -> None:
    token = link_token(LinkKind.SHARE, ROW, cheap_keystore)
    assert token_hash(token.upper()) == token_hash(token)
    assert token_hash(token) == hashlib.sha256(token.encode()).hexdigest()


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="nothing"),
        pytest.param("a" * 25, id="too short"),
        pytest.param("a" * 27, id="too long"),
        pytest.param("a" * 26 + "\n", id="a line end behind it"),
        pytest.param(" " + "a" * 26, id="a blank before it"),
        pytest.param("a" * 13 + "-" + "a" * 12, id="a hyphen in it"),
        pytest.param("a" * 25 + "1", id="a digit that base32 does not have"),
        pytest.param("a" * 25 + "\u212a", id="the Kelvin sign, whose small letter is k"),
        pytest.param("a" * 25 + "\u0662", id="a digit of another script"),
        pytest.param("a" * 25 + "\x00", id="NUL"),
        pytest.param("a" * 25 + "\ud800", id="half a character"),
        pytest.param("a" * 1_000_000, id="a megabyte"),
    ],
)
def test_what_is_no_token_is_answered_like_an_unknown_one(text: str) -> None:
    with pytest.raises(MissingError, match=r"^this link opens nothing"):
        token_hash(text)
