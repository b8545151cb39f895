"""Making issuers: their DIDs, their keys, and the documents that tell others of them."""

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from issuer.issuers import did_document, find_issuer, list_issuers, load_issuer
from issuer.new_issuer import NewIssuer, create_issuer
from issuer.tables import DidMethod
from keys import Keystore, Purpose
from openbadges.errors import (
    ConflictError,
    ExplainedError,
    MalformedError,
    MissingError,
    RefusedError,
)
from openbadges.public_key import Algorithm
from openbadges.strict import Document, parse_json_object
from openbadges.verification_method import parse_controller_document
from storage import Database
from tests.issuing import NOW, ON_SQLITE, House

BASE_URL = "https://badges.example"
SEED = "6241a409e6707bb640a0140a8a32bc3d193c33a661747284d6adfa4ed4180be4"
DID_OF_SEED = "did:key:z6MkjZRZv3aez3r18pB1RBFJR1kwUVJ5jHt92JmQwXbd5hwi"


def read(house: House, url: str) -> Document:
    return parse_json_object(house.published(url), what=url)


def test_a_did_web_issuer_publishes_its_keys_as_others_read_them(house: House) -> None:
    did = "did:web:badges.example"
    document = read(house, f"{BASE_URL}/.well-known/did.json")
    assert document == did_document(house.issuer, house.keystore)
    assert document["id"] == house.issuer.did == did
    methods = document["verificationMethod"]
    assert len(methods) == 3
    for method in methods:
        assert method["type"] == "Multikey"
        assert method["controller"] == did
        assert method["id"] == f"{did}#{method['publicKeyMultibase']}"
    assert document["assertionMethod"] == [method["id"] for method in methods]
    assert {method for _, method in house.issuer.keys.values()} == set(document["assertionMethod"])
    parse_controller_document(document, expected_id=did)


def test_an_issuer_below_a_path_publishes_its_document_there(
    make_house: Callable[..., House],
) -> None:
    house = make_house(base_url="https://org.example/badges")
    assert house.issuer.did == "did:web:org.example:badges"
    assert read(house, "https://org.example/badges/did.json")["id"] == house.issuer.did


def test_the_key_set_has_every_key_of_every_issuer(make_house: Callable[..., House]) -> None:
    make_house(DidMethod.KEY, base_url=BASE_URL)
    house = make_house()
    keys = read(house, f"{BASE_URL}/.well-known/jwks.json")["keys"]
    assert sorted(key["alg"] for key in keys) == ["ES256", "EdDSA", "EdDSA", "EdDSA"]
    assert len({key["kid"] for key in keys}) == 4
    assert not any("d" in key for key in keys)


def test_a_did_key_issuer_has_one_key_and_is_its_own_document(
    make_house: Callable[..., House],
) -> None:
    issuer = make_house(DidMethod.KEY).issuer
    assert issuer.did_document_url is None
    assert set(issuer.keys) == {Purpose.CREDENTIAL}
    assert issuer.did.startswith("did:key:z6Mk")


@pytest.mark.parametrize("method", list(DidMethod))
def test_an_issuer_is_read_as_it_was_made(
    make_house: Callable[..., House], method: DidMethod
) -> None:
    made = make_house(method, url="https://example.org/", email="badges@example.org")
    with made.database.read() as session:
        assert find_issuer(session) == find_issuer(session, made.issuer.did) == made.issuer
        assert load_issuer(session, made.issuer.id) == made.issuer
        assert list_issuers(session) == (made.issuer,)
    assert made.issuer.profile() == {
        "id": made.issuer.did,
        "type": ["Profile"],
        "name": "Example",
        "url": "https://example.org/",
        "email": "badges@example.org",
    }


@ON_SQLITE
@pytest.mark.parametrize(
    ("base_url", "trial"), [("https://badges.example", False), ("http://badges.example", True)]
)
def test_an_issuer_without_a_public_https_address_is_on_trial(
    make_house: Callable[..., House], base_url: str, *, trial: bool
) -> None:
    assert make_house(DidMethod.KEY, base_url=base_url).issuer.trial is trial


@ON_SQLITE
@pytest.mark.parametrize("method", list(DidMethod))
def test_an_issuer_may_bring_its_first_key(
    database: Database, cheap_keystore: Keystore, method: DidMethod
) -> None:
    key = cheap_keystore.import_seed(SEED, purpose=Purpose.CREDENTIAL, now=NOW)
    new = NewIssuer(method=method, base_url=BASE_URL, name="Example", key_id=key.key_id)
    issuer = create_issuer(new, database=database, keystore=cheap_keystore, now=NOW)
    assert issuer.keys[Purpose.CREDENTIAL][0] == key.key_id
    assert len(cheap_keystore.list()) == len(issuer.keys)
    if method is DidMethod.KEY:
        assert issuer.did == DID_OF_SEED


def test_the_seed_here_is_that_of_the_published_key_pair(shared_vectors: Path) -> None:
    pair = parse_json_object(
        (shared_vectors / "ob-v3p0" / "key-pair.json").read_bytes(), what="the key pair"
    )
    assert pair["privateSeedHex"] == SEED
    assert f"did:key:{pair['publicKeyMultibase']}" == DID_OF_SEED


REFUSED = [
    pytest.param(
        {"base_url": "http://localhost:8000"}, RefusedError, "use --did key, or", id="no https"
    ),
    pytest.param(
        {"base_url": "https://localhost"}, MalformedError, "a public host", id="no public host"
    ),
    pytest.param(
        {"base_url": "https://badges.example:8443"}, MalformedError, "port 443", id="another port"
    ),
    pytest.param({"name": "  "}, RefusedError, "a name of 1 to 300", id="no name"),
    pytest.param({"name": "x" * 301}, RefusedError, "a name of 1 to 300", id="a long name"),
    pytest.param({"url": "example.org"}, RefusedError, "the issuer's page must be", id="no link"),
    pytest.param(
        {"url": "https://example.org/" + "x" * 500}, RefusedError, "must be a link", id="long link"
    ),
    pytest.param({"email": "nobody"}, RefusedError, "not an e-mail address", id="no address"),
    pytest.param({"key_id": "z6Mk"}, MissingError, "there is no key 'z6Mk'", id="no such key"),
]


@ON_SQLITE
@pytest.mark.parametrize(("changes", "family", "reason"), REFUSED)
def test_an_issuer_that_could_not_be_believed_is_not_made(
    make_house: Callable[..., House],
    cheap_keystore: Keystore,
    *,
    changes: Mapping[str, str],
    family: type[ExplainedError],
    reason: str,
) -> None:
    with pytest.raises(family, match=reason):
        make_house(**changes)
    assert cheap_keystore.list() == ()
    make_house()


@ON_SQLITE
def test_a_first_key_is_an_active_ed25519_key_for_credentials(
    make_house: Callable[..., House], cheap_keystore: Keystore
) -> None:
    p256 = cheap_keystore.generate(Algorithm.ES256, purpose=Purpose.CREDENTIAL, now=NOW)
    listing = cheap_keystore.generate(Algorithm.EDDSA, purpose=Purpose.STATUS_LIST, now=NOW)
    retired = cheap_keystore.generate(Algorithm.EDDSA, purpose=Purpose.CREDENTIAL, now=NOW)
    cheap_keystore.retire(retired.key_id, now=NOW)
    for key, reason in (
        (p256, "is an Ed25519 key; .* is for ES256"),
        (listing, "is active and for status-list"),
        (retired, "is retired and for credential"),
    ):
        with pytest.raises(RefusedError, match=reason):
            make_house(DidMethod.KEY, key_id=key.key_id)


@pytest.mark.parametrize("method", list(DidMethod))
def test_the_same_did_is_not_made_twice_and_no_key_is_wasted(
    make_house: Callable[..., House], cheap_keystore: Keystore, method: DidMethod
) -> None:
    key = cheap_keystore.import_seed(SEED, purpose=Purpose.CREDENTIAL, now=NOW)
    make_house(method, key_id=key.key_id)
    before = cheap_keystore.list()
    with pytest.raises(ConflictError, match=r"^there is an issuer did:\S+ already$"):
        make_house(method, key_id=key.key_id)
    assert cheap_keystore.list() == before


def test_the_issuer_made_last_awards_unless_another_is_named(
    make_house: Callable[..., House],
) -> None:
    first = make_house().issuer
    second = make_house(DidMethod.KEY).issuer
    with make_house(base_url="https://third.example").database.read() as session:
        assert find_issuer(session, first.did) == first
        assert find_issuer(session, second.did) == second
        with pytest.raises(MissingError, match=r"^there is no issuer did:web:unknown here$"):
            find_issuer(session, "did:web:unknown")


def test_without_an_issuer_a_person_is_told_how_to_make_one(database: Database) -> None:
    with database.read() as session, pytest.raises(MissingError, match="insignia issuer create"):
        find_issuer(session)
