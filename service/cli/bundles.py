"""Bundles at the command line: one that is checked, and one that is written beside a report."""

import json
from collections.abc import Mapping
from pathlib import Path

from openbadges.strict import whole_second
from service.cli.door import read_clock, read_settings
from service.public_view import local_source
from verifier import Verifier
from verifier.bundle import Bundle
from verifier.bundle_check import Checker, judge_bundle
from verifier.fetcher import GuardedFetcher
from verifier.judging import AnyReport
from verifier.recording import judge_recorded
from verifier.sources import NoDocuments, SuppliedDocuments


def check_bundle(
    verifier: Verifier,
    data: bytes,
    *,
    brought: Mapping[str, bytes],
    vouches: bool,
    expected_recipient: str | None,
) -> AnyReport:
    """Check a bundle without the network.

    Receipts are believed of services whose key sets are brought along, and of this installation.
    """
    known = SuppliedDocuments(brought, local_source(read_settings(), NoDocuments()))
    checker = Checker(read_clock(), known, brought, vouches)
    return judge_bundle(verifier, data, checker, expected_recipient=expected_recipient)


def judge_and_write(
    verifier: Verifier, given: bytes, path: Path, *, expected_recipient: str | None
) -> AnyReport:
    """Judge what was given, and write a bundle of it where no file is yet.

    Raises:
        MalformedError: it would be larger than is read again.
        OSError: the file cannot be written.
    """
    moment = whole_second(read_clock())
    recorded = judge_recorded(
        verifier, given, GuardedFetcher(), now=moment, expected_recipient=expected_recipient
    )
    bundle = Bundle(recorded.judged, recorded.documents, moment).as_json()
    with path.open("x", encoding="ascii") as file:
        json.dump(bundle, file, indent=1)
    return recorded.report
