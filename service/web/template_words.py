"""What templates call that is neither a page nor a language: pictures of codes, wordings, tags."""

from base64 import b64encode
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Final

from babel import Locale, UnknownLocaleError
from flask import Flask, g
from flask_babel import LazyString, format_decimal, get_locale
from flask_babel import lazy_gettext as _l
from markupsafe import Markup

from badge_classes.badge_class import BadgeClass
from badge_classes.wording import Wording
from issuer.pictures import qr_svg
from openbadges.models.achievement import RubricCriterionLevel
from service.web.languages import language
from service.web.markdown import MAXIMUM_PAGE_CHARACTERS, as_written, render_markdown
from service.web.reasons import reason_of
from service.web.visitors import current_account

MAXIMUM_READ: Final = 1e15  # of a number; beyond 28 digits Babel cannot write it
CODES_KEPT: Final = 256  # each takes a while to draw, and a page may show fifty of them twice

_SVG: Final = "data:image/svg+xml;base64,"
_RESULT_STATUSES: Final[Mapping[str, LazyString]] = {
    "Completed": _l("completed"),
    "Enrolled": _l("enrolled"),
    "Failed": _l("failed"),
    "InProgress": _l("in progress"),
    "OnHold": _l("on hold"),
    "Provisional": _l("provisional"),
    "Withdrew": _l("withdrew"),
}


def teach(app: Flask) -> None:
    """Let the templates of an application call them."""
    app.jinja_env.filters.update(
        qr=qr,
        wording=wording_of,
        language_name=language_name,
        markdown=markdown,
        by_level=by_level,
        number=number,
        result_status=result_status,
        reason=reason_of,
    )
    app.context_processor(lambda: {"account": current_account()})


def markdown(text: str) -> Markup:
    """Return the HTML of a text; once a page has had its measure, the rest of it as written."""
    g.markdown_characters = g.get("markdown_characters", 0) + len(text)
    is_too_much = g.markdown_characters > MAXIMUM_PAGE_CHARACTERS
    return as_written(text) if is_too_much else render_markdown(text)


@lru_cache(maxsize=CODES_KEPT)
def qr(url: str) -> str:
    """Return the QR code of an address as an inline picture."""
    return _SVG + b64encode(qr_svg(url)).decode("ascii")


def by_level(steps: Sequence[RubricCriterionLevel]) -> list[RubricCriterionLevel]:
    """Return the steps of a rubric in the order of their levels, where they have any."""
    return sorted(steps, key=lambda step: step.level or "")


def number(value: float) -> str:
    """Write a number as readers of the page do; one of more digits than anybody reads, plainly."""
    return str(format_decimal(value)) if abs(value) < MAXIMUM_READ else f"{value:g}"


def result_status(status: str) -> LazyString | str:
    """Return how far a result has come, in the page's language.

    Spec: ob-v3p0#resultstatustype-enumeration
    """
    return _RESULT_STATUSES.get(status, status)


def wording_of(badge_class: BadgeClass, preferred: str | None = None) -> Wording:
    """Return a badge class's words in the preferred language, the page's, or its own."""
    for tag in (preferred, language(), badge_class.language):
        if tag in badge_class.languages:
            return badge_class.wording(tag)
    return badge_class.wording(badge_class.language)


def language_name(tag: str) -> str:
    """Return a language's own name, and that in the language of the page where it differs."""
    try:
        locale = Locale.parse(tag, sep="-")
    except (ValueError, UnknownLocaleError):
        return tag
    own, here = locale.get_language_name() or tag, locale.get_language_name(get_locale()) or tag
    return own if own == here else f"{own} ({here})"
