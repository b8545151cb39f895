"""What is taken over is published at the address of every issuer, and anew only when it changed."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from sqlalchemy import select

from badge_classes.badge_class import BadgeClass
from badge_classes.rendering import class_url
from issuer.badge_class_versions import import_version
from issuer.public_documents import profile_url, publish_profile
from issuer.publication import export, find_published
from issuer.tables import DidMethod, PublishedDocumentRow
from openbadges.strict import parse_json_object
from storage import Database
from tests.issuing import NOW, ON_SQLITE, House
from verifier.published import PublicFolder

LONG = "x" * 501  # characters, more than the database's column


def take_over(house: House, badge_class: BadgeClass) -> bool:
    return house.database.transact(lambda session: import_version(session, badge_class, NOW))


def sequences(database: Database, house: House) -> dict[str, int]:
    """Give how often each address of the badge class was published."""
    address = class_url(house.issuer.base_url, "wiki-friend", 1)
    with database.read() as session:
        rows = session.scalars(select(PublishedDocumentRow)).all()
    return {
        row.url.removeprefix(address): row.sequence for row in rows if row.url.startswith(address)
    }


def test_a_version_is_published_with_its_picture_and_translations(house: House) -> None:
    take_over(house, house.catalogue.find("wiki-friend"))
    assert sequences(house.database, house) == {"/badge.svg": 1, "/en": 1, "/es": 1}


def test_an_award_publishes_what_it_names(house: House) -> None:
    (issued,) = house.issue()
    credential = parse_json_object(issued.forms.json, what="the credential")
    achievement = credential["credentialSubject"]["achievement"]
    published = parse_json_object(house.published(achievement["id"]), what="the achievement")
    assert published | {"creator": achievement["creator"]} == {
        "@context": published["@context"],
        **achievement,
    }
    assert house.published(achievement["image"]["id"]).startswith(b"<?xml")


def test_the_same_bytes_are_not_published_again(house: House) -> None:
    for _ in range(2):
        house.issue()
        take_over(house, house.catalogue.find("wiki-friend"))
    assert set(sequences(house.database, house).values()) == {1}


def test_a_corrected_translation_is_published_and_nothing_else(house: House) -> None:
    badge_class = house.catalogue.find("wiki-friend")
    take_over(house, badge_class)
    spanish = replace(badge_class.wording("es"), name="Amigo de la wiki", source=b"corrected")
    take_over(house, replace(badge_class, wordings={**badge_class.wordings, "es": spanish}))
    assert sequences(house.database, house) == {"/badge.svg": 1, "/en": 1, "/es": 2}
    url = f"{class_url(house.issuer.base_url, 'wiki-friend', 1)}/es"
    assert "Amigo de la wiki" in house.published(url).decode()


def test_an_issuer_that_comes_later_publishes_it_at_its_own_address(
    make_house: Callable[..., House],
) -> None:
    first = make_house()
    badge_class = first.catalogue.find("wiki-friend")
    take_over(first, badge_class)
    second = make_house(DidMethod.KEY)
    assert not take_over(second, badge_class)
    for house in (first, second):
        assert sequences(house.database, house) == {"/badge.svg": 1, "/en": 1, "/es": 1}
    spanish = replace(badge_class.wording("es"), name="Amigo de la wiki", source=b"corrected")
    take_over(first, replace(badge_class, wordings={**badge_class.wordings, "es": spanish}))
    for house in (first, second):
        assert sequences(house.database, house) == {"/badge.svg": 1, "/en": 1, "/es": 2}


@ON_SQLITE
def test_an_issuers_profile_is_published_when_it_is_made_and_only_once(house: House) -> None:
    profile = parse_json_object(house.published(profile_url(house.issuer)), what="the profile")
    house.database.transact(lambda session: publish_profile(session, house.issuer, NOW))
    with house.database.read() as session:
        row = session.get_one(PublishedDocumentRow, profile_url(house.issuer))
    assert {name: profile[name] for name in house.issuer.profile()} == house.issuer.profile()
    assert (row.sequence, row.issuer_id, row.media_type) == (
        1,
        house.issuer.id,
        "application/ld+json",
    )


@ON_SQLITE
def test_they_lie_beside_each_other_as_files(house: House, tmp_path: Path) -> None:
    take_over(house, house.catalogue.find("wiki-friend"))
    public = PublicFolder(tmp_path / "public", house.issuer.base_url)
    export(house.database, public)
    folder = public.folder / "badge-classes" / "wiki-friend" / "v1"
    assert sorted(path.name for path in folder.iterdir()) == ["badge.svg", "en", "es"]


def test_what_nobody_can_have_published_is_not_found(database: Database) -> None:
    for url in ("https://badges.example/\0", "https://badges.example/«»", "\udce9", LONG):
        with database.read() as session:
            assert find_published(session, url) is None
