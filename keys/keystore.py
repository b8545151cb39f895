"""The keystore: a folder in which private keys and secrets lie sealed, and their public index.

    keystore.json     the scrypt cost and salt, and the wrapped data key
    index.json        what there is, in public, with a tag of the data key's
    key-<id>          a private key, sealed
    secret-<purpose>  32 random bytes, sealed
    lock              held while the index is changed

States and purposes are in `policy`, the cryptography in `encryption`; DID documents and JWKS that
list the public keys are written in `openbadges`.
"""

from datetime import datetime
from functools import partial
from pathlib import Path
from secrets import token_bytes
from typing import Final, Self

from keys.encryption import HEADER, SAFE_COST, Cost, DataKey, make_header, open_header
from keys.hidden import Hidden
from keys.index import (
    INDEX,
    Index,
    KeyRecord,
    StateChange,
    decode_index,
    decode_unauthenticated_index,
)
from keys.passphrase import Passphrase
from keys.policy import (
    SECRET_BYTES,
    Purpose,
    SecretPurpose,
    State,
    check_algorithm,
    check_may_sign,
)
from keys.private_files import LOCK, PrivateFolder
from keys.signers import KeyPair
from keys.tagged_json import damaged
from openbadges.errors import ConflictError, RefusedError
from openbadges.public_key import Algorithm
from openbadges.signer import Signer
from openbadges.strict import format_timestamp, parse_timestamp

_BOUND_TO: Final = "insignia-keystore-1"
_HALF_WRITTEN: Final = (f".{INDEX}.", f".{HEADER}.")


class Keystore(Hidden):
    """An open keystore; every answer is read from the folder anew, so processes can share it."""

    __slots__ = ("_data_key", "_folder", "_known")

    def __init__(self, folder: PrivateFolder, data_key: DataKey) -> None:
        self._folder = folder
        self._data_key = data_key
        self._known: tuple[bytes, Index] | None = None

    @classmethod
    def create(cls, folder: Path, passphrase: Passphrase, *, cost: Cost = SAFE_COST) -> Self:
        """Make an empty keystore in a folder that is new or empty, or where this was cut off.

        Raises:
            ConflictError: there is something in the folder.
            RefusedError: the folder is open to others, a link, or someone else's.
            UnavailableError: it cannot be written there.
        """
        place = PrivateFolder(folder)
        place.make()
        _check_empty(place)
        with place.locked():
            _check_empty(place)  # another process may have been quicker
            header, data_key = make_header(passphrase, cost)
            place.write(INDEX, Index().encode(data_key))
            place.write(HEADER, header)
        return cls(place, data_key)

    @classmethod
    def open(cls, folder: Path, passphrase: Passphrase) -> Self:
        """Open a keystore; costs one scrypt.

        Raises:
            MissingError: there is none.
            RefusedError: the passphrase is another, a file is damaged, or files are open to others.
        """
        place = PrivateFolder(folder)
        header = place.read(HEADER)
        place.check_files()
        keystore = cls(place, open_header(header, passphrase))
        keystore.list()
        return keystore

    def generate(
        self,
        algorithm: Algorithm,
        *,
        purpose: Purpose,
        now: datetime,
        due: datetime | None = None,
    ) -> KeyRecord:
        """Make a key that signs; one with a moment `due` is pending, and activated from then on.

        Raises:
            RefusedError: the algorithm does not suit the purpose.
        """
        check_algorithm(algorithm, purpose)
        return self._add(KeyPair.generate(algorithm), purpose=purpose, now=now, due=due)

    def import_seed(
        self,
        seed_hex: str,
        *,
        purpose: Purpose,
        now: datetime,
        algorithm: Algorithm = Algorithm.EDDSA,
    ) -> KeyRecord:
        """Take over the key of a seed, given in hexadecimal digits as `KeyPair.from_seed` reads it.

        Raises:
            RefusedError: it is no seed of such a key, or the algorithm does not suit the purpose.
            ConflictError: the key is here already.
        """
        pair = KeyPair.from_seed(seed_hex, algorithm)
        del seed_hex  # not in a later traceback's variables
        check_algorithm(algorithm, purpose)
        return self._add(pair, purpose=purpose, now=now)

    def list(self) -> tuple[KeyRecord, ...]:
        """Return every key's public record, in the order they were made.

        Raises:
            RefusedError: the index is damaged or was changed by hand.
        """
        return tuple(self._index().keys.values())

    def listed(self, *purposes: Purpose) -> tuple[KeyRecord, ...]:
        """Return the keys of these purposes, in every state, for who publishes them.

        Raises:
            ValueError: no purpose is named.
        """
        if not purposes:
            raise ValueError("name at least one purpose; `list` returns every key")
        return tuple(record for record in self.list() if record.purpose in purposes)

    def activate(self, key_id: str, *, now: datetime) -> KeyRecord:
        """Let a pending key sign.

        Raises:
            MissingError: there is no such key.
            ConflictError: it is not pending.
        """
        return self._change(key_id, State.ACTIVE, now=now)

    def retire(self, key_id: str, *, now: datetime) -> KeyRecord:
        """Stop a key from signing, for good; what it signed stays valid.

        Raises:
            MissingError: there is no such key.
            ConflictError: it is retired or compromised already.
        """
        return self._change(key_id, State.RETIRED, now=now)

    def mark_compromised(self, key_id: str, *, since: datetime, now: datetime) -> KeyRecord:
        """Stop a key from signing and distrust it from the moment `since` on.

        Raises:
            MissingError: there is no such key.
            ConflictError: it is marked already.
            RefusedError: `since` is in the future.
        """
        if since > now:
            raise RefusedError(
                f"a compromise since {format_timestamp(since)} is in the future;"
                f" it is {format_timestamp(now)}"
            )
        return self._change(key_id, State.COMPROMISED, now=now, since=since)

    def signer(self, key_id: str, *, verification_method: str) -> Signer:
        """Return what signs with this key; it stops as soon as the key is no longer active.

        Raises:
            MissingError: there is no such key, or its file is gone.
            RefusedError: the key is not active, or its file is damaged or holds another key.
        """
        record = self._active(key_id)
        name, bound_to = _key_file(record)
        pair = KeyPair.from_pkcs8(
            self._data_key.unseal(self._folder.read(name), bound_to=bound_to, name=name)
        )
        if pair.public_key != record.public_key:
            raise damaged(name)
        return pair.signer(verification_method, check_permitted=partial(self._active, key_id))

    def secret(self, purpose: SecretPurpose) -> bytes:
        """Return the 32 bytes for this purpose, the same ones for ever; made at the first call.

        Raises:
            MissingError: they were made once and their file is gone.
            RefusedError: their file is damaged.
        """
        name, bound_to = _secret_file(purpose)
        if purpose not in self._index().secrets:
            with self._folder.locked():
                index = self._index()
                if purpose not in index.secrets:
                    sealed = self._data_key.seal(token_bytes(SECRET_BYTES), bound_to=bound_to)
                    self._folder.write(name, sealed)
                    self._folder.write(INDEX, index.with_secret(purpose).encode(self._data_key))
        return self._data_key.unseal(self._folder.read(name), bound_to=bound_to, name=name)

    def check_secrets_differ(self) -> None:
        """Return if each secret that was made is another one (D19).

        Raises:
            RefusedError: two are the same, or one is damaged.
            MissingError: the file of one is gone.
        """
        known: dict[bytes, SecretPurpose] = {}
        for purpose in sorted(self._index().secrets):
            secret = self.secret(purpose)
            if secret in known:
                raise RefusedError(
                    f"the secrets for {known[secret]} and {purpose} are the same; expected one for"
                    " each purpose; restore the keystore from a backup"
                )
            known[secret] = purpose

    def _index(self) -> Index:
        """Read the index; bytes that were decoded before are not decoded again, as signing asks."""
        data = self._folder.read(INDEX)
        known = self._known
        if known is None or known[0] != data:
            known = self._known = (data, decode_index(data, self._data_key))
        return known[1]

    def _active(self, key_id: str) -> KeyRecord:
        record = self._index().find(key_id)
        check_may_sign(key_id, record.state)
        return record

    def _add(
        self, pair: KeyPair, *, purpose: Purpose, now: datetime, due: datetime | None = None
    ) -> KeyRecord:
        state = State.ACTIVE if due is None else State.PENDING
        born = StateChange(state, _second(now), due=None if due is None else _second(due))
        record = KeyRecord(pair.public_key, purpose, (born,))
        name, bound_to = _key_file(record)
        with self._folder.locked():
            index = self._index().with_new(record).encode(self._data_key)
            self._folder.write(name, self._data_key.seal(pair.to_pkcs8(), bound_to=bound_to))
            self._folder.write(INDEX, index)
        return record

    def _change(
        self, key_id: str, state: State, *, now: datetime, since: datetime | None = None
    ) -> KeyRecord:
        with self._folder.locked():
            index = self._index()
            record = index.find(key_id).changed_to(
                state, at=_second(now), since=None if since is None else _second(since)
            )
            self._folder.write(INDEX, index.with_changed(record).encode(self._data_key))
        return record


def unauthenticated_list(folder: Path) -> tuple[KeyRecord, ...]:
    """Return what the index says, without the passphrase: good for a look, not for a decision.

    Raises:
        MissingError: there is no index.
        RefusedError: it is no index, or open to others.
    """
    return tuple(decode_unauthenticated_index(PrivateFolder(folder).read(INDEX)).keys.values())


def _check_empty(place: PrivateFolder) -> None:
    names = {name for name in place.names() if not name.startswith(_HALF_WRITTEN)} - {LOCK}
    # the header is written last: an index alone is from a making that was cut off
    if names not in (set(), {INDEX}):
        raise ConflictError(f"the folder {place.path.name} is not empty; nothing was changed")


def _key_file(record: KeyRecord) -> tuple[str, bytes]:
    """Return the file's name, and what its content is bound to so that files cannot be swapped."""
    bound_to = f"{_BOUND_TO}\nkey\n{record.key_id}\n{record.algorithm}\n{record.purpose}"
    return f"key-{record.key_id}", bound_to.encode("ascii")


def _secret_file(purpose: SecretPurpose) -> tuple[str, bytes]:
    return f"secret-{purpose}", f"{_BOUND_TO}\nsecret\n{purpose}".encode("ascii")


def _second(moment: datetime) -> datetime:
    """Return the moment as the index will give it back: in UTC, to the second."""
    return parse_timestamp(format_timestamp(moment), what="a time of our own")
