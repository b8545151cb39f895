"""Making a page, and telling what a request would rather have."""

from http import HTTPStatus
from typing import Final

from flask import make_response, render_template, request
from werkzeug.wrappers import Response

from service.web.headers import keep_private

HTML: Final = "text/html"


def page(template: str, status: HTTPStatus = HTTPStatus.OK, **values: object) -> Response:
    """Make a page that anyone may see and that says the same to all."""
    return make_response(render_template(template, **values), status)


def private_page(template: str, status: HTTPStatus = HTTPStatus.OK, **values: object) -> Response:
    """Make a page that is one person's: no cache keeps it, and no search engine lists it."""
    response = page(template, status, **values)
    keep_private(response)
    return response


def wants_html(*, unless: tuple[str, ...] = ("application/json",)) -> bool:
    """Tell whether a browser asks, rather than a program that wants one of the other types."""
    best = request.accept_mimetypes.best_match([*unless, HTML], default=unless[0])
    return best == HTML
