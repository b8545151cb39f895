"""The bytes that are signed, against every published canonical form."""

import hashlib
from collections.abc import Callable, Collection
from pathlib import Path
from time import process_time

import pytest

from openbadges.errors import CanonicalizationLimitError, Code, UnsupportedError
from openbadges.jsonld import (
    ContextLoader,
    canonical_lines,
    canonicalize,
    canonicalize_expanded,
    expand,
)
from openbadges.jsonld.rdfc10 import Digest
from openbadges.strict import Document, parse_json_object

XSD = "https://www.w3.org/2001/XMLSchema#"
EDDSA = "vc-di-eddsa/eddsa-rdfc-2022/"
ECDSA = "vc-di-ecdsa/ecdsa-rdfc-2019-"


def read(path: Path) -> Document:
    document = parse_json_object(path.read_bytes(), what=path.name)
    document.pop("proof", None)
    return document


def test_number_one_is_the_document_of_1edtech(shared_vectors: Path, badge: Document) -> None:
    canonical = canonicalize(badge)
    assert canonical == (shared_vectors / "ob-v3p0" / "document-canon.txt").read_bytes()
    assert hashlib.sha256(canonical).hexdigest() == (
        "87f65a76d40146205e3b3e06cb0fbd153f97f9ce70372390f52566bb7f9e0773"
    )


def test_the_proof_configuration_of_1edtech(shared_vectors: Path, badge: Document) -> None:
    configuration = read(shared_vectors / "ob-v3p0" / "proof-config.json")
    canonical = canonicalize({"@context": badge["@context"], **configuration})
    assert canonical == (shared_vectors / "ob-v3p0" / "proof-canon.txt").read_bytes()


@pytest.mark.parametrize(
    ("document", "canonical", "digest"),
    [
        pytest.param(document, canonical, digest, id=canonical)
        for document, canonical, digest in (
            ("vc-di-eddsa/unsigned.json", EDDSA + "canonDocDataInt.txt", hashlib.sha256),
            (
                EDDSA + "proofConfigDataInt.json",
                EDDSA + "proofCanonDataInt.txt",
                hashlib.sha256,
            ),
            (
                "vc-di-eddsa/employmentAuth.json",
                EDDSA + "employ/canonDocDataInt.txt",
                hashlib.sha256,
            ),
            (
                EDDSA + "employ/proofConfigDataInt.json",
                EDDSA + "employ/proofCanonDataInt.txt",
                hashlib.sha256,
            ),
            (
                "vc-di-eddsa/Ed25519Signature2020/signedEdSig.json",
                "vc-di-eddsa/Ed25519Signature2020/canonDocEdSig.txt",
                hashlib.sha256,
            ),
            (
                "vc-di-eddsa/Ed25519Signature2020/proofConfigEdSig.json",
                "vc-di-eddsa/Ed25519Signature2020/proofCanonEdSig.txt",
                hashlib.sha256,
            ),
            *(
                (
                    f"{ECDSA}{curve}/{folder}{source}ECDSA{curve.upper()}.json",
                    f"{ECDSA}{curve}/{folder}{result}ECDSA{curve.upper()}.txt",
                    digest,
                )
                for curve, digest in (("p256", hashlib.sha256), ("p384", hashlib.sha384))
                for folder in ("", "employ/")
                for source, result in (("signed", "canonDoc"), ("proofConfig", "proofCanon"))
            ),
        )
    ],
)
def test_a_published_document_has_its_published_canonical_form(
    shared_vectors: Path,
    citizenship: ContextLoader,
    *,
    document: str,
    canonical: str,
    digest: Digest,
) -> None:
    found = canonicalize(read(shared_vectors / document), contexts=citizenship, digest=digest)
    assert found == (shared_vectors / canonical).read_bytes()


def test_one_expansion_serves_canonicalization_too(badge: Document) -> None:
    assert canonicalize_expanded(expand(badge)) == canonicalize(badge)


@pytest.mark.parametrize(
    ("number", "written"),
    [
        pytest.param(42.5, '"4.25E1"', id="a double"),
        pytest.param(42, '"42"', id="an integer"),
        pytest.param(42.0, '"42"', id="a double without a fraction"),
        pytest.param(0.1, '"1.0E-1"', id="a small double"),
        pytest.param(-2.5, '"-2.5E0"', id="a negative double"),
    ],
)
def test_a_number_is_written_as_json_ld_asks(badge: Document, number: float, written: str) -> None:
    badge["credentialSubject"]["creditsEarned"] = number
    assert f"{written}^^<{XSD}float>" in canonicalize(badge).decode()


def test_the_direction_of_a_text_is_signed(badge: Document) -> None:
    badge["name"] = {"@value": "שלום", "@language": "he", "@direction": "rtl"}
    line = '"שלום"^^<https://www.w3.org/ns/i18n#he_rtl>'
    assert line in canonicalize(badge).decode()


def test_control_characters_are_escaped(badge: Document) -> None:
    badge["name"] = "a\u000bb"
    assert r'"a\u000Bb"' in canonicalize(badge).decode()


def test_an_unknown_context_is_the_worlds_fault_and_nothing_is_fetched(badge: Document) -> None:
    """Threat A12: sockets are off in every test, so a fetch would be another error."""
    badge["@context"].append("https://evil.example/context?u=1")
    with pytest.raises(UnsupportedError) as caught:
        canonicalize(badge)
    assert caught.value.code is Code.CONTEXT_UNKNOWN


def alike(results: int, alignments: int) -> Callable[[Document], None]:
    """Legal terms alone: results that have identical alignments (A31)."""

    def change(badge: Document) -> None:
        alignment = {
            "type": ["Alignment"],
            "targetName": "x",
            "targetUrl": "https://example.org/x",
        }
        result = {"type": ["Result"], "alignment": [alignment] * alignments}
        badge["credentialSubject"]["result"] = [result] * results

    return change


def clique(badge: Document) -> None:
    """Ten nodes, each related to each (A32)."""
    badge["@context"].append({"k": "https://x.example/k"})
    badge["k"] = [
        {"id": f"_:b{n}", "k": [{"id": f"_:b{m}"} for m in range(10) if m != n]} for n in range(10)
    ]


def wide(alignments: int) -> Callable[[Document], None]:
    """Many alignments that differ (A34)."""

    def change(badge: Document) -> None:
        badge["credentialSubject"]["achievement"]["alignment"] = [
            {"type": ["Alignment"], "targetName": f"{n}", "targetUrl": f"https://example.org/{n}"}
            for n in range(alignments)
        ]

    return change


def many_tags(badge: Document) -> None:
    badge["credentialSubject"]["achievement"]["tag"] = [f"{n}" for n in range(1900)]


@pytest.mark.parametrize(
    "poison",
    [
        pytest.param(alike(2, 8), id="2 results with 8 identical alignments"),
        pytest.param(alike(6, 6), id="6 results with 6 identical alignments"),
        pytest.param(clique, id="a clique of ten"),
        pytest.param(wide(900), id="900 alignments"),
        pytest.param(many_tags, id="1900 tags"),
    ],
)
def test_poison_is_refused(badge: Document, poison: Callable[[Document], None]) -> None:
    poison(badge)
    started = process_time()
    with pytest.raises(CanonicalizationLimitError):
        canonicalize(badge)
    print(f"{(process_time() - started) * 1000:.0f} ms of CPU")  # noqa: T201 -- for pytest -rP


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(alike(1, 5), id="5 identical alignments"),
        pytest.param(alike(2, 3), id="twice 3 identical alignments"),
        pytest.param(wide(450), id="450 alignments"),
    ],
)
def test_an_honest_badge_is_far_from_the_limits(
    badge: Document, change: Callable[[Document], None]
) -> None:
    change(badge)
    assert canonicalize(badge)


def test_lines_under_their_canonical_labels_are_the_canonical_form(badge: Document) -> None:
    lines = canonical_lines(badge, lambda labels: {label: label for label in labels})
    assert "".join(lines).encode() == canonicalize(badge)


def test_lines_are_sorted_by_the_labels_that_they_were_given(badge: Document) -> None:
    def backwards(labels: Collection[str]) -> dict[str, str]:
        given = sorted(labels)
        return dict(zip(given, (f"u{label}" for label in reversed(given)), strict=True))

    lines = canonical_lines(badge, backwards)
    assert lines == sorted(lines)
    assert len(lines) == len(canonicalize(badge).splitlines())
    assert not any("_:c14n" in line for line in lines)
