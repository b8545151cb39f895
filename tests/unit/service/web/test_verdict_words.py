"""The verdict in one sentence: it says neither more nor less than the report."""

import json
from collections.abc import Iterator

import pytest
from flask import Flask
from flask_babel import Babel

from openbadges.strict import Document
from service.web.verdict_words import plain_lines, verdict_sentence
from tests.credentials import valid_credential
from tests.world import BADGES, NOW, honest_internet
from verifier import Report, Verifier, verify
from verifier.trust import KnownIssuer, TrustRegistry

BADGE = BADGES.sign(valid_credential())
CHANGED = BADGE | {"name": "Changed"}
KNOWN = TrustRegistry({BADGES.id: KnownIssuer("Example")})
NOBODY = TrustRegistry()


@pytest.fixture(autouse=True)
def words() -> Iterator[None]:
    """The words of the pages, in English."""
    app = Flask("service")
    Babel(app, default_translation_directories="translations")
    with app.test_request_context():
        yield


def judged(
    given: Document | str, *, revoked: bool = False, trust: TrustRegistry = KNOWN, **options: str
) -> Report:
    internet = honest_internet(revoked=[94567] if revoked else [])
    text = given if isinstance(given, str) else json.dumps(given)
    report = verify(text, now=NOW, verifier=Verifier(internet, trust=trust), **options)  # type: ignore[arg-type]
    assert isinstance(report, Report)
    return report


@pytest.mark.parametrize(
    ("report", "sentence"),
    [
        pytest.param(judged(BADGE), "This credential is genuine and valid.", id="valid"),
        pytest.param(
            judged(BADGE, trust=NOBODY),
            "This credential is genuine and valid. Its issuer is not known here: judge whose word"
            " it is.",
            id="of a stranger",
        ),
        pytest.param(
            judged(BADGE, expected_recipient="b@example.com"),
            "This credential is genuine and valid, but it was not given to the person you named.",
            id="somebody else's",
        ),
        pytest.param(
            judged(BADGE, expected_recipient="b@example.com", revoked=True),
            "This credential is not valid.",
            id="somebody else's, and revoked",
        ),
        pytest.param(judged(CHANGED), "This credential is not valid.", id="changed"),
        pytest.param(judged("hello"), "No badge was found in what you gave.", id="nothing"),
        pytest.param(judged(""), "No badge was found in what you gave.", id="less"),
    ],
)
def test_the_verdict_is_told_in_a_sentence(report: Report, sentence: str) -> None:
    assert str(verdict_sentence(report)) == sentence


def test_of_nothing_there_is_no_line() -> None:
    assert plain_lines(judged("hello")) == ()
    assert len(plain_lines(judged(CHANGED))) == 4
