"""The CBOR of a derived proof has one spelling."""

from pathlib import Path
from time import process_time
from typing import Any

import cbor2
import pytest

from openbadges.data_integrity.sd_proof_value import (
    MAXIMUM_DERIVED_CHARACTERS,
    parse_derived_proof_value,
)
from openbadges.errors import Code, MalformedError
from openbadges.jsonld.bounds import MAXIMUM_STATEMENTS
from openbadges.multikey import format_multikey
from openbadges.public_key import Algorithm
from openbadges.strict import Document, encode_base64url, parse_json_object
from tests.credentials import plain_credential
from tests.selective import EPHEMERAL, derive, encoded, options_of

GOOD = derive(plain_credential(), options_of())
PARTS = GOOD.parts()
CBOR = cbor2.dumps(PARTS)


def with_part(place: int, value: Any) -> list[Any]:  # noqa: ANN401 -- anything that CBOR has
    return [*PARTS[:place], value, *PARTS[place + 1 :]]


def test_a_good_value_is_read() -> None:
    value = parse_derived_proof_value(GOOD.encoded())
    assert value.base_signature == GOOD.base_signature
    assert value.signatures == tuple(GOOD.signatures)
    assert value.label_map.keys() == {"c14n0"}
    assert value.mandatory_indexes == frozenset(GOOD.indexes)
    assert value.ephemeral_key() == EPHEMERAL.public_key


@pytest.mark.parametrize(
    "value",
    [
        pytest.param(None, id="null"),
        pytest.param(7, id="a number"),
        pytest.param([GOOD.encoded()], id="an array"),
        pytest.param("", id="nothing"),
        pytest.param("u", id="the letter alone"),
        pytest.param(GOOD.encoded()[1:], id="without the letter"),
        pytest.param("z" + GOOD.encoded()[1:], id="the letter of base58"),
        pytest.param(GOOD.encoded() + "=", id="padding"),
        pytest.param(GOOD.encoded() + "\n", id="a line's end"),
        pytest.param(encoded(CBOR, header="d95d02"), id="bbs"),
        pytest.param(encoded(CBOR, header="d95d"), id="half a header"),
        pytest.param(encoded(CBOR, header=""), id="no header"),
        pytest.param(encoded(b""), id="nothing after the header"),
        pytest.param(encoded(CBOR + b"\x00"), id="a byte after it"),
        pytest.param(encoded(CBOR[:-1]), id="cut off"),
        pytest.param("u" + "A" * (MAXIMUM_DERIVED_CHARACTERS + 4), id="too long"),
    ],
)
def test_another_encoding_is_refused(value: object) -> None:
    with pytest.raises(MalformedError) as caught:
        parse_derived_proof_value(value)
    assert caught.value.code is Code.PROOF


def test_a_base_proof_is_for_the_holder() -> None:
    with pytest.raises(MalformedError, match="base proof, which is for the holder"):
        parse_derived_proof_value(encoded(CBOR, header="d95d00"))


@pytest.mark.parametrize(
    "components",
    [
        pytest.param({}, id="a map"),
        pytest.param(PARTS[:4], id="four parts"),
        pytest.param([*PARTS, []], id="six parts"),
        pytest.param(with_part(0, PARTS[0][:-1]), id="a signature of 63 bytes"),
        pytest.param(with_part(0, "x" * 64), id="a signature of text"),
        pytest.param(with_part(1, PARTS[1] + b"\0"), id="a key of 36 bytes"),
        pytest.param(with_part(1, None), id="no key"),
        pytest.param(with_part(2, PARTS[2][0]), id="signatures that are no list"),
        pytest.param(with_part(2, [*PARTS[2], b"\0" * 63]), id="one of 63 bytes"),
        pytest.param(with_part(2, {0: PARTS[2][0]}), id="signatures in a map"),
        pytest.param(with_part(3, []), id="labels in a list"),
        pytest.param(with_part(3, {"c14n0": b"\0" * 32}), id="a label map in words"),
        pytest.param(with_part(3, {0: b"\0" * 31}), id="a label of 31 bytes"),
        pytest.param(with_part(3, {-1: b"\0" * 32}), id="a negative label"),
        pytest.param(with_part(3, {True: b"\0" * 32}), id="true as label"),
        pytest.param(with_part(3, {0.0: b"\0" * 32}), id="a fraction as label"),
        pytest.param(with_part(3, {2**64: b"\0" * 32}), id="a big number as label"),
        pytest.param(with_part(4, {0: 0}), id="indexes in a map"),
        pytest.param(with_part(4, [-1]), id="a negative index"),
        pytest.param(with_part(4, [True]), id="true as index"),
        pytest.param(with_part(4, [0.0]), id="a fraction as index"),
        pytest.param(with_part(4, ["0"]), id="text as index"),
        pytest.param(with_part(4, [MAXIMUM_STATEMENTS]), id="an index beyond any document"),
        pytest.param(with_part(4, [2**64]), id="a big number as index"),
        pytest.param(with_part(4, [0, 1, 0]), id="an index twice"),
        pytest.param(with_part(4, [[0]]), id="a list in the list"),
    ],
)
def test_another_shape_is_refused(components: object) -> None:
    with pytest.raises(MalformedError) as caught:
        parse_derived_proof_value(encoded(cbor2.dumps(components)))
    assert caught.value.code is Code.PROOF


ARRAY_OF_FIVE = CBOR[:1]
KEY = b"\x58\x23" + PARTS[1]


@pytest.mark.parametrize(
    "cbor",
    [
        pytest.param(b"\x98\x05" + CBOR[1:], id="a longer form of five"),
        pytest.param(b"\x9f" + CBOR[1:] + b"\xff", id="a list of indefinite length"),
        pytest.param(CBOR.replace(b"\x58\x40", b"\x59\x00\x40", 1), id="a longer form of 64"),
        pytest.param(CBOR.replace(KEY, b"\x5f" + KEY + b"\xff"), id="a key in pieces"),
        pytest.param(CBOR.replace(KEY, b"\xd8\x40" + KEY), id="a key with a tag"),
        pytest.param(b"\xd9\xd9\xf7" + CBOR, id="the tag of CBOR itself"),
        pytest.param(
            CBOR.replace(b"\xa1\x00\x58\x20", b"\xa2\x00\x58\x20" + b"\0" * 32 + b"\x00\x58\x20"),
            id="a label twice",
        ),
        pytest.param(b"\x9b\x7f\xff\xff\xff\xff\xff\xff\xff", id="an endless list"),
        pytest.param(b"\x5b\x7f\xff\xff\xff\xff\xff\xff\xff", id="an endless text"),
        pytest.param(b"\x81" * 100_000 + b"\x01", id="very deep"),
        pytest.param(b"\xd8\x23\x79\x27\x10" + b"(" * 10_000, id="a pattern"),
        pytest.param(b"\xc5\x82\x1b" + b"\x7f" * 8 + b"\x01", id="a huge number"),
        pytest.param(b"\xd8\x1c\x81\xd8\x1d\x00", id="a list that holds itself"),
        pytest.param(b"\xf7", id="undefined"),
        pytest.param(b"\xff", id="an end without a beginning"),
    ],
)
def test_cbor_in_another_form_is_refused_at_once(cbor: bytes) -> None:
    assert cbor != CBOR
    begun = process_time()
    with pytest.raises(MalformedError) as caught:
        parse_derived_proof_value(encoded(cbor))
    assert caught.value.code is Code.PROOF
    assert process_time() - begun < 2  # the budget of a verification


def test_nothing_is_made_of_what_stands_under_a_tag() -> None:
    with pytest.raises(MalformedError, match="semantic tag 35"):
        parse_derived_proof_value(encoded(b"\xd8\x23\x61a"))


@pytest.mark.parametrize(
    "key",
    [
        pytest.param("ed01" + "11" * 33, id="another kind of key"),
        pytest.param("8024" + "04" + "11" * 32, id="an uncompressed point"),
        pytest.param("8024" + "02" + "ff" * 32, id="no point of the curve"),
    ],
)
def test_the_key_of_the_statements_is_a_key_of_p_256(key: str) -> None:
    value = parse_derived_proof_value(GOOD.changed(public_key=bytes.fromhex(key)).encoded())
    with pytest.raises(MalformedError) as caught:
        value.ephemeral_key()
    assert caught.value.code is Code.PROOF


def test_the_largest_document_fits() -> None:
    largest = GOOD.changed(
        signatures=[bytes(64)] * MAXIMUM_STATEMENTS,
        labels={number: bytes(32) for number in range(MAXIMUM_STATEMENTS)},
    )
    value = parse_derived_proof_value(largest.encoded())
    assert len(value.signatures) == MAXIMUM_STATEMENTS


def read(path: Path) -> Document:
    return parse_json_object(path.read_bytes(), what=path.name)


@pytest.mark.parametrize("name", ["prc", "employ"])
def test_the_published_derived_value_is_read(name: str, shared_vectors: Path) -> None:
    folder = shared_vectors / "vc-di-ecdsa" / "ecdsa-sd-2023" / name
    expected = read(folder / "verifyDerivedProofValue.json")
    proof = read(folder / "derivedRevealDocument.json")["proof"]
    value = parse_derived_proof_value(proof["proofValue"])
    assert value.base_signature.hex() == expected["baseSignature"]
    assert [signature.hex() for signature in value.signatures] == expected["signatures"]
    assert [[key, label] for key, label in value.label_map.items()] == expected["labelMap"]
    assert sorted(value.mandatory_indexes) == expected["mandatoryIndexes"]
    key = value.ephemeral_key()
    assert format_multikey(key) == expected["publicKey"]
    assert key.algorithm is Algorithm.ES256


@pytest.mark.parametrize("name", ["prc", "employ"])
def test_the_published_base_value_is_refused(name: str, shared_vectors: Path) -> None:
    folder = shared_vectors / "vc-di-ecdsa" / "ecdsa-sd-2023" / name
    value = read(folder / "addSignedSDBase.json")["proof"]["proofValue"]
    with pytest.raises(MalformedError, match="base proof"):
        parse_derived_proof_value(value)


def test_a_value_is_base64url_without_its_letter() -> None:
    assert GOOD.encoded() == "u" + encode_base64url(b"\xd9\x5d\x01" + CBOR)
