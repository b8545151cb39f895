"""Every entry of `credentialStatus`, each read by its kind; the kinds are one table."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Final

from openbadges.errors import Code, ExplainedError, MalformedError, UnsupportedError
from openbadges.models.status import STATUS_LIST_2021_ENTRY, STATUS_LIST_ENTRY
from openbadges.strict import Document, describe
from verifier.checks.members import strings
from verifier.checks.status import bitstring, revocation_list, status_list_2021
from verifier.report import Check, Finding
from verifier.world import World

MAXIMUM_ENTRIES = 4  # status entries of one credential, a list and its proof each (E15)


@dataclass(frozen=True, slots=True)
class Kind:
    """How entries of one type are read: `read(entry, verified document, world)`."""

    read: Callable[[Document, Document, World], Finding]
    specification: str


KINDS: Final[Mapping[str, Kind]] = {
    STATUS_LIST_ENTRY: Kind(
        bitstring.read, "https://www.w3.org/TR/vc-bitstring-status-list/#validate-algorithm"
    ),
    STATUS_LIST_2021_ENTRY: Kind(
        status_list_2021.read,
        "https://www.w3.org/TR/2023/WD-vc-status-list-20230427/#validate-algorithm",
    ),
    revocation_list.ENTRY_TYPE: Kind(
        revocation_list.read, "https://www.imsglobal.org/spec/vcrl/v1p0/"
    ),
}


def check_status(
    verified: Document, world: World, *, is_selective: bool = False
) -> tuple[Finding, ...]:
    """Look up every status entry, whatever their order (A25).

    Of a document that `is_selective` whoever shows it may have left them out.

    Spec: vc-bitstring-status-list#validate-algorithm
    """
    declared = verified.get("credentialStatus", [])
    entries = declared if isinstance(declared, list) else [declared]
    if not entries:
        return (_none(is_selective=is_selective),)
    if len(entries) > MAXIMUM_ENTRIES:
        sentence = f"{len(entries)} status entries, more than the {MAXIMUM_ENTRIES} that are read"
        return (Finding.failed(Check.STATUS, Code.DATA_MODEL, sentence),)
    if world.nested:
        return (_not_followed(),)
    return tuple(_check_entry(entry, verified, world) for entry in entries)


def _none(*, is_selective: bool) -> Finding:
    if is_selective:
        sentence = "no status of it was shown, and whoever shows it may have left one out"
        return Finding.passed(Check.STATUS, sentence, code=Code.NOT_DISCLOSED)
    sentence = "the issuer keeps no status for it"
    return Finding.passed(Check.STATUS, sentence, code=Code.NO_STATUS)


def _not_followed() -> Finding:
    return Finding.unknown(
        Check.STATUS, Code.UNSUPPORTED_STATUS, "the status of an embedded credential is not read"
    )


def _check_entry(entry: object, verified: Document, world: World) -> Finding:
    try:
        if not isinstance(entry, dict):
            raise MalformedError(
                "credentialStatus must be an object that says where the status is;"
                f" found {describe(entry)}",
                code=Code.DATA_MODEL,
            )
        kind = _kind_of(entry)
    except ExplainedError as error:
        return Finding.of(Check.STATUS, error)
    try:
        finding = kind.read(entry, verified, world)
    except ExplainedError as error:
        finding = Finding.of(Check.STATUS, error)
    return replace(finding, specification=kind.specification)


def _kind_of(entry: Document) -> Kind:
    """Return how an entry is read; the order of its types says nothing.

    Raises:
        UnsupportedError: no type of it is one of `KINDS`.
        MalformedError: several are (AMBIGUOUS): one list may be silent where another speaks.
    """
    named = {name for name in strings(entry.get("type")) if name in KINDS}
    if not named:
        raise UnsupportedError(
            f"the status type {entry.get('type')!r:.80} is not one that is read here",
            code=Code.UNSUPPORTED_STATUS,
        )
    if len(named) > 1:
        raise MalformedError(
            f"a status entry must be of one kind; found {' and '.join(sorted(named))}",
            code=Code.AMBIGUOUS,
        )
    return KINDS[named.pop()]
