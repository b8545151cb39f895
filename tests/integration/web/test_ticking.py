"""What is due is done every half minute, whatever of it fails."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from accounts.tables import SessionRow
from service.due import finish_interrupted, publish_status, sweep_sessions
from service.ticking import Ticker
from tests.site import Site


def test_a_revocation_is_public_with_the_next_tick_and_not_before(site: Site) -> None:
    trainer = site.trainer()
    learner, manage = site.claimed(trainer)
    share = site.shared(learner, manage)
    (award,) = site.awards_of(trainer)
    trainer.submit(award, f"{award}/revoke", reason="a mistake", sure="yes")
    assert "The issuer has not revoked it." in site.browser().get(share).text
    Ticker(site.installation, site.clock).tick()
    assert "The issuer has revoked it." in site.browser().get(share).text


def test_a_ticker_runs_in_its_thread_until_it_is_stopped(site: Site) -> None:
    trainer = site.trainer()
    learner, manage = site.claimed(trainer)
    share = site.shared(learner, manage)
    (award,) = site.awards_of(trainer)
    trainer.submit(award, f"{award}/revoke", reason="a mistake", sure="yes")
    ticker = Ticker(site.installation, site.clock, seconds=0.01)
    ticker.start()
    ticker.stop()  # after the first round at the earliest
    assert "The issuer has revoked it." in site.browser().get(share).text


def test_a_duty_that_fails_stops_no_other(site: Site, capsys: pytest.CaptureFixture[str]) -> None:
    site.trainer()
    site.clock.move(days=40)
    public = site.installation.settings.data / "public"
    public.rename(public.with_name("was-public"))
    public.write_text("a file where a folder should be")
    Ticker(site.installation, site.clock).tick()
    assert "not done: status lists" in "".join(capsys.readouterr())
    with site.installation.database.read() as session:
        assert session.scalars(select(SessionRow)).all() == []


def test_nothing_due_is_done_as_often_as_one_likes(site: Site) -> None:
    now = site.clock()
    assert publish_status(site.installation, now=now) == 0
    assert finish_interrupted(site.installation, now=now) == 0
    sweep_sessions(site.installation, now=now)


def test_lists_are_signed_anew_every_day(site: Site) -> None:
    site.claimed()
    assert publish_status(site.installation, now=site.clock() + timedelta(days=1, minutes=1)) == 1
