"""`insignia verify`: a report on a credential from any issuer, and its verdict as exit code."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import click

from badge_classes.strict_yaml import read_yaml
from openbadges.errors import ExplainedError
from openbadges.strict import Document, parse_json_object
from service.cli.bundles import check_bundle, judge_and_write
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
from service.cli.supplied import document_option, read_documents, read_file
from service.exit_codes import VERDICTS, WRONG_USAGE
from service.own_files import naming
from service.public_view import local_source, local_trust
from service.recipients import USER_PREFIX, expected_recipient
from verifier import Finding, Outcome, Policy, PresentationReport, Report, Verdict, Verifier
from verifier.bundle import MAXIMUM_BUNDLE_BYTES
from verifier.fetcher import GuardedFetcher
from verifier.judging import AnyReport, judge
from verifier.links import is_link
from verifier.policy import POLICIES, parse_policy
from verifier.sources import SuppliedDocuments

_MARKS: Final = {Outcome.PASSED: "✔", Outcome.FAILED: "✘", Outcome.UNKNOWN: "?"}
_COLOURS: Final = {Outcome.PASSED: "green", Outcome.FAILED: "red", Outcome.UNKNOWN: "yellow"}
_VERDICT_COLOURS: Final = {
    Verdict.VERIFIED: "green",
    Verdict.REJECTED: "red",
    Verdict.INCONCLUSIVE: "yellow",
}


class _Presented(click.ParamType[bytes]):
    """A file, - for what is piped in, or a link: read, but not followed yet."""

    name = "presented"

    def convert(
        self,
        value: Any,  # noqa: ANN401 -- click's own signature
        param: click.Parameter | None,
        ctx: click.Context | None,
    ) -> bytes:
        """Return the bytes to verify, a few more than are read where there are too many."""
        if is_link(value):
            return str(value).encode()
        file = click.File("rb").convert(value, param, ctx)
        data: bytes = file.read(MAXIMUM_BUNDLE_BYTES + 1)
        return data


@click.command()
@click.argument("presented", metavar="FILE", type=_Presented())
@click.option("--expect-recipient", help="An e-mail address, user:NAME@WIKI or DID it must be for.")
@click.option(
    "--policy",
    "policy_name",
    default="default",
    metavar="NAME|FILE",
    help=f"What must hold: {', '.join(POLICIES)}, or a JSON or YAML file with `required`, a list of"
    " checks.",
)
@document_option
@click.option(
    "--bundle",
    is_flag=True,
    help="FILE is a bundle: check what is in it as of its moment, without the network. It needs a"
    " receipt of this installation, or of a service whose key set is given as a --document.",
)
@click.option(
    "--trust-bundle",
    is_flag=True,
    help="The same for a bundle that you made and kept yourself, with or without a receipt.",
)
@click.option(
    "--write-bundle",
    type=click.Path(path_type=Path),
    metavar="OUT",
    help="Write a bundle of what was verified and all that was read for it.",
)
@json_option
@click.pass_context
def verify(  # noqa: PLR0913 -- one for each option
    ctx: click.Context,
    *,
    presented: bytes,
    expect_recipient: str | None,
    policy_name: str,
    documents: tuple[str, ...],
    bundle: bool,
    trust_bundle: bool,
    write_bundle: Path | None,
    as_json: bool,
) -> None:
    """Verify FILE, a https link, or - for stdin.

    FILE is a badge or a presentation: JSON, a compact JWS, a PNG or SVG with a badge in it, a
    picture of a QR code, or a page that links a badge.

    \b
    Exit codes:
      0  verified
      1  rejected: it is broken, forged, revoked, expired, or for someone else
      2  wrong usage; there is no report
      3  inconclusive: it could not be decided
    """  # noqa: D301 -- click reads the escape
    is_bundle = bundle or trust_bundle
    if is_bundle and write_bundle is not None:
        raise click.UsageError("--write-bundle makes a bundle of what is no bundle yet")
    try:
        expected = _identifier(expect_recipient)
        supplied, by_did = read_documents(documents)
        verifier = replace(_verifier(supplied, by_did), policy=_policy(policy_name))
    except ExplainedError as error:
        complain(str(error))
        ctx.exit(WRONG_USAGE)
    if is_bundle:
        report = check_bundle(
            verifier,
            presented,
            brought=supplied,
            vouches=trust_bundle,
            expected_recipient=expected,
        )
    elif write_bundle is not None:
        report = judge_and_write(verifier, presented, write_bundle, expected_recipient=expected)
    else:
        report = judge(
            verifier, presented, GuardedFetcher(), now=read_clock(), expected_recipient=expected
        )
    answer(report.as_json(), lambda: describe(report), as_json=as_json)
    ctx.exit(VERDICTS[report.verdict])


def _policy(name: str) -> Policy:
    """Return the policy of a name, or of a file.

    Raises:
        MalformedError: the file is no policy.
    """
    if name in POLICIES:
        return POLICIES[name]
    if not Path(name).exists():
        raise click.UsageError(
            f"--policy takes a file, or one of {', '.join(POLICIES)}; found {name!r:.120}"
        )
    data = read_file(name, option="--policy")
    with naming(Path(name)):
        if data.lstrip().startswith(b"{"):
            return parse_policy(parse_json_object(data, what="a policy"))
        return parse_policy(read_yaml(name, data).data)


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


def describe(report: AnyReport) -> str:
    """Return a report for people, line by line; coloured and wrapped where it is a terminal."""
    if isinstance(report, PresentationReport):
        return "\n".join(_presentation(report))
    if is_terminal():
        return _drawn(report)
    return "\n".join([*_lines(report), *_subject(report), f"  {report.verdict.value}"])


def _presentation(report: PresentationReport) -> Iterator[str]:
    """Tell what was found of a presentation, and then each credential in it."""
    yield "Presentation"
    yield from _lines(report)
    for number, credential in enumerate(report.credentials, start=1):
        yield f"Credential {number}"
        yield describe(credential)
    yield f"All together\n  {report.verdict.value}"


def _lines(report: AnyReport) -> list[str]:
    return [
        f"  {_MARKS[finding.outcome]} {finding.check.value:<12} {_sentence(finding)}"
        for finding in report.findings
    ]


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


def _verifier(supplied: Mapping[str, bytes], by_did: Mapping[str, Document]) -> Verifier:
    settings = read_settings()
    source = SuppliedDocuments(supplied, local_source(settings, GuardedFetcher()))
    return Verifier(
        source,
        trust=local_trust(settings),
        controller_documents=by_did,
    )
