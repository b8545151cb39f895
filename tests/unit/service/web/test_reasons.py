"""Each finding is told in the reader's language: no code, check or outcome lacks its words."""

import re
from collections.abc import Iterator
from itertools import product
from pathlib import Path

import pytest
from flask import Flask, render_template_string
from flask_babel import Babel, force_locale

from openbadges.errors import Code, UnavailableError
from service.problems import for_people
from service.translations import update
from service.web import reasons
from service.web.languages import LANGUAGES, direction_of, language
from service.web.reasons import BY_CODE, CHECKS, OUTCOMES, PASSED_BUT, reason_of
from service.web.verdict_words import plain_lines
from tests.credentials import STATUS_LIST, valid_credential
from tests.world import BADGES, EVIL, honest_internet, issued_by
from verifier import Check, Finding, Outcome, Report

VERIFICATION = Path(__file__).parents[4] / "docs" / "verification.md"
# Of commands and of requests: no report can hold them.
NEVER_REPORTED = frozenset(
    {
        Code.NOTHING_PRESENTED,
        Code.REFUSED,
        Code.MISSING,
        Code.CONFLICT,
        Code.KEY_REUSED,
        Code.IN_FLIGHT,
        Code.RESTORING,
        Code.CANNOT_SIGN,
        Code.PASSPHRASE,
        Code.ALREADY_AWARDED,
    }
)
ONLY_PASSED = frozenset({Code.OK, *(code for _check, code in PASSED_BUT)})
REPORTED = frozenset(Code) - NEVER_REPORTED - ONLY_PASSED
NOT_PASSED = (Outcome.FAILED, Outcome.UNKNOWN)


@pytest.fixture
def app() -> Iterator[Flask]:
    """An application that has the words of the pages, and nothing else."""
    app = Flask("service")
    Babel(app, default_translation_directories="translations")
    app.jinja_env.globals.update(language=language, direction_of=direction_of)
    app.jinja_env.filters.update(reason=reason_of)
    with app.test_request_context():
        yield app


def finding(check: Check, outcome: Outcome, code: Code) -> Finding:
    return Finding(check, outcome, code, "what was found", "https://www.example.org/#section")


def all_findings() -> Iterator[Finding]:
    for check, outcome, code in product(Check, NOT_PASSED, sorted(REPORTED)):
        yield finding(check, outcome, code)
    for check, code in product(Check, sorted(ONLY_PASSED)):
        yield finding(check, Outcome.PASSED, code)


def why(report: Report, check: Check) -> list[str]:
    return [str(reason_of(one).why) for one in report.of(check)]


def test_every_code_that_a_report_can_hold_has_its_reason() -> None:
    assert set(BY_CODE) == REPORTED
    assert set(CHECKS) == set(reasons.PASSED) == set(Check)
    assert set(OUTCOMES) == set(Outcome)


def test_every_code_of_the_documents_table_has_its_reason_or_is_never_reported() -> None:
    rows = re.findall(r"^\| (`[^|]+) \|", VERIFICATION.read_text(), re.MULTILINE)
    listed = {code for row in rows for code in re.findall(r"`([A-Z_0-9]+)`", row)}
    assert listed == {*BY_CODE, *ONLY_PASSED, *NEVER_REPORTED}


def test_no_two_codes_are_told_alike() -> None:
    assert len({str(one) for one in BY_CODE.values()}) == len(BY_CODE)


@pytest.mark.parametrize("tag", update.TRANSLATED)
def test_no_reason_is_left_in_english(app: Flask, tag: str) -> None:
    del app
    found = list(all_findings())
    english = [str(reason_of(one).why) for one in found]
    with force_locale(tag):
        told = [str(reason_of(one).why) for one in found]
        names = {str(one) for one in (*CHECKS.values(), *OUTCOMES.values())}
    assert [here for here, there in zip(told, english, strict=True) if here == there] == []
    assert len(names) == len({*map(str, CHECKS.values()), *map(str, OUTCOMES.values())})


def test_a_code_means_in_each_check_what_that_check_asked(app: Flask) -> None:
    del app
    silent = finding(Check.UNWRAP, Outcome.UNKNOWN, Code.RETRIEVAL)
    assert "at this link" in str(reason_of(silent).why)
    keyless = finding(Check.PROOF, Outcome.UNKNOWN, Code.RETRIEVAL)
    assert str(reason_of(keyless).why).startswith("The key of whoever signed it")
    foreign = Code.CONTEXT_UNKNOWN
    for check, told in (
        (Check.CONFORMANCE, "It uses a vocabulary that is not known here."),
        (Check.PROOF, "As it is written, its signature cannot be checked."),
    ):
        assert str(reason_of(finding(check, Outcome.UNKNOWN, foreign)).why) == told
    newer = finding(Check.REFRESH, Outcome.FAILED, Code.REVOKED)
    assert str(reason_of(newer).why) == (
        "The issuer has a newer version of it, which is not valid today."
    )
    endorsed = finding(Check.ENDORSEMENTS, Outcome.UNKNOWN, Code.ENDORSEMENT)
    assert "could not be checked" in str(reason_of(endorsed).why)


def test_what_passes_and_is_less_than_it_sounds_says_so(app: Flask) -> None:
    del app
    unkept = honest_internet().verify(BADGES.sign(valid_credential(credentialStatus=[])))
    assert why(unkept, Check.STATUS) == [
        "The issuer keeps no status for it, so it would not say if it were revoked."
    ]


def test_a_report_gives_its_reasons(app: Flask) -> None:
    del app
    signed = BADGES.sign(valid_credential())
    revoked = honest_internet(revoked=[94567]).verify(signed)
    assert why(revoked, Check.STATUS) == ["The issuer has revoked it."]
    silent = honest_internet()
    silent.take_down(STATUS_LIST)
    assert why(silent.verify(signed), Check.STATUS) == [
        "The issuer's status list could not be had, so it is not known whether it was revoked."
    ]
    forged = honest_internet().verify(EVIL.sign(issued_by(BADGES)))
    assert why(forged, Check.ISSUER) == ["It was not signed by the issuer that it names."]
    assert why(forged, Check.TRUST) == [
        "This cannot be said as long as the signature is not proven."
    ]


def test_the_plain_lines_and_the_reasons_have_one_word_for_one_thing(app: Flask) -> None:
    del app
    report = honest_internet(revoked=[94567]).verify(BADGES.sign(valid_credential()))
    lines = {line.kind: str(line.sentence) for line in plain_lines(report)}
    assert lines["status"] == why(report, Check.STATUS)[0]
    assert lines["dates"] == why(report, Check.VALIDITY)[0]
    assert lines["issuer"] == why(report, Check.TRUST)[0]


@pytest.mark.parametrize("code", [Code.RETRIEVAL, Code.TLS, Code.NOT_SHOWN, Code.BUSY])
def test_a_trouble_beside_the_field_is_told_as_the_report_tells_it(app: Flask, code: Code) -> None:
    del app
    told = for_people(UnavailableError("in English", code=code))
    assert told.text == str(reason_of(finding(Check.UNWRAP, Outcome.UNKNOWN, code)).why)
    assert told.language is None


@pytest.mark.parametrize("tag", LANGUAGES)
def test_a_page_says_each_finding_in_words_with_the_english_sentence_below(
    app: Flask, tag: str
) -> None:
    del app
    one = finding(Check.STATUS, Outcome.FAILED, Code.REVOKED)
    with force_locale(tag):
        reason = reason_of(one)
        page = render_template_string(
            '{% from "_findings.html" import details with context %}{{ details([one]) }}', one=one
        )
        assert f"<strong>{reason.check}</strong>" in page.replace("&#39;", "'")
        assert f">{reason.outcome}</span>" in page
        assert f"<p>{reason.why}</p>" in page.replace("&#39;", "'")
    assert '<p class="technical" lang="en" dir="ltr">what was found <code>REVOKED</code>' in page
    assert f'lang="{tag}" dir="{direction_of(tag)}">' in page
    assert 'href="https://www.example.org/#section"' in page
