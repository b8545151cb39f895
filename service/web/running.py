"""What the doors work with while the service runs: the installation, the clock, the world."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from flask import current_app

from issuer.issuance_log import DatabaseIssuanceLog
from service.installation import Installation
from service.public_view import local_trust
from verifier import DocumentSource, Policy, Verifier
from verifier.policy import DEFAULT_POLICY
from verifier.ports import Fetched, ListMemory

EXTENSION = "insignia"


@dataclass(frozen=True, slots=True)
class Running:
    """One installation, open for as long as its process lives.

    `source` is the world's documents, our own published ones first; `own` are those alone. `lists`
    remembers how young status lists were.
    """

    installation: Installation
    clock: Callable[[], datetime]
    source: DocumentSource
    own: DocumentSource
    fetch_presented: Callable[[str], Fetched]
    lists: ListMemory

    @property
    def base_url(self) -> str:
        """The public address, without a slash at its end."""
        return self.installation.base_url

    @property
    def path(self) -> str:
        """Where below its host the service is: "" or a path such as /badges."""
        return urlsplit(self.base_url).path

    @property
    def is_https(self) -> bool:
        """Whether browsers come by https."""
        return self.base_url.startswith("https://")

    def verifier(self, policy: Policy = DEFAULT_POLICY) -> Verifier:
        """Return a verifier of credentials from anyone."""
        return Verifier(
            self.source,
            policy=policy,
            trust=local_trust(self.installation.settings),
            issuance_log=DatabaseIssuanceLog(self.installation.database),
            lists=self.lists,
        )

    def own_verifier(self) -> Verifier:
        """Return a verifier of our own credentials, which never asks the network."""
        return Verifier(
            self.own,
            trust=local_trust(self.installation.settings),
            issuance_log=DatabaseIssuanceLog(self.installation.database),
        )


def running() -> Running:
    """Return what this service runs on."""
    found: Running = current_app.extensions[EXTENSION]
    return found


def now() -> datetime:
    """Read the clock of this service."""
    return running().clock()
