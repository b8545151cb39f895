"""The description of the doors: one document for programs, and the same as a page for people."""

import json
from functools import cache
from hashlib import sha256
from typing import Final

from flask import Blueprint, request
from werkzeug.wrappers import Response

from service.machine.openapi import describe_doors
from service.machine.problem_codes import PROBLEM_CODES
from service.machine.readable import readable_doors
from service.web.headers import allow_any_origin
from service.web.pages import page
from service.web.running import running

blueprint: Final = Blueprint("documentation", __name__)
KEPT_SECONDS: Final = 300  # it changes only with the program


@blueprint.get("/openapi.json")
def openapi() -> Response:
    """Answer with the OpenAPI description.

    It is the same for as long as the service runs.
    """
    body = _written(running().base_url)
    response = Response(body, content_type="application/json")
    response.set_etag(sha256(body).hexdigest())
    response.headers["Cache-Control"] = f"public, max-age={KEPT_SECONDS}"
    response.make_conditional(request)
    return allow_any_origin(response)


@blueprint.get("/docs")
def docs() -> Response:
    """Show what each door is for, and what each code means; problem documents point here."""
    base_url = running().base_url
    return page(
        "docs.html",
        base_url=base_url,
        doors=readable_doors(base_url),
        codes=sorted(PROBLEM_CODES.items()),
    )


@cache
def _written(base_url: str) -> bytes:
    return json.dumps(describe_doors(base_url), ensure_ascii=False, indent=1).encode()
