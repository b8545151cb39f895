"""The entries of `credentialStatus`: where to ask whether a credential still stands.

An entry of a kind that we do not know is kept as it is, so that a check can say "unknown" of it
and skip none. The lists themselves are in `openbadges.status_list`.

Spec: vc-bitstring-status-list#bitstringstatuslistentry
"""

from dataclasses import dataclass

from openbadges.models.model import Members, Model
from openbadges.models.readers import StatusIndex, Uri
from openbadges.strict import Document

STATUS_LIST_ENTRY = "BitstringStatusListEntry"


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusListEntry(Model):
    """One position in a Bitstring Status List."""

    needed_types = (frozenset({STATUS_LIST_ENTRY}),)

    id: Uri | None
    type: tuple[str, ...]
    status_purpose: str
    status_list_index: StatusIndex
    status_list_credential: Uri
    status_size: int | None
    status_message: tuple[Document, ...]
    status_reference: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CredentialStatus(Model):
    """One entry of whatever kind, before a check reads it by its kind.

    A broken entry breaks the status check and not the reading of the credential, so that one
    report can tell everything: `StatusListEntry.parse(entry.document)` is left to that check.
    """

    id: Uri | None
    type: tuple[str, ...]

    @classmethod
    def members(cls) -> Members:
        """Give what is read here by any of our readers."""
        return StatusListEntry.members()
