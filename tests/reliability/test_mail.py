"""The message to a recipient comes once, whatever the mail server does (R30, R31)."""

import re
import time
from collections.abc import Callable

import pytest

from issuer.jobs import LEASE
from issuer.tables import AwardRow, NoticeRow, NoticeState
from service.working import Worker
from storage.columns import Row
from tests.mail_servers import Mailbox, free_port, mail_server
from tests.serving import SECONDS_TO_END, begin
from tests.shell import ADDRESS, Shell
from tests.site import Browser, Site
from tests.tcp_proxy import TcpProxy

LINK = re.compile(r"https://badges\.example(/claim/[a-z2-7]+)")
FROM = "badges@badges.example"


@pytest.fixture
def mailbox() -> Mailbox:
    """An empty mailbox."""
    return Mailbox()


@pytest.fixture
def port() -> int:
    """The port of the mail server."""
    return free_port()


@pytest.fixture
def site(shell: Shell, open_site: Callable[..., Site], port: int) -> Site:
    """A site that writes to recipients."""
    return open_site(shell, SMTP_URL=f"smtp://127.0.0.1:{port}", MAIL_FROM=FROM)


@pytest.fixture
def trainer(site: Site) -> Browser:
    """A trainer who has signed in."""
    return site.trainer()


def work(site: Site, **later: float) -> None:
    """Let time pass, and a worker do what is due."""
    site.clock.move(**later)
    Worker(site.installation, site.clock).do_all()


def row_of(site: Site, table: type[Row], award: str) -> Row:
    """Give the award's row of a table as it is now."""
    with site.installation.database.read() as session:
        return session.get_one(table, award.rpartition("/")[2])


def notice(site: Site, award: str) -> NoticeState:
    row = row_of(site, NoticeRow, award)
    assert isinstance(row, NoticeRow)
    return row.state


def knows_the_recipient(site: Site, award: str) -> bool:
    row = row_of(site, AwardRow, award)
    assert isinstance(row, AwardRow)
    return row.recipient_identifier is not None


def test_a_recipient_gets_the_link_that_takes_the_badge_when_the_hold_has_ended(
    site: Site, trainer: Browser, mailbox: Mailbox, port: int
) -> None:
    award = site.award(trainer)
    with mail_server(mailbox, port):
        work(site)
        assert mailbox.taken == []
        assert knows_the_recipient(site, award)
        assert "goes to the recipient after the hold" in trainer.get(award).text
        work(site, minutes=11)
        work(site, days=1)
    (message,) = mailbox.messages
    assert mailbox.addresses == [ADDRESS]
    assert (message["From"], message["To"]) == (FROM, ADDRESS)
    assert (message["Auto-Submitted"], message["Content-Language"]) == ("auto-generated", None)
    assert message.get_content_type() == "text/plain"
    text = message.get_content()
    assert "/manage/" not in text
    assert "Wiki friend" in text
    (path,) = LINK.findall(text)
    assert site.browser().send(path).status_code == 303
    assert notice(site, award) is NoticeState.SENT
    assert not knows_the_recipient(site, award)


def test_a_release_brings_the_message_forward(
    site: Site, trainer: Browser, mailbox: Mailbox, port: int
) -> None:
    award = site.award(trainer)
    trainer.submit(award, f"{award}/release")
    with mail_server(mailbox, port):
        work(site)
    assert len(mailbox.taken) == 1
    assert "A message with this link was sent" in trainer.get(award).text


@pytest.mark.parametrize("end", ["undo", "revoke"])
def test_nothing_is_sent_of_what_was_undone_or_revoked(
    site: Site, trainer: Browser, mailbox: Mailbox, port: int, end: str
) -> None:
    award = site.award(trainer)
    if end == "revoke":
        site.clock.move(minutes=11)
    trainer.submit(award, f"{award}/{end}", reason="a mistake", sure="yes")
    with mail_server(mailbox, port):
        work(site, minutes=11)
    assert (mailbox.taken, notice(site, award)) == ([], NoticeState.DROPPED)


def test_who_took_the_badge_in_the_room_is_sent_nothing(
    site: Site, trainer: Browser, mailbox: Mailbox, port: int
) -> None:
    site.claimed(trainer)
    (award,) = site.awards_of(trainer)
    with mail_server(mailbox, port):
        work(site)
    assert (mailbox.taken, notice(site, award)) == ([], NoticeState.DROPPED)
    assert not knows_the_recipient(site, award)


def test_a_mail_server_that_is_down_for_a_day_delays_each_message_and_doubles_none(
    site: Site,
    trainer: Browser,
    mailbox: Mailbox,
    port: int,
    capsys: pytest.CaptureFixture[str],
) -> None:
    people = [f"learner-{number}@example.org" for number in range(3)]
    awards = [site.award(trainer, recipient=one) for one in people]
    for _ in range(12):
        work(site, hours=2)
    assert {notice(site, one) for one in awards} == {NoticeState.WAITING}
    with mail_server(mailbox, port):
        work(site, hours=2)
        work(site, hours=2)
    assert sorted(mailbox.addresses) == people
    assert len(set(mailbox.ids)) == len(people)
    assert {notice(site, one) for one in awards} == {NoticeState.SENT}
    assert "learner-" not in "".join(capsys.readouterr())


@pytest.mark.parametrize(
    ("lost", "state"), [(1, NoticeState.SENT), (2, NoticeState.REFUSED)], ids=["once", "twice"]
)
def test_a_message_whose_answer_is_lost_comes_twice_at_most_and_is_known_again(
    shell: Shell,
    open_site: Callable[..., Site],
    mailbox: Mailbox,
    lost: int,
    state: NoticeState,
) -> None:
    behind = free_port()
    with mail_server(mailbox, behind), TcpProxy(behind) as proxy:
        site = open_site(shell, SMTP_URL=f"smtp://127.0.0.1:{proxy.port}", MAIL_FROM=FROM)
        trainer = site.trainer()
        award = site.award(trainer)
        site.clock.move(minutes=11)
        for _ in range(lost):
            proxy.cut_at(b"\r\n.\r\n", arrives=True)
            work(site, minutes=1)
        work(site, minutes=1)
        work(site, minutes=1)
    assert (len(mailbox.ids), len(set(mailbox.ids))) == (2, 1)
    assert notice(site, award) is state
    assert not knows_the_recipient(site, award)
    told = "did not say whether it took it" in trainer.get(award).text
    assert told == (state is NoticeState.REFUSED)


@pytest.mark.parametrize(
    ("answer", "is_final"),
    [
        pytest.param("550 no learner@example.org here", True, id="for good"),
        pytest.param("451 learner@example.org: later", False, id="for now"),
    ],
)
def test_an_address_that_is_refused_for_good_is_told_to_the_trainer_and_not_tried_again(  # noqa: PLR0913 -- fixtures
    site: Site,
    mailbox: Mailbox,
    port: int,
    answer: str,
    *,
    is_final: bool,
    capsys: pytest.CaptureFixture[str],
) -> None:
    trainer = site.trainer()
    award = site.award(trainer)
    mailbox.answer = answer
    with mail_server(mailbox, port):
        work(site, minutes=11)
        state = NoticeState.REFUSED if is_final else NoticeState.WAITING
        assert notice(site, award) is state
        mailbox.answer = "250 OK"
        work(site, minutes=1)
    assert len(mailbox.taken) == (not is_final)
    assert not knows_the_recipient(site, award)
    refused = "was not delivered (the mail server refused the address (550))"
    assert (refused in trainer.get(award).text) == is_final
    assert ADDRESS not in "".join(capsys.readouterr())


def test_a_worker_that_is_killed_while_it_sends_makes_no_other_message(
    site: Site, trainer: Browser, mailbox: Mailbox, port: int
) -> None:
    award = site.award(trainer)
    trainer.submit(award, f"{award}/release")
    mailbox.hangs = True
    with mail_server(mailbox, port):
        process = begin(site.shell, site.shell.data / "log", ("service.cli", "work"))
        while not mailbox.taken:
            time.sleep(0.05)
            assert process.poll() is None, (site.shell.data / "log").read_text()
        process.kill()
        process.wait(SECONDS_TO_END)
        mailbox.hangs = False
        assert notice(site, award) is NoticeState.SENDING
        work(site, seconds=LEASE.total_seconds() + 1)
        work(site, hours=2)
    assert len(set(mailbox.ids)) == 1
    assert len(mailbox.ids) == 2
    assert notice(site, award) is NoticeState.SENT
