"""The service in a process of its own, whose whole world is one port of this machine.

    python -m tests.reliability.serve_here PORT AUTHORITY SECONDS

Every name leads to PORT of 127.0.0.1, also where a DID asks for 443. AUTHORITY is a file with the
certificate that is trusted, and SECONDS how long one document is waited for.
"""

import os
import sys
import warnings
from pathlib import Path
from urllib.parse import urlsplit

from keys.encryption import InsecureCostWarning
from service.cli.door import read_clock
from service.installation import Installation
from service.serving import serve
from service.settings import Settings
from verifier.fetcher import GuardedFetcher

HERE = "127.0.0.1"


class HereFetcher(GuardedFetcher):
    """The guarded fetcher, which finds every https place at one port of this machine."""

    def __init__(self, port: int, *, authority: str, seconds: float) -> None:
        super().__init__(
            lookup=lambda _host, _port: [HERE],
            address_allowed=lambda address: address == HERE,
            ports=frozenset({port}),
            deadline_seconds=seconds,
            certificate_authorities=authority,
        )
        self._port = port

    def fetch(self, url: str, *, maximum_bytes: int) -> bytes:
        """Return the bytes at the same path of the one port."""
        asked = urlsplit(url)
        here = f"https://{asked.hostname}:{self._port}{asked.path}"
        return super().fetch(here, maximum_bytes=maximum_bytes)


def main(port: str, authority: str, seconds: str) -> None:
    """Serve the installation that the environment names."""
    warnings.simplefilter("ignore", InsecureCostWarning)
    installation = Installation.open(Settings.from_environment(os.environ))
    fetcher = HereFetcher(int(port), authority=Path(authority).read_text(), seconds=float(seconds))
    serve(installation, read_clock, fetcher=fetcher)


if __name__ == "__main__":
    main(*sys.argv[1:])
