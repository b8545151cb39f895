"""What the issuer permits."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from badge_classes.catalogue import Catalogue
from badge_classes.loader import load_catalogue
from issuer.award import Evidence
from issuer.policy import (
    MAXIMUM_EVIDENCE,
    MAXIMUM_NARRATIVE_CHARACTERS,
    MAXIMUM_URL_CHARACTERS,
    STATUS_LIST_ENTRIES,
    STATUS_LIST_FULL,
    STATUS_LIST_LIFETIME,
    STATUS_LIST_RENEWAL,
    check_award,
    check_link,
    proposed_end,
)
from openbadges.errors import MissingError, RefusedError
from openbadges.status_list import MINIMUM_ENTRIES
from tests.catalogues import small_definition
from tests.issuing import EVIDENCE, NOW, SMALL_SPANISH, award_of, write_catalogue


def test_an_award_that_breaks_no_rule_is_permitted(catalogue: Catalogue) -> None:
    check_award(award_of(catalogue))
    check_award(award_of(catalogue, language="es", valid_until=NOW + timedelta(seconds=1)))
    check_award(award_of(catalogue, "first-edits", evidence=(EVIDENCE,)))


def test_a_draft_is_not_awarded(catalogue: Catalogue) -> None:
    with pytest.raises(RefusedError, match=r"^draft@1 is a draft: publish it first with"):
        check_award(award_of(catalogue, "draft"))


def test_a_translation_that_is_not_published_is_not_awarded(tmp_path: Path) -> None:
    folder = write_catalogue(tmp_path)
    catalan = SMALL_SPANISH.replace("Ayudó", "Va ajudar")
    (folder / "wiki-friend" / "v1.i18n" / "ca.yaml").write_text(catalan, encoding="utf-8")
    catalogue = load_catalogue(folder)
    check_award(award_of(catalogue))
    with pytest.raises(RefusedError, match=r"the translation of wiki-friend@1 into ca is a draft"):
        check_award(award_of(catalogue, language="ca"))


def test_a_translation_corrected_since_it_was_published_is_not_awarded(tmp_path: Path) -> None:
    folder = write_catalogue(tmp_path)
    corrected = SMALL_SPANISH.replace("Ayudó", "Ayudó a alguien")
    (folder / "wiki-friend" / "v1.i18n" / "es.yaml").write_text(corrected, encoding="utf-8")
    with pytest.raises(RefusedError, match="is a draft"):
        check_award(award_of(load_catalogue(folder), language="es"))


def test_a_language_that_is_not_there_names_those_that_are(catalogue: Catalogue) -> None:
    with pytest.raises(MissingError, match=r"no translation into 'pt'; it is written in en, es$"):
        check_award(award_of(catalogue, language="pt"))


@pytest.mark.parametrize("seconds", [0, -1, -86_400])
def test_an_award_does_not_end_before_it_begins(catalogue: Catalogue, seconds: int) -> None:
    end = NOW + timedelta(seconds=seconds)
    with pytest.raises(RefusedError, match=r"^the award would end \(20\d\d-\d\d-\d\d \d\d:\d\d\)"):
        check_award(award_of(catalogue, valid_until=end))


def test_evidence_that_the_class_asks_for_must_be_given(catalogue: Catalogue) -> None:
    with pytest.raises(RefusedError, match=r"first-edits@1 asks for evidence, and none was given"):
        check_award(award_of(catalogue, "first-edits"))


def test_evidence_may_be_a_text_without_a_link(catalogue: Catalogue) -> None:
    check_award(award_of(catalogue, evidence=(Evidence(None, "I was there."),)))


def test_evidence_has_a_limit_in_number_and_length(catalogue: Catalogue) -> None:
    many = (EVIDENCE,) * MAXIMUM_EVIDENCE
    check_award(award_of(catalogue, evidence=many))
    with pytest.raises(RefusedError, match="21 pieces of evidence; at most 20"):
        check_award(award_of(catalogue, evidence=(*many, EVIDENCE)))
    long = Evidence(None, "x" * (MAXIMUM_NARRATIVE_CHARACTERS + 1))
    with pytest.raises(RefusedError, match="a narrative of 10001 characters; at most 10000"):
        check_award(award_of(catalogue, evidence=(long,)))


@pytest.mark.parametrize(
    "url",
    [
        "https://meta.wikimedia.org/wiki/Special:Diff/1",
        "http://example.org",
        "https://[2001:db8::1]:8443/",
        "https://example.org/caf%C3%A9",
        "https://ca.wikipedia.org/wiki/Usuari:Exemple?a=b#c",
        "https://例え.jp/ページ",
    ],
)
def test_a_link_that_people_can_follow_is_accepted(url: str) -> None:
    check_link(url, what="evidence")


@pytest.mark.parametrize(
    "url",
    [
        pytest.param("", id="nothing"),
        pytest.param("example.org/page", id="no scheme"),
        pytest.param("javascript:alert(1)", id="a script"),
        pytest.param("data:text/html,x", id="data"),
        pytest.param("file:///etc/passwd", id="a file"),
        pytest.param("https://", id="no host"),
        pytest.param("https:///path", id="no host before the path"),
        pytest.param("https://[::1", id="half an address"),
        pytest.param("https://example.org:abc/", id="no port"),
        pytest.param("https://example.org:65536/", id="a port too high"),
        pytest.param("https://example.org/%zz", id="no hex digits"),
        pytest.param("https://example.org/100%", id="a per cent sign at the end"),
        pytest.param("https://example.org/a[1]", id="brackets outside the host"),
        pytest.param("https://example.org/\udcff", id="bytes that are no text"),
        pytest.param("https://example.org/a page", id="a blank"),
        pytest.param("https://example.org/\n", id="a new line"),
        pytest.param("https://example.org/a|b", id="what no IRI holds"),
        pytest.param("https://example.org/<script>", id="brackets"),
        pytest.param("https://example.org/{{fullurl}}", id="braces"),
        pytest.param("https://example.org/" + "x" * MAXIMUM_URL_CHARACTERS, id="too long"),
    ],
)
def test_what_is_no_link_is_refused(url: str) -> None:
    with pytest.raises(RefusedError, match=r"^evidence must be a link that begins with https://"):
        check_link(url, what="evidence")


def test_the_links_of_evidence_are_checked(catalogue: Catalogue) -> None:
    with pytest.raises(RefusedError, match="evidence must be a link"):
        check_award(award_of(catalogue, evidence=(EVIDENCE, Evidence("example.org"))))


ENDS = [
    pytest.param((2026, 3, 1), 24, (2028, 3, 1), id="two years"),
    pytest.param((2026, 1, 31), 1, (2026, 2, 28), id="a month without a 31st"),
    pytest.param((2028, 1, 31), 1, (2028, 2, 29), id="February of a leap year"),
    pytest.param((2028, 2, 29), 12, (2029, 2, 28), id="a year after the leap day"),
    pytest.param((2028, 2, 29), 48, (2032, 2, 29), id="the next leap day"),
    pytest.param((2096, 2, 29), 48, (2100, 2, 28), id="2100 is no leap year"),
    pytest.param((2026, 12, 31), 2, (2027, 2, 28), id="over the end of the year"),
    pytest.param((2026, 11, 30), 1, (2026, 12, 30), id="December itself"),
    pytest.param((2026, 5, 31), 12, (2027, 5, 31), id="twelve months"),
]


@pytest.mark.parametrize(("start", "months", "end"), ENDS)
def test_an_award_ends_on_the_same_day_of_its_last_month(
    start: tuple[int, int, int], months: int, end: tuple[int, int, int]
) -> None:
    begins = datetime(*start, 23, 59, 59, tzinfo=UTC)
    assert proposed_end(begins, months) == datetime(*end, 23, 59, 59, tzinfo=UTC)


def test_an_award_without_months_has_no_end() -> None:
    assert proposed_end(NOW, None) is None


def test_the_figures_fit_together() -> None:
    assert STATUS_LIST_ENTRIES >= MINIMUM_ENTRIES
    assert STATUS_LIST_FULL < STATUS_LIST_ENTRIES
    assert STATUS_LIST_RENEWAL < STATUS_LIST_LIFETIME / 2


def test_a_small_definition_is_what_these_tests_believe(catalogue: Catalogue) -> None:
    assert catalogue.find("brief").months == 1
    assert catalogue.find("wiki-friend").definition == small_definition().encode()
    assert catalogue.find("first-edits").evidence_required
