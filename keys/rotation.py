"""Rotation: which of several keys signs, and which step from one to its successor is due.

(1) a successor is made, pending, and published
(2) when caches had time to learn of it (the overlap) it is activated, and signs from then on
(3) a little later the one before it is retired: it stays listed, and signs nothing more

Each step is a change in the keystore that a repeat finds done. Whose keys they are, and where they
are published, is not known here but in `issuer.rotation`.
"""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Final

from keys.index import KeyRecord
from keys.keystore import Keystore
from keys.policy import Purpose, State
from openbadges.public_key import Algorithm

OVERLAP: Final = timedelta(hours=24)  # caches of DID documents rarely keep one for longer
GRACE: Final = timedelta(minutes=1)  # in which who already holds the old key ends what it signs


def signing_key(records: Sequence[KeyRecord]) -> KeyRecord | None:
    """Return the newest of these keys that may sign; they are in the order they were made."""
    return _newest(records, State.ACTIVE)


def successor(records: Sequence[KeyRecord]) -> KeyRecord | None:
    """Return the newest of these keys that is published and does not sign yet."""
    return _newest(records, State.PENDING)


def is_due_for_rotation(
    records: Sequence[KeyRecord], *, lifetime: timedelta, now: datetime
) -> bool:
    """Tell whether the key that signs has signed for its whole lifetime, with none to follow it."""
    signing = signing_key(records)
    return signing is not None and successor(records) is None and signing.changed + lifetime <= now


def make_successor(  # noqa: PLR0913 -- what a successor is, each by name
    keystore: Keystore,
    purpose: Purpose,
    algorithm: Algorithm,
    *,
    owned: Collection[str],
    due: datetime,
    now: datetime,
) -> KeyRecord:
    """Make a pending key; one that an interrupted rotation left to nobody is retired.

    `owned` are the ids of keys that somebody has. Only a rotation makes keys that are pending, and
    nobody can have published one that is left over.
    """
    for record in keystore.listed(purpose):
        if record.state is State.PENDING and record.key_id not in owned:
            keystore.retire(record.key_id, now=now)
    return keystore.generate(algorithm, purpose=purpose, due=due, now=now)


def advance(
    keystore: Keystore, records: Sequence[KeyRecord], *, now: datetime, at_once: bool = False
) -> None:
    """Take the steps that are due for one owner's keys of one purpose.

    The successor is activated when it is due, or when no other signs any more. `at_once` waits
    for nothing.
    """
    pending, signing = successor(records), signing_key(records)
    if pending is not None and (at_once or signing is None or (pending.due or now) <= now):
        signing = keystore.activate(pending.key_id, now=now)
    if signing is None or not (at_once or signing.changed + GRACE <= now):
        return
    for record in records:
        if record.state is State.ACTIVE and record.key_id != signing.key_id:
            keystore.retire(record.key_id, now=now)


def _newest(records: Sequence[KeyRecord], state: State) -> KeyRecord | None:
    return next((record for record in reversed(records) if record.state is state), None)
