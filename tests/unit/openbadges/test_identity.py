"""Recipients: the published hashes, and identifiers that mean the same written the same."""

import hashlib
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from openbadges import identity
from openbadges.errors import Code, MalformedError

SALT = "3q2-7wABAgMEBQYHCAkKCw"


@pytest.mark.parametrize(
    ("identifier", "salt", "digest"),
    [
        (
            "a@example.com",
            "Kosher",
            "b5809d8a92f8858436d7e6b87c12ebc0ae1eac4baecc2c0b913aee2c922ef399",
        ),
        (
            "jjefferson18@example.com",
            "FleurDeSel",
            "658625b25ab3d75d613ca97d9a5a77f70e2192feca5557f4ad09a4d4f121f5fc",
        ),
    ],
)
def test_the_known_hashes_come_out(identifier: str, salt: str, digest: str) -> None:
    assert identity.identity_hash(identifier, salt) == f"sha256${digest}"


def test_an_identity_object_has_the_members_of_the_specification_and_no_other() -> None:
    composed = identity.identity_object("Learner", identity_type="userName", salt=SALT)
    assert composed == {
        "type": "IdentityObject",
        "hashed": True,
        "identityHash": identity.identity_hash("Learner", SALT),
        "identityType": "userName",
        "salt": SALT,
    }
    assert identity.matches(composed, "Learner")
    assert not identity.matches(composed, "LEARNER")


def test_a_plain_identity_object_says_the_name_openly() -> None:
    composed = identity.plain_identity_object("Learner Número", identity_type="name")
    assert composed == {
        "type": "IdentityObject",
        "hashed": False,
        "identityHash": "Learner Número",
        "identityType": "name",
    }
    assert identity.matches(composed, "Learner Número")
    assert not identity.matches(composed, "Learner Numero")


def test_a_salt_below_128_bits_is_the_programmers_fault() -> None:
    with pytest.raises(ValueError, match="salt"):
        identity.identity_object("Learner", identity_type="userName", salt=SALT[:-1])


def sha256(text: str) -> str:
    return "sha256$" + hashlib.sha256(text.encode()).hexdigest()


def md5(text: str) -> str:
    return "md5$" + hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()


@pytest.mark.parametrize(
    ("presented", "candidate"),
    [
        pytest.param(
            {"hashed": True, "identityHash": sha256("Learner@Example.orgs"), "salt": "s"},
            "Learner@Example.org",
            id="as given",
        ),
        pytest.param(
            {"hashed": True, "identityHash": sha256("learner@example.org")},
            "Learner@Example.org",
            id="in lower case, without salt",
        ),
        pytest.param(
            {"hashed": True, "identityHash": md5("learner@example.orgs"), "salt": "s"},
            "learner@example.org",
            id="md5",
        ),
        pytest.param(
            {"hashed": True, "identityHash": "sha256$" + sha256("a@b.c")[7:].upper()},
            "a@b.c",
            id="upper-case digits",
        ),
        pytest.param(
            {"hashed": False, "identityHash": "Learner@Example.org"},
            "learner@example.org",
            id="plain",
        ),
        pytest.param(
            {"hashed": True, "identityHash": sha256("learner@b.c"), "identityType": "email"},
            "Learner@b.c",
            id="the implementation guide's word",
        ),
    ],
)
def test_an_address_matches_as_given_and_in_lower_case(
    presented: dict[str, Any], candidate: str
) -> None:
    presented = {"type": "IdentityObject", "identityType": "emailAddress", **presented}
    assert identity.matches(presented, candidate)
    assert not identity.matches(presented, "bob@example.org")


@pytest.mark.parametrize(
    ("kind", "hashed", "candidate"),
    [
        ("emailAddress", "learner@xn--bcher-kva.example", "Learner@Bücher.example"),
        ("emailAddress", "mailto:x", "MAILTO:X"),
        ("userName", "Learner example", "learner_example"),
        ("userName", "learner_example", "learner_example"),
    ],
)
def test_whom_an_award_normalised_is_found_as_people_type_it(
    kind: str, hashed: str, candidate: str
) -> None:
    presented = {"hashed": True, "identityHash": sha256(hashed), "identityType": kind}
    assert identity.matches(presented, candidate)
    assert not identity.matches(presented, f"{candidate}s")


@pytest.mark.parametrize(
    "presented",
    [
        pytest.param({}, id="nothing"),
        pytest.param({"hashed": "true", "identityHash": "x"}, id="hashed is a string"),
        pytest.param({"hashed": False, "identityHash": None}, id="no identityHash"),
        pytest.param({"hashed": True, "identityHash": "learner@example.org"}, id="not a hash"),
        pytest.param({"hashed": True, "identityHash": "sha1$" + "0" * 40}, id="another algorithm"),
        pytest.param({"hashed": True, "identityHash": "sha256$" + "0" * 32}, id="a short hash"),
        pytest.param(
            {"hashed": True, "identityHash": "sha256$" + "0" * 64, "salt": 7}, id="a number as salt"
        ),
    ],
)
def test_what_is_not_an_identity_object_is_refused(presented: dict[str, Any]) -> None:
    with pytest.raises(MalformedError) as caught:
        identity.matches(presented, "learner@example.org")
    assert caught.value.code is Code.DATA_MODEL


@pytest.mark.parametrize(
    ("text", "normalised"),
    [
        pytest.param(
            " Learner.Example+wiki@Example.ORG\n", "learner.example+wiki@example.org", id="case"
        ),
        pytest.param(
            "learner@bu\u0308cher.example", "learner@xn--bcher-kva.example", id="NFD domain"
        ),
        pytest.param("learner@BÜCHER.example", "learner@xn--bcher-kva.example", id="IDN"),
        pytest.param(
            "learner@XN--BCHER-KVA.example", "learner@xn--bcher-kva.example", id="IDN in ASCII"
        ),
        pytest.param("learner@faß.example", "learner@xn--fa-hia.example", id="ß is not ss"),
        pytest.param(
            "learner@são-paulo.example", "learner@xn--so-paulo-rza.example", id="a hyphen"
        ),
        pytest.param("learner@\uff45xample\u3002org", "learner@example.org", id="full width"),
        pytest.param("a\u0308na@example.org", "äna@example.org", id="a name that is not ASCII"),
        pytest.param(
            "O'Neil/x=1@example.org", "o'neil/x=1@example.org", id="every sign of an atom"
        ),
    ],
)
def test_one_address_has_one_spelling(text: str, normalised: str) -> None:
    assert identity.normalise_email(text) == normalised
    assert identity.normalise_email(normalised) == normalised


@pytest.mark.parametrize(
    "text",
    [
        "",
        "learner",
        "@example.org",
        "learner@",
        "learner@localhost",
        "learner@@example.org",
        "a b@example.org",
        "Learner <learner@example.org>",
        "mailto:learner@example.org",
        "learner@example.org, b@example.org",
        ".learner@example.org",
        "learner.@example.org",
        "a..b@example.org",
        '"a b"@example.org',
        "learner@[127.0.0.1]",
        "learner@127.0.0.1",
        "learner@-a.org",
        "learner@a-.org",
        "learner@a_b.org",
        "learner@example..org",
        "learner@example.org.",
        "learner@exa mple.org",
        "a\u200bna@example.org",
        "learner@ex\u200bample.org",
        "learner@💌.example",
        "a\nb@example.org",
        "a(x)@example.org",
        "a" * 65 + "@example.org",
        "learner@" + "a" * 64 + ".org",
        "learner@" + "ä." * 120 + "org",
        pytest.param("a@" + "ä" * 300_000, id="300 000 letters"),
        "." * 254,
        "a." * 120 + "@example.org",
        "a\x00@example.org",
    ],
)
def test_what_is_not_a_bare_address_is_refused_in_a_sentence_that_does_not_repeat_it(
    text: str,
) -> None:
    with pytest.raises(MalformedError) as caught:
        identity.normalise_email(text)
    assert "learner" not in str(caught.value)


@settings(max_examples=30)  # the strategy itself is slow
@given(st.emails())
def test_normalising_an_address_twice_changes_nothing_more(text: str) -> None:
    once = identity.normalise_email(text)
    assert identity.normalise_email(once) == once
    assert identity.normalise_email(text.upper()) == once


@pytest.mark.parametrize(
    ("text", "normalised"),
    [
        pytest.param("learner_example ", "Learner example", id="first letter, underscore, blank"),
        pytest.param("\tlearner  _ example\n", "Learner example", id="blanks are one"),
        pytest.param("A\u0301lvaro", "Álvaro", id="NFC"),
        pytest.param("élise", "Élise", id="a letter with an accent"),
        pytest.param("ßeta", "ßeta", id="a letter without a capital of one letter"),
        pytest.param("გიორგი", "გიორგი", id="Georgian has no capitals in names"),
        pytest.param("жанна", "Жанна", id="Cyrillic"),
        pytest.param("𐐨x", "𐐀x", id="beyond the basic plane"),
        pytest.param("\u200eLearner\u202c", "Learner", id="marks of direction"),
        pytest.param("Learner\u00a0Example", "Learner Example", id="a blank that does not break"),
        pytest.param("1234", "1234", id="digits"),
        pytest.param("é" * 117, "É" + "é" * 116, id="234 bytes"),
    ],
)
def test_a_user_name_is_written_as_mediawiki_writes_it(text: str, normalised: str) -> None:
    assert identity.normalise_user_name(text) == normalised
    assert identity.normalise_user_name(normalised) == normalised


@pytest.mark.parametrize(
    "text",
    [
        "",
        " _ ",
        "Learner#1",
        "<Learner>",
        "[[Learner]]",
        "Learner|x",
        "{{Learner}}",
        "Learner/sandbox",
        "A\x07na",
        "A\nna",
        "A\u200bna",
        "Learner\ufffd",
        "\ue000",
        "A\x00na",
        "é" * 118,
        "A\x85a",
    ],
)
def test_what_no_account_can_be_called_is_refused(text: str) -> None:
    with pytest.raises(MalformedError):
        identity.normalise_user_name(text)
