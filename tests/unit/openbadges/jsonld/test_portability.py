"""Where JavaScript would sign other bytes."""

import pytest

from openbadges.jsonld import canonicalize
from openbadges.jsonld.portability import differences
from openbadges.strict import Document


def found(badge: Document) -> list[str]:
    return differences(badge, canonicalize(badge))


@pytest.mark.parametrize("number", [0, 1, -42, 0.5, 0.000001, 2**53 - 1, -123456.789])
def test_an_honest_number_is_portable(badge: Document, number: float) -> None:
    badge["credentialSubject"]["creditsEarned"] = number
    assert found(badge) == []


@pytest.mark.parametrize("number", [1e-7, -1e-7, 1e21, -1e300, 2**53])
def test_a_number_that_javascript_writes_otherwise_is_named(badge: Document, number: float) -> None:
    badge["credentialSubject"]["creditsEarned"] = number
    (sentence,) = found(badge)
    assert repr(number) in sentence


def test_true_is_no_number(badge: Document) -> None:
    badge["credentialSubject"]["achievement"]["tag"] = [True]
    assert found(badge) == []


def test_an_order_that_utf_16_changes_is_named(badge: Document) -> None:
    """U+FF41 comes before the emoji by code point, and after it by UTF-16 unit."""
    badge["credentialSubject"]["achievement"]["tag"] = ["\uff41", "\U0001f600"]
    (sentence,) = found(badge)
    assert "UTF-16" in sentence


@pytest.mark.parametrize("tags", [["\U0001f600", "z"], ["\uff41", "a"], ["a\u0085b\u2028c", "d"]])
def test_an_order_that_all_agree_on_is_portable(badge: Document, tags: list[str]) -> None:
    badge["credentialSubject"]["achievement"]["tag"] = tags
    assert found(badge) == []
