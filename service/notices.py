"""What the worker does of a notice: it is written in the award's language and handed on as mail.

It has the link by which the badge is taken, and nothing that tells whether it was opened.
"""

from collections.abc import Callable
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP, SMTPUTF8
from email.utils import format_datetime
from functools import lru_cache
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from babel.support import NullTranslations, Translations

from issuer.claims import claim_code
from issuer.delivery import NotSentError, UndeliverableError, deliver, parse_mail_server
from issuer.issuers import load_issuer
from issuer.jobs import Job
from issuer.notices import Notice, begin_sending, note_not_sent, note_refused, note_sent
from openbadges.errors import MissingError, UnavailableError
from service.installation import Installation
from service.web.languages import LANGUAGES

_TRANSLATIONS: Final = Path(__file__).parent / "translations"


def send_notice(installation: Installation, job: Job, clock: Callable[[], datetime]) -> None:
    """Send the notice of a job, unless it is of no use any more; at most twice, see `notices`.

    The clock is read once: what ends a turn may not come between the sending and its record.

    Raises:
        UnavailableError: no mail server is set, or it takes no mail now; it is tried again.
        RefusedError: the mail server's URL is none, or what is sealed was damaged.
        LeaseLostError: somebody else has the job.
    """
    now = clock()
    url, sender = installation.smtp_url, installation.settings.mail_from
    if url is None or sender is None:
        raise UnavailableError("no mail server is set here (INSIGNIA_SMTP_URL)")
    server, database = parse_mail_server(url), installation.database
    notice = database.transact(
        lambda session: begin_sending(session, job, installation.keystore, now)
    )
    if notice is None:
        return
    message = _message(installation, notice, job, sender, now)
    try:
        deliver(message, server, sender=sender, address=notice.address)
    except NotSentError:
        database.transact(lambda session: note_not_sent(session, job, now))
        raise
    except UndeliverableError as error:
        reason = str(error)
        database.transact(lambda session: note_refused(session, job, now, reason=reason))
    else:
        database.transact(lambda session: note_sent(session, job, now))


def _message(
    installation: Installation, notice: Notice, job: Job, sender: str, now: datetime
) -> EmailMessage:
    with installation.database.read() as session:
        issuer = load_issuer(session, notice.issuer_id)
    badge = _badge_name(installation, notice)
    code = claim_code(notice.award_id, installation.keystore)
    message = EmailMessage(policy=SMTP if notice.address.isascii() else SMTPUTF8)
    message["From"] = sender
    message["To"] = notice.address
    message["Subject"], text = words_of(
        notice.language, issuer.name, badge, f"{installation.base_url}/claim/{code}"
    )
    message["Date"] = format_datetime(now)
    message["Message-ID"] = f"<{job.id}@{urlsplit(installation.base_url).hostname}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(text)
    return message


def words_of(language: str, issuer: str, badge: str, link: str) -> tuple[str, str]:
    """Return the subject and the text of a notice in a language."""
    _ = _translations(language).gettext
    names = {"issuer": _one_line(issuer), "badge": _one_line(badge)}
    parts = (
        _("%(issuer)s awarded you the badge “%(badge)s”.") % names,
        _("Open this link to take it, and do not pass it on: whoever opens it takes the badge."),
        link,
        _("Nobody sees the badge until you share it. If you do not want it, do nothing."),
    )
    return _("A badge for you: %(badge)s") % names, "\n\n".join(parts) + "\n"


def _badge_name(installation: Installation, notice: Notice) -> str:
    try:
        return installation.catalogue.find(notice.badge_class).wording(notice.language).name
    except MissingError:  # the folder of badge classes is another one by now
        return notice.badge_class


@lru_cache
def _translations(language: str) -> NullTranslations:
    """Return the words of a language, which are those of English where we do not speak it."""
    known = language.partition("-")[0].lower()
    return Translations.load(_TRANSLATIONS, [known] if known in LANGUAGES else [])


def _one_line(text: str) -> str:
    """Return a name as a header may have it (H15)."""
    return " ".join("".join(one if one.isprintable() else " " for one in text).split())
