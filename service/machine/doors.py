"""What is said of a door to programs: the words of which the OpenAPI description is made.

Each door is described beside its view; `openapi` gathers them, and a test holds that what is
described is what there is.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, Final

from accounts.tables import Scope
from service.machine.bodies import JSON

Schema = Mapping[str, Any]
"""A JSON Schema, 2020-12."""


@dataclass(frozen=True, slots=True)
class Parameter:
    """A part of the address, or a header, that a door reads."""

    name: str
    where: str  # "path", "query" or "header"
    description: str
    schema: Schema
    required: bool = True
    example: str | None = None


@dataclass(frozen=True, slots=True)
class Body:
    """What is sent: a schema of the components by its name, and an example.

    The example is accepted once what is the caller's own is put in.

    `schemas` are those of single media types, where they differ.
    """

    schema: str | None
    description: str
    media_types: tuple[str, ...] = (JSON,)
    example: Mapping[str, Any] | None = None
    required: bool = True
    schemas: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Answer:
    """What is answered: `schema` names one of the components; None says nothing of the bytes."""

    description: str
    schema: str | None = None
    media_types: tuple[str, ...] = (JSON,)
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Door:
    """One method of one address: what it is for, what it reads, and how it may answer.

    `problems` are the statuses that are answered with a problem document, and why.
    """

    endpoint: str  # "blueprint.view"
    method: str
    path: str
    summary: str
    description: str
    answers: Mapping[HTTPStatus, Answer]
    problems: Mapping[HTTPStatus, str] = field(default_factory=dict)
    parameters: tuple[Parameter, ...] = ()
    body: Body | None = None
    scope: Scope | None = None


EVERYWHERE: Final[Mapping[HTTPStatus, str]] = {
    HTTPStatus.BAD_REQUEST: "The request is malformed, or names another host.",
    HTTPStatus.TOO_MANY_REQUESTS: "Too many requests; Retry-After says how long to wait.",
}
"""Problems that any door may answer with."""

SENT: Final[Mapping[HTTPStatus, str]] = {
    HTTPStatus.FORBIDDEN: "A page of another site sent this.",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "More bytes than are read.",
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE: "The body has another media type than are read.",
}
"""Problems of doors that read a body."""

SHOWN: Final[Mapping[HTTPStatus, str]] = {
    HTTPStatus.UNAUTHORIZED: "No bearer token, or one that opens nothing here.",
    HTTPStatus.FORBIDDEN: "The bearer token is for another door.",
}
"""Problems of doors that ask for a bearer token."""

DATABASE: Final[Mapping[HTTPStatus, str]] = {
    HTTPStatus.SERVICE_UNAVAILABLE: "The database does not answer; try again after Retry-After.",
}
"""Problems of doors that stand on the database."""

OPEN_HEADERS: Final[Mapping[str, str]] = {
    "Access-Control-Allow-Origin": 'Always "*": pages of others may read the answer.',
}
"""Headers of answers that are the same for everyone."""
