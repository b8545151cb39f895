"""`insignia receipt`: read a receipt, and see that its service signed it."""

from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

import click

from openbadges.errors import UnprovenError
from openbadges.strict import check_text, format_timestamp
from service.cli.door import answer, json_option, printable, read_settings
from service.cli.supplied import document_option, read_documents
from service.public_view import local_source
from verifier.receipt import MAXIMUM_RECEIPT_CHARACTERS, Receipt, digest, read_receipt
from verifier.sources import NoDocuments, SuppliedDocuments


@click.command()
@click.argument("file", type=click.File("rb"))
@click.option(
    "--presented",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    metavar="BADGE",
    help="What it must be a receipt of: the file that was sent, or what its link led to.",
)
@document_option
@json_option
def receipt(
    *, file: BinaryIO, presented: Path | None, documents: tuple[str, ...], as_json: bool
) -> None:
    """Read the receipt in FILE (- for stdin), which this installation or another one signed.

    The key set of another service is given as a --document, such as
    https://badges.example.org/.well-known/jwks.json=FILE; it is never fetched.
    """
    supplied, _by_did = read_documents(documents)
    known = SuppliedDocuments(supplied, local_source(read_settings(), NoDocuments()))
    text = file.read(MAXIMUM_RECEIPT_CHARACTERS + 1).decode("utf-8", "replace").strip()
    found = read_receipt(check_text(text), known)
    if presented is not None:
        _check_is_of(found, presented)
    answer(found.claims(), lambda: "\n".join(_lines(found)), as_json=as_json)


def _check_is_of(found: Receipt, presented: Path) -> None:
    with presented.open("rb") as file:
        data = file.read()
    if digest(data) not in (found.given_sha256, found.judged_sha256):
        raise UnprovenError(
            f"this receipt is of something else: {presented.name} has the SHA-256 {digest(data)},"
            f" and the receipt names {found.judged_sha256}"
        )


def _lines(found: Receipt) -> Iterator[str]:
    yield f"{printable(found.service)} found it {found.verdict.value}"
    yield f"  on {format_timestamp(found.moment)}, with {printable(found.verifier)}"
    yield f"  SHA-256 {printable(found.judged_sha256)}"
    for issuer in found.issuers:
        yield f"  signed by {printable(issuer)}"
    for one in found.findings:
        yield "  " + printable(" ".join(one.values()))
