"""A public key and the one algorithm it verifies with.

The key decides the algorithm; a document or a header never does. Encodings are elsewhere:
Multikey in `multikey`, JWK in `jose.jwk`.
"""

from dataclasses import dataclass
from enum import StrEnum

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from openbadges.errors import Code, MalformedError, UnprovenError

# RSA below 2048 bits can be factored; above 4096 it costs the verifier more than it proves (C15).
RSA_MINIMUM_BITS = 2048
RSA_MAXIMUM_BITS = 4096
RSA_EXPONENT = 65537
ED25519_KEY_BYTES = 32
ED25519_PRIME = 2**255 - 19


class Algorithm(StrEnum):
    """The registered JOSE names of what we verify; Data Integrity suites refer to them too."""

    EDDSA = "EdDSA"
    ES256 = "ES256"
    ES384 = "ES384"
    RS256 = "RS256"


# The y-coordinates of the eight points of small order, with the sign bit masked and reduced mod p;
# a signature of zeros would verify under such a key for many messages (threat B15).
SMALL_ORDER_Y = frozenset(
    {
        0,
        1,
        ED25519_PRIME - 1,
        2707385501144840649318225287225658788936804267575313519463743609750303021670
        % ED25519_PRIME,
        55188659117513257062467267217118295137698188065244968500265048394206261417927,
    }
)

Material = ed25519.Ed25519PublicKey | ec.EllipticCurvePublicKey | rsa.RSAPublicKey


@dataclass(frozen=True, slots=True, eq=False)
class PublicKey:
    """A key that was vetted when it was made; make one with `ed25519_key`, `ec_key`, `rsa_key`."""

    algorithm: Algorithm
    material: Material

    def verify(self, signature: bytes, data: bytes) -> None:
        """Return if `signature` over `data` was made with this key's private half.

        ECDSA signatures are r followed by s, each as long as the curve's order.

        Raises:
            UnprovenError: it was not.
        """
        try:
            _VERIFY[self.algorithm](self.material, signature, data)
        except (InvalidSignature, ValueError) as error:
            raise UnprovenError(
                f"the signature was not made with this key ({self.algorithm})", code=Code.PROOF
            ) from error
