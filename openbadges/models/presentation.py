"""What the data model asks of a presentation, and how a credential stands in one.

What the credentials themselves say is judged of each alone; `proof` is left to those who verify
it.

Spec: vc-data-model-2.0#verifiable-presentations; vc-data-model-1.1#presentations-0
"""

from typing import Final

from openbadges.errors import Code, MalformedError, UnsupportedError
from openbadges.models.data_model import check_first_context, check_objects
from openbadges.models.model import values_of
from openbadges.models.readers import read_text, read_uri
from openbadges.strict import Document, describe

PRESENTATION_TYPE: Final = "VerifiablePresentation"
CREDENTIAL_TYPE: Final = "VerifiableCredential"
ENVELOPED_PRESENTATION_TYPE: Final = "EnvelopedVerifiablePresentation"
ENVELOPED_CREDENTIAL_TYPE: Final = "EnvelopedVerifiableCredential"
CREDENTIAL_URL: Final = "data:application/vc+jwt,"  # how the data URL of an envelope begins
PRESENTATION_URL: Final = "data:application/vp+jwt,"


def check_presentation(document: Document) -> None:
    """Return if `document` is a presentation as the data model writes them.

    Raises:
        MalformedError: it is not (DATA_MODEL), says that it is a credential too (AMBIGUOUS), or has
            an id that is no absolute URI (RELATIVE_IRI, INVALID_IRI).
    """
    check_first_context(document)
    kinds = values_of(document.get("type"))
    for kind in kinds:
        read_text(kind, "type")
    if PRESENTATION_TYPE not in kinds:
        raise MalformedError(
            f"type: expected {PRESENTATION_TYPE}, found {', '.join(kinds) or 'none':.100}",
            code=Code.DATA_MODEL,
        )
    if CREDENTIAL_TYPE in kinds:
        raise MalformedError(
            f"type: this says that it is a {CREDENTIAL_TYPE} and a presentation; expected one of"
            " them",
            code=Code.AMBIGUOUS,
        )
    if document.get("id") is not None:
        read_uri(document["id"], "id")
    if document.get("holder") is not None:
        read_uri(holder_of(document), "holder")
    if document.get("termsOfUse") is not None:
        check_objects("termsOfUse", document["termsOfUse"], ("type",))


def holder_of(presentation: Document) -> object:
    """Give the id of the holder that a presentation names; None if it names none."""
    holder = presentation.get("holder")
    return holder.get("id") if isinstance(holder, dict) else holder


def is_enveloped(document: Document, kind: str) -> bool:
    """Tell whether a document is an envelope of that type, whose id holds the secured document."""
    return kind in values_of(document.get("type"))


def enveloped_credential(envelope: Document) -> str:
    """Return the compact JWS that an enveloped credential holds.

    Raises:
        MalformedError: its context is not that of the data model (DATA_MODEL), or its id is no
            data URL.
        UnsupportedError: it holds something else than a JWS.

    Spec: vc-data-model-2.0#enveloped-verifiable-credentials
    """
    return _jws_in(_data_url_of(envelope), CREDENTIAL_URL)


def enveloped_presentation(envelope: Document) -> str:
    """Return the compact JWS that an enveloped presentation holds.

    Raises:
        MalformedError, UnsupportedError: as `enveloped_credential`.

    Spec: vc-data-model-2.0#enveloped-verifiable-presentations
    """
    return _jws_in(_data_url_of(envelope), PRESENTATION_URL)


def credential_in_data_url(url: str) -> str:
    """Return the compact JWS of a credential that a data URL holds.

    Raises:
        UnsupportedError: it holds something else.
    """
    return _jws_in(url, CREDENTIAL_URL)


def presentation_in_data_url(url: str) -> str:
    """Return the compact JWS of a presentation that a data URL holds.

    Raises:
        UnsupportedError: it holds something else.
    """
    return _jws_in(url, PRESENTATION_URL)


def _data_url_of(envelope: Document) -> str:
    check_first_context(envelope)
    held = envelope.get("id")
    if not isinstance(held, str) or not held.lower().startswith("data:"):
        raise MalformedError(
            "an envelope has what it holds in a data URL, its id; found"
            f" {describe(held) if not isinstance(held, str) else repr(held[:40])}",
            code=Code.DATA_MODEL,
        )
    return held


def _jws_in(url: str, beginning: str) -> str:
    if not url.lower().startswith(beginning):
        raise UnsupportedError(
            f"an envelope of this kind is read where it begins with {beginning}; found {url[:60]!r}"
        )
    return url[len(beginning) :]
