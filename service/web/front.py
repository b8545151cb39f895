"""The front page: what this is, and where each of its three kinds of people goes."""

from typing import Final

from flask import Blueprint
from werkzeug.wrappers import Response

from service.web.pages import page
from service.web.running import running

blueprint: Final = Blueprint("front", __name__)
_SOMEBODYS: Final = ("/claim/", "/manage/", "/s/", "/awards", "/sign-in/")


@blueprint.get("/")
def home() -> Response:
    """Show the front page."""
    return page("home.html", organisation=running().installation.organisation)


@blueprint.get("/robots.txt")
def robots() -> Response:
    """Ask search engines to leave what is somebody's alone; their pages say so as well."""
    text = (
        "User-agent: *\nDisallow: /claim/\nDisallow: /manage/\nDisallow: /s/\nDisallow: /awards\n"
    )
    return Response(text, content_type="text/plain; charset=utf-8")
