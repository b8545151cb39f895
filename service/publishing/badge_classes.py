"""The badge classes of this installation, for people as pages and for programs as documents.

A page is made of the published document, and shows nothing else of the badge class.
"""

from collections.abc import Sequence
from hashlib import sha256
from http import HTTPStatus
from typing import Final

from flask import Blueprint, abort, jsonify, redirect, request, url_for
from werkzeug.wrappers import Response

from badge_classes.badge_class import BadgeClass
from badge_classes.methods import Method
from badge_classes.rendering import class_url
from issuer.public_documents import picture_url, published_part
from issuer.publication import Published, find_published
from openbadges.errors import MissingError
from openbadges.models.achievement import Achievement
from openbadges.strict import Document, parse_json_object
from service.awarding.choosing import Choice, awardable, languages_of
from service.publishing.answers import JSON_TYPES, SUFFIX, exact, published_at
from service.web.headers import allow_any_origin
from service.web.languages import language as page_language
from service.web.pages import page, wants_html
from service.web.running import now, running

BADGE_CLASS_SECONDS: Final = 3600

blueprint: Final = Blueprint("badge_classes", __name__)


@blueprint.get("/badge-classes")
@blueprint.get("/badge-classes.json", endpoint="overview_json")
def overview() -> Response:
    """Show what can be awarded here, or list it for a program."""
    every = [published_part(one) for one in awardable(running().installation.catalogue)]
    choice = Choice.of(request.args.get("method"), request.args.get("badge_language"))
    chosen = [one for one in every if choice.admits(one)]
    if request.path.endswith(SUFFIX) or not wants_html(unless=JSON_TYPES):
        response = _listed(chosen)
    else:
        response = page(
            "badge_classes.html",
            classes=chosen,
            choice=choice,
            methods=list(Method),
            badge_languages=languages_of(every),
        )
    response.vary.add("Accept")
    return response


@blueprint.get("/badge-classes/<slug>", defaults={"version": None})
@blueprint.get("/badge-classes/<slug>/v<version>")
def newest(slug: str, version: str | None) -> Response:
    """Lead to a version in the reader's language; without a number it is the newest one."""
    badge_class = _published(slug if version is None else f"{slug}@{version}")
    response = redirect(
        url_for(
            ".show",
            slug=badge_class.slug,
            version=badge_class.version,
            language=_readers_language(badge_class),
        ),
        HTTPStatus.SEE_OTHER,
    )
    response.vary.update(("Accept-Language", "Cookie"))
    return response


@blueprint.get("/badge-classes/<slug>/v<version>/badge.svg")
def picture(slug: str, version: str) -> Response:
    """Answer with a version's picture; before it is published anywhere, with the locked one."""
    with running().installation.database.read() as session:
        found = find_published(session, running().base_url + request.path)
    if found is None:
        found = _locked_picture(_published(f"{slug}@{version}"))
    return exact(found, seconds=BADGE_CLASS_SECONDS)


@blueprint.get("/badge-classes/<slug>/v<version>/<language>")
def show(slug: str, version: str, language: str) -> Response:
    """Show a version in one language, or give its achievement to a program that asks for it.

    Spec: ob-v3p0#achievement
    """
    found = published_at(request.path.removesuffix(SUFFIX))
    if language.endswith(SUFFIX) or not wants_html(unless=JSON_TYPES):
        response = exact(found, seconds=BADGE_CLASS_SECONDS)
    else:
        document = parse_json_object(found.body, what="a published achievement")
        response = page(
            "badge_class.html",
            achievement=Achievement.parse(document),
            slug=slug,
            version=int(version),
            newest=_newest_version(slug),
        )
    response.vary.add("Accept")
    return response


def _listed(classes: Sequence[BadgeClass]) -> Response:
    return allow_any_origin(jsonify(badgeClasses=[_entry(one) for one in classes]))


def _entry(badge_class: BadgeClass) -> Document:
    base_url = running().base_url
    address = class_url(base_url, badge_class.slug, badge_class.version)
    return {
        "slug": badge_class.slug,
        "version": badge_class.version,
        "method": badge_class.method.value,
        "picture": picture_url(base_url, badge_class.slug, badge_class.version),
        "achievements": [
            {
                "id": f"{address}/{wording.language}",
                "inLanguage": wording.language,
                "name": wording.name,
            }
            for wording in badge_class.wordings.values()
        ],
    }


def _published(reference: str) -> BadgeClass:
    """Return a published version of the catalogue, without what is a draft in it.

    Raises:
        MissingError: there is none.
    """
    badge_class = running().installation.catalogue.find(reference)
    if not badge_class.locked:
        abort(HTTPStatus.NOT_FOUND)
    return published_part(badge_class)


def _newest_version(slug: str) -> int | None:
    """Return the newest version's number; None where a badge class is awarded no more."""
    try:
        return running().installation.catalogue.find(slug).version
    except MissingError:
        return None


def _readers_language(badge_class: BadgeClass) -> str:
    if page_language() in badge_class.languages:
        return page_language()
    best = request.accept_languages.best_match(badge_class.languages)
    return best or badge_class.language


def _locked_picture(badge_class: BadgeClass) -> Published:
    url = picture_url(running().base_url, badge_class.slug, badge_class.version)
    drawing = badge_class.picture
    return Published(url, drawing.data, sha256(drawing.data).hexdigest(), drawing.media_type, now())
