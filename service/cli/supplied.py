"""Documents that a person brings along, as files, for what an address or a DID answers with."""

from pathlib import Path
from typing import Final

import click

from openbadges.strict import MAXIMUM_DOCUMENT_BYTES, Document, parse_json_object
from service.own_files import naming

# What can be supplied: what an address answers with, or the document of a DID.
_LEFT_SIDES: Final = ("https://", "http://", "did:")

document_option: Final = click.option(
    "--document",
    "documents",
    multiple=True,
    metavar="URL=FILE",
    help="Use FILE for what a URL or DID answers with, instead of the network; may be repeated.",
)


def read_documents(documents: tuple[str, ...]) -> tuple[dict[str, bytes], dict[str, Document]]:
    """Read `URL=FILE` pairs, split at the last "="; DIDs are kept apart from URLs.

    Raises:
        UsageError: a pair is none, names what another does, or its file cannot be read.
        MalformedError: the document of a DID is no JSON object.
    """
    supplied: dict[str, bytes] = {}
    by_did: dict[str, Document] = {}
    for pair in documents:
        url, equals, name = pair.rpartition("=")
        if not equals or not name or not url.startswith(_LEFT_SIDES):
            raise click.UsageError(
                f"--document takes URL=FILE, where URL is https://… or a DID; found {pair!r:.120}"
            )
        if url in supplied or url in by_did:
            raise click.UsageError(f"--document names {url:.120} twice")
        data = read_file(name, option="--document")
        if url.startswith("did:"):
            with naming(Path(name)):
                by_did[url] = parse_json_object(data, what=f"the document for {url:.80}")
        else:
            supplied[url] = data
    return supplied, by_did


def read_file(name: str, *, option: str) -> bytes:
    """Read a file that an option names.

    Raises:
        UsageError: it cannot be read, or is longer than a document.
    """
    try:
        with Path(name).open("rb") as file:
            data = file.read(MAXIMUM_DOCUMENT_BYTES + 1)
    except OSError as error:
        raise click.UsageError(f"{option}: {name} cannot be read: {error.strerror}") from error
    if len(data) > MAXIMUM_DOCUMENT_BYTES:
        raise click.UsageError(
            f"{option}: {name} has more than the {MAXIMUM_DOCUMENT_BYTES} bytes that are read"
        )
    return data
