"""What every answer says to the browser, whichever door it came from."""

from collections.abc import Mapping
from typing import Final

from flask import Flask, g, request
from flask import Response as FlaskResponse
from werkzeug.wrappers import Response

from service.web.running import running

# Nothing runs, is shown or is sent that does not come from here; no frame shows us (I1, I20).
PAGE_POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:;"
    " connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none';"
    " require-trusted-types-for 'script'; trusted-types 'none'"
)
# A picture opened by itself is a page of its own, and may do nothing (G11).
PICTURE_POLICY: Final = "default-src 'none'; style-src 'unsafe-inline'; sandbox"

_ALWAYS: Final[Mapping[str, str]] = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=()",
}
STRICT_TRANSPORT: Final = "max-age=31536000"  # a year
PREFLIGHT_SECONDS: Final = 86_400  # so long a browser need not ask again whether it may ask
PRIVATE: Final = "no-store, private"


def dress(app: Flask) -> None:
    """Let every answer have the headers."""
    app.after_request(_dress)


def allow_any_origin(response: Response) -> Response:
    """Let pages of others read an answer that is the same for everyone (I19)."""
    response.headers["Access-Control-Allow-Origin"] = "*"
    return response


def open_to_pages(response: Response) -> Response:
    """Let pages of others read what a door answers to programs, and ask before whether they may.

    An answer that is a page itself stays ours: its words are for whoever sits before it.

    Spec: fetch#http-cors-protocol
    """
    if request.method == "OPTIONS":
        response.headers["Access-Control-Allow-Methods"] = "POST, OPTIONS"
        response.headers["Access-Control-Allow-Headers"] = "Content-Type"
        response.headers["Access-Control-Max-Age"] = str(PREFLIGHT_SECONDS)
    elif _is_page(response):
        return response
    return allow_any_origin(response)


def allow_camera(response: Response) -> Response:
    """Let a page ask whether it may use the camera, to scan a code."""
    policy = _ALWAYS["Permissions-Policy"].replace("camera=()", "camera=(self)")
    response.headers["Permissions-Policy"] = policy
    return response


def keep_private(response: Response) -> Response:
    """Let no cache keep an answer that is one person's (I6), and no search engine list it (J4)."""
    response.headers["Cache-Control"] = PRIVATE
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def _dress(response: FlaskResponse) -> FlaskResponse:
    is_open = response.headers.get("Access-Control-Allow-Origin") == "*"
    is_page = _is_page(response)
    is_picture = (response.mimetype or "").startswith("image/")
    for name, value in _ALWAYS.items():
        response.headers.setdefault(name, value)
    response.headers.setdefault(
        "Content-Security-Policy", PICTURE_POLICY if is_picture else PAGE_POLICY
    )
    response.headers.setdefault(
        "Cross-Origin-Resource-Policy", "cross-origin" if is_open else "same-origin"
    )
    if running().is_https:
        response.headers["Strict-Transport-Security"] = STRICT_TRANSPORT
    # a page has a visitor's name in it; a document that any origin may read is the same for all
    if "Set-Cookie" in response.headers or (g.get("session_was_read") and (is_page or not is_open)):
        response.headers["Cache-Control"] = PRIVATE
        response.vary.add("Cookie")
    unsaid = "no-cache" if request.method in {"GET", "HEAD"} else "no-store"
    response.headers.setdefault("Cache-Control", unsaid)
    return response


def _is_page(response: Response) -> bool:
    return response.mimetype == "text/html"
