"""Bearer tokens: whom a program's door lets in, and how often it may ask.

These doors know nothing of cookies and sessions: what opens them stands in the request itself, so
no other site can make a browser use them (I4).

https://www.rfc-editor.org/rfc/rfc6750
"""

import re
from collections.abc import Callable
from hashlib import sha256
from http import HTTPStatus
from typing import Final, NoReturn, ParamSpec, TypeVar

from flask import abort, request
from werkzeug.wrappers import Response

from accounts.api_tokens import ApiToken, authenticate
from accounts.errors import ScopeError, TokenError
from accounts.tables import Scope
from service.problems import problem
from service.web import rates
from service.web.rates import caller, limiter
from service.web.running import now, running

# The scheme in either case, one blank, and the characters that a token has.
_BEARER: Final = re.compile(r"bearer ([A-Za-z0-9._~+/-]{1,200}=*)", re.ASCII | re.IGNORECASE)
# The same sentence whatever is wrong, so that nobody learns which tokens there are.
_ASKED_FOR: Final = "this door asks for a bearer token that is good here"

P = ParamSpec("P")
R = TypeVar("R")


def counted_by_token(view: Callable[P, R]) -> Callable[P, R]:
    """Count a door's requests by token, and refused tokens by the address they come from (I15)."""
    by_token = limiter.limit(rates.api, key_func=_token_key)
    guesses = limiter.limit(rates.secrets, key_func=_guesser, deduct_when=_was_refused)
    return guesses(by_token(view))


def let_in(scope: Scope) -> ApiToken:
    """Return the token that the request shows, if it opens this door.

    The request ends here with 401 where it shows none, or one that opens nothing, and with 403
    where its token is for another door.
    """
    text = _shown()
    if text is None:
        _refuse(HTTPStatus.UNAUTHORIZED, _ASKED_FOR, "")
    try:
        with running().installation.database.read() as session:
            return authenticate(session, text, scope=scope, now=now())
    except ScopeError as error:
        _refuse(HTTPStatus.FORBIDDEN, str(error), f', error="insufficient_scope", scope="{scope}"')
    except TokenError:
        _refuse(HTTPStatus.UNAUTHORIZED, _ASKED_FOR, ', error="invalid_token"')


def _refuse(status: HTTPStatus, detail: str, parameters: str) -> NoReturn:
    response = problem(status, status.name, detail)
    response.headers["WWW-Authenticate"] = f'Bearer realm="insignia"{parameters}'
    abort(response)


def _shown() -> str | None:
    found = _BEARER.fullmatch(request.headers.get("Authorization", ""))
    return found[1] if found else None


def _token_key() -> str:
    return f"token:{sha256((_shown() or '').encode()).hexdigest()}"


def _guesser() -> str:
    return f"guesses:{caller()}"


def _was_refused(response: Response) -> bool:
    return response.status_code == HTTPStatus.UNAUTHORIZED
