"""The support matrix."""

import hashlib

from openbadges.data_integrity import CRYPTOSUITES
from openbadges.public_key import Algorithm


def test_the_table_is_keyed_by_the_registered_names() -> None:
    assert [suite.name for suite in CRYPTOSUITES.values()] == list(CRYPTOSUITES)
    assert "eddsa-rdfc-2022" in CRYPTOSUITES


def test_eddsa_is_made_with_eddsa_keys_and_sha_256() -> None:
    suite = CRYPTOSUITES["eddsa-rdfc-2022"]
    assert suite.algorithms == {Algorithm.EDDSA}
    assert suite.digest(b"x") == hashlib.sha256(b"x").digest()
    assert suite.signature_bytes == 64
