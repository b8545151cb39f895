"""The digest of a resource at hand is compared, however it is written; no other is fetched."""

import base64
import hashlib
from typing import Final

import pytest

from openbadges.errors import Code, MalformedError
from openbadges.jsonld import BUNDLED
from openbadges.jsonld.contexts import BUNDLED_FOLDER
from openbadges.strict import Document, encode_base58btc, encode_base64url
from tests.credentials import plain_credential
from verifier import Outcome
from verifier.checks.conformance import read_graph, read_json
from verifier.checks.related_resources import check_related_resources

V2: Final = "https://www.w3.org/ns/credentials/v2"
DATA: Final = BUNDLED_FOLDER.joinpath("credentials-v2.json").read_bytes()
SHA256: Final = hashlib.sha256(DATA).digest()
SHA384: Final = hashlib.sha384(DATA).digest()
SHA512: Final = hashlib.sha512(DATA).digest()
OTHER: Final = hashlib.sha256(b"an old draft").digest()
# As the specifications print them.
PRINTED: Final = {
    V2: "59955ced6697d61e03f2b2556febe5308ab16842846f5b586d7f1f7adec92734",
    "https://w3id.org/security/data-integrity/v2": (
        "67f21e6e33a6c14e5ccfd2fc7865f7474fb71a04af7e94136cb399dfac8ae8f4"
    ),
    "https://w3id.org/security/multikey/v1": (
        "ba2c182de2d92f7e47184bcca8fcf0beaee6d3986c527bf664c195bbc7c58597"
    ),
}


def sri(function: str, data: bytes) -> str:
    return f"{function}-{base64.b64encode(data).decode()}"


def check(digests: Document, url: str = V2) -> None:
    check_related_resources(plain_credential(relatedResource=[{"id": url, **digests}]))


@pytest.mark.parametrize(
    ("member", "digest"),
    [
        ("digestSRI", sri("sha256", SHA256)),
        ("digestSRI", sri("sha384", SHA384)),
        ("digestSRI", sri("sha512", SHA512)),
        ("digestSRI", f"{sri('sha256', SHA256)} {sri('sha512', SHA512)}"),
        ("digestSRI", sri("sha384", SHA384) + "?type=application/ld+json"),
        ("digestSRI", [sri("sha256", SHA256), sri("sha384", SHA384)]),
        ("digestMultibase", "u" + encode_base64url(b"\x12\x20" + SHA256)),
        ("digestMultibase", "z" + encode_base58btc(b"\x12\x20" + SHA256)),
        ("digestMultibase", "u" + encode_base64url(b"\x20\x30" + SHA384)),
        ("digestMultibase", "z" + encode_base58btc(b"\x13\x40" + SHA512)),
        ("digestMultibase", "u" + encode_base64url(SHA256)),
    ],
    ids=str,
)
def test_every_spelling_of_the_digest_passes(member: str, digest: object) -> None:
    check({member: digest})


@pytest.mark.parametrize(
    ("member", "digest"),
    [
        ("digestSRI", sri("sha256", OTHER)),
        ("digestSRI", sri("sha384", SHA256)),
        ("digestSRI", "sha256-" + encode_base64url(SHA256)),
        ("digestSRI", f"{sri('sha256', SHA256)} {sri('sha256', OTHER)}"),
        ("digestSRI", [sri("sha256", SHA256), sri("sha256", OTHER)]),
        ("digestSRI", "md5-1B2M2Y8AsgTpgAmY7PhCfg=="),
        ("digestSRI", ""),
        ("digestSRI", {"sha256": "x"}),
        ("digestSRI", [["x"]]),
        ("digestMultibase", "u" + encode_base64url(b"\x12\x20" + OTHER)),
        ("digestMultibase", "u" + encode_base64url(b"\x20\x30" + SHA256)),
        ("digestMultibase", encode_base64url(SHA256)),
        ("digestMultibase", 7),
    ],
    ids=str,
)
def test_any_other_digest_is_refused(member: str, digest: object) -> None:
    with pytest.raises(MalformedError, match=f"the {member} .* is not that of {V2}") as refused:
        check({member: digest})
    assert refused.value.code is Code.DATA_MODEL


@pytest.mark.parametrize("url", PRINTED)
def test_the_resources_at_hand_are_those_whose_digest_a_specification_prints(url: str) -> None:
    check({"digestSRI": sri("sha256", bytes.fromhex(PRINTED[url]))}, url)
    with pytest.raises(MalformedError):
        check({"digestSRI": sri("sha256", OTHER)}, url)


def test_of_any_other_resource_nothing_is_known() -> None:
    for url in {"https://a.example/1", *BUNDLED.urls} - PRINTED.keys():
        check({"digestSRI": sri("sha256", OTHER)}, url)
    check_related_resources(plain_credential())


def test_it_is_part_of_conformance_whatever_is_signed() -> None:
    document = plain_credential(
        relatedResource={"id": V2, "digestSRI": sri("sha256", OTHER)}, name="Example"
    )
    for read in (read_graph, read_json):
        (finding,) = read(document).findings
        assert (finding.outcome, finding.code) == (Outcome.FAILED, Code.DATA_MODEL)
