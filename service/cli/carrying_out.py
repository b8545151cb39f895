"""A batch carried out while somebody waits at the command line, who sees how far it is."""

import sys
import time
from collections.abc import Sequence
from functools import partial
from typing import BinaryIO, Final

import click
from click._termui_impl import ProgressBar

from issuer.batches.lists import Line, Terms, check_list
from issuer.batches.making import create_batch
from issuer.batches.running import Told
from issuer.batches.showing import BatchSummary, load_batch
from issuer.documents import write_json
from issuer.issuers import find_issuer
from issuer.jobs import Job, JobKind, LeaseLostError, give_back, put_off, take
from issuer.pictures import mark_trial
from issuer.publication import export
from issuer.requests import RequestKey, request_key
from issuer.tables import BatchRowState
from openbadges.errors import ExplainedError, UnavailableError
from service.batches import award_batch
from service.cli.door import notice, read_clock
from service.installation import Installation

SECONDS_BETWEEN_LOOKS: Final = 0.5  # at a batch that somebody else is at work on
MAXIMUM_LIST_BYTES: Final = 4 * 1024 * 1024


def read_list(file: BinaryIO) -> str:
    """Read the text of a list.

    Raises:
        UsageError: it is too large, or no text.
    """
    data = file.read(MAXIMUM_LIST_BYTES + 1)
    if len(data) > MAXIMUM_LIST_BYTES:
        raise click.UsageError(f"--list has more than the {MAXIMUM_LIST_BYTES} bytes that are read")
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        raise click.UsageError("--list is no text in UTF-8") from error


def award_list(
    installation: Installation,
    terms: Terms,
    lines: Sequence[Line],
    *,
    did: str | None,
    key: tuple[str, str | None] | None,
) -> BatchSummary:
    """Make a batch of a list, or find the one that the same key made, and carry it out.

    `key` is a key of the caller's own, with the end that was asked for.

    Raises:
        ExplainedError: the list is refused as a whole, or the work was put off.
    """
    with installation.database.read() as session:
        issuer = find_issuer(session, did)
    if issuer.trial:
        mark_trial(terms.badge_class.picture.data)  # refused before anything is awarded
    listed = check_list(terms, lines, issuer=issuer, keystore=installation.keystore)
    batch_id = installation.database.transact(
        lambda session: create_batch(
            session,
            terms,
            listed,
            issuer=issuer,
            keystore=installation.keystore,
            now=read_clock(),
            request=None if key is None else _request(*key, issuer.id, terms, lines),
        )
    )
    return carry_out(installation, batch_id)


def carry_out(installation: Installation, batch_id: str) -> BatchSummary:
    """Work on a batch until nothing of it waits, or wait for who is at work on it.

    Raises:
        ExplainedError: the work was put off, by us or by others; it stays due.
    """
    batch = _load(installation, batch_id)
    with _progress(batch) as bar:
        while not batch.is_finished:
            job = _take(installation, batch)
            if job is not None:
                _do(installation, job, lambda _: bar.update(1))
            elif batch.trouble is not None:
                raise UnavailableError(f"{_kept(batch_id)}; it was put off: {batch.trouble}")
            else:
                time.sleep(SECONDS_BETWEEN_LOOKS)
            batch = _load(installation, batch_id)
    export(installation.database, installation.public)
    return batch


def _do(installation: Installation, job: Job, told: Told) -> None:
    """Give a batch one turn, as long as it takes."""
    transact = installation.database.transact
    try:
        award_batch(installation, job, read_clock, told=told)
    except LeaseLostError:
        return
    except KeyboardInterrupt:
        transact(lambda session: give_back(session, job, read_clock()))
        notice(_kept(job.subject_id))
        raise
    except ExplainedError as error:
        transact(partial(put_off, job=job, now=read_clock(), error=str(error)))
        notice(_kept(job.subject_id))
        raise


def _take(installation: Installation, batch: BatchSummary) -> Job | None:
    return installation.database.transact(
        lambda session: take(
            session, read_clock(), kinds=[JobKind.AWARD_BATCH], job_id=batch.job_id
        )
    )


def _load(installation: Installation, batch_id: str) -> BatchSummary:
    with installation.database.read() as session:
        return load_batch(session, batch_id)


def _progress(batch: BatchSummary) -> ProgressBar[int]:
    return click.progressbar(
        length=batch.counts[BatchRowState.WAITING],
        label=batch.badge_class,
        file=sys.stderr,
        hidden=not sys.stderr.isatty(),
    )


def _kept(batch_id: str) -> str:
    return (
        f"the batch {batch_id} is kept, and goes on with the service, with `insignia work`, or at"
        f" once with `insignia batch repeat {batch_id}`"
    )


def _request(
    key: str, end: str | None, issuer_id: str, terms: Terms, lines: Sequence[Line]
) -> RequestKey:
    """Tell a list apart by its key; that it begins at another moment is no other content."""
    asked = {
        "issuer": issuer_id,
        "badgeClass": terms.badge_class.reference,
        "language": terms.language,
        "validUntil": end,
        "again": terms.again,
        "lines": [
            [line.number, line.recipient, [[one.url, one.narrative] for one in line.evidence]]
            for line in lines
        ],
    }
    return request_key("command line", key, write_json(asked))
