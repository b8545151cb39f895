"""Programs at the machine doors: they send JSON with a bearer token, and keep no cookie."""

import json
from dataclasses import dataclass, field
from typing import Any, Final

from werkzeug.test import TestResponse

from accounts.api_tokens import create_token
from accounts.tables import Scope
from issuer.issuers import find_issuer
from issuer.tables import Profile
from openbadges.strict import Document, parse_json_object
from tests.site import Site

PROFILES: Final = {Scope.AWARD: Profile.BADGES, Scope.ISSUE: Profile.GENERIC}


@dataclass(frozen=True, slots=True)
class Program:
    """One program with its headers; `send` takes a document, or text as it is."""

    site: Site
    headers: dict[str, str] = field(default_factory=dict)

    def send(self, path: str, body: object, **headers: str) -> TestResponse:
        """Send a body; header names are given with underscores, None leaves one out."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        data = body if isinstance(body, str | bytes) else json.dumps(body)
        everything = {"Content-Type": "application/json", **self.headers, **named}
        return self.site.app.test_client().post(
            path,
            base_url=self.site.base_url,
            data=data,
            headers={name: value for name, value in everything.items() if value},
        )


def program(site: Site, scope: Scope | None = None, did: str | None = None) -> Program:
    """Give a program, with a token of a scope if it is to have one."""
    if scope is None:
        return Program(site)
    with site.installation.database.write() as session:
        issuer = find_issuer(session, did, profile=PROFILES[scope])
        _token, text = create_token(
            session, name="A program", scope=scope, issuer_id=issuer.id, now=site.clock()
        )
    return Program(site, {"Authorization": f"Bearer {text}"})


def answered(response: TestResponse, status: int) -> Document:
    """Return the JSON of an answer that has this status."""
    assert response.status_code == status, response.text
    return parse_json_object(response.data, what="the answer")


def problem(response: TestResponse, status: int, code: str) -> Any:  # noqa: ANN401 -- JSON
    """Return the sentence of a problem document of this status and code."""
    document = answered(response, status)
    assert response.mimetype == "application/problem+json"
    assert (document["status"], document["code"]) == (status, code)
    return document["detail"]
