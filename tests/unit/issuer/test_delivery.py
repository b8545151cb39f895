"""A mail server's URL says how it is spoken to; a password never crosses a network in clear."""

import pytest

from issuer.delivery import parse_mail_server
from openbadges.errors import RefusedError

SERVERS = [
    pytest.param("smtp://127.0.0.1", ("smtp", "127.0.0.1", 25, None, None), id="plain"),
    pytest.param("smtp://[::1]:2525/", ("smtp", "::1", 2525, None, None), id="a port"),
    pytest.param("smtps://m.example", ("smtps", "m.example", 465, None, None), id="TLS"),
    pytest.param(
        "smtp+starttls://a%40b:p%2Fw@m.example",
        ("smtp+starttls", "m.example", 587, "a@b", "p/w"),
        id="a user",
    ),
    pytest.param("smtp://a:pw@localhost", ("smtp", "localhost", 25, "a", "pw"), id="here"),
]


@pytest.mark.parametrize(("url", "parts"), SERVERS)
def test_a_url_is_read(url: str, parts: tuple[object, ...]) -> None:
    server = parse_mail_server(url)
    assert (server.scheme, server.host, server.port, server.user, server.password) == parts
    assert "pw" not in repr(server)
    assert "p/w" not in repr(server)


@pytest.mark.parametrize(
    "url",
    [
        pytest.param("mail.example", id="no scheme"),
        pytest.param("http://mail.example", id="another scheme"),
        pytest.param("smtp://", id="no host"),
        pytest.param("smtp://mail.example:mail", id="no port"),
        pytest.param("smtp://mail.example/folder", id="a path"),
        pytest.param("smtp://mail.example?tls=no", id="a query"),
        pytest.param("smtp://a:secret@mail.example", id="a password in clear"),
    ],
)
def test_what_is_no_mail_server_or_tells_a_password_is_refused(url: str) -> None:
    with pytest.raises(RefusedError, match="INSIGNIA_SMTP_URL") as told:
        parse_mail_server(url)
    assert "secret" not in str(told.value)
