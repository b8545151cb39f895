"""Keys under which others can sign are refused before anything is verified with them."""

import pytest

from openbadges.errors import Code, MalformedError
from openbadges.weak_keys import check_ed25519, check_rsa
from tests.signing import Ed25519TestSigner

P = 2**255 - 19
D = -121665 * pow(121666, -1, P) % P
SIGN = 2**255


def _root(square: int) -> int | None:
    """Find a square root modulo P, which is 5 modulo 8."""
    root = pow(square, (P + 3) // 8, P)
    for candidate in (root, root * pow(2, (P - 1) // 4, P) % P):
        if candidate * candidate % P == square % P:
            return candidate
    return None


def _double(point: tuple[int, int]) -> tuple[int, int]:
    """Add a point to itself on -x² + y² = 1 + d·x²·y²."""
    x, y = point
    product = D * x * x * y * y
    x3 = 2 * x * y * pow(1 + product, -1, P)
    y3 = (y * y + x * x) * pow(1 - product, -1, P)
    return x3 % P, y3 % P


def _order_8_ys() -> list[int]:
    """Solve for the points whose double has y = 0, without any constant of the module's."""
    # y² + x² = 0 and the curve's equation give d·y⁴ + 2·y² - 1 = 0.
    root = _root(1 + D)
    assert root is not None
    squares = [(-1 + sign * root) * pow(D, -1, P) % P for sign in (1, -1)]
    roots = [root for root in map(_root, squares) if root is not None]
    return sorted(y for root in roots for y in (root, P - root))


def _small_order_encodings() -> list[int]:
    return [
        *(y + sign for y in (0, *_order_8_ys()) for sign in (0, SIGN)),
        *(y + sign for y in (1, P - 1) for sign in (0, SIGN)),
        *(y + sign for y in (P, P + 1) for sign in (0, SIGN)),
    ]


def test_the_points_of_order_eight_are_found_by_doubling() -> None:
    ys = _order_8_ys()
    assert len(ys) == 2
    for y in ys:
        x = _root((y * y - 1) * pow(D * y * y + 1, -1, P) % P)
        assert x is not None
        assert _double((x, y))[1] == 0
        assert _double(_double((x, y))) == (0, P - 1)


def test_all_fourteen_encodings_of_small_order_are_refused() -> None:
    encodings = _small_order_encodings()
    assert len(set(encodings)) == 14
    for encoding in encodings:
        with pytest.raises(MalformedError) as refusal:
            check_ed25519(encoding.to_bytes(32, "little"))
        assert refusal.value.code is Code.WEAK_KEY


@pytest.mark.parametrize(
    "raw",
    [
        pytest.param((P + 3).to_bytes(32, "little"), id="y beyond the prime"),
        pytest.param((2**256 - 1).to_bytes(32, "little"), id="y beyond the prime, with a sign"),
        pytest.param((2).to_bytes(32, "little"), id="not on the curve"),
    ],
)
def test_bytes_that_are_no_canonical_point_are_refused(raw: bytes) -> None:
    with pytest.raises(MalformedError) as refusal:
        check_ed25519(raw)
    assert refusal.value.code is Code.KEY


@pytest.mark.parametrize("seed", range(20))
def test_an_honest_ed25519_key_is_on_the_curve(seed: int) -> None:
    check_ed25519(Ed25519TestSigner(bytes([seed]) * 32).public_key.raw_bytes())


def _modulus(bits: int) -> int:
    return (1 << bits - 1) + 1


@pytest.mark.parametrize(
    ("n", "e"),
    [
        pytest.param(_modulus(512), 65537, id="512 bits"),
        pytest.param(_modulus(2047), 65537, id="2047 bits"),
        pytest.param(_modulus(4097), 65537, id="4097 bits"),
        pytest.param(_modulus(16384), 65537, id="16384 bits"),
        pytest.param(_modulus(2048), 1, id="exponent 1"),
        pytest.param(_modulus(2048), 3, id="exponent 3"),
        pytest.param(_modulus(2048), 2**64 + 1, id="a long exponent"),
        pytest.param(2**2047, 65537, id="an even modulus"),
        pytest.param(pow(65537, 150), 65537, id="a modulus of the ROCA form"),
    ],
)
def test_an_rsa_key_that_proves_nothing_is_refused(n: int, e: int) -> None:
    with pytest.raises(MalformedError) as refusal:
        check_rsa(n, e)
    assert refusal.value.code is Code.WEAK_KEY


@pytest.mark.parametrize("bits", [2048, 3072, 4096])
def test_the_permitted_lengths_include_their_ends(bits: int) -> None:
    check_rsa(_modulus(bits), 65537)
