"""Our own documents come from our database, whoever else claims to have them."""

from dataclasses import dataclass

from verifier import DocumentSource


@dataclass(frozen=True, slots=True)
class OwnDocuments:
    """What is published here, in front of another source that is asked for everything else."""

    published: DocumentSource
    base_url: str
    behind: DocumentSource

    def fetch(self, url: str, *, maximum_bytes: int) -> bytes:
        """Return our own document, or what the source behind has.

        Raises:
            UnavailableError: it is an address of ours and nothing is published there, or as the
                source behind.
            MalformedError: as the source behind.
        """
        is_ours = url == self.base_url or url.startswith(f"{self.base_url}/")
        source = self.published if is_ours else self.behind
        return source.fetch(url, maximum_bytes=maximum_bytes)
