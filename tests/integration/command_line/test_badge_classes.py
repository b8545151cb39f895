"""`badge-classes`: an author's mistakes are named with their place, and what is out stays."""

from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import closing
from pathlib import Path

import pytest

from badge_classes.catalogue import Catalogue
from issuer.badge_class_versions import import_version
from storage import Database
from tests.catalogues import small_definition, write_version
from tests.databases import SERVERS, Server
from tests.issuing import NOW, write_catalogue
from tests.shell import NAME, Shell

WIKI_FRIEND = Path("wiki-friend") / "v1.yaml"


@pytest.fixture
def own_classes(tmp_path: Path) -> Path:
    """A catalogue that a test may edit."""
    return write_catalogue(tmp_path / "classes")


@pytest.fixture
def author(shell: Shell, own_classes: Path) -> Shell:
    return shell.having(BADGE_CLASSES=str(own_classes))


def edit(path: Path, old: str, new: str) -> None:
    path.write_text(path.read_text(encoding="utf-8").replace(old, new, 1), encoding="utf-8")


def test_what_can_be_awarded_is_listed(shell: Shell) -> None:
    listed = shell.json("badge-classes", "show")
    assert [(one["slug"], one["version"]) for one in listed] == [
        ("brief", 1),
        ("draft", 1),
        ("first-edits", 1),
        ("wiki-friend", 1),
    ]
    assert {one["method"] for one in listed} == {"training", "peer-support"}
    said = shell.does("badge-classes", "show")
    for one in listed:
        assert one["name"] in said
    assert said.count("(draft)") == 1


def test_the_first_of_those_that_come_along_can_be_awarded_with_a_recipient_alone(
    shell: Shell,
) -> None:
    ours = shell.having(BADGE_CLASSES="")
    first = ours.json("badge-classes", "show")[0]["slug"]
    assert ours.json("award", first, "--to", "a@example.org")["badgeClass"] == f"{first}@1"


@pytest.mark.parametrize("reference", ["wiki-friend", "wiki-friend@1"])
def test_one_badge_class_is_shown_in_full(shell: Shell, reference: str) -> None:
    shown = shell.json("badge-classes", "show", reference)
    assert (shown["name"], shown["locked"], shown["languages"]) == (
        "Wiki friend",
        True,
        ["en", "es"],
    )
    assert "Wiki friend" in shell.does("badge-classes", "show", reference)


@pytest.mark.parametrize(
    ("reference", "sentence"),
    [
        ("wiki-frend", "there is no badge class 'wiki-frend'; did you mean wiki-friend?"),
        ("Wiki friend", "there is no badge class 'Wiki friend'; did you mean wiki-friend?"),
        ("wiki-friend@2", "there is no badge class 'wiki-friend@2'; there is wiki-friend@1"),
        ("zzz", "there is no badge class 'zzz'"),
    ],
)
def test_an_unknown_badge_class_names_those_that_are_near(
    shell: Shell, reference: str, sentence: str
) -> None:
    for command in (("badge-classes", "show"), ("award", "--to", "a@example.org")):
        assert shell.refused(*command, reference) == sentence


def test_a_sound_catalogue_has_only_a_draft_to_tell_of(author: Shell) -> None:
    (finding,) = author.json("badge-classes", "lint")
    assert (finding["file"], finding["severity"]) == ("draft/v1.yaml", "note")


def test_a_broken_file_names_file_line_and_field(author: Shell, own_classes: Path) -> None:
    edit(own_classes / "draft" / "v1.yaml", "method: peer-support", "method: peer-suport")
    findings = author.json("badge-classes", "lint", code=1)
    (fault,) = (finding for finding in findings if finding["severity"] == "fault")
    assert (fault["file"], fault["line"], fault["field"]) == ("draft/v1.yaml", 4, "method")
    for command in (
        ("badge-classes", "show"),
        ("badge-classes", "lock"),
        ("badge-classes", "import"),
        ("award", "draft", "--to", "a@example.org"),
    ):
        sentence = author.refused(*command)
        assert sentence.startswith("draft/v1.yaml line 4, method: ")
        assert "peer-support" in sentence


def test_a_broken_draft_stops_nobody_from_awarding_another_badge(
    author: Shell, own_classes: Path
) -> None:
    edit(own_classes / "draft" / "v1.yaml", "method: peer-support", "method: peer-suport")
    author.does("award", "wiki-friend", "--to", "learner@example.org")


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b"name: [", id="half a list"),
        pytest.param(b"\tname: x", id="a tab"),
        pytest.param(b"\xff\xfe", id="no text"),
        pytest.param(b"", id="empty"),
        pytest.param(b"a: &x 1\nb: *x\n", id="an alias"),
        pytest.param(b"name: a\nname: b\n", id="a key twice"),
    ],
)
def test_what_is_no_definition_is_refused_by_its_file(
    author: Shell, own_classes: Path, content: bytes
) -> None:
    (own_classes / "draft" / "v1.yaml").write_bytes(content)
    result = author.run("badge-classes", "lint")
    assert result.exit_code == 1
    assert result.stdout.startswith("draft/v1.yaml")
    refused = author.run("badge-classes", "show")
    assert refused.exit_code == 1
    assert refused.stderr.startswith("insignia: draft/v1.yaml")


def test_drafts_are_published_once(author: Shell, own_classes: Path) -> None:
    refusal = author.refused("award", "draft", "--to", "a@example.org")
    assert refusal.startswith("draft@1 is a draft: publish it first")
    assert author.json("badge-classes", "lock") == ["draft/v1.svg", "draft/v1.yaml"]
    assert "nothing to publish" in author.does("badge-classes", "lock")
    author.does("award", "draft", "--to", "a@example.org")
    assert (own_classes / "LOCK").read_text().count("draft/v1") == 2


def test_an_edited_published_version_is_refused_and_nothing_is_lost(
    author: Shell, own_classes: Path
) -> None:
    edit(own_classes / WIKI_FRIEND, "Helped somebody.", "Helped nobody.")
    before = (own_classes / "LOCK").read_bytes()
    for command in (
        ("badge-classes", "lock"),
        ("badge-classes", "show"),
        ("badge-classes", "import"),
        ("award", "wiki-friend", "--to", "a@example.org"),
        ("demo",),
    ):
        result = author.run(*command)
        assert result.exit_code == 1
        assert "make a new version" in result.stderr
        assert "wiki-friend/v1.yaml" in result.stderr
    assert (own_classes / "LOCK").read_bytes() == before


def test_an_edit_hidden_by_a_new_lock_is_refused_where_it_was_taken_over(
    author: Shell, own_classes: Path
) -> None:
    assert "wiki-friend@1" in author.json("badge-classes", "import")
    assert author.json("badge-classes", "import") == []
    edit(own_classes / WIKI_FRIEND, "Helped somebody.", "Helped nobody.")
    (own_classes / "LOCK").unlink()
    author.does("badge-classes", "lock")
    for command in (("badge-classes", "import"), ("award", "wiki-friend", "--to", "a@example.org")):
        sentence = author.refused(*command)
        assert sentence.startswith("wiki-friend@1 was published with other content")
        assert sentence.endswith("make a new version")


@pytest.mark.parametrize("server", SERVERS, indirect=True)
def test_who_takes_over_what_somebody_is_just_taking_over_finds_it_there(
    newcomer: Shell, server: Server, catalogue: Catalogue
) -> None:
    with server.empty() as url, ThreadPoolExecutor(1) as workers:
        shell = newcomer.having(DATABASE_URL=url)
        shell.does("init", "--organisation", NAME)
        with closing(Database.open(url)) as database, database.write() as session:
            for one in filter(lambda one: one.locked, catalogue):
                import_version(session, one, NOW)
            other = workers.submit(shell.json, "badge-classes", "import")
            wait([other], timeout=1)
        assert other.result() == []


def test_a_new_version_is_awarded_once_it_is_published(author: Shell, own_classes: Path) -> None:
    definition = small_definition(description="Helped many.")
    write_version(own_classes, "wiki-friend/v2", definition=definition)
    award = ("award", "wiki-friend", "--to", "a@example.org")
    assert author.json(*award)["badgeClass"] == "wiki-friend@1"
    author.does("badge-classes", "lock")
    assert author.json(*award)["badgeClass"] == "wiki-friend@2"
    assert author.json("award", "wiki-friend@1", *award[2:])["badgeClass"] == "wiki-friend@1"


def test_a_folder_that_is_not_there_is_named(shell: Shell, tmp_path: Path) -> None:
    missing = str(tmp_path / "missing")
    for command in ("show", "lint", "lock"):
        sentence = shell.having(BADGE_CLASSES=missing).refused("badge-classes", command)
        assert sentence == f"there is no folder of badge classes at {missing}"


def test_an_empty_folder_has_nothing_to_award(shell: Shell, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    empty = shell.having(BADGE_CLASSES=str(tmp_path / "empty"))
    assert empty.json("badge-classes", "show") == []
    assert "this catalogue is empty" in empty.refused("award", "x", "--to", "a@example.org")
    demo = empty.run("demo")
    assert demo.exit_code == 1
    assert demo.stderr.startswith("insignia: no badge class is published that needs no evidence")
