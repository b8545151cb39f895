"""The index says what there is, refuses what it would not write, and holds nothing private."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest

from keys.encryption import DataKey
from keys.index import (
    Index,
    KeyRecord,
    StateChange,
    decode_index,
    decode_unauthenticated_index,
)
from keys.policy import Purpose, SecretPurpose, State
from keys.signers import throwaway_key
from keys.tagged_json import write_tagged
from openbadges.errors import ConflictError, MissingError, RefusedError
from openbadges.jose.jwk import thumbprint
from openbadges.multikey import format_multikey
from openbadges.public_key import Algorithm

CREATED = datetime(2026, 3, 1, 12, 0, 0, tzinfo=UTC)
DATA_KEY = DataKey(bytes(range(32)))
DAMAGED = "^index.json is damaged or was changed by hand; restore it from a backup$"


@pytest.fixture(scope="module")
def records() -> tuple[KeyRecord, ...]:
    """Return one key of each algorithm, the first of them compromised."""
    born = (StateChange(State.ACTIVE, CREATED),)
    ed25519, p256, rsa = (
        KeyRecord(throwaway_key(algorithm).public_key, purpose, born)
        for algorithm, purpose in (
            (Algorithm.EDDSA, Purpose.CREDENTIAL),
            (Algorithm.ES256, Purpose.STATUS_LIST),
            (Algorithm.RS256, Purpose.CREDENTIAL_JWS),
        )
    )
    later = CREATED + timedelta(days=9)
    return ed25519.changed_to(State.COMPROMISED, at=later, since=CREATED), p256, rsa


@pytest.fixture
def index(records: tuple[KeyRecord, ...]) -> Index:
    result = Index().with_secret(SecretPurpose.RECIPIENT_HASH)
    for record in records:
        result = result.with_new(record)
    return result


def test_an_index_comes_back_as_it_was_written(index: Index) -> None:
    data = index.encode(DATA_KEY)
    assert decode_index(data, DATA_KEY) == index
    assert decode_unauthenticated_index(data) == index
    assert list(decode_index(data, DATA_KEY).keys) == list(index.keys)


def test_a_record_names_its_key_as_did_documents_do(records: tuple[KeyRecord, ...]) -> None:
    ed25519, p256, rsa = records
    assert ed25519.key_id == ed25519.public_key_multibase == format_multikey(ed25519.public_key)
    assert p256.key_id == p256.public_key_multibase == format_multikey(p256.public_key)
    assert rsa.key_id == thumbprint(rsa.public_key)
    assert rsa.public_key_multibase is None


def test_a_compromise_tells_since_when(records: tuple[KeyRecord, ...]) -> None:
    compromised, trusted, _ = records
    assert compromised.state is State.COMPROMISED
    assert compromised.created == compromised.compromised_since == CREATED
    assert trusted.compromised_since is None
    with pytest.raises(ConflictError, match="is compromised and can become nothing else"):
        compromised.changed_to(State.ACTIVE, at=CREATED)


def test_the_index_holds_public_members_only(index: Index) -> None:
    document: dict[str, Any] = json.loads(index.encode(DATA_KEY))  # noqa: TID251 -- our own file
    for entry in document["keys"]:
        assert set(entry["publicKeyJwk"]) <= {"kty", "crv", "x", "y", "n", "e"}
        assert set(entry) - {"publicKeyMultibase"} == {
            "id",
            "algorithm",
            "purpose",
            "state",
            "created",
            "publicKeyJwk",
            "history",
        }
    assert document["secrets"] == ["recipient-hash"]


def test_a_key_cannot_be_added_twice_for_two_purposes(index: Index) -> None:
    record = next(iter(index.keys.values()))
    with pytest.raises(ConflictError, match=f"has the key {record.key_id} already, for credential"):
        index.with_new(KeyRecord(record.public_key, Purpose.STATUS_LIST, record.history))


def test_an_unknown_key_is_missing(index: Index) -> None:
    with pytest.raises(MissingError, match=r"^this keystore has no key z6MkNobody$"):
        index.find("z6MkNobody")


def test_every_flipped_bit_is_refused(index: Index) -> None:
    data = index.encode(DATA_KEY)
    for position in range(0, len(data), 7):
        damaged = bytearray(data)
        damaged[position] ^= 1 << (position % 8)
        with pytest.raises(RefusedError, match=DAMAGED):
            decode_index(bytes(damaged), DATA_KEY)


def test_a_truncated_index_is_refused(index: Index) -> None:
    data = index.encode(DATA_KEY)
    for length in range(0, len(data), 11):
        with pytest.raises(RefusedError, match=DAMAGED):
            decode_index(data[:length], DATA_KEY)
        with pytest.raises(RefusedError, match=DAMAGED):
            decode_unauthenticated_index(data[:length])


def _first(change: Callable[[dict[str, Any]], object]) -> Callable[[dict[str, Any]], object]:
    return lambda document: change(document["keys"][0])


def _history(*changes: object) -> Callable[[dict[str, Any]], object]:
    return _first(lambda entry: entry.update(history=list(changes)))


ACTIVE = {"state": "active", "at": "2026-03-01T12:00:00Z"}

NONSENSE = [
    pytest.param(lambda document: document.update(format="x"), id="another-format"),
    pytest.param(lambda document: document.pop("format"), id="no-format"),
    pytest.param(lambda document: document.update(keys={}), id="keys-is-no-array"),
    pytest.param(lambda document: document.pop("keys"), id="no-keys"),
    pytest.param(lambda document: document.update(keys=[7]), id="a-key-is-a-number"),
    pytest.param(lambda document: document.update(secrets=7), id="secrets-is-no-array"),
    pytest.param(lambda document: document.update(secrets=["x"]), id="unknown-secret"),
    pytest.param(lambda document: document.update(secrets=[{}]), id="a-secret-is-an-object"),
    pytest.param(_first(lambda entry: entry.update(state="active")), id="state-is-not-the-last"),
    pytest.param(_first(lambda entry: entry.update(id="../x")), id="id-is-a-path"),
    pytest.param(_first(lambda entry: entry.update(algorithm="RS256")), id="another-algorithm"),
    pytest.param(_first(lambda entry: entry.update(purpose="session")), id="unknown-purpose"),
    pytest.param(_first(lambda entry: entry.update(purpose=[])), id="purpose-is-an-array"),
    pytest.param(_first(lambda entry: entry.update(created="2026")), id="created-is-not-first"),
    pytest.param(_first(lambda entry: entry.update(note="x")), id="unknown-member"),
    pytest.param(_first(lambda entry: entry.pop("publicKeyMultibase")), id="no-multibase"),
    pytest.param(_first(lambda entry: entry.update(publicKeyJwk=7)), id="jwk-is-a-number"),
    pytest.param(_first(lambda entry: entry["publicKeyJwk"].update(d="AA")), id="private-jwk"),
    pytest.param(_first(lambda entry: entry["publicKeyJwk"].update(x="AA")), id="short-jwk"),
    pytest.param(_history(), id="no-history"),
    pytest.param(_history(7), id="a-change-is-a-number"),
    pytest.param(_history({"state": "retired", "at": ACTIVE["at"]}), id="born-retired"),
    pytest.param(_history({"state": "asleep", "at": ACTIVE["at"]}), id="unknown-state"),
    pytest.param(_history({"state": "active"}), id="no-time"),
    pytest.param(_history({**ACTIVE, "since": 7}), id="since-is-a-number"),
    pytest.param(_history({**ACTIVE, "note": "x"}), id="unknown-member-of-a-change"),
]


@pytest.mark.parametrize("change", NONSENSE)
def test_nonsense_is_refused_with_and_without_the_passphrase(
    index: Index, change: Callable[[dict[str, Any]], object]
) -> None:
    document: dict[str, Any] = json.loads(index.encode(DATA_KEY))  # noqa: TID251 -- our own file
    document.pop("tag")
    change(document)
    data = write_tagged(document, make_tag=DATA_KEY.make_tag)
    with pytest.raises(RefusedError, match=DAMAGED):
        decode_index(data, DATA_KEY)
    with pytest.raises(RefusedError, match=DAMAGED):
        decode_unauthenticated_index(data)


def test_an_edited_index_is_read_without_the_passphrase_and_refused_with_it(index: Index) -> None:
    document: dict[str, Any] = json.loads(index.encode(DATA_KEY))  # noqa: TID251 -- our own file
    tag = document.pop("tag")
    entry = document["keys"][0]
    entry["history"].pop()
    entry["state"] = "active"
    edited = write_tagged(document, make_tag=lambda _: str(tag))
    assert next(iter(decode_unauthenticated_index(edited).keys.values())).state is State.ACTIVE
    with pytest.raises(RefusedError, match=DAMAGED):
        decode_index(edited, DATA_KEY)


def test_times_are_kept_in_utc(records: tuple[KeyRecord, ...]) -> None:
    east = timezone(timedelta(hours=9))
    record = records[1].changed_to(State.RETIRED, at=CREATED.astimezone(east))
    assert record.document()["history"][1]["at"] == "2026-03-01T12:00:00Z"


def test_an_index_that_could_not_be_read_again_is_not_written(index: Index) -> None:
    history = tuple(StateChange(State.ACTIVE, CREATED) for _ in range(15_000))
    record = next(iter(index.keys.values()))
    large = index.with_changed(KeyRecord(record.public_key, record.purpose, history))
    with pytest.raises(RefusedError, match=r"^index.json would be larger than 1048576 bytes$"):
        large.encode(DATA_KEY)
