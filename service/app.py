"""The web application: every door of the service, put together for one installation."""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Final

from flask import Blueprint, Flask

from issuer.publication import PublishedDocuments
from service import problems
from service.awarding import awards, awards_api, batches_api, new_award
from service.installation import Installation
from service.machine import documentation
from service.publishing import badge_classes, documents, issuers
from service.publishing.own_documents import OwnDocuments
from service.sharing import claiming, credentials, managing, sharing
from service.signing_in import accounts, signing_in
from service.verifying import vc_api, verifying
from service.verifying.bulkhead import Bulkhead, FewAtOnce
from service.web import (
    csrf,
    front,
    headers,
    health,
    hosts,
    languages,
    logs,
    rates,
    restored,
    static_files,
    template_words,
)
from service.web.running import EXTENSION, Running
from service.web.sessions import DatabaseSessions, tell_trouble
from service.web.uploads import RequestInMemory
from verifier.cached_documents import CachedDocuments
from verifier.fetcher import GuardedFetcher
from verifier.list_memory import YoungestLists
from verifier.ports import Fetched
from verifier.unwrap import MAXIMUM_PRESENTED_BYTES

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

DOORS: Final[tuple[Blueprint, ...]] = (
    front.blueprint,
    health.blueprint,
    signing_in.blueprint,
    accounts.blueprint,
    new_award.blueprint,
    awards.blueprint,
    awards_api.blueprint,
    batches_api.blueprint,
    claiming.blueprint,
    managing.blueprint,
    sharing.blueprint,
    credentials.blueprint,
    verifying.blueprint,
    vc_api.blueprint,
    documents.blueprint,
    issuers.blueprint,
    badge_classes.blueprint,
    documentation.blueprint,
)
MAXIMUM_FORM_MEMORY_BYTES: Final = 1024 * 1024  # of the fields that are no files (G16)


def create_app(
    installation: Installation,
    *,
    clock: Callable[[], datetime],
    fetcher: GuardedFetcher | None = None,
) -> Flask:
    """Make the application of an installation.

    Raises:
        ExplainedError: the keystore cannot be opened.
    """
    app = Flask("service", static_folder=None)
    app.request_class = RequestInMemory
    app.url_map.strict_slashes = False
    app.url_map.merge_slashes = False
    limits = installation.settings.limits
    app.config.update(
        INSIGNIA_LIMITS=limits,
        MAX_CONTENT_LENGTH=limits.maximum_body_bytes,
        MAX_FORM_PARTS=limits.maximum_form_parts,
        MAX_FORM_MEMORY_SIZE=MAXIMUM_FORM_MEMORY_BYTES,
    )
    running = _running(installation, clock, fetcher or GuardedFetcher())
    app.extensions[EXTENSION] = running
    app.session_interface = DatabaseSessions(running)
    _serve_below(app, running.path)
    logs.watch(app)
    app.before_request(tell_trouble)
    headers.dress(app)
    hosts.guard(app)
    rates.count(app)
    languages.speak(app)
    for door in DOORS:
        app.register_blueprint(door)
    static_files.serve(app)
    csrf.protect(app, installation.keystore)
    restored.guard(app)
    problems.explain(app)
    template_words.teach(app)
    return app


def _serve_below(app: Flask, path: str) -> None:
    """Let the application stand below a path of its host, where the public address has one."""
    if not path:
        return
    inner = app.wsgi_app

    def below(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        asked = environ.get("PATH_INFO", "")
        if asked == path or asked.startswith(f"{path}/"):
            environ["SCRIPT_NAME"] = environ.get("SCRIPT_NAME", "") + path
            environ["PATH_INFO"] = asked[len(path) :]
        return inner(environ, start_response)

    app.wsgi_app = below  # type: ignore[method-assign] # Flask's own way


def _running(
    installation: Installation, clock: Callable[[], datetime], fetcher: GuardedFetcher
) -> Running:
    published = PublishedDocuments(installation.database)
    bulkhead = Bulkhead.of(installation.settings.limits.threads)

    def fetch_presented(link: str) -> Fetched:
        with bulkhead.place():
            return fetcher.fetch_presented(link, maximum_bytes=MAXIMUM_PRESENTED_BYTES)

    world = FewAtOnce(bulkhead, CachedDocuments(fetcher))
    return Running(
        installation=installation,
        clock=clock,
        source=OwnDocuments(published, installation.base_url, behind=world),
        own=published,
        fetch_presented=fetch_presented,
        lists=YoungestLists(),
    )
