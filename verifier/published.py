"""An installation's published documents as files, laid out as their URLs are below its base URL.

Whoever publishes writes the folder; here it is only read, so that checking a badge needs neither
a server nor a database.
"""

from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from urllib.parse import unquote

from openbadges.errors import UnavailableError
from verifier.ports import DocumentSource


@dataclass(frozen=True, slots=True)
class PublicFolder:
    """The folder, and the address that it stands for."""

    folder: Path
    base_url: str

    def source(self, behind: DocumentSource) -> "ExportedDocuments":
        """Return a source that answers for our own base URL from here, and else asks `behind`."""
        return ExportedDocuments(self, behind)

    def owns(self, url: str) -> bool:
        """Tell whether a URL is one of ours, so that nobody else may answer for it."""
        return url == self.base_url or url.startswith(self.base_url + "/")

    def path_of(self, url: str) -> Path | None:
        """Return where a URL's file lies; None for one that is not ours or leaves the folder."""
        if not self.owns(url) or any(mark in url for mark in "?#\0\\"):
            return None
        parts = PurePosixPath(unquote(url.removeprefix(self.base_url)).lstrip("/")).parts
        if not parts or ".." in parts or any("\0" in part for part in parts):
            return None
        return self.folder.joinpath(*parts)

    def read(self, url: str) -> bytes | None:
        """Return the file of a URL, or None where there is none."""
        path = self.path_of(url)
        try:
            return path.read_bytes() if path is not None and path.is_file() else None
        except OSError:
            return None


@dataclass(frozen=True, slots=True)
class ExportedDocuments:
    """The public folder as a source, in front of another one."""

    public: PublicFolder
    behind: DocumentSource

    def fetch(self, url: str, *, maximum_bytes: int) -> bytes:
        """Return our own document, or what the source behind has.

        Raises:
            UnavailableError: it is an address of ours and nothing is published there.
        """
        if not self.public.owns(url):
            return self.behind.fetch(url, maximum_bytes=maximum_bytes)
        body = self.public.read(url)
        if body is None or len(body) > maximum_bytes:
            raise UnavailableError(f"nothing that can be read is published at {url:.200}")
        return body
