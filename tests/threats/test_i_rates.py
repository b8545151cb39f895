"""I13, I15 and I16 of the threats: how often one may try, and who "one" is."""

from collections.abc import Callable

import pytest
from werkzeug.test import TestResponse

from openbadges.strict import parse_json_object
from tests.site import Site

OpenSite = Callable[..., Site]
NOTHING = "/s/" + "a" * 26


def ask(site: Site, path: str = "/", *, address: str = "192.0.2.1", **headers: str) -> TestResponse:
    """Ask as a caller at an address, with headers named with underscores."""
    return site.app.test_client().get(
        path,
        base_url=site.base_url,
        headers={name.replace("_", "-"): value for name, value in headers.items()},
        environ_base={"REMOTE_ADDR": address},
    )


def statuses(site: Site, path: str, times: int, **how: str) -> list[int]:
    return [ask(site, path, **how).status_code for _ in range(times)]


@pytest.fixture
def site(site: Site, open_site: OpenSite) -> Site:
    """A site at which one may ask for three pages a minute, and guess twice."""
    return open_site(site.shell, RATE_PAGES="3", RATE_SECRETS="2", RATE_VERIFY="2")


@pytest.mark.parametrize("accept", ["text/html", "application/json"])
def test_who_asks_too_often_is_told_how_many_seconds_to_wait(site: Site, accept: str) -> None:
    assert statuses(site, "/verify", 3) == [200, 200, 200]
    refused = ask(site, "/verify", Accept=accept)
    assert refused.status_code == 429
    seconds = refused.headers["Retry-After"]
    assert seconds.isdecimal()
    assert 1 <= int(seconds) <= 60
    if accept == "application/json":
        problem = parse_json_object(refused.data, what="the problem")
        assert problem["code"] == "TOO_MANY_REQUESTS"


GUESSED = [NOTHING, "/claim/" + "a" * 26, "/manage/" + "a" * 26, "/sign-in/" + "a" * 32]


@pytest.mark.parametrize("path", GUESSED)
def test_guesses_at_secrets_are_few(site: Site, path: str) -> None:
    assert statuses(site, path, 3) == [404, 404, 429]


def test_guesses_with_a_button_are_counted_too(site: Site) -> None:
    for path in GUESSED[1:]:
        sent = [site.browser().send(path).status_code for _ in range(4)]
        assert sent[-1] in {405, 429}
        assert not set(sent) & {200, 303, 500}


def test_verifying_is_counted(site: Site) -> None:
    sent = [site.browser().send("/verify", {"text": "{}"}).status_code for _ in range(3)]
    assert sent == [200, 200, 429]


def test_whether_it_lives_may_be_asked_at_any_time(site: Site) -> None:
    assert set(statuses(site, "/healthz", 10)) == {200}
    assert set(statuses(site, "/readyz", 10)) == {200}


def test_another_address_has_a_count_of_its_own(site: Site) -> None:
    assert statuses(site, "/", 4)[-1] == 429
    assert ask(site, address="192.0.2.2").status_code == 200


SPOOFS = ["X_Forwarded_For", "X_Real_IP", "Forwarded", "X_Client_IP", "CF_Connecting_IP", "Via"]


@pytest.mark.parametrize("header", SPOOFS)
def test_a_caller_cannot_say_that_it_is_another_one(site: Site, header: str) -> None:
    seen = [ask(site, **{header: f"198.51.100.{place}"}).status_code for place in range(4)]
    assert seen == [200, 200, 200, 429]


def test_an_ipv6_network_counts_as_one(site: Site) -> None:
    inside = [ask(site, address=f"2001:db8:0:1::{place:x}").status_code for place in range(1, 5)]
    assert inside == [200, 200, 200, 429]
    assert ask(site, address="2001:db8:0:1:ffff:ffff:ffff:ffff").status_code == 429
    assert ask(site, address="2001:db8:0:2::1").status_code == 200


def test_an_ipv4_address_written_as_ipv6_is_the_same_one(site: Site) -> None:
    assert statuses(site, "/", 4)[-1] == 429
    assert ask(site, address="::ffff:192.0.2.1").status_code == 429
    assert ask(site, address="::ffff:192.0.2.9").status_code == 200


@pytest.mark.parametrize("path", ["/Verify", "/verify/", "/./verify", "/%76erify", "/verify?a=1"])
def test_another_spelling_has_no_count_of_its_own(site: Site, path: str) -> None:
    assert statuses(site, "/verify", 4)[-1] == 429
    assert ask(site, path).status_code in {404, 429}


@pytest.fixture
def behind_two(site: Site, open_site: OpenSite) -> Site:
    """The same behind two proxies."""
    return open_site(site.shell, RATE_PAGES="3", TRUSTED_PROXIES="2")


def behind(site: Site, told: str) -> int:
    return ask(site, address="10.0.0.1", X_Forwarded_For=told).status_code


def test_as_many_proxies_are_believed_as_there_are(behind_two: Site) -> None:
    """What the caller itself says stands before what the proxies added, and is not believed."""
    said = [behind(behind_two, f"203.0.113.{place}, 198.51.100.7, 10.0.0.2") for place in range(4)]
    assert said == [200, 200, 200, 429]
    assert behind(behind_two, "198.51.100.8, 10.0.0.2") == 200
    assert behind(behind_two, "198.51.100.7, 10.0.0.9") == 429


@pytest.mark.parametrize(
    "told", ["", "10.0.0.2", "nonsense, nonsense", ",", "x" * 4_000, "1.2.3.4:80, x"]
)
def test_a_header_that_no_such_proxies_wrote_is_no_way_round(behind_two: Site, told: str) -> None:
    assert [behind(behind_two, told) for _ in range(4)] == [200, 200, 200, 429]
