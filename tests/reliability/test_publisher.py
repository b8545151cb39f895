"""A publisher that fails or is dead is told by readiness, and no reader believes it for long."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from issuer.policy import STATUS_LIST_LIFETIME
from issuer.publication import PublishedDocuments
from issuer.watching import list_states
from keys import Purpose
from service.due import publish_status
from service.working import Worker
from tests.site import Browser, Site


def troubles(site: Site) -> list[str]:
    answer = site.browser().get("/readyz")
    told = answer.json or {}
    assert answer.status_code == (503 if told.get("troubles") else 200)
    return list(told.get("troubles", []))


def list_url(site: Site) -> str:
    with site.installation.database.read() as session:
        (only,) = list_states(session)
    return only.url


def published(site: Site) -> tuple[bytes, bytes | None]:
    """Return the list as a row and as a file."""
    url = list_url(site)
    row = PublishedDocuments(site.installation.database).fetch(url, maximum_bytes=1_000_000)
    return row, site.installation.public.read(url)


def revoke(trainer: Browser, award: str) -> None:
    trainer.submit(award, f"{award}/revoke", reason="a mistake", sure="yes")


def block_files(site: Site) -> Callable[[], None]:
    """Let a file lie where the folder of published files should be."""
    public = site.installation.settings.data / "public"
    aside = public.with_name("aside")
    public.rename(aside)
    public.write_text("in the way")

    def mend() -> None:
        public.unlink()
        aside.rename(public)

    return mend


def block_key(site: Site) -> Callable[[], None]:
    """Damage the file of the key that signs lists."""
    (record,) = site.installation.keystore.listed(Purpose.STATUS_LIST)
    path = site.installation.settings.data / "keys" / f"key-{record.key_id}"
    whole = path.read_bytes()
    path.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
    return lambda: _write(path, whole)


def _write(path: Path, data: bytes) -> None:
    path.write_bytes(data)


@pytest.mark.parametrize("at_what", ["the key", "the files"])
def test_r23_a_list_that_cannot_be_published_stays_and_the_revocation_is_told_by_us(
    site: Site, at_what: str
) -> None:
    trainer = site.trainer()
    learner, manage = site.claimed(trainer)
    share = site.shared(learner, manage)
    (award,) = site.awards_of(trainer)
    worker = Worker(site.installation, site.clock)
    worker.do_duties()
    before = published(site)
    mend = (block_key if at_what == "the key" else block_files)(site)
    revoke(trainer, award)
    worker.do_duties()
    assert "evoked" in trainer.get(award).text  # at once, to who did it
    if at_what == "the key":
        assert published(site) == before
    site.clock.move(minutes=3)
    worker.do_duties()
    assert "The issuer has revoked it." in site.browser().get(share).text
    mend()
    worker.do_duties()
    row, file = published(site)
    assert row == file != before[0]
    assert troubles(site) == []


def test_a_revocation_that_waits_too_long_is_named_by_readiness(site: Site) -> None:
    trainer = site.trainer()
    site.claimed(trainer)
    (award,) = site.awards_of(trainer)
    publish_status(site.installation, now=site.clock())
    revoke(trainer, award)
    assert troubles(site) == []  # the worker has a round's time
    site.clock.move(seconds=91)
    assert troubles(site) == ["revocations"]
    publish_status(site.installation, now=site.clock())
    assert troubles(site) == []


def test_a_revocation_is_public_within_a_minute_of_a_worker_that_does_its_rounds(
    site: Site,
) -> None:
    trainer = site.trainer()
    site.claimed(trainer)
    (award,) = site.awards_of(trainer)
    worker = Worker(site.installation, site.clock)
    worker.do_duties()
    before = published(site)
    revoke(trainer, award)
    rounds = 0
    while published(site) == before:
        site.clock.move(seconds=30)
        worker.do_duties()
        rounds += 1
    assert rounds == 1


def test_r24_a_list_is_told_to_be_old_at_half_of_its_lifetime(site: Site) -> None:
    site.claimed()
    publish_status(site.installation, now=site.clock())
    site.clock.moved += STATUS_LIST_LIFETIME / 2 - timedelta(minutes=2)
    assert troubles(site) == []
    site.clock.move(minutes=4)
    assert troubles(site) == ["status lists"]
    publish_status(site.installation, now=site.clock())
    assert troubles(site) == []
