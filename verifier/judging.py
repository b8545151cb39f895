"""One field for everything: what someone gives is found, recognised and judged.

A credential gets a `Report`, a presentation a `PresentationReport`. Nothing that anyone could give
raises; what cannot be found or read is a finding. How things are found is in `given`.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from openbadges.errors import Code, ExplainedError, MalformedError, MissingError, UnavailableError
from openbadges.jose.vp_jwt import says_presentation
from openbadges.models.model import values_of
from openbadges.models.presentation import (
    CREDENTIAL_TYPE,
    ENVELOPED_PRESENTATION_TYPE,
    PRESENTATION_TYPE,
    PRESENTATION_URL,
)
from openbadges.strict import parse_json_object
from verifier.given import Found, find
from verifier.ports import Fetched, LinkSource
from verifier.presentation import PresentationReport
from verifier.report import Check, Finding, Report
from verifier.sources import MAXIMUM_FETCHES_AT_ONCE, FetchBudget
from verifier.unwrap import MAXIMUM_PRESENTED_BYTES, stripped
from verifier.verifier import Verifier

MAXIMUM_AT_ONCE: Final = 100  # things given in one request (E15)
# After so long no further one of a list is begun: a list is not to hold a thread for minutes (E6).
MAXIMUM_SECONDS_AT_ONCE: Final = 20.0

_PRESENTATIONS: Final = frozenset({PRESENTATION_TYPE, ENVELOPED_PRESENTATION_TYPE})

AnyReport = Report | PresentationReport
Clock = Callable[[], float]


def judge(
    verifier: Verifier,
    given: bytes,
    links: LinkSource,
    *,
    now: datetime,
    expected_recipient: str | None = None,
) -> AnyReport:
    """Find what was given and judge it."""
    verifier, links = within_budget(verifier, links)
    return _judge(verifier, given, links, now=now, expected_recipient=expected_recipient)


def within_budget(verifier: Verifier, links: LinkSource) -> tuple[Verifier, LinkSource]:
    """Return both so that all that they ask for shares the budget of one request (E15)."""
    budget = FetchBudget(verifier.source, maximum_fetches=MAXIMUM_FETCHES_AT_ONCE)
    shared = _Shared(budget, links)
    return replace(verifier, source=shared), shared


def _judge(
    verifier: Verifier,
    given: bytes,
    links: LinkSource,
    *,
    now: datetime,
    expected_recipient: str | None,
) -> AnyReport:
    try:
        found = find(given, links)
    except ExplainedError as error:
        return not_found(verifier, error)
    return judge_found(verifier, found, now=now, expected_recipient=expected_recipient)


def judge_found(
    verifier: Verifier, found: Found, *, now: datetime, expected_recipient: str | None = None
) -> AnyReport:
    """Judge what was found, and tell first how it was found."""
    try:
        is_presentation = _is_presentation(found.data)
    except MalformedError as error:
        return not_found(verifier, error)
    verify = verifier.verify_presentation if is_presentation else verifier.verify
    report: AnyReport = verify(found.data, now=now, expected_recipient=expected_recipient)
    return replace(report, findings=(*found.steps, *report.findings))


def not_found(verifier: Verifier, error: ExplainedError) -> Report:
    """Return the report of what could not be found, read, or begun.

    An address at which nothing is shown is no fault of what may once have been there.
    """
    if isinstance(error, MissingError):
        error = UnavailableError(str(error), code=error.code)
    findings = (Finding.of(Check.UNWRAP, error),)
    return Report(verifier.policy.verdict(findings), findings)


def judge_each(  # noqa: PLR0913 -- as `judge`, and a clock for tests
    verifier: Verifier,
    given: Sequence[bytes],
    links: LinkSource,
    *,
    now: datetime,
    expected_recipient: str | None = None,
    clock: Clock = time.monotonic,
) -> tuple[AnyReport, ...]:
    """Judge each apart, in the order given; all share one budget of fetches and of time.

    Raises:
        MalformedError: there are more than are judged at once (TOO_LARGE).
    """
    if len(given) > MAXIMUM_AT_ONCE:
        raise MalformedError(
            f"{len(given)} were sent, more than the {MAXIMUM_AT_ONCE} that are judged at once",
            code=Code.TOO_LARGE,
        )
    verifier, links = within_budget(verifier, links)
    end = clock() + MAXIMUM_SECONDS_AT_ONCE
    reports: dict[bytes, AnyReport] = {}
    for one in given:
        if one not in reports:
            reports[one] = (
                _judge(verifier, one, links, now=now, expected_recipient=expected_recipient)
                if clock() < end
                else not_found(verifier, _too_late())
            )
    return tuple(reports[one] for one in given)


@dataclass(frozen=True, slots=True)
class _Shared:
    """Documents and links of one request, which are asked for within one budget (E15)."""

    documents: FetchBudget
    links: LinkSource

    def fetch(self, url: str, *, maximum_bytes: int) -> bytes:
        return self.documents.fetch(url, maximum_bytes=maximum_bytes)

    def fetch_presented(self, url: str, *, maximum_bytes: int) -> Fetched:
        return self.documents.follow(
            url, lambda: self.links.fetch_presented(url, maximum_bytes=maximum_bytes)
        )


def _is_presentation(data: bytes) -> bool:
    content = stripped(data)
    if not content.startswith(b"{"):
        return _is_presentation_in_text(content)
    try:
        document = parse_json_object(
            content, what="a credential", maximum_bytes=MAXIMUM_PRESENTED_BYTES
        )
    except MalformedError:
        return False  # the verifier says what is wrong with it
    kinds = [kind for kind in values_of(document.get("type")) if isinstance(kind, str)]
    if _PRESENTATIONS.isdisjoint(kinds):
        return False
    if CREDENTIAL_TYPE in kinds:
        raise MalformedError(
            "this says that it is a credential and that it is a presentation; expected one of them",
            code=Code.AMBIGUOUS,
        )
    return True


def _is_presentation_in_text(content: bytes) -> bool:
    beginning = content[: len(PRESENTATION_URL)].lower()
    if beginning == PRESENTATION_URL.encode():
        return True
    return beginning.startswith(b"ey") and says_presentation(content.decode("utf-8", "replace"))


def _too_late() -> UnavailableError:
    return UnavailableError(
        f"this was not begun, since what was sent before it took {MAXIMUM_SECONDS_AT_ONCE:.0f}"
        " seconds; send it again",
        code=Code.FETCH_BUDGET,
    )
