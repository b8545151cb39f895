"""A generic issuer signs what a client of the VC API sends, and nothing that would not verify."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import timedelta
from typing import Any, Final

import pytest
from sqlalchemy import delete, select

from badge_classes.catalogue import Catalogue
from issuer.documents import write_json
from issuer.generic import GenericIssuance, issue_generic
from issuer.issuance import Issuance
from issuer.issuance_log import DatabaseIssuanceLog
from issuer.issuers import find_issuer, load_issuer
from issuer.new_issuer import NewIssuer, create_issuer
from issuer.publication import PublishedDocuments
from issuer.released import find_credential, load_released
from issuer.tables import (
    CredentialRow,
    CredentialState,
    DidMethod,
    Edition,
    IssuerRow,
    Profile,
    PublishedDocumentRow,
    StatusListRow,
)
from keys import Keystore, Purpose
from openbadges.errors import (
    ConflictError,
    ExplainedError,
    Kind,
    MalformedError,
    MissingError,
    RefusedError,
)
from openbadges.public_key import Algorithm
from openbadges.strict import Document, decode_base58btc, parse_json_object
from storage import Database, schema
from tests.credentials import plain_credential, remove, replace, valid_credential
from tests.issuing import NOW, ON_SQLITE, House, make_cheap_keystore
from verifier import Check, OnRecord, Outcome, Verdict, Verifier

V1: Final = "https://www.w3.org/2018/credentials/v1"
V2: Final = "https://www.w3.org/ns/credentials/v2"
EXAMPLES: Final = "https://www.w3.org/ns/credentials/examples/v2"
CREDENTIALS: Final = "https://www.w3.org/2018/credentials#"
PROOF: Final = {"@id": "https://w3id.org/security#proof", "@container": "@graph", "@type": "@id"}
VOCABULARY: Final = "https://vocabulary.example/"
DIGEST: Final = "uEiAjCHMnK5-ayOIZLWo_TBoKYVvSAprlkYEjRlm19Cj0uw"
SEED: Final = "6241a409e6707bb640a0140a8a32bc3d193c33a661747284d6adfa4ed4180be4"
THREADS: Final = 4


def sent(*terms: str, **members: Any) -> Document:  # noqa: ANN401 -- JSON is any JSON value
    """Give a credential whose inline context has these terms; `issue` names the issuer."""
    context = [V2, {term: VOCABULARY + term for term in terms}] if terms else [V2]
    return remove(plain_credential(**{"@context": context, **members}), "issuer")


def badge(**members: Any) -> Document:  # noqa: ANN401 -- JSON is any JSON value
    """Give a badge without a status entry; `issue` names the issuer."""
    document = valid_credential()
    for path in ("issuer", "credentialStatus", "credentialSubject.achievement.creator"):
        document = remove(document, path)
    return document | members


def status_entry(url: str, index: str = "4") -> Document:
    return {
        "type": "BitstringStatusListEntry",
        "statusPurpose": "revocation",
        "statusListIndex": index,
        "statusListCredential": url,
    }


def status_list(**members: Any) -> Document:  # noqa: ANN401 -- JSON is any JSON value
    """Give a status list as a status service has it signed."""
    subject = {"type": "BitstringStatusList", "statusPurpose": "revocation", "encodedList": "uH4s"}
    types = ["VerifiableCredential", "BitstringStatusListCredential"]
    return sent(type=types, credentialSubject=subject, **members)


def hiding(term: str, iri: object, **members: Any) -> Document:  # noqa: ANN401 -- JSON is any JSON value
    """Give a credential whose inline context has a name of its own for what readers look for."""
    return sent(**{"@context": [V2, {term: iri}], "id": "urn:a:1", **members})


def issue(house: House, document: Document) -> Document:
    """Have a document signed, which names the issuer by its DID unless it has one already."""
    named = {"issuer": house.issuer.did} | document
    return issue_generic(house.database, house.keystore, named, NOW, house.issuer.id)


def rows(house: House) -> list[CredentialRow]:
    with house.database.read() as session:
        return list(session.scalars(select(CredentialRow).order_by(CredentialRow.reserved_at)))


def found(house: House, signed: Document, which: Check) -> list[Outcome]:
    """Verify with what is published here, and give what one check found."""
    report = house.verify(write_json(signed))
    return [finding.outcome for finding in report.of(which)]


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory, catalogue: Catalogue) -> Iterator[House]:
    """A generic issuer that adds no status, for all tests that look at what is signed alone."""
    folder = tmp_path_factory.mktemp("generic")
    with closing(Database.open(f"sqlite:///{folder / 'database'}", create=True)) as database:
        schema.upgrade(database)
        keystore = make_cheap_keystore(folder / "keys", "for tests only")
        new = NewIssuer(
            method=DidMethod.KEY,
            base_url="http://localhost:8000",
            name="Example",
            profile=Profile.GENERIC,
        )
        issuer = create_issuer(new, database=database, keystore=keystore, now=NOW)
        yield House(issuer, database, keystore, catalogue)


@pytest.fixture
def make_generic(make_house: Callable[..., House]) -> Callable[..., House]:
    """Make a generic issuer on the database of the test."""

    def make(**changes: Any) -> House:  # noqa: ANN401 -- the fields of NewIssuer
        return make_house(DidMethod.KEY, profile=Profile.GENERIC, **changes)

    return make


PERMITTED: Final = [
    pytest.param(sent(), id="a plain one"),
    pytest.param(sent(**{"@context": V2}), id="a context as text"),
    pytest.param(
        sent(**{"@context": [V2, EXAMPLES]}, type=["VerifiableCredential", "Anything"]),
        id="the context of the examples",
    ),
    pytest.param(
        sent(
            *("Course", "score"),
            type=["VerifiableCredential", "Course"],
            credentialSubject={"id": "did:example:subject", "score": 4},
        ),
        id="an inline context",
    ),
    pytest.param(sent(type=["VerifiableCredential", f"{VOCABULARY}Type"]), id="a URL as type"),
    pytest.param(sent(**{"@context": [V1]}, issuanceDate="2010-01-01T19:23:24Z"), id="version 1.1"),
    pytest.param(
        sent(credentialSubject=[{"id": "did:example:a"}, {"id": "did:example:b"}]),
        id="several subjects",
    ),
    pytest.param(sent(name="Dog", description={"@value": "Chien", "@language": "fr"}), id="texts"),
    pytest.param(
        sent(
            name=[
                {"@value": "Dog", "@language": "en"},
                {"@value": "كلب", "@language": "ar", "@direction": "rtl"},
            ]
        ),
        id="a name in several languages",
    ),
    pytest.param(sent(validFrom="2999-01-01T00:00:00Z"), id="it begins later"),
    pytest.param(sent(validUntil="2001-01-01T00:00:00Z"), id="it has ended"),
    pytest.param(
        sent(validFrom="2021-02-26T00:37:06.123Z", validUntil="2031-02-26T00:37:06-05:00"),
        id="milliseconds and offsets",
    ),
    pytest.param(
        sent("Checked", evidence=[{"type": "Checked"}, {"type": "Checked", "id": "urn:a:1"}]),
        id="evidence",
    ),
    pytest.param(
        sent("Policy", termsOfUse={"type": "Policy", "id": "https://example.org/terms"}),
        id="terms of use",
    ),
    pytest.param(
        sent(refreshService={"type": f"{VOCABULARY}Refresh", "id": "urn:a:1"}),
        id="a refresh service",
    ),
    pytest.param(
        sent(relatedResource=[{"id": "https://example.org/a", "digestMultibase": DIGEST}]),
        id="a related resource",
    ),
    pytest.param(
        sent(credentialSchema=[{"id": "https://example.org/s", "type": "JsonSchema"}]),
        id="a schema",
    ),
    pytest.param(
        sent(credentialStatus={"type": f"{VOCABULARY}Status", "id": "urn:a:1"}),
        id="a status of a type that nobody knows",
    ),
    pytest.param(
        sent(credentialStatus=status_entry("https://example.org/lists/1")),
        id="a status list elsewhere",
    ),
    pytest.param(
        status_list(id="https://example.org/lists/1"), id="a status list of the client's own"
    ),
    pytest.param(badge(), id="a badge"),
]


@pytest.mark.parametrize("document", PERMITTED)
def test_a_sound_document_is_signed_as_it_stands(plain: House, document: Document) -> None:
    signed = issue(plain, document)
    proof = signed["proof"]
    assert (proof["type"], proof["cryptosuite"]) == ("DataIntegrityProof", "eddsa-rdfc-2022")
    assert proof["verificationMethod"] == plain.issuer.keys[0].method
    contexts = {"@context": signed["@context"]}  # version 1.1 gets one more
    assert remove(signed, "proof") == document | contexts | {"issuer": plain.issuer.did}
    for which in (Check.CONFORMANCE, Check.PROOF, Check.ISSUER):
        assert found(plain, signed, which) == [Outcome.PASSED]


def test_a_badge_may_have_a_profile_of_its_issuer(plain: House) -> None:
    profile = {"id": plain.issuer.did, "type": ["Profile"]}
    for named in (profile, profile | {"name": "Another name"}):
        signed = issue(plain, badge(issuer=named))
        assert signed["issuer"] == named
        assert plain.verify(write_json(signed)).verdict is Verdict.VERIFIED
    with pytest.raises(MalformedError, match=r"^issuer\.type: expected Profile"):
        issue(plain, badge(issuer={"id": plain.issuer.did}))


@pytest.mark.parametrize("document", [sent(), badge()], ids=["a plain one", "a badge"])
def test_who_names_no_issuer_gets_nothing_signed(plain: House, document: Document) -> None:
    before = len(rows(plain))
    with pytest.raises(MalformedError, match=f"^issuer is missing; expected {plain.issuer.did} "):
        issue_generic(plain.database, plain.keystore, document, NOW, plain.issuer.id)
    assert len(rows(plain)) == before


@pytest.mark.parametrize(
    ("document", "reason"),
    [
        pytest.param(
            badge(name={"@value": "Hi", "@language": "en"}), "name", id="a badge with a @ keyword"
        ),
        pytest.param(remove(badge(), "validFrom"), "validFrom is missing", id="a badge, undated"),
        pytest.param(
            replace(badge(), "credentialSubject.achievement.nickname", "x"),
            "'nickname'",
            id="a badge with an undefined term",
        ),
        pytest.param(
            hiding(
                "ends", f"{CREDENTIALS}validUntil", credentialSubject={"id": "urn:a:1", "ends": "x"}
            ),
            "described in several places",
            id="an expiry where nobody looks",
        ),
        pytest.param(
            hiding("by", f"{CREDENTIALS}issuer", by={"id": "did:web:badges.example"}),
            "its issuer is None",
            id="a second issuer under another name",
        ),
        pytest.param(
            hiding("seal", PROOF, seal={"type": f"{VOCABULARY}Seal"}),
            "has a proof already",
            id="a proof under another name",
        ),
        pytest.param(
            status_list(id="http://localhost:8000/status-lists/1"), "taken for one", id="our list"
        ),
        pytest.param(
            sent(credentialStatus=[status_entry(f"https://example.org/{n}") for n in range(5)]),
            "5 status entries",
            id="more status entries than anyone reads",
        ),
    ],
)
def test_what_our_own_verifier_would_not_believe_is_not_signed(
    plain: House, document: Document, reason: str
) -> None:
    with pytest.raises(ExplainedError) as refusal:
        issue(plain, document)
    assert refusal.value.kind in {Kind.MALFORMED, Kind.REFUSED}
    assert reason in str(refusal.value)
    assert CredentialState.LINTED not in {row.state for row in rows(plain)}


def test_the_record_has_what_was_signed_and_an_address_of_its_own(
    make_generic: Callable[..., House],
) -> None:
    house = make_generic()
    document = sent(id="urn:uuid:5a3b1c9e-0c6f-4f6b-9a53-6d1f7b0a2c11")
    first, second = issue(house, document), issue(house, document)
    one, other = rows(house)
    assert [parse_json_object(row.json_bytes or b"", what="it") for row in (one, other)] in (
        [first, second],
        [second, first],
    )
    assert one.credential_url == f"http://localhost:8000/credentials/{one.id}"
    assert one.credential_url != other.credential_url
    assert one.status_index != other.status_index
    assert one.unsigned_sha256 == other.unsigned_sha256
    assert (one.award_id, one.edition, one.sequence) == (None, Edition.FULL, 1)
    assert (one.state, one.jws_bytes) == (CredentialState.SIGNED, None)
    assert one.released_at == one.visible_from == NOW
    assert "credentialStatus" not in first


def test_a_status_entry_is_added_and_revokes(make_generic: Callable[..., House]) -> None:
    house = make_generic(adds_status=True)
    signed = issue(house, sent())
    entry = signed["credentialStatus"]
    assert entry["type"] == "BitstringStatusListEntry"
    assert entry["statusListIndex"] == str(rows(house)[0].status_index)
    assert house.verify(write_json(signed)).verdict is Verdict.VERIFIED
    house.revoke(entry["id"])
    house.publish()
    assert found(house, signed, Check.STATUS) == [Outcome.FAILED]


@ON_SQLITE
def test_version_1_has_no_words_for_a_status_entry_and_gets_none(
    make_generic: Callable[..., House],
) -> None:
    house = make_generic(adds_status=True)
    document = sent(**{"@context": [V1]}, issuanceDate="2010-01-01T19:23:24Z")
    assert "credentialStatus" not in issue(house, document)


def test_a_status_entry_that_was_sent_stays_and_none_is_added(
    make_generic: Callable[..., House],
) -> None:
    house = make_generic(adds_status=True)
    theirs = status_entry("https://example.org/lists/1")
    assert issue(house, sent(credentialStatus=theirs))["credentialStatus"] == theirs
    assert rows(house)[0].state is CredentialState.SIGNED


@ON_SQLITE
def test_what_carries_no_entry_of_ours_cannot_be_revoked(
    make_generic: Callable[..., House],
) -> None:
    house = make_generic()
    issue(house, sent())
    url = rows(house)[0].credential_url
    with pytest.raises(RefusedError, match=f"^{url} was signed without a status entry of ours"):
        house.revoke(url)
    assert house.publish() == 0


def test_a_credential_of_a_client_is_found_by_its_status_entry_alone(
    make_generic: Callable[..., House],
) -> None:
    house = make_generic(adds_status=True)
    entry = issue(house, sent())["credentialStatus"]["id"]
    with house.database.read() as session:
        assert find_credential(session, entry).id == rows(house)[0].id
        url = entry.partition("#")[0]
        for unknown in (f"{url}#", f"{url}#-1", f"{url}#{10**12}", f"{url}#x", "#1", "#"):
            with pytest.raises(MissingError):
                find_credential(session, unknown)


def test_a_badge_is_not_found_by_its_status_entry(house: House) -> None:
    (issued,) = house.issue()
    entry = parse_json_object(issued.forms.json, what="it")["credentialStatus"]["id"]
    with house.database.read() as session, pytest.raises(MissingError):
        find_credential(session, entry)


@ON_SQLITE
def test_what_a_client_had_signed_has_no_files(make_generic: Callable[..., House]) -> None:
    house = make_generic()
    issue(house, sent())
    url = rows(house)[0].credential_url
    with house.database.read() as session, pytest.raises(MissingError, match="is no badge"):
        load_released(session, url)


def test_neither_issuer_does_the_others_work(
    make_house: Callable[..., House], make_generic: Callable[..., House]
) -> None:
    badges, generic = make_house(), make_generic()
    with badges.database.read() as session:
        assert find_issuer(session) == badges.issuer
        assert find_issuer(session, profile=Profile.GENERIC) == generic.issuer
        assert find_issuer(session, generic.issuer.did, profile=None) == generic.issuer
        with pytest.raises(RefusedError, match=r"signs what clients .*; expected one that awards"):
            find_issuer(session, generic.issuer.did)
        with pytest.raises(RefusedError, match="awards badges; expected one that signs what"):
            find_issuer(session, badges.issuer.did, profile=Profile.GENERIC)
    with pytest.raises(MissingError, match=r"^there is no generic issuer here$"):
        issue(badges, sent())
    with pytest.raises(RefusedError, match="awards badges; expected one that signs what"):
        GenericIssuance(badges.issuer, badges.database, badges.keystore).issue(sent(), now=NOW)
    assert rows(badges) == []


def test_the_door_of_an_issuer_that_is_not_there_is_missing(
    database: Database, cheap_keystore: Keystore
) -> None:
    with pytest.raises(MissingError, match=r"^there is no generic issuer here$"):
        issue_generic(database, cheap_keystore, sent(), NOW, "unknown")
    with database.read() as session, pytest.raises(MissingError, match="--profile generic"):
        find_issuer(session, profile=Profile.GENERIC)


@ON_SQLITE
def test_the_issuance_log_speaks_for_issuers_of_badges_alone(
    make_house: Callable[..., House], make_generic: Callable[..., House]
) -> None:
    badges, generic = make_house(), make_generic()
    (issued,) = badges.issue()
    log = DatabaseIssuanceLog(badges.database)
    recorded = log.issued(badges.issuer.did, issued.url)
    assert recorded is not None
    assert len(recorded.hashes) == 1
    assert log.issued(badges.issuer.did, "urn:a:1") == OnRecord()
    assert log.issued(generic.issuer.did, "urn:a:1") is None
    signed = issue(generic, sent())
    verifier = Verifier(PublishedDocuments(generic.database), issuance_log=log)
    report = verifier.verify(write_json(signed), now=NOW)
    assert (report.verdict, report.of(Check.ISSUANCE_LOG)) == (Verdict.VERIFIED, ())


@ON_SQLITE
def test_a_generic_issuer_is_a_did_key_with_its_own_key_from_a_seed(
    make_house: Callable[..., House], make_generic: Callable[..., House]
) -> None:
    house = make_generic(seed=SEED)
    assert house.issuer.did == "did:key:z6MkjZRZv3aez3r18pB1RBFJR1kwUVJ5jHt92JmQwXbd5hwi"
    assert SEED not in repr(NewIssuer(DidMethod.KEY, "", "", seed=SEED))
    key = house.issuer.keys[0].key_id
    with pytest.raises(ConflictError, match=r"^the key \S+ is that of the issuer did:key:\S+, and"):
        make_house(key_id=key)
    assert [record.key_id for record in house.keystore.list()] == [key]


SUITES: Final = [
    pytest.param("eddsa-rdfc-2022", None, 64, id="eddsa-rdfc"),
    pytest.param("eddsa-jcs-2022", None, 64, id="eddsa-jcs"),
    pytest.param("ecdsa-rdfc-2019", "P-256", 64, id="ecdsa-rdfc P-256"),
    pytest.param("ecdsa-rdfc-2019", "P-384", 96, id="ecdsa-rdfc P-384"),
    pytest.param("ecdsa-jcs-2019", "P-256", 64, id="ecdsa-jcs P-256"),
    pytest.param("ecdsa-jcs-2019", "P-384", 96, id="ecdsa-jcs P-384"),
]


@ON_SQLITE
@pytest.mark.parametrize(("cryptosuite", "curve", "length"), SUITES)
def test_an_issuers_suite_signs_what_it_is_sent_and_its_status_lists(
    make_generic: Callable[..., House], cryptosuite: str, curve: str | None, length: int
) -> None:
    house = make_generic(adds_status=True, cryptosuite=cryptosuite, curve=curve)
    signed = issue(house, sent(name="Hola 🎓"))
    published = house.published(signed["credentialStatus"]["statusListCredential"])
    for document in (signed, parse_json_object(published, what="the list")):
        proof = document["proof"]
        assert proof["cryptosuite"] == cryptosuite
        assert proof["verificationMethod"] == house.issuer.keys[0].method
        value = decode_base58btc(proof["proofValue"][1:], maximum_characters=200)
        assert len(value) == length
    report = house.verify(write_json(signed))
    assert report.verdict is Verdict.VERIFIED, report
    assert house.verify(published).verdict is Verdict.VERIFIED
    house.revoke(rows(house)[0].id)
    house.publish()
    assert found(house, signed, Check.STATUS) == [Outcome.FAILED]


@ON_SQLITE
@pytest.mark.parametrize(("cryptosuite", "curve", "length"), SUITES)
def test_version_1_is_signed_by_every_suite(
    make_generic: Callable[..., House], cryptosuite: str, curve: str | None, length: int
) -> None:
    del length
    house = make_generic(cryptosuite=cryptosuite, curve=curve)
    signed = issue(house, sent(**{"@context": [V1]}, issuanceDate="2010-01-01T19:23:24Z"))
    assert signed["@context"] == [V1, "https://w3id.org/security/data-integrity/v2"]
    assert house.verify(write_json(signed)).verdict is Verdict.VERIFIED


@ON_SQLITE
def test_a_key_that_is_here_must_suit_the_suite(
    make_generic: Callable[..., House], cheap_keystore: Keystore
) -> None:
    key = cheap_keystore.generate(Algorithm.ES256, purpose=Purpose.CREDENTIAL, now=NOW).key_id
    for changes in ({}, {"cryptosuite": "ecdsa-jcs-2019", "curve": "P-384"}):
        with pytest.raises(RefusedError, match=r"is for (EdDSA|ES384); \S+ is for ES256$"):
            make_generic(key_id=key, **changes)
    house = make_generic(key_id=key, cryptosuite="ecdsa-jcs-2019")
    assert house.issuer.did == f"did:key:{key}"


def test_an_issuer_from_before_there_was_a_choice_signs_as_it_did(
    make_generic: Callable[..., House],
) -> None:
    house = make_generic()
    with house.database.write() as session:
        session.get_one(IssuerRow, house.issuer.id).cryptosuite = None
    with house.database.read() as session:
        assert load_issuer(session, house.issuer.id) == house.issuer
    assert issue(house, sent())["proof"]["cryptosuite"] == "eddsa-rdfc-2022"


@ON_SQLITE
@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        pytest.param(
            {"method": DidMethod.WEB, "base_url": "https://badges.example"},
            "a generic issuer is a did:key",
            id="did:web",
        ),
        pytest.param({"seed": "00"}, "a seed is 32 bytes", id="no seed"),
        pytest.param({"seed": SEED, "key_id": "z6Mk"}, "one first key", id="two keys"),
        pytest.param(
            {"profile": Profile.BADGES, "adds_status": True}, "badges always have", id="badges"
        ),
        pytest.param(
            {"profile": Profile.BADGES, "cryptosuite": "ecdsa-jcs-2019"},
            "badges are signed with eddsa-rdfc-2022",
            id="badges of another suite",
        ),
        pytest.param({"curve": "P-256"}, "expected no curve, found P-256", id="a curve"),
    ],
)
def test_options_that_do_not_go_together_make_no_issuer(
    make_house: Callable[..., House],
    cheap_keystore: Keystore,
    changes: dict[str, Any],
    reason: str,
) -> None:
    method = changes.pop("method", DidMethod.KEY)
    with pytest.raises(RefusedError, match=reason):
        make_house(method, **{"profile": Profile.GENERIC, **changes})
    assert cheap_keystore.list() == ()


@ON_SQLITE
def test_the_key_set_lists_who_signs_badges_alone(
    make_house: Callable[..., House], make_generic: Callable[..., House]
) -> None:
    badges = make_house()
    generic = make_generic(base_url="https://badges.example")
    jwks = badges.published("https://badges.example/.well-known/jwks.json")
    assert (
        badges.issuer.signing_key(Purpose.CREDENTIAL_JWS, badges.keystore).method.encode() in jwks
    )
    assert generic.issuer.did.encode() not in jwks


@ON_SQLITE
def test_a_key_that_was_retired_signs_nothing_more(make_generic: Callable[..., House]) -> None:
    house = make_generic()
    house.keystore.retire(house.issuer.keys[0].key_id, now=NOW)
    with pytest.raises(RefusedError, match="is retired"):
        issue(house, sent())
    assert rows(house) == []


def test_a_repeat_of_the_last_steps_changes_nothing(make_generic: Callable[..., House]) -> None:
    house = make_generic(adds_status=True)
    signed = issue(house, sent())
    cycle = GenericIssuance(house.issuer, house.database, house.keystore)
    again = cycle.finish(rows(house)[0].id, now=NOW + timedelta(days=1))
    assert parse_json_object(again, what="it") == signed


@ON_SQLITE
def test_after_a_crash_only_what_was_recorded_is_finished(
    make_generic: Callable[..., House],
) -> None:
    house = make_generic()
    issue(house, sent())
    cycle = GenericIssuance(house.issuer, house.database, house.keystore)
    identifier = rows(house)[0].id
    _go_back(house, identifier, CredentialState.LINTED)
    assert parse_json_object(cycle.finish(identifier, now=NOW), what="it")["proof"]
    assert rows(house)[0].state is CredentialState.SIGNED
    _go_back(house, identifier, CredentialState.LINTED, unsigned_sha256="0" * 64)
    with pytest.raises(RefusedError, match="is not the one that was to be signed"):
        cycle.finish(identifier, now=NOW)
    _go_back(house, identifier, CredentialState.RESERVED, unsigned_document=None)
    with pytest.raises(ConflictError, match="was reserved and never recorded"):
        cycle.finish(identifier, now=NOW)


@ON_SQLITE
@pytest.mark.parametrize("adds_status", [True, False])
def test_an_entry_of_ours_must_hold_before_it_is_released(
    make_generic: Callable[..., House],
    *,
    adds_status: bool,
) -> None:
    house = make_generic(adds_status=adds_status)
    issue(house, sent())
    identifier = rows(house)[0].id
    _go_back(house, identifier, CredentialState.LINTED)
    with house.database.write() as session:
        session.execute(delete(PublishedDocumentRow))
    cycle = GenericIssuance(house.issuer, house.database, house.keystore)
    if adds_status:
        with pytest.raises(RefusedError, match="the status list could not be had"):
            cycle.finish(identifier, now=NOW)
    else:
        cycle.finish(identifier, now=NOW)
    assert (rows(house)[0].json_bytes is None) is adds_status


@ON_SQLITE
def test_what_was_revoked_before_its_release_is_never_released(
    make_generic: Callable[..., House],
) -> None:
    house = make_generic(adds_status=True)
    issue(house, sent())
    identifier = rows(house)[0].id
    _go_back(house, identifier, CredentialState.LINTED)
    house.revoke(identifier)
    cycle = GenericIssuance(house.issuer, house.database, house.keystore)
    with pytest.raises(ConflictError, match="was revoked before it was released"):
        cycle.finish(identifier, now=NOW)
    assert rows(house)[0].json_bytes is None


@ON_SQLITE
@pytest.mark.parametrize("identified", [True, False])
def test_what_is_being_signed_for_a_client_is_left_to_the_one_who_signs_it(
    make_generic: Callable[..., House],
    *,
    identified: bool,
) -> None:
    house = make_generic(adds_status=True)
    named = {"id": "urn:uuid:4b7b9d8e-24ab-4c5b-8c40-5c0f8b1a9d11"} if identified else {}
    issue(house, sent(validFrom="2026-03-01T12:00:00Z", **named))
    _go_back(house, rows(house)[0].id, CredentialState.LINTED)
    ticker = Issuance(house.issuer, house.database, house.keystore)
    assert ticker.finish_recorded(now=NOW) == 0
    assert rows(house)[0].state is CredentialState.LINTED


def _go_back(house: House, identifier: str, state: CredentialState, **changes: object) -> None:
    """Leave a row as a crash would, with columns changed."""
    with house.database.write() as session:
        row = session.get_one(CredentialRow, identifier)
        row.state, row.json_bytes = state, None
        for name, value in changes.items():
            setattr(row, name, value)


def test_clients_at_the_same_moment_get_indexes_of_their_own(
    make_generic: Callable[..., House],
) -> None:
    house = make_generic(adds_status=True)
    with ThreadPoolExecutor(THREADS) as pool:
        signed = list(pool.map(lambda _: issue(house, sent()), range(2 * THREADS)))
    assert len({one["credentialStatus"]["id"] for one in signed}) == 2 * THREADS
    with house.database.read() as session:
        (opened,) = session.scalars(select(StatusListRow))
    assert opened.reserved_count == 2 * THREADS
