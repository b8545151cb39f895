"""Frozen views of JSON objects: how a declared class reads a document.

A class declares each member once, as a dataclass field. The field's name is the JSON name in
snake case (or `Annotated[..., Name("@value")]`), and its type says the rest:

    target_url: str                     exactly one value
    valid_until: datetime | None        one value, or none
    alignment: tuple[Alignment, ...]    any number; a single value is one of them

JSON-LD writes one value and an array of one alike, and null and an empty array like nothing.
Both are read so. The document itself stays the truth: it is never changed, and members that no
class declares stay in it (`unknown`). Which classes there are is in the modules beside this one.
"""

import types
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import (
    Annotated,
    Any,
    ClassVar,
    Final,
    Self,
    Union,
    get_args,
    get_origin,
    get_type_hints,
)

from openbadges.errors import Code, MalformedError
from openbadges.models.readers import READERS, Reader, wrong
from openbadges.models.versions import is_version_1
from openbadges.strict import Document

Members = Mapping[str, "type[Model] | None"]
"""The JSON names that a class reads, and the class of what stands there, if it is one of ours."""


@dataclass(frozen=True, slots=True)
class Name:
    """The JSON name of a member whose field cannot carry it, such as `@value`."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """A view of one JSON object."""

    document: Document = field(repr=False, hash=False)

    # In each group at least one must stand in `type`.
    needed_types: ClassVar[tuple[frozenset[str], ...]] = ()
    # The member for which a plain string may stand: JSON-LD writes {"id": x} as "x".
    text_member: ClassVar[str | None] = None
    # The code that refuses an undeclared member, where the format is closed.
    closed: ClassVar[Code | None] = None
    # What version 1.1 of the data model calls a member, where it differs.
    version_1_names: ClassVar[Mapping[str, str]] = {}

    @classmethod
    def parse(cls, value: object, path: str = "") -> Self:
        """Read `value`, which stands at `path` in the whole document.

        Raises:
            MalformedError: it is not what the class declares (DATA_MODEL), or has a language map
                where text stands (LANGUAGE_MAP); the sentence names the path.
        """
        document = _object_of(value, cls.text_member, path)
        if cls.closed is not None:
            _refuse_unknown(cls, document, path)
        names = cls.names_in(document)
        model = cls(
            document=document,
            **{
                member.attribute: member.read(document, names.get(member.name, member.name), path)
                for member in _members_of(cls)
            },
        )
        if document is value:  # and not made of a string, which stands for a node without types
            _check_types(cls, document, path)
        model.check(path)
        return model

    @classmethod
    def names_in(cls, document: Document) -> Mapping[str, str]:
        """Tell which members stand under another name in this document."""
        return cls.version_1_names if is_version_1(document) else {}

    def check(self, path: str) -> None:
        """Refuse what no single member shows; subclasses say what."""

    @classmethod
    def members(cls) -> Members:
        """Give the JSON name of each member that is read, and the class that stands there.

        Members that have another name in version 1.1 are listed under both.
        """
        read = {member.name: member.model for member in _members_of(cls)}
        return read | {old: read[new] for new, old in cls.version_1_names.items()}

    @property
    def unknown(self) -> Document:
        """The members of the document that this class does not read."""
        names = self.names_in(self.document)
        known = {names.get(member.name, member.name) for member in _members_of(type(self))}
        return {name: value for name, value in self.document.items() if name not in known}


@dataclass(frozen=True, slots=True)
class _Member:
    """One declared member, as the engine uses it."""

    attribute: str
    name: str
    reader: Reader
    model: type[Model] | None
    many: bool
    required: bool

    def read(self, document: Document, name: str, path: str) -> Any:  # noqa: ANN401 -- the declared type
        """Read this member, which stands under `name`, out of `document`."""
        value = document.get(name)
        # Most members are absent from most documents.
        if value is None and not self.required:
            return () if self.many else None
        place = join(path, name)
        if self.many:
            return self._read_many(value, place)
        values = values_of(value)
        if len(values) > 1:
            raise MalformedError(
                f"{place}: expected one value, found an array of {len(values)}",
                code=Code.DATA_MODEL,
            )
        if values:
            return self.reader(values[0], place)
        if self.required:
            raise MalformedError(f"{place} is missing", code=Code.DATA_MODEL)
        return None

    def _read_many(self, value: object, place: str) -> tuple[Any, ...]:
        if not isinstance(value, list):
            return (self.reader(value, place),)
        return tuple(
            self.reader(each, f"{place}[{index}]")
            for index, each in enumerate(value)
            if each is not None
        )


_DECLARED: Final[dict[type[Model], tuple[_Member, ...]]] = {}


def values_of(value: object) -> list[Any]:
    """Give the values of a member: null is none, and an array is its members but for null."""
    if value is None:
        return []
    if isinstance(value, list):
        return [member for member in value if member is not None]
    return [value]


def join(path: str, name: str) -> str:
    """Write the path of the member `name` of what stands at `path`."""
    return f"{path}.{name}" if path else name


def _object_of(value: object, text_member: str | None, path: str) -> Document:
    if isinstance(value, dict):
        return value
    if text_member is not None and isinstance(value, str):
        return {text_member: value}
    raise wrong(path or "the document", "an object", value)


def _refuse_unknown(cls: type[Model], document: Document, path: str) -> None:
    unknown = document.keys() - cls.members().keys()
    if unknown:
        raise MalformedError(
            f"{path or 'the document'}: {min(unknown)!r:.60} is no member of {cls.__name__}",
            code=cls.closed,
        )


def _check_types(cls: type[Model], document: Document, path: str) -> None:
    found = {value for value in values_of(document.get("type")) if isinstance(value, str)}
    for group in cls.needed_types:
        if found.isdisjoint(group):
            raise MalformedError(
                f"{join(path, 'type')}: expected {' or '.join(sorted(group))},"
                f" found {', '.join(sorted(found)) or 'nothing':.80}",
                code=Code.DATA_MODEL,
            )


def _members_of(cls: type[Model]) -> tuple[_Member, ...]:
    declared = _DECLARED.get(cls)
    if declared is None:
        hints = get_type_hints(cls, include_extras=True)
        declared = _DECLARED[cls] = tuple(
            _member(each.name, hints[each.name]) for each in fields(cls) if each.name != "document"
        )
    return declared


def _member(attribute: str, hint: object) -> _Member:
    name = _camel_case(attribute)
    if get_origin(hint) is Annotated:
        hint, given = get_args(hint)
        name = given.text
    many = get_origin(hint) is tuple
    required = not many
    if many:
        hint = get_args(hint)[0]
    elif get_origin(hint) in {types.UnionType, Union} and type(None) in get_args(hint):
        (hint,) = (kind for kind in get_args(hint) if kind is not type(None))
        required = False
    model = hint if isinstance(hint, type) and issubclass(hint, Model) else None
    reader = READERS[hint] if model is None else model.parse
    return _Member(attribute, name, reader, model, many, required)


def _camel_case(attribute: str) -> str:
    first, *others = attribute.split("_")
    return first + "".join(word.capitalize() for word in others)
