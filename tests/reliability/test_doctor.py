"""The doctor asks the mail server and the broker that are set, and leaves nothing with them."""

from pathlib import Path

import pytest

from tests.brokers import BROKERS, broker_url
from tests.mail_servers import Mailbox, free_port, mail_server
from tests.shell import Shell


@pytest.fixture
def awarded(awarded: Shell) -> Shell:
    """An installation that has awarded, and whose worker was there just now."""
    awarded.does("status", "publish")
    return awarded


def faults(shell: Shell, code: int = 1) -> dict[str, str]:
    told = shell.json("doctor", "--offline", code=code)
    return {one["check"]: one["found"] for one in told["findings"] if one["severity"] == "fault"}


def test_a_mail_server_is_asked_and_sent_nothing(awarded: Shell) -> None:
    port, mailbox = free_port(), Mailbox()
    mailing = awarded.having(SMTP_URL=f"smtp://127.0.0.1:{port}", MAIL_FROM="b@badges.example")
    assert "takes no mail now" in faults(mailing)["mail"]
    with mail_server(mailbox, port):
        assert faults(mailing, code=0) == {}
    assert (mailbox.taken, mailbox.addresses) == ([], [])


@pytest.mark.parametrize("broker", BROKERS)
def test_a_broker_that_does_not_answer_is_named_without_its_password(
    awarded: Shell, broker: str, tmp_path: Path
) -> None:
    secret = tmp_path / "broker"
    scheme = {"redis": "redis", "rabbitmq": "amqp"}[broker]
    secret.write_text(f"{scheme}://someone:hidden@127.0.0.1:{free_port()}/0")
    secret.chmod(0o600)
    found = faults(awarded.having(BROKER_URL_FILE=str(secret)))["broker"]
    assert "does not answer" in found
    assert "hidden" not in found
    with broker_url(broker, "https://badges.example") as url:
        assert faults(awarded.having(BROKER_URL=url), code=0) == {}
