"""What the worker does of a batch: its next turn, with the keys and badge classes that are here."""

from collections.abc import Callable
from datetime import datetime

from issuer.batches.running import Told, run_batch
from issuer.batches.showing import load_batch
from issuer.issuers import load_issuer
from issuer.jobs import Job
from service.installation import Installation
from service.issuing import issuance_of


def award_batch(
    installation: Installation,
    job: Job,
    clock: Callable[[], datetime],
    *,
    told: Told = lambda _: None,
) -> None:
    """Award what is still to be awarded of the batch of a job; `told` hears of each row.

    Raises:
        ExplainedError: as `run_batch`, or the badge class is not here as it was.
    """
    with installation.database.read() as session:
        batch = load_batch(session, job.subject_id)
        issuer = load_issuer(session, batch.issuer_id)
    issuance = issuance_of(installation, issuer)
    badge_class = installation.catalogue.find(batch.badge_class)
    run_batch(issuance, job, badge_class, clock=clock, told=told)
