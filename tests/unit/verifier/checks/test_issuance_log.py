"""Our own issuers' logs; what a log must say is tested in `tests/threats` (B18)."""

from dataclasses import dataclass, field
from datetime import timedelta

import pytest

from openbadges.errors import Code, UnavailableError
from tests.credentials import CONTEXTS, plain_credential, valid_credential
from tests.world import BADGES, NOW, honest_internet
from verifier.checks.issuance_log import check_issuance_log, document_hash
from verifier.ports import IssuanceLog, OnRecord
from verifier.report import Check, Outcome, Verdict
from verifier.resolver import WorldResolver
from verifier.world import World


@dataclass
class Log:
    """A log that writes down what it was asked, and knows nothing."""

    asked: list[tuple[str, str]] = field(default_factory=list)

    def issued(self, issuer: str, credential_id: str) -> OnRecord | None:
        """Answer as for an issuer that is ours."""
        self.asked.append((issuer, credential_id))
        return OnRecord()


class SilentLog:
    """A log that cannot be asked."""

    def issued(self, issuer: str, credential_id: str) -> OnRecord | None:
        """Answer nothing."""
        raise UnavailableError(f"no answer about {issuer} and {credential_id}")


@dataclass(frozen=True)
class KnowingLog:
    """A log with one record, whoever is asked about."""

    record: OnRecord

    def issued(self, issuer: str, credential_id: str) -> OnRecord | None:
        """Answer with it."""
        del issuer, credential_id
        return self.record


def world(log: IssuanceLog | None) -> World:
    internet = honest_internet()
    return World(now=NOW, source=internet, resolver=WorldResolver(internet), issuance_log=log)


def test_without_a_log_there_is_no_finding() -> None:
    assert check_issuance_log(valid_credential(), world(None)) == ()


def test_the_log_is_asked_for_the_claimed_issuer_and_id() -> None:
    log = Log()
    (finding,) = check_issuance_log(valid_credential(), world(log))
    assert finding.code is Code.NOT_IN_ISSUER_LOG
    assert log.asked == [(BADGES.id, valid_credential()["id"])]


def test_a_document_that_cannot_be_hashed_is_a_finding() -> None:
    document = plain_credential(grade="A+") | {"@context": CONTEXTS}
    (finding,) = check_issuance_log(document, world(Log()))
    assert finding.code is Code.DATA_LOSS


def test_a_log_that_cannot_be_asked_decides_nothing_and_raises_nothing() -> None:
    (finding,) = check_issuance_log(valid_credential(), world(SilentLog()))
    assert (finding.outcome, finding.code) == (Outcome.UNKNOWN, Code.RETRIEVAL)
    report = honest_internet().verify(BADGES.sign(valid_credential()), issuance_log=SilentLog())
    assert report.verdict is Verdict.INCONCLUSIVE


def test_every_form_of_one_document_has_one_hash() -> None:
    badge = valid_credential()
    as_json, as_token = (
        honest_internet().verify(presented).credential
        for presented in (BADGES.sign(badge), BADGES.sign_jws(badge))
    )
    assert document_hash(as_json) == document_hash(as_token) == document_hash(badge)


@pytest.mark.parametrize(("minutes", "said"), [(1, False), (2, True), (9_000, True)])
def test_what_no_list_says_in_time_the_log_says(minutes: int, said: bool) -> None:  # noqa: FBT001 -- of a table
    document = valid_credential()
    record = OnRecord(frozenset({document_hash(document)}), NOW - timedelta(minutes=minutes))
    findings = check_issuance_log(document, world(KnowingLog(record)))
    failed = [(one.check, one.code) for one in findings if one.outcome is Outcome.FAILED]
    assert failed == ([(Check.STATUS, Code.REVOKED)] if said else [])
    report = honest_internet().verify(BADGES.sign(document), issuance_log=KnowingLog(record))
    assert report.verdict is (Verdict.REJECTED if said else Verdict.VERIFIED)
