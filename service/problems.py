"""The only map from troubles to HTTP: a problem document for programs, a page for people.

An unforeseen error is a bare 500; nothing of it leaves. https://www.rfc-editor.org/rfc/rfc9457
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Final

from flask import Flask, request
from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_limiter import RateLimitExceeded
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge
from werkzeug.wrappers import Response

from openbadges.errors import Code, ExplainedError, Kind
from service.web import logs
from service.web.pages import private_page, wants_html
from service.web.reasons import why_not
from service.web.running import running
from service.web.visitors import do_without_account
from verifier import Check, Outcome

MEDIA_TYPE: Final = "application/problem+json"
RETRY_SECONDS: Final = 2  # when an answer may be there that is not yet

STATUSES: Final[Mapping[Kind, HTTPStatus]] = {
    Kind.MALFORMED: HTTPStatus.UNPROCESSABLE_ENTITY,
    Kind.UNPROVEN: HTTPStatus.UNPROCESSABLE_ENTITY,
    Kind.UNAVAILABLE: HTTPStatus.BAD_GATEWAY,
    Kind.REFUSED: HTTPStatus.UNPROCESSABLE_ENTITY,
    Kind.MISSING: HTTPStatus.NOT_FOUND,
    Kind.CONFLICT: HTTPStatus.CONFLICT,
}
# Where a code says more than its kind.
EXCEPTIONS: Final[Mapping[Code, HTTPStatus]] = {
    Code.MALFORMED: HTTPStatus.BAD_REQUEST,
    Code.DUPLICATE_KEY: HTTPStatus.BAD_REQUEST,
    Code.NUMBER: HTTPStatus.BAD_REQUEST,
    Code.TOO_DEEP: HTTPStatus.BAD_REQUEST,
    Code.NOTHING_PRESENTED: HTTPStatus.BAD_REQUEST,
    Code.TOO_LARGE: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    Code.DATABASE: HTTPStatus.SERVICE_UNAVAILABLE,
    Code.BUSY: HTTPStatus.SERVICE_UNAVAILABLE,
    Code.RESTORING: HTTPStatus.SERVICE_UNAVAILABLE,
    Code.CANNOT_SIGN: HTTPStatus.SERVICE_UNAVAILABLE,
}
# What the doors themselves refuse, which no room below knows of.
_DOOR_CODES: Final[Mapping[int, str]] = {
    HTTPStatus.BAD_REQUEST: "BAD_REQUEST",
    HTTPStatus.UNAUTHORIZED: "UNAUTHORIZED",
    HTTPStatus.FORBIDDEN: "FORBIDDEN",
    HTTPStatus.NOT_FOUND: "MISSING",
    HTTPStatus.METHOD_NOT_ALLOWED: "METHOD_NOT_ALLOWED",
    HTTPStatus.NOT_ACCEPTABLE: "NOT_ACCEPTABLE",
    HTTPStatus.CONFLICT: "CONFLICT",
    HTTPStatus.GONE: "GONE",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "TOO_LARGE",
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE: "UNSUPPORTED_MEDIA_TYPE",
    HTTPStatus.TOO_MANY_REQUESTS: "TOO_MANY_REQUESTS",
}


@dataclass(frozen=True, slots=True)
class Saying:
    """What a page says, and in which language, where it is not the page's."""

    text: str
    language: str | None = None

    def __str__(self) -> str:
        """Return the text alone."""
        return self.text


# Troubles that a verification may find in what was given, told in its words at every door.
_OF_VERIFYING: Final = (
    Code.TOO_LARGE,
    Code.URL_NOT_ALLOWED,
    Code.RETRIEVAL,
    Code.TLS,
    Code.DATABASE,
    Code.BUSY,
    Code.NOT_SHOWN,
)
# What a page says of a trouble, in the reader's language; any other trouble speaks for itself.
_FOR_PEOPLE: Final[Mapping[Code, LazyString]] = {
    **{code: why_not(Check.UNWRAP, Outcome.UNKNOWN, code) for code in _OF_VERIFYING},
    Code.NOTHING_PRESENTED: _l("Choose a file, or paste a text or a link."),
    Code.IN_FLIGHT: _l("This is being done already. Please look again in a moment."),
    Code.CONFLICT: _l(
        "This cannot be done any more: something changed since the page was made. Load it again."
    ),
    Code.KEY_REUSED: _l("This form was used before with other content. Please begin a new one."),
}
_MACHINE_DOORS: Final = frozenset({"vc_api", "awards_api", "batches_api"})
# Doors that a secret in the address opens, where nobody learns why it does not.
_SECRET_DOORS: Final = frozenset({"claiming", "managing", "sharing", "signing_in"})
_OPENS_NOTHING: Final = _l(
    "This link opens nothing: it was mistyped, used, replaced or withdrawn. Ask whoever gave it to"
    " you."
)


def explain(app: Flask) -> None:
    """Let every trouble of an application end here."""
    app.register_error_handler(ExplainedError, _explained)
    app.register_error_handler(CSRFError, _forged)
    app.register_error_handler(RateLimitExceeded, _too_often)
    app.register_error_handler(HTTPException, _refused)
    app.register_error_handler(Exception, _unforeseen)


def status_of(error: ExplainedError) -> HTTPStatus:
    """Return the status that a trouble ends as."""
    return EXCEPTIONS.get(error.code, STATUSES[error.kind])


def for_people(error: ExplainedError) -> Saying:
    """Return what a page says of a trouble."""
    if error.kind is Kind.MISSING and request.blueprint in _SECRET_DOORS:
        return Saying(str(_OPENS_NOTHING))
    translated = _FOR_PEOPLE.get(error.code)
    return Saying(str(error), "en") if translated is None else Saying(str(translated))


def may_be_sent_again(response: Response, error: ExplainedError) -> Response:
    """Say when to come back, where there may be an answer then."""
    if response.status_code == HTTPStatus.SERVICE_UNAVAILABLE or error.code is Code.IN_FLIGHT:
        response.headers["Retry-After"] = str(RETRY_SECONDS)
    return response


def problem(
    status: HTTPStatus, code: str, detail: str, *, specified: str | None = None
) -> Response:
    """Make a problem document; its `type` is the specification's where there is one.

    Spec: RFC 9457 section 3.1
    """
    document = {
        "type": specified or f"{running().base_url}/docs#problem-{code}",
        "title": status.phrase,
        "status": status.value,
        "detail": detail,
        "code": code,
    }
    return Response(json.dumps(document, ensure_ascii=False), status, content_type=MEDIA_TYPE)


def _answer(
    status: HTTPStatus, code: str, detail: str | Saying, *, specified: str | None = None
) -> Response:
    """Answer a browser with a page, and a program with a problem document."""
    if _is_page():
        return private_page("problem.html", status, number=status.value, detail=detail)
    response = problem(status, code, str(detail), specified=specified)
    response.headers["Cache-Control"] = "no-store"
    return response


def _is_page() -> bool:
    return request.blueprint not in _MACHINE_DOORS and wants_html()


def _explained(error: ExplainedError) -> Response:
    do_without_account()
    status = status_of(error)
    detail = for_people(error) if _is_page() else str(error)
    response = _answer(status, error.code.value, detail, specified=error.problem)
    return may_be_sent_again(response, error)


def unreadable(error: Exception) -> Response:
    """Answer a request whose body breaks off, or is not in the chunks that it promised."""
    del error
    detail = _("What was sent broke off, or could not be read.")
    return _answer(HTTPStatus.BAD_REQUEST, "BAD_REQUEST", detail)


def _forged(error: CSRFError) -> Response:
    del error
    detail = _(
        "This page was open for too long, or belongs to another session. Go back, load it again,"
        " and send it once more."
    )
    return _answer(HTTPStatus.FORBIDDEN, "FORBIDDEN", detail)


def _too_often(error: RateLimitExceeded) -> Response:
    seconds = error.limit.limit.get_expiry()
    detail = _("Too many requests came from here. Please wait a moment and try again.")
    response = _answer(HTTPStatus.TOO_MANY_REQUESTS, "TOO_MANY_REQUESTS", detail)
    response.headers["Retry-After"] = str(seconds)
    return response


def _refused(error: HTTPException) -> Response:
    do_without_account()
    cause = getattr(error, "original_exception", None)
    if isinstance(cause, ExplainedError):  # it came after the view, as when a session is kept
        return _explained(cause)
    if error.response is not None:  # a view made its own answer
        return error.response  # type: ignore[return-value] # the same class, seen without its request
    status = HTTPStatus(error.code or HTTPStatus.INTERNAL_SERVER_ERROR)
    response = _answer(status, _DOOR_CODES.get(status, status.name), _detail(error, status))
    for name, value in error.get_headers():
        if name in {"Allow", "WWW-Authenticate", "Retry-After"}:
            response.headers[name] = value
    return response


def _detail(error: HTTPException, status: HTTPStatus) -> str:
    """Return what the door said itself, or our own words where it is werkzeug who speaks."""
    if isinstance(error, RequestEntityTooLarge):
        most = running().installation.settings.limits.maximum_body_bytes
        return str(_("That is too large: at most %(most)d bytes are read.", most=most))
    if error.description and error.description != type(error).description:
        return str(error.description)
    words = {
        HTTPStatus.NOT_FOUND: _("There is nothing at this address."),
        HTTPStatus.FORBIDDEN: _("You may not do this."),
        HTTPStatus.METHOD_NOT_ALLOWED: _("This address cannot be used in that way."),
        HTTPStatus.UNSUPPORTED_MEDIA_TYPE: _("What was sent is of a kind that is not read here."),
    }
    return str(words.get(status, status.phrase))


def _unforeseen(error: Exception) -> Response:
    logs.failure("unforeseen", error)
    do_without_account()
    detail = _("Something went wrong here. It was noted; please try again in a while.")
    return _answer(HTTPStatus.INTERNAL_SERVER_ERROR, "INTERNAL_ERROR", detail)
