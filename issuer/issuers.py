"""The issuers of this installation: each with its DID, its keys, and its profile.

How one is made is in `new_issuer`, which fixes its DID and base URL; awarding is in `issuance`, and
what a generic issuer does in `generic`. Neither does the other's work (D18).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from issuer.audit import Act
from issuer.signing import DEFAULT_CRYPTOSUITE
from issuer.tables import AuditEntryRow, DidMethod, IssuerKeyRow, IssuerRow, Profile
from keys import KeyRecord, Keystore, Purpose
from keys.rotation import signing_key
from openbadges.did import ListedKey, did_key_document, did_web_document, did_web_url
from openbadges.errors import Code, MissingError, RefusedError
from openbadges.signer import Signer
from openbadges.strict import Document, format_timestamp, parse_json_object, parse_timestamp

_WORK: Final[Mapping[Profile, str]] = {
    Profile.BADGES: "awards badges",
    Profile.GENERIC: "signs what clients of the VC API send",
}
_NONE_YET: Final[Mapping[Profile | None, str]] = {
    None: "there is no issuer yet; make one with `insignia issuer create`",
    Profile.BADGES: "there is no issuer yet; make one with `insignia issuer create`",
    Profile.GENERIC: (
        "there is no generic issuer here; make one with `insignia issuer create --profile generic`"
    ),
}


@dataclass(frozen=True, slots=True)
class IssuerKey:
    """A key of an issuer, with the URL that its proofs name; its state is in the keystore.

    `compromised_since` is what the audit log says, which a keystore from a backup may not know.
    """

    key_id: str
    purpose: Purpose
    method: str
    compromised_since: datetime | None = None

    def check_trusted(self) -> None:
        """Return if the audit log does not say that this key was compromised.

        Raises:
            RefusedError: it does (CANNOT_SIGN).
        """
        if self.compromised_since is not None:
            since = format_timestamp(self.compromised_since)
            raise RefusedError(
                f"the key {self.key_id} is compromised since {since}, as the audit log says; where"
                " the keystore is an older one, mark it again with `insignia keys compromise"
                f" {self.key_id} --since {since}`",
                code=Code.CANNOT_SIGN,
            )


@dataclass(frozen=True, slots=True)
class Issuer:
    """One issuer as the other modules see it.

    `keys` are all that it ever had, in the order they came: which of them sign is asked of the
    keystore at that moment, and those that no longer do stay listed. `signs` says what,
    `adds_status` whether a generic issuer adds a status entry where a client sends none, and
    `cryptosuite` how it and its status lists are signed.
    """

    id: str
    did: str
    method: DidMethod
    base_url: str
    name: str
    url: str | None
    email: str | None
    trial: bool
    signs: Profile
    adds_status: bool
    keys: tuple[IssuerKey, ...]
    cryptosuite: str = DEFAULT_CRYPTOSUITE

    @property
    def key_ids(self) -> frozenset[str]:
        """The ids of all its keys."""
        return frozenset(key.key_id for key in self.keys)

    @property
    def purposes(self) -> tuple[Purpose, ...]:
        """What it has keys for; a did:key has one, which does everything."""
        return tuple(dict.fromkeys(key.purpose for key in self.keys))

    def profile(self) -> Document:
        """Return the issuer as it stands in every credential.

        Spec: ob-v3p0#profile
        """
        members = {
            "id": self.did,
            "type": ["Profile"],
            "name": self.name,
            "url": self.url,
            "email": self.email,
        }
        return {name: value for name, value in members.items() if value is not None}

    def signing_key(self, purpose: Purpose, keystore: Keystore) -> IssuerKey:
        """Return the key that signs for this purpose; where one key does everything, that one.

        It is the newest that is active. Where none is, it is the newest, which will refuse.
        """
        keys = [key for key in self.keys if key.purpose is purpose] or [
            key for key in self.keys if key.purpose is Purpose.CREDENTIAL
        ]
        active = signing_key(self.records(keystore, keys[0].purpose))
        return next((key for key in keys if active and key.key_id == active.key_id), keys[-1])

    def signer(self, purpose: Purpose, keystore: Keystore) -> Signer:
        """Return what signs for this purpose.

        Raises:
            RefusedError: the key may not sign any more.
        """
        key = self.signing_key(purpose, keystore)
        signer = keystore.signer(key.key_id, verification_method=key.method)
        key.check_trusted()  # afterwards: of what it knows the keystore speaks first
        return signer

    def records(self, keystore: Keystore, purpose: Purpose | None = None) -> tuple[KeyRecord, ...]:
        """Return what the keystore says of its keys, or of those for one purpose."""
        ours = {key.key_id for key in self.keys if purpose in (None, key.purpose)}
        return tuple(record for record in keystore.list() if record.key_id in ours)

    def distrusted_methods(self, keystore: Keystore) -> frozenset[str]:
        """Return the method URLs of keys that were compromised and can be replaced."""
        if self.method is DidMethod.KEY:
            return frozenset()
        compromised = {one.key_id for one in self.records(keystore) if one.compromised_since}
        return frozenset(
            key.method
            for key in self.keys
            if key.compromised_since is not None or key.key_id in compromised
        )

    @property
    def did_document_url(self) -> str | None:
        """Where the DID document is published, or None for a DID that is its own document."""
        return did_web_url(self.did) if self.method is DidMethod.WEB else None


def find_issuer(
    session: Session, did: str | None = None, *, profile: Profile | None = Profile.BADGES
) -> Issuer:
    """Return the issuer of a DID, or the one that was made last, of a profile; None is any.

    Raises:
        MissingError: there is none.
        RefusedError: the issuer of this DID signs something else.
    """
    if did is not None and not (did.isascii() and did.isprintable()):  # as every DID is
        raise MissingError(f"there is no issuer {did!r:.200} here")
    rows = select(IssuerRow).where(IssuerRow.retired_at.is_(None))
    if did is not None:
        rows = rows.where(IssuerRow.did == did)
    elif profile is not None:
        rows = rows.where(IssuerRow.profile == profile)
    row = session.scalars(rows.order_by(IssuerRow.created_at.desc(), IssuerRow.id)).first()
    if row is None:
        if did is not None:
            raise MissingError(f"there is no issuer {did!r:.200} here")
        raise MissingError(_NONE_YET[profile])
    found = _read(session, row)
    if profile is not None:
        check_signs(found, profile)
    return found


def check_signs(issuer: Issuer, profile: Profile) -> None:
    """Return if an issuer was made for this work.

    Raises:
        RefusedError: it was made for the other.
    """
    if issuer.signs is not profile:
        raise RefusedError(
            f"the issuer {issuer.did} {_WORK[issuer.signs]}; expected one that {_WORK[profile]}"
        )


def list_issuers(session: Session) -> tuple[Issuer, ...]:
    """Return every issuer, the newest first."""
    rows = session.scalars(select(IssuerRow).order_by(IssuerRow.created_at.desc(), IssuerRow.id))
    return tuple(_read(session, row) for row in rows)


def load_issuer(session: Session, issuer_id: str) -> Issuer:
    """Return the issuer of a row's `issuer_id`."""
    return _read(session, session.get_one(IssuerRow, issuer_id))


def did_document(issuer: Issuer, keystore: Keystore) -> Document:
    """Return the DID document with every key of the issuer, those no longer used too (D13)."""
    if issuer.method is DidMethod.KEY:
        return did_key_document(issuer.did)
    return did_web_document(issuer.did, keys=listed_keys(issuer, keystore))


def listed_keys(issuer: Issuer, keystore: Keystore) -> tuple[ListedKey, ...]:
    """Return every key of the issuer as others may see it."""
    logged = {key.key_id: key.compromised_since for key in issuer.keys}
    return tuple(
        ListedKey(
            public_key=record.public_key,
            revoked=record.compromised_since or logged[record.key_id],
        )
        for record in issuer.records(keystore)
    )


def key_row(issuer_id: str, key: IssuerKey, now: datetime) -> IssuerKeyRow:
    """Make the row of a key that an issuer has from now on."""
    return IssuerKeyRow(
        issuer_id=issuer_id,
        key_id=key.key_id,
        purpose=key.purpose.value,
        verification_method=key.method,
        since=now,
    )


def _read(session: Session, row: IssuerRow) -> Issuer:
    keys = session.scalars(
        select(IssuerKeyRow)
        .where(IssuerKeyRow.issuer_id == row.id)
        .order_by(IssuerKeyRow.since, IssuerKeyRow.key_id)
    ).all()
    compromised = _compromised(session, [key.key_id for key in keys])
    return Issuer(
        id=row.id,
        did=row.did,
        method=row.method,
        base_url=row.base_url,
        name=row.name,
        url=row.url,
        email=row.email,
        trial=row.trial,
        signs=row.profile,
        adds_status=bool(row.adds_status),
        keys=tuple(
            IssuerKey(
                key.key_id,
                Purpose(key.purpose),
                key.verification_method,
                compromised.get(key.key_id),
            )
            for key in keys
        ),
        cryptosuite=row.cryptosuite or DEFAULT_CRYPTOSUITE,
    )


def _compromised(session: Session, key_ids: Sequence[str]) -> dict[str, datetime]:
    """Return since when keys are compromised, as the audit log says of them."""
    entries = select(AuditEntryRow).where(
        AuditEntryRow.subject.in_(key_ids), AuditEntryRow.act == Act.KEY_COMPROMISED
    )
    return {
        entry.subject: parse_timestamp(
            parse_json_object(entry.details, what="an entry's details")["since"], what="since"
        )
        for entry in session.scalars(entries)
    }
