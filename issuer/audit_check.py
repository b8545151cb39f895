"""The check of the audit log as a whole: its chain, its signed heads, and what is stored."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Final

from sqlalchemy.orm import Session

from issuer.audit import head_position
from issuer.audit_chain import Trouble, chain_trouble, head_trouble
from issuer.audit_head import AuditHead
from issuer.audit_rows import entry_troubles, key_troubles, row_troubles
from keys import KeyRecord
from openbadges.errors import ExplainedError

MAXIMUM_TROUBLES: Final = 100  # that are told; after so many nobody reads on


@dataclass(frozen=True, slots=True)
class LogReport:
    """The end of the log, and what is wrong with it; there is more where `is_cut`."""

    sequence: int
    sha256: str
    troubles: tuple[Trouble, ...]
    is_cut: bool


def check_log(
    session: Session,
    *,
    heads: Mapping[str, AuditHead | ExplainedError],
    keys: Sequence[KeyRecord],
) -> LogReport:
    """Check the whole log; `keys` are as the keystore has them.

    `heads` are by where each was found; one that could not be proven is a trouble of its own.
    """
    end = head_position(session)
    found = tuple(islice(_troubles(session, heads, keys), MAXIMUM_TROUBLES + 1))
    is_cut = len(found) > MAXIMUM_TROUBLES
    return LogReport(end.sequence, end.sha256, found[:MAXIMUM_TROUBLES], is_cut)


def _troubles(
    session: Session,
    heads: Mapping[str, AuditHead | ExplainedError],
    keys: Sequence[KeyRecord],
) -> Iterator[Trouble]:
    of_chain = chain_trouble(session)
    if of_chain is not None:
        yield of_chain
    for where, head in heads.items():
        if isinstance(head, ExplainedError):
            yield Trouble(f"{where} cannot be proven: {head}")
            continue
        of_head = head_trouble(session, where, head)
        if of_head is not None:
            yield of_head
    yield from row_troubles(session)
    yield from entry_troubles(session)
    yield from key_troubles(session, keys)
