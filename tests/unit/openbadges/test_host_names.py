"""Which host names are public, for issuers' identifiers and for what is fetched alike."""

import pytest

from openbadges.did import did_web_url
from openbadges.errors import MalformedError
from openbadges.host_names import MAXIMUM_HOST_CHARACTERS, is_public_host_name
from verifier.destination import parse_destination


@pytest.mark.parametrize(
    "host", ["example.org", "xn--bcher-kva.example", "1password.example", "a.b-c.museum"]
)
def test_a_name_of_the_public_dns_is_public(host: str) -> None:
    assert is_public_host_name(host)


@pytest.mark.parametrize(
    "host",
    [
        *(
            f"a.{suffix}"
            for suffix in (
                *("localhost", "invalid", "local", "internal", "home.arpa", "onion", "alt"),
                *("corp", "home", "mail", "lan", "intranet", "private", "localdomain"),
            )
        ),
        *("", "localhost", "example", "example.org.", ".example.org", "a..example.org"),
        *("127.0.0.1", "127.1", "2130706433", "0x7f.1", "a_b.example", "-a.example", "a-.example"),
        *("EXAMPLE.org", "\uff41.example", "example.org\n", "a" * 64 + ".example"),
        "a." * (MAXIMUM_HOST_CHARACTERS // 2) + "org",
    ],
)
def test_another_name_is_neither_fetched_from_nor_an_issuers(host: str) -> None:
    assert not is_public_host_name(host)
    if host == host.lower():  # both readers put a host in lower case first
        with pytest.raises(MalformedError):
            parse_destination(f"https://{host}/")
        with pytest.raises(MalformedError):
            did_web_url(f"did:web:{host}")
