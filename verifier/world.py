"""Everything outside the document that one verification depends on, in one frozen object."""

from dataclasses import dataclass, field, replace
from datetime import datetime

from verifier.ports import DocumentSource, IssuanceLog, ListMemory
from verifier.resolver import Resolver
from verifier.trust import TrustRegistry
from verifier.work import WITHOUT_END, WorkBudget


@dataclass(frozen=True, slots=True)
class World:
    """The moment, the documents, the keys and the registry of one verification."""

    now: datetime
    source: DocumentSource
    resolver: Resolver
    trust: TrustRegistry = field(default_factory=TrustRegistry)
    issuance_log: IssuanceLog | None = None
    lists: ListMemory | None = None
    expected_recipient: str | None = None
    work: WorkBudget = WITHOUT_END
    refreshes: bool = True  # whether the issuer's refresh service is asked
    nested: bool = False  # inside a status list or an endorsement nothing is followed further (F11)

    def __post_init__(self) -> None:
        """Refuse a clock without a zone.

        Raises:
            ValueError: `now` is naive.
        """
        if self.now.tzinfo is None:
            raise ValueError("`now` must have a zone")

    def inside(self) -> "World":
        """Return the world for a credential that stands in, or behind, another one."""
        return replace(self, nested=True, expected_recipient=None, issuance_log=None)
