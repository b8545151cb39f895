"""How a declared class reads a document."""

import copy
from dataclasses import FrozenInstanceError, dataclass
from typing import Annotated, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openbadges.errors import Code, MalformedError
from openbadges.models.credential import AchievementCredential
from openbadges.models.model import Model, Name
from openbadges.models.readers import Uri
from openbadges.strict import Document
from tests.credentials import replace, valid_credential, valid_credential_of_version_1


@dataclass(frozen=True, slots=True, kw_only=True)
class Shelf(Model):
    """A class that needs a type and may be written as a string."""

    needed_types = (frozenset({"Shelf"}),)
    text_member = "id"

    id: Uri
    type: tuple[str, ...]
    shelf_mark: str | None
    keyword: Annotated[str | None, Name("@word")]


@dataclass(frozen=True, slots=True, kw_only=True)
class Book(Model):
    """A class that is closed and has others in it."""

    closed = Code.DATA_MODEL

    title: str
    author: tuple[str, ...]
    shelf: Shelf | None
    copies: tuple[Shelf, ...]


SHELF: Document = {"id": "urn:shelf:1", "type": "Shelf"}


def test_names_in_documents_are_camel_case_and_fields_are_not() -> None:
    shelf = Shelf.parse({**SHELF, "shelfMark": "A 1", "@word": "x"})
    assert (shelf.shelf_mark, shelf.keyword) == ("A 1", "x")


@pytest.mark.parametrize(
    ("author", "read"),
    [
        pytest.param("Ada", ("Ada",), id="one value"),
        pytest.param(["Ada"], ("Ada",), id="an array of one"),
        pytest.param(["Ada", "Bo"], ("Ada", "Bo"), id="an array of two"),
        pytest.param(["Ada", None], ("Ada",), id="null in an array is nothing"),
        pytest.param([], (), id="an empty array"),
        pytest.param(None, (), id="null"),
    ],
)
def test_many_values_are_always_a_tuple(author: object, read: tuple[str, ...]) -> None:
    assert Book.parse({"title": "T", "author": author}).author == read


def test_an_array_of_one_is_read_where_one_value_stands() -> None:
    book = Book.parse({"title": ["T"], "shelf": [SHELF]})
    assert (book.title, book.shelf) == ("T", Shelf.parse(SHELF))


@pytest.mark.parametrize("nothing", [None, [], [None]], ids=["null", "empty", "array of null"])
def test_null_and_an_empty_array_say_nothing(nothing: object) -> None:
    assert Book.parse({"title": "T", "shelf": nothing}).shelf is None


def test_a_string_stands_for_a_node_that_has_only_an_id() -> None:
    shelf = Shelf.parse("urn:shelf:1")
    assert (shelf.id, shelf.type, shelf.document) == ("urn:shelf:1", (), {"id": "urn:shelf:1"})


@pytest.mark.parametrize(
    ("document", "code", "sentence"),
    [
        pytest.param({}, Code.DATA_MODEL, "title is missing", id="a needed member is missing"),
        pytest.param({"title": None}, Code.DATA_MODEL, "title is missing", id="or null"),
        pytest.param(
            {"title": ["T", "U"]},
            Code.DATA_MODEL,
            "title: expected one value, found an array of 2",
            id="two values where one stands",
        ),
        pytest.param(
            {"title": 5}, Code.DATA_MODEL, "title: expected a string, found a number", id="type"
        ),
        pytest.param(
            {"title": {"en": "T"}},
            Code.LANGUAGE_MAP,
            "title: expected a string, found an object",
            id="a language map",
        ),
        pytest.param(
            {"title": {"@value": "T"}},
            Code.DATA_MODEL,
            "title: expected a string, found an object",
            id="a value object",
        ),
        pytest.param(
            {"title": "T", "author": ["Ada", ["Bo"]]},
            Code.DATA_MODEL,
            "author[1]: expected a string, found an array",
            id="an array in an array",
        ),
        pytest.param(
            {"title": "T", "copies": [SHELF, {**SHELF, "type": "Box"}]},
            Code.DATA_MODEL,
            "copies[1].type: expected Shelf, found Box",
            id="another type, deep inside",
        ),
        pytest.param(
            {"title": "T", "shelf": {"id": "urn:x"}},
            Code.DATA_MODEL,
            "shelf.type: expected Shelf, found nothing",
            id="no type",
        ),
        pytest.param(
            {"title": "T", "shelf": {**SHELF, "id": "shelf1"}},
            Code.RELATIVE_IRI,
            "shelf.id: expected an absolute URI, found 'shelf1'",
            id="a relative id",
        ),
        pytest.param(
            {"title": "T", "shelf": 5},
            Code.DATA_MODEL,
            "shelf: expected an object, found a number",
            id="no object",
        ),
        pytest.param(
            {"title": "T", "price": 5},
            Code.DATA_MODEL,
            "the document: 'price' is no member of Book",
            id="an undeclared member of a closed class",
        ),
    ],
)
def test_a_refusal_names_the_path(document: Document, code: Code, sentence: str) -> None:
    with pytest.raises(MalformedError) as refusal:
        Book.parse(document)
    assert (refusal.value.code, str(refusal.value)) == (code, sentence)


def test_the_path_of_the_whole_goes_before() -> None:
    with pytest.raises(MalformedError, match=r"^library\.book\[3\]\.title is missing$"):
        Book.parse({}, "library.book[3]")


def test_what_is_no_object_is_refused_by_name() -> None:
    with pytest.raises(MalformedError, match="the document: expected an object, found null"):
        Shelf.parse(None)


def test_a_class_tells_what_it_reads_and_what_stands_there() -> None:
    assert Book.members() == {"title": None, "author": None, "shelf": Shelf, "copies": Shelf}
    assert set(Shelf.members()) == {"id", "type", "shelfMark", "@word"}


def test_every_member_of_a_badge_is_reachable_through_the_classes() -> None:
    subject = AchievementCredential.members()["credentialSubject"]
    assert subject is not None
    achievement = subject.members()["achievement"]
    assert achievement is not None
    assert {"criteria", "resultDescription", "alignment"} <= set(achievement.members())


def test_a_view_cannot_be_changed() -> None:
    shelf = Shelf.parse(SHELF)
    with pytest.raises(FrozenInstanceError):
        shelf.shelf_mark = "B 2"  # type: ignore[misc]


def test_the_names_of_version_1_are_read_and_not_unknown() -> None:
    old = AchievementCredential.parse(valid_credential_of_version_1())
    new = AchievementCredential.parse(valid_credential())
    assert (old.valid_from, old.valid_until) == (new.valid_from, new.valid_until)
    assert old.unknown == {}


def test_the_names_of_version_1_are_unknown_to_version_2() -> None:
    credential = valid_credential(expirationDate="2020-01-01T00:00:00Z")
    view = AchievementCredential.parse(credential)
    assert view.unknown == {"expirationDate": "2020-01-01T00:00:00Z"}


def test_both_names_of_a_date_are_listed_as_read() -> None:
    assert {"validFrom", "issuanceDate", "validUntil", "expirationDate"} <= set(
        AchievementCredential.members()
    )


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
UNKNOWN_NAMES = st.text(min_size=1).map(lambda text: f"x-{text}")
PLACES = ["credentialSubject", "credentialSubject.achievement", "issuer", "evidence.0"]


@given(members=st.dictionaries(UNKNOWN_NAMES, JSON, max_size=3), place=st.sampled_from(PLACES))
def test_unknown_members_survive_and_the_document_is_not_changed(
    members: dict[str, Any], place: str
) -> None:
    changed = valid_credential() | members
    changed = replace(changed, f"{place}.x-inside", members)
    before = copy.deepcopy(changed)
    view = AchievementCredential.parse(changed)
    assert view.document is changed
    assert changed == before
    assert view.unknown == members


@given(place=st.sampled_from(["", *(f"{each}." for each in PLACES)]), value=JSON, data=st.data())
def test_no_json_makes_a_view_fail_otherwise_than_by_refusing(
    place: str, value: object, data: st.DataObject
) -> None:
    known = ["id", "type", "name", "image", "validFrom", "result", "criteria", "hashed", "address"]
    changed = replace(valid_credential(), place + data.draw(st.sampled_from(known)), value)
    try:
        view = AchievementCredential.parse(changed)
    except MalformedError as refusal:
        assert refusal.code in Code  # noqa: PT017 -- either outcome is right
    else:
        assert view.document is changed
