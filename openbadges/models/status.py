"""The entries of `credentialStatus`: where to ask whether a credential still stands.

An entry of a kind that we do not know is kept as it is, so that a check can say "unknown" of it
and skip none. The lists themselves are in `openbadges.status_list`.

Spec: vc-bitstring-status-list#bitstringstatuslistentry
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from openbadges.errors import Code, MalformedError
from openbadges.models.model import Members, Model, join
from openbadges.models.readers import StatusIndex, Uri
from openbadges.status_list import MAXIMUM_STATUS_SIZE

STATUS_LIST_ENTRY: Final = "BitstringStatusListEntry"
STATUS_LIST_2021_ENTRY: Final = "StatusList2021Entry"

# Two digits hold the largest status that we read; a few zeros before it say nothing else.
_HEXADECIMAL: Final = re.compile(r"0x[0-9A-Fa-f]{1,8}", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusMessage(Model):
    """What the issuer calls one value of a status, in words for developers.

    Spec: vc-bitstring-status-list#bitstringstatuslistentry
    """

    status: str
    message: str

    @property
    def value(self) -> int:
        """The status as a number; the document writes it in hexadecimal, after `0x`."""
        return int(self.status, 16)

    def check(self, path: str) -> None:
        """Refuse a status that is not written in hexadecimal."""
        if not _HEXADECIMAL.fullmatch(self.status):
            raise MalformedError(
                f"{join(path, 'status')}: expected hexadecimal digits after 0x,"
                f" found {self.status!r:.40}",
                code=Code.DATA_MODEL,
            )


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
    status_message: tuple[StatusMessage, ...]
    status_reference: tuple[Uri, ...]

    @property
    def size(self) -> int:
        """How many bits the status has: 1, unless the entry says more."""
        return 1 if self.status_size is None else self.status_size

    @property
    def messages(self) -> Mapping[int, str]:
        """What the issuer calls each value of the status; it is the whole list, or empty.

        A value is found by its `status` and not by its place: a proof of the graph does not cover
        the order of an array (A25).
        """
        return {each.value: each.message for each in self.status_message}

    def check(self, path: str) -> None:
        """Refuse a size below 1, and messages that are not one for each value of the status.

        A size above `MAXIMUM_STATUS_SIZE` is left to who reads the list: it may be honest.
        """
        if self.size < 1:
            raise MalformedError(
                f"{join(path, 'statusSize')} is {self.size}; it must be at least 1",
                code=Code.DATA_MODEL,
            )
        if self.size > MAXIMUM_STATUS_SIZE or (self.size == 1 and not self.status_message):
            return
        values = sorted(each.value for each in self.status_message)
        if values != list(range(2**self.size)):
            raise MalformedError(
                f"{join(path, 'statusMessage')}: expected one message for each of the"
                f" {2**self.size} values that statusSize {self.size} has,"
                f" found {len(values)} for {len(set(values))} of them",
                code=Code.DATA_MODEL,
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusList2021Entry(Model):
    """One position in a list of the draft before Bitstring Status List, which knows only bits.

    Spec: vc-status-list-2021#statuslist2021entry
    """

    needed_types = (frozenset({STATUS_LIST_2021_ENTRY}),)

    id: Uri | None
    type: tuple[str, ...]
    status_purpose: str
    status_list_index: StatusIndex
    status_list_credential: Uri


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
