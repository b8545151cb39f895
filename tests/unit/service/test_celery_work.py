"""A broker is one of four kinds, and installations that share it have queues of their own."""

from dataclasses import replace
from pathlib import Path

import pytest

from openbadges.errors import RefusedError, UnavailableError
from service.celery_work import make_app, queue_of, send
from service.installation import Installation
from service.settings import Settings
from tests.databases import LOOPBACK


def installation(url: str, base_url: str = "https://badges.example") -> Installation:
    settings = replace(Settings.from_environment({}), broker_url=url)
    return Installation(settings, "Example", base_url, None)


@pytest.mark.parametrize(
    "url", ["", "redis", "redis://", "memory://x", "sqla+sqlite:///x", "REDIS://h"]
)
def test_another_broker_is_refused(url: str) -> None:
    with pytest.raises(RefusedError, match="must begin with one of redis, rediss, amqp, amqps"):
        make_app(installation(url))


@pytest.mark.parametrize("url", ["redis://h/1", "rediss://h", "amqp://h//", "amqps://h/v"])
def test_messages_are_json_and_their_queue_is_that_of_the_installation(url: str) -> None:
    app = make_app(installation(url))
    other = make_app(installation(url, "https://other.example"))
    assert app.conf.task_default_queue == queue_of("https://badges.example")
    assert app.conf.task_default_queue != other.conf.task_default_queue
    assert list(app.conf.accept_content) == ["json"]
    assert app.conf.result_backend is None


@pytest.mark.parametrize("url", ["redis://:secret@127.0.0.1:1/0", "amqp://a:secret@127.0.0.1:1//"])
@LOOPBACK[0]
@LOOPBACK[1]
def test_a_broker_that_is_not_there_is_told_without_its_password(url: str) -> None:
    with pytest.raises(UnavailableError, match="does not answer") as told:
        send(make_app(installation(url)), "1")
    assert "secret" not in str(told.value)


def test_a_url_that_is_secret_comes_from_a_file(tmp_path: Path) -> None:
    file = tmp_path / "broker"
    file.write_text("amqps://a:secret@broker.example/badges\n")
    file.chmod(0o600)
    kept = replace(Settings.from_environment({}), broker_url_file=file)
    found = Installation(kept, "Example", "https://badges.example", None).broker_url
    assert found == "amqps://a:secret@broker.example/badges"
    file.chmod(0o644)
    with pytest.raises(RefusedError):
        _ = Installation(kept, "Example", "https://badges.example", None).broker_url
