"""Every door that is described answers as it is described, and refuses what its schema forbids.

schemathesis makes the requests from the description, the same ones every day: at the edges of each
schema and within it, and others that break it. No answer is a 500, and none is of a status, media
type or shape that the description does not have.
"""

import shutil
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

import pytest
import schemathesis
from flask import Flask
from hypothesis import HealthCheck, settings
from schemathesis import AuthContext, Case
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    ignored_auth,
    missing_required_header,
    negative_data_rejection,
    response_schema_conformance,
    status_code_conformance,
    unsupported_method,
)

from accounts.tables import Scope
from service.machine.openapi import describe_doors
from tests.programs import program
from tests.shell import Shell
from tests.site import make_site

pytestmark = pytest.mark.thorough

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

BASE_URL: Final = "https://badges.example"
EXAMPLES: Final = 20  # of each door, besides those at the edges of its schema
UNCOUNTED: Final = {f"RATE_{name}": "1000000" for name in ("PAGES", "VERIFY", "SECRETS", "API")}
SCOPES: Final = {
    "/api/awards": Scope.AWARD,
    "/api/batches": Scope.AWARD,
    "/api/batches/{batch_id}": Scope.AWARD,
    "/api/batches/{batch_id}/undo": Scope.AWARD,
    "/credentials/issue": Scope.ISSUE,
}
ISSUING: Final = "/credentials/issue"
# Of the issuer that the example of a credential to sign names.
SEED: Final = "6241a409e6707bb640a0140a8a32bc3d193c33a661747284d6adfa4ed4180be4"
STAND_IN: Final = "Bearer insignia_which-the-service-below-replaces"
CHECKS: Final = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
    negative_data_rejection,
    missing_required_header,
    ignored_auth,
    unsupported_method,
]


@dataclass
class Served:
    """Whichever application the tests of this module are served by."""

    app: Flask | None = None
    tokens: dict[Scope, str] = field(default_factory=dict)

    def __call__(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        """Answer a request, addressed by the name that the service goes by."""
        environ["HTTP_HOST"] = urlsplit(BASE_URL).netloc
        if environ.get("HTTP_AUTHORIZATION") == STAND_IN:
            environ["HTTP_AUTHORIZATION"] = self.tokens[
                Scope.ISSUE if environ["PATH_INFO"] == ISSUING else Scope.AWARD
            ]
        if self.app is None:
            raise RuntimeError("no application is served yet")
        return self.app(environ, start_response)


served = Served()
schema = schemathesis.openapi.from_dict(describe_doors(BASE_URL))
schema.config.update(base_url=BASE_URL)
schema.app = served


@schema.auth(refresh_interval=None)
class Tokens:
    """Shows a token at each door that asks for one."""

    def get(self, case: Case[Any], context: AuthContext) -> str | None:
        """Return what is shown: the true tokens are made when the tests run."""
        del context
        return STAND_IN if case.operation.path in SCOPES else None

    def set(self, case: Case[Any], data: str | None, context: AuthContext) -> None:
        """Show it."""
        del context
        if data is not None:
            case.headers["Authorization"] = data


@pytest.fixture(scope="module", autouse=True)
def service(
    tmp_path_factory: pytest.TempPathFactory, awarded_folder: Path, catalogue_folder: Path
) -> Iterator[None]:
    """A service that has both kinds of issuers, with a token for each door that asks for one."""
    folder = tmp_path_factory.mktemp("described") / "data"
    shutil.copytree(awarded_folder.with_name("before"), folder)
    shell = Shell(folder).having(BADGE_CLASSES=str(catalogue_folder))
    key = shell.does("keys", "import-seed", SEED).strip()
    shell.does("issuer", "create", "--profile", "generic", "--key", key)
    shell.does("keys", "generate", "--purpose", "receipt")
    site = make_site(shell.having(**UNCOUNTED))
    served.app = site.app
    served.tokens = {
        scope: program(site, scope).headers["Authorization"] for scope in set(SCOPES.values())
    }
    yield
    served.app = None
    site.installation.close()


@schema.parametrize()
@settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
)
def test_every_door_answers_as_it_is_described(case: Case[Any]) -> None:
    case.call_and_validate(checks=CHECKS)
