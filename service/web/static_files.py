"""The style sheet, the script and the few pictures of the pages themselves.

An address carries the start of its file's hash, so a browser may keep it for good. What pages of
others name has one address for ever, and is asked for again soon.
"""

import hashlib
from functools import cache
from http import HTTPStatus
from pathlib import Path
from typing import Final

from flask import Blueprint, Flask, abort, request, send_from_directory, url_for
from werkzeug.wrappers import Response

from service.web.headers import allow_any_origin
from service.web.rates import limiter

FOLDER: Final = Path(__file__).parent.parent / "static"
FOR_GOOD: Final = "public, max-age=31536000, immutable"
HASH_CHARACTERS: Final = 12
FOR_OTHERS: Final = frozenset({"embed.js"})  # what pages of others load from here
FOR_A_WHILE: Final = "public, max-age=300"  # seconds until a mended script is everywhere

blueprint: Final = Blueprint("static_files", __name__)
limiter.exempt(blueprint)


@blueprint.get("/static/<name>")
def send(name: str) -> Response:
    """Send a file of the pages."""
    if name not in _names():
        abort(HTTPStatus.NOT_FOUND)
    response = send_from_directory(FOLDER, name, etag=_hash_of(name))
    if name in FOR_OTHERS:
        response.headers["Cache-Control"] = FOR_A_WHILE
        allow_any_origin(response)
    elif request.args.get("v") == _hash_of(name):
        response.headers["Cache-Control"] = FOR_GOOD
    return response


def serve(app: Flask) -> None:
    """Let templates name a file by `static_file("style.css")`."""
    app.register_blueprint(blueprint)
    app.jinja_env.globals["static_file"] = address


def address(name: str) -> str:
    """Return the address of a file, which changes when the file does."""
    return url_for("static_files.send", name=name, v=_hash_of(name))


@cache
def _names() -> frozenset[str]:
    return frozenset(path.name for path in FOLDER.iterdir() if path.is_file())


@cache
def _hash_of(name: str) -> str:
    return hashlib.sha256((FOLDER / name).read_bytes()).hexdigest()[:HASH_CHARACTERS]
