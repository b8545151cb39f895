"""A published version is taken over once, byte for byte, and never changes."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from badge_classes.badge_class import BadgeClass, Picture
from badge_classes.catalogue import Catalogue
from issuer.badge_class_versions import import_version
from issuer.tables import BadgeClassTranslationRow, BadgeClassVersionRow, CredentialRow
from openbadges.errors import ConflictError, RefusedError
from storage import Database
from tests.catalogues import PICTURE, small_definition
from tests.issuing import NOW, SMALL_SPANISH, House, award_of

LATER = NOW + timedelta(days=1)


def take_over(database: Database, badge_class: BadgeClass, *, later: bool = False) -> bool:
    with database.write() as session:
        return import_version(session, badge_class, LATER if later else NOW)


@pytest.fixture
def badge_class(catalogue: Catalogue) -> BadgeClass:
    return catalogue.find("wiki-friend")


def edited(badge_class: BadgeClass) -> BadgeClass:
    """Give the same version with one more full stop, locked anew by somebody who may not."""
    return replace(badge_class, definition=badge_class.definition + b"# .\n")


def test_a_version_and_its_translations_are_kept_byte_for_byte(
    database: Database, badge_class: BadgeClass
) -> None:
    assert take_over(database, badge_class)
    with database.read() as session:
        version = session.scalars(select(BadgeClassVersionRow)).one()
        translation = session.scalars(select(BadgeClassTranslationRow)).one()
    assert version.definition == small_definition().encode()
    assert version.picture == PICTURE.encode()
    assert version.definition_sha256 == badge_class.sha256
    assert (translation.language, translation.translation) == ("es", SMALL_SPANISH.encode())


def test_taking_a_version_over_again_changes_nothing(
    database: Database, badge_class: BadgeClass
) -> None:
    take_over(database, badge_class)
    assert not take_over(database, badge_class, later=True)
    with database.read() as session:
        assert session.scalars(select(BadgeClassVersionRow)).one().imported_at == NOW
        assert session.scalars(select(BadgeClassTranslationRow)).one().imported_at == NOW


def test_an_edited_version_is_refused_with_the_way_out(
    database: Database, badge_class: BadgeClass
) -> None:
    take_over(database, badge_class)
    other_picture = Picture(badge_class.picture.path, PICTURE.replace("rotate", "").encode())
    for changed in (edited(badge_class), replace(badge_class, picture=other_picture)):
        with pytest.raises(ConflictError, match=r"^wiki-friend@1 .*: make a new version$"):
            take_over(database, changed, later=True)
    with database.read() as session:
        assert session.scalars(select(BadgeClassVersionRow)).one().definition == (
            badge_class.definition
        )


def test_a_corrected_translation_takes_the_place_of_the_old_one(
    database: Database, badge_class: BadgeClass
) -> None:
    take_over(database, badge_class)
    spanish = replace(badge_class.wording("es"), source=b"corrected")
    wordings = {**badge_class.wordings, "es": spanish}
    assert take_over(database, replace(badge_class, wordings=wordings), later=True)
    with database.read() as session:
        row = session.scalars(select(BadgeClassTranslationRow)).one()
    assert (row.translation, row.imported_at) == (b"corrected", LATER)


def test_a_draft_translation_is_not_taken_over(database: Database, badge_class: BadgeClass) -> None:
    draft = replace(badge_class.wording("es"), locked=False)
    wordings = {**badge_class.wordings, "es": draft}
    assert take_over(database, replace(badge_class, wordings=wordings))
    with database.read() as session:
        assert session.scalars(select(BadgeClassTranslationRow)).all() == []


def test_a_draft_is_not_taken_over(database: Database, catalogue: Catalogue) -> None:
    with pytest.raises(RefusedError, match=r"^draft@1 is a draft: publish it first"):
        take_over(database, catalogue.find("draft"))


def test_an_edited_version_is_not_awarded_either(house: House) -> None:
    house.issue()
    award = award_of(house.catalogue)
    with pytest.raises(ConflictError, match="make a new version"):
        house.cycle.issue(replace(award, badge_class=edited(award.badge_class)), now=NOW)
    with house.database.read() as session:
        assert len(session.scalars(select(CredentialRow)).all()) == 1
