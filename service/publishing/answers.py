"""Exact stored bytes as an answer: the same for everyone, read by any page, kept for a while.

Body, ETag and date are of one row, so an answer is never half of one publication and half of the
next (F20).
"""

from http import HTTPStatus
from typing import Final

from flask import abort, request
from werkzeug.wrappers import Response

from issuer.publication import Published, find_published
from service.web.headers import allow_any_origin
from service.web.running import running

JSON_TYPES: Final = ("application/ld+json", "application/json")
"""What programs ask for where people are shown a page."""

SUFFIX: Final = ".json"


def published_at(path: str) -> Published:
    """Return what is published at a path below our address; where nothing is, that is a 404."""
    with running().installation.database.read() as session:
        found = find_published(session, running().base_url + path)
    if found is None:
        abort(HTTPStatus.NOT_FOUND)
    return found


def exact(published: Published, *, seconds: int, also: tuple[str, ...] = ()) -> Response:
    """Answer with the stored bytes, or with 304 to who has them; caches keep it some seconds.

    `also` are further media types that the same bytes are, for who asks for one of them alone.
    """
    offered = (published.media_type, *also)
    media_type = request.accept_mimetypes.best_match(offered, default=published.media_type)
    response = Response(published.body, content_type=media_type)
    if also:
        response.vary.add("Accept")
    response.set_etag(published.sha256)
    response.last_modified = published.published_at
    response.headers["Cache-Control"] = f"public, max-age={seconds}"
    response.make_conditional(request)
    return allow_any_origin(response)
