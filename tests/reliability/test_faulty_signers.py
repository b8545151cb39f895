"""A signer that lies, breaks or hangs, as a remote one could (D20): nothing it made is released.

Our own signer checks each signature itself (`keys.signers`). Here it is taken away, so that what
stands behind it is seen: our verifier reads everything before anyone else does.
"""

import warnings
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from threading import Event
from typing import Any, Final

import pytest
from sqlalchemy import select

from issuer.issuance import Issued
from issuer.tables import AwardRow, CredentialRow, CredentialState, StatusListRow
from keys import Keystore, Passphrase, throwaway_key
from keys.encryption import InsecureCostWarning
from openbadges.errors import RefusedError, UnavailableError
from openbadges.public_key import Algorithm, PublicKey
from openbadges.signer import Signer
from tests.issuing import NOW, ON_SQLITE, House
from verifier import Verdict

Fault = Callable[[Signer, bytes], bytes]
"""What is given in the place of a signature, by who could have made a true one."""

SECONDS_TO_WAIT: Final = 120  # a fault of the program and not of a slow machine


@dataclass(frozen=True, slots=True)
class FaultySigner:
    """A signer that has the right name, and signs in its own way."""

    public_key: PublicKey
    verification_method: str
    sign: Callable[[bytes], bytes]


class FaultyKeystore(Keystore):
    """A keystore whose signers do what a test says, until they are mended."""

    fault: Fault | None = None

    def signer(self, key_id: str, *, verification_method: str) -> Any:  # noqa: ANN401 -- a Signer
        """Return the faulty signer in front of the true one."""
        true = super().signer(key_id, verification_method=verification_method)
        fault = self.fault
        if fault is None:
            return true
        return FaultySigner(
            true.public_key, true.verification_method, lambda data: fault(true, data)
        )


@pytest.fixture
def faulty(house: House, tmp_path: Path) -> House:
    """The same house, with a keystore whose signers can be made to fail."""
    with warnings.catch_warnings(action="ignore", category=InsecureCostWarning):
        keystore = FaultyKeystore.open(tmp_path / "keys", Passphrase("for tests only"))
    return replace(house, keystore=keystore)


def break_(house: House, fault: Fault | None) -> None:
    """Let the signers of a house have a fault, or none any more."""
    assert isinstance(house.keystore, FaultyKeystore)
    house.keystore.fault = fault


def of_another_key(true: Signer, data: bytes) -> bytes:
    return throwaway_key(true.public_key.algorithm).signer("urn:x").sign(data)


def of_other_bytes(true: Signer, data: bytes) -> bytes:
    return true.sign(data + b"\n")


def unreachable(true: Signer, data: bytes) -> bytes:
    raise UnavailableError(f"the signer of {true.verification_method} did not answer {data[:0]!r}")


FAULTS: Final[Mapping[str, Fault]] = {
    "a signature of another key": of_another_key,
    "a signature of other bytes": of_other_bytes,
    "zeros": lambda _true, _data: bytes(64),
    "nothing": lambda _true, _data: b"",
    "a page of excuses": lambda _true, _data: b"<html>Service Unavailable</html>",
    "one bit": lambda true, data: true.sign(data)[:-1] + bytes([true.sign(data)[-1] ^ 1]),
    "no answer": unreachable,
}


def at_each_form(fault: Fault) -> dict[str, Fault]:
    """Give the fault at every signature, at that of the proof alone, and at that of the JWS."""

    def only(algorithm: Algorithm) -> Fault:
        def sign(true: Signer, data: bytes) -> bytes:
            is_his = true.public_key.algorithm is algorithm
            return fault(true, data) if is_his else true.sign(data)

        return sign

    return {"": fault, "proof": only(Algorithm.EDDSA), "JWS": only(Algorithm.ES256)}


@ON_SQLITE
@pytest.mark.parametrize("form", ["", "proof", "JWS"])
@pytest.mark.parametrize("kind", FAULTS)
def test_d20_what_a_faulty_signer_made_is_not_released_and_is_signed_again(
    faulty: House, kind: str, form: str
) -> None:
    (before,) = faulty.issue()  # which opens the list
    break_(faulty, at_each_form(FAULTS[kind])[form])
    with pytest.raises((RefusedError, UnavailableError)):
        faulty.issue()
    row = other_than(before, faulty)
    assert (row.state, row.json_bytes, row.jws_bytes) == (CredentialState.LINTED, None, None)

    break_(faulty, None)
    assert faulty.cycle.finish_recorded(now=NOW) == 1
    released = other_than(before, faulty)
    assert (released.id, released.status_index) == (row.id, row.status_index)
    for presented in (released.json_bytes, released.jws_bytes):
        assert faulty.verify(presented or b"").verdict is Verdict.VERIFIED


def other_than(known: Issued, house: House) -> CredentialRow:
    """Return the one credential that there is beside a known one."""
    with house.database.read() as session:
        others = select(CredentialRow).where(CredentialRow.id != known.id)
        return session.scalars(others).one()


@ON_SQLITE
@pytest.mark.parametrize("kind", FAULTS)
def test_d20_a_list_that_cannot_be_signed_is_not_opened_and_nothing_is_reserved(
    faulty: House, kind: str
) -> None:
    break_(faulty, FAULTS[kind])
    with pytest.raises((RefusedError, UnavailableError)):
        faulty.issue()
    with faulty.database.read() as session:
        for table in (CredentialRow, AwardRow, StatusListRow):
            assert session.scalars(select(table)).all() == []
    break_(faulty, None)
    (issued,) = faulty.issue()
    assert faulty.verify(issued.forms.json).verdict is Verdict.VERIFIED


@ON_SQLITE
@pytest.mark.parametrize("kind", FAULTS)
def test_d20_a_list_that_a_faulty_signer_made_is_not_published(faulty: House, kind: str) -> None:
    (issued,) = faulty.issue()
    faulty.publish()
    with faulty.database.read() as session:
        url = session.scalars(select(StatusListRow.url)).one()
    before = faulty.published(url)
    faulty.revoke(issued.id)

    break_(faulty, FAULTS[kind])
    with pytest.raises((RefusedError, UnavailableError)):
        faulty.publish()
    assert faulty.published(url) == before

    break_(faulty, None)
    assert faulty.publish() == 1
    assert faulty.verify(issued.forms.json).verdict is Verdict.REJECTED


def test_d20_a_signer_that_hangs_keeps_nobody_else_waiting(house: House, faulty: House) -> None:
    """It holds no row and no transaction: others award, revoke and publish meanwhile.

    A list is signed within its transaction, so its key is one that is at hand.
    """
    house.issue()  # which opens the list
    asked, go_on = Event(), Event()

    def hang(true: Signer, data: bytes) -> bytes:
        asked.set()
        assert go_on.wait(SECONDS_TO_WAIT)
        return true.sign(data)

    break_(faulty, hang)
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(faulty.issue)
        try:
            assert asked.wait(SECONDS_TO_WAIT)
            (kept,), (revoked,) = house.issue(), house.issue()
            house.revoke(revoked.id)
            assert house.publish() == 1
            assert not waiting.done()
        finally:
            go_on.set()
        (late,) = waiting.result()
    verdicts = [house.verify(one.forms.json).verdict for one in (kept, revoked, late)]
    assert verdicts == [Verdict.VERIFIED, Verdict.REJECTED, Verdict.VERIFIED]
