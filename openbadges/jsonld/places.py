"""One node, one place: what a graph says of a node stands where a reader of the JSON looks for it.

A graph does not care where in a tree a statement stands, so one node may be described in several
places, and a reader of one of them misses the rest. Badges are judged by every place that our
models read, other credentials by the two that decide whether they still hold. How the JSON itself
must look is in `strict_profile`.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from openbadges.errors import Code, MalformedError
from openbadges.jsonld.contexts import term_iris
from openbadges.models import AchievementCredential, EndorsementCredential
from openbadges.models.model import Model
from openbadges.strict import Document

CREDENTIALS_VOCABULARY: Final = "https://www.w3.org/2018/credentials#"
CREDENTIAL_STATUS: Final = CREDENTIALS_VOCABULARY + "credentialStatus"
# What a badge is read as; places inside an embedded endorsement are judged with the endorsement.
_READ_AS: Final[Sequence[type[Model]]] = (AchievementCredential, EndorsementCredential)

_Statements = Mapping[str, set[str]]
"""Of one node: the values of each property, spelled so that equal ones are equal."""


def check_one_tree(expanded: Sequence[Any]) -> None:
    """Refuse nodes that hang on the credential otherwise than by a property: no reader finds them.

    Raises:
        MalformedError: `@included` or `@reverse` (KEYWORD), or not exactly one node at the top.
    """
    if len(expanded) != 1:
        raise MalformedError(f"the document must describe one credential; found {len(expanded)}")
    for node in nodes(expanded):
        if "@included" in node or "@reverse" in node:
            raise MalformedError(
                "@included and @reverse attach statements where no reader looks for them",
                code=Code.KEYWORD,
            )


def check_no_split_node(expanded: Sequence[Any], contexts: Sequence[str]) -> None:
    """Refuse a badge in which a reader of one place misses what another says of the same node.

    Every place that our models read is compared with all that the graph says of its id, in
    embedded endorsements too; what stands at both alike, or is read at neither, is no split.

    Raises:
        MalformedError: SPLIT_NODE, naming the node and the member.
    """
    terms = term_iris(tuple(contexts))
    everywhere = _statements_by_id(expanded)
    for model in _READ_AS:
        _check_places(expanded[0], model, everywhere=everywhere, terms=terms)


def check_credential_in_one_place(expanded: Sequence[Any], compacted: Document) -> None:
    """Refuse a credential of which, or of whose status, something is said where nobody looks.

    That is at another place, or under an IRI because its contexts have no term for it: so an expiry
    of version 1.1 could be taken along into version 2.

    Raises:
        MalformedError: SPLIT_NODE or NON_COMPACT, naming the property.
    """
    for iri in expanded[0]:
        term = iri.removeprefix(CREDENTIALS_VOCABULARY)
        if term != iri and term not in compacted:
            raise MalformedError(
                f"the credential's contexts have no term for {iri:.100} as it is used",
                code=Code.NON_COMPACT,
            )
    everywhere = _statements_by_id(expanded)
    for node in (expanded[0], *_values(expanded[0].get(CREDENTIAL_STATUS))):
        for iri in everywhere.get(node.get("@id", ""), {}):
            _check_place(node, iri, everywhere=everywhere)


def nodes(values: object) -> Iterator[dict[str, Any]]:
    """Yield every node object of the default graph, however deep."""
    for value in _values(values):
        if isinstance(value, dict) and "@value" not in value:
            yield value
            for iri, members in value.items():
                if not iri.startswith("@"):
                    yield from nodes(members)


def _statements_by_id(expanded: Sequence[Any]) -> Mapping[str, _Statements]:
    everywhere: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for node in nodes(expanded):
        if "@id" in node:
            for iri in node:
                everywhere[node["@id"]][iri] |= _said(node, iri)
    return everywhere


def _check_places(
    node: Document,
    model: type[Model],
    *,
    everywhere: Mapping[str, _Statements],
    terms: Mapping[str, frozenset[str]],
) -> None:
    for member, child in model.members().items():
        for iri in terms.get(member, frozenset()):
            _check_place(node, iri, everywhere=everywhere)
            if child is not None:
                for value in _values(node.get(iri)):
                    _check_places(value, child, everywhere=everywhere, terms=terms)


def _check_place(
    node: Mapping[str, Any], iri: str, *, everywhere: Mapping[str, _Statements]
) -> None:
    said = everywhere.get(node.get("@id", ""), {}).get(iri, set())
    if said - _said(node, iri):
        raise MalformedError(
            f"{node['@id']:.200} is described in several places, which differ in {iri}: a reader of"
            " one would miss the other",
            code=Code.SPLIT_NODE,
        )


def _said(node: Mapping[str, Any], iri: str) -> set[str]:
    """Spell what a node says by one property; its types may differ between places."""
    return set() if iri.startswith("@") else {_spelled(value) for value in _values(node.get(iri))}


def _spelled(value: object) -> str:
    """Spell a value so that equal ones are equal: a node with an id is its id."""
    if isinstance(value, dict):
        if "@id" in value:
            return f"<{value['@id']}>"
        members = (f"{key}={_spelled(value[key])}" for key in sorted(value))
        return "{" + ",".join(members) + "}"
    if isinstance(value, list):
        return "[" + ",".join(_spelled(member) for member in value) + "]"
    return f"{type(value).__name__}:{value!r}"


def _values(values: object) -> Iterator[Any]:
    """Yield the values of a property, those of lists too; graphs in them are not entered."""
    for value in values if isinstance(values, list) else ():
        if isinstance(value, dict) and "@list" in value:
            yield from _values(value["@list"])
        else:
            yield value
