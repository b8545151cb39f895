"""Published status lists that are at hand after a loss: found, and their signatures checked.

They are looked for in the public folder, which may have survived, and where the operator says.
"""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from issuer.catching_up import OurList
from issuer.published_lists import PublishedList, find_list
from openbadges.errors import RefusedError
from openbadges.strict import MAXIMUM_DOCUMENT_BYTES
from verifier import Verifier
from verifier.published import PublicFolder
from verifier.sources import NoDocuments, SuppliedDocuments


def lists_at_hand(
    public: PublicFolder, paths: Sequence[Path], did_documents: Mapping[str, bytes]
) -> tuple[OurList, ...]:
    """Return every status list of our address in the public folder and in files and folders.

    `did_documents` are those that the database has, by URL; one that is public may list keys that
    are newer.

    Raises:
        RefusedError: a list's signature does not hold, or a named file is none of our lists.
    """
    known = [did_documents, {**did_documents, **_public_ones(public, did_documents)}]
    found = []
    for path, body in _bodies([public.folder, *paths]):
        one = find_list(body)
        if one is not None and public.owns(one.url):
            found.append(_proven(path, one, known))
        elif path in paths:
            raise RefusedError(f"{path} is no status list of {public.base_url}")
    return tuple(found)


def _public_ones(public: PublicFolder, urls: Mapping[str, bytes]) -> dict[str, bytes]:
    bodies = {url: public.read(url) for url in urls}
    return {url: body for url, body in bodies.items() if body is not None}


def _bodies(paths: Sequence[Path]) -> Iterator[tuple[Path, bytes]]:
    for path in paths:
        for one in sorted(path.rglob("*")) if path.is_dir() else [path]:
            if one.is_file() and one.stat().st_size <= MAXIMUM_DOCUMENT_BYTES:
                yield one, one.read_bytes()


def _proven(path: Path, presented: PublishedList, known: Sequence[Mapping[str, bytes]]) -> OurList:
    """Return what a list's proof covers, judged at the moment from which it speaks."""
    for documents in known:
        verifier = Verifier(SuppliedDocuments(documents, NoDocuments()))
        report = verifier.verify(presented.body, now=presented.valid_from)
        if report.proven_issuer is not None and report.verified_document is not None:
            proven = PublishedList.of(report.verified_document, presented.body)
            return OurList(report.proven_issuer, proven)
    raise RefusedError(
        f"the signature of the status list {path} does not hold, so it says nothing; take that file"
        " away, or put the one in its place that was public"
    )
