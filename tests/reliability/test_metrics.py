"""Figures for monitors: off by default, on loopback alone, true, and about nobody."""

import re
from collections.abc import Iterator
from contextlib import closing
from http.client import HTTPConnection
from pathlib import Path

import pytest

from tests.mail_servers import free_port
from tests.reliability.served import PLENTY, Service, running
from tests.serving import installed, port_of
from tests.shell import ADDRESS, AWARD

LISTENING = "0A"  # in /proc/net/tcp
LOOPBACK = "0100007F"  # 127.0.0.1 there


@pytest.fixture(scope="module")
def figures_port() -> int:
    return free_port()


def serve(folder: Path, catalogue: Path, **settings: str) -> Iterator[Service]:
    """Serve an installation with one badge."""
    shell = installed(folder, BADGE_CLASSES=str(catalogue), **PLENTY, **settings)
    shell.does("issuer", "create")
    shell.does(*AWARD, "--out", str(folder / "out"))
    badge = (folder / "out" / "credential.json").read_bytes()
    with running(shell, folder / "log", badge) as service:
        yield service


@pytest.fixture(scope="module")
def service(
    tmp_path_factory: pytest.TempPathFactory, catalogue_folder: Path, figures_port: int
) -> Iterator[Service]:
    """A service that keeps figures."""
    folder = tmp_path_factory.mktemp("figures")
    yield from serve(folder, catalogue_folder, METRICS_PORT=str(figures_port))


@pytest.fixture
def silent(tmp_path: Path, catalogue_folder: Path) -> Iterator[Service]:
    """A service as it is unless somebody asks for figures."""
    yield from serve(tmp_path, catalogue_folder)


def read(port: int) -> str:
    with closing(HTTPConnection("127.0.0.1", port, timeout=30)) as connection:
        connection.request("GET", "/metrics")
        with connection.getresponse() as response:
            assert response.status == 200
            return response.read().decode()


def figure(text: str, name: str) -> float:
    """Return one figure by its name and labels."""
    found = re.search(rf"^{re.escape(name)} (\S+)$", text, re.MULTILINE)
    return 0.0 if found is None else float(found[1])


def listens(pid: int) -> set[tuple[str, int]]:
    """Return the addresses and TCP ports at which a process listens, also beyond IPv4."""
    links = Path(f"/proc/{pid}/fd").iterdir()
    sockets = {str(link.readlink()) for link in links if link.is_symlink()}
    tables = [Path(f"/proc/net/{name}").read_text().splitlines()[1:] for name in ("tcp", "tcp6")]
    lines = [line.split() for table in tables for line in table]
    return {
        (one[1].partition(":")[0], int(one[1].partition(":")[2], 16))
        for one in lines
        if one[3] == LISTENING and f"socket:[{one[9]}]" in sockets
    }


def test_without_the_setting_nothing_more_listens(silent: Service) -> None:
    assert listens(silent.worker) == {(LOOPBACK, port_of(silent.shell))}


def test_the_figures_are_there_for_this_machine_alone(service: Service, figures_port: int) -> None:
    ports = (port_of(service.shell), figures_port)
    assert listens(service.worker) == {(LOOPBACK, port) for port in ports}
    assert "insignia_database_up 1.0" in read(figures_port)


def test_what_is_done_is_counted(service: Service, figures_port: int) -> None:
    verified = 'insignia_verifications_total{verdict="VERIFIED"}'
    rejected = 'insignia_verifications_total{verdict="REJECTED"}'
    asked = 'insignia_requests_total{method="POST",route="/verify",status="2xx"}'
    before = read(figures_port)
    assert service.verify(service.badge)["verdict"] == "VERIFIED"
    assert service.verify(service.badge.replace(b"Help", b"Hurt"))["verdict"] == "REJECTED"
    after = read(figures_port)
    assert figure(after, verified) == figure(before, verified) + 1
    assert figure(after, rejected) == figure(before, rejected) + 1
    assert figure(after, asked) == figure(before, asked) + 2
    assert figure(after, "insignia_awards") == 1
    assert figure(after, "insignia_status_lists") == 1
    assert figure(after, 'insignia_request_seconds_count{route="/verify"}') >= 2
    assert figure(after, "process_resident_memory_bytes") > 0


def test_no_figure_tells_of_anybody(service: Service, figures_port: int) -> None:
    secret = "s3cr3t" * 5
    for path in (f"/claim/{secret}", f"/s/{secret}", f"/manage/{secret}", f"/{secret}"):
        service.ask("GET", path)
    service.ask("BREW", f"/{secret}")
    text = read(figures_port)
    assert 'route="/claim/<code>"' in text
    assert 'route="none"' in text
    for told in (secret, ADDRESS, "example.org", "BREW", "credentials/0", "status-lists/0"):
        assert told not in text
    assert not re.search(r"[0-9a-f]{8}-[0-9a-f]{4}-", text)
