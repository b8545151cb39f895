"""The private keys: made, kept, and used to sign.

Nothing that verifies may import this room. Public keys and their encodings (Multikey, JWK, DID
documents, JWKS) are in `openbadges`; who signs what, and when, is decided in `issuer`.
"""

from keys.index import KeyRecord
from keys.keystore import Keystore, unauthenticated_list
from keys.passphrase import Passphrase, read_passphrase
from keys.policy import Purpose, SecretPurpose, State
from keys.signers import KeyPair, throwaway_key

__all__ = [
    "KeyPair",
    "KeyRecord",
    "Keystore",
    "Passphrase",
    "Purpose",
    "SecretPurpose",
    "State",
    "read_passphrase",
    "throwaway_key",
    "unauthenticated_list",
]
