"""The keys that prove nothing: small-order points, short or factorable moduli.

Libraries accept them; a signature under such a key can be made by others than its owner. Whether
an elliptic-curve point is on its curve is asked in `public_key`, where the library answers it.
"""

from typing import Final

from openbadges.errors import Code, MalformedError

_PRIME: Final = 2**255 - 19
_D: Final = -121665 * pow(121666, -1, _PRIME) % _PRIME
# One y-coordinate of the points of order eight; the other is its negation.
_ORDER_8_Y: Final = 55188659117513257062467267217118295137698188065244968500265048394206261417927
# The y-coordinates of all eight points of small order: under such a key one signature holds for
# many messages, or for all (B15).
_SMALL_ORDER_Y: Final = frozenset({0, 1, _PRIME - 1, _ORDER_8_Y, _PRIME - _ORDER_8_Y})

# RSA below 2048 bits can be factored; above 4096 it costs the verifier more than it proves (C15).
RSA_MINIMUM_BITS = 2048
RSA_MAXIMUM_BITS = 4096
RSA_EXPONENT = 65537
# Keys from one flawed chip library (ROCA, CVE-2017-15361) are powers of 65537 modulo each small
# prime, and can be factored; an honest key looks like that less than once in 2^27.
_ROCA_PRIMES: Final = tuple(
    number
    for number in range(3, 168, 2)
    if all(number % divisor for divisor in range(3, number, 2))
)
_ROCA_RESIDUES: Final = {
    prime: frozenset(pow(RSA_EXPONENT, power, prime) for power in range(prime))
    for prime in _ROCA_PRIMES
}


def check_ed25519(raw: bytes) -> None:
    """Return if these 32 bytes are the one encoding of a point that can prove something.

    Raises:
        MalformedError: not canonical or not on the curve (KEY), or one of the
            fourteen encodings of the points of small order (WEAK_KEY).

    Spec: RFC 8032 section 5.1.3
    """
    y = int.from_bytes(raw, "little") & (2**255 - 1)  # the last bit is the sign of x
    # Eight are canonical; six have a y beyond the prime or a sign for x = 0.
    if y % _PRIME in _SMALL_ORDER_Y:
        raise MalformedError(
            "this Ed25519 key is a point of small order, under which forgeries verify",
            code=Code.WEAK_KEY,
        )
    if y >= _PRIME or not _is_on_curve(y):
        raise MalformedError(
            "these bytes are not the canonical encoding of an Ed25519 point", code=Code.KEY
        )


def check_rsa(n: int, e: int) -> None:
    """Return if this modulus and exponent can prove something.

    Raises:
        MalformedError: shorter than 2048 or longer than 4096 bits, another exponent than 65537, an
            even modulus, or one of the flawed ROCA library (WEAK_KEY).
    """
    if not RSA_MINIMUM_BITS <= n.bit_length() <= RSA_MAXIMUM_BITS:
        raise MalformedError(
            f"an RSA key has {RSA_MINIMUM_BITS} to {RSA_MAXIMUM_BITS} bits; found {n.bit_length()}",
            code=Code.WEAK_KEY,
        )
    if e != RSA_EXPONENT:
        raise MalformedError(
            f"an RSA key's exponent is {RSA_EXPONENT}; found another", code=Code.WEAK_KEY
        )
    if n % 2 == 0 or all(n % prime in _ROCA_RESIDUES[prime] for prime in _ROCA_PRIMES):
        raise MalformedError("this RSA key's modulus can be factored", code=Code.WEAK_KEY)


def _is_on_curve(y: int) -> bool:
    """Say whether x² = (y² - 1) / (d·y² + 1) has a root, by Euler's criterion."""
    # A quotient is a square where the product of its parts is.
    square = (y * y - 1) * (_D * y * y + 1)
    return pow(square, (_PRIME - 1) // 2, _PRIME) == 1
