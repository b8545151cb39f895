"""LOCK: which files are published, and with which bytes.

A line is `<sha256>  <slug>/v1.yaml`, as sha256sum writes it. A published definition or picture
never changes; a translation may be corrected and is locked anew. Reading and writing the file is
`loader`'s; here is what it says.
"""

import hashlib
import re
from collections.abc import Iterator, Mapping
from typing import Final

from badge_classes.findings import BadgeClassError, LintFinding, Severity

LOCK_NAME: Final = "LOCK"
_LINE: Final = re.compile(r"(?P<digest>[0-9a-f]{64})  (?P<file>[\x21-\x7e]{1,200})", re.ASCII)

_AWAITS_LOCK: Final = "not to be awarded before `insignia badge-classes lock`"


def parse_lock(data: bytes) -> dict[str, str]:
    """Read LOCK: the SHA-256 in hex of each published file.

    Raises:
        BadgeClassError: a line has another form, or a file stands there twice.
    """
    locked: dict[str, str] = {}
    findings: list[LintFinding] = []
    for number, line in enumerate(data.decode("utf-8", "replace").splitlines(), start=1):
        match = _LINE.fullmatch(line)
        if match is None:
            findings.append(_lock_fault(number, "expected a SHA-256, two spaces and a file name"))
        elif match["file"] in locked:
            findings.append(_lock_fault(number, f"{match['file']} stands here twice"))
        else:
            locked[match["file"]] = match["digest"]
    if findings:
        raise BadgeClassError(findings)
    return locked


def format_lock(locked: Mapping[str, str]) -> bytes:
    """Write LOCK, sorted by file."""
    return "".join(f"{locked[file]}  {file}\n" for file in sorted(locked)).encode("ascii")


def digest(data: bytes) -> str:
    """Give the SHA-256 in hex, as LOCK has it."""
    return hashlib.sha256(data).hexdigest()


def is_locked(file: str, files: Mapping[str, bytes], locked: Mapping[str, str]) -> bool:
    """Tell whether LOCK has this file with these very bytes."""
    return file in files and locked.get(file) == digest(files[file])


def lock_findings(
    files: Mapping[str, bytes], locked: Mapping[str, str], *, unread: frozenset[str]
) -> Iterator[LintFinding]:
    """Compare LOCK with the files of the catalogue's folder, by their relative names.

    `unread` are files that are there and could not be read; nothing is said of them here.
    """
    for file in sorted((files.keys() | locked.keys()) - unread):
        if file not in files:
            yield _gone(file)
        elif file not in locked:
            yield from _not_locked(file, locked)
        elif not is_locked(file, files, locked):
            yield _changed(file)


def _gone(file: str) -> LintFinding:
    way_out = (
        ", or take its line out of LOCK if the translation is withdrawn"
        if _is_translation(file)
        else "; a published file is never deleted"
    )
    return _conflict(file, f"LOCK has this file, and it is gone: put it back{way_out}")


def _changed(file: str) -> LintFinding:
    if _is_translation(file):
        return _note(file, f"the translation has changed since it was locked; {_AWAITS_LOCK}")
    following = _next_version(file)
    return _conflict(
        file,
        "this file is published and has changed: put it back as it was, and make a new version"
        f" ({following}) with the change in it",
    )


def _not_locked(file: str, locked: Mapping[str, str]) -> Iterator[LintFinding]:
    version = version_of(file)
    published = bool({f"{version}.yaml", f"{version}.svg"} & locked.keys())
    if published and not _is_translation(file):
        # Half a version in LOCK means that somebody took a line out.
        yield _conflict(file, "its version is published, and LOCK has no line for it: put it back")
    elif published:
        yield _note(file, f"a new translation, {_AWAITS_LOCK}")
    elif file.endswith(".yaml") and not _is_translation(file):
        yield _note(file, f"a draft, {_AWAITS_LOCK}")


def version_of(file: str) -> str:
    """Give the part of a file's name that its version shares: "wiki-edit/v1"."""
    return file.partition(".")[0]


def _is_translation(file: str) -> bool:
    return ".i18n/" in file


def _next_version(file: str) -> str:
    slug, _, name = file.rpartition("/")
    number, _, suffix = name.removeprefix("v").partition(".")
    return f"{slug}/v{int(number) + 1}.{suffix}" if number.isdecimal() else "the next number"


def _conflict(file: str, message: str) -> LintFinding:
    return LintFinding(file, message, severity=Severity.CONFLICT)


def _note(file: str, message: str) -> LintFinding:
    return LintFinding(file, message, severity=Severity.NOTE)


def _lock_fault(line: int, message: str) -> LintFinding:
    return LintFinding(LOCK_NAME, message, line=line)
