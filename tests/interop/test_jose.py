"""Compact JWS with npm's jose: made here and verified there, and the reverse."""

import json
from datetime import datetime
from typing import Final

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from openbadges.did import did_jwk
from openbadges.jose import credential_claims, format_jwk, parse_jwk, sign_compact_jws
from openbadges.jose.jwk import PRIVATE_MEMBERS
from openbadges.public_key import PublicKey
from openbadges.signer import Signer
from openbadges.strict import Document, parse_json_object, parse_timestamp
from tests.credentials import remove, replace, valid_credential
from tests.node import Node, RefusedByNodeError
from tests.signing import EcTestSigner, Ed25519TestSigner, RsaTestSigner
from verifier import Report, Verdict, Verifier
from verifier.sources import NoDocuments

ALGORITHMS: Final = ["EdDSA", "ES256", "ES384", "RS256"]


def _credential(key: PublicKey) -> Document:
    """Give a badge whose issuer is the did:jwk of a key, with rare characters in it."""
    issuer = did_jwk(key)
    named = replace(remove(valid_credential(), "credentialStatus"), "issuer.id", issuer)
    named = replace(named, "credentialSubject.narrative", "🎓 Insígnia «ñ» 維基")
    return replace(named, "credentialSubject.achievement.creator.id", issuer)


def _signer(algorithm: str) -> Signer:
    match algorithm:
        case "EdDSA":
            key = Ed25519TestSigner(bytes(32)).public_key
            return Ed25519TestSigner(bytes(32), verification_method=f"{did_jwk(key)}#0")
        case "ES256" | "ES384":
            curve = ec.SECP256R1() if algorithm == "ES256" else ec.SECP384R1()
            key = EcTestSigner(7, curve=curve).public_key
            return EcTestSigner(7, curve=curve, verification_method=f"{did_jwk(key)}#0")
        case _:
            return RsaTestSigner()


def _sign(signer: Signer) -> str:
    claims = credential_claims(_credential(signer.public_key))
    return sign_compact_jws(json.dumps(claims).encode(), signer)


def _sign_there(node: Node, algorithm: str) -> str:
    """Have a VC-JWT made with claims of the test's own, by a key that was made there."""
    jwk: Document = node.ask("generateJwk", alg=algorithm)
    key = parse_jwk({name: value for name, value in jwk.items() if name not in PRIVATE_MEMBERS})
    credential = _credential(key)
    claims = credential | {
        "iss": credential["issuer"]["id"],
        "sub": credential["credentialSubject"]["id"],
        "jti": credential["id"],
        "nbf": int(parse_timestamp(credential["validFrom"], what="validFrom").timestamp()),
        "exp": int(parse_timestamp(credential["validUntil"], what="validUntil").timestamp()),
    }
    header = {"alg": algorithm, "kid": f"{did_jwk(key)}#0", "typ": "vc+jwt"}
    made: str = node.ask("signJws", payload=json.dumps(claims), header=header, jwk=jwk)
    return made


def _verify(jws: str, now: datetime) -> Report:
    return Verifier(NoDocuments()).verify(jws.encode(), now=now)


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_a_jws_made_here_verifies_there(node: Node, algorithm: str) -> None:
    signer = _signer(algorithm)
    listed = format_jwk(signer.public_key, kid=signer.verification_method, alg=algorithm)
    answer = node.ask(
        "verifyJws", jws=_sign(signer), jwks={"keys": [listed]}, algorithms=[algorithm]
    )
    assert answer["header"]["alg"] == algorithm
    assert parse_json_object(answer["payload"], what="the payload") == credential_claims(
        _credential(signer.public_key)
    )


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_a_jws_made_there_verifies_here(node: Node, now: datetime, algorithm: str) -> None:
    assert _verify(_sign_there(node, algorithm), now).verdict is Verdict.VERIFIED


@pytest.mark.parametrize("segment", [0, 1, 2], ids=["header", "payload", "signature"])
@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_one_changed_character_is_refused_by_both(
    node: Node, now: datetime, algorithm: str, segment: int
) -> None:
    signer = _signer(algorithm)
    segments = _sign(signer).split(".")
    middle = len(segments[segment]) // 2
    other = "B" if segments[segment][middle] == "A" else "A"
    segments[segment] = segments[segment][:middle] + other + segments[segment][middle + 1 :]
    changed = ".".join(segments)
    listed = format_jwk(signer.public_key, alg=algorithm)
    with pytest.raises(RefusedByNodeError):
        node.ask("verifyJws", jws=changed, jwks={"keys": [listed]}, algorithms=[algorithm])
    assert _verify(changed, now).verdict is Verdict.REJECTED
