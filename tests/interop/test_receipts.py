"""Receipts with npm's jose: proven with their own key, and by no key set as it is published."""

import pytest

from openbadges.strict import parse_json_object
from tests.bundles import bundle_of, key_set, sign
from tests.credentials import valid_credential
from tests.node import Node, RefusedByNodeError
from tests.world import BADGES, honest_internet


def test_a_receipt_is_proven_there_with_the_key_that_is_listed_for_receipts(node: Node) -> None:
    receipt = bundle_of(honest_internet(), BADGES.sign(valid_credential())).receipt
    (listed,) = key_set()["keys"]
    chosen = {name: value for name, value in listed.items() if name != "use"}
    answer = node.ask("verifyJws", jws=receipt, jwks={"keys": [chosen]}, algorithms=[listed["alg"]])
    assert answer["header"]["typ"] == "insignia-receipt+jwt"
    assert parse_json_object(answer["payload"], what="it")["verdict"] == "VERIFIED"


def test_who_looks_in_the_key_set_for_a_key_of_signatures_does_not_find_it(node: Node) -> None:
    """So nothing that is signed with it is taken for a credential, by the usual means."""
    with pytest.raises(RefusedByNodeError, match="no applicable key"):
        node.ask("verifyJws", jws=sign({"iss": "x"}), jwks=key_set(), algorithms=["EdDSA"])
