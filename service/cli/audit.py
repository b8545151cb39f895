"""`insignia audit`: check the log of every act, show it, and sign its end to be kept elsewhere."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import click

from issuer.audit_check import LogReport, check_log
from issuer.audit_head import HEAD_PATH, MAXIMUM_HEAD_CHARACTERS, AuditHead
from issuer.audit_reading import entries_about, newest_entries
from issuer.award import parse_recipient
from issuer.publication import find_published
from issuer.tables import AuditEntryRow
from openbadges.errors import ExplainedError
from openbadges.strict import (
    Document,
    check_text,
    format_timestamp,
    parse_json_object,
    parse_timestamp,
)
from service.audit import publish_audit_head, read_own_head
from service.cli.door import answer, json_option, notice, printable, read_clock
from service.cli.opened import open_installation
from service.installation import Installation

NOT_WHOLE = 1


@click.group()
def audit() -> None:
    """Check the log of every act, show it, and sign its end."""


@audit.command()
@click.option(
    "--head",
    "files",
    multiple=True,
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="A signed head that was kept elsewhere; may be repeated.",
)
@json_option
@click.pass_context
def verify(ctx: click.Context, *, files: tuple[Path, ...], as_json: bool) -> None:
    """Check the chain, and what is stored against it.

    What was changed, taken out, swapped or cut off is told by the chain and the published head. Who
    can write everything here can write all of it anew: only a --head that was kept elsewhere tells.
    """
    installation = open_installation()
    kept = {f"the head in {path.name}": _read_head(path, installation) for path in files}
    heads = {**kept, **_public_heads(installation)}
    with installation.database.read() as session:
        report = check_log(session, heads=heads, keys=installation.keystore.list())
    answer(_document(report), lambda: "\n".join(_lines(report)), as_json=as_json)
    if not files:
        notice(
            "no --head was given, so a log that was written anew as a whole would not be told;"
            " keep what `insignia audit head` prints elsewhere"
        )
    if report.troubles:
        ctx.exit(NOT_WHOLE)


@audit.command()
@json_option
def head(*, as_json: bool) -> None:
    """Sign the end of the log, publish and print it.

    Keep what it prints where nobody here can write.
    """
    installation = open_installation()
    publish_audit_head(installation, now=read_clock())
    with installation.database.read() as session:
        published = find_published(session, installation.base_url + HEAD_PATH)
    text = "" if published is None else published.body.decode()
    claims = read_own_head(text, installation).claims()
    answer({**claims, "jws": text}, lambda: text, as_json=as_json)


@audit.command()
@click.option("--subject", help="Only what was done to this award, credential, key, account ….")
@click.option("--since", help="Only from this moment on, such as 2027-12-31T23:59:59Z.")
@click.option("--last", type=click.IntRange(1), default=100, show_default=True, help="How many.")
@json_option
def show(*, subject: str | None, since: str | None, last: int, as_json: bool) -> None:
    """List the newest entries, the last one at the end."""
    start = None if since is None else parse_timestamp(since, what="--since")
    wanted = None if subject is None else check_text(subject, what="--subject")
    with open_installation().database.read() as session:
        found = newest_entries(session, subject=wanted, since=start, limit=last)
    _answer_entries(found, as_json=as_json)


@audit.command()
@click.argument("person")
@json_option
def about(*, person: str, as_json: bool) -> None:
    """List the entries about one person.

    PERSON is an e-mail address, user:NAME@WIKI, or a DID.

    Nobody's name stands in the log; an entry is found as long as its salt was not deleted.
    """
    key = parse_recipient(person).key
    with open_installation().database.read() as session:
        found = list(entries_about(session, key))
    _answer_entries(found, as_json=as_json)


def _read_head(path: Path, installation: Installation) -> AuditHead:
    with path.open("rb") as file:
        data = file.read(MAXIMUM_HEAD_CHARACTERS + 1)
    return read_own_head(check_text(data.decode("utf-8", "replace").strip()), installation)


def _public_heads(installation: Installation) -> dict[str, AuditHead | ExplainedError]:
    """Return the head that is published, and that in its exported file, which may be newer."""
    url = installation.base_url + HEAD_PATH
    with installation.database.read() as session:
        row = find_published(session, url)
    told = {
        "the published head": None if row is None else row.body,
        "the head in public/": installation.public.read(url),
    }
    return {where: _proven(body, installation) for where, body in told.items() if body is not None}


def _proven(body: bytes, installation: Installation) -> AuditHead | ExplainedError:
    """Return what a public head says, or why nobody can believe it."""
    try:
        return read_own_head(body.decode("utf-8", "replace"), installation)
    except ExplainedError as error:
        return error


def _document(report: LogReport) -> Document:
    return {
        "whole": not report.troubles,
        "sequence": report.sequence,
        "sha256": report.sha256,
        "troubles": [
            {"entry": trouble.entry, "sentence": trouble.sentence} for trouble in report.troubles
        ],
        "more": report.is_cut,
    }


def _lines(report: LogReport) -> Iterator[str]:
    if not report.troubles:
        yield f"the log is whole: {report.sequence} entries, up to {report.sha256}"
        return
    yield "the log is not whole, or does not say what is stored:"
    yield from (f"  {printable(trouble.sentence)}" for trouble in report.troubles)
    if report.is_cut:
        yield "  and more"


def _answer_entries(found: Sequence[AuditEntryRow], *, as_json: bool) -> None:
    answer(
        [_entry(row) for row in found],
        lambda: "\n".join(_line(row) for row in found) or "no such entries",
        as_json=as_json,
    )


def _entry(row: AuditEntryRow) -> Document:
    return {
        "sequence": row.sequence,
        "at": format_timestamp(row.at),
        "act": row.act,
        "actor": row.actor,
        "subject": row.subject,
        "issuer": row.issuer_id,
        "details": parse_json_object(row.details, what=f"the details of entry {row.sequence}"),
        "sha256": row.sha256,
    }


def _line(row: AuditEntryRow) -> str:
    told = f"{row.sequence}  {format_timestamp(row.at)}  {row.act}  {row.subject}  by {row.actor}"
    return printable(told)
