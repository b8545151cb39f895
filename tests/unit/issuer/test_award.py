"""Whom an award is for, as people write it."""

import pytest

from issuer.award import Recipient, parse_recipient
from issuer.tables import RecipientKind
from openbadges.errors import RefusedError

DID_KEY = "did:key:z6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ2"

READ = [
    pytest.param(
        "Learner@Example.ORG", RecipientKind.EMAIL, "learner@example.org", None, id="e-mail"
    ),
    pytest.param(
        " learner@example.org\n",
        RecipientKind.EMAIL,
        "learner@example.org",
        None,
        id="blanks around it",
    ),
    pytest.param(
        "user:example_learner@Meta.Wikimedia.org",
        RecipientKind.USER_NAME,
        "Example learner",
        "meta.wikimedia.org",
        id="a wiki user",
    ),
    pytest.param(
        "User:Ñandú@es.wikipedia.org",
        RecipientKind.USER_NAME,
        "Ñandú",
        "es.wikipedia.org",
        id="as the wiki writes it",
    ),
    pytest.param(
        "user:me@home@meta.wikimedia.org",
        RecipientKind.USER_NAME,
        "Me@home",
        "meta.wikimedia.org",
        id="a user name with an at sign",
    ),
    pytest.param(DID_KEY, RecipientKind.DID, DID_KEY, None, id="did:key"),
    pytest.param("did:web:a.example", RecipientKind.DID, "did:web:a.example", None, id="did:web"),
]


@pytest.mark.parametrize(("text", "kind", "identifier", "wiki"), READ)
def test_each_kind_of_recipient_is_read_and_normalised(
    text: str, kind: RecipientKind, identifier: str, wiki: str | None
) -> None:
    assert parse_recipient(text) == Recipient(kind, identifier, wiki)


REFUSED = [
    pytest.param("", "is neither an e-mail address, nor user:NAME@WIKI, nor a DID", id="nothing"),
    pytest.param(
        "Example Learner", "is neither an e-mail address, nor user:NAME@WIKI", id="a name"
    ),
    pytest.param("DID:key:z6Mk", "is neither an e-mail address", id="a DID in capitals"),
    pytest.param("did:", "a DID is did:<method>:<id>", id="half a DID"),
    pytest.param(f"{DID_KEY}#key", "cannot be used", id="a DID URL"),
    pytest.param("user:Example", "user:NAME@WIKI, such as user:Example@meta", id="no wiki"),
    pytest.param("user:Example@", "user:NAME@WIKI, such as", id="an empty wiki"),
    pytest.param("user:Example@https://meta.wikimedia.org", "user:NAME@WIKI, such as", id="a URL"),
    pytest.param("user:@meta.wikimedia.org", "a user name has 1 to 235 bytes", id="no name"),
    pytest.param("user:A|B@meta.wikimedia.org", "a user name has no control", id="no such name"),
    pytest.param("learner@localhost", "this is not an e-mail address", id="no public domain"),
    pytest.param("learner@@example.org", "this is not an e-mail address", id="two at signs"),
    pytest.param("mailto:learner@example.org", "this is not an e-mail address", id="a mail link"),
    pytest.param(
        "Example <learner@example.org>", "this is not an e-mail address", id="name and address"
    ),
    pytest.param("a@example.org, b@example.org", "this is not an e-mail address", id="two people"),
    pytest.param("learner\x00@example.org", "contains NUL", id="NUL"),
]


@pytest.mark.parametrize(("text", "reason"), REFUSED)
def test_what_names_nobody_is_refused_with_the_reason(text: str, reason: str) -> None:
    with pytest.raises(RefusedError, match=r"^(the recipient|a wiki user) ") as refusal:
        parse_recipient(text)
    assert reason in str(refusal.value)


def test_a_refusal_repeats_no_more_than_a_glimpse_of_a_long_text() -> None:
    with pytest.raises(RefusedError) as refusal:
        parse_recipient("x" * 100_000)
    assert len(str(refusal.value)) < 250


def test_one_person_written_in_two_ways_has_one_key() -> None:
    written = ("user:example_learner@meta.wikimedia.org", "User:Example learner@META.wikimedia.org")
    assert len({parse_recipient(text).key for text in written}) == 1


def test_nobody_has_the_key_of_somebody_else() -> None:
    written = (
        "learner@example.org",
        "user:Example@example.org",
        "user:Example@meta.wikimedia.org",
        "did:web:example.org",
    )
    assert len({parse_recipient(text).key for text in written}) == len(written)
