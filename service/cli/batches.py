"""`insignia batch`, and what `award --list` says: a badge for many, and what came of it."""

from collections.abc import Collection, Iterator, Mapping
from typing import Final

import click

from issuer.audit import OPERATOR
from issuer.batches.making import repeat_batch
from issuer.batches.showing import BatchSummary, RowSummary, list_batches, list_rows, load_batch
from issuer.batches.undoing import undo_batch
from issuer.claims import claim_code
from issuer.tables import BatchRowState
from openbadges.strict import Document, format_timestamp
from service.cli.carrying_out import carry_out
from service.cli.door import answer, json_option, printable, read_clock
from service.cli.opened import open_installation
from service.installation import Installation

_WORDS: Final[Mapping[BatchRowState, str]] = {
    BatchRowState.WAITING: "waiting",
    BatchRowState.AWARDED: "awarded",
    BatchRowState.ALREADY: "had it before",
    BatchRowState.REFUSED: "refused",
    BatchRowState.UNDONE: "undone",
}
SOME_REFUSED: Final = 1  # the exit code, as of any other refusal


def say_batch(batch: BatchSummary, installation: Installation, *, as_json: bool) -> None:
    """Say what came of a batch; ends the command with 1 where somebody was refused."""
    rows = _rows(installation, batch, [BatchRowState.REFUSED])
    refused = [_row(installation, one) for one in rows]
    answer(
        {**_described(batch), "refused": refused},
        lambda: "\n".join([_headline(batch), *(_row_line(one) for one in refused)]),
        as_json=as_json,
    )
    if refused:
        click.get_current_context().exit(SOME_REFUSED)


@click.group()
def batch() -> None:
    """Look at awards to many, undo them, and award what is left."""


@batch.command("list")
@json_option
def list_(*, as_json: bool) -> None:
    """List the newest batches."""
    with open_installation().database.read() as session:
        found = list_batches(session)
    answer(
        [_described(one) for one in found],
        lambda: "\n".join(_headline(one) for one in found) or "there is no batch yet",
        as_json=as_json,
    )


@batch.command()
@click.argument("batch_id")
@json_option
def show(*, batch_id: str, as_json: bool) -> None:
    """Show every row of BATCH_ID, with the claim links to hand over."""
    installation = open_installation()
    with installation.database.read() as session:
        found = load_batch(session, batch_id)
    rows = [_row(installation, one) for one in _rows(installation, found, list(BatchRowState))]
    answer(
        {**_described(found), "rows": rows},
        lambda: "\n".join([_headline(found), *(_row_line(one) for one in rows)]),
        as_json=as_json,
    )


@batch.command()
@click.argument("batch_id")
@click.option("--row", "rows", multiple=True, type=click.IntRange(min=1), help="Its line alone.")
@json_option
def undo(*, batch_id: str, rows: tuple[int, ...], as_json: bool) -> None:
    """Undo BATCH_ID, or some of its rows, within the hold."""
    found = undo_batch(
        open_installation().database,
        batch_id,
        numbers=rows or None,
        clock=read_clock,
        undone_by=OPERATOR,
    )
    kept = [{"number": number, "reason": reason} for number, reason in found.kept.items()]
    answer(
        {"undone": found.undone, "kept": kept},
        lambda: "\n".join(
            [
                f"{found.undone} undone",
                *(f"  line {number}: {reason}" for number, reason in found.kept.items()),
            ]
        ),
        as_json=as_json,
    )


@batch.command()
@click.argument("batch_id")
@json_option
def repeat(*, batch_id: str, as_json: bool) -> None:
    """Award what of BATCH_ID is not awarded: rows that wait or were refused, and nobody twice."""
    installation = open_installation()
    installation.database.transact(
        lambda session: repeat_batch(session, batch_id, now=read_clock())
    )
    say_batch(carry_out(installation, batch_id), installation, as_json=as_json)


def _rows(
    installation: Installation, batch: BatchSummary, states: Collection[BatchRowState]
) -> Iterator[RowSummary]:
    after = 0
    while True:
        with installation.database.read() as session:
            page = list_rows(session, batch.batch_id, states=states, after=after)
        if not page:
            return
        yield from page
        after = page[-1].number


def _row(installation: Installation, row: RowSummary) -> Document:
    told: Document = {"line": row.number, "state": row.state}
    if row.reason is not None:
        told["reason"] = row.reason
    if row.award_id is not None and row.state is BatchRowState.AWARDED:
        code = claim_code(row.award_id, installation.keystore)
        told["claimUrl"] = f"{installation.base_url}/claim/{code}"
    return told


def _described(batch: BatchSummary) -> Document:
    return {
        "batch": batch.batch_id,
        "badgeClass": batch.badge_class,
        "made": format_timestamp(batch.created_at),
        "state": batch.state,
        "counts": dict(batch.counts),
        **({} if batch.trouble is None else {"trouble": batch.trouble}),
    }


def _headline(batch: BatchSummary) -> str:
    counts = ", ".join(f"{count} {_WORDS[state]}" for state, count in batch.counts.items() if count)
    trouble = "" if batch.trouble is None else f" (put off: {printable(batch.trouble)})"
    return f"{batch.batch_id}  {batch.badge_class}: {counts}{trouble}"


def _row_line(row: Document) -> str:
    said = row.get("claimUrl") or printable(row.get("reason", ""))
    return f"  line {row['line']}: {_WORDS[row['state']]}{': ' if said else ''}{said}"
