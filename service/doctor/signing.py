"""The keys and what others learn of them, and what is signed: the status lists."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Final

from issuer.issuers import Issuer
from issuer.key_check import check_keys, check_separate
from issuer.publication import find_published
from issuer.published_keys import check_published_keys
from issuer.rotation import can_rotate, owners_of
from issuer.watching import list_states
from keys import KeyRecord
from keys.rotation import signing_key, successor
from openbadges.errors import ExplainedError
from openbadges.strict import format_timestamp
from service.doctor.findings import Found, warning
from service.doctor.patient import Patient
from verifier.key_sets import MAXIMUM_KEY_SET_BYTES

OLD_KEY: Final = timedelta(days=3 * 365)  # after which a key that nobody rotates is mentioned
OVERDUE: Final = timedelta(minutes=10)
SHOWN_COMPROMISE: Final = timedelta(days=30)  # as long as there may be something left to do


def look_at_keystore(patient: Patient) -> Iterator[Found]:
    """See that it opens, and how the lives of its keys go."""
    records = patient.installation.keystore.list()
    for record in records:
        since = record.compromised_since
        if since is not None and patient.now - record.changed < SHOWN_COMPROMISE:
            yield warning(
                f"the key {record.key_id} is compromised since {format_timestamp(since)}",
                "insignia keys compromise KEY --reissue, unless that was done",
            )
        if record.due is not None and patient.now - record.due > OVERDUE:
            yield Found(
                f"the key {record.key_id} should sign since {format_timestamp(record.due)}",
                "let the worker run: insignia serve, or insignia work",
            )


def look_at_ages(patient: Patient) -> Iterator[Found]:
    """See that keys are followed by others as the setting says, or are not very old."""
    lifetime = patient.settings.limits.key_lifetime
    oldest = OLD_KEY if lifetime is None else lifetime + OVERDUE
    for issuer in patient.issuers:
        for owner in owners_of(issuer):
            records = owner.records(patient.installation.keystore)
            signing = signing_key(records)
            if signing is None or successor(records) is not None or not can_rotate(owner):
                continue
            if patient.now - signing.changed > oldest:
                yield _old(signing, has_lifetime=lifetime is not None)


def look_at_issuers(patient: Patient) -> Iterator[Found]:
    """See that each key that signs is whole, apart from others, and found where readers look."""
    installation = patient.installation
    with installation.database.read() as session:
        check_published_keys(session)
        check_separate(session, installation.keystore)
        for issuer in patient.issuers:
            try:
                check_keys(session, issuer, installation.keystore, patient.now)
            except ExplainedError as error:
                yield Found(str(error))
    if not patient.issuers:
        yield Found("there is no issuer yet", "insignia issuer create")


def look_at_public_documents(patient: Patient) -> Iterator[Found]:
    """See that each DID document is the same as a row, as a file, and where the world finds it."""
    public = patient.installation.public
    for issuer in patient.issuers:
        url = issuer.did_document_url
        if url is None:
            continue
        with patient.installation.database.read() as session:
            published = find_published(session, url)
        body = None if published is None else published.body
        if body != public.read(url):
            yield Found(
                f"the file of {url} in public/ is not what is published",
                "insignia status publish, which writes the files anew",
            )
        if patient.world is not None and body is not None:
            yield from _look_outside(patient, issuer, url, body)


def look_at_lists(patient: Patient) -> Iterator[Found]:
    """See that no list is old, and that no revocation waits."""
    with patient.installation.database.read() as session:
        states = list_states(session)
    for one in states:
        if one.is_old(patient.now):
            when = "never" if one.published_at is None else format_timestamp(one.published_at)
            yield Found(f"the status list {one.url} was last signed {when}")
        if one.is_late(patient.now) and one.waiting_since is not None:
            since = format_timestamp(one.waiting_since)
            yield Found(f"a revocation waits since {since} to be public in {one.url}")


def _old(signing: KeyRecord, *, has_lifetime: bool) -> Found:
    since = format_timestamp(signing.changed)
    told = f"the key {signing.key_id} for {signing.purpose} signs since {since}"
    if has_lifetime:
        return Found(f"{told}, and none follows it", "let the worker run: insignia work")
    return warning(told, "insignia keys rotate, or set INSIGNIA_KEY_ROTATION_DAYS")


def _look_outside(patient: Patient, issuer: Issuer, url: str, body: bytes) -> Iterator[Found]:
    if patient.world is None:
        return
    try:
        found = patient.world.fetch(url, maximum_bytes=MAXIMUM_KEY_SET_BYTES)
    except ExplainedError as error:
        yield warning(
            f"{url} could not be asked from here: {error}",
            f"see from another machine that {url} answers, and that the service runs",
        )
        return
    if found != body:
        yield Found(
            f"{url} answers with another document than is published for {issuer.did}",
            "let the address lead to this installation, and caches in front of it forget",
        )
