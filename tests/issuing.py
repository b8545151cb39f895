"""What issuing stands on in tests: a keystore, a small catalogue, and a house that awards.

The catalogue has a badge class to award freely (in English and Spanish), one that asks for
evidence, one whose awards end after some months, and a draft.
"""

import warnings
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import pytest

from badge_classes.catalogue import Catalogue
from badge_classes.loader import load_catalogue, lock
from issuer.award import Award, Evidence, parse_recipient
from issuer.issuance import Issuance, Issued
from issuer.issuers import Issuer
from issuer.new_issuer import NewIssuer, create_issuer
from issuer.publication import PublishedDocuments
from issuer.revocation import revoke
from issuer.status import publish_due
from issuer.tables import DidMethod
from keys import Keystore, Passphrase
from keys.encryption import InsecureCost, InsecureCostWarning
from storage import Database
from tests.catalogues import DEFINITION, SPANISH, small_definition, write_version
from verifier import Report, Verifier

NOW: Final = datetime(2026, 3, 1, 12, tzinfo=UTC)
ON_SQLITE: Final = pytest.mark.parametrize("server", ["sqlite"], indirect=True)
"""For tests of what is written and signed, which no other database could change."""

EVIDENCE: Final = Evidence("https://meta.wikimedia.org/wiki/Special:Diff/1", "Ten edits.")
SMALL_SPANISH: Final = (
    "name: Amiga de la wiki\ndescription: Ayudó.\ncriteria: Ayudar.\ncaption: Dos manos\n"
)


def write_catalogue(folder: Path) -> Path:
    """Write and lock the small catalogue, and put a draft beside it."""
    small = small_definition()
    write_version(folder, "wiki-friend/v1", definition=small, translations={"es": SMALL_SPANISH})
    write_version(folder, "first-edits/v1", definition=DEFINITION, translations={"es": SPANISH})
    brief = small_definition(name="Brief", validity="{months: 1}")
    write_version(folder, "brief/v1", definition=brief)
    lock(folder)
    write_version(folder, "draft/v1", definition=small_definition(name="Draft"))
    return folder


def award_of(catalogue: Catalogue, reference: str = "wiki-friend", **changes: Any) -> Award:  # noqa: ANN401 -- the fields of Award
    """Give an award that is permitted, with members changed."""
    badge_class = catalogue.find(reference)
    award = Award(
        badge_class=badge_class,
        recipient=parse_recipient("learner@example.org"),
        language=badge_class.language,
        valid_from=NOW,
    )
    return replace(award, **changes)


@dataclass(frozen=True, slots=True)
class House:
    """One issuer with all that it needs, and the few things that tests do with it."""

    issuer: Issuer
    database: Database
    keystore: Keystore
    catalogue: Catalogue

    @property
    def cycle(self) -> Issuance:
        """The nine steps for this issuer."""
        return Issuance(self.issuer, self.database, self.keystore)

    def issue(
        self,
        reference: str = "wiki-friend",
        *,
        now: datetime = NOW,
        **changes: Any,  # noqa: ANN401 -- the fields of Award
    ) -> tuple[Issued, ...]:
        """Award and return what was released, the plain edition first."""
        return self.cycle.issue(award_of(self.catalogue, reference, **changes), now=now)

    def verify(self, presented: bytes, *, now: datetime = NOW) -> Report:
        """Verify with what is published here, and nothing else."""
        return Verifier(PublishedDocuments(self.database)).verify(presented, now=now)

    def revoke(self, reference: str, *, reason: str = "a mistake", now: datetime = NOW) -> None:
        """Record a revocation; it is not public yet."""
        self.database.transact(lambda session: revoke(session, reference, reason=reason, now=now))

    def publish(self, *, now: datetime = NOW) -> int:
        """Publish what is due."""
        return self.database.transact(
            lambda session: publish_due(session, self.issuer, self.keystore, now)
        )

    def published(self, url: str) -> bytes:
        """Give the bytes that a URL answers with."""
        return PublishedDocuments(self.database).fetch(url, maximum_bytes=1_000_000)


def make_cheap_keystore(folder: Path, passphrase: str) -> Keystore:
    """Make a keystore whose passphrase is stretched too little, which saves a tenth of a second."""
    with warnings.catch_warnings(action="ignore", category=InsecureCostWarning):
        return Keystore.create(folder, Passphrase(passphrase), cost=InsecureCost(2))


@pytest.fixture
def cheap_keystore(tmp_path: Path) -> Keystore:
    """A real keystore for one test."""
    return make_cheap_keystore(tmp_path / "keys", "for tests only")


@pytest.fixture(scope="session")
def catalogue_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the small catalogue; read it only."""
    return write_catalogue(tmp_path_factory.mktemp("catalogue"))


@pytest.fixture(scope="session")
def catalogue(catalogue_folder: Path) -> Catalogue:
    """The small catalogue."""
    return load_catalogue(catalogue_folder)


@pytest.fixture
def make_house(
    database: Database, cheap_keystore: Keystore, catalogue: Catalogue
) -> Callable[..., House]:
    """Make a house; it is a did:web issuer unless told otherwise."""

    def make(method: DidMethod = DidMethod.WEB, **changes: Any) -> House:  # noqa: ANN401 -- the fields of NewIssuer
        base_url = "https://badges.example" if method is DidMethod.WEB else "http://localhost:8000"
        new = replace(NewIssuer(method=method, base_url=base_url, name="Example"), **changes)
        issuer = create_issuer(new, database=database, keystore=cheap_keystore, now=NOW)
        return House(issuer, database, cheap_keystore, catalogue)

    return make


@pytest.fixture
def house(make_house: Callable[..., House]) -> House:
    """A did:web issuer at https://badges.example."""
    return make_house()
