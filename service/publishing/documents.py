"""What verifiers ask for: the keys of our issuers, and the status lists."""

from typing import Final

from flask import Blueprint, request
from werkzeug.wrappers import Response

from service.publishing.answers import JSON_TYPES, exact, published_at

KEYS_SECONDS: Final = 300  # a new key signs only when readers can know it
STATUS_LIST_SECONDS: Final = 60  # on top of the tick after which a revocation is public

blueprint: Final = Blueprint("documents", __name__)


@blueprint.get("/did.json")
@blueprint.get("/.well-known/<name>")
def keys(name: str | None = None) -> Response:
    """Answer with a DID document, the key set, or what else is published at a known place.

    Spec: did-method-web#read-resolve
    """
    del name  # it is in the path
    return exact(published_at(request.path), seconds=KEYS_SECONDS)


@blueprint.get("/status-lists/<identifier>")
def status_list(identifier: str) -> Response:
    """Answer with a signed status list.

    Spec: vc-bitstring-status-list#bitstringstatuslistcredential
    """
    del identifier  # it is in the path
    return exact(published_at(request.path), seconds=STATUS_LIST_SECONDS, also=JSON_TYPES)
