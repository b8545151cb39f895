"""Making an issuer: what is asked of it, its keys, and the documents that tell others of them.

What an issuer is afterwards is in `issuers`.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final
from uuid import uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from issuer.audit import OPERATOR, Act, note
from issuer.cleaning import check_line
from issuer.issuers import Issuer, IssuerKey, key_row
from issuer.key_publication import note_keys, publish_did_document, publish_key_set
from issuer.policy import MAXIMUM_NAME_CHARACTERS, check_link
from issuer.public_documents import publish_profile
from issuer.signing import DEFAULT_CRYPTOSUITE
from issuer.tables import DidMethod, IssuerKeyRow, IssuerRow, Profile
from keys import KeyRecord, Keystore, Purpose, State
from openbadges.data_integrity import CRYPTOSUITES
from openbadges.did import did_key, did_web, method_id
from openbadges.errors import ConflictError, MalformedError, MissingError, RefusedError
from openbadges.identity import normalise_email
from openbadges.public_key import P256, P384, Algorithm
from storage import Database
from storage.columns import URL_LENGTH

# What a did:web issuer makes for itself. A did:key lists one key, which then signs everything.
_OWN_KEYS: Final[Mapping[Purpose, Algorithm]] = {
    Purpose.CREDENTIAL: Algorithm.EDDSA,
    Purpose.CREDENTIAL_JWS: Algorithm.ES256,
    Purpose.STATUS_LIST: Algorithm.EDDSA,
}
CHOSEN_CRYPTOSUITES: Final = tuple(name for name, suite in CRYPTOSUITES.items() if suite.is_made)
CURVES: Final[Mapping[str, Algorithm]] = {
    curve.name: curve.algorithm
    for curve in (P256, P384)  # the first is meant where none is named
}


@dataclass(frozen=True, slots=True)
class NewIssuer:
    """What a person says of an issuer when making it.

    Its first key may be here already (`key_id`) or be taken over from a `seed`, in hexadecimal
    digits. Only a generic issuer `adds_status`, as badges always have a status entry, or chooses
    one of `CHOSEN_CRYPTOSUITES`; an ecdsa one is made on one of `CURVES`.
    """

    method: DidMethod
    base_url: str
    name: str
    url: str | None = None
    email: str | None = None
    key_id: str | None = None
    seed: str | None = field(default=None, repr=False)
    profile: Profile = Profile.BADGES
    adds_status: bool = False
    cryptosuite: str = DEFAULT_CRYPTOSUITE
    curve: str | None = None

    @property
    def algorithm(self) -> Algorithm:
        """The kind of its first key."""
        if self.curve is not None:
            return CURVES[self.curve]
        is_ed25519 = Algorithm.EDDSA in CRYPTOSUITES[self.cryptosuite].keys
        return Algorithm.EDDSA if is_ed25519 else P256.algorithm


def create_issuer(
    new: NewIssuer, *, database: Database, keystore: Keystore, now: datetime
) -> Issuer:
    """Make an issuer, its keys where it brings none, and publish its profile and its keys.

    Raises:
        RefusedError: a did:web without a public https address, a key that may not sign, no name,
            a link, an e-mail address or a seed that is none, or options that do not go together.
        MissingError: the key is not in the keystore.
        ConflictError: there is an issuer with this DID or this key already, or the key of the seed
            is here.
    """
    new = _checked(new)
    if new.method is DidMethod.WEB:
        with database.read() as session:  # before keys are made that nobody would use
            _refuse_taken(session, did_web(new.base_url), [] if not new.key_id else [new.key_id])
    keys = _keys(new, keystore, now)
    first = keys[Purpose.CREDENTIAL]
    did = did_web(new.base_url) if new.method is DidMethod.WEB else did_key(first.public_key)
    issuer = Issuer(
        id=str(uuid4()),
        did=did,
        method=new.method,
        base_url=new.base_url,
        name=new.name,
        url=new.url,
        email=new.email,
        trial=not is_public(new.base_url),
        signs=new.profile,
        adds_status=new.adds_status,
        keys=tuple(
            IssuerKey(key.key_id, purpose, method_id(did, key.public_key))
            for purpose, key in sorted(keys.items(), key=lambda one: one[1].key_id)
        ),
        cryptosuite=new.cryptosuite,
    )
    database.transact(lambda session: _store(session, issuer, new, keystore, now))
    return issuer


def _checked(new: NewIssuer) -> NewIssuer:
    """Refuse what every badge of this issuer would then say for good; spell its e-mail one way."""
    _check_profile(new)
    if new.method is DidMethod.WEB and not is_public(new.base_url):
        raise RefusedError(
            "a did:web is found at a public https address on port 443, and this installation is at"
            f" {new.base_url}; use --did key, or make another data folder with"
            " `insignia init --address https://…`"
        )
    check_line(new.name, what="an issuer's name", maximum=MAXIMUM_NAME_CHARACTERS)
    if new.url is not None:
        check_link(new.url, what="the issuer's page", maximum_characters=URL_LENGTH)
    if new.email is None:
        return new
    try:
        return replace(new, email=normalise_email(new.email))
    except MalformedError as error:
        raise RefusedError(f"the issuer's e-mail address cannot be used: {error}") from error


def _check_profile(new: NewIssuer) -> None:
    """Refuse options that do not go together."""
    is_generic = new.profile is Profile.GENERIC
    if is_generic and new.method is not DidMethod.KEY:
        raise RefusedError(
            "a generic issuer is a did:key, because the did:web of this address is that of the"
            " issuer of badges; use --did key"
        )
    if new.adds_status and not is_generic:
        raise RefusedError(
            "badges always have a status entry; only a generic issuer can do with or without"
        )
    if new.cryptosuite != DEFAULT_CRYPTOSUITE and not is_generic:
        raise RefusedError(
            f"badges are signed with {DEFAULT_CRYPTOSUITE}; only a generic issuer can sign with"
            f" {new.cryptosuite}"
        )
    if new.algorithm not in CRYPTOSUITES[new.cryptosuite].keys:
        raise RefusedError(
            f"{new.cryptosuite} is made with an Ed25519 key; expected no curve, found {new.curve}"
        )
    if new.key_id is not None and new.seed is not None:
        raise RefusedError("an issuer has one first key: give a key that is here, or a seed")


def _refuse_taken(session: Session, did: str, key_ids: Collection[str]) -> None:
    """Refuse another issuer of this DID, or of one of these keys: none is ever shared (D19)."""
    if session.scalars(select(IssuerRow).where(IssuerRow.did == did)).first() is not None:
        raise ConflictError(f"there is an issuer {did} already")
    shared = (
        select(IssuerKeyRow.key_id, IssuerRow.did)
        .join(IssuerRow, IssuerRow.id == IssuerKeyRow.issuer_id)
        .where(IssuerKeyRow.key_id.in_(key_ids))
    )
    found = session.execute(shared).first()
    if found is not None:
        raise ConflictError(
            f"the key {found.key_id} is that of the issuer {found.did}, and no two issuers share"
            " a key"
        )


def is_public(base_url: str) -> bool:
    """Tell whether a did:web can be found at this address; without one an issuer is on trial."""
    try:
        did_web(base_url)
    except MalformedError:
        return False
    return True


def usual_method(base_url: str) -> DidMethod:
    """Return the DID method of an issuer at this address, where nobody asks for another."""
    return DidMethod.WEB if is_public(base_url) else DidMethod.KEY


def _keys(new: NewIssuer, keystore: Keystore, now: datetime) -> Mapping[Purpose, KeyRecord]:
    """Return the keys by purpose: the one brought along, and new ones for what is missing."""
    keys = {}
    if new.key_id is not None:
        keys[Purpose.CREDENTIAL] = _own_key(new.key_id, new.algorithm, keystore)
    elif new.seed is not None:
        keys[Purpose.CREDENTIAL] = keystore.import_seed(
            new.seed, purpose=Purpose.CREDENTIAL, algorithm=new.algorithm, now=now
        )
    wanted = _OWN_KEYS if new.method is DidMethod.WEB else {Purpose.CREDENTIAL: new.algorithm}
    for purpose, algorithm in wanted.items():
        if purpose not in keys:
            keys[purpose] = keystore.generate(algorithm, purpose=purpose, now=now)
    return keys


def _own_key(key_id: str, algorithm: Algorithm, keystore: Keystore) -> KeyRecord:
    record = next((record for record in keystore.list() if record.key_id == key_id), None)
    if record is None:
        raise MissingError(f"there is no key {key_id!r:.80} in the keystore")
    if record.algorithm is not algorithm:
        raise RefusedError(
            f"this issuer's first key makes its Data Integrity proofs and is for {algorithm};"
            f" {key_id} is for {record.algorithm}"
        )
    if record.purpose is not Purpose.CREDENTIAL or record.state is not State.ACTIVE:
        raise RefusedError(
            f"an issuer's first key is an active key for {Purpose.CREDENTIAL}; {key_id} is"
            f" {record.state} and for {record.purpose}"
        )
    return record


def _store(
    session: Session, issuer: Issuer, new: NewIssuer, keystore: Keystore, now: datetime
) -> None:
    _refuse_taken(session, issuer.did, issuer.key_ids)
    session.add(
        IssuerRow(
            id=issuer.id,
            did=issuer.did,
            method=issuer.method,
            base_url=issuer.base_url,
            name=issuer.name,
            url=issuer.url,
            email=issuer.email,
            profile=issuer.signs,
            adds_status=issuer.adds_status,
            cryptosuite=issuer.cryptosuite,
            trial=issuer.trial,
            created_at=now,
        )
    )
    session.flush()
    session.add_all(key_row(issuer.id, key, now) for key in issuer.keys)
    session.flush()
    _note(session, issuer, new, keystore, now)
    publish_profile(session, issuer, now)
    publish_did_document(session, issuer, keystore, now)
    publish_key_set(session, issuer.base_url, keystore, now)


def _note(
    session: Session, issuer: Issuer, new: NewIssuer, keystore: Keystore, now: datetime
) -> None:
    """Note the issuer and its keys; one that was here before is noted already."""
    note(
        session,
        Act.ISSUER_CREATED,
        issuer.did,
        now=now,
        actor=OPERATOR,
        issuer_id=issuer.id,
        details={"profile": issuer.signs.value},
    )
    if new.seed is not None:
        (first,) = (key.key_id for key in issuer.keys if key.purpose is Purpose.CREDENTIAL)
        note(session, Act.KEY_IMPORTED, first, now=now, actor=OPERATOR, issuer_id=issuer.id)
    records = issuer.records(keystore)
    note_keys(session, records, now=now, actor=OPERATOR, issuer_id=issuer.id)
