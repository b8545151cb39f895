"""Settings come from the environment, secrets never do, and what is wrong is named."""

from dataclasses import fields, replace
from datetime import timedelta
from pathlib import Path

import pytest

from openbadges.errors import RefusedError
from service.settings import (
    MAXIMUM_BASE_URL_CHARACTERS,
    SECRET_PARAMETERS,
    SETTINGS,
    Limits,
    Settings,
    parse_base_url,
)
from storage import errors


def read(**variables: str) -> Settings:
    return Settings.from_environment(
        {f"INSIGNIA_{name}": value for name, value in variables.items()}
    )


def test_without_any_variable_there_are_defaults() -> None:
    assert Settings.from_environment({"PATH": "/bin", "INSIGNIAX": "1"}) == Settings(
        data=Path("var"),
        port=8000,
        base_url=None,
        database_url=None,
        database_url_file=None,
        badge_classes=None,
        passphrase_file=None,
    )


def test_every_limit_is_a_setting_with_a_range_that_holds_its_default() -> None:
    limits = {one.name: getattr(Limits(), one.name) for one in fields(Limits)}
    assert {f"INSIGNIA_{name.upper()}" for name in limits} <= set(SETTINGS)
    for name, value in limits.items():
        changed = read(**{name.upper(): str(value + 1)})
        assert changed.limits == replace(Limits(), **{name: value + 1})


def test_a_hold_is_told_in_minutes_and_the_address_is_one_of_this_machine() -> None:
    assert read(HOLD_MINUTES="3").limits.hold == timedelta(minutes=3)
    assert [read(LISTEN=text).listen for text in ("0.0.0.0", "::")] == ["0.0.0.0", "::"]  # noqa: S104 -- read, not bound


def test_the_service_works_unless_it_is_told_not_to() -> None:
    assert [read().works, read(WORK="on").works, read(WORK="off").works] == [True, True, False]


def test_every_setting_is_read() -> None:
    settings = read(
        DATA="/srv/badges",
        BASE_URL="https://badges.example/",
        PORT="8080",
        DATABASE_URL="postgresql://insignia@db/insignia",
        BADGE_CLASSES="classes",
        PASSPHRASE_FILE="/run/passphrase",  # noqa: S106 -- a file's name
    )
    assert settings == Settings(
        data=Path("/srv/badges"),
        port=8080,
        base_url="https://badges.example",
        database_url="postgresql://insignia@db/insignia",
        database_url_file=None,
        badge_classes=Path("classes"),
        passphrase_file=Path("/run/passphrase"),
    )
    assert settings.local_url == "http://localhost:8080"


def test_recipients_are_written_to_where_there_is_a_mail_server_and_a_sender() -> None:
    settings = read(SMTP_URL="smtps://mail.example", MAIL_FROM="Badges@mail.example")
    assert (settings.sends_mail, settings.mail_from) == (True, "badges@mail.example")
    assert not read().sends_mail


@pytest.mark.parametrize("name", SETTINGS)
def test_an_empty_variable_is_one_that_is_not_set(name: str) -> None:
    assert Settings.from_environment({name: ""}) == Settings.from_environment({})


REFUSED = [
    pytest.param({"PROT": "1"}, "did you mean INSIGNIA_PORT", id="unknown"),
    pytest.param(
        {"WALLPAPER_TINT": "1"}, "is not a setting; docs/operate.md lists", id="nothing near"
    ),
    pytest.param({"THREADS": "0"}, "INSIGNIA_THREADS must be a whole number", id="no thread"),
    pytest.param({"THREADS": "٨"}, "INSIGNIA_THREADS must be a whole", id="other digits in it"),
    pytest.param({"HOLD_MINUTES": "ten"}, "INSIGNIA_HOLD_MINUTES must be", id="a number in words"),
    pytest.param({"RATE_PAGES": "1e9"}, "from 1 to 1000000; found '1e9'", id="a rate too high"),
    pytest.param({"MAXIMUM_BODY_BYTES": "1"}, "MAXIMUM_BODY_BYTES must", id="a tiny body"),
    pytest.param({"WORK": "no"}, "INSIGNIA_WORK must be on or off; found 'no'", id="no switch"),
    pytest.param({"LISTEN": "badges"}, "INSIGNIA_LISTEN must be an IP address", id="a name"),
    pytest.param({"data": "x"}, "INSIGNIA_data is not a setting", id="in small letters"),
    pytest.param({"PASSPHRASE": "x"}, "INSIGNIA_PASSPHRASE is a secret", id="a passphrase"),
    pytest.param({"PASSPHRASE": ""}, "in INSIGNIA_PASSPHRASE_FILE", id="even an empty one"),
    pytest.param({"PORT": "http"}, "INSIGNIA_PORT must be a port", id="no port"),
    pytest.param({"PORT": "0"}, "INSIGNIA_PORT must be a port", id="port 0"),
    pytest.param({"PORT": "65536"}, "INSIGNIA_PORT must be a port", id="a port too high"),
    pytest.param({"PORT": "-1"}, "INSIGNIA_PORT must be a port", id="a port too low"),
    pytest.param({"PORT": "٨٠٠٠"}, "INSIGNIA_PORT must be a port", id="other digits"),
    pytest.param({"PORT": "9" * 5000}, "INSIGNIA_PORT must be a port", id="a long port"),
    pytest.param({"BASE_URL": "badges.example"}, "INSIGNIA_BASE_URL must be", id="no scheme"),
    pytest.param({"DATABASE_URL": "postgresql://u:pw@h/d"}, "has a password", id="a password"),
    pytest.param({"DATABASE_URL": "mariadb://h/d?password=pw"}, "has a password", id="a parameter"),
    pytest.param({"DATABASE_URL": "mariadb://h/d?passwd=pw"}, "has a password", id="PyMySQL's"),
    pytest.param({"DATABASE_URL": "postgresql://h/d?sslpassword="}, "has a password", id="TLS"),
    pytest.param({"DATABASE_URL": "mariadb://h/d?p%61sswd=pw"}, "has a password", id="encoded"),
    pytest.param({"DATABASE_URL": "postgresql://u:@h/d"}, "has a password", id="an empty one"),
    pytest.param({"BROKER_URL": "redis://:pw@h"}, "has a password", id="a broker's password"),
    pytest.param(
        {"SMTP_URL": "smtps://u:pw@h", "MAIL_FROM": "a@b.example"}, "has a password", id="mail's"
    ),
    pytest.param({"SMTP_URL": "smtps://h"}, "INSIGNIA_MAIL_FROM and", id="no sender"),
    pytest.param({"MAIL_FROM": "a@b.example"}, "belong together", id="no mail server"),
    pytest.param({"SMTP_URL": "smtps://h", "MAIL_FROM": "A <a@b>"}, "must be an", id="a name"),
    pytest.param({"DATABASE_URL": "postgresql://[h"}, "is not a URL", id="no URL"),
    pytest.param(
        {"DATABASE_URL": "postgresql://h/d", "DATABASE_URL_FILE": "/run/url"},
        "are both set; keep one",
        id="two databases",
    ),
]


@pytest.mark.parametrize(("variables", "sentence"), REFUSED)
def test_a_wrong_variable_is_refused_by_name(variables: dict[str, str], sentence: str) -> None:
    with pytest.raises(RefusedError, match="INSIGNIA_") as refusal:
        read(**variables)
    assert sentence in str(refusal.value)
    assert "pw" not in str(refusal.value)
    assert len(str(refusal.value)) < 300


def test_a_secret_in_the_environment_is_refused_with_the_way_out() -> None:
    with pytest.raises(RefusedError, match=r"file of mode 0600 .* INSIGNIA_DATABASE_URL_FILE$"):
        read(DATABASE_URL="mariadb://insignia:secret@db/insignia")


def test_a_parameter_that_only_sounds_secret_is_taken() -> None:
    url = "postgresql://h/d?application_name=password"
    assert read(DATABASE_URL=url).database_url == url


def test_what_is_refused_as_a_secret_is_also_hidden() -> None:
    assert SECRET_PARAMETERS == errors.SECRET_PARAMETERS


ADDRESSES = [
    pytest.param("https://badges.example", "https://badges.example", id="as it is"),
    pytest.param("https://badges.example/", "https://badges.example", id="a slash at the end"),
    pytest.param("HTTPS://Badges.Example", "https://badges.example", id="capitals"),
    pytest.param("https://badges.example:443", "https://badges.example", id="the usual port"),
    pytest.param("http://localhost:80/", "http://localhost", id="the usual port of http"),
    pytest.param("https://badges.example:8443", "https://badges.example:8443", id="another port"),
    pytest.param("https://a.example/Our/badges/", "https://a.example/Our/badges", id="a path"),
    pytest.param("http://127.0.0.1:8000", "http://127.0.0.1:8000", id="a number"),
    pytest.param("http://localhost:65535", "http://localhost:65535", id="the last port"),
    pytest.param("https://a.example/..a/.b", "https://a.example/..a/.b", id="parts with stops"),
    pytest.param("http://[::1]:8000", "http://[::1]:8000", id="a longer number"),
]


@pytest.mark.parametrize(("written", "address"), ADDRESSES)
def test_an_address_has_one_spelling(written: str, address: str) -> None:
    assert parse_base_url(written, name="it") == address
    assert parse_base_url(address, name="it") == address


@pytest.mark.parametrize(
    "written",
    [
        pytest.param("", id="nothing"),
        pytest.param("badges.example", id="no scheme"),
        pytest.param("ftp://badges.example", id="another scheme"),
        pytest.param("https://", id="no host"),
        pytest.param("https:///path", id="a path alone"),
        pytest.param("https://user@badges.example", id="a user"),
        pytest.param("https://badges.example?", id="an empty query"),
        pytest.param("https://badges.example/#a", id="a fragment"),
        pytest.param("https://badges.example/a b", id="a blank"),
        pytest.param("https://badges.example\n", id="a new line"),
        pytest.param("https://badges.example:0", id="port 0"),
        pytest.param("http://localhost:65536", id="a port too high"),
        pytest.param("http://...", id="a host of full stops"),
        pytest.param("https://badges..example", id="an empty label"),
        pytest.param("https://badges.example.", id="a full stop at the end"),
        pytest.param("http://[:]", id="no longer number"),
        pytest.param("http://[1::2::3]", id="a longer number twice shortened"),
        pytest.param("http://999.0.0.1", id="no number"),
        pytest.param("https://badges.example/..", id="the folder above"),
        pytest.param("https://badges.example/./a", id="the same folder"),
        pytest.param("https://badges.example/\udcff", id="bytes that are no text"),
        pytest.param("https://badges.example:x", id="no port"),
        pytest.param("https://bücher.example", id="a letter beyond ASCII"),
        pytest.param("https://badges.example//a", id="an empty part"),
        pytest.param("https://badges.example/" + "x" * MAXIMUM_BASE_URL_CHARACTERS, id="too long"),
    ],
)
def test_what_is_no_address_is_refused(written: str) -> None:
    with pytest.raises(RefusedError, match=r"^--address must be an address such as https://"):
        parse_base_url(written, name="--address")
