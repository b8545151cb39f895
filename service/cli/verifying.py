"""`insignia verify`: a report on a credential from any issuer, and its verdict as exit code."""

from pathlib import Path
from typing import BinaryIO, Final

import click

from openbadges.strict import Document, parse_json_object
from service.cli.door import answer, json_option, read_clock, read_settings
from service.exit_codes import VERDICTS
from service.public_view import local_source, local_trust
from verifier import Outcome, Report, Verdict, Verifier
from verifier.fetcher import GuardedFetcher
from verifier.sources import SuppliedDocuments
from verifier.unwrap import MAXIMUM_PRESENTED_BYTES

_MARKS: Final = {Outcome.PASSED: "✔", Outcome.FAILED: "✘", Outcome.UNKNOWN: "?"}
_COLOURS: Final = {Outcome.PASSED: "green", Outcome.FAILED: "red", Outcome.UNKNOWN: "yellow"}
_VERDICT_COLOURS: Final = {
    Verdict.VERIFIED: "green",
    Verdict.REJECTED: "red",
    Verdict.INCONCLUSIVE: "yellow",
}


@click.command()
@click.argument("file", type=click.File("rb"))
@click.option("--expect-recipient", help="An e-mail address, user name or DID it must be for.")
@click.option(
    "--document",
    "documents",
    multiple=True,
    metavar="URL=FILE",
    help="Use FILE for what a URL or DID answers with, instead of the network; may be repeated.",
)
@json_option
@click.pass_context
def verify(
    ctx: click.Context,
    *,
    file: BinaryIO,
    expect_recipient: str | None,
    documents: tuple[str, ...],
    as_json: bool,
) -> None:
    """Verify FILE (- for stdin): exit 0 verified, 1 rejected, 3 inconclusive."""
    presented = file.read(MAXIMUM_PRESENTED_BYTES + 1)
    report = _verifier(documents).verify(
        presented, now=read_clock(), expected_recipient=expect_recipient
    )
    answer(report.as_json(), lambda: describe(report), as_json=as_json)
    ctx.exit(VERDICTS[report.verdict])


def describe(report: Report) -> str:
    """Return a report line by line, for people."""
    lines = [
        f"  {click.style(_MARKS[finding.outcome], fg=_COLOURS[finding.outcome])}"
        f" {finding.check.value:<12} {finding.sentence}"
        f"{'' if finding.outcome is Outcome.PASSED else f' [{finding.code.value}]'}"
        for finding in report.findings
    ]
    verdict = click.style(report.verdict.value, fg=_VERDICT_COLOURS[report.verdict], bold=True)
    return "\n".join([*lines, f"  {verdict}"])


def _verifier(documents: tuple[str, ...]) -> Verifier:
    supplied, by_did = _read_documents(documents)
    settings = read_settings()
    source = SuppliedDocuments(supplied, local_source(settings, GuardedFetcher()))
    return Verifier(
        source,
        trust=local_trust(settings),
        controller_documents=by_did,
    )


def _read_documents(documents: tuple[str, ...]) -> tuple[dict[str, bytes], dict[str, Document]]:
    """Read `URL=FILE` pairs, split at the last "="; DIDs are kept apart from URLs."""
    supplied, by_did = {}, {}
    for pair in documents:
        url, equals, name = pair.rpartition("=")
        if not equals or not url or not name:
            raise click.UsageError(f"--document takes URL=FILE; found {pair!r:.120}")
        try:
            data = Path(name).read_bytes()
        except OSError as error:
            raise click.UsageError(f"--document: {name} cannot be read") from error
        if url.startswith("did:"):
            by_did[url] = parse_json_object(data, what=f"the document for {url:.80}")
        else:
            supplied[url] = data
    return supplied, by_did
