"""What pages of others show of a share link: the HTML that its owner copies, and what a card says.

The HTML is a plain link that works alone; the script `static/embed.js` turns it into a card with
the verdict of that moment.
"""

from typing import Final

from flask_babel import force_locale
from markupsafe import Markup

from openbadges.strict import Document
from service.sharing.showing import Shown
from service.web.credential_view import CredentialView
from service.web.report_document import report_document
from service.web.verdict_words import verdict_sentence

# A hostile name ends neither the link nor its own direction; whoever visits the page is told to us
# as little as can be.
_HTML: Final = Markup(
    '<a class="insignia-badge" href="{}"><bdi>{}</bdi> · <bdi>{}</bdi></a>\n'
    '<script async src="{}/static/embed.js" referrerpolicy="no-referrer"></script>'
)


def embed_html(address: str, view: CredentialView, *, base_url: str) -> str:
    """Return the HTML to copy, as text: a page that shows it has to escape it once more."""
    issuer = view.issuer_name or view.issuer_id
    return str(_HTML.format(address, _line(view.name), _line(issuer), base_url))


def shared_report(shown: Shown) -> Document:
    """Return the report of a share link, with what a card shows beside it."""
    with force_locale("en"):
        sentence = str(verdict_sentence(shown.report))
    return report_document(shown.report) | {"sentence": sentence, "trial": shown.released.trial}


def _line(text: str) -> str:
    return " ".join(text.split())
