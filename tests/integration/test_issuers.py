"""Making issuers: their DIDs, their keys, and the documents that tell others of them."""

from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import closing, contextmanager
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from issuer.issuers import did_document, find_issuer, list_issuers, load_issuer
from issuer.key_publication import JWKS_PATH
from issuer.new_issuer import NewIssuer, create_issuer
from issuer.publication import PublishedDocuments
from issuer.tables import DidMethod
from keys import Keystore, Purpose
from openbadges.errors import (
    ConflictError,
    ExplainedError,
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

A_WHILE = 0.3  # seconds, for who waits at a lock


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
    assert {key.method for key in house.issuer.keys} == set(document["assertionMethod"])
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


class SlowDatabase(Database):
    """A database in which something else begins before a transaction ends."""

    meanwhile: Callable[[], object] = staticmethod(lambda: None)

    @contextmanager
    def write(self) -> Iterator[Session]:
        """Let the other thing begin when all is written and nothing is committed."""
        with super().write() as session:
            yield session
            session.flush()
            self.meanwhile()


@pytest.mark.parametrize("number_before", [0, 1])
def test_issuers_that_are_made_at_once_are_all_in_the_key_set(
    make_house: Callable[..., House],
    database: Database,
    database_url: str,
    cheap_keystore: Keystore,
    number_before: int,
) -> None:
    for _ in range(number_before):
        make_house(DidMethod.KEY, base_url=BASE_URL)
    new = NewIssuer(method=DidMethod.KEY, base_url=BASE_URL, name="Example")
    create = partial(create_issuer, new, keystore=cheap_keystore, now=NOW)
    others = []
    with ThreadPoolExecutor(1) as workers, closing(SlowDatabase.open(database_url)) as slow:

        def meanwhile() -> None:
            others.append(workers.submit(create, database=database))
            wait(others, timeout=A_WHILE)

        slow.meanwhile = meanwhile
        create(database=slow)
        others[0].result()
    keys = PublishedDocuments(database).fetch(BASE_URL + JWKS_PATH, maximum_bytes=10_000)
    assert len(parse_json_object(keys, what="the key set")["keys"]) == number_before + 2


def test_a_did_key_issuer_has_one_key_and_is_its_own_document(
    make_house: Callable[..., House],
) -> None:
    issuer = make_house(DidMethod.KEY).issuer
    assert issuer.did_document_url is None
    assert issuer.purposes == (Purpose.CREDENTIAL,)
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
    ("base_url", "trial"),
    [
        ("https://badges.example", False),
        ("http://badges.example", True),
        ("https://localhost", True),
        ("https://badges.local", True),
        ("https://badges.example:8443", True),
    ],
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
    assert issuer.signing_key(Purpose.CREDENTIAL, cheap_keystore).key_id == key.key_id
    assert len(cheap_keystore.list()) == len(issuer.keys)
    if method is DidMethod.KEY:
        assert issuer.did == DID_OF_SEED


@ON_SQLITE
def test_an_issuers_address_is_kept_in_its_one_spelling(make_house: Callable[..., House]) -> None:
    assert make_house(email=" Badges@Example.ORG ").issuer.email == "badges@example.org"


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
        {"base_url": "https://localhost"}, RefusedError, "use --did key, or", id="no public host"
    ),
    pytest.param(
        {"base_url": "https://badges.example:8443"}, RefusedError, "port 443", id="another port"
    ),
    pytest.param({"name": "  "}, RefusedError, "one line of 1 to 300", id="no name"),
    pytest.param({"name": "x" * 301}, RefusedError, "one line of 1 to 300", id="a long name"),
    pytest.param({"name": "a\nb"}, RefusedError, "one line of 1 to 300", id="two lines"),
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
        (p256, "is for EdDSA; .* is for ES256"),
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
        with pytest.raises(MissingError, match=r"^there is no issuer 'did:web:unknown' here$"):
            find_issuer(session, "did:web:unknown")


def test_without_an_issuer_a_person_is_told_how_to_make_one(database: Database) -> None:
    with database.read() as session, pytest.raises(MissingError, match="insignia issuer create"):
        find_issuer(session)
