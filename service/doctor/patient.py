"""What the doctor looks at: one installation, opened as far as a check needs it."""

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from pathlib import Path

from issuer.issuers import Issuer, list_issuers
from issuer.new_issuer import is_public
from service.installation import Installation
from service.settings import Settings
from verifier import DocumentSource


@dataclass(frozen=True)
class Patient:
    """The settings of this start and what they lead to; `world` is None where nobody is asked."""

    settings: Settings
    now: datetime
    world: DocumentSource | None

    @cached_property
    def installation(self) -> Installation:
        """The installation in the data folder.

        Raises:
            MissingError, ConflictError, MalformedError, RefusedError: as `Installation.open`.
        """
        return Installation.open(self.settings)

    @cached_property
    def issuers(self) -> tuple[Issuer, ...]:
        """Every issuer of the database.

        Raises:
            RefusedError, UnavailableError: as `Installation.database`.
        """
        with self.installation.database.read() as session:
            return list_issuers(session)

    @property
    def data(self) -> Path:
        """The data folder."""
        return self.settings.data

    @property
    def is_public(self) -> bool:
        """Whether it is at a public address, and not on trial."""
        return is_public(self.installation.base_url)

    def close(self) -> None:
        """Give back what was opened."""
        if "installation" in self.__dict__:
            self.installation.close()
