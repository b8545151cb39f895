"""Where a URL from a document may lead us: public https addresses, and nowhere else.

This decides over text and numbers alone; asking for names and connecting is in `fetcher`. Which
names are public is in `openbadges.host_names`.
"""

import ipaddress
import re
from dataclasses import dataclass
from typing import Final

from openbadges.errors import Code, MalformedError
from openbadges.host_names import is_public_host_name

HTTPS_PORT: Final = 443
MAXIMUM_URL_CHARACTERS = 2048  # what servers and caches agree to read

# RFC 3986 in its narrowest form: https, a name in ASCII, a port, a path and a query. No user, no
# password, no fragment; a backslash, a blank or a line end is in none of the sets.
_URL: Final = re.compile(
    r"(?i:https)://(?P<host>[A-Za-z0-9.-]+)(?::(?P<port>[1-9][0-9]{0,4}))?"
    r"(?P<path>(?:/(?:[A-Za-z0-9._~!$&'()*+,;=:@/-]|%[0-9A-Fa-f]{2})*)?)"
    r"(?P<query>(?:\?(?:[A-Za-z0-9._~!$&'()*+,;=:@/?-]|%[0-9A-Fa-f]{2})*)?)"
)

# Every block that IANA keeps for special purposes, and what is not given out at all.
REFUSED_NETWORKS: Final = tuple(
    ipaddress.ip_network(network)
    for network in (
        "0.0.0.0/8",  # this network, RFC 1122
        "10.0.0.0/8",  # private, RFC 1918
        "100.64.0.0/10",  # shared by a provider's customers, RFC 6598
        "127.0.0.0/8",  # loopback, RFC 1122
        "168.63.129.16/32",  # a public number behind which Azure's machines find their host
        "169.254.0.0/16",  # link-local, RFC 3927; clouds answer with their metadata here
        "172.16.0.0/12",  # private, RFC 1918
        "192.0.0.0/24",  # protocol assignments, RFC 6890
        "192.0.2.0/24",  # documentation, RFC 5737
        "192.31.196.0/24",  # AS112, RFC 7535
        "192.52.193.0/24",  # automatic multicast tunnels, RFC 7450
        "192.88.99.0/24",  # 6to4 relays, RFC 7526
        "192.168.0.0/16",  # private, RFC 1918
        "192.175.48.0/24",  # AS112, RFC 7534
        "198.18.0.0/15",  # benchmarks, RFC 2544
        "198.51.100.0/24",  # documentation, RFC 5737
        "203.0.113.0/24",  # documentation, RFC 5737
        "224.0.0.0/4",  # multicast, RFC 5771
        "240.0.0.0/4",  # reserved, RFC 1112; the last one is broadcast, RFC 919
        "::/3",  # unspecified, loopback, IPv4 in all its wrappings (RFC 4291), NAT64 (RFC 6052,
        # RFC 8215), discard (RFC 6666)
        "2001::/23",  # protocol assignments, RFC 2928: Teredo, benchmarks, ORCHID
        "2001:db8::/32",  # documentation, RFC 3849
        "2002::/16",  # 6to4, RFC 3056: an IPv4 address of any kind inside
        "2620:4f:8000::/48",  # AS112, RFC 7534
        "3fff::/20",  # documentation, RFC 9637
        "4000::/2",  # not given out, RFC 4291; segment routing, RFC 9602
        "8000::/1",  # not given out; unique local (RFC 4193), link-local, site-local (RFC 3879),
        # multicast (RFC 4291)
    )
)


@dataclass(frozen=True, slots=True)
class Destination:
    """A URL taken apart: whom to ask, at which door, and for what."""

    host: str
    port: int
    target: str  # path and query, as they go into the request line

    @property
    def url(self) -> str:
        """The one spelling of all URLs that lead here."""
        port = "" if self.port == HTTPS_PORT else f":{self.port}"
        return f"https://{self.host}{port}{self.target}"


def parse_destination(url: str, *, ports: frozenset[int] = frozenset({HTTPS_PORT})) -> Destination:
    """Take a URL apart if it is one that may be fetched; `ports` are those that may be asked.

    Raises:
        MalformedError: it is not (URL_NOT_ALLOWED).
    """
    if len(url) > MAXIMUM_URL_CHARACTERS:
        raise _not_allowed(url, f"it has more than {MAXIMUM_URL_CHARACTERS} characters")
    match = _URL.fullmatch(url)
    if match is None:
        raise _not_allowed(url, "it is not a plain https URL with a host name in ASCII")
    host, port = match["host"].lower(), int(match["port"] or HTTPS_PORT)
    if not is_public_host_name(host):
        raise _not_allowed(url, "its host is an address or not a public name")
    if port not in ports:
        raise _not_allowed(url, f"port {port} is not asked")
    return Destination(host, port, (match["path"] or "/") + match["query"])


def is_public_address(address: str) -> bool:
    """Say if an IP address, as text, belongs to the public Internet and to nobody's inside.

    `ipaddress.is_global` is not asked: it calls NAT64, 6to4, site-local and multicast addresses
    global, and its answers differ between Python's versions.
    """
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return False
    return not any(parsed in network for network in REFUSED_NETWORKS)


def _not_allowed(url: str, reason: str) -> MalformedError:
    return MalformedError(f"{url!r:.200} is never fetched: {reason}", code=Code.URL_NOT_ALLOWED)
