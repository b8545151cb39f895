"""Records the corpus anew from the threats' tests: `pytest -p tests.vectors.record tests/threats`.

Every credential that one of those tests has judged in its in-memory world becomes a case, with the
verdict that the test saw; only tests that pass are recorded. What is judged by another policy, or
with knowledge that no stranger has, stays in the tests.
"""

import hashlib
import re
import shutil
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from typing import Any, Final

import pytest

from openbadges.errors import ExplainedError
from tests import world
from tests.vectors.corpus import DOCUMENTS, FOLDER, Case, write_case
from tests.world import Internet, Presented, as_bytes, refusals
from verifier import Report, Verifier

MAXIMUM_BYTES: Final = 16 * 1024  # of what is presented, and of one document
MAXIMUM_CASES: Final = 8  # of one test with many parameters
NAME_CHARACTERS: Final = 100
DIGEST_CHARACTERS: Final = 16

_cases: list[Case] = []
_test: list[str] = [""]
_judge: Final = Internet.verify


class Recorded:
    """A world that notes what it answered."""

    def __init__(self, internet: Internet) -> None:
        self._internet = internet
        self.answers: dict[str, bytes] = {}

    def fetch(self, url: str, *, maximum_bytes: int) -> bytes:
        """Answer as the world does."""
        found = self._internet.fetch(url, maximum_bytes=maximum_bytes)
        self.answers[url] = found
        return found


def judged(
    self: Internet,
    presented: Presented,
    *,
    now: datetime = world.NOW,
    recipient: str | None = None,
    **changes: Any,  # noqa: ANN401 -- the fields of Verifier
) -> Report:
    """Judge as `Internet.verify` does, and keep the case."""
    if changes:
        return _judge(self, presented, now=now, recipient=recipient, **changes)
    source = Recorded(self)
    data = as_bytes(presented)
    report = Verifier(source).verify(data, now=now, expected_recipient=recipient)
    about, _, parameters = _test[0].rpartition("::")[2].partition("[")
    case = Case(
        about=about.removeprefix("test_").replace("_", " ")
        + (f" [{parameters}" if parameters else ""),
        test=_test[0],
        now=now,
        recipient=recipient,
        verdict=report.verdict.value,
        refusals=tuple((check, code.value) for check, code in refusals(report)),
        world=source.answers,
        presented=data,
    )
    _cases.append(case)
    return report


def pytest_configure() -> None:
    """Watch what the tests judge."""
    Internet.verify = judged  # type: ignore[method-assign]


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Iterator[None]:
    """Know which test it is."""
    _test[0] = item.nodeid
    return (yield)


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Forget what a test that fails has judged."""
    if report.failed:
        _cases[:] = [case for case in _cases if case.test != report.nodeid]


def pytest_sessionfinish() -> None:
    """Write them all."""
    shutil.rmtree(FOLDER, ignore_errors=True)
    DOCUMENTS.mkdir(parents=True)
    seen: set[tuple[object, ...]] = set()
    taken: Counter[str] = Counter()
    for case in _cases:
        same = (case.presented, case.now, case.recipient, tuple(sorted(case.world.items())))
        function = case.test.partition("[")[0]
        sizes = [len(case.presented), *(len(one) for one in case.world.values())]
        if same in seen or taken[function] >= MAXIMUM_CASES or max(sizes) > MAXIMUM_BYTES:
            continue
        if not _is_told_alike(case):
            continue
        seen.add(same)
        taken[function] += 1
        write_case(FOLDER / _name(case), case, _kept(case))


def _words(test: str, parameters: str) -> str:
    sentence = test.removeprefix("test_").replace("_", " ")
    return f"{sentence} [{parameters}" if parameters else sentence


def _is_told_alike(case: Case) -> bool:
    """Tell whether the case says the same when its world is read from its files."""
    try:
        report = Verifier(case).verify(
            case.presented, now=case.now, expected_recipient=case.recipient
        )
    except ExplainedError:
        return False
    found = tuple((check, code.value) for check, code in refusals(report))
    return (report.verdict.value, found) == (case.verdict, case.refusals)


def _kept(case: Case) -> dict[str, str]:
    names = {}
    for url, data in case.world.items():
        name = hashlib.sha256(data).hexdigest()[:DIGEST_CHARACTERS]
        (DOCUMENTS / name).write_bytes(data)
        names[url] = name
    return names


def _name(case: Case) -> str:
    row = case.test.rpartition("/")[2].removeprefix("test_").partition("_")[0]
    words = re.sub(r"[^a-z0-9]+", "-", case.about.lower()).strip("-")[:NAME_CHARACTERS].strip("-")
    name = f"{row}-{words}" if len(row) == 1 else words
    number = 1
    while (FOLDER / (name if number == 1 else f"{name}-{number}")).exists():
        number += 1
    return name if number == 1 else f"{name}-{number}"
