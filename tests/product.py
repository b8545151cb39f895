"""What our command line really makes: an installation, an issuer, and one badge in its files."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from click.testing import CliRunner

from openbadges.did import did_key_document
from openbadges.strict import Document, parse_json_object, parse_timestamp
from service.cli import main
from tests.amounts import FULL
from verifier import Report, Verifier
from verifier.published import PublicFolder
from verifier.sources import NoDocuments

AWARD: Final = (
    *("award", "citing-sources", "--to", "a@example.com"),
    *("--evidence", "https://ca.wikipedia.org/wiki/Usuari:Exemple"),
    *("--narrative", "Deu «cites», totes bones 🎓 {i una clau}"),
)


@dataclass(frozen=True, slots=True)
class Product:
    """An installation made by the command line, and the files of one badge that it awarded."""

    data: Path
    base_url: str

    @classmethod
    def make(cls, data: Path, *, method: str, base_url: str) -> "Product":
        """Make an installation with an issuer of a DID method, and award a badge."""
        made = cls(data, base_url)
        made.run("init", "--organisation", "Viquipedistes «ñ» 🎓", "--address", base_url)
        made.run("issuer", "create", "--did", method)
        made.run(*AWARD, "--out", str(data / "out"))
        return made

    def run(self, *arguments: str) -> Any:  # noqa: ANN401 -- JSON is any JSON value
        """Run a command with --json and return what it prints."""
        result = CliRunner().invoke(
            main,
            [*arguments, "--json"],
            env={"INSIGNIA_DATA": str(self.data), FULL: None},
            catch_exceptions=False,
        )
        assert result.exit_code == 0, result.output
        return parse_json_object(result.stdout, what=f"what {arguments[0]} prints")

    def file(self, name: str) -> bytes:
        """Read one of the badge's files."""
        return (self.data / "out" / name).read_bytes()

    @property
    def credential(self) -> Document:
        """The badge as JSON with its proof."""
        return parse_json_object(self.file("credential.json"), what="the credential")

    @property
    def now(self) -> datetime:
        """The moment at which it was awarded."""
        return parse_timestamp(self.credential["proof"]["created"], what="created")

    @property
    def jwks(self) -> Document:
        """The published key set."""
        path = self.data / "public" / ".well-known" / "jwks.json"
        return parse_json_object(path.read_bytes(), what="the key set")

    def published(self) -> dict[str, Document]:
        """Give the documents that verifying it needs, by DID or URL."""
        did = self.credential["issuer"]["id"]
        status_list = self.credential["credentialStatus"]["statusListCredential"]
        document = (
            did_key_document(did)
            if did.startswith("did:key:")
            else self._published(f"{self.base_url}/.well-known/did.json")
        )
        return {did: document, status_list: self._published(status_list)}

    def verify(self, presented: bytes) -> Report:
        """Verify one of its files here, at the moment of the award."""
        source = PublicFolder(self.data / "public", self.base_url).source(NoDocuments())
        return Verifier(source).verify(presented, now=self.now)

    def _published(self, url: str) -> Document:
        data = PublicFolder(self.data / "public", self.base_url).read(url)
        assert data is not None, f"nothing is published at {url}"
        return parse_json_object(data, what=url)
