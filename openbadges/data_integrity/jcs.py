"""The bytes that a JCS-based proof signs for a document: one spelling of its JSON.

https://www.rfc-editor.org/rfc/rfc8785. The one door to the package rfc8785.
"""

import hashlib

import rfc8785

from openbadges.errors import Code, MalformedError
from openbadges.jsonld.bounds import check_bounds
from openbadges.jsonld.rdfc10 import Digest
from openbadges.strict import Document


def canonicalize_json(document: Document, *, digest: Digest = hashlib.sha256) -> bytes:
    """Return the canonical JSON of a document, as UTF-8; `digest` plays no part in it.

    Raises:
        MalformedError: it is too large or too deep, or holds a number (NUMBER) or half of a
            surrogate pair (UNICODE) that I-JSON cannot say.

    Spec: RFC 8785 section 3.2; vc-di-eddsa#transformation-eddsa-jcs-2022
    """
    del digest
    check_bounds(document)
    try:
        return rfc8785.dumps(document)
    except (rfc8785.IntegerDomainError, rfc8785.FloatDomainError) as error:
        raise MalformedError(
            f"a number cannot be signed as JSON: {error}; expected a finite double, and no integer"
            " beyond ±(2^53-1)",
            code=Code.NUMBER,
        ) from error
    except (rfc8785.CanonicalizationError, UnicodeEncodeError) as error:
        raise MalformedError(
            f"a text cannot be signed as JSON: {error}; expected whole Unicode characters",
            code=Code.UNICODE,
        ) from error
