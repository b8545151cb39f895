"""Proofs of every suite, also such as no honest issuer makes.

Those of `eddsa-rdfc-2022` alone are in `tests.world`; selective disclosure is in `tests.selective`.
"""

from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec

from openbadges.data_integrity import CRYPTOSUITES, Covered
from openbadges.data_integrity.proof import hash_data
from openbadges.did import did_web_document
from openbadges.did.controller_document import method_id
from openbadges.strict import Document, encode_base58btc, format_timestamp
from tests.signing import EcTestSigner
from tests.world import BADGES, NOW, Internet, Issuer, address_of


def listed_too(secret: int, curve: ec.EllipticCurve) -> Issuer:
    """Give the issuer of the valid badge with another of its keys."""
    key = EcTestSigner(secret, curve=curve).public_key
    method = method_id(BADGES.id, key)
    return Issuer(BADGES.id, EcTestSigner(secret, curve=curve, verification_method=method))


BADGES_P256 = listed_too(21, ec.SECP256R1())
BADGES_P384 = listed_too(22, ec.SECP384R1())


def enrol_all_keys(internet: Internet) -> None:
    """Let the issuer's document list its three keys."""
    keys = [one.listed() for one in (BADGES, BADGES_P256, BADGES_P384)]
    internet.publish(address_of(BADGES), did_web_document(BADGES.id, keys=keys))


def proof_of(
    unsecured: Document,
    suite_name: str,
    *,
    by: Issuer = BADGES,
    **options: Any,  # noqa: ANN401 -- any JSON value
) -> Document:
    """Give a proof of a suite, with members added or changed; None leaves one out."""
    suite = CRYPTOSUITES[suite_name]
    proof: Document = {
        "type": suite.proof_type,
        "cryptosuite": suite.cryptosuite,
        "created": format_timestamp(NOW),
        "verificationMethod": by.signer.verification_method,
        "proofPurpose": "assertionMethod",
    }
    if suite.covered is Covered.JSON:
        proof["@context"] = unsecured["@context"]
    proof |= options
    proof = {key: value for key, value in proof.items() if value is not None}
    digest = suite.keys[by.signer.public_key.algorithm].digest
    signature = by.signer.sign(hash_data(unsecured, proof, suite=suite, digest=digest))
    return proof | {"proofValue": "z" + encode_base58btc(signature)}
