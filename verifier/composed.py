"""A verifier in one call, for programs: composed of the guarded fetcher and a cache.

Whoever wants other parts (documents at hand, a registry of issuers, no network) makes a `Verifier`
and gives it along.
"""

from dataclasses import replace
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING

from verifier.cached_documents import CachedDocuments
from verifier.judging import AnyReport, judge
from verifier.policy import Policy
from verifier.ports import LinkSource
from verifier.sources import NoDocuments
from verifier.verifier import Verifier

if TYPE_CHECKING:
    from verifier.fetcher import GuardedFetcher


def verify(  # noqa: PLR0913 -- each is the caller's to decide
    presented: bytes | str,
    *,
    now: datetime,
    expected_recipient: str | None = None,
    policy: Policy | None = None,
    verifier: Verifier | None = None,
    links: LinkSource | None = None,
) -> AnyReport:
    """Verify what someone presents: a badge, a presentation, a picture, a link to any of them.

        from datetime import UTC, datetime
        from pathlib import Path

        from verifier import Report, Verdict, verify

        report = verify(Path("badge.png").read_bytes(), now=datetime.now(UTC))
        if isinstance(report, Report) and report.verdict is Verdict.VERIFIED:
            print(report.credential["name"])
        for finding in report.findings:
            print(finding.outcome, finding.check, finding.sentence)

    Text is a credential, or an https link to one, and never the name of a file. The clock is the
    caller's: `now` has a zone. A presentation gets a `PresentationReport`, with a `Report` of each
    credential in it. `expected_recipient` is an e-mail address, a user name or a DID. Where a
    `verifier` is given, links are followed only where `links` are given too.

    Nothing that anyone could present raises.

    Raises:
        ValueError: `now` has no zone.
    """
    if now.tzinfo is None:
        raise ValueError("`now` must have a zone")
    given = presented.encode("utf-8", "surrogatepass") if isinstance(presented, str) else presented
    if verifier is None:
        verifier, links = Verifier(_documents()), links or _fetcher()
    if policy is not None:
        verifier = replace(verifier, policy=policy)
    return judge(
        verifier,
        given,
        links or NoDocuments(),
        now=now,
        expected_recipient=expected_recipient,
    )


@cache
def _fetcher() -> "GuardedFetcher":
    # only where the network is used: others do not wait for TLS to be imported
    from verifier.fetcher import GuardedFetcher  # noqa: PLC0415

    return GuardedFetcher()


@cache
def _documents() -> CachedDocuments:
    """Return the one cache of this process, so that many badges of one issuer ask it once."""
    return CachedDocuments(_fetcher())
