"""The support matrix."""

import hashlib

import pytest

from openbadges.data_integrity import CRYPTOSUITES, Covered
from openbadges.public_key import Algorithm

SHA_256, SHA_384 = hashlib.sha256, hashlib.sha384
EDDSA = {Algorithm.EDDSA: (SHA_256, 64)}
P256 = {Algorithm.ES256: (SHA_256, 64)}
EITHER = {**P256, Algorithm.ES384: (SHA_384, 96)}


def test_the_table_is_keyed_by_the_registered_names() -> None:
    assert [suite.name for suite in CRYPTOSUITES.values()] == list(CRYPTOSUITES)


@pytest.mark.parametrize(
    ("name", "keys", "covered"),
    [
        ("eddsa-rdfc-2022", EDDSA, Covered.GRAPH),
        ("eddsa-jcs-2022", EDDSA, Covered.JSON),
        ("ecdsa-rdfc-2019", EITHER, Covered.GRAPH),
        ("ecdsa-jcs-2019", EITHER, Covered.JSON),
        ("ecdsa-sd-2023", P256, Covered.GRAPH),
        ("Ed25519Signature2020", EDDSA, Covered.GRAPH),
    ],
)
def test_the_key_decides_hash_and_length_and_the_suite_what_is_covered(
    name: str, keys: dict[Algorithm, tuple[object, int]], covered: Covered
) -> None:
    suite = CRYPTOSUITES[name]
    found = {kind: (one.digest, one.signature_bytes) for kind, one in suite.keys.items()}
    assert found == keys
    assert suite.algorithms == keys.keys()
    assert suite.covered is covered


def test_these_are_all() -> None:
    assert len(CRYPTOSUITES) == 6
