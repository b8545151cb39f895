"""The strict profile: what a reader of the JSON sees is what the proof covers.

An RDF-based proof signs a graph, and JSON can be rewritten without changing its graph: keys
spelled as IRIs, `@included`, an inline context, one node split in two. A badge in any such
disguise is refused here, but that of nodes split in two, which is refused in `places`. Expansion
with its refusal of data loss has already happened; which profile judges a document is decided in
`verifier.checks.conformance`.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from openbadges.errors import Code, ExplainedError, MalformedError
from openbadges.jsonld.contexts import BUNDLED, term_iris
from openbadges.jsonld.places import nodes
from openbadges.strict import Document, describe

OPEN_BADGES_VOCABULARY: Final = "https://purl.imsglobal.org/spec/vc/ob/vocab.html#"
CREDENTIALS_V1: Final = "https://www.w3.org/2018/credentials/v1"
CREDENTIALS_V2: Final = "https://www.w3.org/ns/credentials/v2"
_OB: Final = "https://purl.imsglobal.org/spec/ob/v3p0/"

# The contexts a badge may name, in this order: one data model, one Open Badges vocabulary, extras.
DATA_MODELS: Final = frozenset({CREDENTIALS_V1, CREDENTIALS_V2})
BADGE_CONTEXTS: Final = frozenset(
    _OB + name
    for name in (
        "context.json",
        "context-3.0.1.json",
        "context-3.0.2.json",
        "context-3.0.3.json",
    )
)
EXTRA_CONTEXTS: Final = frozenset(
    {
        _OB + "extensions.json",
        "https://w3id.org/security/data-integrity/v1",
        "https://w3id.org/security/data-integrity/v2",
        "https://w3id.org/security/multikey/v1",
        "https://w3id.org/security/suites/ed25519-2020/v1",
        "https://w3id.org/vc/status-list/2021/v1",
    }
)
_ORDER: Final[Sequence[frozenset[str]]] = (DATA_MODELS, BADGE_CONTEXTS, EXTRA_CONTEXTS)

# The one place where a credential of its own stands inside another one.
_ENDORSEMENT: Final = "endorsement"


def has_open_badges_type(expanded: Sequence[Any]) -> bool:
    """Tell whether any node of the graph has an Open Badges type: then it is judged strictly."""
    return any(
        isinstance(name, str) and name.startswith(OPEN_BADGES_VOCABULARY)
        for node in nodes(expanded)
        for name in node.get("@type", ())
    )


def check_badge_contexts(presented: Document) -> None:
    """Refuse contexts that a badge may not name, or may not name in this order.

    Raises:
        UnsupportedError: a URL that we do not carry: it may be the next version (CONTEXT_UNKNOWN).
        MalformedError: an inline or foreign context (CONTEXT_NOT_ALLOWED), the data model not
            first or the Open Badges context not second (CONTEXT_ORDER).

    Spec: vc-data-model-2.0#contexts; ob-v3p0#jsonld-context
    """
    contexts = presented.get("@context")
    if not isinstance(contexts, list) or len(contexts) < len(_ORDER[:-1]):
        raise MalformedError(
            "@context must be an array of the credentials context and the Open Badges context;"
            f" found {describe(contexts)}",
            code=Code.CONTEXT_ORDER,
        )
    for position, context in enumerate(contexts):
        allowed = _ORDER[min(position, len(_ORDER) - 1)]
        if isinstance(context, str) and context in allowed:
            continue
        if isinstance(context, str) and context in frozenset().union(*_ORDER):
            raise MalformedError(
                f"@context names {context} in place {position + 1}; a badge names the credentials"
                " context first, the Open Badges context second, extras after them",
                code=Code.CONTEXT_ORDER,
            )
        if isinstance(context, str):
            BUNDLED.check_carried(context)
        found = f"the context {context:.200}" if isinstance(context, str) else "an inline context"
        raise MalformedError(f"a badge may not use {found}", code=Code.CONTEXT_NOT_ALLOWED)


def check_plain_keys(presented: Document) -> None:
    """Refuse keywords, IRIs as keys and nested contexts, wherever they stand.

    Embedded endorsements are credentials of their own and may repeat an allowed `@context`.

    Raises:
        MalformedError: KEYWORD, NON_COMPACT, NESTED_CONTEXT.
    """
    members = {key: value for key, value in presented.items() if key not in ("@context", "proof")}
    _check_keys(members, path="", credential=False)


def _check_keys(value: object, *, path: str, credential: bool) -> None:
    if isinstance(value, list):
        for member in value:
            _check_keys(member, path=path, credential=credential)
    elif isinstance(value, dict):
        for key, member in value.items():
            where = f"{path}.{key}" if path else key
            if credential and key in ("@context", "proof"):
                _check_endorsement_member(key, member)
                continue
            _check_key(key, where)
            _check_keys(member, path=where, credential=key == _ENDORSEMENT)


def _check_endorsement_member(key: str, member: object) -> None:
    if key == "@context":
        try:
            check_badge_contexts({"@context": member})
        except ExplainedError as error:
            raise MalformedError(
                f"an embedded endorsement: {error}", code=Code.NESTED_CONTEXT
            ) from error


def _check_key(key: str, where: str) -> None:
    if key == "@context":
        raise MalformedError(
            f"{where}: a badge may name contexts only at its top", code=Code.NESTED_CONTEXT
        )
    if key.startswith("@"):
        raise MalformedError(
            f"{where}: the keyword {key:.40} hides from readers of the JSON what it signs;"
            " expected the terms of the Open Badges context",
            code=Code.KEYWORD,
        )
    # Some contexts give a member and a type one IRI (creator and Profile), which makes each a key
    # for the other. In all of them types, and only types, begin with a capital letter or a digit.
    if ":" in key or not key[:1].islower():
        raise MalformedError(
            f"{where:.200}: a key written as an IRI or a type; expected the term of the context",
            code=Code.NON_COMPACT,
        )


def read_alike(presented: Document, compacted: Document) -> Document:
    """Return the compacted graph in the words of the presented JSON, if that says the same.

    Equal up to null members, arrays of one, an id alone in its object, and terms that its contexts
    map to the same IRI: of those compaction takes the shortest, and so may take a type's name for
    a member. Endorsements are compared when they are judged themselves.

    Raises:
        MalformedError: the first difference, by its path (NON_COMPACT).
    """
    contexts = presented["@context"]
    left, right = (
        {
            key: value
            for key, value in document.items()
            if key not in ("@context", "proof") and value is not None
        }
        for document in (presented, compacted)
    )
    alike = _objects_alike(left, right, path="", terms=term_iris(tuple(contexts)))
    return {"@context": contexts} | alike


def _alike(left: object, right: object, *, path: str, terms: Mapping[str, frozenset[str]]) -> Any:  # noqa: ANN401 -- JSON is any JSON value
    left, right = _plain(left), _plain(right)
    if isinstance(left, dict) and isinstance(right, dict):
        return _objects_alike(left, right, path=path, terms=terms)
    if isinstance(left, list) and isinstance(right, list) and len(left) == len(right):
        pairs = zip(left, right, strict=True)
        return [_alike(one, other, path=path, terms=terms) for one, other in pairs]
    if type(left) is type(right) and left == right:
        return right
    if path.rpartition(".")[2] == "type" and _same_iri(left, right, terms):
        return left
    raise MalformedError(
        f"{path}: the JSON does not say what was signed; expected {right!r:.120},"
        f" found {left!r:.120}",
        code=Code.NON_COMPACT,
    )


def _objects_alike(
    left: Document, right: Document, *, path: str, terms: Mapping[str, frozenset[str]]
) -> Document:
    unmatched = dict(right)
    alike: Document = {}
    for key, value in left.items():
        match = key if key in unmatched else _alias(key, unmatched, terms)
        where = f"{path}.{key}" if path else key
        if match is None:
            raise MalformedError(
                f"{where}: this member is not what its contexts make of it; it may read"
                " differently from what was signed",
                code=Code.NON_COMPACT,
            )
        other = unmatched.pop(match)
        is_own = key == _ENDORSEMENT
        alike[key] = other if is_own else _alike(value, other, path=where, terms=terms)
    if unmatched:
        raise MalformedError(
            f"{path or 'the credential'}: what was signed also says {', '.join(unmatched):.120}",
            code=Code.NON_COMPACT,
        )
    return alike


def _alias(
    key: str, candidates: Mapping[str, Any], terms: Mapping[str, frozenset[str]]
) -> str | None:
    return next((name for name in candidates if _same_iri(key, name, terms)), None)


def _same_iri(left: object, right: object, terms: Mapping[str, frozenset[str]]) -> bool:
    """Tell whether a term and what compaction wrote for it, a term or an IRI, mean the same."""
    if not isinstance(left, str) or not isinstance(right, str):
        return False
    return bool(terms.get(left, frozenset()) & (terms.get(right, frozenset()) | {right}))


def _plain(value: object) -> object:
    """Drop what JSON-LD does not see: nulls, the brackets around one value, the braces of an id.

    Compaction writes the datatype of a value that its term would coerce; the JSON has no such.
    """
    if isinstance(value, dict):
        members = {key: member for key, member in value.items() if member is not None}
        if members.keys() == {"id"}:
            return members["id"]
        if members.keys() <= {"@value", "type"} and "@value" in members:
            return members["@value"]
        return members
    if isinstance(value, list):
        present = [member for member in value if member is not None]
        return _plain(present[0]) if len(present) == 1 else present
    return value
