"""Our own documents come from our database, whoever else claims to have them."""

import re
from dataclasses import dataclass
from typing import Final

from verifier import DocumentSource

_BEGINNING: Final = re.compile(r"(?P<scheme>https?)://(?P<host>[^/?#]*)", re.ASCII | re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class OwnDocuments:
    """What is published here, in front of another source that is asked for everything else."""

    published: DocumentSource
    base_url: str
    behind: DocumentSource

    def fetch(self, url: str, *, maximum_bytes: int) -> bytes:
        """Return our own document, or what the source behind has.

        Raises:
            UnavailableError: it is an address of ours and nothing is published there, or as the
                source behind.
            MalformedError: as the source behind.
        """
        asked = one_spelling(url)
        if asked == self.base_url or asked.startswith(f"{self.base_url}/"):
            return self.published.fetch(asked, maximum_bytes=maximum_bytes)
        return self.behind.fetch(url, maximum_bytes=maximum_bytes)


def one_spelling(url: str) -> str:
    """Return a URL as our own are written: scheme and host in lower case, without the usual port.

    Otherwise HTTPS://OUR.HOST:443/ would be asked for over the network, of ourselves.
    """
    match = _BEGINNING.match(url)
    if match is None:
        return url
    scheme, host = match["scheme"].lower(), match["host"].lower()
    usual = ":443" if scheme == "https" else ":80"
    return f"{scheme}://{host.removesuffix(usual)}{url[match.end() :]}"
