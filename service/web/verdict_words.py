"""What was found, in a reader's words: four plain lines, and a sentence for the verdict.

The findings themselves are told below them, each with its reason (`reasons`).
"""

from collections.abc import Mapping
from typing import Final, NamedTuple

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from openbadges.errors import Code
from service.web.reasons import BY_CODE, CHECKS, PASSED, PASSED_BUT
from verifier import Check, Outcome, PresentationReport, Report, Verdict
from verifier.policy import DEFAULT_POLICY
from verifier.summary import Line, LineKind, summarise

VERDICTS: Final[Mapping[Verdict, LazyString]] = {
    Verdict.VERIFIED: _l("This credential is genuine and valid."),
    Verdict.REJECTED: _l("This credential is not valid."),
    Verdict.INCONCLUSIVE: _l("This could not be decided."),
}
# A stranger may call themselves what they like: that nobody knows them is said in the same breath.
OF_A_STRANGER: Final = _l(
    "This credential is genuine and valid. Its issuer is not known here: judge whose word it is."
)
NOT_THEIRS: Final = _l(
    "This credential is genuine and valid, but it was not given to the person you named."
)
NOTHING_FOUND: Final = _l("No badge was found in what you gave.")
PRESENTATIONS: Final[Mapping[Verdict, LazyString]] = {
    Verdict.VERIFIED: _l("This presentation is genuine, and each credential in it is valid."),
    Verdict.REJECTED: _l("This presentation, or a credential in it, is not valid."),
    Verdict.INCONCLUSIVE: VERDICTS[Verdict.INCONCLUSIVE],
}
NOTHING_PRESENTED: Final = _l("This presentation is genuine, but there is no credential in it.")
_CHECK_OF: Final[Mapping[LineKind, Check]] = {
    LineKind.SIGNATURE: Check.PROOF,
    LineKind.STATUS: Check.STATUS,
    LineKind.DATES: Check.VALIDITY,
    LineKind.ISSUER: Check.TRUST,
    LineKind.RECIPIENT: Check.RECIPIENT,
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
    (LineKind.DATES, Outcome.PASSED): PASSED[Check.VALIDITY],
    (LineKind.DATES, Outcome.FAILED): _l("It is not valid today."),
    (LineKind.DATES, Outcome.UNKNOWN): _l("Whether it is valid today could not be decided."),
    (LineKind.ISSUER, Outcome.PASSED): PASSED[Check.TRUST],
    (LineKind.ISSUER, Outcome.FAILED): _l("The issuer could not be told."),
    (LineKind.ISSUER, Outcome.UNKNOWN): BY_CODE[Code.ISSUER_UNKNOWN],
    (LineKind.RECIPIENT, Outcome.PASSED): PASSED[Check.RECIPIENT],
    (LineKind.RECIPIENT, Outcome.FAILED): BY_CODE[Code.RECIPIENT_MISMATCH],
    (LineKind.RECIPIENT, Outcome.UNKNOWN): _l("For whom it is could not be decided."),
}
# Where the code says more than the outcome, and in a word that stands alone.
_TOLD_BY_CODE: Final = frozenset(
    {
        Code.REVOKED,
        Code.SUSPENDED,
        Code.EXPIRED,
        Code.NOT_YET_VALID,
        Code.UNSIGNED,
        Code.NO_CREDENTIAL,
        Code.OPEN_BADGES_2,
        Code.CONTEXT_UNKNOWN,
        Code.UNSUPPORTED_SUITE,
        Code.NOT_IN_ISSUER_LOG,
        Code.DEPENDS_ON_PROOF,
    }
)


class PlainLine(NamedTuple):
    """One line of the summary, ready to be shown."""

    kind: str
    title: LazyString
    outcome: Outcome
    sentence: LazyString


def plain_lines(report: Report) -> tuple[PlainLine, ...]:
    """Tell signature, status, dates and issuer, each in a sentence; of nothing there is no line."""
    if is_nothing(report):
        return ()
    return tuple(_plain(line) for line in summarise(report))


def verdict_sentence(report: Report | PresentationReport) -> LazyString:
    """Tell the verdict in a sentence."""
    if isinstance(report, Report):
        return _of_credential(report)
    if report.verdict is Verdict.VERIFIED and not report.credentials:
        return NOTHING_PRESENTED
    return PRESENTATIONS[report.verdict]


def is_nothing(report: Report) -> bool:
    """Tell whether there was no credential at all, of which nothing can be said."""
    failed = [one for one in report.findings if one.outcome is not Outcome.PASSED]
    return {(one.check, one.code) for one in failed} == {(Check.UNWRAP, Code.NO_CREDENTIAL)}


def _of_credential(report: Report) -> LazyString:
    if is_nothing(report):
        return NOTHING_FOUND
    rest = [one for one in report.findings if one.check is not Check.RECIPIENT]
    holds = DEFAULT_POLICY.verdict(rest) is Verdict.VERIFIED
    if report.verdict is Verdict.REJECTED and holds:
        return NOT_THEIRS
    is_unknown = Code.ISSUER_UNKNOWN in {one.code for one in report.of(Check.TRUST)}
    is_strangers = report.verdict is Verdict.VERIFIED and is_unknown
    return OF_A_STRANGER if is_strangers else VERDICTS[report.verdict]


def _plain(line: Line) -> PlainLine:
    check = _CHECK_OF[line.kind]
    sentence = _BY_OUTCOME[line.kind, line.outcome]
    if line.outcome is Outcome.PASSED:
        sentence = PASSED_BUT.get((check, line.code), sentence)
    elif line.code in _TOLD_BY_CODE:
        sentence = BY_CODE[line.code]
    return PlainLine(line.kind.value, CHECKS[check], line.outcome, sentence)
