"""What a keystore holds, in public: each key with its purpose, state and history.

`index.json` can be read without the passphrase, and then nothing vouches for it; with the
passphrase its tag is checked. Private keys are not here but in files that `keystore` seals.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Any, Final, Self, TypeVar

from keys.encryption import DataKey
from keys.policy import INITIAL_STATES, Purpose, SecretPurpose, State, check_transition
from keys.private_files import MAXIMUM_FILE_BYTES
from keys.tagged_json import damaged, read_tagged, write_tagged
from openbadges.errors import (
    Code,
    ConflictError,
    MalformedError,
    MissingError,
    OpenBadgesError,
    RefusedError,
)
from openbadges.jose.jwk import format_jwk, parse_jwk, thumbprint
from openbadges.multikey import format_multikey
from openbadges.public_key import Algorithm, PublicKey
from openbadges.strict import Document, format_timestamp, parse_timestamp

INDEX: Final = "index.json"
FORMAT: Final = "insignia-keystore-index-1"

_Choice = TypeVar("_Choice", bound=StrEnum)


@dataclass(frozen=True, slots=True)
class StateChange:
    """A state that a key entered, and when.

    A compromise has the moment `since` which it is suspected, and a pending key the one from which
    on it is `due` to sign.
    """

    state: State
    at: datetime
    since: datetime | None = None
    due: datetime | None = None

    def document(self) -> Document:
        """Write it as it stands in the index."""
        document: Document = {"state": self.state.value, "at": format_timestamp(self.at)}
        for name, moment in (("since", self.since), ("due", self.due)):
            if moment is not None:
                document[name] = format_timestamp(moment)
        return document


@dataclass(frozen=True, slots=True)
class KeyRecord:
    """The public side of one key; `history` begins with its creation and is never empty."""

    public_key: PublicKey
    purpose: Purpose
    history: tuple[StateChange, ...]

    @property
    def key_id(self) -> str:
        """The key's name, made of the key itself, that DID documents use as the fragment."""
        return self.public_key_multibase or thumbprint(self.public_key)

    @property
    def public_key_multibase(self) -> str | None:
        """The Multikey spelling; RSA keys have none."""
        if self.algorithm is Algorithm.RS256:
            return None
        return format_multikey(self.public_key)

    @property
    def algorithm(self) -> Algorithm:
        """The one algorithm that the key signs with."""
        return self.public_key.algorithm

    @property
    def state(self) -> State:
        """The state that the key is in now."""
        return self.history[-1].state

    @property
    def created(self) -> datetime:
        """When the key was made or imported."""
        return self.history[0].at

    @property
    def changed(self) -> datetime:
        """When the key entered the state that it is in now."""
        return self.history[-1].at

    @property
    def due(self) -> datetime | None:
        """When a pending key is to be activated; `None` for all others."""
        return self.history[-1].due

    @property
    def compromised_since(self) -> datetime | None:
        """From when on a signature may be someone else's; `None` while the key is trusted."""
        return self.history[-1].since

    def changed_to(self, state: State, *, at: datetime, since: datetime | None = None) -> Self:
        """Return the record with one more change.

        Raises:
            ConflictError: the key's life does not go this way.
        """
        check_transition(self.key_id, self.state, state)
        return replace(self, history=(*self.history, StateChange(state, at, since)))

    def document(self) -> Document:
        """Write the record as it stands in the index; it holds nothing private."""
        document: Document = {
            "id": self.key_id,
            "algorithm": self.algorithm.value,
            "purpose": self.purpose.value,
            "state": self.state.value,
            "created": format_timestamp(self.created),
            "publicKeyJwk": format_jwk(self.public_key),
            "history": [change.document() for change in self.history],
        }
        if self.public_key_multibase is not None:
            document["publicKeyMultibase"] = self.public_key_multibase
        return document


@dataclass(frozen=True, slots=True)
class Index:
    """Every key by its id, in the order they were made, and the secrets that exist."""

    keys: Mapping[str, KeyRecord] = field(default_factory=dict)
    secrets: frozenset[SecretPurpose] = frozenset()

    def find(self, key_id: str) -> KeyRecord:
        """Return the key's record.

        Raises:
            MissingError: there is no such key here.
        """
        record = self.keys.get(key_id)
        if record is None:
            raise MissingError(f"this keystore has no key {key_id:.100}", code=Code.CANNOT_SIGN)
        return record

    def with_new(self, record: KeyRecord) -> Self:
        """Return the index with one more key.

        Raises:
            ConflictError: the same key is in it; one key never serves two purposes (D19).
        """
        if record.key_id in self.keys:
            known = self.keys[record.key_id]
            raise ConflictError(
                f"this keystore has the key {record.key_id} already, for {known.purpose}"
            )
        return self.with_changed(record)

    def with_changed(self, record: KeyRecord) -> Self:
        """Return the index with this record in the place of the one with its id."""
        return replace(self, keys={**self.keys, record.key_id: record})

    def with_secret(self, purpose: SecretPurpose) -> Self:
        """Return the index that knows of one more secret."""
        return replace(self, secrets=self.secrets | {purpose})

    def encode(self, data_key: DataKey) -> bytes:
        """Write the index with its tag.

        Raises:
            RefusedError: it would be larger than what is read again.
        """
        document = {
            "format": FORMAT,
            "keys": [record.document() for record in self.keys.values()],
            "secrets": sorted(self.secrets),
        }
        data = write_tagged(document, make_tag=data_key.make_tag)
        if len(data) > MAXIMUM_FILE_BYTES:
            raise RefusedError(f"{INDEX} would be larger than {MAXIMUM_FILE_BYTES} bytes")
        return data


def decode_index(data: bytes, data_key: DataKey) -> Index:
    """Read an index that was written with this data key.

    Raises:
        RefusedError: a byte of it was changed since.
    """
    document, covered, tag = read_tagged(data, name=INDEX)
    data_key.verify_tag(covered, tag, name=INDEX)
    return _parse_index(document)


def decode_unauthenticated_index(data: bytes) -> Index:
    """Read an index without the passphrase: what it says may have been written by anyone.

    Raises:
        RefusedError: it is not even an index.
    """
    return _parse_index(read_tagged(data, name=INDEX)[0])


def _parse_index(document: Document) -> Index:
    try:
        _check_member(document, "format", str)
        if document["format"] != FORMAT:
            raise MalformedError(f"{INDEX} is not of the kind {FORMAT}")
        _check_member(document, "keys", list)
        _check_member(document, "secrets", list)
        records = [_parse_record(entry) for entry in document["keys"]]
        secrets = frozenset(_choice(SecretPurpose, text) for text in document["secrets"])
    except OpenBadgesError as error:
        raise damaged(INDEX) from error
    return Index({record.key_id: record for record in records}, secrets)


def _parse_record(entry: object) -> KeyRecord:
    """Read what `KeyRecord.document` wrote: what it would not write is refused."""
    if not isinstance(entry, dict):
        raise MalformedError("a key must be an object")
    _check_member(entry, "publicKeyJwk", dict)
    _check_member(entry, "history", list)
    history = tuple(_parse_change(change) for change in entry["history"])
    if not history or history[0].state not in INITIAL_STATES:
        raise MalformedError("a key's history begins with its creation")
    record = KeyRecord(
        public_key=parse_jwk(entry["publicKeyJwk"]),
        purpose=_choice(Purpose, entry.get("purpose")),
        history=history,
    )
    if record.document() != entry:
        raise MalformedError("a key's members contradict each other")
    return record


def _parse_change(entry: object) -> StateChange:
    if not isinstance(entry, dict):
        raise MalformedError("a change of state must be an object")
    return StateChange(
        state=_choice(State, entry.get("state")),
        at=parse_timestamp(entry.get("at"), what="at"),
        since=_moment(entry, "since"),
        due=_moment(entry, "due"),
    )


def _moment(entry: Document, name: str) -> datetime | None:
    return parse_timestamp(entry[name], what=name) if name in entry else None


def _check_member(entry: Mapping[str, Any], name: str, kind: type) -> None:
    if not isinstance(entry.get(name), kind):
        raise MalformedError(f"{name} is missing or is of another type")


def _choice(choices: type[_Choice], value: object) -> _Choice:
    for choice in choices:
        if choice.value == value:
            return choice
    raise MalformedError(f"{value!r:.60} is no {choices.__name__}")
