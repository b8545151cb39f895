"""The description of a door as a reader wants it: its members in a table, and a line to try it."""

import json
import shlex
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from openbadges.strict import Document
from service.machine.openapi import DOORS, describe_doors

_SCHEMAS: Final = "#/components/schemas/"


@dataclass(frozen=True, slots=True)
class Member:
    """One row: a member of a body or a parameter, with where it stands and what it may be."""

    name: str
    kind: str
    required: bool
    description: str


@dataclass(frozen=True, slots=True)
class ReadableDoor:
    """One method of one address."""

    anchor: str
    method: str
    path: str
    summary: str
    description: str
    scope: str | None
    parameters: tuple[Member, ...]
    members: tuple[Member, ...]
    media_types: tuple[str, ...]
    answers: tuple[tuple[str, str, str], ...]  # status, what it means, media types
    example: str


def readable_doors(base_url: str) -> tuple[ReadableDoor, ...]:
    """Return every door of the description, in its order."""
    document = describe_doors(base_url)
    scopes = {(door.path, door.method): door.scope for door in DOORS}
    return tuple(
        _door(document, path, method.upper(), operation, scopes[path, method.upper()])
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
    )


def _door(
    document: Document, path: str, method: str, operation: Document, scope: str | None
) -> ReadableDoor:
    content = operation.get("requestBody", {}).get("content", {})
    schema = _resolved(document, next((one["schema"] for one in content.values()), {}))
    return ReadableDoor(
        anchor=operation["operationId"],
        method=method,
        path=path,
        summary=operation["summary"],
        description=operation["description"],
        scope=scope,
        parameters=tuple(
            Member(
                f"{one['name']} ({one['in']})",
                _kind(one["schema"]),
                one["required"],
                one["description"],
            )
            for one in operation["parameters"]
        ),
        members=tuple(_members(schema)),
        media_types=tuple(content),
        answers=tuple(
            (status, answer["description"], ", ".join(answer.get("content", {})))
            for status, answer in operation["responses"].items()
        ),
        example=_curl(document["servers"][0]["url"] + _filled(path), method, operation, schema),
    )


def _resolved(document: Document, schema: Document) -> Document:
    name = str(schema.get("$ref", "")).removeprefix(_SCHEMAS)
    found: Document = document["components"]["schemas"][name] if name else schema
    return found


def _members(schema: Document, prefix: str = "") -> Iterator[Member]:
    """Give each member, and those of objects inside it, by their paths."""
    required = schema.get("required", ())
    for name, member in schema.get("properties", {}).items():
        path = f"{prefix}{name}"
        yield Member(path, _kind(member), name in required, member.get("description", ""))
        yield from _members(member, f"{path}.")
        yield from _members(member.get("items", {}), f"{path}[].")


def _kind(schema: Document) -> str:
    if "anyOf" in schema:
        return " or ".join(_kind(one) for one in schema["anyOf"])
    if "enum" in schema:
        return " or ".join(json.dumps(one) for one in schema["enum"])
    kind = str(schema.get("type", "any JSON"))
    if kind == "array":
        return f"array of {_kind(schema['items'])}"
    return f"{kind} ({schema['format']})" if "format" in schema else kind


def _curl(url: str, method: str, operation: Document, schema: Document) -> str:
    """Write a call for a shell; what stands in capitals is the caller's own."""
    words = [f"curl {shlex.quote(url)}"]
    headers = []
    if operation["security"]:
        headers.append("Authorization: Bearer TOKEN")
    headers += [
        f"{one['name']}: {one.get('example', 'VALUE')}"
        for one in operation["parameters"]
        if one["in"] == "header"
    ]
    content = operation.get("requestBody", {}).get("content", {})
    media_type = next(iter(content), None)
    if media_type is not None:
        headers.append(f"Content-Type: {media_type}")
    words += [f"-H {shlex.quote(header)}" for header in headers]
    if media_type is not None:
        words.append(_data(content[media_type].get("example"), schema.get("required", ())))
    elif method != "GET":
        words.append(f"-X {method}")
    return " \\\n  ".join(words)


def _data(example: Document | None, required: Sequence[str]) -> str:
    """Write what is sent: the example, or a file, inside of the member that the body must have."""
    if example is not None:
        return f"-d {shlex.quote(json.dumps(example, indent=2, ensure_ascii=False))}"
    if not required:
        return "--data-binary @FILE"
    members = ", ".join(f'"{name}": $(cat FILE)' for name in required)
    return f"--data-binary @- <<END\n{{{members}}}\nEND"


def _filled(path: str) -> str:
    """Write what is to be filled in in capitals."""
    parts = path.replace("}", "{").split("{")
    return "".join(part.upper() if place % 2 else part for place, part in enumerate(parts))
