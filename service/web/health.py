"""Whether the service lives, and whether it can do its work."""

from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Final

from flask import Blueprint, Response, jsonify

from openbadges.errors import ExplainedError
from service.web import logs
from service.web.rates import limiter
from service.web.running import Running, running
from storage import schema

blueprint: Final = Blueprint("health", __name__)
limiter.exempt(blueprint)


@blueprint.get("/healthz")
def healthz() -> Response:
    """Answer that this process lives."""
    return jsonify(status="alive")


@blueprint.get("/readyz")
def readyz() -> tuple[Response, HTTPStatus]:
    """Answer whether the database and the keys are there; what is wrong stands in the logs."""
    troubles = [name for name, look in _LOOKS.items() if not _is_well(look)]
    if troubles:
        return jsonify(status="not ready", troubles=troubles), HTTPStatus.SERVICE_UNAVAILABLE
    return jsonify(status="ready"), HTTPStatus.OK


def _look_at_database(on: Running) -> object:
    schema.check(on.installation.database)
    return None


def _look_at_keys(on: Running) -> object:
    return on.installation.keystore.list()


_LOOKS: Final[Mapping[str, Callable[[Running], object]]] = {
    "database": _look_at_database,
    "keys": _look_at_keys,
}


def _is_well(look: Callable[[Running], object]) -> bool:
    try:
        look(running())
    except ExplainedError as error:
        logs.failure("not ready", error)
        return False
    return True
