"""Where a request may come from and be addressed to: our own name, and our own pages.

Ids and links are never made from what a request calls us (I17); a form of another site is refused
before anything is read (I4).
"""

from http import HTTPStatus
from typing import Final
from urllib.parse import urlsplit

from flask import Flask, abort, request
from flask_babel import gettext as _

from service.web.running import running

SAFE_METHODS: Final = frozenset({"GET", "HEAD", "OPTIONS"})
# What watches whether we live asks by any name.
_BY_ANY_NAME: Final = frozenset({"health.healthz", "health.readyz"})
# What changes nothing and says the same to all answers pages of others too (I19).
_FOR_ALL_PAGES: Final = frozenset(
    {"verifying.verify", "vc_api.verify_credential", "vc_api.verify_presentation"}
)
# What a bearer token opens, which no other site has. Other doors do not look at Authorization: a
# browser sends it by itself where a proxy in front asked for a password.
_BY_TOKEN: Final = frozenset(
    {
        "awards_api.create",
        "batches_api.create",
        "batches_api.undo",
        "vc_api.issue_credential",
    }
)
_LOOPBACK: Final = frozenset({"localhost", "127.0.0.1", "[::1]"})
# What a browser says of a form that came from one of our pages, or from its own address bar.
_OUR_OWN: Final = frozenset({"same-origin", "none"})


def guard(app: Flask) -> None:
    """Refuse requests for another host, and changes that another site asks for."""
    app.before_request(_check_host)
    app.before_request(_check_origin)


def _check_host() -> None:
    if request.endpoint in _BY_ANY_NAME or request.host in _own_hosts():
        return
    abort(HTTPStatus.BAD_REQUEST, _("This service does not go by that name."))


def _own_hosts() -> frozenset[str]:
    own = urlsplit(running().base_url)
    hosts = {own.netloc}
    if own.hostname in {"localhost", "127.0.0.1", "::1"}:  # the names of one machine for itself
        port = f":{own.port}" if own.port else ""
        hosts |= {f"{name}{port}" for name in _LOOPBACK}
    return frozenset(hosts)


def _check_origin() -> None:
    """Refuse a change asked for by a page of another site; programs send neither header.

    A page without a referrer sends the origin "null", so that one decides nothing by itself.
    """
    if request.method in SAFE_METHODS or request.endpoint in _FOR_ALL_PAGES | _BY_TOKEN:
        return
    site = request.headers.get("Sec-Fetch-Site")
    origin = request.headers.get("Origin", "null")
    own = {f"{urlsplit(running().base_url).scheme}://{host}" for host in _own_hosts()}
    if (site is not None and site not in _OUR_OWN) or (origin != "null" and origin not in own):
        abort(HTTPStatus.FORBIDDEN, _("Another site sent this form, so nothing was done."))
