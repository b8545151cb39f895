"""`insignia award --list` and `insignia batch`: everybody in a file is awarded once."""

import re
from pathlib import Path

import pytest

from accounts.tables import Scope
from issuer.tables import BatchRecipientRow
from tests.amounts import amount
from tests.batches import learners
from tests.programs import answered, program
from tests.serving import SECONDS_TO_END, begin
from tests.shell import ADDRESS, AWARD, Shell
from tests.site import make_site

PEOPLE = amount(12, 200)
AWARD_LIST = ("award", "wiki-friend", "--list", "-")


def listed(*recipients: str) -> bytes:
    return "\n".join(recipients).encode()


@pytest.fixture
def file(tmp_path: Path) -> str:
    """A list as somebody with a spreadsheet saves it."""
    path = tmp_path / "list.txt"
    path.write_bytes(b"\xef\xbb\xbf# Saturday\r\n" + b"\r\n".join([*listed(*learners(3)).split()]))
    return str(path)


def test_everybody_in_a_file_is_awarded_and_the_links_can_be_handed_over(
    shell: Shell, file: str
) -> None:
    made = shell.json("award", "wiki-friend", "--list", file)
    assert (made["state"], made["refused"]) == ("DONE", [])
    assert made["counts"]["AWARDED"] == 3
    shown = shell.json("batch", "show", made["batch"])
    assert [row["line"] for row in shown["rows"]] == [2, 3, 4]
    links = {row["claimUrl"] for row in shown["rows"]}
    assert len(links) == 3
    assert all(re.fullmatch(r"https://badges\.example/claim/[a-z2-7]{26}", one) for one in links)
    text = shell.does("batch", "show", made["batch"])
    assert all(one in text for one in links)
    assert text.startswith(f"{made['batch']}  wiki-friend@1: 3 awarded\n")
    assert "learner" not in text


def test_the_same_file_with_the_same_key_awards_nothing_new(shell: Shell, file: str) -> None:
    command = ("award", "wiki-friend", "--list", file, "--key", "saturday")
    first, again = shell.json(*command), shell.json(*command)
    assert again == first
    assert len(shell.json("batch", "list")) == 1
    assert "before with another content" in shell.refused(*command, "--again")
    assert "another content" in shell.refused(*command, "--valid-until", "2099-01-01T00:00:00Z")


def test_without_a_key_whoever_has_the_badge_gets_no_other(shell: Shell, file: str) -> None:
    shell.does(*AWARD)
    text = shell.does(*AWARD_LIST, stdin=listed(ADDRESS, *learners(1)))
    assert text.endswith("wiki-friend@1: 1 awarded, 1 had it before\n")
    assert shell.json("award", "wiki-friend", "--list", file)["counts"]["ALREADY"] == 1
    again = shell.json("award", "wiki-friend", "--list", file, "--again")
    assert again["counts"]["AWARDED"] == 3


def test_a_list_that_is_wrong_is_refused_with_its_lines(shell: Shell) -> None:
    sentence = shell.refused(*AWARD_LIST, stdin=listed(ADDRESS, "", "nobody", ADDRESS.upper()))
    assert sentence.startswith("nobody was awarded: line 3: the recipient 'nobody' is neither")
    assert sentence.endswith("line 4: this is the person of line 1\n".rstrip())
    assert shell.does("batch", "list") == "there is no batch yet\n"


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("--to", ADDRESS, "--list", "-"),
        ("--list", "-", "--out", "somewhere"),
        ("--to", ADDRESS, "--key", "x"),
        ("--list", "nowhere.txt"),
    ],
    ids=["to nobody", "both", "files", "a key for one", "no file"],
)
def test_what_makes_no_sense_is_refused_as_wrong_usage(
    shell: Shell, arguments: tuple[str, ...]
) -> None:
    shell.refused("award", "wiki-friend", *arguments, code=2)


def test_a_list_that_is_no_text_is_wrong_usage(shell: Shell) -> None:
    assert "no text in UTF-8" in shell.refused(*AWARD_LIST, stdin=b"\xff", code=2)
    assert "more than" in shell.refused(*AWARD_LIST, stdin=b"x" * (4 * 1024 * 1024 + 1), code=2)


def test_rows_that_are_refused_are_told_and_end_the_command_with_1(shell: Shell) -> None:
    site = make_site(shell)
    body = {
        "badgeClass": "wiki-friend",
        "recipients": [{"recipient": one} for one in learners(2)],
    }
    awarding = program(site, Scope.AWARD)
    batch = answered(awarding.send("/api/batches", body, Idempotency_Key="first"), 202)["id"]
    with site.installation.database.write() as session:
        session.get_one(BatchRecipientRow, (batch, 2)).recipient_identifier = b"damaged"
    site.installation.close()
    result = shell.run("batch", "repeat", batch)
    assert result.exit_code == 1, result.output
    headline, refused = result.stdout.splitlines()
    assert headline.endswith("wiki-friend@1: 1 awarded, 1 refused")
    assert refused.startswith("  line 2: refused: a sealed identifier")


def test_a_batch_is_undone_by_rows_and_as_a_whole(shell: Shell, file: str) -> None:
    batch = shell.json("award", "wiki-friend", "--list", file)["batch"]
    assert shell.does("batch", "undo", batch, "--row", "3") == "1 undone\n"
    assert "has no line 9" in shell.refused("batch", "undo", batch, "--row", "9")
    assert shell.json("batch", "undo", batch) == {"undone": 2, "kept": []}
    assert shell.json("batch", "show", batch)["counts"]["UNDONE"] == 3
    assert "was undone" in shell.refused("batch", "repeat", batch)
    assert "there is no batch" in shell.refused("batch", "show", "nothing")


def test_repeating_a_batch_that_is_done_changes_nothing(shell: Shell, file: str) -> None:
    made = shell.json("award", "wiki-friend", "--list", file)
    assert shell.json("batch", "repeat", made["batch"]) == made


def test_a_command_that_is_interrupted_leaves_the_rest_to_the_next(
    shell: Shell, tmp_path: Path
) -> None:
    people = tmp_path / "people"
    people.write_bytes(listed(*learners(PEOPLE)))
    command = ("service.cli", "award", "wiki-friend", "--list", str(people))
    process = begin(shell, tmp_path / "log", command)
    while not (found := shell.json("batch", "list")) or not found[0]["counts"]["AWARDED"]:
        assert process.poll() is None, (tmp_path / "log").read_text()
    process.kill()
    process.wait(SECONDS_TO_END)
    (batch,) = shell.json("batch", "list")
    assert 0 < batch["counts"]["AWARDED"] < PEOPLE
    done = shell.json("batch", "repeat", batch["batch"])
    assert done["counts"]["AWARDED"] == PEOPLE
    rows = shell.json("batch", "show", batch["batch"])["rows"]
    assert len({row["claimUrl"] for row in rows}) == PEOPLE
