"""R12: with no room left nothing is half done, what needs no room goes on, and room is enough.

Both ways a disk says so: a small one is really full, its logs too; and a process that may write no
longer files, which a machine without an administrator's rights can be told as well.
"""

import re
import resource
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Final

import pytest

from issuer.tables import AwardRow, AwardState, CredentialRow, CredentialState
from openbadges.strict import parse_json
from storage import Database
from tests.reliability.disks import full, small_disk
from tests.reliability.served import Program, Service, serving, until

AWARDS: Final = 24  # after so many the write-ahead log has grown
HERE: Final = "127.0.0.1"


@contextmanager
def no_longer_files(service: Service) -> Iterator[None]:
    """Let the process that answers write no file beyond its first page."""
    limits = resource.prlimit(service.worker, resource.RLIMIT_FSIZE)
    resource.prlimit(service.worker, resource.RLIMIT_FSIZE, (4096, limits[1]))
    try:
        yield
    finally:
        resource.prlimit(service.worker, resource.RLIMIT_FSIZE, limits)


@pytest.fixture(params=["a full disk", "a limit of files"])
def case(
    request: pytest.FixtureRequest, tmp_path: Path, catalogue_folder: Path
) -> Iterator[tuple[Service, Callable[[], AbstractContextManager[None]]]]:
    """A service, and how its disk is filled."""
    if request.param == "a full disk":
        with (
            small_disk(tmp_path / "disk", mebibytes=24) as disk,
            serving(disk, catalogue_folder) as service,
        ):
            yield service, lambda: full(disk)
    else:
        with serving(tmp_path, catalogue_folder) as service:
            yield service, lambda: no_longer_files(service)


def states(service: Service) -> tuple[int, int]:
    """Return how many awards are issued, and how many credentials are released."""
    database = Database.open(f"sqlite:///{service.shell.data / 'insignia.sqlite3'}")
    with database.read() as session:
        awards = session.query(AwardRow).filter(AwardRow.state == AwardState.ISSUED).count()
        released = session.query(CredentialRow).filter(
            CredentialRow.state == CredentialState.SIGNED
        )
        found = awards, released.count()
    database.close()
    return found


def test_awards_are_refused_while_there_is_no_room_and_go_on_when_there_is(
    case: tuple[Service, Callable[[], AbstractContextManager[None]]],
) -> None:
    service, without_room = case
    program = Program(service)
    assert program.award(0) == 201
    with without_room():
        statuses = [program.award(number) for number in range(1, AWARDS)]
        assert set(statuses) <= {201, 503}
        assert statuses[-1] == 503
        assert service.verify(service.badge)["verdict"] == "VERIFIED"
        large = b" " * 2_000_000 + service.badge
        assert upload(service, large)[0] == 200
        assert service.ask("GET", "/", Accept="text/html")[0] == 200
        assert service.lives()
        if service.log.parent.name == "disk":
            assert parse_json(service.ask("GET", "/readyz")[1])["troubles"] == ["room"]
    worker = service.worker
    refused = [number for number, status in enumerate(statuses, 1) if status == 503]
    until(lambda: program.award(refused[0]) == 201)
    assert {program.award(number) for number in refused} == {201}
    assert states(service) == (AWARDS + 1, AWARDS + 1)
    assert service.worker == worker
    assert service.ask("GET", "/readyz")[0] == 200
    log = service.log.read_text(errors="replace")
    assert "Traceback" not in log
    assert not re.search(r'"event": "unforeseen"', log), log


def upload(service: Service, data: bytes) -> tuple[int, bytes]:
    """Send a file as a browser's form does, larger than what is kept in memory."""
    boundary = "a-boundary"
    body = (
        (
            f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="a.json"\r\n'
            "Content-Type: application/json\r\n\r\n"
        ).encode()
        + data
        + f"\r\n--{boundary}--\r\n".encode()
    )
    return service.ask(
        "POST", "/verify", body, Content_Type=f"multipart/form-data; boundary={boundary}"
    )
