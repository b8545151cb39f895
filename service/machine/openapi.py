"""The OpenAPI description, made of what is said of each door beside its view.

https://spec.openapis.org/oas/v3.1.1. Its schemas are JSON Schema 2020-12.
"""

from collections.abc import Iterable
from functools import cache
from importlib.metadata import version
from typing import Any, Final

from openbadges.strict import Document
from service.awarding import awards_api, batches_api
from service.machine import public_doors
from service.machine.doors import EVERYWHERE, Answer, Body, Door, Parameter
from service.machine.schemas import SCHEMAS
from service.problems import MEDIA_TYPE as PROBLEM
from service.verifying import vc_api

DOORS: Final[tuple[Door, ...]] = (
    *awards_api.DOORS,
    *batches_api.DOORS,
    *vc_api.DOORS,
    *public_doors.DOORS,
)
DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"


@cache
def describe_doors(base_url: str) -> Document:
    """Return the description of a service at an address; read it only."""
    paths: dict[str, Document] = {}
    for door in DOORS:
        paths.setdefault(door.path, {})[door.method.lower()] = _operation(door)
    return {
        "openapi": "3.1.0",
        "jsonSchemaDialect": DIALECT,
        "info": {
            "title": "Insígnia",
            "version": version("insignia"),
            "summary": "Open Badges 3.0: awarding, verifying, and the public documents.",
        },
        "servers": [{"url": base_url}],
        "paths": paths,
        "components": {
            "schemas": dict(SCHEMAS),
            "securitySchemes": {
                "bearer": {
                    "type": "http",
                    "scheme": "bearer",
                    "description": "A token made with insignia token create, for one scope.",
                }
            },
        },
    }


def _operation(door: Door) -> Document:
    problems = {**EVERYWHERE, **door.problems}
    answers = {status: _answer(answer) for status, answer in door.answers.items()}
    answers |= {status: _problem(why) for status, why in problems.items() if status not in answers}
    operation: Document = {
        "operationId": "_".join(part for part in _words(door) if part),
        "summary": door.summary,
        "description": door.description,
        "parameters": [_parameter(one) for one in door.parameters],
        "responses": {str(status.value): answers[status] for status in sorted(answers)},
        "security": [] if door.scope is None else [{"bearer": []}],
    }
    if door.body is not None:
        operation["requestBody"] = _body(door.body)
    return operation


def _words(door: Door) -> Iterable[str]:
    """Name an operation by its view; a view of several addresses by the address too."""
    yield door.endpoint.replace(".", "_")
    if sum(one.endpoint == door.endpoint for one in DOORS) > 1:
        yield door.path.rpartition("/")[2].partition(".")[0]


def _parameter(parameter: Parameter) -> Document:
    described: Document = {
        "name": parameter.name,
        "in": parameter.where,
        "required": parameter.required,
        "description": parameter.description,
        "schema": dict(parameter.schema),
    }
    return described | ({} if parameter.example is None else {"example": parameter.example})


def _body(body: Body) -> Document:
    content: Document = {"schema": {} if body.schema is None else _reference(body.schema)}
    if body.example is not None:
        content["example"] = dict(body.example)
    return {
        "description": body.description,
        "required": body.required,
        "content": {
            name: content
            | ({"schema": _reference(body.schemas[name])} if name in body.schemas else {})
            for name in body.media_types
        },
    }


def _answer(answer: Answer) -> Document:
    content = {} if answer.schema is None else {"schema": _reference(answer.schema)}
    described: Document = {
        "description": answer.description,
        "content": dict.fromkeys(answer.media_types, content),
    }
    if answer.headers:
        described["headers"] = {
            name: {"description": what, "schema": {"type": "string"}}
            for name, what in answer.headers.items()
        }
    return described


def _problem(why: str) -> dict[str, Any]:
    return _answer(Answer(why, "Problem", media_types=(PROBLEM,)))


def _reference(name: str) -> Document:
    return {"$ref": f"#/components/schemas/{name}"}
