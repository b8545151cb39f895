"""The forms in which one edition is given out, by the end of the address or what is asked for."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from flask import request
from werkzeug.wrappers import Response

from issuer.pictures import badge_png, badge_svg
from issuer.released import Released


@dataclass(frozen=True, slots=True)
class FileForm:
    """One form of a credential: its media type, and how its bytes are had."""

    media_type: str
    make: Callable[[Released], bytes]


def _json(released: Released) -> bytes:
    return released.forms.json


def _jws(released: Released) -> bytes:
    return released.forms.compact_jws


def _svg(released: Released) -> bytes:
    return badge_svg(released.picture, released.forms.json.decode(), trial=released.trial)


def _png(released: Released) -> bytes:
    return badge_png(released.picture, released.forms.json.decode(), trial=released.trial)


FORMS: Final[Mapping[str, FileForm]] = {
    "json": FileForm("application/vc", _json),
    "jws": FileForm("application/vc+jwt", _jws),
    "png": FileForm("image/png", _png),
    "svg": FileForm("image/svg+xml", _svg),
}
# What programs ask for, and the form that they mean; each also as an older name.
ACCEPTED: Final[Mapping[str, str]] = {
    "application/vc": "json",
    "application/vc+ld+json": "json",
    "application/ld+json": "json",
    "application/json": "json",
    "application/vc+jwt": "jws",
    "application/jwt": "jws",
    "image/png": "png",
    "image/svg+xml": "svg",
}
HTML: Final = "text/html"


def wanted_form() -> str | None:
    """Return the form that the request would rather have; None for a page."""
    best = request.accept_mimetypes.best_match([HTML, *ACCEPTED], default=HTML)
    return ACCEPTED.get(best)


def file_response(released: Released, form: str, *, download: bool = False) -> Response:
    """Return one form of a credential, with an ETag."""
    chosen = FORMS[form]
    body = chosen.make(released)
    response = Response(body, content_type=chosen.media_type)
    response.set_etag(sha256(body).hexdigest())
    if download:
        name = f"{released.badge_class}-{released.id[:8]}.{form}"
        response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
