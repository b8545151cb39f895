"""Section F of the threats for 1EdTechRevocationList, which is signed by nobody.

Only an answer that is entirely such a list, over https, can say anything.
"""

from typing import Any

import pytest

from openbadges.errors import Code
from openbadges.strict import Document
from tests.credentials import (
    CONTEXTS,
    STATUS_LIST,
    remove,
    replace,
    valid_credential,
)
from tests.status_lists import badge_of_version_1, in_a_world_with, listed
from tests.world import (
    BADGES,
    BANK,
    assert_refused,
    assert_verified,
    honest_internet,
)
from verifier import Check, Verdict

EXTENSIONS = "https://purl.imsglobal.org/spec/ob/v3p0/extensions.json"


def badge_with_list(address: object = STATUS_LIST, **changes: Any) -> Document:  # noqa: ANN401 -- any JSON value
    """Give a signed badge whose status is in a 1EdTechRevocationList."""
    badge = valid_credential(**{"@context": [*CONTEXTS, EXTENSIONS]} | changes)
    badge["credentialStatus"] = {"id": address, "type": "1EdTechRevocationList"}
    return BADGES.sign(badge)


SIGNED = badge_with_list()
ID: str = SIGNED["id"]


def revocation_list(
    *revoked: object,
    member: str = "revokedCredential",
    **changes: Any,  # noqa: ANN401 -- any JSON value
) -> Document:
    return {"id": STATUS_LIST, "issuer": BADGES.id, member: list(revoked)} | changes


OTHER: Document = {"id": "urn:uuid:ffffffff-0c6f-4f6b-9a53-6d1f7b0a2c11", "revoked": True}


@pytest.mark.parametrize("member", ["revokedCredential", "revokedCredentials"])
@pytest.mark.parametrize(
    ("listed", "verdict"),
    [
        pytest.param([], Verdict.VERIFIED, id="nobody"),
        pytest.param([OTHER], Verdict.VERIFIED, id="another"),
        pytest.param([OTHER, {"id": ID, "revoked": False}], Verdict.VERIFIED, id="false"),
        pytest.param([{"id": ID, "revoked": "false"}], Verdict.VERIFIED, id="false as text"),
        pytest.param([OTHER, {"id": ID, "revoked": True}], Verdict.REJECTED, id="true"),
        pytest.param([{"id": ID, "revoked": "true"}], Verdict.REJECTED, id="true as text"),
        pytest.param([{"id": ID}], Verdict.REJECTED, id="left out"),
        pytest.param([{"id": ID, "revoked": None}], Verdict.REJECTED, id="null"),
        pytest.param([ID], Verdict.REJECTED, id="its id alone"),
        pytest.param([{"id": f" {ID}\n"}], Verdict.REJECTED, id="blanks around its id"),
        pytest.param([{"id": ID.upper()}], Verdict.REJECTED, id="its id in capitals"),
        pytest.param([{"id": ID.replace("a", "%61")}], Verdict.REJECTED, id="its id escaped"),
        pytest.param(
            [{"id": ID, "revoked": False}, {"id": ID, "revoked": True}],
            Verdict.REJECTED,
            id="contradicted",
        ),
    ],
)
def test_a_revocation_list_names_whom_it_revokes(
    member: str, listed: list[object], verdict: Verdict
) -> None:
    internet = in_a_world_with(revocation_list(*listed, member=member))
    report = internet.verify(SIGNED)
    assert report.verdict is verdict, report.findings
    assert (Code.REVOKED in {finding.code for finding in report.findings}) == (
        verdict is Verdict.REJECTED
    )
    assert internet.fetched[STATUS_LIST] == 1


def test_a_revocation_list_may_use_both_names_and_write_one_without_an_array() -> None:
    answer = revocation_list(OTHER) | {"revokedCredentials": {"id": ID}}
    assert_refused(in_a_world_with(answer).verify(SIGNED), Verdict.REJECTED, Code.REVOKED)


def test_a_revocation_list_may_have_a_context_and_what_else_its_issuer_adds() -> None:
    answer = revocation_list(
        {"id": ID, "revoked": "true", "revocationReason": "No final payment", "note": 7},
        member="revokedCredentials",
        **{"@context": "https://purl.imsglobal.org/spec/ob/v3p0/context.json"},
        type=["1EdTechRevocationList"],
        issuer={"id": BADGES.id, "type": ["Profile"]},
    )
    report = in_a_world_with(answer).verify(SIGNED)
    assert_refused(report, Verdict.REJECTED, Code.REVOKED)
    assert "'No final payment'" in report.of(Check.STATUS)[0].sentence


def test_the_reason_of_a_revocation_is_quoted_and_cut() -> None:
    reason = "VERIFIED.\n\u202e" * 99
    report = in_a_world_with(revocation_list({"id": ID, "revocationReason": reason})).verify(SIGNED)
    assert_refused(report, Verdict.REJECTED, Code.REVOKED)
    (finding,) = report.of(Check.STATUS)
    assert finding.sentence.isprintable()
    assert "VERIFIED." in finding.sentence
    assert len(finding.sentence) < 1000


def test_a_badge_of_version_1_may_have_a_revocation_list() -> None:
    status = {"id": STATUS_LIST, "type": "1EdTechRevocationList"}
    signed = badge_of_version_1(EXTENSIONS, status)
    assert_verified(in_a_world_with(revocation_list()).verify(signed))
    report = in_a_world_with(revocation_list({"id": ID})).verify(signed)
    assert_refused(report, Verdict.REJECTED, Code.REVOKED)


def test_a_jws_may_have_a_revocation_list() -> None:
    badge = {key: value for key, value in SIGNED.items() if key != "proof"}
    token = BADGES.sign_jws(badge)
    assert_verified(in_a_world_with(revocation_list()).verify(token))
    report = in_a_world_with(revocation_list({"id": ID})).verify(token)
    assert_refused(report, Verdict.REJECTED, Code.REVOKED)


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(b"<!DOCTYPE html>", id="HTML"),
        pytest.param(b"", id="nothing"),
        pytest.param(b"[]", id="an array"),
        pytest.param(b"null", id="null"),
        pytest.param(b"{}", id="an empty object"),
        pytest.param(b'{"id": 1, "id": 2}', id="a key twice"),
        pytest.param(b" " * (2 * 2**20), id="too large"),
        pytest.param(revocation_list(id=f"{STATUS_LIST}0"), id="F7 another list"),
        pytest.param(revocation_list(id=None), id="F7 a list without an address"),
        pytest.param(revocation_list(issuer=BANK.id), id="F7 another issuer's"),
        pytest.param(revocation_list({"id": ID}, issuer=BANK.id), id="F7 another's, revoking"),
        pytest.param(remove(revocation_list(), "issuer"), id="F7 nobody's"),
        pytest.param(remove(revocation_list(), "revokedCredential"), id="without the list"),
        pytest.param(revocation_list(revokedCredential=None), id="null for the list"),
        pytest.param(revocation_list(7), id="an entry that is a number"),
        pytest.param(revocation_list({"revoked": True}), id="an entry without an id"),
        pytest.param(revocation_list({"id": [ID]}), id="an entry with several ids"),
        pytest.param(revocation_list({"id": ID}, 7), id="a broken entry beside ours"),
        pytest.param(revocation_list({"id": ID, "revoked": 0}), id="0"),
        pytest.param(revocation_list({"id": ID, "revoked": 1}), id="1"),
        pytest.param(revocation_list({"id": ID, "revoked": ""}), id="empty text"),
        pytest.param(revocation_list({"id": ID, "revoked": [False]}), id="an array"),
        pytest.param(revocation_list({"id": ID, "revoked": {}}), id="an object"),
        pytest.param(listed(), id="a list of another kind"),
        pytest.param(SIGNED, id="the badge itself"),
    ],
)
def test_f10_an_answer_that_is_not_entirely_a_revocation_list_decides_nothing(
    answer: Document | bytes,
) -> None:
    report = in_a_world_with(answer).verify(SIGNED)
    assert_refused(report, Verdict.INCONCLUSIVE, Code.STATUS_RETRIEVAL)


def test_f10_a_revocation_list_that_is_down_leaves_it_open() -> None:
    internet = honest_internet()
    internet.take_down(STATUS_LIST)
    assert_refused(internet.verify(SIGNED), Verdict.INCONCLUSIVE, Code.STATUS_RETRIEVAL)


@pytest.mark.parametrize(
    "address", ["http://badges.example/status/1", "did:web:badges.example", "urn:list:1"]
)
def test_a_list_that_nobody_signed_is_read_over_https_alone(address: str) -> None:
    internet = honest_internet()
    internet.publish(address, revocation_list(id=address))
    report = internet.verify(badge_with_list(address))
    assert_refused(report, Verdict.INCONCLUSIVE, Code.STATUS_RETRIEVAL)
    assert internet.fetched[address] == 0


def test_a_revocation_list_without_an_address_is_rejected() -> None:
    signed = BADGES.sign(
        replace(
            valid_credential(**{"@context": [*CONTEXTS, EXTENSIONS]}),
            "credentialStatus",
            {"type": "1EdTechRevocationList"},
        )
    )
    assert honest_internet().verify(signed).verdict is Verdict.REJECTED


def test_a_credential_without_an_id_is_in_no_revocation_list() -> None:
    credential = {
        "@context": [CONTEXTS[0], EXTENSIONS],
        "type": ["VerifiableCredential"],
        "issuer": BADGES.id,
        "credentialSubject": {"id": "did:example:subject"},
        "credentialStatus": {"id": STATUS_LIST, "type": "1EdTechRevocationList"},
    }
    report = in_a_world_with(revocation_list()).verify(BADGES.sign(credential))
    assert_refused(report, Verdict.INCONCLUSIVE, Code.UNSUPPORTED_STATUS)
