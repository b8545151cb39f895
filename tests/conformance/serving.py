"""A public service as W3C's suites find one: generic issuers at an https address, and clients.

`insignia serve` runs in a process of its own behind a proxy that speaks TLS, all on loopback. An
issuer is made through the command line while it runs: a did:key, imported from a seed, and a token
for whoever has something signed by it.

    service.issuer("--status").issue(credential)        -> Answer(201, {"verifiableCredential": …})
    service.verify(credential, checks=["proof"])        -> Answer(200, {"verified": true, …})
    service.verify_presentation(presentation, challenge="…")
    service.get(credential["credentialStatus"]["statusListCredential"])
"""

import hashlib
import json
import ssl
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from http.client import HTTPSConnection
from itertools import count
from pathlib import Path
from time import monotonic, sleep
from typing import Any, Final
from urllib.parse import urlsplit

import trustme

from openbadges.strict import Document, parse_json
from tests.conformance.tls_proxy import SECONDS_TO_ANSWER, tls_proxy
from tests.serving import (
    SECONDS_TO_END,
    SECONDS_TO_START,
    answers,
    begin,
    installed,
    port_of,
)
from tests.shell import Shell

HOST: Final = "localhost"
ACCEPT: Final = "application/ld+json, application/json"
# A suite asks as often as it likes.
RATES: Final = dict.fromkeys(("RATE_PAGES", "RATE_VERIFY", "RATE_SECRETS", "RATE_API"), "1000000")


def _seeds() -> Iterator[str]:
    """Give seeds that differ, the same in every run."""
    return (hashlib.sha256(f"seed {number}".encode()).hexdigest() for number in count())


@dataclass(frozen=True, slots=True)
class Answer:
    """What the service answered: the status, the JSON (None if there is none), and the headers."""

    status: int
    document: Any
    headers: Mapping[str, str]

    @property
    def credential(self) -> Document:
        """The credential that was issued."""
        assert self.status == 201, self.document
        issued: Document = self.document["verifiableCredential"]
        return issued


@dataclass(frozen=True, slots=True)
class GenericIssuer:
    """An issuer, and a client that has its token."""

    service: "Service"
    did: str
    token: str

    def issue(self, credential: object, **options: object) -> Answer:
        """Have a credential signed, as it stands."""
        body = {"credential": credential, "options": options}
        return self.service.post("/credentials/issue", body, token=self.token)


@dataclass(frozen=True, slots=True)
class Service:
    """A running service, and a client that has no token."""

    shell: Shell
    base_url: str
    trusted: ssl.SSLContext
    _seeds: Iterator[str] = field(default_factory=_seeds)

    def issuer(self, *options: str, seed: str | None = None) -> GenericIssuer:
        """Make a generic issuer; `options` are further ones of `insignia issuer create`.

        Without a `seed`, in hexadecimal digits, it is one that no other issuer has.
        """
        path = self.shell.data / "seed"
        path.touch(mode=0o600)
        path.write_text(seed or next(self._seeds))
        made = self.shell.json(
            *("issuer", "create", "--profile", "generic", "--seed-file", str(path)), *options
        )
        path.unlink()
        token = self.shell.json(
            *("token", "create", "--name", "a suite", "--scope", "issue", "--issuer", made["did"])
        )
        return GenericIssuer(self, made["did"], token["token"])

    def verify(self, credential: object, **options: object) -> Answer:
        """Verify a credential."""
        return self.post(
            "/credentials/verify", {"verifiableCredential": credential, "options": options}
        )

    def verify_presentation(self, presentation: object, **options: object) -> Answer:
        """Verify a presentation."""
        return self.post(
            "/presentations/verify", {"verifiablePresentation": presentation, "options": options}
        )

    def publish_status(self) -> None:
        """Publish the status lists now, which the service does by itself every half minute."""
        self.shell.does("status", "publish")

    def get(self, url: str) -> Answer:
        """Read an address of this service's."""
        assert url.startswith(f"{self.base_url}/"), url
        return self._ask("GET", url)

    def post(self, path: str, body: object, *, token: str | None = None) -> Answer:
        """Send JSON to a door."""
        headers = {"Content-Type": "application/json"}
        if token is not None:
            headers["Authorization"] = f"Bearer {token}"
        return self._ask("POST", f"{self.base_url}{path}", json.dumps(body).encode(), headers)

    def _ask(
        self,
        method: str,
        url: str,
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        asked = urlsplit(url)
        connection = HTTPSConnection(
            HOST, asked.port, context=self.trusted, timeout=SECONDS_TO_ANSWER
        )
        with closing(connection):
            connection.request(
                method, asked.path, body, headers={"Accept": ACCEPT, **(headers or {})}
            )
            with connection.getresponse() as response:
                return _read(response.status, dict(response.getheaders()), response.read())


@contextmanager
def serving(folder: Path) -> Iterator[Service]:
    """Serve a new installation at an https address as long as the block runs."""
    authority = trustme.CA()
    trusted = ssl.create_default_context()
    authority.configure_trust(trusted)
    with tls_proxy(authority, name=HOST) as proxy:
        base_url = f"https://{HOST}:{proxy.port}"
        shell = installed(folder, BASE_URL=base_url, TRUSTED_PROXIES="1", **RATES)
        proxy.asked_port = port_of(shell)
        log = folder / "log"
        with begin(shell, log) as process:
            try:
                until = monotonic() + SECONDS_TO_START
                while not answers("127.0.0.1", proxy.asked_port):
                    if process.poll() is not None or monotonic() > until:
                        raise RuntimeError(f"`insignia serve` did not start: {log.read_text()}")
                    sleep(0.05)
                yield Service(shell, base_url, trusted)
            finally:
                process.terminate()
                process.wait(SECONDS_TO_END)


def _read(status: int, headers: Mapping[str, str], body: bytes) -> Answer:
    media_type = headers.get("Content-Type", "").partition(";")[0]
    is_json = media_type == "application/vc" or media_type.endswith("json")
    return Answer(status, parse_json(body.decode()) if is_json else None, headers)
