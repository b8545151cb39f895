"""What is done later and by others: jobs, the broker, mail, and what can be awarded."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Final

from badge_classes.findings import Severity
from issuer.badge_class_versions import check_unchanged
from issuer.delivery import look_at_server, parse_mail_server
from issuer.watching import job_states
from openbadges.errors import ConflictError
from openbadges.strict import format_timestamp
from service.doctor.findings import Found, warning
from service.doctor.patient import Patient
from service.working import carrier

LATE_JOB: Final = timedelta(minutes=10)
MANY_ATTEMPTS: Final = 3


def look_at_jobs(patient: Patient) -> Iterator[Found]:
    """See that what is due is done, and does not fail again and again."""
    with patient.installation.database.read() as session:
        states = job_states(session, patient.now)
    for one in states:
        if patient.now - one.oldest_due > LATE_JOB:
            yield Found(
                f"{one.waiting} jobs ({one.kind}) wait, the oldest since"
                f" {format_timestamp(one.oldest_due)}"
            )
        if one.most_attempts >= MANY_ATTEMPTS:
            last = f": {one.last_error}" if one.last_error else ""
            yield warning(
                f"a job ({one.kind}) failed {one.most_attempts} times{last}",
                "mend what the sentence names; it is tried again by itself",
            )


def look_at_broker(patient: Patient) -> Iterator[Found]:
    """See that the broker answers, where one is set."""
    if patient.installation.broker_url is not None:
        carrier().check_broker(patient.installation)
    yield from ()


def look_at_mail(patient: Patient) -> Iterator[Found]:
    """See that the mail server lets us in, where one is set; nothing is sent."""
    url = patient.installation.smtp_url
    if url is not None:
        look_at_server(parse_mail_server(url))
    yield from ()


def look_at_badge_classes(patient: Patient) -> Iterator[Found]:
    """See that every definition can be read, and that what was published is as it was."""
    installation = patient.installation
    for fault in installation.catalogue_faults:
        if fault.severity is not Severity.NOTE:
            yield Found(str(fault))
    with installation.database.read() as session:
        for badge_class in installation.catalogue:
            try:
                check_unchanged(session, badge_class)
            except ConflictError as error:
                yield Found(str(error))
    if len(installation.catalogue) == 0:
        yield warning("there is no badge class to award", "insignia badge-classes lint")
