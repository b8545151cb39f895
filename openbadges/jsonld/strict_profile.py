"""The strict profile: what a reader of the JSON sees is what the proof covers.

An RDF-based proof signs a graph, and JSON can be rewritten without changing its graph: keys
spelled as IRIs, `@included`, an inline context, one node split in two. A badge in any such
disguise is refused here. Expansion with its refusal of data loss has already happened; policy
about the generic profile is in `verifier.checks.conformance`.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any, Final

from openbadges.errors import Code, MalformedError
from openbadges.jsonld.contexts import BUNDLED
from openbadges.models import AchievementCredential, EndorsementCredential
from openbadges.models.model import Model
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

# The one place where a credential of its own stands inside another one.
_ENDORSEMENT: Final = "endorsement"
_PLACES: Final[Sequence[type[Model]]] = (AchievementCredential, EndorsementCredential)


def has_open_badges_type(expanded: Sequence[Any]) -> bool:
    """Tell whether any node of the graph has an Open Badges type: then it is judged strictly."""
    return any(
        isinstance(name, str) and name.startswith(OPEN_BADGES_VOCABULARY)
        for node in _nodes(expanded)
        for name in node.get("@type", ())
    )


def check_badge_contexts(presented: Document) -> None:
    """Refuse contexts that a badge may not name, or may not name in this order.

    Raises:
        MalformedError: an inline or foreign context (CONTEXT_NOT_ALLOWED), the data model not
            first or the Open Badges context not second (CONTEXT_ORDER).

    Spec: vc-data-model-2.0#contexts; ob-v3p0#jsonld-context
    """
    contexts = presented.get("@context")
    if not isinstance(contexts, list) or not contexts:
        raise MalformedError(
            f"@context must be an array of context URLs; found {describe(contexts)}",
            code=Code.CONTEXT_ORDER,
        )
    for position, context in enumerate(contexts):
        allowed = (DATA_MODELS, BADGE_CONTEXTS, EXTRA_CONTEXTS)[min(position, 2)]
        if isinstance(context, str) and context in allowed:
            continue
        if isinstance(context, str) and context in DATA_MODELS | BADGE_CONTEXTS | EXTRA_CONTEXTS:
            raise MalformedError(
                f"@context names {context} in place {position + 1}; a badge names the credentials"
                " context first, the Open Badges context second, extras after them",
                code=Code.CONTEXT_ORDER,
            )
        found = context if isinstance(context, str) else f"{describe(context)} (an inline context)"
        raise MalformedError(
            f"a badge may not use the context {found:.200}", code=Code.CONTEXT_NOT_ALLOWED
        )


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
        except MalformedError as error:
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
    if ":" in key:
        raise MalformedError(
            f"{where:.200}: a key written as an IRI; expected the term of the context",
            code=Code.NON_COMPACT,
        )


def check_says_the_same(presented: Document, verified: Document) -> None:
    """Refuse JSON that differs from the compaction of its own graph.

    Equal up to null members, arrays of one, and terms that its contexts map to the same IRI.
    Endorsements are compared when they are judged themselves.

    Raises:
        MalformedError: the first difference, by its path (NON_COMPACT).
    """
    left = {key: value for key, value in presented.items() if key not in ("@context", "proof")}
    right = {key: value for key, value in verified.items() if key not in ("@context", "proof")}
    contexts = tuple(context for context in presented["@context"] if isinstance(context, str))
    _compare(left, right, path="", terms=term_iris(contexts))


def _compare(
    left: object, right: object, *, path: str, terms: Mapping[str, frozenset[str]]
) -> None:
    left, right = _plain(left), _plain(right)
    if isinstance(left, dict) and isinstance(right, dict):
        _compare_objects(left, right, path=path, terms=terms)
    elif isinstance(left, list) and isinstance(right, list) and len(left) == len(right):
        for one, other in zip(left, right, strict=True):
            _compare(one, other, path=path, terms=terms)
    elif not _same_scalar(left, right, path=path, terms=terms):
        raise MalformedError(
            f"{path}: the JSON does not say what was signed; expected {right!r:.120},"
            f" found {left!r:.120}",
            code=Code.NON_COMPACT,
        )


def _compare_objects(
    left: Document, right: Document, *, path: str, terms: Mapping[str, frozenset[str]]
) -> None:
    unmatched = dict(right)
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
        if key != _ENDORSEMENT:
            _compare(value, other, path=where, terms=terms)
    if unmatched:
        raise MalformedError(
            f"{path or 'the credential'}: what was signed also says {', '.join(unmatched):.120}",
            code=Code.NON_COMPACT,
        )


def _alias(
    key: str, candidates: Mapping[str, Any], terms: Mapping[str, frozenset[str]]
) -> str | None:
    iris = terms.get(key, frozenset())
    return next((name for name in candidates if iris & terms.get(name, frozenset())), None)


def _same_scalar(
    left: object, right: object, *, path: str, terms: Mapping[str, frozenset[str]]
) -> bool:
    if type(left) is type(right) and left == right:
        return True
    is_type = path.rpartition(".")[2] == "type"
    if is_type and isinstance(left, str) and isinstance(right, str):
        return bool(terms.get(left, frozenset()) & terms.get(right, frozenset()))
    return False


def _plain(value: object) -> object:
    """Drop what JSON-LD does not see: null members, and the brackets around one value."""
    if isinstance(value, dict):
        return {key: member for key, member in value.items() if member is not None}
    if isinstance(value, list):
        members = [member for member in value if member is not None]
        return _plain(members[0]) if len(members) == 1 else members
    return value


def check_no_split_node(expanded: Sequence[Any], contexts: Sequence[Any]) -> None:
    """Refuse a graph in which a reader of one place misses what another place says of its node.

    Every place that our models read is compared with all that the graph says of its id, in
    embedded endorsements too; what stands at both alike, or is read at neither, is no split.

    Raises:
        MalformedError: SPLIT_NODE, naming the node and the member.
    """
    terms = term_iris(tuple(context for context in contexts if isinstance(context, str)))
    merged: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for node in _nodes(expanded):
        if "@id" in node:
            for iri, values in _properties(node):
                merged[node["@id"]][iri] |= values
    for credential in expanded:
        _check_places(credential, AchievementCredential, merged=merged, terms=terms)


def _check_places(
    node: object,
    model: type[Model],
    *,
    merged: Mapping[str, Mapping[str, set[str]]],
    terms: Mapping[str, frozenset[str]],
) -> None:
    if not isinstance(node, dict):
        return
    everything = merged.get(node.get("@id", ""), {})
    here = dict(_properties(node))
    for member, child in model.members().items():
        for iri in terms.get(member, frozenset()):
            if everything.get(iri, set()) - here.get(iri, set()):
                raise MalformedError(
                    f"{node['@id']:.200} is described in several places, and {member!r} differs"
                    " between them: a reader of one would miss the other",
                    code=Code.SPLIT_NODE,
                )
            # an endorsement is a credential of its own, and its places are judged with it
            if child is not None and not issubclass(child, EndorsementCredential):
                for value in _values(node.get(iri)):
                    _check_places(value, child, merged=merged, terms=terms)


def _properties(node: Mapping[str, Any]) -> Iterator[tuple[str, set[str]]]:
    for iri, values in node.items():
        if not iri.startswith("@"):
            yield iri, {_fingerprint(value) for value in _values(values)}


def _fingerprint(value: object) -> str:
    """Spell a value so that equal ones are equal: a node with an id is its id."""
    if isinstance(value, dict):
        if "@id" in value:
            return f"<{value['@id']}>"
        members = (f"{key}={_fingerprint(value[key])}" for key in sorted(value))
        return "{" + ",".join(members) + "}"
    if isinstance(value, list):
        return "[" + ",".join(_fingerprint(member) for member in value) + "]"
    return f"{type(value).__name__}:{value!r}"


def _values(values: object) -> Iterator[Any]:
    """Yield the values of a property, those of lists too; other graphs are not entered."""
    for value in values if isinstance(values, list) else ():
        if isinstance(value, dict) and "@list" in value:
            yield from _values(value["@list"])
        elif not (isinstance(value, dict) and "@graph" in value):
            yield value


def _nodes(values: object) -> Iterator[dict[str, Any]]:
    """Yield every node object of the default graph, however deep."""
    for value in _values(values):
        if isinstance(value, dict) and "@value" not in value:
            yield value
            for iri, members in value.items():
                if not iri.startswith("@"):
                    yield from _nodes(members)


@lru_cache(maxsize=64)
def term_iris(contexts: tuple[str, ...]) -> Mapping[str, frozenset[str]]:
    """Map each term to every IRI that these contexts give it, in any of their scopes."""
    iris: dict[str, set[str]] = defaultdict(set)
    for url in contexts:
        _collect(BUNDLED.load(url)["@context"], iris, outer={})
    return {term: frozenset(found) for term, found in iris.items()}


def _collect(context: object, iris: dict[str, set[str]], *, outer: Mapping[str, Any]) -> None:
    for part in context if isinstance(context, list | tuple) else [context]:
        if not isinstance(part, Mapping):
            continue
        scope = {**outer, **part}
        for term, definition in part.items():
            if term.startswith("@"):
                continue
            target = definition.get("@id", term) if isinstance(definition, Mapping) else definition
            if isinstance(target, str):
                iris[term].add(_absolute(target, scope))
            if isinstance(definition, Mapping) and "@context" in definition:
                _collect(definition["@context"], iris, outer=scope)


def _absolute(target: str, context: Mapping[str, Any]) -> str:
    """Resolve a term's definition through the prefixes and terms beside it."""
    for _hop in range(4):
        prefix, colon, suffix = target.partition(":")
        definition = context.get(prefix if colon else target)
        base = definition.get("@id") if isinstance(definition, Mapping) else definition
        if not isinstance(base, str) or suffix.startswith("//") or base == target:
            return target
        target = base + suffix if colon else base
    return target
