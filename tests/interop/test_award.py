"""What `insignia award --out` writes is a badge for independent software too."""

from collections.abc import Callable
from typing import Final

import pytest

from openbadges.baking import png, svg
from openbadges.strict import Document, format_timestamp, parse_json_object
from tests.node import Node
from tests.product import Product
from verifier import Verdict

VERIFIED: Final = {"verified": True, "error": None, "revoked": False}
ALGORITHMS: Final = ["EdDSA", "ES256", "RS256"]


def _verify_there(node: Node, product: Product, credential: Document) -> Document:
    result: Document = node.ask(
        "verify",
        credential=credential,
        now=format_timestamp(product.now),
        documents=product.published(),
    )
    return result


def test_the_credential_verifies_there(node: Node, product: Product) -> None:
    assert _verify_there(node, product, product.credential) == VERIFIED


@pytest.mark.parametrize(
    ("name", "unbake"),
    [
        pytest.param("badge.png", png.unbake, id="png"),
        pytest.param("badge.svg", svg.unbake, id="svg"),
    ],
)
def test_the_credential_in_a_picture_verifies_there(
    node: Node, product: Product, name: str, unbake: Callable[[bytes], str]
) -> None:
    credential = parse_json_object(unbake(product.file(name)), what=name)
    assert _verify_there(node, product, credential) == VERIFIED


def test_the_status_list_verifies_there(node: Node, product: Product) -> None:
    url = product.credential["credentialStatus"]["statusListCredential"]
    answer = _verify_there(node, product, product.published()[url])
    assert answer == VERIFIED | {"revoked": None}


def test_the_compact_jws_verifies_there_by_the_published_keys(node: Node, product: Product) -> None:
    answer = node.ask(
        "verifyJws",
        jws=product.file("credential.jws").decode(),
        jwks=product.jwks,
        algorithms=ALGORITHMS,
    )
    payload = parse_json_object(answer["payload"], what="the payload")
    assert payload["jti"] == product.credential["id"]


def test_one_changed_character_is_refused_by_both(node: Node, product: Product) -> None:
    data = product.file("credential.json").replace(b"Deu ", b"Dos ")
    changed = parse_json_object(data, what="the changed credential")
    assert not _verify_there(node, product, changed)["verified"]
    assert product.verify(data).verdict is Verdict.REJECTED


def test_its_revocation_is_read_by_both(node: Node, revoked_product: Product) -> None:
    answer = _verify_there(node, revoked_product, revoked_product.credential)
    assert answer == VERIFIED | {"revoked": True}
    report = revoked_product.verify(revoked_product.file("credential.json"))
    assert report.verdict is Verdict.REJECTED
