"""Ways to rewrite a document, most of which leave its graph, and so its proof, as they were.

The badge that they are tried on has many places that speak of one node.
"""

from collections.abc import Callable
from typing import Any

from openbadges.jsonld import canonicalize
from openbadges.strict import Document
from tests.credentials import (
    CONTEXTS,
    plain_credential,
    replace,
    valid_credential,
    valid_endorsement,
)
from tests.world import BADGES, LIBRARY

CREDENTIALS = "https://www.w3.org/2018/credentials#"
OPEN_BADGES = "https://purl.imsglobal.org/spec/vc/ob/vocab.html#"
DATE_TIME = "http://www.w3.org/2001/XMLSchema#dateTime"
CONTEXT_FOLDER = "https://purl.imsglobal.org/spec/ob/v3p0/"
EXTENSIONS = CONTEXT_FOLDER + "extensions.json"
DATA_INTEGRITY = "https://w3id.org/security/data-integrity/v2"

EXPIRED = "2026-02-15T00:00:00Z"
REVOKED = 94567
SUBJECT = "credentialSubject"
ACHIEVEMENT = "credentialSubject.achievement"
IDENTITY = "credentialSubject.identifier.0"

Rewrite = Callable[[Document], Document]


def rich_badge(**changes: Any) -> Document:  # noqa: ANN401 -- any JSON value
    """Give a badge with many places at which something could be said of another node."""
    badge = valid_credential()
    of_the_badge = replace(valid_endorsement(), "credentialSubject.id", badge["id"])
    badge["@context"] = [*CONTEXTS, EXTENSIONS]
    badge["refreshService"] = {"id": badge["id"], "type": "1EdTechCredentialRefresh"}
    badge["endorsement"] = [LIBRARY.sign(valid_endorsement()), LIBRARY.sign(of_the_badge)]
    return badge | changes


def graph(document: Document) -> bytes:
    """Give what a proof over the document covers."""
    return canonicalize({key: value for key, value in document.items() if key != "proof"})


BASE = BADGES.sign(rich_badge(validUntil=EXPIRED))
"""A badge that its issuer signed, and that has expired."""
BASE_GRAPH = graph(BASE)

PLAIN = BADGES.sign(
    plain_credential(
        id="urn:uuid:5a3b1c9e-0c6f-4f6b-9a53-6d1f7b0a2c12",
        validUntil=EXPIRED,
        credentialStatus=BASE["credentialStatus"],
        refreshService={
            "id": "urn:uuid:5a3b1c9e-0c6f-4f6b-9a53-6d1f7b0a2c12",
            "type": "VerifiableCredential",
        },
    )
)
"""Another credential, in the same state, that is no badge."""


def at(document: Document, path: str) -> Any:  # noqa: ANN401 -- any JSON value
    """Give what stands at `path`."""
    value: Any = document
    for step in path.split("."):
        value = value[int(step) if step.isdigit() else step]
    return value


def changed(path: str, change: Callable[[Any], Any]) -> Rewrite:
    """Replace what stands at `path` by what `change` makes of it."""
    return lambda base: replace(base, path, change(at(base, path)))


def renamed(path: str, names: dict[str, str]) -> Rewrite:
    """Rename some keys of the object at `path` ("" is the whole document)."""

    def rename(node: Document) -> Document:
        return {names.get(key, key): value for key, value in node.items()}

    return changed(path, rename) if path else rename


def without(base: Document, *members: str) -> Document:
    """Leave out some members."""
    return {key: value for key, value in base.items() if key not in members}


def beside(*members: str) -> Rewrite:
    """Say some members of the credential in @included."""

    def rewrite(base: Document) -> Document:
        aside = {"id": base["id"], "type": "VerifiableCredential"}
        aside |= {member: base[member] for member in members}
        return without(base, *members) | {"@included": [aside]}

    return rewrite


def said_at(
    place: str, source: str, *members: str, as_type: str = "VerifiableCredential"
) -> Rewrite:
    """Say members of the node at `source` ("" is the credential) at another place with its id."""

    def rewrite(base: Document) -> Document:
        node = at(base, source) if source else base
        there = at(base, place)
        types = there["type"] if isinstance(there["type"], list) else [there["type"]]
        there = there | {"type": [*types, as_type]} | {name: node[name] for name in members}
        rest = replace(base, source, without(node, *members)) if source else without(node, *members)
        return replace(rest, place, there)

    return rewrite


def typed_date(value: str) -> Document:
    """Give a date as a value object."""
    return {"@value": value, "@type": DATE_TIME}


def expiry_as_iri(base: Document) -> Document:
    """Say the end of the period under the IRI that its term stands for."""
    return without(base, "validUntil") | {
        f"{CREDENTIALS}validUntil": typed_date(base["validUntil"])
    }


def status_aside(base: Document) -> Document:
    """Name the status, and describe it in @included."""
    status = base["credentialStatus"]
    return base | {"credentialStatus": status["id"], "@included": [status]}


def status_in_two(base: Document) -> Document:
    """Describe the status twice, the first time without its index."""
    status = base["credentialStatus"]
    return base | {"credentialStatus": [without(status, "statusListIndex"), status]}


def in_a_graph(base: Document) -> Document:
    """Part the status from the rest, in @graph."""
    credential = without(base, "@context", "proof", "credentialStatus")
    status = {
        "id": base["id"],
        "type": "VerifiableCredential",
        "credentialStatus": base["credentialStatus"],
    }
    return {
        "@context": base["@context"],
        "@graph": [credential, status],
        "proof": base["proof"],
    }


def further_context(context: Any, *, alias: tuple[str, str] | None = None) -> Rewrite:  # noqa: ANN401 -- any JSON value
    """Name one more context, and rename a member as it allows."""

    def rewrite(base: Document) -> Document:
        more = base | {"@context": [*base["@context"], context]}
        return renamed("", dict([alias]))(more) if alias else more

    return rewrite


def split_in_its_array(*members: str) -> Rewrite:
    """Describe the achievement in two halves, beside one another."""

    def split(node: Document) -> list[Document]:
        half = {name: node[name] for name in ("id", "type", *members)}
        return [without(node, *members), half]

    return changed(ACHIEVEMENT, split)


def labelled(path: str) -> Rewrite:
    """Give the unnamed node at `path` a label, which its graph does not show."""
    return changed(path, lambda node: {"id": "_:x", **node})


def in_two_halves(member: str) -> Callable[[list[Document]], list[Document]]:
    """Describe the first of some unnamed nodes twice, the first time without one member."""

    def halve(nodes: list[Document]) -> list[Document]:
        named = {"id": "_:x", **nodes[0]}
        return [without(named, member), named, *nodes[1:]]

    return halve


def then(*rewrites: Rewrite) -> Rewrite:
    """Rewrite several times."""

    def rewrite(base: Document) -> Document:
        for each in rewrites:
            base = each(base)
        return base

    return rewrite
