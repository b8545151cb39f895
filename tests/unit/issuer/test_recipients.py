"""What we keep about a person: a keyed hash, and a sealed identifier bound to its row."""

from pathlib import Path

import pytest

from issuer.award import parse_recipient
from issuer.recipients import NONCE_BYTES, recipient_hash, seal, unseal
from keys import Keystore, Passphrase
from openbadges.errors import RefusedError

LEARNER = parse_recipient("learner@example.org")


@pytest.fixture
def other_keystore(tmp_path: Path) -> Keystore:
    return Keystore.create(tmp_path / "other", Passphrase("another passphrase"))


def test_a_person_is_found_again_under_the_same_hash(cheap_keystore: Keystore) -> None:
    assert recipient_hash(LEARNER, cheap_keystore) == recipient_hash(
        parse_recipient(" Learner@EXAMPLE.org"), cheap_keystore
    )


def test_the_hash_is_the_same_after_the_keystore_was_opened_again(tmp_path: Path) -> None:
    passphrase = Passphrase("a passphrase for once")
    before = recipient_hash(LEARNER, Keystore.create(tmp_path / "keys", passphrase))
    assert recipient_hash(LEARNER, Keystore.open(tmp_path / "keys", passphrase)) == before


def test_people_and_installations_have_other_hashes(
    cheap_keystore: Keystore, other_keystore: Keystore
) -> None:
    hashes = {
        recipient_hash(LEARNER, cheap_keystore),
        recipient_hash(parse_recipient("bea@example.org"), cheap_keystore),
        recipient_hash(parse_recipient("user:Learner@example.org"), cheap_keystore),
        recipient_hash(LEARNER, other_keystore),
    }
    assert len(hashes) == 4
    assert all(len(found) == 64 and int(found, 16) for found in hashes)


def test_what_was_sealed_is_unsealed_for_the_same_row(cheap_keystore: Keystore) -> None:
    sealed = seal("learner@example.org 🎓", cheap_keystore, bound_to="row 1")
    assert b"learner" not in sealed
    assert unseal(sealed, cheap_keystore, bound_to="row 1") == "learner@example.org 🎓"


def test_sealing_twice_gives_other_bytes(cheap_keystore: Keystore) -> None:
    assert seal("a", cheap_keystore, bound_to="1") != seal("a", cheap_keystore, bound_to="1")


def test_what_was_sealed_for_another_row_stays_closed(cheap_keystore: Keystore) -> None:
    sealed = seal("learner@example.org", cheap_keystore, bound_to="row 1")
    with pytest.raises(RefusedError, match=r"was changed or damaged$") as refusal:
        unseal(sealed, cheap_keystore, bound_to="row 2")
    assert "learner" not in str(refusal.value)


def test_what_another_installation_sealed_stays_closed(
    cheap_keystore: Keystore, other_keystore: Keystore
) -> None:
    sealed = seal("learner@example.org", cheap_keystore, bound_to="row 1")
    with pytest.raises(RefusedError):
        unseal(sealed, other_keystore, bound_to="row 1")


def test_every_changed_or_missing_byte_is_noticed(cheap_keystore: Keystore) -> None:
    sealed = seal("learner", cheap_keystore, bound_to="row 1")
    for place in range(len(sealed)):
        changed = sealed[:place] + bytes([sealed[place] ^ 1]) + sealed[place + 1 :]
        with pytest.raises(RefusedError):
            unseal(changed, cheap_keystore, bound_to="row 1")
    for length in (0, 1, NONCE_BYTES, NONCE_BYTES + 1, len(sealed) - 1):
        with pytest.raises(RefusedError):
            unseal(sealed[:length], cheap_keystore, bound_to="row 1")
