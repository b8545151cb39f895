"""StatusList2021Entry: one bit of a list in the form of the draft before Bitstring Status List.

https://www.w3.org/TR/2023/WD-vc-status-list-20230427/. It differs in names, in an `encodedList`
without multibase, and in having neither sizes nor messages. Its lists are credentials of VCDM 1.1
as a rule.
"""

from typing import Final

from openbadges import status_list
from openbadges.models.status import StatusList2021Entry
from openbadges.strict import Document
from verifier.checks.status.meaning import finding_of
from verifier.checks.status.signed_list import ListForm, read_bits
from verifier.report import Finding
from verifier.world import World

_FORM: Final = ListForm("StatusList2021Credential", "StatusList2021", multibase=False)


def read(entry: Document, verified: Document, world: World) -> Finding:
    """Look up one entry.

    Raises:
        MalformedError: the entry is broken (DATA_MODEL, RANGE), or the list as `read_bits`.
        UnavailableError: as `read_bits`.

    Spec: vc-status-list-2021#validate-algorithm
    """
    position = StatusList2021Entry.parse(entry, "credentialStatus")
    bits = read_bits(
        position.status_list_credential,
        purpose=position.status_purpose,
        form=_FORM,
        verified=verified,
        world=world,
    )
    status = status_list.read_status(bits, position.status_list_index)
    return finding_of(position.status_purpose, status)
