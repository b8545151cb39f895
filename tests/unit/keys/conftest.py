"""A keystore that is cheap to open, and the published key pair whose seed may be known."""

import json
from collections.abc import Mapping
from pathlib import Path

import pytest

from keys.encryption import InsecureCost
from keys.keystore import Keystore
from keys.passphrase import Passphrase


@pytest.fixture
def passphrase() -> Passphrase:
    return Passphrase("correct horse battery staple")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "keystore"


@pytest.fixture
def keystore(folder: Path, passphrase: Passphrase) -> Keystore:
    return Keystore.create(folder, passphrase, cost=InsecureCost(2))


@pytest.fixture(scope="session")
def key_pair_vector(shared_vectors: Path) -> Mapping[str, str]:
    vector: dict[str, str] = json.loads(  # noqa: TID251 -- a vector of ours, not outside data
        (shared_vectors / "ob-v3p0" / "key-pair.json").read_text()
    )
    return vector
