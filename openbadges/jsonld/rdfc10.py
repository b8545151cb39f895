"""RDF Dataset Canonicalization, RDFC-1.0, with a budget that no poison graph outlives.

https://www.w3.org/TR/rdf-canon/. Each algorithm of the specification is one function here, under
the specification's name. How a JSON document becomes a dataset is in `canonicalization`.
"""

import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from itertools import permutations
from typing import Final, Protocol

from openbadges.errors import CanonicalizationLimitError
from openbadges.jsonld.nquads import Quad, is_blank

# The costliest honest graphs that were published (tests 044 to 046) take 6 168 steps; a clique of
# ten nodes, or two results with eight identical alignments each, would take millions (A31, A32).
MAXIMUM_WORK: Final = 20_000  # related nodes that Hash N-Degree Quads looks at, for one dataset
PREDICATE_CHARACTERS_A_STEP: Final = 1_000  # a predicate is hashed again at each look
MAXIMUM_CALL_DEPTH: Final = 100  # nested calls of it; each takes three of Python's frames


class Hash(Protocol):
    """What a hash function of hashlib returns, as far as it is used here."""

    def digest(self) -> bytes:
        """Return the digest."""

    def hexdigest(self) -> str:
        """Return the digest in lower-case hexadecimal."""


Digest = Callable[[bytes], Hash]
"""A hash function as hashlib has it: `hashlib.sha256`, or `hashlib.sha384` for P-384 keys."""


def canonicalize_dataset(quads: Iterable[Quad], *, digest: Digest = hashlib.sha256) -> bytes:
    """Return the canonical N-Quads of a dataset: its distinct lines in code point order, as UTF-8.

    Raises:
        CanonicalizationLimitError: telling its blank nodes apart costs more than `MAXIMUM_WORK`.

    Spec: rdf-canon#canon-algorithm
    """
    distinct = list(dict.fromkeys(quads))
    return "".join(labelled_lines(distinct, canonical_identifiers(distinct, digest=digest))).encode(
        "utf-8"
    )


def labelled_lines(quads: Iterable[Quad], labels: Mapping[str, str]) -> list[str]:
    """Return the lines of distinct statements in code point order, blank nodes by their `labels`.

    Spec: rdf-canon#canon-algorithm
    """
    return sorted(_relabelled(quad, labels.__getitem__).line() for quad in quads)


def canonical_identifiers(
    quads: Iterable[Quad], *, digest: Digest = hashlib.sha256
) -> Mapping[str, str]:
    """Return the canonical label of each blank node, both with their `_:`.

    Raises:
        CanonicalizationLimitError: as `canonicalize_dataset`.

    Spec: rdf-canon#canon-algorithm
    """
    state = _State(quads, digest)
    for hashed in sorted(state.nodes_by_hash):
        if len(nodes := state.nodes_by_hash[hashed]) == 1:
            state.canonical.issue(nodes[0])
    for hashed in sorted(state.nodes_by_hash):
        if len(nodes := state.nodes_by_hash[hashed]) == 1:
            continue
        results = []
        for node in nodes:
            if node not in state.canonical.issued:
                issuer = IdentifierIssuer("_:b")
                issuer.issue(node)
                results.append(hash_n_degree_quads(state, node, issuer))
        for _hash, issuer in sorted(results, key=lambda result: result[0]):
            for node in issuer.issued:
                state.canonical.issue(node)
    return state.canonical.issued


class IdentifierIssuer:
    """Issues labels in the order in which nodes ask for one, and remembers them in that order.

    Spec: rdf-canon#issue-identifier
    """

    def __init__(self, prefix: str, issued: Mapping[str, str] | None = None) -> None:
        self._prefix = prefix
        self.issued = dict(issued or {})

    def issue(self, node: str) -> str:
        """Return the node's label, a new one if it has none yet."""
        return self.issued.setdefault(node, f"{self._prefix}{len(self.issued)}")

    def copy(self) -> "IdentifierIssuer":
        """Return an issuer that goes on from here without changing this one."""
        return IdentifierIssuer(self._prefix, self.issued)


class _State:
    """The canonicalization state: who is mentioned where, who looks alike, what may still be spent.

    Spec: rdf-canon#canon-state
    """

    def __init__(self, quads: Iterable[Quad], digest: Digest) -> None:
        self.digest = digest
        self.quads_by_node: dict[str, list[Quad]] = defaultdict(list)
        for quad in quads:
            for node in {term for term in quad if is_blank(term)}:
                self.quads_by_node[node].append(quad)
        self.hash_by_node = {
            node: hash_first_degree_quads(self, node) for node in self.quads_by_node
        }
        self.nodes_by_hash: dict[str, list[str]] = defaultdict(list)
        for node, hashed in self.hash_by_node.items():
            self.nodes_by_hash[hashed].append(node)
        self.canonical = IdentifierIssuer("_:c14n")
        self._work_left = MAXIMUM_WORK

    def hash(self, text: str) -> str:
        return self.digest(text.encode("utf-8")).hexdigest()

    def spend(self, work: int) -> None:
        self._work_left -= work
        if self._work_left < 0:
            raise CanonicalizationLimitError(
                "telling the unnamed nodes of this document apart takes more than"
                f" {MAXIMUM_WORK} steps, which no honest badge needs"
            )


def hash_first_degree_quads(state: _State, node: str) -> str:
    """Hash what is said of a blank node directly, itself as `_:a` and any other as `_:z`.

    Spec: rdf-canon#hash-1d-quads
    """
    lines = sorted(
        _relabelled(quad, lambda label: "_:a" if label == node else "_:z").line()
        for quad in state.quads_by_node[node]
    )
    return state.hash("".join(lines))


def hash_related_blank_node(
    state: _State, related: str, *, quad: Quad, position: str, issuer: IdentifierIssuer
) -> str:
    """Hash one mention of a related blank node: where it stands, and what it is called so far.

    Spec: rdf-canon#hash-related-blank-node
    """
    predicate = "" if position == "g" else quad.predicate
    called = (
        state.canonical.issued.get(related)
        or issuer.issued.get(related)
        or state.hash_by_node[related]
    )
    return state.hash(position + predicate + called)


def hash_n_degree_quads(
    state: _State, node: str, issuer: IdentifierIssuer, *, depth: int = 0
) -> tuple[str, IdentifierIssuer]:
    """Hash a blank node by the shortest, least path through all that is connected to it.

    Returns the hash and the issuer that has labelled the nodes along that path.

    Spec: rdf-canon#hash-nd-quads
    """
    if depth > MAXIMUM_CALL_DEPTH:
        raise CanonicalizationLimitError(
            f"unnamed nodes that look alike stand in a chain of more than {MAXIMUM_CALL_DEPTH}"
        )
    related_by_hash = _related_by_hash(state, node, issuer)
    data = ""
    for hashed in sorted(related_by_hash):
        path, issuer = _least_path(state, related_by_hash[hashed], issuer, depth)
        data += hashed + path
    return state.hash(data), issuer


def _related_by_hash(state: _State, node: str, issuer: IdentifierIssuer) -> Mapping[str, list[str]]:
    """Group the blank nodes that share a statement with this one (steps 1 to 3)."""
    related_by_hash: dict[str, list[str]] = defaultdict(list)
    for quad in state.quads_by_node[node]:
        for position, term in (("s", quad.subject), ("o", quad.object), ("g", quad.graph)):
            if is_blank(term) and term != node:
                state.spend(1 + len(quad.predicate) // PREDICATE_CHARACTERS_A_STEP)
                hashed = hash_related_blank_node(
                    state, term, quad=quad, position=position, issuer=issuer
                )
                related_by_hash[hashed].append(term)
    return related_by_hash


def _least_path(
    state: _State, nodes: list[str], issuer: IdentifierIssuer, depth: int
) -> tuple[str, IdentifierIssuer]:
    """Try every order of nodes that look alike, and keep the one with the least path (step 5)."""
    chosen = "", issuer
    for order in permutations(nodes):
        state.spend(len(order))
        walked = _walk(state, order, issuer.copy(), least=chosen[0], depth=depth)
        if walked is not None and (not chosen[0] or walked[0] < chosen[0]):
            chosen = walked
    return chosen


def _walk(
    state: _State, order: tuple[str, ...], issuer: IdentifierIssuer, *, least: str, depth: int
) -> tuple[str, IdentifierIssuer] | None:
    """Write the path of one order, or give it up once it cannot be less than the least (5.4)."""
    path = ""
    unvisited = []
    for node in order:
        if node in state.canonical.issued:
            path += state.canonical.issued[node]
        else:
            if node not in issuer.issued:
                unvisited.append(node)
            path += issuer.issue(node)
        if _is_hopeless(path, least):
            return None
    for node in unvisited:
        hashed, deeper = hash_n_degree_quads(state, node, issuer, depth=depth + 1)
        path += f"{issuer.issue(node)}<{hashed}>"
        issuer = deeper
        if _is_hopeless(path, least):
            return None
    return path, issuer


def _is_hopeless(path: str, least: str) -> bool:
    return bool(least) and len(path) >= len(least) and path > least


def _relabelled(quad: Quad, label: Callable[[str], str]) -> Quad:
    """Return the statement with each blank node named anew."""
    subject, predicate, object_, graph = quad
    return Quad(
        label(subject) if is_blank(subject) else subject,
        predicate,
        label(object_) if is_blank(object_) else object_,
        label(graph) if is_blank(graph) else graph,
    )
