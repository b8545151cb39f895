"""Answers kept for a few minutes: asked once, never older than that, and never spoiled."""

import threading
from concurrent.futures import CancelledError, ThreadPoolExecutor

import pytest

from openbadges.errors import Code, MalformedError, UnavailableError
from tests.world import Internet
from verifier.cached_documents import (
    FAILURE_SECONDS,
    LIFETIME_SECONDS,
    CachedDocuments,
)

URL = "https://badges.example/did.json"
DOCUMENT = b'{"id": "did:web:badges.example"}'


class Clock:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.seconds = 1000.0

    def __call__(self) -> float:
        """Read it."""
        return self.seconds


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def internet() -> Internet:
    """A world with one document."""
    internet = Internet()
    internet.publish(URL, DOCUMENT)
    return internet


@pytest.fixture
def cached(internet: Internet, clock: Clock) -> CachedDocuments:
    return CachedDocuments(internet, clock=clock)


def failure(cached: CachedDocuments, url: str = URL, maximum_bytes: int = 100) -> UnavailableError:
    with pytest.raises(UnavailableError) as caught:
        cached.fetch(url, maximum_bytes=maximum_bytes)
    return caught.value


def test_an_answer_is_repeated_for_five_minutes_and_not_longer(
    cached: CachedDocuments, internet: Internet, clock: Clock
) -> None:
    assert cached.fetch(URL, maximum_bytes=100) == DOCUMENT
    internet.publish(URL, b'{"id": "new"}')
    clock.seconds += LIFETIME_SECONDS - 1
    assert cached.fetch(URL, maximum_bytes=100) == DOCUMENT
    clock.seconds += 1
    assert cached.fetch(URL, maximum_bytes=100) == b'{"id": "new"}'
    assert internet.fetched == {URL: 2}


def test_the_age_of_an_answer_counts_from_when_it_was_asked_for(clock: Clock) -> None:
    internet = Internet()

    def slow() -> bytes:
        clock.seconds += 5
        return DOCUMENT

    internet.publish(URL, slow)
    cached = CachedDocuments(internet, clock=clock)
    cached.fetch(URL, maximum_bytes=100)
    clock.seconds += LIFETIME_SECONDS - 5
    cached.fetch(URL, maximum_bytes=100)
    assert internet.fetched == {URL: 2}


def test_e13_a_failure_is_repeated_for_a_minute_with_the_same_words(
    cached: CachedDocuments, internet: Internet, clock: Clock
) -> None:
    internet.take_down(URL)
    first = failure(cached)
    internet.publish(URL, DOCUMENT)
    clock.seconds += FAILURE_SECONDS - 1
    again = failure(cached)
    assert (str(again), again.code) == (str(first), Code.RETRIEVAL)
    assert again is not first
    clock.seconds += 1
    assert cached.fetch(URL, maximum_bytes=100) == DOCUMENT
    assert internet.fetched == {URL: 2}


def test_r26_a_page_of_excuses_is_left_as_soon_as_a_failure_and_spoils_nothing_good(
    cached: CachedDocuments, internet: Internet, clock: Clock
) -> None:
    internet.publish(URL, b"<html>Sorry")
    assert cached.fetch(URL, maximum_bytes=100) == b"<html>Sorry"
    internet.publish(URL, b"\xef\xbb\xbf\n" + DOCUMENT)
    clock.seconds += FAILURE_SECONDS
    assert cached.fetch(URL, maximum_bytes=100).endswith(DOCUMENT)
    internet.publish(URL, b"<html>Sorry")
    clock.seconds += LIFETIME_SECONDS - 1
    assert cached.fetch(URL, maximum_bytes=100).endswith(DOCUMENT)


def test_a_compact_jws_is_a_document_too(internet: Internet, clock: Clock) -> None:
    internet.publish(URL, b"eyJhbGciOiJFUzI1NiJ9.e30.AA")
    cached = CachedDocuments(internet, clock=clock)
    cached.fetch(URL, maximum_bytes=100)
    clock.seconds += FAILURE_SECONDS
    cached.fetch(URL, maximum_bytes=100)
    assert internet.fetched == {URL: 1}


def test_e12_one_place_is_asked_once_however_it_is_spelled(
    cached: CachedDocuments, internet: Internet
) -> None:
    for url in (URL, "HTTPS://Badges.Example:443/did.json"):
        assert cached.fetch(url, maximum_bytes=100) == DOCUMENT
    assert internet.fetched == {URL: 1}


class Everything:
    """A source that answers every URL with itself, even those that are never fetched."""

    def __init__(self) -> None:
        self.urls: list[str] = []

    def fetch(self, url: str, *, maximum_bytes: int) -> bytes:
        """Answer with the URL."""
        del maximum_bytes
        self.urls.append(url)
        return b"{" + url.encode() + b"}"


@pytest.mark.parametrize(
    "other",
    [
        *("https://badges.example/did.json#key", "https://someone@badges.example/did.json"),
        *("https://badges.example/DID.json", "https://badges.example/did.json?", "http://x/"),
        *("https://badges.example:8443/did.json", "https://badges.example/%64id.json"),
    ],
)
def test_e12_another_place_never_answers_for_this_one(other: str, clock: Clock) -> None:
    cached = CachedDocuments(Everything(), clock=clock)
    for url in (URL, other, URL, other):
        assert cached.fetch(url, maximum_bytes=100) == b"{" + url.encode() + b"}"


def test_a_url_that_is_never_fetched_is_refused_each_time_and_not_kept(clock: Clock) -> None:
    class Refusing(Everything):
        def fetch(self, url: str, *, maximum_bytes: int) -> bytes:
            super().fetch(url, maximum_bytes=maximum_bytes)
            raise MalformedError("never", code=Code.URL_NOT_ALLOWED)

    source = Refusing()
    cached = CachedDocuments(source, clock=clock)
    for url in ("https://127.0.0.1/", "https://127.0.0.1/", URL, URL):
        with pytest.raises(MalformedError) as caught:
            cached.fetch(url, maximum_bytes=100)
        assert caught.value.code is Code.URL_NOT_ALLOWED
    assert len(source.urls) == 4


def test_what_is_too_long_for_one_use_is_not_missing_for_another(
    cached: CachedDocuments, internet: Internet
) -> None:
    failure(cached, maximum_bytes=5)
    assert cached.fetch(URL, maximum_bytes=100) == DOCUMENT
    failure(cached, maximum_bytes=5)
    assert internet.fetched == {URL: 2}


@pytest.mark.parametrize("up", [True, False])
def test_e13_two_hundred_checks_at_once_ask_one_time(up: bool) -> None:  # noqa: FBT001 -- a table
    internet = Internet()
    everyone_waits = threading.Event()

    def slowly() -> bytes:
        everyone_waits.wait(10)
        if up:
            return DOCUMENT
        raise UnavailableError("nothing answers")

    def check(_: int) -> bytes | str:
        started.release()
        try:
            return cached.fetch(URL, maximum_bytes=100)
        except UnavailableError as error:
            return str(error)

    internet.publish(URL, slowly)
    cached = CachedDocuments(internet)
    started = threading.Semaphore(0)
    with ThreadPoolExecutor(200) as pool:
        answers = pool.map(check, range(200))
        for _ in range(200):
            started.acquire()
        everyone_waits.set()
        assert set(answers) == {DOCUMENT if up else "nothing answers"}
    assert internet.fetched == {URL: 1}


def test_while_one_place_is_slow_another_answers(internet: Internet) -> None:
    go_on = threading.Event()

    def hang() -> bytes:
        go_on.wait(10)
        return DOCUMENT

    internet.publish("https://slow.example/", hang)
    cached = CachedDocuments(internet)
    with ThreadPoolExecutor(1) as pool:
        slow = pool.submit(cached.fetch, "https://slow.example/", maximum_bytes=100)
        assert cached.fetch(URL, maximum_bytes=100) == DOCUMENT
        assert not slow.done()
        go_on.set()
        assert slow.result() == DOCUMENT


def test_a_fault_of_the_program_leaves_nobody_waiting_and_nothing_kept() -> None:
    internet = Internet()
    waiting = threading.Event()

    def break_down() -> bytes:
        waiting.wait(10)
        raise RuntimeError("a fault")

    internet.publish(URL, break_down)
    cached = CachedDocuments(internet)
    with ThreadPoolExecutor(2) as pool:
        checks = [pool.submit(cached.fetch, URL, maximum_bytes=100) for _ in range(2)]
        waiting.set()
        faults = [check.exception(timeout=10) for check in checks]
    assert all(isinstance(fault, RuntimeError | CancelledError) for fault in faults)
    internet.publish(URL, DOCUMENT)
    assert cached.fetch(URL, maximum_bytes=100) == DOCUMENT


def test_what_was_not_asked_for_longest_goes_first(clock: Clock) -> None:
    source = Everything()
    cached = CachedDocuments(source, clock=clock, maximum_kept=2)
    for name in ("a", "b", "a", "c", "a", "b"):
        cached.fetch(f"https://{name}.example/", maximum_bytes=100)
    assert [url[8] for url in source.urls] == ["a", "b", "c", "b"]


def test_no_more_bytes_are_kept_than_there_is_room_for(clock: Clock) -> None:
    internet = Internet()
    for name in "ab":
        internet.publish(f"https://{name}.example/", b"{" + bytes(599))
    internet.publish("https://c.example/", b"{" + bytes(999))
    cached = CachedDocuments(internet, clock=clock, maximum_kept_bytes=1000)
    for name in "aabbacc":
        cached.fetch(f"https://{name}.example/", maximum_bytes=2000)
    assert [internet.fetched[f"https://{name}.example/"] for name in "abc"] == [2, 1, 2]
