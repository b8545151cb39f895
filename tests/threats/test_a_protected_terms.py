"""A8: a context that redefines a protected term is an answer at every door, and never an error."""

import json

import pytest

from tests.site import Site
from tests.world import EVIL, issued_by

REDEFINING = [
    pytest.param({"name": "https://evil.example/#n"}, id="name"),
    pytest.param({"@protected": True, "id": "https://evil.example/#id"}, id="id"),
    pytest.param({"proof": None}, id="proof"),
    pytest.param({"type": {"@id": "@type", "@type": "@id"}}, id="type"),
]


@pytest.mark.parametrize("context", REDEFINING)
def test_a8_a_protected_term_that_is_redefined_is_refused_at_both_doors(
    context: object, site: Site
) -> None:
    forged = EVIL.sign(issued_by(EVIL))
    forged["@context"] = [*forged["@context"], context]
    client = site.browser().client
    for path, body, status in (
        ("/credentials/verify", {"verifiableCredential": forged}, 400),
        ("/verify", forged, 200),
    ):
        answer = client.post(
            path,
            base_url=site.base_url,
            data=json.dumps(body),
            content_type="application/json",
            headers={"Accept": "application/json"},
        )
        assert answer.status_code == status, answer.text
        assert "CONTEXT_NOT_ALLOWED" in answer.text
        assert '"VERIFIED"' not in answer.text
