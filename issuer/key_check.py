"""Whether the keys here are those that others find: asked at a start and before an award.

Each key and each secret serves one purpose (D19), and those that sign are public (R20, R22).

The keystore, the rows and the published DID document are three places. Where they part, as after a
restore of one of them, what is signed would be believed by nobody; so nothing is signed, and what
only reads goes on.
"""

from datetime import datetime
from secrets import token_bytes

from sqlalchemy import select
from sqlalchemy.orm import Session

from issuer.issuers import Issuer
from issuer.publication import find_published
from issuer.tables import IssuerKeyRow
from keys import Keystore
from openbadges.did import did_key_document
from openbadges.errors import Code, OpenBadgesError, RefusedError
from openbadges.signer import Signer
from openbadges.strict import Document, parse_json_object
from openbadges.verification_method import parse_controller_document


def check_separate(session: Session, keystore: Keystore) -> None:
    """Return if no key serves two issuers or purposes, and no two secrets are the same (D19).

    A did:key issuer has one key, listed for one purpose, which then does everything.

    Raises:
        RefusedError: naming the key or the secrets.
    """
    keystore.check_secrets_differ()
    purposes = {record.key_id: record.purpose.value for record in keystore.list()}
    owners: dict[str, str] = {}
    rows = select(IssuerKeyRow).order_by(IssuerKeyRow.issuer_id, IssuerKeyRow.key_id)
    for row in session.scalars(rows):
        made_for = purposes.get(row.key_id, row.purpose)
        if made_for != row.purpose or row.key_id in owners:
            other = owners.get(row.key_id, made_for)
            raise RefusedError(
                f"the key {row.key_id} is listed for {row.purpose}, and is for {other} too;"
                " expected one key for each purpose and issuer; restore the database from a backup"
            )
        owners[row.key_id] = row.purpose


def check_keys(session: Session, issuer: Issuer, keystore: Keystore, now: datetime) -> None:
    """Return if each key that signs for an issuer is whole, and verifies as others will do it.

    Raises:
        RefusedError, MissingError: one is not (CANNOT_SIGN); the sentence names it.
        UnavailableError: the signature came out wrong, or the database does not answer.
    """
    for purpose in issuer.purposes:
        signer = issuer.signer(purpose, keystore)
        check_listed(session, issuer, signer, now)
        signer.sign(token_bytes(32))  # which verifies what it made, with the key that is listed


def check_listed(session: Session, issuer: Issuer, signer: Signer, now: datetime) -> None:
    """Return if the issuer's public DID document lists what signs.

    Raises:
        RefusedError: it does not, or there is none (CANNOT_SIGN).
    """
    url = signer.verification_method
    try:
        document = parse_controller_document(_public(session, issuer), expected_id=issuer.did)
        method = document.assertion_method(url, at=now)
    except OpenBadgesError as error:
        raise _parted(issuer, f"{url}: {error}") from error
    if method.public_key != signer.public_key:
        raise _parted(issuer, f"{url} is another key there")


def _public(session: Session, issuer: Issuer) -> Document:
    if issuer.did_document_url is None:
        return did_key_document(issuer.did)
    published = find_published(session, issuer.did_document_url)
    if published is None:
        raise _parted(issuer, "it is not published")
    return parse_json_object(published.body, what="the DID document")


def _parted(issuer: Issuer, found: str) -> RefusedError:
    return RefusedError(
        f"the keystore and the public DID document of {issuer.did} do not fit, so nothing is"
        f" signed ({found}): put the keystore and the database of one moment back",
        code=Code.CANNOT_SIGN,
    )
