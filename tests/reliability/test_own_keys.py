"""Keys are asked before they sign: one purpose each (D19), and public where readers look (R22)."""

import json
import warnings
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import select

from issuer.issuers import load_issuer
from issuer.key_check import check_keys, check_listed, check_separate
from issuer.publication import publish
from issuer.published_keys import DID_DOCUMENT
from issuer.rotation import Rotation
from issuer.tables import CredentialRow, DidMethod, IssuerKeyRow
from keys import Keystore, Passphrase, Purpose, SecretPurpose, throwaway_key
from keys.encryption import InsecureCostWarning
from openbadges.errors import MissingError, RefusedError
from openbadges.multikey import format_multikey
from openbadges.public_key import Algorithm
from openbadges.strict import Document, parse_json_object
from tests.handing import rows_of
from tests.issuing import NOW, ON_SQLITE, House, make_cheap_keystore

DID_URL = "https://badges.example/.well-known/did.json"

pytestmark = ON_SQLITE


def edit(house: House, change: Callable[[Document], object]) -> None:
    """Change the DID document that is public, as somebody at the database can."""
    document = parse_json_object(house.published(DID_URL), what="the DID document")
    change(document)
    body = json.dumps(document).encode()
    with house.database.write() as session:
        publish(session, DID_URL, body, media_type=DID_DOCUMENT, now=NOW)


def try_keys(house: House) -> None:
    with house.database.read() as session:
        check_keys(session, house.issuer, house.keystore, NOW)


def method_of(house: House, purpose: Purpose) -> str:
    return house.issuer.signing_key(purpose, house.keystore).method


def drop(document: Document, method: str) -> None:
    document["assertionMethod"].remove(method)


def swap(document: Document, method: str) -> None:
    """Publish another key under the name of ours."""
    other = format_multikey(throwaway_key(Algorithm.EDDSA).public_key)
    document["verificationMethod"] = [
        one if one["id"] != method else one | {"publicKeyMultibase": other}
        for one in document["verificationMethod"]
    ]


def revoke(document: Document, method: str) -> None:
    document["verificationMethod"] = [
        one if one["id"] != method else one | {"revoked": "2026-01-01T00:00:00Z"}
        for one in document["verificationMethod"]
    ]


@pytest.mark.parametrize("change", [drop, swap, revoke])
@pytest.mark.parametrize("purpose", [Purpose.CREDENTIAL, Purpose.CREDENTIAL_JWS])
def test_a_key_that_readers_would_not_find_signs_no_badge_and_is_told_at_the_start(
    house: House, change: Callable[[Document, str], None], purpose: Purpose
) -> None:
    (before,) = house.issue()
    method = method_of(house, purpose)
    edit(house, lambda document: change(document, method))
    with pytest.raises(RefusedError, match="do not fit, so nothing is signed") as refused:
        try_keys(house)
    assert method in str(refused.value)
    with pytest.raises(RefusedError, match="do not fit, so nothing is signed"):
        house.issue()
    assert len(rows_of(house, CredentialRow)) == 1  # nothing was reserved, and nothing signed
    assert house.published(f"{house.issuer.base_url}/issuers/{house.issuer.id}")
    rotation = Rotation(house.issuer.base_url, house.keystore)  # the worker puts it right
    house.database.transact(lambda session: rotation.turn(session, NOW))
    try_keys(house)
    (after,) = house.issue()
    assert before.url != after.url


def test_a_did_document_that_is_gone_or_no_document_is_told(house: House) -> None:
    edit(house, lambda document: document.pop("id"))
    with pytest.raises(RefusedError, match="do not fit, so nothing is signed"):
        try_keys(house)


def test_each_key_is_tried_and_a_test_leaves_nothing_behind(house: House) -> None:
    records = house.keystore.list()
    published = house.published(DID_URL)
    try_keys(house)
    assert house.keystore.list() == records
    assert house.published(DID_URL) == published


def test_a_did_key_is_its_own_document(make_house: Callable[..., House]) -> None:
    house = make_house(DidMethod.KEY)
    try_keys(house)
    other = throwaway_key(Algorithm.EDDSA).signer(house.issuer.keys[0].method)
    with (
        house.database.read() as session,
        pytest.raises(RefusedError, match="another key there"),
    ):
        check_listed(session, house.issuer, other, NOW)


def test_an_older_keystore_takes_no_key_out_of_the_did_document(
    house: House, tmp_path: Path
) -> None:
    house.issue()
    older = make_cheap_keystore(tmp_path / "older", "for tests only")
    before = house.published(DID_URL)
    rotation = Rotation(house.issuer.base_url, older)
    with pytest.raises(RefusedError, match="stays as it is: the keystore does not have"):
        house.database.transact(lambda session: rotation.turn(session, NOW))
    assert house.published(DID_URL) == before
    with pytest.raises(MissingError, match="this keystore has no key"):
        try_keys(replace(house, keystore=older))


def separate(house: House) -> None:
    with house.database.read() as session:
        check_separate(session, house.keystore)


def test_every_key_and_secret_has_one_purpose(make_house: Callable[..., House]) -> None:
    house = make_house(DidMethod.KEY)
    separate(house)
    house = make_house()
    house.issue()
    house.keystore.generate(Algorithm.EDDSA, purpose=Purpose.RECEIPT, now=NOW)
    for purpose in SecretPurpose:
        house.keystore.secret(purpose)
    separate(house)


@pytest.mark.parametrize("purpose", [Purpose.STATUS_LIST, Purpose.RECEIPT])
def test_a_key_that_is_listed_for_another_purpose_is_told(house: House, purpose: Purpose) -> None:
    key = house.issuer.signing_key(Purpose.CREDENTIAL, house.keystore)
    with house.database.write() as session:
        session.add(
            IssuerKeyRow(
                issuer_id=house.issuer.id,
                key_id=key.key_id,
                purpose=purpose,
                verification_method=key.method,
                since=NOW,
            )
        )
    with pytest.raises(RefusedError, match=f"the key {key.key_id} is listed for {purpose}, and is"):
        separate(house)


def test_a_key_of_two_issuers_is_told(make_house: Callable[..., House]) -> None:
    other, house = make_house(DidMethod.KEY), make_house()
    key = house.issuer.signing_key(Purpose.CREDENTIAL, house.keystore)
    with house.database.write() as session:
        row = session.scalars(
            select(IssuerKeyRow).where(IssuerKeyRow.issuer_id == other.issuer.id)
        ).one()
        session.delete(row)
        session.flush()
        session.add(
            IssuerKeyRow(
                issuer_id=other.issuer.id,
                key_id=key.key_id,
                purpose=Purpose.CREDENTIAL,
                verification_method=key.method,
                since=NOW,
            )
        )
    with house.database.read() as session:
        assert load_issuer(session, other.issuer.id).key_ids == {key.key_id}
    with pytest.raises(RefusedError, match="expected one key for each purpose and issuer"):
        separate(house)


def test_two_secrets_that_are_the_same_are_told(house: House, tmp_path: Path) -> None:
    class Careless(Keystore):
        """A keystore that gives one secret for two purposes."""

        def secret(self, purpose: SecretPurpose) -> bytes:
            """Return the first secret for the second purpose."""
            is_second = purpose is SecretPurpose.LINK_TOKENS
            return super().secret(SecretPurpose.FORM_TOKENS if is_second else purpose)

    for purpose in (SecretPurpose.FORM_TOKENS, SecretPurpose.LINK_TOKENS):
        house.keystore.secret(purpose)
    with warnings.catch_warnings(action="ignore", category=InsecureCostWarning):
        careless = Careless.open(tmp_path / "keys", Passphrase("for tests only"))
    with pytest.raises(
        RefusedError, match="the secrets for form-tokens and link-tokens are the same"
    ):
        careless.check_secrets_differ()
