"""The header, the scrypt cost and sealed bytes: what is changed or foreign does not open."""

import hashlib
import json
from typing import Any

import pytest

from keys.encryption import (
    MAXIMUM_SCRYPT_N,
    SAFE_COST,
    SCRYPT_N,
    Cost,
    DataKey,
    InsecureCost,
    InsecureCostWarning,
    make_header,
    open_header,
)
from keys.passphrase import Passphrase
from keys.tagged_json import write_tagged
from openbadges.errors import RefusedError

WRONG = "^the passphrase does not open this keystore$"
DAMAGED = "^keystore.json is damaged or was changed by hand; restore it from a backup$"

ignore_cost = pytest.mark.filterwarnings("ignore::keys.encryption.InsecureCostWarning")


def altered(header: bytes, **members: object) -> bytes:
    """Change members of a header and give it a fitting checksum, as an attacker would."""
    document: dict[str, Any] = json.loads(header)  # noqa: TID251 -- our own file
    document.pop("tag")
    for name, value in members.items():
        place = document["scrypt"] if name in document["scrypt"] else document
        place[name] = value
    return write_tagged(document, make_tag=lambda data: hashlib.sha256(data).hexdigest())


def test_the_default_cost_is_32_mib() -> None:
    assert Cost(2**15) == SAFE_COST
    assert 128 * SCRYPT_N * 8 == 32 * 1024 * 1024


def test_a_header_at_the_safe_cost_opens_without_a_warning(passphrase: Passphrase) -> None:
    header, data_key = make_header(passphrase, SAFE_COST)
    assert open_header(header, passphrase).make_tag(b"x") == data_key.make_tag(b"x")


@pytest.mark.parametrize("n", [0, 2**14, 2**15 + 1, 2 * MAXIMUM_SCRYPT_N])
def test_an_unsafe_cost_cannot_be_had_by_the_safe_name(n: int) -> None:
    with pytest.raises(ValueError, match="expected a power of two, 32768 to 131072"):
        Cost(n)


def test_an_insecure_cost_warns_when_made_and_when_opened(passphrase: Passphrase) -> None:
    with pytest.warns(InsecureCostWarning, match="scrypt cost is 2, below the safe 32768"):
        cost = InsecureCost(2)
    header, _ = make_header(passphrase, cost)
    with pytest.warns(InsecureCostWarning, match="scrypt cost is 2"):
        open_header(header, passphrase)


@ignore_cost
def test_a_wrong_passphrase_is_refused_in_one_sentence(passphrase: Passphrase) -> None:
    header, _ = make_header(passphrase, InsecureCost(2))
    with pytest.raises(RefusedError, match=WRONG):
        open_header(header, Passphrase("correct horse battery stapler"))


@ignore_cost
def test_every_flipped_bit_of_a_header_is_refused(passphrase: Passphrase) -> None:
    header, _ = make_header(passphrase, InsecureCost(2))
    for position in range(len(header)):
        for bit in range(8):
            damaged = bytearray(header)
            damaged[position] ^= 1 << bit
            with pytest.raises(RefusedError, match=DAMAGED):
                open_header(bytes(damaged), passphrase)


@ignore_cost
def test_every_truncated_header_is_refused(passphrase: Passphrase) -> None:
    header, _ = make_header(passphrase, InsecureCost(2))
    for length in range(len(header)):
        with pytest.raises(RefusedError, match=DAMAGED):
            open_header(header[:length], passphrase)


@ignore_cost
@pytest.mark.parametrize(
    ("members", "refusal"),
    [
        pytest.param({"n": 2**30}, "asks for a cost that is not obeyed", id="memory-bomb"),
        pytest.param({"n": 3}, "asks for a cost that is not obeyed", id="no-power-of-two"),
        pytest.param({"n": 0}, "asks for a cost that is not obeyed", id="zero"),
        pytest.param({"n": -2}, "asks for a cost that is not obeyed", id="negative"),
        pytest.param({"n": "2"}, "is not a header of the kind", id="text-for-a-number"),
        pytest.param({"r": 2**20}, "is not a header of the kind", id="other-r"),
        pytest.param({"p": 2**20}, "is not a header of the kind", id="other-p"),
        pytest.param({"salt": "AAAA"}, DAMAGED, id="short-salt"),
        pytest.param({"salt": "A==="}, DAMAGED, id="no-base64url"),
        pytest.param({"wrappedKey": "AAAA"}, DAMAGED, id="short-wrapped-key"),
        pytest.param({"wrappedKey": 7}, "is not a header of the kind", id="wrapped-number"),
        pytest.param({"format": "insignia-keystore-2"}, "is not a header of the kind", id="format"),
        pytest.param({"n": 4}, WRONG, id="another-cost-gives-another-key"),
        pytest.param({"salt": "A" * 22}, WRONG, id="another-salt-gives-another-key"),
        pytest.param({"wrappedKey": "A" * 80}, WRONG, id="another-wrapped-key"),
    ],
)
def test_a_header_that_someone_rewrote_is_refused(
    passphrase: Passphrase, members: dict[str, object], refusal: str
) -> None:
    header, _ = make_header(passphrase, InsecureCost(2))
    open_header(altered(header), passphrase)
    with pytest.raises(RefusedError, match=refusal):
        open_header(altered(header, **members), passphrase)


@pytest.fixture
def data_key() -> DataKey:
    return DataKey(bytes(range(32)))


def test_what_was_sealed_is_unsealed(data_key: DataKey) -> None:
    sealed = data_key.seal(b"a key", bound_to=b"id")
    assert b"a key" not in sealed
    assert data_key.unseal(sealed, bound_to=b"id", name="key-1") == b"a key"
    assert data_key.seal(b"a key", bound_to=b"id") != sealed


def test_every_flipped_bit_and_truncation_of_sealed_bytes_is_refused(data_key: DataKey) -> None:
    sealed = data_key.seal(b"a key", bound_to=b"id")
    flipped = [
        sealed[:position] + bytes([sealed[position] ^ (1 << bit)]) + sealed[position + 1 :]
        for position in range(len(sealed))
        for bit in range(8)
    ]
    truncated = [sealed[:length] for length in range(len(sealed))]
    for changed in [*flipped, *truncated, sealed + b"\0"]:
        with pytest.raises(RefusedError, match=r"^key-1 is damaged"):
            data_key.unseal(changed, bound_to=b"id", name="key-1")


def test_what_is_bound_to_one_thing_does_not_open_as_another(data_key: DataKey) -> None:
    sealed = data_key.seal(b"a key", bound_to=b"id")
    with pytest.raises(RefusedError, match=r"^key-2 is damaged"):
        data_key.unseal(sealed, bound_to=b"id2", name="key-2")
    with pytest.raises(RefusedError, match=r"^key-1 is damaged"):
        DataKey(bytes(32)).unseal(sealed, bound_to=b"id", name="key-1")


@pytest.mark.parametrize("tag", ["", "A", "!", "AAAA", "é"])
def test_a_tag_that_is_no_tag_is_refused(data_key: DataKey, tag: str) -> None:
    with pytest.raises(RefusedError, match=r"^index.json is damaged"):
        data_key.verify_tag(b"data", tag, name="index.json")


def test_a_tag_fits_its_data_and_key_alone(data_key: DataKey) -> None:
    tag = data_key.make_tag(b"data")
    data_key.verify_tag(b"data", tag, name="index.json")
    with pytest.raises(RefusedError):
        data_key.verify_tag(b"dato", tag, name="index.json")
    with pytest.raises(RefusedError):
        DataKey(bytes(32)).verify_tag(b"data", tag, name="index.json")
