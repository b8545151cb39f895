"""What this installation shows to verifiers: its published documents and the issuers it knows.

It needs neither database nor keys, so that checking a badge needs neither.
"""

from pathlib import Path
from typing import Final

from service.own_files import naming, read_own
from service.settings import Settings
from verifier import DocumentSource
from verifier.published import PublicFolder
from verifier.trust import TrustRegistry, parse_registry

DESCRIPTION: Final = "installation.json"
TRUSTED_ISSUERS: Final = "trusted-issuers.json"


def public_folder(data: Path, base_url: str) -> PublicFolder:
    """Return the published documents as files."""
    return PublicFolder(data / "public", base_url)


def local_source(settings: Settings, behind: DocumentSource) -> DocumentSource:
    """Return our own published documents in front of another source."""
    path = settings.data / DESCRIPTION
    if not path.is_file():
        return behind
    base_url = read_own(path).get("baseUrl")
    if not isinstance(base_url, str):
        return behind
    return public_folder(settings.data, base_url).source(behind)


def local_trust(settings: Settings) -> TrustRegistry:
    """Return the issuers that are known here by name."""
    path = settings.data / TRUSTED_ISSUERS
    if not path.is_file():
        return TrustRegistry()
    with naming(path):
        return parse_registry(path.read_bytes())
