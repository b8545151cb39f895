"""What a status means for the credential, by the purpose of its list.

Revocation and suspension reject; a message and the news of a refreshed credential are told; what
another purpose means only its issuer knows.
"""

from collections.abc import Callable, Mapping
from typing import Final

from openbadges.errors import Code
from verifier.report import Check, Finding

MAXIMUM_TOLD_CHARACTERS = 200  # of a text that an issuer chose, in a sentence of ours


def quoted(text: str) -> str:
    """Give a text that we do not vouch for: short, in quotation marks, without control characters.

    What would not print, such as a mark that turns the writing around, is written as its code.
    """
    cut = text if len(text) <= MAXIMUM_TOLD_CHARACTERS else text[:MAXIMUM_TOLD_CHARACTERS] + "…"
    return repr(cut)


def finding_of(purpose: str, status: int, *, message: str | None = None) -> Finding:
    """Say what a status found in a list means; `message` is the issuer's own word for it.

    Spec: vc-bitstring-status-list#bitstringstatuslistentry
    """
    word = "" if message is None else f"; the issuer calls this {quoted(message)}"
    return _MEANINGS.get(purpose, _of_another_purpose)(purpose, status, word)


def _of_revocation(_: str, status: int, word: str) -> Finding:
    if status:
        return Finding.failed(Check.STATUS, Code.REVOKED, f"the issuer has revoked it{word}")
    return Finding.passed(Check.STATUS, f"the issuer has not revoked it{word}")


def _of_suspension(_: str, status: int, word: str) -> Finding:
    if status:
        return Finding.failed(Check.STATUS, Code.SUSPENDED, f"the issuer has suspended it{word}")
    return Finding.passed(Check.STATUS, f"the issuer has not suspended it{word}")


def _of_refresh(_: str, status: int, word: str) -> Finding:
    if status:
        return Finding.passed(
            Check.STATUS,
            f"the issuer has a newer version of it (its refresh status is set){word}",
        )
    return Finding.passed(Check.STATUS, f"the issuer has announced no newer version of it{word}")


def _of_message(_: str, status: int, word: str) -> Finding:
    # The words for a status of one bit that has no others are the standard's own.
    word = word or f"; it is {'set' if status else 'unset'}"
    return Finding.passed(
        Check.STATUS, f"the issuer's message about it is status {status:#x}{word}"
    )


def _of_another_purpose(purpose: str, status: int, word: str) -> Finding:
    if status:
        return Finding.unknown(
            Check.STATUS,
            Code.UNSUPPORTED_STATUS,
            f"the issuer has set its {quoted(purpose)} status, and what that means is not known"
            f" here{word}",
        )
    return Finding.passed(
        Check.STATUS, f"the issuer has not set its {quoted(purpose)} status{word}"
    )


_MEANINGS: Final[Mapping[str, Callable[[str, int, str], Finding]]] = {
    "revocation": _of_revocation,
    "suspension": _of_suspension,
    "refresh": _of_refresh,
    "message": _of_message,
}
