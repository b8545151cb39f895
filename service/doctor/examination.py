"""The examination: one table of checks, each with why it matters and what cures it.

A check that needs another is left out where that one found a fault, so that one trouble is told
once. A check that cannot be done, by an explained error, is a finding itself. Nothing is changed,
sent or repaired, and no secret is told.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from openbadges.errors import ExplainedError, RefusedError
from openbadges.strict import Document
from service.doctor import places, signing, work
from service.doctor.findings import Finding, Found, Severity
from service.doctor.patient import Patient
from service.settings import Settings
from verifier import DocumentSource

SETTINGS: Final = "settings"


@dataclass(frozen=True, slots=True)
class Check:
    """One look, why what it sees matters, and the cure where the finding has none of its own."""

    look: Callable[[Patient], Iterator[Found]]
    matters: str
    cure: str
    needs: tuple[str, ...] = ()


_DATABASE: Final = ("installation", "database")
_KEYS: Final = (*_DATABASE, "keystore")
CHECKS: Final[Mapping[str, Check]] = {
    "installation": Check(
        places.look_at_installation,
        "without it nothing else can be found",
        "insignia init --organisation NAME --address URL",
    ),
    "data folder": Check(
        places.look_at_folder,
        "it holds learners' addresses and the keys, and a full disk stops awards",
        "make it the service's own, with room",
        ("installation",),
    ),
    "database": Check(
        places.look_at_database,
        "every award and revocation is a row there",
        "insignia db upgrade where it is older; else start its server, or restore a backup",
        ("installation",),
    ),
    "clock": Check(
        places.look_at_clock,
        "what is signed tells for ever when it was",
        "set the clock right, or where it is right: insignia accept-clock",
        _DATABASE,
    ),
    "audit log": Check(
        places.look_at_log,
        "it is the record of what was done here",
        "insignia audit verify --head FILE tells where; then restore a backup",
        _DATABASE,
    ),
    "backups": Check(
        places.look_at_backups,
        "a disk that dies takes everything with it that is nowhere else",
        "insignia backup FILE, every night",
        _DATABASE,
    ),
    "keystore": Check(
        signing.look_at_keystore,
        "without its keys nothing can be signed",
        "name the passphrase's file in INSIGNIA_PASSPHRASE_FILE, or restore the keys",
        ("installation",),
    ),
    "issuers": Check(
        signing.look_at_issuers,
        "readers believe only keys that they find in the public DID document",
        "put the keystore and the database of one moment back: insignia restore",
        _KEYS,
    ),
    "age of keys": Check(
        signing.look_at_ages,
        "the longer a key signs, the more hangs on it",
        "insignia keys rotate",
        _KEYS,
    ),
    "public documents": Check(
        signing.look_at_public_documents,
        "who verifies a badge asks there",
        "insignia status publish",
        _DATABASE,
    ),
    "status lists": Check(
        signing.look_at_lists,
        "an old list is believed by nobody, and a late one hides a revocation",
        "insignia status publish now; then let the worker run: insignia serve, or insignia work",
        _DATABASE,
    ),
    "jobs": Check(
        work.look_at_jobs,
        "batches, notices and lists wait for them",
        "let the worker run: insignia serve with INSIGNIA_WORK=on, or insignia work",
        _DATABASE,
    ),
    "broker": Check(
        work.look_at_broker,
        "it brings jobs to the workers; without it they wait",
        "start it, or put INSIGNIA_BROKER_URL right",
        ("installation",),
    ),
    "mail": Check(
        work.look_at_mail,
        "recipients get their links by it; without it they wait",
        "start the server, or put INSIGNIA_SMTP_URL right",
        ("installation",),
    ),
    "badge classes": Check(
        work.look_at_badge_classes,
        "what was published never changes, and what cannot be read is not awarded",
        "insignia badge-classes lint tells where; make a new version of what was published",
        _DATABASE,
    ),
}


@dataclass(frozen=True, slots=True)
class Examination:
    """What was found, which checks were done, and which were left out."""

    findings: tuple[Finding, ...]
    done: tuple[str, ...]
    left_out: tuple[str, ...]

    @property
    def is_well(self) -> bool:
        """Tell whether there is no fault; warnings are none."""
        return all(one.severity is not Severity.FAULT for one in self.findings)

    def as_json(self) -> Document:
        """Return what programs want to know."""
        return {
            "well": self.is_well,
            "findings": [one.as_json() for one in self.findings],
            "done": list(self.done),
            "leftOut": list(self.left_out),
        }


def examine(
    environment: Mapping[str, str], *, now: datetime, world: DocumentSource | None
) -> Examination:
    """Look at everything, as far as one thing's fault does not hide another's."""
    try:
        settings = Settings.from_environment(environment)
    except RefusedError as error:
        finding = Finding(
            SETTINGS,
            Severity.FAULT,
            str(error),
            "a start with a wrong setting is refused",
            "put it right where the service's environment is set",
        )
        return Examination((finding,), (SETTINGS,), tuple(CHECKS))
    patient = Patient(settings, now, world)
    try:
        return _examine(patient)
    finally:
        patient.close()


def _examine(patient: Patient) -> Examination:
    findings: list[Finding] = []
    done, left_out, at_fault = [SETTINGS], [], set[str]()
    for name, check in CHECKS.items():
        if not at_fault.isdisjoint(check.needs):
            left_out.append(name)
            at_fault.add(name)
            continue
        done.append(name)
        found = [_finding(name, check, one) for one in _looked(check, patient)]
        if any(one.severity is Severity.FAULT for one in found):
            at_fault.add(name)
        findings += found
    return Examination(tuple(findings), tuple(done), tuple(left_out))


def _looked(check: Check, patient: Patient) -> Iterator[Found]:
    try:
        yield from check.look(patient)
    except ExplainedError as error:
        yield Found(str(error))
    except OSError as error:
        yield Found(f"{error.filename or 'a file'} cannot be used: {error.strerror}")


def _finding(name: str, check: Check, found: Found) -> Finding:
    return Finding(name, found.severity, found.sentence, check.matters, found.cure or check.cure)
