"""`insignia verify`: a report on a credential from any issuer, and its verdict as exit code."""

from pathlib import Path
from typing import BinaryIO, Final

import click

from openbadges.errors import ExplainedError
from openbadges.strict import MAXIMUM_DOCUMENT_BYTES, Document, parse_json_object
from service.cli.door import (
    answer,
    complain,
    is_terminal,
    json_option,
    notice,
    printable,
    read_clock,
    read_settings,
)
from service.exit_codes import VERDICTS, WRONG_USAGE
from service.own_files import naming
from service.public_view import local_source, local_trust
from service.recipients import USER_PREFIX, expected_recipient
from verifier import Finding, Outcome, Report, Verdict, Verifier
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


# What can be supplied: what an address answers with, or the document of a DID.
_LEFT_SIDES: Final = ("https://", "http://", "did:")


@click.command()
@click.argument("file", type=click.File("rb"))
@click.option("--expect-recipient", help="An e-mail address, user:NAME@WIKI or DID it must be for.")
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
    """Verify FILE (- for stdin): exit 0 verified, 1 rejected, 3 inconclusive.

    Exit codes 1 and 3 come with a report; whatever is wrong before there is one ends with 2.
    """
    try:
        expected = _identifier(expect_recipient)
        verifier = _verifier(documents)
    except ExplainedError as error:
        complain(str(error))
        ctx.exit(WRONG_USAGE)
    presented = file.read(MAXIMUM_PRESENTED_BYTES + 1)
    report = verifier.verify(presented, now=read_clock(), expected_recipient=expected)
    answer(report.as_json(), lambda: describe(report), as_json=as_json)
    ctx.exit(VERDICTS[report.verdict])


def _identifier(recipient: str | None) -> str | None:
    """Return whom a badge names, and say what of a user's name cannot be checked.

    Raises:
        MalformedError: as `expected_recipient`.
    """
    if recipient is None:
        return None
    expected = expected_recipient(recipient)
    if recipient.strip().lower().startswith(USER_PREFIX) and "@" in recipient:
        wiki = recipient.strip().partition("@")[2]
        notice(f"a badge holds a name and not its wiki, so {wiki!r:.80} cannot be checked")
    return expected


def describe(report: Report) -> str:
    """Return a report for people, line by line; coloured and wrapped where it is a terminal."""
    if is_terminal():
        return _drawn(report)
    lines = [
        f"  {_MARKS[finding.outcome]} {finding.check.value:<12} {_sentence(finding)}"
        for finding in report.findings
    ]
    return "\n".join([*lines, *_subject(report), f"  {report.verdict.value}"])


def _subject(report: Report) -> list[str]:
    """Say in a line which badge was verified: the picture around it can be of another one."""
    if report.verdict is not Verdict.VERIFIED:
        return []
    badge = report.credential
    issuer = badge.get("issuer")
    named = issuer.get("name", "") if isinstance(issuer, dict) else ""
    by = f", issued by {named}" if named else ""
    name = badge.get("name", badge.get("id", "a credential"))
    return [printable(f"  It says: {name!s:.120}{by!s:.120}")]


def _sentence(finding: Finding) -> str:
    code = "" if finding.outcome is Outcome.PASSED else f" [{finding.code.value}]"
    return printable(finding.sentence) + code


def _drawn(report: Report) -> str:
    # for a terminal alone: other readers do not wait for it to be imported
    from rich.console import Console  # noqa: PLC0415
    from rich.table import Table  # noqa: PLC0415
    from rich.text import Text  # noqa: PLC0415

    table = Table(box=None, show_header=False, padding=(0, 1))
    table.add_column(width=1)
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    for finding in report.findings:
        colour = _COLOURS[finding.outcome]
        # Text, not markup: brackets in a sentence are part of it
        table.add_row(
            Text(_MARKS[finding.outcome], colour), finding.check.value, Text(_sentence(finding))
        )
    console = Console()
    with console.capture() as drawing:
        console.print(table)
        for line in _subject(report):
            console.print(Text(line))
        verdict = Text(f"  {report.verdict.value}", f"bold {_VERDICT_COLOURS[report.verdict]}")
        console.print(verdict)
    return drawing.get().rstrip("\n")


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
        data = _read_file(name)
        if url.startswith("did:"):
            with naming(Path(name)):
                by_did[url] = parse_json_object(data, what=f"the document for {url:.80}")
        else:
            supplied[url] = data
    return supplied, by_did


def _read_file(name: str) -> bytes:
    try:
        with Path(name).open("rb") as file:
            data = file.read(MAXIMUM_DOCUMENT_BYTES + 1)
    except OSError as error:
        raise click.UsageError(f"--document: {name} cannot be read: {error.strerror}") from error
    if len(data) > MAXIMUM_DOCUMENT_BYTES:
        raise click.UsageError(
            f"--document: {name} has more than the {MAXIMUM_DOCUMENT_BYTES} bytes that are read"
        )
    return data
