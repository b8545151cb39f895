"""What `insignia serve` looks at before it serves: secrets that lie open, and what is published.

D9 and D17 of the threats. A refusal is one sentence, and nothing is served.
"""

import json
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from issuer.publication import publish
from issuer.published_keys import DID_DOCUMENT, KEY_SET
from issuer.tables import PublishedDocumentRow
from openbadges.strict import Document, encode_base64url, parse_json_object
from storage import Database
from tests.issuing import NOW
from tests.shell import AWARD, Shell

SECRET = encode_base64url(bytes(range(32)))


def with_multibase(document: Document) -> None:
    document["verificationMethod"][0]["secretKeyMultibase"] = f"z{SECRET}"


def with_jwk(document: Document) -> None:
    document["verificationMethod"].append(
        {"id": "#another", "publicKeyJwk": {"kty": "OKP", "crv": "Ed25519", "d": SECRET}}
    )


def with_key(document: Document) -> None:
    document["keys"][0]["d"] = SECRET


def edit(shell: Shell, media_type: str, change: Callable[[Document], Any]) -> str:
    """Change what is published, as somebody at the database can; returns its address."""
    url = f"sqlite:///{shell.data / 'insignia.sqlite3'}"
    with closing(Database.open(url)) as database, database.write() as session:
        row = session.scalars(
            select(PublishedDocumentRow).where(PublishedDocumentRow.media_type == media_type)
        ).one()
        document = parse_json_object(row.body, what="it")
        change(document)
        body = json.dumps(document).encode()
        publish(session, row.url, body, media_type=media_type, now=NOW)
        return row.url


@pytest.mark.parametrize(
    ("media_type", "change"),
    [(DID_DOCUMENT, with_multibase), (DID_DOCUMENT, with_jwk), (KEY_SET, with_key)],
)
def test_d9_a_service_that_would_publish_a_private_key_does_not_start(
    shell: Shell, media_type: str, change: Callable[[Document], Any]
) -> None:
    url = edit(shell, media_type, change)
    sentence = shell.refused("serve")
    assert sentence.startswith(f"{url}: ")
    assert "publishes a private key" in sentence
    assert "mark that key compromised" in sentence
    assert SECRET not in sentence


def keys_of(shell: Shell) -> list[Path]:
    return sorted((shell.data / "keys").iterdir())


@pytest.mark.parametrize("mode", [0o644, 0o640, 0o604])
def test_d17_a_service_whose_keys_lie_open_does_not_start(shell: Shell, mode: int) -> None:
    shell.does(*AWARD, "--out", str(shell.data / "out"))
    for file in keys_of(shell):
        file.chmod(mode)
        assert shell.refused("serve") == f"{file.name} has mode {mode:04o}; expected 0600"
        file.chmod(0o600)


def test_d17_a_service_whose_keys_are_links_does_not_start(shell: Shell, tmp_path: Path) -> None:
    for file in keys_of(shell):
        elsewhere = tmp_path / file.name
        file.rename(elsewhere)
        file.symlink_to(elsewhere)
        assert shell.refused("serve").startswith(f"{file.name} is a link")
        file.unlink()
        elsewhere.rename(file)
