"""A service that goes on while the world hangs, poison comes and its worker is killed.

R27, R28, R29 and R41 of the faults. It is the real server in a process of its own,
started by `served` with a world that a test gives.
"""

import os
import re
import signal
import socket
from collections.abc import Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from itertools import count
from pathlib import Path
from typing import Final

import pytest
import trustme

from openbadges.strict import Document
from service.settings import Limits
from service.verifying.bulkhead import THREADS_KEPT
from tests.amounts import amount
from tests.costly import KINDS
from tests.reliability.serve_here import HERE
from tests.reliability.served import Service, children_of, codes_of, served, until
from tests.world import as_bytes, ed25519_issuer, issued_by

THREADS: Final = Limits().threads
FOR_EVER: Final = 3600.0  # seconds, which no test waits for


def stranger(name: str) -> Document:
    """Give a badge of an issuer whose document lies at a host of this name."""
    issuer = ed25519_issuer(f"did:web:{name}.example", 40)
    return issuer.sign(issued_by(issuer))


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def hanging() -> Iterator[socket.socket]:
    """A port that takes every connection and never says a word."""
    with socket.create_server((HERE, 0), backlog=1024) as listener:
        yield listener


@pytest.fixture
def waiting_service(
    tmp_path: Path, authority: trustme.CA, hanging: socket.socket, catalogue_folder: Path
) -> Iterator[Service]:
    """A service whose world hangs."""
    port = hanging.getsockname()[1]
    with served(
        tmp_path, authority, port=port, wait=FOR_EVER, catalogue=catalogue_folder
    ) as running:
        yield running


@pytest.fixture(scope="module")
def service(
    tmp_path_factory: pytest.TempPathFactory, authority: trustme.CA, catalogue_folder: Path
) -> Iterator[Service]:
    """A service in whose world nobody listens."""
    with socket.socket() as taken:
        taken.bind((HERE, 0))  # and never listens
        folder, port = tmp_path_factory.mktemp("served"), taken.getsockname()[1]
        with served(folder, authority, port=port, wait=5.0, catalogue=catalogue_folder) as running:
            yield running


def test_r27_while_all_the_world_hangs_our_own_badges_are_verified(
    waiting_service: Service, hanging: socket.socket
) -> None:
    """As many as have places wait; all others are told at once, and pages and own badges open."""
    places = THREADS - THREADS_KEPT
    asked = amount(20, 200)
    with ThreadPoolExecutor(asked) as pool:
        waiting = [pool.submit(waiting_service.verify, stranger(f"h{one}")) for one in range(asked)]
        try:
            while len(answered(waiting)) < asked - places:
                wait([one for one in waiting if not one.done()], return_when=FIRST_COMPLETED)
            for _ in range(amount(5, 50)):
                assert waiting_service.verify(waiting_service.badge)["verdict"] == "VERIFIED"
                assert waiting_service.ask("GET", "/", Accept="text/html")[0] == 200
            told = answered(waiting)
            assert len(told) == asked - places
        finally:
            hanging.close()
    for report in told:
        assert (report["verdict"], "BUSY" in codes_of(report)) == ("INCONCLUSIVE", True)
    late = [one.result() for one in waiting if one.result() not in told]
    assert len(late) == places
    for report in late:
        assert (report["verdict"], "BUSY" in codes_of(report)) == ("INCONCLUSIVE", False)


def answered(waiting: list[Future[Document]]) -> list[Document]:
    return [one.result() for one in waiting if one.done()]


POISON: Final = "a badge that looks the same everywhere"


def test_r28_poison_is_refused_while_others_are_answered_by_the_same_worker(
    service: Service,
) -> None:
    worker, poison = service.worker, as_bytes(KINDS[POISON].given())
    given = [poison, service.badge] * amount(10, 100)
    with ThreadPoolExecutor(THREADS) as pool:
        reports = list(pool.map(service.verify, given))
    for report in reports[::2]:
        assert report["verdict"] == "REJECTED"
        assert "CANONICALIZATION_LIMIT" in codes_of(report)
    assert {report["verdict"] for report in reports[1::2]} == {"VERIFIED"}
    assert service.worker == worker


def test_r28_a_worker_that_is_killed_is_replaced(service: Service) -> None:
    worker = service.worker
    os.kill(worker, signal.SIGKILL)
    until(lambda: children_of(service.process.pid) not in ([], [worker]))
    until(service.lives)
    assert service.process.poll() is None
    assert service.verify(service.badge)["verdict"] == "VERIFIED"


MAXIMUM_MIB: Final = 256.0  # of the whole process, its programs and libraries among them
TOO_LONG: Final = frozenset({"a bundle of long documents", "a bundle of one long text"})
EVERYDAY: Final = frozenset(
    {
        *("a PNG of one see-through colour", "a JPEG of one scan a colour"),
        *("four mebibytes of objects, presented", "twenty costly endorsements"),
    }
)


@pytest.mark.parametrize(
    "kind",
    [
        pytest.param(kind, marks=() if kind in EVERYDAY else pytest.mark.thorough)
        for kind in KINDS
        if kind not in TOO_LONG  # longer than a request may be
    ],
)
def test_r29_the_largest_inputs_are_judged_in_little_memory(service: Service, kind: str) -> None:
    worker = service.worker
    forget_peak(worker)
    report = service.verify(as_bytes(KINDS[kind].given()))
    assert report["verdict"] in {"VERIFIED", "REJECTED", "INCONCLUSIVE"}
    assert service.verify(service.badge)["verdict"] == "VERIFIED"
    assert service.worker == worker
    assert peak_mebibytes(worker) <= MAXIMUM_MIB


def forget_peak(worker: int) -> None:
    """Let the most memory that a process has held be what it holds now."""
    Path(f"/proc/{worker}/clear_refs").write_text("5", encoding="ascii")


def peak_mebibytes(worker: int) -> float:
    status = Path(f"/proc/{worker}/status").read_text(encoding="utf-8")
    (kibibytes,) = re.findall(r"^VmHWM:\s+(\d+) kB$", status, re.MULTILINE)
    return int(kibibytes) / 1024


def open_files(worker: int) -> int:
    return len(list(Path(f"/proc/{worker}/fd").iterdir()))


def test_r41_requests_leave_no_file_and_no_socket_open(service: Service) -> None:
    """What is kept, a connection of the database for each thread, is there after the first."""
    numbers, worker = count(), service.worker

    def ask(_: int) -> None:
        assert service.ask("GET", "/", Accept="text/html")[0] == 200
        assert service.ask("GET", "/status-lists/none")[0] == 404
        assert service.verify(service.badge)["verdict"] == "VERIFIED"
        report = service.verify(stranger(f"n{next(numbers)}"))  # who is not asked before
        assert report["verdict"] == "INCONCLUSIVE"

    def settled(requests: int) -> int:
        with ThreadPoolExecutor(THREADS) as pool:
            list(pool.map(ask, range(requests // 4)))
        return open_files(worker)

    before = settled(100)
    after = settled(amount(200, 10_000))
    assert after <= before + THREADS
    assert service.worker == worker
