"""The doors of the VC API: 200 for what verifies, 400 for all else; signing for a few issuers."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from accounts.tables import Scope
from issuer.tables import CredentialRow
from openbadges.strict import Document, parse_json_object
from service.machine.examples import EXAMPLE_TO_SIGN
from tests.credentials import plain_credential, remove, replace
from tests.presentations import HOLDER, enveloped, presented, presented_as_jws, unsigned
from tests.programs import Program, answered, problem, program
from tests.shell import Shell
from tests.site import Site
from tests.world import Issuer, did_key_issuer, issued_by

ISSUE = "/credentials/issue"
VERIFY = "/credentials/verify"
PRESENTED = "/presentations/verify"
SOMEBODY: Issuer = did_key_issuer(5)
BADGE: Document = SOMEBODY.sign(issued_by(SOMEBODY))
JWS = SOMEBODY.sign_jws(issued_by(SOMEBODY))
FOREIGN_PAGE = "https://elsewhere.example"
# The generic issuer here is the one that the description's example names.
SEED = "6241a409e6707bb640a0140a8a32bc3d193c33a661747284d6adfa4ed4180be4"
GENERIC = EXAMPLE_TO_SIGN["credential"]["issuer"]


@pytest.fixture
def anyone(site: Site) -> Program:
    """A program without a token."""
    return program(site)


@pytest.fixture
def signing(site: Site) -> Program:
    """A program that may have credentials signed."""
    key = site.shell.does("keys", "import-seed", SEED).strip()
    site.shell.does("issuer", "create", "--profile", "generic", "--key", key)
    return program(site, Scope.ISSUE)


def verify(by: Program, credential: object, **options: Any) -> Any:  # noqa: ANN401 -- a response
    return by.send(VERIFY, {"verifiableCredential": credential, "options": options})


def refused(response: Any) -> Document:  # noqa: ANN401 -- a response
    """Return the answer to what does not verify."""
    document = answered(response, 400)
    assert response.mimetype == "application/problem+json"
    assert document["verified"] is False
    assert document["errors"]
    return document


def codes(document: Document, of: str = "errors") -> set[str]:
    return {one["code"] for one in document[of]}


def test_a_badge_that_holds_is_answered_with_200_and_its_report(anyone: Program) -> None:
    document = answered(verify(anyone, BADGE), 200)
    assert (document["verified"], document["verdict"]) == (True, "VERIFIED")
    assert document["checks"] == ["proof", "credentialStatus"]
    assert document["credential"]["id"] == BADGE["id"]
    assert "errors" not in document
    assert codes(document, "warnings") == {"ISSUER_UNKNOWN"}


def test_our_own_badge_verifies_without_a_world(
    awarded: Shell, open_site: Callable[..., Site]
) -> None:
    files = awarded.data / "out"
    anyone = program(open_site(awarded))
    badge = parse_json_object((files / "credential.json").read_bytes(), what="the badge")
    jws = (files / "credential.jws").read_text()
    for credential in (badge, jws, enveloped(jws)):
        assert answered(verify(anyone, credential), 200)["verified"] is True


def test_a_revoked_badge_is_refused_unless_its_status_is_not_asked_for(
    awarded: Shell, open_site: Callable[..., Site]
) -> None:
    data = (awarded.data / "out" / "credential.json").read_bytes()
    badge = parse_json_object(data, what="the badge")
    awarded.does("revoke", badge["id"], "--reason", "a mistake")
    awarded.does("status", "publish")
    anyone = program(open_site(awarded))
    assert "REVOKED" in codes(refused(verify(anyone, badge)))
    told = answered(verify(anyone, badge, checks=["proof"]), 200)
    assert "REVOKED" in codes(told, "warnings")


@pytest.mark.parametrize(
    ("credential", "code"),
    [
        (BADGE | {"name": "Another"}, "PROOF"),
        (remove(BADGE, "proof"), "UNSIGNED"),
        (BADGE | {"proof": None}, "PROOF"),
        (BADGE | {"proof": []}, "UNSIGNED"),
        (BADGE | {"proof": "z1"}, None),
        (SOMEBODY.sign(issued_by(SOMEBODY, validUntil="2026-03-02T00:00:00Z")), "EXPIRED"),
        (SOMEBODY.sign(issued_by(SOMEBODY, validFrom="2999-01-01T00:00:00Z")), "NOT_YET_VALID"),
        (
            HOLDER.sign(issued_by(SOMEBODY)),
            "ISSUER_MISMATCH",
        ),
        ({"@context": []}, None),
        ({}, None),
        ("eyJhbGciOiJub25lIn0.e30.", None),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_does_not_verify_is_answered_with_400_and_why(
    anyone: Program, credential: object, code: str | None
) -> None:
    document = refused(verify(anyone, credential))
    assert code is None or code in codes(document)
    assert document["type"].startswith("https://badges.example/docs#problem-")


def test_what_the_world_did_not_answer_is_no_200(anyone: Program) -> None:
    status = {
        "type": "BitstringStatusListEntry",
        "statusPurpose": "revocation",
        "statusListIndex": "1",
        "statusListCredential": "https://gone.example/list",
    }
    document = refused(
        verify(anyone, SOMEBODY.sign(issued_by(SOMEBODY) | {"credentialStatus": status}))
    )
    assert document["verdict"] == "INCONCLUSIVE"
    assert codes(document) == {"STATUS_RETRIEVAL_ERROR"}


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"options": {}},
        {"verifiableCredential": None},
        {"verifiableCredential": "did:example:1"},
        {"verifiableCredential": []},
        {"verifiableCredential": 7},
        {"verifiableCredential": enveloped("ey", "application/sd-jwt")},
        {"verifiableCredential": BADGE, "options": []},
        {"verifiableCredential": BADGE, "options": {"checks": "proof"}},
        {"verifiableCredential": BADGE, "options": {"checks": ["nothing"]}},
        {"verifiableCredential": BADGE, "verified": True},
        [BADGE],
        "{",
        '{"verifiableCredential":{},"verifiableCredential":{}}',
        '{"verifiableCredential":' + "[" * 100_000,
        b"\xff\xfe",
    ],
    ids=str,
)
def test_a_body_that_is_none_is_answered_with_400(anyone: Program, body: object) -> None:
    response = anyone.send(VERIFY, body)
    assert response.status_code == 400, response.text
    assert response.mimetype == "application/problem+json"


def test_a_key_that_stands_twice_inside_the_credential_is_refused(anyone: Program) -> None:
    twice = json.dumps(BADGE).replace('"name":', '"name": "Another", "name":', 1)
    response = anyone.send(VERIFY, f'{{"verifiableCredential": {twice}}}')
    problem(response, 400, "DUPLICATE_KEY")


def test_members_in_another_order_and_numbers_in_another_spelling_still_verify(
    anyone: Program,
) -> None:
    turned = json.dumps(dict(reversed(BADGE.items())), indent=3, ensure_ascii=True)
    response = anyone.send(
        VERIFY, f'{{"verifiableCredential": {turned}}}', Content_Type="application/ld+json"
    )
    assert answered(response, 200)["verified"] is True


def test_an_option_that_is_not_read_is_told(anyone: Program) -> None:
    document = answered(verify(anyone, BADGE, returnResults=True), 200)
    details = [one["detail"] for one in document["warnings"]]
    assert any("options.returnResults" in detail for detail in details)


@pytest.mark.parametrize("path", [VERIFY, PRESENTED])
def test_a_body_of_another_media_type_is_refused(anyone: Program, path: str) -> None:
    problem(anyone.send(path, "{}", Content_Type="text/plain"), 415, "UNSUPPORTED_MEDIA_TYPE")


def test_a_presentation_verifies_with_all_that_is_in_it(anyone: Program) -> None:
    body = {"verifiablePresentation": presented(BADGE, enveloped(JWS))}
    document = answered(anyone.send(PRESENTED, body), 200)
    assert document["verified"] is True
    assert [one["verdict"] for one in document["credentials"]] == ["VERIFIED"] * 2
    assert document["holder"] == HOLDER.id


@pytest.mark.parametrize("form", ["text", "envelope"])
def test_a_presentation_in_a_jws_verifies_too(anyone: Program, form: str) -> None:
    jws = presented_as_jws(BADGE, claims={"aud": "us.example", "nonce": "42"})
    envelope = enveloped(jws, "application/vp+jwt") | {"type": "EnvelopedVerifiablePresentation"}
    body = {
        "verifiablePresentation": jws if form == "text" else envelope,
        "options": {"domain": "us.example", "challenge": "42"},
    }
    answer = answered(anyone.send(PRESENTED, body), 200)
    assert (answer["verified"], answer["holder"]) == (True, HOLDER.id)
    asking_for_no_less: tuple[Document, ...] = ({}, {"checks": []}, {"checks": None})
    for options in asking_for_no_less:
        assert "PROOF" in codes(refused(anyone.send(PRESENTED, body | {"options": options})))


@pytest.mark.parametrize(
    ("presentation", "code"),
    [
        (presented(BADGE | {"name": "Another"}, enveloped(JWS)), "PROOF"),
        (unsigned(BADGE), "UNSIGNED"),
        (presented(BADGE) | {"holder": SOMEBODY.id}, None),
        (presented(BADGE, proof={"challenge": "1", "domain": "other.example"}), None),
        ({}, None),
    ],
    ids=["a bad badge in it", "unsigned", "another holder", "for another", "nothing"],
)
def test_a_presentation_that_does_not_verify_is_answered_with_400(
    anyone: Program, presentation: Document, code: str | None
) -> None:
    document = refused(anyone.send(PRESENTED, {"verifiablePresentation": presentation}))
    assert code is None or code in codes(document)


@pytest.mark.parametrize(
    ("options", "status"),
    [
        ({"domain": "us.example", "challenge": "42"}, 200),
        ({"domain": "us.example", "challenge": "43"}, 400),
        ({"domain": "them.example", "challenge": "42"}, 400),
        ({"checks": ["proof"], "domain": "them.example", "challenge": "42"}, 400),
        ({"checks": ["proof"]}, 200),
        ({}, 400),
    ],
)
def test_a_proof_that_was_made_for_someone_is_good_for_them_alone(
    anyone: Program, options: Document, status: int
) -> None:
    presentation = presented(BADGE, proof={"domain": "us.example", "challenge": "42"})
    body = {"verifiablePresentation": presentation, "options": options}
    assert answered(anyone.send(PRESENTED, body), status)["verified"] is (status == 200)


@pytest.mark.parametrize(
    ("options", "status"),
    [
        ({"domain": "us.example", "challenge": "42"}, 200),
        ({"domain": "us.example", "challenge": "42", "checks": ["proof"]}, 200),
        ({"checks": ["proof"]}, 200),
        ({"domain": "us.example", "challenge": "43"}, 400),
        ({"domain": "us.example"}, 400),
        ({"challenge": "42", "checks": ["proof"]}, 400),
        ({}, 400),
    ],
)
def test_who_names_domain_and_challenge_is_told_whose_key_signed_where_no_holder_is_named(
    anyone: Program, options: Document, status: int
) -> None:
    bound = presented(BADGE, proof={"domain": "us.example", "challenge": "42"}, holder=None)
    body = {"verifiablePresentation": bound, "options": options}
    document = answered(anyone.send(PRESENTED, body), status)
    assert document["holder"] == (HOLDER.id if status == 200 else None)


@pytest.mark.parametrize("presentation", ["ey.x.y", None, [], 1], ids=str)
def test_what_is_no_presentation_is_answered_with_400(
    anyone: Program, presentation: object
) -> None:
    response = anyone.send(PRESENTED, {"verifiablePresentation": presentation})
    assert response.status_code == 400, response.text


@pytest.mark.parametrize(
    "credential",
    [
        presented(BADGE),
        unsigned(BADGE),
        presented_as_jws(BADGE),
        enveloped(presented_as_jws(BADGE), "application/vp+jwt")
        | {"type": "EnvelopedVerifiablePresentation"},
    ],
    ids=["signed", "unsigned", "a JWS", "an envelope"],
)
def test_a_presentation_sent_as_a_credential_is_told_its_door(
    anyone: Program, credential: object
) -> None:
    sentence = problem(verify(anyone, credential), 400, "DATA_MODEL")
    assert "expected a credential, found a presentation" in sentence
    assert sentence.endswith(f"https://badges.example{PRESENTED}")


@pytest.mark.parametrize("presentation", [BADGE, JWS, enveloped(JWS)], ids=["JSON", "JWS", "both"])
def test_a_credential_sent_as_a_presentation_is_told_its_door(
    anyone: Program, presentation: object
) -> None:
    sent = anyone.send(PRESENTED, {"verifiablePresentation": presentation})
    sentence = problem(sent, 400, "DATA_MODEL")
    assert "expected a presentation, found a credential" in sentence
    assert sentence.endswith(f"https://badges.example{VERIFY}")


@pytest.mark.parametrize(
    ("path", "member", "other"),
    [
        (VERIFY, "verifiablePresentation", PRESENTED),
        (PRESENTED, "verifiableCredential", VERIFY),
    ],
)
def test_the_member_of_the_other_door_is_told_that_door(
    anyone: Program, path: str, member: str, other: str
) -> None:
    sentence = problem(anyone.send(path, {member: {}}), 400, "DATA_MODEL")
    assert f"the body has {member}" in sentence
    assert sentence.endswith(f"https://badges.example{other}")


def test_what_says_that_it_is_both_is_judged(anyone: Program) -> None:
    both = ["VerifiableCredential", "VerifiablePresentation"]
    refused(verify(anyone, BADGE | {"type": both}))
    presentation = presented(BADGE, type=both)
    assert anyone.send(PRESENTED, {"verifiablePresentation": presentation}).get_json()["verdict"]


@pytest.mark.parametrize("path", [VERIFY, PRESENTED])
def test_a_page_of_others_may_ask_and_read_the_answer(site: Site, path: str) -> None:
    asked = site.app.test_client().options(
        path,
        base_url=site.base_url,
        headers={"Origin": FOREIGN_PAGE, "Access-Control-Request-Method": "POST"},
    )
    assert asked.status_code == 200
    assert asked.headers["Access-Control-Allow-Origin"] == "*"
    assert "POST" in asked.headers["Access-Control-Allow-Methods"]
    assert asked.headers["Access-Control-Allow-Headers"] == "Content-Type"
    for body in ("{}", "{"):
        answer = program(site).send(
            path, body, Origin=FOREIGN_PAGE, Sec_Fetch_Site="cross-site", Sec_Fetch_Mode="cors"
        )
        assert answer.status_code == 400
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
        assert "Access-Control-Allow-Credentials" not in answer.headers
        assert "Set-Cookie" not in answer.headers


def test_pages_of_others_may_not_read_what_is_signed(signing: Program) -> None:
    response = signing.send(ISSUE, {"credential": credential()}, Origin=FOREIGN_PAGE)
    assert response.status_code == 201
    assert "Access-Control-Allow-Origin" not in response.headers


def test_verifications_are_counted_by_address(site: Site, open_site: Callable[..., Site]) -> None:
    busy = program(open_site(site.shell, RATE_VERIFY="2"))
    assert [verify(busy, BADGE).status_code for _ in range(3)] == [200, 200, 429]
    assert "Retry-After" in verify(busy, BADGE).headers


def credential(**members: Any) -> Document:  # noqa: ANN401 -- any JSON value
    return plain_credential(**{"issuer": GENERIC, **members})


def test_without_a_generic_issuer_there_is_no_door_to_sign(site: Site) -> None:
    problem(program(site, Scope.AWARD).send(ISSUE, {"credential": credential()}), 404, "MISSING")


def test_what_is_sent_is_signed_and_left_as_it_was_stored(site: Site, signing: Program) -> None:
    response = signing.send(ISSUE, {"credential": credential(name="Example"), "options": {}})
    signed = answered(response, 201)["verifiableCredential"]
    assert signed["name"] == "Example"
    assert signed["proof"]["cryptosuite"] == "eddsa-rdfc-2022"
    with site.installation.database.read() as session:
        [stored] = session.scalars(
            select(CredentialRow.json_bytes).where(CredentialRow.award_id.is_(None))
        )
    assert response.data == b'{"verifiableCredential":' + (stored or b"") + b"}"
    assert answered(verify(signing, signed), 200)["verified"] is True


def test_the_example_of_the_description_is_signed_by_the_issuer_that_it_names_alone(
    site: Site, signing: Program
) -> None:
    assert signing.send(ISSUE, EXAMPLE_TO_SIGN).status_code == 201
    other = site.shell.json("issuer", "create", "--profile", "generic")["did"]
    sentence = problem(
        program(site, Scope.ISSUE, other).send(ISSUE, EXAMPLE_TO_SIGN), 400, "ISSUER_MISMATCH"
    )
    assert sentence.endswith(f"; here {other} signs")


@pytest.mark.parametrize("named", [{}, {"issuer": None}, {"issuer": {"name": "Example"}}], ids=str)
def test_a_credential_must_name_the_issuer_of_the_token(signing: Program, named: Document) -> None:
    sent = remove(credential(), "issuer") | named
    assert "issuer" in problem(signing.send(ISSUE, {"credential": sent}), 400, "DATA_MODEL")


def test_a_credential_of_the_future_is_signed(signing: Program) -> None:
    sent = credential(validFrom="2998-01-01T00:00:00Z", validUntil="2999-01-01T00:00:00Z")
    assert signing.send(ISSUE, {"credential": sent}).status_code == 201


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"credential": None},
        {"credential": "did:example:1"},
        {"credential": {}},
        {"credential": credential(), "options": {"created": "2020-01-01T00:00:00Z"}},
        {"credential": credential(), "key": "other"},
        {"credential": credential(issuer=SOMEBODY.id)},
        {"credential": credential(grade="A+")},
        {"credential": credential(id="relative")},
        {"credential": credential(validFrom="yesterday")},
        {"credential": credential(credentialSubject={})},
        {"credential": credential() | {"proof": {}}},
        {"credential": credential() | {"@context": ["https://unknown.example/context"]}},
        {"credential": replace(credential(), "credentialSubject.id", 7)},
    ],
    ids=str,
)
def test_what_cannot_be_signed_is_answered_with_400(signing: Program, body: object) -> None:
    response = signing.send(ISSUE, body)
    assert response.status_code == 400, response.text
    assert response.mimetype == "application/problem+json"


def test_signing_asks_for_a_token_of_its_own_scope(site: Site, signing: Program) -> None:
    body = {"credential": credential()}
    problem(program(site).send(ISSUE, body), 401, "UNAUTHORIZED")
    problem(program(site, Scope.AWARD).send(ISSUE, body), 403, "FORBIDDEN")
    assert signing.send(ISSUE, body).status_code == 201


@pytest.mark.parametrize("path", [ISSUE, VERIFY, PRESENTED])
@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "TRACE"])
def test_another_method_is_refused_with_those_that_there_are(
    site: Site, path: str, method: str
) -> None:
    response = site.app.test_client().open(path, method=method, base_url=site.base_url)
    problem(response, 405, "METHOD_NOT_ALLOWED")
    assert {"POST", "OPTIONS"} <= set(response.headers["Allow"].split(", "))
