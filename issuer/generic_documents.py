"""What a client may ask a generic issuer to sign, and the document that will be signed.

The document stays as it was sent, but for the context of the proof in version 1.1. How it is
signed is in `generic`.
"""

from typing import Final

from issuer.issuers import Issuer
from issuer.lint import refuse_unportable
from openbadges.errors import Code, MalformedError, RefusedError, UnsupportedError
from openbadges.models import StatusListEntry, check_credential
from openbadges.models.model import values_of
from openbadges.models.status import STATUS_LIST_ENTRY
from openbadges.models.versions import is_version_1
from openbadges.strict import Document, describe

# Version 1.1's own context has no words for a Data Integrity proof; either of these has.
PROOF_CONTEXT: Final = "https://w3id.org/security/data-integrity/v2"
_PROOF_CONTEXTS: Final = frozenset({PROOF_CONTEXT, "https://w3id.org/security/data-integrity/v1"})

_STATUS_LIST: Final = "BitstringStatusListCredential"


def compose_sent(sent: object, *, issuer: Issuer) -> Document:
    """Return the unsigned credential that was sent, as this issuer will sign it.

    Raises:
        MalformedError: it is no credential as the data model writes them, names no issuer, has a
            null or an undefined term, or something that other implementations would read or sign
            differently.
        RefusedError: it has a proof, another issuer, or a context that is not carried.

    Spec: vc-data-model-2.0#verifiable-credentials
    """
    document = _unsecured(sent)
    _refuse_nulls(document)
    _check_issuer(document, issuer)
    composed = _with_proof_context(document)
    check_credential(composed)
    _check_status_entries(composed)
    try:
        refuse_unportable(composed)
    except UnsupportedError as error:  # a context: here it is the client's to choose another
        raise RefusedError(str(error), code=error.code) from error
    return composed


def takes_entry(document: Document) -> bool:
    """Tell whether a status entry of ours may be added: none was sent, and it can be said.

    Version 1.1's context has no words for one.
    """
    return not values_of(document.get("credentialStatus")) and not is_version_1(document)


def check_verified(verified: Document, *, issuer: Issuer) -> None:
    """Return if what a reader will find is no list of ours, and has no proof under another name.

    Raises:
        RefusedError: a status list that could be taken for one that this issuer publishes, or a
            proof that an inline context hides.
    """
    if "proof" in verified:
        raise _secured()
    identifier = verified.get("id")
    own = identifier is None or str(identifier).startswith(f"{issuer.base_url}/")
    if own and _STATUS_LIST in values_of(verified.get("type")):
        raise RefusedError(
            f"a status list of {issuer.did} without an id, or with one below {issuer.base_url},"
            " could be taken for one that is published here; expected an address of your own"
        )


def _unsecured(sent: object) -> Document:
    if not isinstance(sent, dict):
        raise MalformedError(
            f"a credential must be an object; found {describe(sent)}", code=Code.DATA_MODEL
        )
    if "proof" in sent:
        raise _secured()
    return sent


def _secured() -> RefusedError:
    return RefusedError("the credential has a proof already; expected one without")


def _refuse_nulls(document: Document) -> None:
    """Refuse a member, an id or a type that is null: JSON-LD drops it, and nobody signs it.

    Deeper, null may be part of a JSON literal, as in a schema, and is signed there.
    """
    waiting: list[tuple[str, object]] = [
        (name, value) for name, value in document.items() if name != "@context"
    ]
    while waiting:
        path, value = waiting.pop()
        if value is None and ("." not in path or path.endswith((".id", ".type"))):
            raise MalformedError(
                f"{path:.200} is null, which is not signed; expected a value, or no such member",
                code=Code.DATA_MODEL,
            )
        if isinstance(value, dict):
            waiting += [(f"{path}.{name}", one) for name, one in value.items()]
        elif isinstance(value, list):
            waiting += [(f"{path}[{place}]", one) for place, one in enumerate(value)]


def _with_proof_context(document: Document) -> Document:
    contexts = values_of(document.get("@context"))
    named = {context for context in contexts if isinstance(context, str)}
    if not is_version_1(document) or named & _PROOF_CONTEXTS:
        return document
    return document | {"@context": [*contexts, PROOF_CONTEXT]}


def _check_issuer(document: Document, issuer: Issuer) -> None:
    """Refuse a document that names no issuer, or another than the one whose key will sign it.

    Spec: vc-data-model-2.0#issuer
    """
    expected = f"{issuer.did} or an object with this id"
    if "issuer" not in document:
        raise MalformedError(f"issuer is missing; expected {expected}", code=Code.DATA_MODEL)
    named = document["issuer"]
    identifier = named.get("id") if isinstance(named, dict) else named
    if not isinstance(identifier, str):
        raise MalformedError(
            f"issuer: expected {expected}, found {describe(named)}", code=Code.DATA_MODEL
        )
    if identifier != issuer.did:
        raise RefusedError(
            f"the credential names the issuer {identifier!r:.200}; here {issuer.did} signs",
            code=Code.ISSUER_MISMATCH,
        )


def _check_status_entries(document: Document) -> None:
    """Refuse an entry that says that it is in a status list and cannot be read as such.

    Spec: vc-bitstring-status-list#bitstringstatuslistentry
    """
    for entry in values_of(document.get("credentialStatus")):
        if STATUS_LIST_ENTRY not in values_of(entry.get("type")):
            continue
        StatusListEntry.parse(entry, "credentialStatus")
        if entry.get("id") == entry["statusListCredential"]:
            raise MalformedError(
                "credentialStatus.id is the address of the status list; expected one of the entry's"
                " own, or none",
                code=Code.DATA_MODEL,
            )
