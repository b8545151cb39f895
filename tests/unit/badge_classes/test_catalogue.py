"""A badge class is found by slug and version; what is not there is named with its neighbours."""

from pathlib import Path

import pytest

from badge_classes.catalogue import Catalogue
from badge_classes.loader import load_catalogue, lock
from openbadges.errors import MissingError
from tests.catalogues import small_definition, write_version


@pytest.fixture
def catalogue(tmp_path: Path) -> Catalogue:
    """Two published versions and a draft of wiki-friend, and a draft of first-edits."""
    write_version(tmp_path, "wiki-friend/v1", definition=small_definition())
    write_version(tmp_path, "wiki-friend/v2", definition=small_definition(name="Good friend"))
    lock(tmp_path)
    write_version(tmp_path, "wiki-friend/v3", definition=small_definition(name="Best friend"))
    write_version(tmp_path)
    return load_catalogue(tmp_path)


@pytest.mark.parametrize(
    ("reference", "found"),
    [
        pytest.param("wiki-friend", "wiki-friend@2", id="newest-published"),
        pytest.param("wiki-friend@1", "wiki-friend@1", id="older"),
        pytest.param("wiki-friend@3", "wiki-friend@3", id="draft-by-number"),
        pytest.param("first-edits", "first-edits@1", id="only-a-draft"),
    ],
)
def test_a_reference_finds_its_version(catalogue: Catalogue, reference: str, found: str) -> None:
    assert catalogue.find(reference).reference == found


@pytest.mark.parametrize(
    ("reference", "words"),
    [
        ("first-edit", "'first-edit'; did you mean first-edits?"),
        ("First_Edits", "did you mean first-edits?"),
        ("best friend", "did you mean wiki-friend?"),
        ("friend", "did you mean wiki-friend?"),
        ("wiki-friend@4", "there is wiki-friend@1, wiki-friend@2, wiki-friend@3"),
        ("wiki-friend@01", "did you mean wiki-friend?"),
        ("wiki-friend@", "did you mean wiki-friend?"),
        ("zzz", "there is no badge class 'zzz'"),
    ],
)
def test_what_is_not_there_is_named_with_what_is_near(
    catalogue: Catalogue, reference: str, words: str
) -> None:
    with pytest.raises(MissingError) as caught:
        catalogue.find(reference)

    assert str(caught.value).endswith(words)


def test_an_empty_catalogue_says_so(tmp_path: Path) -> None:
    with pytest.raises(MissingError, match="this catalogue is empty"):
        load_catalogue(tmp_path).find("anything")


def test_versions_come_in_order(catalogue: Catalogue) -> None:
    assert [version.reference for version in catalogue] == [
        "first-edits@1",
        "wiki-friend@1",
        "wiki-friend@2",
        "wiki-friend@3",
    ]
    assert len(catalogue) == 4
    assert catalogue.slugs == ("first-edits", "wiki-friend")
