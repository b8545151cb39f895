"""The words of a notice: in the award's language, and never more than a header may have (H15)."""

from email.message import EmailMessage
from email.policy import SMTP

import pytest

from service.notices import words_of

LINK = "https://badges.example/claim/abc"


def test_names_cannot_make_a_header_of_their_own() -> None:
    subject, text = words_of("en", "A\r\nBcc: x@example.org", "B\n\nC\x00\u2028D 100% %(x)s", LINK)
    assert subject == "A badge for you: B C D 100% %(x)s"
    assert "A Bcc: x@example.org awarded you" in text
    message = EmailMessage(policy=SMTP)
    message["Subject"] = subject
    assert message["Bcc"] is None


@pytest.mark.parametrize("language", ["en", "pt", "en-GB", "../../etc", ""])
def test_a_language_that_is_not_spoken_here_is_english(language: str) -> None:
    subject, text = words_of(language, "An issuer", "A badge", LINK)
    assert subject == "A badge for you: A badge"
    assert f"\n\n{LINK}\n\n" in text
