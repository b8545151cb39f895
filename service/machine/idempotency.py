"""The key that a program sends along, by which its request is known when it comes again.

https://datatracker.ietf.org/doc/draft-ietf-httpapi-idempotency-key-header/
"""

import json
import re
from http import HTTPStatus
from typing import Final

from flask import abort, request

from accounts.api_tokens import ApiToken
from issuer.requests import RequestKey, request_key
from openbadges.strict import Document
from service.machine.doors import Parameter
from service.problems import problem

MAXIMUM_KEY_CHARACTERS: Final = 200
KEY_PATTERN: Final = rf'^(?!""$)[!-~]([ -~]{{0,{MAXIMUM_KEY_CHARACTERS - 2}}}[!-~])?$'
_KEY: Final = re.compile(KEY_PATTERN, re.ASCII)

PARAMETER: Final = Parameter(
    "Idempotency-Key",
    "header",
    "A key of your own for this request, such as a random UUID.",
    {"type": "string", "pattern": KEY_PATTERN},
    example="8e03978e-40d5-43e8-bc93-6894a57f9324",
)


def sent_key() -> str:
    """Return the key of the request; the quotation marks of a structured field are not part of it.

    The request ends here with 400 where it has none.
    """
    sent = request.headers.get("Idempotency-Key", "")
    if not _KEY.fullmatch(sent):
        detail = (
            "the header Idempotency-Key must hold a key of your own for this request, of 1 to"
            f" {MAXIMUM_KEY_CHARACTERS} ASCII characters; sent again with it, it awards nothing new"
        )
        abort(problem(HTTPStatus.BAD_REQUEST, "IDEMPOTENCY_KEY_MISSING", detail))
    return re.sub(r'\A"(.+)"\Z', r"\1", sent)


def request_of(token: ApiToken, key: str, body: Document) -> RequestKey:
    """Tell a program's request apart; blanks and the order of members in its body tell nothing."""
    written = json.dumps(body, sort_keys=True, separators=(",", ":")).encode()
    return request_key(name_of(token), key, written)


def name_of(token: ApiToken) -> str:
    """Return as whom a program acts."""
    return f"token:{token.id}"
