"""A did:web is a public host on the web, and nothing that only looks like one."""

import pytest

from openbadges.did import did_web, did_web_base_url, did_web_url
from openbadges.errors import Code, MalformedError


@pytest.mark.parametrize(
    ("base_url", "did", "document_url"),
    [
        pytest.param(
            "https://example.edu",
            "did:web:example.edu",
            "https://example.edu/.well-known/did.json",
            id="a host",
        ),
        pytest.param(
            "https://w3c-ccg.github.io/user/alice",
            "did:web:w3c-ccg.github.io:user:alice",
            "https://w3c-ccg.github.io/user/alice/did.json",
            id="the specification's example",
        ),
        pytest.param(
            "https://xn--80ak6aa92e.com/%C3%A9cole",
            "did:web:xn--80ak6aa92e.com:%C3%A9cole",
            "https://xn--80ak6aa92e.com/%C3%A9cole/did.json",
            id="names beyond ASCII",
        ),
    ],
)
def test_a_place_and_its_did_lead_to_each_other(base_url: str, did: str, document_url: str) -> None:
    assert did_web(base_url) == did
    assert did_web_base_url(did) == base_url
    assert did_web_url(did) == document_url


@pytest.mark.parametrize(
    "base_url",
    [
        "https://EXAMPLE.edu/badges",
        "https://example.edu:443/badges",
        "https://example.edu/badges/",
    ],
)
def test_one_place_has_one_did(base_url: str) -> None:
    assert did_web(base_url) == "did:web:example.edu:badges"


@pytest.mark.parametrize(
    ("did", "url"),
    [
        pytest.param("did:web:EXAMPLE.edu", "https://example.edu", id="upper case"),
        pytest.param("did:web:example.edu%3a443", "https://example.edu", id="the standard port"),
    ],
)
def test_a_host_is_read_in_lower_case_without_the_standard_port(did: str, url: str) -> None:
    assert did_web_base_url(did) == url


@pytest.mark.parametrize(
    "did",
    [
        # D1
        "did:web:bank.example%3Apass%40evil.com",
        "did:web:user%40evil.com",
        "did:web:user@evil.com",
        # D2
        "did:web:example.com%2F..%2Fadmin",
        "did:web:example.com%23x",
        "did:web:example.com%3Fa",
        "did:web:example.com%5c.evil.com",
        "did:web:example.com%00",
        "did:web:example.com%0d%0aHost:x",
        "did:web:example.com:a%2Fb",
        "did:web:example.com:a%3Fb",
        "did:web:example.com:a%23b",
        "did:web:example.com:a%5Cb",
        "did:web:example.com:a%0d%0aHost",
        "did:web:example.com:%00",
        "did:web:example.com:a%252Fb",
        # D3
        "did:web:example.com:..:..:internal",
        "did:web:example.com:.",
        "did:web:example.com:%2e%2e:x",
        "did:web:example.com:.%2e",
        "did:web:example.com::x",
        "did:web:example.com:",
        # D4
        "did:web:127.0.0.1",
        "did:web:%5B%3A%3A1%5D",
        "did:web:2130706433",
        "did:web:0x7f.1",
        "did:web:127.1",
        "did:web:1.2.3.0x4",
        "did:web:\uff11\uff12\uff17.0.0.1",
        "did:web:\u2460\u2461\u2466.\u24ea.\u24ea.\u2460",
        "did:web:localhost",
        "did:web:LocalHost",
        "did:web:a.localhost",
        "did:web:printer.local",
        "did:web:metadata.google.internal",
        "did:web:router.home.arpa",
        "did:web:intranet",
        # D5
        "did:web:example.com.",
        "did:web:.example.com",
        "did:web:example..com",
        "did:web:-example.com",
        "did:web:example-.com",
        "did:web:ex_ample.com",
        "did:web:" + "a" * 64 + ".com",
        "did:web:" + "a." * 126 + "com",
        # D6
        "did:web:example.com%3A99999",
        "did:web:example.com%3A0",
        "did:web:example.com%3A25",
        "did:web:example.com%3A8443",
        "did:web:example.com%3A443%3A443",
        "did:web:example.com%3A",
        "did:web:example.com%3A0443",
        "did:web:example.com%3A4a",
        # other identifiers
        "did:web:",
        "did:key:z6Mk",
        "did:web:example.com#key",
        "did:web:example.com/path",
        "did:webvh:example.com",
    ],
)
def test_what_is_no_public_place_is_refused(did: str) -> None:
    for read in (did_web_url, did_web_base_url):
        with pytest.raises(MalformedError) as refusal:
            read(did)
        assert refusal.value.code is Code.INVALID_DID


@pytest.mark.parametrize(
    "base_url",
    [
        "http://example.edu",
        "https://",
        "https://user@example.edu",
        "https://user:pass@example.edu",
        "https://example.edu:/a",
        "https://example.edu:8443",
        "https://example.edu:99999999",
        "https://example.edu?q",
        "https://example.edu/a?q",
        "https://example.edu/a#b",
        "https://example.edu//a",
        "https://example.edu/../a",
        "https://example.edu\\@evil.example",
        "https://127.0.0.1",
        "https://[::1]",
        "https://localhost",
        "https://ban\u212a.example",
        "https://example.edu/\u00e9cole",
        "https://example.edu/a b",
        "https://example.edu\n",
        "",
    ],
)
def test_a_url_that_is_no_public_place_is_refused(base_url: str) -> None:
    with pytest.raises(MalformedError) as refusal:
        did_web(base_url)
    assert refusal.value.code is Code.INVALID_DID


@pytest.mark.parametrize(
    ("base_url", "did"),
    [
        pytest.param("https://localhost:8443/a", "did:web:localhost%3A8443:a", id="this machine"),
        pytest.param("https://127.0.0.1", "did:web:127.0.0.1", id="an address"),
        pytest.param("https://example.edu:8443", "did:web:example.edu%3A8443", id="another port"),
    ],
)
def test_an_operator_may_permit_an_authority_by_its_exact_name(base_url: str, did: str) -> None:
    permitted = {"localhost:8443", "127.0.0.1", "example.edu:8443"}
    assert did_web(base_url, permitted=permitted) == did
    assert did_web_base_url(did, permitted=permitted) == base_url
    assert did_web_url(did, permitted=permitted).startswith(base_url)


def test_a_permitted_authority_permits_no_other_port() -> None:
    with pytest.raises(MalformedError):
        did_web_url("did:web:localhost%3A22", permitted={"localhost:8443"})
