"""A folder is loaded whole or refused, and what is published in it never changes."""

import hashlib
from pathlib import Path

import pytest

from badge_classes.badge_class import BadgeClass
from badge_classes.findings import MAXIMUM_SHOWN, BadgeClassError, Severity
from badge_classes.loader import default_folder, lint, load_catalogue, lock
from badge_classes.methods import Method
from openbadges.errors import ConflictError, MissingError
from tests.catalogues import DEFINITION, PICTURE, SPANISH, small_definition, write_version


@pytest.fixture
def published(tmp_path: Path) -> Path:
    """A folder with one published version and its translation."""
    write_version(tmp_path, translations={"es": SPANISH})
    lock(tmp_path)
    return tmp_path


def findings(folder: Path, severity: Severity) -> list[str]:
    return [str(finding) for finding in lint(folder) if finding.severity is severity]


def append(path: Path, text: str = "# changed\n") -> None:
    path.write_text(path.read_text(encoding="utf-8") + text, encoding="utf-8")


def first_edits(folder: Path) -> BadgeClass:
    return load_catalogue(folder).find("first-edits")


def test_a_badge_class_is_what_its_files_say(published: Path) -> None:
    badge_class = first_edits(published)

    assert badge_class.reference == "first-edits@1"
    assert badge_class.name == "First edits"
    assert badge_class.method is Method.TRAINING
    assert badge_class.achievement_type == "Badge"
    assert badge_class.languages == ("en", "es")
    assert [wording.name for wording in badge_class.translations] == ["Primeras ediciones"]
    assert [(field.name, field.required) for field in badge_class.fields] == [("period", True)]
    assert badge_class.evidence_required
    assert badge_class.months == 24
    assert badge_class.picture.path == "first-edits/v1.svg"
    assert badge_class.picture.data == PICTURE.encode()
    assert badge_class.picture.media_type == "image/svg+xml"
    assert badge_class.definition == DEFINITION.encode()
    assert badge_class.sha256 == hashlib.sha256(DEFINITION.encode()).hexdigest()
    assert badge_class.wording("es").sha256 == hashlib.sha256(SPANISH.encode()).hexdigest()


def test_a_small_class_asks_for_no_evidence_and_never_ends(tmp_path: Path) -> None:
    write_version(tmp_path, "wiki-friend/v1", definition=small_definition())

    badge_class = load_catalogue(tmp_path).find("wiki-friend")

    assert not badge_class.evidence_required
    assert badge_class.months is None


def test_the_folder_that_comes_with_insignia_is_without_fault() -> None:
    catalogue = load_catalogue(default_folder())

    assert len(catalogue.slugs) >= 12
    assert {badge_class.method for badge_class in catalogue} == set(Method)
    for badge_class in catalogue:
        assert {"en", "es", "ca"} <= set(badge_class.languages), badge_class.reference


def test_hidden_files_and_folders_of_the_package_are_passed_over(published: Path) -> None:
    (published / "__pycache__").mkdir()
    (published / ".git").mkdir()
    (published / "README.md").write_text("not ours", encoding="utf-8")
    (published / "first-edits" / ".DS_Store").write_bytes(b"\0")

    assert lint(published) == []


def test_a_folder_that_is_not_there_is_missing(tmp_path: Path) -> None:
    with pytest.raises(MissingError, match="there is no folder of badge classes"):
        load_catalogue(tmp_path / "nowhere")


def test_all_faults_of_all_files_are_told_together(published: Path) -> None:
    write_version(
        published,
        "wiki-friend/v1",
        definition=small_definition(name=""),
        picture="<svg/>",
    )
    write_version(published, "first-edits/v2", translations={"es": "name: x\n"})

    with pytest.raises(BadgeClassError) as caught:
        load_catalogue(published)

    places = {str(finding).partition(":")[0] for finding in caught.value.findings}
    assert places == {
        "first-edits/v2.i18n/es.yaml line 1, caption",
        "first-edits/v2.i18n/es.yaml line 1, criteria",
        "first-edits/v2.i18n/es.yaml line 1, description",
        "wiki-friend/v1.svg",
        "wiki-friend/v1.yaml line 1, name",
    }


def test_a_long_list_of_faults_ends_with_their_number(tmp_path: Path) -> None:
    write_version(
        tmp_path, definition=small_definition(**{f"x{number}": "1" for number in range(50)})
    )

    with pytest.raises(BadgeClassError) as caught:
        load_catalogue(tmp_path)

    lines = str(caught.value).splitlines()
    assert len(lines) == MAXIMUM_SHOWN + 1
    assert lines[-1] == "and 30 more"


@pytest.mark.parametrize(
    ("name", "words"),
    [
        pytest.param("first-edits/v1.yml", "only v1.yaml", id="other-suffix"),
        pytest.param("first-edits/v01.yaml", "only v1.yaml", id="leading-zero"),
        pytest.param("first-edits/v1.i18n/spanish.yaml", "only v1.yaml", id="no-language"),
        pytest.param(
            "first-edits/v1.i18n/en.yaml", "en is the language of its source", id="source"
        ),
        pytest.param("First Edits/v1.yaml", "a slug has a-z", id="no-slug"),
        pytest.param(f"{'x' * 61}/v1.yaml", "at most 60 characters", id="long-slug"),
        pytest.param("first-edits/v3.yaml", "versions count v1, v2, …; found 1, 3", id="gap"),
        pytest.param("first-edits/v2.yaml", "v2.svg: this file is missing", id="no-picture"),
        pytest.param("first-edits/v2.svg", "v2.yaml: this file is missing", id="no-definition"),
        pytest.param("first-edits/v2.i18n/ca.yaml", "v2.yaml: this file is missing", id="orphan"),
    ],
)
def test_a_file_that_does_not_fit_in_is_named(published: Path, name: str, words: str) -> None:
    path = published / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(PICTURE if path.suffix == ".svg" else SPANISH, encoding="utf-8")

    assert any(words in finding for finding in findings(published, Severity.FAULT))


def test_a_file_that_is_too_large_or_unreadable_is_named_and_nothing_else(published: Path) -> None:
    (published / "first-edits" / "v1.svg").write_bytes(b" " * 65_537)
    (published / "first-edits" / "v1.i18n" / "ca.yaml").symlink_to(published / "nowhere")

    assert findings(published, Severity.FAULT) == [
        "first-edits/v1.i18n/ca.yaml: it cannot be read: No such file or directory",
        "first-edits/v1.svg: more than the 65536 bytes a file may have",
    ]
    assert findings(published, Severity.CONFLICT) == []


def test_half_a_lock_is_refused(published: Path) -> None:
    path = published / "LOCK"
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    path.write_text(lines[0] + lines[0] + lines[1][:40], encoding="utf-8")

    assert findings(published, Severity.FAULT) == [
        "LOCK line 2: first-edits/v1.i18n/es.yaml stands here twice",
        "LOCK line 3: expected a SHA-256, two spaces and a file name",
    ]


def test_a_draft_is_loaded_and_reported_and_not_locked(tmp_path: Path) -> None:
    write_version(tmp_path, translations={"es": SPANISH})

    assert not first_edits(tmp_path).locked
    assert findings(tmp_path, Severity.NOTE) == [
        "first-edits/v1.yaml: a draft, not to be awarded before `insignia badge-classes lock`"
    ]


def test_locking_writes_a_sorted_line_for_each_file(tmp_path: Path) -> None:
    write_version(tmp_path, translations={"es": SPANISH})
    write_version(tmp_path, "a-friend/v1", definition=small_definition())

    written = lock(tmp_path)

    assert written == [
        "a-friend/v1.svg",
        "a-friend/v1.yaml",
        "first-edits/v1.i18n/es.yaml",
        "first-edits/v1.svg",
        "first-edits/v1.yaml",
    ]
    assert (tmp_path / "LOCK").read_text(encoding="ascii").splitlines() == [
        f"{hashlib.sha256((tmp_path / file).read_bytes()).hexdigest()}  {file}" for file in written
    ]
    assert first_edits(tmp_path).locked
    assert first_edits(tmp_path).wording("es").locked
    assert lint(tmp_path) == []


def test_locking_twice_changes_nothing(published: Path) -> None:
    before = (published / "LOCK").read_bytes()

    assert lock(published) == []
    assert (published / "LOCK").read_bytes() == before


def test_locking_a_new_version_leaves_the_lines_of_the_old_one(published: Path) -> None:
    before = (published / "LOCK").read_text(encoding="ascii").splitlines()
    write_version(published, "first-edits/v2")

    assert lock(published) == ["first-edits/v2.svg", "first-edits/v2.yaml"]
    assert set(before) < set((published / "LOCK").read_text(encoding="ascii").splitlines())


@pytest.mark.parametrize("suffix", ["yaml", "svg"])
def test_a_published_file_that_changed_is_refused_and_never_locked_anew(
    published: Path, suffix: str
) -> None:
    append(published / f"first-edits/v1.{suffix}", "\n")
    before = (published / "LOCK").read_bytes()

    with pytest.raises(ConflictError) as caught:
        load_catalogue(published)
    with pytest.raises(ConflictError):
        lock(published)

    assert str(caught.value).startswith(f"first-edits/v1.{suffix}: this file is published")
    assert f"make a new version (first-edits/v2.{suffix})" in str(caught.value)
    assert (published / "LOCK").read_bytes() == before


@pytest.mark.parametrize("file", ["v1.yaml", "v1.svg", "v1.i18n/es.yaml"])
def test_a_published_file_that_is_gone_is_refused(published: Path, file: str) -> None:
    (published / "first-edits" / file).unlink()

    assert findings(published, Severity.CONFLICT)[0].startswith(
        f"first-edits/{file}: LOCK has this file, and it is gone: put it back"
    )
    with pytest.raises((BadgeClassError, ConflictError)):
        lock(published)


def test_taking_a_line_out_of_lock_does_not_unpublish_the_file(published: Path) -> None:
    path = published / "LOCK"
    lines = path.read_text(encoding="ascii").splitlines(keepends=True)
    path.write_text("".join(line for line in lines if ".svg" not in line), encoding="ascii")
    append(published / "first-edits/v1.svg", "\n")

    with pytest.raises(ConflictError, match="LOCK has no line for it"):
        lock(published)


def test_a_corrected_translation_is_reported_until_it_is_locked_anew(published: Path) -> None:
    append(published / "first-edits/v1.i18n/es.yaml")

    (note,) = findings(published, Severity.NOTE)
    assert note.startswith("first-edits/v1.i18n/es.yaml: the translation has changed")
    assert first_edits(published).locked
    assert not first_edits(published).wording("es").locked
    assert lock(published) == ["first-edits/v1.i18n/es.yaml"]
    assert first_edits(published).wording("es").locked


def test_a_new_translation_of_a_published_version_is_no_new_version(published: Path) -> None:
    write_version(published, translations={"ca": SPANISH})

    assert first_edits(published).locked
    assert not first_edits(published).wording("ca").locked
    assert lock(published) == ["first-edits/v1.i18n/ca.yaml"]


def test_nothing_is_locked_while_anything_is_wrong(published: Path) -> None:
    write_version(published, "first-edits/v2")
    write_version(published, "wiki-friend/v1", definition="name: x\n")
    before = (published / "LOCK").read_bytes()

    with pytest.raises(BadgeClassError):
        lock(published)

    assert (published / "LOCK").read_bytes() == before
