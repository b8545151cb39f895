"""What was found, in a reader's words: four plain lines, and a sentence for the verdict.

The findings themselves are told below them, in English, with their codes.
"""

from collections.abc import Mapping
from typing import Final, NamedTuple

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from openbadges.errors import Code
from verifier import Outcome, PresentationReport, Report, Verdict
from verifier.summary import Line, LineKind, summarise

VERDICTS: Final[Mapping[Verdict, LazyString]] = {
    Verdict.VERIFIED: _l("This credential is genuine and valid."),
    Verdict.REJECTED: _l("This credential is not valid."),
    Verdict.INCONCLUSIVE: _l("This could not be decided."),
}
PRESENTATIONS: Final[Mapping[Verdict, LazyString]] = {
    Verdict.VERIFIED: _l("This presentation is genuine, and each credential in it is valid."),
    Verdict.REJECTED: _l("This presentation, or a credential in it, is not valid."),
    Verdict.INCONCLUSIVE: VERDICTS[Verdict.INCONCLUSIVE],
}
TITLES: Final[Mapping[LineKind, LazyString]] = {
    LineKind.SIGNATURE: _l("Signature"),
    LineKind.STATUS: _l("Status"),
    LineKind.DATES: _l("Dates"),
    LineKind.ISSUER: _l("Issuer"),
    LineKind.RECIPIENT: _l("Recipient"),
}
_BY_OUTCOME: Final[Mapping[tuple[LineKind, Outcome], LazyString]] = {
    (LineKind.SIGNATURE, Outcome.PASSED): _l(
        "Signed by the issuer that it names, and unchanged since."
    ),
    (LineKind.SIGNATURE, Outcome.FAILED): _l(
        "It was changed, or was not signed by the issuer that it names."
    ),
    (LineKind.SIGNATURE, Outcome.UNKNOWN): _l("The signature could not be checked."),
    (LineKind.STATUS, Outcome.PASSED): _l("The issuer has not revoked it."),
    (LineKind.STATUS, Outcome.FAILED): _l("The issuer does not stand by it any more."),
    (LineKind.STATUS, Outcome.UNKNOWN): _l(
        "Whether the issuer has revoked it could not be found out."
    ),
    (LineKind.DATES, Outcome.PASSED): _l("It is valid today."),
    (LineKind.DATES, Outcome.FAILED): _l("It is not valid today."),
    (LineKind.DATES, Outcome.UNKNOWN): _l("Whether it is valid today could not be decided."),
    (LineKind.ISSUER, Outcome.PASSED): _l("The issuer is known here."),
    (LineKind.ISSUER, Outcome.FAILED): _l("The issuer could not be told."),
    (LineKind.ISSUER, Outcome.UNKNOWN): _l(
        "The issuer is not on the list kept here. That is no fault of the credential: judge for"
        " yourself whether you trust it."
    ),
    (LineKind.RECIPIENT, Outcome.PASSED): _l("It was given to the person you named."),
    (LineKind.RECIPIENT, Outcome.FAILED): _l("It was not given to the person you named."),
    (LineKind.RECIPIENT, Outcome.UNKNOWN): _l("For whom it is could not be decided."),
}
# Where the code says more than the outcome.
_BY_CODE: Final[Mapping[Code, LazyString]] = {
    Code.REVOKED: _l("The issuer has revoked it."),
    Code.SUSPENDED: _l("The issuer has suspended it for now."),
    Code.EXPIRED: _l("It has expired."),
    Code.NOT_YET_VALID: _l("It is not valid yet."),
    Code.UNSIGNED: _l("It is not signed at all."),
    Code.NO_CREDENTIAL: _l("There is no credential in it."),
    Code.OPEN_BADGES_2: _l("This is an Open Badges 2.0 badge, an older kind that is not read."),
    Code.CONTEXT_UNKNOWN: _l("It uses a vocabulary that is not known here."),
    Code.UNSUPPORTED_SUITE: _l("It is signed in a way that is not read here."),
    Code.NOT_IN_ISSUER_LOG: _l("The issuer's own records do not know it: it was not issued there."),
}


# What passed, and yet is less than it sounds.
_PASSED: Final[Mapping[tuple[LineKind, Code], LazyString]] = {
    (LineKind.STATUS, Code.NO_STATUS): _l(
        "The issuer keeps no status for it, so it would not say if it were revoked."
    ),
    (LineKind.STATUS, Code.NOT_DISCLOSED): _l(
        "No status was shown. Whoever shows it may have left it out."
    ),
    (LineKind.DATES, Code.NOT_DISCLOSED): _l(
        "No end date was shown. Whoever shows it may have left it out."
    ),
}


class PlainLine(NamedTuple):
    """One line of the summary, ready to be shown."""

    kind: str
    title: LazyString
    outcome: Outcome
    sentence: LazyString


def plain_lines(report: Report) -> tuple[PlainLine, ...]:
    """Tell signature, status, dates and issuer, each in a sentence."""
    return tuple(_plain(line) for line in summarise(report))


def verdict_sentence(report: Report | PresentationReport) -> LazyString:
    """Tell the verdict in a sentence."""
    words = PRESENTATIONS if isinstance(report, PresentationReport) else VERDICTS
    return words[report.verdict]


def _plain(line: Line) -> PlainLine:
    if line.outcome is Outcome.PASSED:
        sentence = _PASSED.get((line.kind, line.code))
    else:
        sentence = _BY_CODE.get(line.code)
    if sentence is None:
        sentence = _BY_OUTCOME[line.kind, line.outcome]
    if line.code is Code.DEPENDS_ON_PROOF:
        sentence = _l("This cannot be said as long as the signature is not proven.")
    return PlainLine(line.kind.value, TITLES[line.kind], line.outcome, sentence)
