"""A real SMTP server of the test's own on loopback, which keeps what it takes."""

import asyncio
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP as POLICY

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session


@dataclass
class Mailbox:
    """What was taken, and the words with which addresses are answered."""

    answer: str = "250 OK"
    hangs: bool = False  # it takes messages, and says so too late for anyone to hear
    taken: list[bytes] = field(default_factory=list)
    addresses: list[str] = field(default_factory=list)

    async def handle_RCPT(  # noqa: N802 -- aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Take an address, or answer as the test says."""
        del server, session, options
        if self.answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return self.answer

    async def handle_DATA(  # noqa: N802 -- aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        """Keep a message."""
        del server, session
        self.addresses += envelope.rcpt_tos
        self.taken.append(envelope.original_content or b"")
        if self.hangs:
            await asyncio.sleep(2)
        return "250 taken"

    @property
    def messages(self) -> list[EmailMessage]:
        """What was taken, as people read it."""
        return [message_from_bytes(one, policy=POLICY) for one in self.taken]

    @property
    def ids(self) -> list[str]:
        """The Message-IDs of what was taken."""
        return [str(one["Message-ID"]) for one in self.messages]


@contextmanager
def mail_server(mailbox: Mailbox, port: int) -> Iterator[None]:
    """Serve a mailbox as long as the block runs."""
    controller = Controller(mailbox, hostname="127.0.0.1", port=port)
    controller.start()
    try:
        yield
    finally:
        controller.stop()


def free_port() -> int:
    """Find a port at which nothing listens."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
    return port
