"""Real brokers on loopback, each with a corner of its own that is emptied at the end.

Redis: a database number that nothing else uses, and in it the keys of one installation. RabbitMQ: a
virtual host of the test's own where its keeper's tool may be used, and else a queue in the usual
one. Where a broker does not answer its tests are skipped, but never where CI is set.
"""

import os
import shutil
import subprocess
import uuid
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Final

import pytest
import redis
from kombu.connection import Connection
from kombu.exceptions import OperationalError

from service.celery_work import queue_of

REDIS_DATABASE: Final = 9
REDIS_PORT: Final = 6379
RABBITMQ_PORT: Final = 5672
BROKERS: Final = ("redis", "rabbitmq")
PORTS: Final = {"redis": REDIS_PORT, "rabbitmq": RABBITMQ_PORT}


@contextmanager
def broker_url(kind: str, base_url: str, *, port: int | None = None) -> Iterator[str]:
    """The URL of an empty corner for one installation, by another port where one is given."""
    corner = _redis_corner if kind == "redis" else _rabbitmq_corner
    with corner(queue_of(base_url)) as (direct, path):
        _check_answers(kind, f"{direct}:{PORTS[kind]}/{path}")
        yield f"{direct}:{port or PORTS[kind]}/{path}"


def waiting_in_redis(base_url: str) -> int:
    """Count the messages that nobody has fetched of an installation's queue."""
    queue = queue_of(base_url)
    with closing(redis.Redis(port=REDIS_PORT, db=REDIS_DATABASE)) as client:
        return int(client.llen(f"{queue}:{queue}"))


@contextmanager
def _redis_corner(queue: str) -> Iterator[tuple[str, str]]:
    try:
        yield "redis://127.0.0.1", str(REDIS_DATABASE)
    finally:
        with closing(redis.Redis(port=REDIS_PORT, db=REDIS_DATABASE)) as client:
            for key in client.scan_iter(f"{queue}*"):
                client.delete(key)


@contextmanager
def _rabbitmq_corner(queue: str) -> Iterator[tuple[str, str]]:
    name = f"insignia_test_{uuid.uuid4().hex}"
    if _control("add_vhost", name) and _control(
        "set_permissions", "-p", name, "guest", *[".*"] * 3
    ):
        try:
            yield "amqp://127.0.0.1", name
        finally:
            _control("delete_vhost", name)
        return
    try:
        yield "amqp://127.0.0.1", "/"
    finally:
        with _connect(f"amqp://127.0.0.1:{RABBITMQ_PORT}//") as connection:
            connection.default_channel.queue_delete(queue)


def _control(*arguments: str) -> bool:
    """Use the keeper's tool; tell whether it did what was asked."""
    tool = shutil.which("rabbitmqctl")
    if tool is None:
        return False
    return not subprocess.run([tool, "-q", *arguments], check=False, capture_output=True).returncode  # noqa: S603 -- of this machine


def _connect(url: str) -> Connection:
    return Connection(url, connect_timeout=4)  # type: ignore[no-untyped-call] # as kombu has it


def _check_answers(kind: str, url: str) -> None:
    try:
        with _connect(url) as connection:
            connection.ensure_connection(max_retries=1, timeout=8)
    except (OperationalError, OSError) as error:
        if "CI" in os.environ:
            raise
        pytest.skip(f"{kind} does not answer on loopback: {error}")
