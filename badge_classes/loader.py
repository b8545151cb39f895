"""Reads a folder of badge classes, and refuses it if anything in it is wrong.

docs/badge-classes.md shows the folder. Here the files are found and put together; what each kind
of file must be is in `definition`, `translation`, `picture` and `lock_file`, and YAML itself in
`strict_yaml`. Which folder is meant is a setting, so it is not here but in `service`.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import Final, TypeVar

from badge_classes.badge_class import BadgeClass, Picture
from badge_classes.catalogue import Catalogue
from badge_classes.definition import asking_of, read_definition
from badge_classes.findings import BadgeClassError, LintFinding, Severity, refusal_of
from badge_classes.lock_file import (
    LOCK_NAME,
    digest,
    format_lock,
    is_locked,
    lock_findings,
    parse_lock,
    version_of,
)
from badge_classes.methods import Method, fields_of
from badge_classes.picture import MAXIMUM_PICTURE_BYTES, check_picture
from badge_classes.strict_yaml import MAXIMUM_YAML_BYTES, YamlFile
from badge_classes.translation import read_translation
from badge_classes.wording import Wording, lay_over, read_wording
from openbadges.errors import MissingError

MAXIMUM_LOCK_BYTES = 2 * 1024 * 1024  # some 20,000 files; a wrong file is not read to its end
MAXIMUM_FILE_BYTES = max(MAXIMUM_YAML_BYTES, MAXIMUM_PICTURE_BYTES)

_SLUG: Final = re.compile(r"(?=.{1,60}\Z)[a-z0-9]+(-[a-z0-9]+)*", re.ASCII)
_FILE: Final = re.compile(
    r"v(?P<version>[1-9][0-9]{0,4})"
    r"(?P<kind>\.yaml|\.svg|\.i18n/(?P<language>[a-z]{2,4}(-[A-Z][a-z]{3})?(-([A-Z]{2}|[0-9]{3}))?)\.yaml)",
    re.ASCII,
)
_T = TypeVar("_T")


@dataclass(slots=True)
class _Folder:
    """What was found in a folder: the files' bytes by relative name, LOCK, and all findings."""

    files: dict[str, bytes] = field(default_factory=dict)
    unread: set[str] = field(default_factory=set)
    locked: dict[str, str] = field(default_factory=dict)
    classes: dict[str, tuple[BadgeClass, ...]] = field(default_factory=dict)
    findings: list[LintFinding] = field(default_factory=list)

    def attempt(self, step: Callable[[], _T]) -> _T | None:
        """Do one step; if a file is wrong, keep its findings and go on with the others."""
        try:
            return step()
        except BadgeClassError as error:
            self.findings.extend(error.findings)
            return None


def default_folder() -> Path:
    """Give the folder of badge classes that comes with Insígnia."""
    return Path(__file__).parent


def load_catalogue(folder: Path) -> Catalogue:
    """Load every version of every badge class in `folder`, drafts too.

    Raises:
        BadgeClassError: files are not what the format asks for; each fault has a line.
        ConflictError: something that LOCK says is published has changed or is gone.
        MissingError: there is no such folder.
    """
    found = _read(folder)
    if refusal := refusal_of(found.findings):
        raise refusal
    return Catalogue(MappingProxyType(found.classes))


def load_good(folder: Path) -> tuple[Catalogue, tuple[LintFinding, ...]]:
    """Load the badge classes in which nothing is wrong, and say what is wrong in the others (R19).

    A service that starts while somebody saves a file goes on with all the others. Where LOCK itself
    is wrong nothing can be told to be published, and the catalogue is empty.

    Raises:
        MissingError: there is no such folder.
    """
    found = _read(folder)
    faults = tuple(one for one in found.findings if one.severity is not Severity.NOTE)
    broken = {one.file.partition("/")[0] for one in faults}
    good = {
        slug: versions for slug, versions in found.classes.items() if not broken & {slug, LOCK_NAME}
    }
    return Catalogue(MappingProxyType(good)), faults


def load_badge_class(folder: Path, reference: str) -> BadgeClass:
    """Load one badge class ("slug" or "slug@2"), whatever is wrong with others in `folder`.

    Someone's half-written draft stops nobody from awarding another badge.

    Raises:
        BadgeClassError, ConflictError: as `load_catalogue`, of this badge class or LOCK itself.
        MissingError: there is none; what is near to it is named.
    """
    found = _read(folder)
    slug = reference.partition("@")[0]
    if refusal := refusal_of(
        finding
        for finding in found.findings
        if finding.file == LOCK_NAME or finding.file.startswith(f"{slug}/")
    ):
        raise refusal
    return Catalogue(MappingProxyType(found.classes)).find(reference)


def lint(folder: Path) -> list[LintFinding]:
    """Say everything that is wrong in `folder`, and what is a draft or awaits `lock`.

    Raises:
        MissingError: there is no such folder.
    """
    return sorted(_read(folder).findings, key=lambda finding: (finding.file, finding.line or 0))


def lock(folder: Path) -> list[str]:
    """Publish all drafts and translations in `folder`: write their lines into LOCK.

    No line of a published definition or picture is changed, and nothing is written if anything is
    wrong.

    Returns the files whose lines are new or, for translations, changed.

    Raises:
        BadgeClassError, ConflictError, MissingError: as `load_catalogue`.
    """
    found = _read(folder)
    if refusal := refusal_of(found.findings):
        raise refusal
    lines = {file: digest(data) for file, data in found.files.items()}
    written = sorted(file for file in lines if found.locked.get(file) != lines[file])
    if written:
        # Whole or not at all: half a LOCK would unpublish what it does not list.
        new = folder / f".{LOCK_NAME}.new"
        new.write_bytes(format_lock(lines))
        new.replace(folder / LOCK_NAME)
    return written


def _read(folder: Path) -> _Folder:
    if not folder.is_dir():
        raise MissingError(f"there is no folder of badge classes at {folder}")
    found = _Folder()
    _read_lock(folder / LOCK_NAME, found)
    for path in sorted(folder.iterdir()):
        if path.is_dir() and not path.name.startswith((".", "_")):
            _read_files(path, found)
    found.findings.extend(lock_findings(found.files, found.locked, unread=frozenset(found.unread)))
    for slug in sorted({file.partition("/")[0] for file in found.files}):
        _read_versions(slug, found)
    return found


def _read_lock(path: Path, found: _Folder) -> None:
    if path.exists():
        data = _bytes_of(path, LOCK_NAME, MAXIMUM_LOCK_BYTES, found)
        found.locked = found.attempt(lambda: parse_lock(data or b"")) or {}


def _read_files(folder: Path, found: _Folder) -> None:
    """Read the files of one slug; what does not belong there is a finding."""
    if not _SLUG.fullmatch(folder.name):
        found.findings.append(
            LintFinding(folder.name, "a slug has a-z, 0-9 and hyphens, and at most 60 characters")
        )
        return
    for path in sorted(path for path in folder.rglob("*") if not path.is_dir()):
        inside = path.relative_to(folder).as_posix()
        name = f"{folder.name}/{inside}"
        if any(part.startswith(".") for part in inside.split("/")):
            continue
        if not _FILE.fullmatch(inside):
            found.findings.append(
                LintFinding(
                    name,
                    "only v1.yaml, v1.svg, v1.i18n/<language>.yaml and the same with other numbers"
                    " belong here",
                )
            )
        elif (data := _bytes_of(path, name, MAXIMUM_FILE_BYTES, found)) is not None:
            found.files[name] = data


def _bytes_of(path: Path, name: str, maximum: int, found: _Folder) -> bytes | None:
    try:
        with path.open("rb") as file:
            data = file.read(maximum + 1)
    except OSError as error:
        found.findings.append(LintFinding(name, f"it cannot be read: {error.strerror}"))
        found.unread.add(name)
        return None
    if len(data) > maximum:
        found.findings.append(LintFinding(name, f"more than the {maximum} bytes a file may have"))
        found.unread.add(name)
        return None
    return data


def _read_versions(slug: str, found: _Folder) -> None:
    names = {version_of(file) for file in found.files if file.startswith(f"{slug}/")}
    numbers = sorted(int(name.removeprefix(f"{slug}/v")) for name in names)
    if numbers != list(range(1, len(numbers) + 1)):
        found.findings.append(
            LintFinding(slug, f"versions count v1, v2, …; found {', '.join(map(str, numbers))}")
        )
    versions = [_read_version(_Version(slug, number, found)) for number in numbers]
    found.classes[slug] = tuple(version for version in versions if version)


@dataclass(frozen=True, slots=True)
class _Version:
    """The files of one version, and what of them is locked."""

    slug: str
    number: int
    found: _Folder

    @property
    def name(self) -> str:
        return f"{self.slug}/v{self.number}"

    @property
    def translations(self) -> list[str]:
        return sorted(file for file in self.found.files if file.startswith(f"{self.name}.i18n/"))

    def data(self, file: str) -> bytes | None:
        """Give a file's bytes; that it is missing is a finding, unless it could not be read."""
        if file not in self.found.files and file not in self.found.unread:
            self.found.findings.append(LintFinding(file, "this file is missing"))
        return self.found.files.get(file)

    def is_locked(self, *files: str) -> bool:
        return all(is_locked(file, self.found.files, self.found.locked) for file in files)


def _read_version(version: _Version) -> BadgeClass | None:
    definition, picture = f"{version.name}.yaml", f"{version.name}.svg"
    definition_data, picture_data = version.data(definition), version.data(picture)
    if picture_data is not None:
        version.found.attempt(lambda: check_picture(picture, picture_data))
    if definition_data is None:
        return None
    source = version.found.attempt(lambda: read_definition(definition, definition_data))
    if source is None:
        return None
    wordings = dict(_wordings(version, source, definition_data))
    if picture_data is None:
        return None
    method = Method(source.data["method"])
    months = source.data.get("validity", {}).get("months")
    return BadgeClass(
        slug=version.slug,
        version=version.number,
        locked=version.is_locked(definition, picture),
        method=method,
        achievement_type=source.data["achievementType"],
        language=source.data["language"],
        wordings=MappingProxyType(wordings),
        fields=fields_of(method, asking_of(source)),
        evidence_required=source.data.get("evidence", {}).get("required") == "true",
        months=None if months is None else int(months),
        picture=Picture(picture, picture_data),
        definition=definition_data,
    )


def _wordings(
    version: _Version, source: YamlFile, definition: bytes
) -> Iterator[tuple[str, Wording]]:
    """Read the source's own texts, and then the translations by language."""
    own: str = source.data["language"]
    locked = version.is_locked(source.name)
    yield own, read_wording(source.data, language=own, source=definition, locked=locked)
    for file in version.translations:
        language = file.rpartition("/")[2].removesuffix(".yaml")
        data = version.found.files[file]
        if language == own:
            finding = LintFinding(file, f"{own} is the language of its source, {source.name}")
            version.found.findings.append(finding)
        elif translation := version.found.attempt(
            partial(read_translation, file, data, source=source)
        ):
            texts = lay_over(source.data, translation.data)
            locked = version.is_locked(file)
            yield language, read_wording(texts, language=language, source=data, locked=locked)
