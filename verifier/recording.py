"""Verifying so that it can be repeated: everything that was read is kept, for a bundle."""

from dataclasses import dataclass, replace
from datetime import datetime

from openbadges.errors import ExplainedError
from verifier.bundle import can_stand
from verifier.given import find
from verifier.judging import AnyReport, judge_found, not_found, within_budget
from verifier.ports import DocumentSource, LinkSource
from verifier.verifier import Verifier


class RecordingDocuments:
    """Another source, whose every answer is kept by its URL; what it could not give is not."""

    def __init__(self, behind: DocumentSource) -> None:
        self._behind = behind
        self.read: dict[str, bytes] = {}

    def fetch(self, url: str, *, maximum_bytes: int) -> bytes:
        """Return what the source behind has.

        Raises:
            UnavailableError, MalformedError: as the source behind.
        """
        data = self._behind.fetch(url, maximum_bytes=maximum_bytes)
        if can_stand(url):  # else it is missing from the bundle, and decides nothing there
            self.read.setdefault(url, data)
        return data


@dataclass(frozen=True, slots=True)
class Recorded:
    """A report, what was judged in the end, and the documents that were read for it."""

    report: AnyReport
    judged: bytes
    documents: dict[str, bytes]


def judge_recorded(
    verifier: Verifier,
    given: bytes,
    links: LinkSource,
    *,
    now: datetime,
    expected_recipient: str | None = None,
) -> Recorded:
    """Find what was given and judge it, as `judge` does, and keep what was read.

    What a link, a page or a picture led to is kept in its place. The registries of issuers are
    left out: whom one knows is each checker's own, and never the word of a bundle.
    """
    verifier, links = within_budget(verifier, links)
    recording = RecordingDocuments(verifier.source)
    verifier = replace(verifier, source=recording)
    try:
        found = find(given, links)
    except ExplainedError as error:
        return Recorded(not_found(verifier, error), given, {})
    report = judge_found(verifier, found, now=now, expected_recipient=expected_recipient)
    registries = {registry.url for registry in verifier.trust.registries}
    documents = {url: data for url, data in recording.read.items() if url not in registries}
    return Recorded(report, found.data, documents)
