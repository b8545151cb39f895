"""The language of the pages: chosen in the menu, kept with the account, or the browser's.

What a credential says stays in the language in which it was signed.
"""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Final
from urllib.parse import quote, urlencode

from flask import Flask, g, redirect, request
from flask_babel import Babel, format_date, get_locale
from werkzeug.wrappers import Response

from service.web.running import running
from service.web.visitors import current_account

LANGUAGES: Final[Mapping[str, str]] = {
    "en": "English",
    "ca": "Català",
    "es": "Español",
    "fr": "Français",
    "ar": "العربية",
}
"""The languages that the pages are written in, each by its own name."""

RIGHT_TO_LEFT: Final = frozenset(
    {"ar", "arc", "ckb", "dv", "fa", "he", "ku", "nqo", "ps", "sd", "ug", "ur", "yi"}
)
COOKIE: Final = "insignia-language"  # holds one of the five, and says nothing else
COOKIE_SECONDS: Final = 31_536_000  # a year
PARAMETER: Final = "lang"


def speak(app: Flask) -> None:
    """Let pages come in the reader's language."""
    app.config.update(BABEL_DEFAULT_LOCALE="en", BABEL_DEFAULT_TIMEZONE="UTC")
    Babel(
        app,
        locale_selector=choose,
        default_translation_directories="translations",
        default_domain="messages",
    )
    app.before_request(_take_choice)
    app.after_request(_tell)
    app.jinja_env.globals.update(
        languages=LANGUAGES,
        language=language,
        direction_of=direction_of,
        in_language=in_language,
    )
    app.jinja_env.filters.update(day=day, moment=moment)


def choose() -> str:
    """Return the language of this request's pages."""
    chosen = request.cookies.get(COOKIE)
    if chosen is not None and chosen in LANGUAGES:
        return chosen
    account = current_account()
    kept = None if account is None else account.language
    if kept is not None and kept in LANGUAGES:
        return kept
    return request.accept_languages.best_match(LANGUAGES, default="en") or "en"


def language() -> str:
    """Return the language tag of the page that is made."""
    return str(get_locale() or "en").replace("_", "-")


def direction_of(tag: str) -> str:
    """Return "rtl" or "ltr", the direction in which a language is written."""
    return "rtl" if tag.lower().split("-")[0] in RIGHT_TO_LEFT else "ltr"


def in_language(tag: str) -> str:
    """Return the address of this page that changes its language."""
    kept = [(name, value) for name, value in request.args.items(multi=True) if name != PARAMETER]
    return f"?{urlencode([*kept, (PARAMETER, tag)])}"


def day(moment_or_day: datetime | date) -> str:
    """Write a day as readers of the language do, in UTC."""
    return str(format_date(moment_or_day, format="long"))


def moment(value: datetime) -> str:
    """Write a moment as readers of the language do, with its zone said."""
    there = value.astimezone(UTC)
    return f"{format_date(there, format='long')} · {there:%H:%M} UTC"


def _take_choice() -> Response | None:
    """Keep a choice from the menu in a cookie, and show the same page without the choice."""
    chosen = request.args.get(PARAMETER)
    if request.method != "GET" or chosen is None or request.url_rule is None:
        return None
    rest = [(name, value) for name, value in request.args.items(multi=True) if name != PARAMETER]
    query = f"?{urlencode(rest)}" if rest else ""
    response = redirect(f"{running().path}{quote(request.path)}{query}", 303)
    if chosen in LANGUAGES:
        response.set_cookie(
            COOKIE,
            chosen,
            max_age=COOKIE_SECONDS,
            samesite="Lax",
            secure=running().is_https,
            httponly=True,
        )
    return response


def _tell(response: Response) -> Response:
    if response.mimetype == "text/html":
        response.headers["Content-Language"] = g.get("language", language())
        response.vary.update(("Accept-Language", "Cookie"))
    return response
