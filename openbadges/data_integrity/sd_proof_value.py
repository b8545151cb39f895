"""The proof value of ecdsa-sd-2023: what a holder hands on of what an issuer signed, in CBOR.

https://www.w3.org/TR/vc-di-ecdsa/#parsederivedproofvalue. The one door to the package cbor2. What
the values prove is checked in `ecdsa_sd_2023`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, NoReturn

import cbor2

from openbadges.errors import Code, MalformedError
from openbadges.jsonld.bounds import MAXIMUM_STATEMENTS
from openbadges.multikey import parse_multikey
from openbadges.public_key import PublicKey
from openbadges.strict import decode_base64url, encode_base58btc, encode_base64url

SIGNATURE_BYTES: Final = 64  # P-256: r and s
PUBLIC_KEY_BYTES: Final = 35  # the prefix of a P-256 Multikey, and the compressed point
LABEL_BYTES: Final = 32  # HMAC-SHA-256
# Every statement that a document may make with a signature of its own (66 bytes in CBOR), and a
# node's label (36 bytes) for each; four characters for three bytes. Longer ones are not decoded.
MAXIMUM_DERIVED_CHARACTERS: Final = 140 * MAXIMUM_STATEMENTS
_DERIVED_HEADER: Final = b"\xd9\x5d\x01"
_BASE_HEADER: Final = b"\xd9\x5d\x00"
_MAXIMUM_CBOR_DEPTH: Final = 2  # lists and a map in one list


@dataclass(frozen=True, slots=True)
class DerivedProofValue:
    """The five parts; `label_map` is decompressed: canonical labels to those that were signed."""

    base_signature: bytes
    public_key: bytes
    signatures: tuple[bytes, ...]
    label_map: Mapping[str, str]
    mandatory_indexes: frozenset[int]

    def ephemeral_key(self) -> PublicKey:
        """Return the key that signed each statement, which lives for one credential.

        Raises:
            MalformedError: it is no P-256 key in a Multikey's form (PROOF).
        """
        try:
            # Of all kinds only a P-256 key has this length.
            return parse_multikey("z" + encode_base58btc(self.public_key))
        except MalformedError as error:
            raise _refusal(f"the key of its statements: {error}") from error


def parse_derived_proof_value(value: object) -> DerivedProofValue:
    """Read the `proofValue` of a derived proof, in its one spelling.

    Raises:
        MalformedError: a base proof, or another encoding, shape, length or order than there is
            (PROOF).

    Spec: vc-di-ecdsa#parsederivedproofvalue
    """
    if not isinstance(value, str) or not value.startswith("u"):
        raise _refusal(f"a proofValue of ecdsa-sd-2023 begins with u; found {value!r:.40}")
    try:
        data = decode_base64url(value[1:], maximum_characters=MAXIMUM_DERIVED_CHARACTERS)
    except MalformedError as error:
        raise _refusal(f"proofValue: {error}") from error
    if data.startswith(_BASE_HEADER):
        raise _refusal(
            "this is a base proof, which is for the holder alone; expected a proof that was derived"
            " from it"
        )
    if not data.startswith(_DERIVED_HEADER):
        raise _refusal(f"proofValue begins with the bytes d95d01; found {data[:3].hex()}")
    return _parts(_decode_cbor(data.removeprefix(_DERIVED_HEADER)))


def _parts(components: object) -> DerivedProofValue:
    for part, is_right, what in zip(_five(components), _CHECKS, _EXPECTED, strict=True):
        if not is_right(part):
            raise _refusal(f"proofValue: expected {what}")
    base_signature, public_key, signatures, labels, indexes = _five(components)
    if len(set(indexes)) != len(indexes):
        raise _refusal("proofValue lists a mandatory statement twice; expected each once")
    return DerivedProofValue(
        base_signature, public_key, tuple(signatures), _decompressed(labels), frozenset(indexes)
    )


def _decompressed(labels: Mapping[int, bytes]) -> Mapping[str, str]:
    """Return the label map in words: `c14n0` to the label that was signed.

    Spec: vc-di-ecdsa#decompresslabelmap
    """
    return {f"c14n{number}": "u" + encode_base64url(label) for number, label in labels.items()}


def _five(components: object) -> list[Any]:
    if not isinstance(components, list) or len(components) != len(_CHECKS):
        raise _refusal("proofValue: expected a list of five parts")
    return components


def _is_bytes(length: int) -> Callable[[object], bool]:
    return lambda value: type(value) is bytes and len(value) == length


def _is_index(value: object) -> bool:
    return type(value) is int and 0 <= value < MAXIMUM_STATEMENTS  # true is no 1


def _is_list(is_member: Callable[[object], bool]) -> Callable[[object], bool]:
    return lambda value: isinstance(value, list) and all(map(is_member, value))


def _is_label_map(value: object) -> bool:
    is_label = _is_bytes(LABEL_BYTES)
    return (
        isinstance(value, dict)
        and all(map(_is_index, value))
        and all(map(is_label, value.values()))
    )


_CHECKS: Final = (
    _is_bytes(SIGNATURE_BYTES),
    _is_bytes(PUBLIC_KEY_BYTES),
    _is_list(_is_bytes(SIGNATURE_BYTES)),
    _is_label_map,
    _is_list(_is_index),
)
_EXPECTED: Final = (
    f"the issuer's signature of {SIGNATURE_BYTES} bytes first",
    f"a key of {PUBLIC_KEY_BYTES} bytes second",
    f"a list of signatures of {SIGNATURE_BYTES} bytes third",
    f"a map of numbers to labels of {LABEL_BYTES} bytes fourth",
    f"a list of numbers from 0 to {MAXIMUM_STATEMENTS - 1} fifth",
)


class _NoTags(dict[int, Callable[..., object]]):
    """Refuses every tag before cbor2 makes dates, patterns or huge numbers of what is in it."""

    def __missing__(self, tag: int) -> Callable[..., NoReturn]:
        def refuse(*_arguments: object) -> NoReturn:
            raise ValueError(f"the tag {tag}, and nothing in it has one")

        return refuse


def _decode_cbor(data: bytes) -> object:
    """Decode one item, of definite length and without tags, in its shortest form.

    Spec: RFC 8949 section 4.1
    """
    try:
        value = cbor2.loads(data, semantic_decoders=_NoTags(), max_depth=_MAXIMUM_CBOR_DEPTH)
    except cbor2.CBORDecodeError as error:
        raise _refusal(f"proofValue is not CBOR of the kind that is expected: {error}") from error
    # The decoder also takes longer forms, pieces of indefinite length and keys that stand twice,
    # and does not look behind the item.
    if cbor2.dumps(value) != data:
        raise _refusal("proofValue is CBOR in another form than the shortest, or more follows it")
    return value


def _refusal(sentence: str) -> MalformedError:
    return MalformedError(sentence, code=Code.PROOF)
