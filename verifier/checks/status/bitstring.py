"""BitstringStatusListEntry: a few bits of a list that the issuer signed.

https://www.w3.org/TR/vc-bitstring-status-list/. The list is had and proven in `signed_list`.
"""

from typing import Final

from openbadges import status_list
from openbadges.models.status import StatusListEntry
from openbadges.strict import Document
from verifier.checks.status.meaning import finding_of
from verifier.checks.status.signed_list import ListForm, read_bits
from verifier.report import Finding
from verifier.world import World

_FORM: Final = ListForm("BitstringStatusListCredential", "BitstringStatusList", multibase=True)


def read(entry: Document, verified: Document, world: World) -> Finding:
    """Look up one entry; any of its bits that is set counts as set.

    Raises:
        MalformedError: the entry is broken (DATA_MODEL, RANGE), or the list as `read_bits`.
        UnavailableError: a status of too many bits (UNSUPPORTED_STATUS), or as `read_bits`.

    Spec: vc-bitstring-status-list#validate-algorithm
    """
    position = StatusListEntry.parse(entry, "credentialStatus")
    size = status_list.checked_size(position.size)  # before anything is asked for
    bits = read_bits(
        position.status_list_credential,
        purpose=position.status_purpose,
        form=_FORM,
        verified=verified,
        world=world,
    )
    status = status_list.read_status(bits, position.status_list_index, size=size)
    return finding_of(position.status_purpose, status, message=position.messages.get(status))
