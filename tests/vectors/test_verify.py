"""Every folder of the corpus is judged as it says."""

from collections import Counter
from pathlib import Path

import pytest

from tests.vectors.corpus import FOLDER, read_case
from tests.world import refusals
from verifier import Verifier

pytestmark = pytest.mark.thorough

CASES = sorted(path.parent for path in FOLDER.glob("*/case.json"))
MINIMUM_CASES = 300
MINIMUM_REFUSED = 0.7  # of all


@pytest.mark.parametrize("folder", CASES, ids=lambda folder: folder.name)
def test_a_case_is_judged_as_it_says(folder: Path) -> None:
    case = read_case(folder)
    report = Verifier(case).verify(case.presented, now=case.now, expected_recipient=case.recipient)
    found = tuple((check, code.value) for check, code in refusals(report))
    assert (report.verdict.value, found) == (case.verdict, case.refusals)


def test_most_of_the_corpus_must_not_verify() -> None:
    verdicts = Counter(read_case(folder).verdict for folder in CASES)
    assert len(CASES) >= MINIMUM_CASES
    assert 1 - verdicts["VERIFIED"] / len(CASES) >= MINIMUM_REFUSED


def test_every_document_of_the_corpus_is_used() -> None:
    cases = [(folder / "case.json").read_text() for folder in CASES]
    kept = {path.name for path in (FOLDER / "documents").iterdir()}
    assert {name for name in kept if not any(name in case for case in cases)} == set()
