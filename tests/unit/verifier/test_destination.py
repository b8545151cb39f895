"""Where a URL may lead: everything that is not a plain public https address is refused unasked."""

import ipaddress

import pytest

from openbadges.errors import Code, MalformedError
from verifier.destination import Destination, is_public_address, parse_destination


@pytest.mark.parametrize(
    ("url", "host", "target"),
    [
        pytest.param("https://example.org", "example.org", "/", id="no path"),
        pytest.param("HTTPS://Example.ORG/a", "example.org", "/a", id="upper case"),
        pytest.param(
            "https://xn--bcher-kva.example:443/%C3%A9/~x?a=1&b=/?",
            "xn--bcher-kva.example",
            "/%C3%A9/~x?a=1&b=/?",
            id="everything",
        ),
        pytest.param("https://a.example?x", "a.example", "/?x", id="a query without a path"),
        pytest.param("https://1password.example/", "1password.example", "/", id="a digit first"),
    ],
)
def test_a_public_https_url_is_taken_apart(url: str, host: str, target: str) -> None:
    assert parse_destination(url) == Destination(host, 443, target)


def test_another_port_is_asked_only_where_it_is_allowed() -> None:
    allowed = parse_destination("https://example.org:8443/", ports=frozenset({8443}))
    assert allowed.port == 8443
    with pytest.raises(MalformedError):
        parse_destination("https://example.org/", ports=frozenset({8443}))


@pytest.mark.parametrize(
    "url",
    [
        # E2: other schemes
        "http://example.org/",
        "file:///etc/passwd",
        "ftp://example.org/",
        "gopher://example.org/",
        "data:application/json,{}",
        "jar:https://example.org/!/",
        " https://example.org/",
        "https://example.org/ ",
        "https:\\\\example.org\\",
        "https:/example.org/",
        "https:example.org",
        "//example.org/",
        "example.org",
        "",
        # addresses instead of names (E1, D4)
        "https://169.254.169.254/latest/",
        "https://127.0.0.1/",
        "https://8.8.8.8/",
        "https://[::1]/",
        "https://[::ffff:127.0.0.1]:5432/",
        "https://[2606:4700::1]/",
        "https://0/",
        "https://127.1/",
        "https://2130706433/",
        "https://0x7f.1/",
        "https://0x7f000001/",
        "https://1.0x7f/",
        "https://017700000001/",
        "https://\u2460\u2461\u2466.\u24ea.\u24ea.\u2460/",
        "https://\uff11\uff12\uff17.0.0.1/",
        # names that are not public
        "https://localhost/",
        "https://LOCALHOST:443/",
        "https://db.localhost/",
        "https://printer.local/",
        "https://metadata.google.internal/computeMetadata/v1/",
        "https://router.home.arpa/",
        "https://1.0.0.127.in-addr.arpa/",
        "https://wiki.corp/",
        "https://example.onion/",
        "https://intranet/",
        # names that are not names
        "https://example.org./",
        "https://.example.org/",
        "https://example..org/",
        "https://-a.example/",
        "https://a-.example/",
        "https://a_b.example/",
        "https://bücher.example/",
        "https://exa mple.org/",
        "https:///path",
        pytest.param("https://" + "a" * 64 + ".example/", id="a long label"),
        pytest.param("https://" + "a." * 130 + "example/", id="a long name"),
        # users, passwords, ports, fragments
        "https://user@example.org/",
        "https://user:pass@example.org/",
        "https://example.org@evil.example/",
        "https://example.org\\@evil.example/",
        "https://example.org:0/",
        "https://example.org:25/",
        "https://example.org:99999/",
        "https://example.org:/",
        "https://example.org:0443/",
        "https://example.org:443:443/",
        "https://example.org/#key",
        # other lines in the request (E11)
        "https://example.org/\r\nHost: evil.example",
        "https://example.org/a\nb",
        "https://example.org/a\tb",
        "https://example.org/\x00",
        "https://example.org/é",
        "https://example.org/%",
        "https://example.org/%zz",
        'https://example.org/"<>',
        "https://example.org/{}|^`",
        "https://example.org/a\\b",
        pytest.param("https://example.org/" + "a" * 2048, id="a long path"),
    ],
)
def test_every_other_url_is_refused_by_its_text_alone(url: str) -> None:
    with pytest.raises(MalformedError) as caught:
        parse_destination(url)
    assert caught.value.code is Code.URL_NOT_ALLOWED


@pytest.mark.parametrize(
    "address",
    [
        *("0.0.0.0", "10.0.0.1", "10.255.255.255", "100.64.0.1", "100.127.255.255", "127.0.0.1"),  # noqa: S104 -- asked about, not bound to
        *("127.255.255.254", "168.63.129.16", "169.254.169.254", "172.16.0.1", "172.31.255.255"),
        *("192.0.0.1", "192.0.2.1", "192.31.196.1", "192.52.193.1", "192.88.99.1", "192.168.1.1"),
        *("192.175.48.1", "198.18.0.1", "198.19.255.255", "198.51.100.7", "203.0.113.9"),
        *("224.0.0.1", "239.255.255.255", "240.0.0.1", "255.255.255.255"),
        *("::", "::1", "::127.0.0.1", "::ffff:127.0.0.1", "::ffff:8.8.8.8", "::ffff:0:8.8.8.8"),
        *("64:ff9b::7f00:1", "64:ff9b:1::a00:1", "100::1", "2001::1", "2001:2::1", "2001:20::1"),
        *("2001:db8::1", "2002:7f00:1::", "2620:4f:8000::1", "3fff::1", "5f00::1", "fc00::1"),
        *("fd12::1", "fe80::1", "fe80::1%eth0", "fec0::1", "ff02::1", "4000::1", "e000::1"),
        *("127.1", "0x7f.1", "2130706433", "010.0.0.1", "localhost", "", "1.1.1.1 "),
    ],
)
def test_an_address_inside_is_not_public(address: str) -> None:
    assert not is_public_address(address)


@pytest.mark.parametrize(
    "address",
    [
        *("1.1.1.1", "8.8.8.8", "9.255.255.255", "11.0.0.0", "100.63.255.255", "100.128.0.0"),
        *("172.15.255.255", "172.32.0.0", "192.0.1.0", "198.17.255.255", "198.20.0.0"),
        *("223.255.255.255", "168.63.129.17", "2001:200::1", "2001:4860:4860::8888"),
        *("2606:4700:4700::1111", "2a00:1450:4001::1", "2003::1", "3ffe::1"),
    ],
)
def test_an_address_beside_a_refused_block_is_public(address: str) -> None:
    assert is_public_address(address)
    assert ipaddress.ip_address(address).is_global
