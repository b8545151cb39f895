"""Whether the service lives, and whether it can do its work."""

import shutil
from collections.abc import Callable, Mapping
from contextlib import suppress
from http import HTTPStatus
from typing import Final

from flask import Blueprint, Response, jsonify

from issuer.issuers import list_issuers
from issuer.key_check import check_listed
from issuer.watching import ListState, check_ages, check_prompt, list_states
from openbadges.errors import ExplainedError, UnavailableError
from service.web import logs
from service.web.rates import limiter
from service.web.running import Running, running
from storage import schema
from storage.errors import BusyError

MINIMUM_FREE_BYTES: Final = 8 * 1024 * 1024  # what SQLite's log grows to, and as much again

blueprint: Final = Blueprint("health", __name__)
limiter.exempt(blueprint)


@blueprint.get("/healthz")
def healthz() -> Response:
    """Answer that this process lives."""
    return jsonify(status="alive")


@blueprint.get("/readyz")
def readyz() -> tuple[Response, HTTPStatus]:
    """Answer whether the work can be done: what cannot be used is named, and stands in the logs.

    What only reads goes on where writing cannot: badges are shown and verified (R12, R13).
    """
    troubles = [name for name, look in _LOOKS.items() if not _is_well(look)]
    if troubles:
        return jsonify(status="not ready", troubles=troubles), HTTPStatus.SERVICE_UNAVAILABLE
    return jsonify(status="ready"), HTTPStatus.OK


def _look_at_database(on: Running) -> object:
    schema.check(on.installation.database)
    return None


def _look_at_writing(on: Running) -> object:
    with suppress(BusyError):  # another writes, so it can be written
        schema.check_writing(on.installation.database)
    return None


def _look_at_room(on: Running) -> object:
    free = shutil.disk_usage(on.installation.settings.data).free
    if free < MINIMUM_FREE_BYTES:
        raise UnavailableError(
            f"the disk of the data folder has {free} bytes left; expected {MINIMUM_FREE_BYTES}"
        )
    return None


def _look_at_keys(on: Running) -> object:
    keystore = on.installation.keystore
    keystore.list()
    with suppress(UnavailableError), on.installation.database.read() as session:
        for issuer in list_issuers(session):
            for purpose in issuer.purposes:
                signer = issuer.signer(purpose, keystore)
                check_listed(session, issuer, signer, on.clock())
    return None


def _look_at_lists(on: Running) -> object:
    check_ages(_lists(on), on.clock())
    return None


def _look_at_revocations(on: Running) -> object:
    check_prompt(_lists(on), on.clock())
    return None


def _lists(on: Running) -> tuple[ListState, ...]:
    """Return the status lists, or none where the database does not answer, which is told apart."""
    with suppress(ExplainedError), on.installation.database.read() as session:
        return list_states(session)
    return ()


_LOOKS: Final[Mapping[str, Callable[[Running], object]]] = {
    "database": _look_at_database,
    "writing": _look_at_writing,
    "room": _look_at_room,
    "keys": _look_at_keys,
    "status lists": _look_at_lists,
    "revocations": _look_at_revocations,
}


def _is_well(look: Callable[[Running], object]) -> bool:
    try:
        look(running())
    except ExplainedError as error:
        logs.failure("not ready", error)
        return False
    return True
