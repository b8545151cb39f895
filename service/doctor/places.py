"""The disk, the database and the clock: what everything else stands on."""

import os
import shutil
import stat
from collections.abc import Iterator
from datetime import timedelta
from typing import Final

from issuer.audit import Act, head_position
from issuer.audit_chain import end_trouble
from issuer.audit_reading import last_moment_of
from issuer.clock import check_clock
from issuer.put_back import find_lost
from issuer.watching import list_states
from openbadges.strict import format_timestamp
from service.doctor.findings import Found, warning
from service.doctor.patient import Patient
from service.installation import DATABASE, TRIAL_PASSPHRASE
from storage import schema
from storage.server_clock import server_moment

MINIMUM_FREE_BYTES: Final = 8 * 1024 * 1024  # as readiness asks for
LITTLE_FREE_BYTES: Final = 512 * 1024 * 1024
MAXIMUM_CLOCK_DIFFERENCE: Final = timedelta(minutes=1)  # of the database's server and this machine
BACKUP_AGE: Final = timedelta(days=7)
_OTHERS: Final = stat.S_IRWXG | stat.S_IRWXO


def look_at_installation(patient: Patient) -> Iterator[Found]:
    """See that there is one, at the address that is set."""
    installation = patient.installation
    if patient.is_public and installation.passphrase_file == patient.data / TRIAL_PASSPHRASE:
        yield warning(
            f"the passphrase lies in {patient.data}/ beside the keys that it protects",
            "move it to a folder of its own and set INSIGNIA_PASSPHRASE_FILE",
        )


def look_at_folder(patient: Patient) -> Iterator[Found]:
    """See that nobody else reads the data folder, and that there is room in it."""
    data = patient.data
    if data.stat().st_mode & _OTHERS:
        yield Found(f"others may look into {data}/", f"chmod 700 {data}")
    database = data / DATABASE
    if database.is_file() and database.stat().st_mode & _OTHERS:
        yield Found(f"others may read {database}", f"chmod 600 {database}")
    if not os.access(data, os.W_OK):
        yield Found(f"{data}/ cannot be written", f"chown it to this user, and chmod 700 {data}")
    free = shutil.disk_usage(data).free
    if free < MINIMUM_FREE_BYTES:
        yield Found(f"the disk of {data}/ has {free} bytes left", "make room on that disk")
    elif free < LITTLE_FREE_BYTES:
        yield warning(f"the disk of {data}/ has {free >> 20} MiB left", "make room on that disk")


def look_at_database(patient: Patient) -> Iterator[Found]:
    """See that it answers, is whole, has this program's tables, and can be written."""
    schema.check_writing(patient.installation.database)
    yield from ()


def look_at_clock(patient: Patient) -> Iterator[Found]:
    """See that the clock can be right: by the last act, by what is published, by the server's."""
    with patient.installation.database.read() as session:
        there = server_moment(session)
        lists = list_states(session)
        check_clock(session, patient.now)
    for one in lists:
        if one.published_at is not None and one.published_at > patient.now + timedelta(minutes=5):
            when = format_timestamp(one.published_at)
            yield Found(f"the clock says {format_timestamp(patient.now)}; a list is of {when}")
    if there is not None and abs(there - patient.now) > MAXIMUM_CLOCK_DIFFERENCE:
        yield warning(
            f"the database's server says {format_timestamp(there)}, and this machine"
            f" {format_timestamp(patient.now)}",
            "let both follow the same time server",
        )


def look_at_log(patient: Patient) -> Iterator[Found]:
    """See that the audit log ends where its head says; the whole chain is `audit verify`'s."""
    with patient.installation.database.read() as session:
        trouble = end_trouble(session)
        acts = head_position(session).sequence
    if trouble is not None:
        yield Found(trouble.sentence)
    journal = patient.installation.journal.path
    if acts and not journal.is_file():
        yield warning(
            f"there is no journal at {journal}; a restore would not know what came after a backup",
            "let INSIGNIA_JOURNAL name where it is; it begins again with the next act",
        )
    elif acts and journal.stat().st_mode & _OTHERS:
        yield Found(f"others may read {journal}", f"chmod 600 {journal}")


def look_at_backups(patient: Patient) -> Iterator[Found]:
    """See that one was written lately, and that none was put back with a gap."""
    with patient.installation.database.read() as session:
        lost = find_lost(session)
        last = last_moment_of(session, Act.BACKED_UP)
    if lost is not None and not lost.accepted:
        yield Found(
            "a backup was put back without its journal, and personal pages stay closed",
            "insignia restore --help: complete it with the journal, or accept the loss",
        )
    if not patient.is_public:
        return
    if last is None:
        yield warning("no backup was ever written")
    elif patient.now - last > BACKUP_AGE:
        yield warning(f"the last backup is of {format_timestamp(last)}")
