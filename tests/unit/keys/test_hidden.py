"""Objects with private material show nothing and are not copied."""

import copy
import pickle
from datetime import datetime

import pytest

from keys.encryption import DataKey
from keys.hidden import Hidden
from keys.keystore import Keystore
from keys.passphrase import Passphrase
from keys.policy import Purpose
from keys.signers import throwaway_key
from openbadges.public_key import Algorithm

SECRET = b"0123456789abcdef0123456789abcdef"


@pytest.fixture
def holders(keystore: Keystore, now: datetime) -> list[object]:
    record = keystore.import_seed(SECRET.hex(), purpose=Purpose.CREDENTIAL, now=now)
    pair = throwaway_key(Algorithm.EDDSA)
    return [
        keystore,
        keystore.signer(record.key_id, verification_method="did:example:1#a"),
        DataKey(SECRET),
        Passphrase(SECRET.decode()),
        pair,
        pair.signer("did:example:1#a"),
    ]


@pytest.mark.filterwarnings("ignore::keys.encryption.InsecureCostWarning")
def test_nothing_private_is_shown_pickled_or_copied(holders: list[object]) -> None:
    for holder in holders:
        name = type(holder).__name__
        assert isinstance(holder, Hidden)
        assert repr(holder) == str(holder) == f"{holder}" == f"<{name}: hidden>"
        assert not hasattr(holder, "__dict__")
        for carry_off in (pickle.dumps, copy.copy, copy.deepcopy, holder.__class__.__getstate__):
            with pytest.raises(TypeError, match=f"^a {name} holds private material"):
                carry_off(holder)
