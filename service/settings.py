"""Every setting, read once from the environment into one frozen object.

A wrong or unknown `INSIGNIA_…` variable is refused by name. Secrets are never read from the
environment itself, which other processes and crash reports can see: they come from files.
"""

import difflib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import timedelta
from ipaddress import IPv4Address, IPv6Address, ip_address
from pathlib import Path
from typing import Final
from urllib.parse import parse_qsl, urlsplit

from openbadges.errors import MalformedError, RefusedError
from openbadges.identity import normalise_email

DEFAULT_PORT = 8000
MAXIMUM_PORT = 65535
MAXIMUM_SECRET_FILE_BYTES = 4096

# Room for the paths of credentials and status lists in a database's URL column of 500.
MAXIMUM_BASE_URL_CHARACTERS = 400

_PREFIX: Final = "INSIGNIA_"
_USUAL_PORTS: Final = {"http": "80", "https": "443"}
_PORT: Final = re.compile(r"[1-9][0-9]{0,4}", re.ASCII)
_WHOLE: Final = re.compile(r"0|[1-9][0-9]{0,9}", re.ASCII)
_LABEL: Final = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_BASE_URL: Final = re.compile(
    rf"(?P<scheme>https?)://(?P<host>{_LABEL}(?:\.{_LABEL})*|\[[0-9a-f:.]+\])"
    rf"(?::(?P<port>{_PORT.pattern}))?"
    r"(?P<path>(?:/(?!\.{1,2}(?:/|\Z))[a-z0-9._~-]+)*/?)",
    re.ASCII | re.IGNORECASE,
)
# What the databases' drivers take a secret from; `storage.errors` hides the same ones.
SECRET_PARAMETERS: Final = frozenset({"password", "passwd", "sslpassword", "ssl_key_password"})
SETTINGS: Final = {
    "INSIGNIA_DATA": "the data folder, var/ unless set",
    "INSIGNIA_BASE_URL": "the public address, such as https://badges.example.org",
    "INSIGNIA_PORT": "the port on this machine, 8000 unless set",
    "INSIGNIA_DATABASE_URL": "sqlite, postgresql or mariadb URL without a password",
    "INSIGNIA_DATABASE_URL_FILE": "a file of mode 0600 that holds the database URL",
    "INSIGNIA_BADGE_CLASSES": "a folder of badge classes instead of those that come along",
    "INSIGNIA_PASSPHRASE_FILE": "a file of mode 0600 that holds the keystore's passphrase",
    "INSIGNIA_JOURNAL": "the file that every act is written to, journal in the data folder",
    "INSIGNIA_BACKUP_RECIPIENTS": "public keys (age1…) that backups are encrypted to",
    "INSIGNIA_LISTEN": "the address on this machine that is listened at, 127.0.0.1 unless set",
    "INSIGNIA_SMTP_URL": "smtp, smtps or smtp+starttls URL of a mail server without a password",
    "INSIGNIA_SMTP_URL_FILE": "a file of mode 0600 that holds the mail server's URL",
    "INSIGNIA_MAIL_FROM": "the address that messages to recipients come from",
    "INSIGNIA_WORK": "whether the service does what is due itself: on unless set, or off",
    "INSIGNIA_BROKER_URL": "redis, rediss, amqp or amqps URL without a password",
    "INSIGNIA_BROKER_URL_FILE": "a file of mode 0600 that holds the broker's URL",
    "INSIGNIA_METRICS_PORT": "the port of figures for Prometheus on 127.0.0.1; none unless set",
    "INSIGNIA_THREADS": "requests that are answered at once, 8 unless set",
    "INSIGNIA_TRUSTED_PROXIES": "proxies in front that tell a caller's address, 0 unless set",
    "INSIGNIA_HOLD_MINUTES": "minutes in which a new award can be undone, 10 unless set",
    "INSIGNIA_KEY_ROTATION_DAYS": "days after which another key follows; 0, never, unless set",
    "INSIGNIA_MAXIMUM_BODY_BYTES": "bytes of one request, 5 MiB unless set",
    "INSIGNIA_MAXIMUM_FORM_PARTS": "parts of one form, 128 unless set",
    "INSIGNIA_MAXIMUM_SECONDS": "seconds without a sign of life, 30 unless set",
    "INSIGNIA_RATE_PAGES": "requests a minute from one address, 1200 unless set",
    "INSIGNIA_RATE_VERIFY": "verifications a minute from one address, 60 unless set",
    "INSIGNIA_RATE_SECRETS": "links a minute from one address that open nothing, 60 unless set",
    "INSIGNIA_RATE_API": "requests a minute with a bearer token, 300 unless set",
}
# Each whole number among them: (least, most).
_RANGES: Final = {
    "threads": (1, 256),
    "trusted_proxies": (0, 9),
    "hold_minutes": (0, 10_080),
    "key_rotation_days": (0, 3_650),
    "maximum_body_bytes": (65_536, 64 * 1024 * 1024),
    "maximum_form_parts": (40, 10_000),
    "maximum_seconds": (10, 600),
    "rate_pages": (1, 1_000_000),
    "rate_verify": (1, 1_000_000),
    "rate_secrets": (1, 1_000_000),
    "rate_api": (1, 1_000_000),
}


@dataclass(frozen=True, slots=True)
class Limits:
    """The figures by which the service bounds its work; `docs/operate.md` explains each."""

    threads: int = 8
    trusted_proxies: int = 0  # how many times X-Forwarded-For is believed (I16)
    hold_minutes: int = 10
    key_rotation_days: int = 0  # how long a key signs; 0 is for ever
    maximum_body_bytes: int = 5 * 1024 * 1024  # a baked picture of 4 MiB and its form (C17, G16)
    maximum_form_parts: int = 128  # a hundred files to verify, and the fields beside them (G16)
    maximum_seconds: int = 30  # without a sign of life of the process; a request has no such end
    rate_pages: int = 1200  # a minute from one address: a workshop behind one router
    rate_verify: int = 60  # a minute from one address
    rate_secrets: int = 60  # guesses a minute from one address that open nothing
    rate_api: int = 300  # a minute with one token

    @property
    def hold(self) -> timedelta:
        """How long an award can be undone."""
        return timedelta(minutes=self.hold_minutes)

    @property
    def key_lifetime(self) -> timedelta | None:
        """How long a key signs before another follows by itself; None is for ever."""
        return timedelta(days=self.key_rotation_days) if self.key_rotation_days else None


@dataclass(frozen=True, slots=True)
class Settings:
    """Where this installation keeps its things and what it is called from outside."""

    data: Path
    port: int
    base_url: str | None  # None: whatever `init` fixed, or this machine's own address
    database_url: str | None
    database_url_file: Path | None
    badge_classes: Path | None
    passphrase_file: Path | None
    journal: Path | None = None  # None: in the data folder
    backup_recipients: tuple[str, ...] = ()
    listen: str = "127.0.0.1"
    broker_url: str | None = None
    broker_url_file: Path | None = None
    smtp_url: str | None = None
    smtp_url_file: Path | None = None
    mail_from: str | None = None
    metrics_port: int | None = None  # None: no figures are kept
    works: bool = True  # whether the service has a worker of its own
    limits: Limits = field(default_factory=Limits)

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> "Settings":
        """Read the settings.

        Raises:
            RefusedError: a variable is unknown, malformed, or holds a secret itself.
        """
        _refuse_unknown(environment)
        values = {name: environment[name] for name in SETTINGS if environment.get(name)}
        base_url = values.get("INSIGNIA_BASE_URL")
        return cls(
            data=Path(values.get("INSIGNIA_DATA", "var")),
            port=_port("INSIGNIA_PORT", values.get("INSIGNIA_PORT")) or DEFAULT_PORT,
            base_url=None
            if base_url is None
            else parse_base_url(base_url, name="INSIGNIA_BASE_URL"),
            database_url=_url(values, "INSIGNIA_DATABASE_URL"),
            database_url_file=_path(values.get("INSIGNIA_DATABASE_URL_FILE")),
            badge_classes=_path(values.get("INSIGNIA_BADGE_CLASSES")),
            passphrase_file=_path(values.get("INSIGNIA_PASSPHRASE_FILE")),
            journal=_path(values.get("INSIGNIA_JOURNAL")),
            backup_recipients=tuple(values.get("INSIGNIA_BACKUP_RECIPIENTS", "").split()),
            listen=_listen(values.get("INSIGNIA_LISTEN")),
            broker_url=_url(values, "INSIGNIA_BROKER_URL"),
            broker_url_file=_path(values.get("INSIGNIA_BROKER_URL_FILE")),
            smtp_url=_url(values, "INSIGNIA_SMTP_URL"),
            smtp_url_file=_path(values.get("INSIGNIA_SMTP_URL_FILE")),
            mail_from=_mail_from(values),
            metrics_port=_port("INSIGNIA_METRICS_PORT", values.get("INSIGNIA_METRICS_PORT")),
            works=_switch("INSIGNIA_WORK", values.get("INSIGNIA_WORK")),
            limits=_limits(values),
        )

    @property
    def sends_mail(self) -> bool:
        """Whether recipients are written to."""
        return self.mail_from is not None

    @property
    def local_url(self) -> str:
        """The address that this machine has for itself, where no public one is set."""
        return f"http://localhost:{self.port}"


def parse_base_url(text: str, *, name: str) -> str:
    """Return an http(s) address in its one spelling: host in lower case, no slash at the end.

    Raises:
        RefusedError: it has another scheme, a query, a fragment or a user, a host, port or path
            that nobody can reach, or is too long.
    """
    match = _BASE_URL.fullmatch(text)
    if (
        match is None
        or len(text) > MAXIMUM_BASE_URL_CHARACTERS
        or int(match["port"] or 0) > MAXIMUM_PORT
        or not _may_exist(match["host"])
    ):
        raise RefusedError(
            f"{name} must be an address such as https://badges.example.org; found {text!r:.120}"
        )
    scheme, host, port = match["scheme"].lower(), match["host"].lower(), match["port"]
    written = "" if port in (None, _USUAL_PORTS[scheme]) else f":{port}"
    return f"{scheme}://{host}{written}{match['path'].rstrip('/')}"


def _may_exist(host: str) -> bool:
    """Tell whether a host that is written in numbers is an address; a name is not looked up."""
    try:
        if host.startswith("["):
            IPv6Address(host[1:-1])
        elif not host.strip("0123456789."):
            IPv4Address(host)
    except ValueError:
        return False
    return True


def _refuse_unknown(environment: Mapping[str, str]) -> None:
    for name in sorted(environment):
        if not name.startswith(_PREFIX) or name in SETTINGS:
            continue
        if f"{name}_FILE" in SETTINGS:
            raise RefusedError(
                f"{name} is a secret and is not read from the environment; put it into a file of"
                f" mode 0600 and name that file in {name}_FILE"
            )
        near = difflib.get_close_matches(name.upper(), SETTINGS, n=2, cutoff=0.7)
        mean = f"did you mean {' or '.join(near)}?" if near else "docs/operate.md lists them"
        raise RefusedError(f"{name:.80} is not a setting; {mean}")


def _port(name: str, text: str | None) -> int | None:
    if text is None:
        return None
    if not _PORT.fullmatch(text) or int(text) > MAXIMUM_PORT:
        raise RefusedError(f"{name} must be a port from 1 to 65535; found {text!r:.20}")
    return int(text)


def _listen(text: str | None) -> str:
    """Return an address of this machine's, 0.0.0.0 and :: for all of them."""
    try:
        return str(ip_address(text or "127.0.0.1"))
    except ValueError as error:
        raise RefusedError(
            f"INSIGNIA_LISTEN must be an IP address such as 127.0.0.1; found {text!r:.60}"
        ) from error


def _mail_from(values: Mapping[str, str]) -> str | None:
    """Return the address that messages come from, which goes together with a mail server."""
    text = values.get("INSIGNIA_MAIL_FROM")
    if (text is None) == values.keys().isdisjoint(("INSIGNIA_SMTP_URL", "INSIGNIA_SMTP_URL_FILE")):
        try:
            return None if text is None else normalise_email(text)
        except MalformedError as error:
            raise RefusedError(
                f"INSIGNIA_MAIL_FROM must be an address such as badges@example.org;"
                f" found {text!r:.60}"
            ) from error
    raise RefusedError(
        "INSIGNIA_MAIL_FROM and INSIGNIA_SMTP_URL (or INSIGNIA_SMTP_URL_FILE) belong together;"
        " set both, or none"
    )


def _switch(name: str, text: str | None) -> bool:
    if text not in (None, "on", "off"):
        raise RefusedError(f"{name} must be on or off; found {text!r:.20}")
    return text != "off"


def _limits(values: Mapping[str, str]) -> Limits:
    numbers = {one.name: values.get(f"{_PREFIX}{one.name.upper()}") for one in fields(Limits)}
    return Limits(**{name: _number(name, text) for name, text in numbers.items() if text})


def _number(name: str, text: str) -> int:
    least, most = _RANGES[name]
    number = int(text) if _WHOLE.fullmatch(text) else -1
    if not least <= number <= most:
        raise RefusedError(
            f"{_PREFIX}{name.upper()} must be a whole number from {least} to {most};"
            f" found {text!r:.20}"
        )
    return number


def _url(values: Mapping[str, str], name: str) -> str | None:
    """Return a URL that has no secret in it, and that no file is named for beside it."""
    text = values.get(name)
    if text is None:
        return None
    if f"{name}_FILE" in values:
        raise RefusedError(f"{name} and {name}_FILE are both set; keep one")
    try:
        parts = urlsplit(text)
        parameters = dict(parse_qsl(parts.query, keep_blank_values=True))
    except ValueError as error:
        raise RefusedError(f"{name} is not a URL") from error
    if parts.password is not None or SECRET_PARAMETERS & parameters.keys():
        raise RefusedError(
            f"{name} has a password in it, and the environment is not secret; put the URL into a"
            f" file of mode 0600 and name that file in {name}_FILE"
        )
    return text


def _path(text: str | None) -> Path | None:
    return None if text is None else Path(text)
