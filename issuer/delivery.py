"""The mail door: one message, handed to one SMTP server, with an answer that is yes, no or unknown.

Nothing here says what a message is about, and nothing is kept. What is told of a trouble has
neither the address nor the server's own words, which may repeat it (J3).
"""

import contextlib
import smtplib
import ssl
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from email.message import EmailMessage
from ipaddress import ip_address
from typing import Final
from urllib.parse import unquote, urlsplit

from openbadges.errors import RefusedError, UnavailableError

SECONDS_TO_ANSWER: Final = 8  # of one answer
SECONDS_TO_BEGIN: Final = 30  # of all before the message itself; with it less than a lease
# Each scheme's usual port, and whether what is said is encrypted from the first word or later on.
PORTS: Final[Mapping[str, int]] = {"smtp": 25, "smtps": 465, "smtp+starttls": 587}
_PERMANENT: Final = 500


class NotSentError(UnavailableError):
    """Nobody took the message, which is certain; it can be tried again."""


class UnknownEndError(UnavailableError):
    """The message was sent, and no answer came: it may have been taken."""


class UndeliverableError(RefusedError):
    """The server takes no message for this address, now or later."""


@dataclass(frozen=True, slots=True)
class MailServer:
    """Where mail is handed in."""

    scheme: str
    host: str
    port: int
    user: str | None
    password: str | None

    def __repr__(self) -> str:
        return f"MailServer({self.scheme}://{self.host}:{self.port})"


def parse_mail_server(url: str) -> MailServer:
    """Read the URL of a mail server.

    Raises:
        RefusedError: it is none, or would send a password in clear over a network.
    """
    try:
        parts = urlsplit(url)
        port = parts.port or PORTS.get(parts.scheme, 0)
    except ValueError as error:
        raise RefusedError("INSIGNIA_SMTP_URL is not a URL") from error
    if not port or not parts.hostname or parts.path.strip("/") or parts.query or parts.fragment:
        raise RefusedError(
            "INSIGNIA_SMTP_URL must be such as smtp+starttls://mail.example.org, with one of"
            f" {', '.join(PORTS)}"
        )
    user = None if parts.username is None else unquote(parts.username)
    password = None if parts.password is None else unquote(parts.password)
    if password is not None and parts.scheme == "smtp" and not _is_here(parts.hostname):
        raise RefusedError(
            "INSIGNIA_SMTP_URL would send its password in clear; use smtps or smtp+starttls"
        )
    return MailServer(parts.scheme, parts.hostname, port, user, password)


def deliver(message: EmailMessage, server: MailServer, *, sender: str, address: str) -> None:
    """Hand a message to a server, which then has it.

    Raises:
        NotSentError: nobody took it.
        UndeliverableError: this address gets no mail.
        UnknownEndError: nobody knows.
    """
    ends = time.monotonic() + SECONDS_TO_BEGIN
    with contextlib.ExitStack() as closing:
        with _nothing_sent(server):
            connection = closing.enter_context(_connected(server))
            _expect(connection.mail(sender, _options(connection, address)), server)
            code, _ = connection.rcpt(address)
            if code >= _PERMANENT:
                raise UndeliverableError(f"the mail server refused the address ({code})")
            _expect((code, b""), server)
            if time.monotonic() > ends:
                raise NotSentError(f"{server!r} is too slow")
        _hand_over(connection, message, server)


def look_at_server(server: MailServer) -> None:
    """Connect and sign in as for a message, and send none.

    Raises:
        NotSentError: the server does not let us in.
    """
    with _nothing_sent(server), _connected(server) as connection:
        _expect(connection.noop(), server)


def _hand_over(connection: smtplib.SMTP, message: EmailMessage, server: MailServer) -> None:
    try:
        code, _ = connection.data(message.as_bytes())
    except smtplib.SMTPDataError as error:  # the answer to the word that announces the message
        code = error.smtp_code
    except (OSError, smtplib.SMTPException) as error:
        raise UnknownEndError(f"{server!r} did not say whether it took the message") from error
    if code >= _PERMANENT:
        raise UndeliverableError(f"the mail server refused the message ({code})")
    _expect((code, b""), server)


@contextmanager
def _connected(server: MailServer) -> Iterator[smtplib.SMTP]:
    """Connect, in the way that the scheme asks for, and sign in where there is a user."""
    tls = ssl.create_default_context()
    connect: Callable[[], smtplib.SMTP] = (
        (lambda: smtplib.SMTP_SSL(server.host, server.port, timeout=SECONDS_TO_ANSWER, context=tls))
        if server.scheme == "smtps"
        else (lambda: smtplib.SMTP(server.host, server.port, timeout=SECONDS_TO_ANSWER))
    )
    connection = connect()
    try:
        if server.scheme == "smtp+starttls":
            connection.starttls(context=tls)
        connection.ehlo_or_helo_if_needed()
        if server.user is not None:
            connection.login(server.user, server.password or "")
        yield connection
    finally:
        with contextlib.suppress(OSError, smtplib.SMTPException):
            connection.quit()
        connection.close()


@contextmanager
def _nothing_sent(server: MailServer) -> Iterator[None]:
    try:
        yield
    except (OSError, smtplib.SMTPException) as error:
        kind = type(error).__name__
        raise NotSentError(f"{server!r} takes no mail now ({kind})") from error


def _options(connection: smtplib.SMTP, address: str) -> tuple[str, ...]:
    """Return what an address with letters beyond ASCII asks of a server."""
    if address.isascii():
        return ()
    if not connection.has_extn("smtputf8"):
        raise UndeliverableError("the mail server knows no addresses with letters beyond ASCII")
    return ("SMTPUTF8",)


def _expect(answer: tuple[int, bytes], server: MailServer) -> None:
    code, _ = answer
    if code not in (250, 251):
        raise NotSentError(f"{server!r} takes no mail now ({code})")


def _is_here(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
