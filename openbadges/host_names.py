"""Host names: which of them are names of the public Internet.

Only the text is judged. What a name resolves to is found out in `verifier.fetcher`.
"""

import re
from typing import Final

MAXIMUM_HOST_CHARACTERS = 253  # RFC 1035 section 2.3.4, written with dots

_LABEL: Final = re.compile(r"(?!-)[a-z0-9-]{1,63}(?<!-)")  # RFC 1035 section 2.3.4, RFC 1123
# Names that resolve inside a machine or a house, by other means than DNS, or not at all.
_PRIVATE_SUFFIXES: Final = frozenset(
    {
        "localhost",  # RFC 6761 section 6.3
        "invalid",  # RFC 6761 section 6.4
        "local",  # RFC 6762, multicast DNS
        "internal",  # ICANN's name for private use; also what clouds call their metadata
        "arpa",  # home.arpa (RFC 8375) and names made of addresses (RFC 3172)
        "onion",  # RFC 7686
        "alt",  # RFC 9476
        "corp",  # never delegated by ICANN, since so many houses use them; RFC 6762 appendix G
        "home",
        "mail",
        "lan",
        "intranet",
        "private",
        "localdomain",
    }
)


def is_public_host_name(host: str) -> bool:
    """Say if `host`, in lower case, is a name that the public DNS could know.

    No IP address in any spelling (127.1, 2130706433, 0x7f.1) is one, nor a name of one label, with
    a full stop at its end, or with a character beyond ASCII.
    """
    labels = host.split(".")
    return (
        len(host) <= MAXIMUM_HOST_CHARACTERS
        and len(labels) > 1
        and all(_LABEL.fullmatch(label) for label in labels)
        # No top-level domain begins with a digit, and every spelling of an IPv4 address ends so.
        and labels[-1][0].isalpha()
        and labels[-1] not in _PRIVATE_SUFFIXES
    )
