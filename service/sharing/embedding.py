"""What pages of others show of a share link: the HTML that its owner copies, and what a card says.

The HTML is a plain link that works alone; the script `static/embed.js` turns it into a card with
the verdict of that moment.
"""

from typing import Final

from flask_babel import force_locale
from markupsafe import Markup

from openbadges.strict import Document
from service.sharing.showing import Shown
from service.web.credential_view import CredentialView, view_or_none
from service.web.running import running
from service.web.verdict_words import verdict_sentence
from verifier.summary import proven_issuer

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
    """Return the report of a share link, with what a card shows of it."""
    return {**shown.report.as_json(), "display": _display(shown)}


def _display(shown: Shown) -> Document:
    """Return what stands in the verified document, and apart from it who proved to have signed."""
    report = shown.report
    view = view_or_none(report.verified_document, base_url=running().base_url)
    with force_locale("en"):
        verdict = str(verdict_sentence(report))
    return {
        "name": None if view is None else view.name,
        "language": None if view is None else view.language,
        "issuerName": None if view is None else view.issuer_name,
        "issuer": proven_issuer(report),
        "picture": None if view is None else _picture(view),
        "verdict": verdict,
        "trial": shown.released.trial,
    }


def _picture(view: CredentialView) -> str | None:
    """Return an address that holds on pages of others too; a view has a path for our own."""
    if view.picture is None or not view.picture.startswith("/"):
        return view.picture
    return running().base_url.removesuffix(running().path) + view.picture


def _line(text: str) -> str:
    return " ".join(text.split())
