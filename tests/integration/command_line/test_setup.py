"""`init` and `db`: making an installation, again and again, and with every mistake."""

import shutil
import sqlite3
import stat
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from openbadges.strict import parse_json_object
from service.settings import SETTINGS
from storage import schema
from tests.databases import SERVERS, Server
from tests.shell import NAME, Shell

DATABASE = "insignia.sqlite3"
CATALOGUE = ("badge-classes", "show")


def contents(folder: Path) -> dict[str, bytes]:
    """Everything that lies in a folder, but for what SQLite keeps beside its file while open."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and not path.name.endswith(("-wal", "-shm"))
    }


def set_revision(database: Path, revision: str) -> None:
    with closing(sqlite3.connect(database)) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = ?", (revision,))


def test_an_installation_is_made_with_a_passphrase_of_its_own(newcomer: Shell) -> None:
    result = newcomer.run("init", "--organisation", NAME)
    assert result.exit_code == 0
    assert "http://localhost:8000" in result.stdout
    assert "for trial only" in result.stderr
    passphrase = newcomer.data / "passphrase"
    assert len(passphrase.read_text().strip()) >= 32
    for path, mode in (
        (passphrase, 0o600),
        (newcomer.data, 0o700),
        (newcomer.data / "keys", 0o700),
    ):
        assert stat.S_IMODE(path.stat().st_mode) == mode
    assert passphrase.read_text().strip() not in result.output


def test_making_it_again_changes_nothing(newcomer: Shell) -> None:
    newcomer.does("init", "--organisation", NAME, "--address", "https://badges.example")
    before = contents(newcomer.data)
    for again in ((), ("--address", "https://badges.example/")):
        newcomer.does("init", "--organisation", NAME, *again)
    assert contents(newcomer.data) == before


def test_another_port_is_no_other_address(newcomer: Shell) -> None:
    newcomer.does("init", "--organisation", NAME)
    newcomer.having(PORT="9000").does("init", "--organisation", NAME)
    newcomer.having(PORT="9000").does("keys", "list")


@pytest.mark.parametrize(
    ("arguments", "found", "wanted"),
    [
        pytest.param(
            ("--organisation", "Another"), f"the name '{NAME}'", "not 'Another'", id="name"
        ),
        pytest.param(
            ("--organisation", NAME, "--address", "https://other.example"),
            "the address 'https://badges.example'",
            "not 'https://other.example'",
            id="address",
        ),
    ],
)
def test_another_name_or_address_is_refused_and_nothing_is_lost(
    shell: Shell, arguments: tuple[str, ...], found: str, wanted: str
) -> None:
    before = contents(shell.data)
    sentence = shell.refused("init", *arguments)
    assert found in sentence
    assert wanted in sentence
    assert sentence.endswith("nothing was changed")
    assert contents(shell.data) == before


def test_two_addresses_at_once_are_refused(newcomer: Shell) -> None:
    sentence = newcomer.having(BASE_URL="https://one.example").refused(
        "init", "--organisation", NAME, "--address", "https://two.example"
    )
    assert "https://one.example" in sentence
    assert "https://two.example" in sentence
    assert not newcomer.data.exists()


def test_the_address_of_the_environment_is_taken(newcomer: Shell) -> None:
    made = newcomer.having(BASE_URL="https://badges.example").json("init", "--organisation", NAME)
    assert made["baseUrl"] == "https://badges.example"


def test_a_start_with_another_address_is_refused_naming_both(shell: Shell) -> None:
    for command in (("issuer", "show"), ("award", "wiki-friend", "--to", "a@example.org")):
        sentence = shell.having(BASE_URL="https://other.example").refused(*command)
        assert "https://other.example" in sentence
        assert "https://badges.example" in sentence


@pytest.mark.parametrize("name", ["", "  ", "x" * 301, "two\nlines", "two\x0blines", "a\ttab"])
def test_an_organisation_needs_a_name(newcomer: Shell, name: str) -> None:
    sentence = newcomer.refused("init", "--organisation", name)
    assert sentence.startswith("the organisation's name must be one line of 1 to 300 characters;")
    assert not newcomer.data.exists()


def test_a_pasted_name_is_cleaned_with_notice(newcomer: Shell) -> None:
    result = newcomer.run("init", "--organisation", "Example\x00 Circle\ufeff", "--json")
    assert result.exit_code == 0
    assert "note: the organisation's name: NUL was taken out" in result.stderr
    made = parse_json_object(result.stdout, what="it")
    assert made["organisation"] == "Example Circle"


@pytest.mark.parametrize("by", ["option", "setting"])
def test_a_typed_passphrase_and_a_file_are_not_both_taken(
    newcomer: Shell, tmp_path: Path, by: str
) -> None:
    file = str(tmp_path / "secret")
    option = ("--passphrase-file", file) if by == "option" else ()
    shell = newcomer if option else newcomer.having(PASSPHRASE_FILE=file)
    sentence = shell.refused("init", "--organisation", NAME, "--ask-passphrase", *option)
    assert sentence.startswith("--ask-passphrase keeps no file, and ")
    assert not newcomer.data.exists()


def test_what_was_cut_off_before_the_keystore_was_whole_is_finished(
    newcomer: Shell, keyless_folder: Path
) -> None:
    shutil.copytree(keyless_folder, newcomer.data)
    for name in ("installation.json", "keys/keystore.json"):
        (newcomer.data / name).unlink()
    newcomer.does("init", "--organisation", NAME)
    newcomer.does("keys", "generate")


def test_an_empty_passphrase_file_is_named(newcomer: Shell) -> None:
    newcomer.data.mkdir(mode=0o700)
    (newcomer.data / "passphrase").touch(mode=0o600)
    sentence = newcomer.refused("init", "--organisation", NAME)
    assert sentence.startswith(f"{newcomer.data / 'passphrase'}: the passphrase has 0 characters")


def test_a_passphrase_file_whose_path_is_no_text_is_refused(newcomer: Shell) -> None:
    sentence = newcomer.refused(
        "init",
        "--organisation",
        NAME,
        "--passphrase-file",
        "/tmp/\udcff",  # noqa: S108 -- not made
    )
    assert sentence.startswith("the path of the passphrase's file contains")


def test_a_passphrase_file_is_used_where_it_lies(newcomer: Shell, tmp_path: Path) -> None:
    file = tmp_path / "secret"
    file.write_text("a passphrase of my own\n")
    file.chmod(0o600)
    newcomer.does("init", "--organisation", NAME, "--passphrase-file", str(file))
    newcomer.does("keys", "generate")
    assert not (newcomer.data / "passphrase").exists()
    file.rename(tmp_path / "moved")
    assert newcomer.refused("keys", "list") == f"{file} is missing"
    newcomer.having(PASSPHRASE_FILE=str(tmp_path / "moved")).does("keys", "list")


@pytest.mark.parametrize(
    ("content", "mode", "reason"),
    [
        pytest.param("a passphrase of my own", 0o644, "has mode 0644; expected 0600", id="open"),
        pytest.param("too short", 0o600, "expected at least 12", id="short"),
        pytest.param("", 0o600, "has 0 characters", id="empty"),
        pytest.param("x" * 5000, 0o600, "is larger than the 4096 bytes", id="no passphrase"),
    ],
)
def test_a_passphrase_file_that_others_read_or_that_holds_none_is_refused(
    newcomer: Shell, content: str, mode: int, reason: str
) -> None:
    newcomer.data.mkdir()
    file = newcomer.data / "passphrase"
    file.write_text(content)
    file.chmod(mode)
    assert reason in newcomer.refused("init", "--organisation", NAME)
    assert contents(newcomer.data) == {"passphrase": content.encode()}
    file.write_text("a passphrase of my own")
    file.chmod(0o600)
    newcomer.does("init", "--organisation", NAME)


def test_a_missing_passphrase_file_is_named(newcomer: Shell, tmp_path: Path) -> None:
    missing = str(tmp_path / "missing")
    sentence = newcomer.refused("init", "--organisation", NAME, "--passphrase-file", missing)
    assert sentence == f"{missing} is missing"


def test_no_name_of_a_file_gives_orders_to_a_terminal(newcomer: Shell, tmp_path: Path) -> None:
    file = str(tmp_path / "\x1b[2J\u202eexe")
    sentence = newcomer.refused("init", "--organisation", NAME, "--passphrase-file", file)
    assert sentence == f"{tmp_path}/\\x1b[2J\\u202eexe is missing"


def test_the_passphrase_may_be_typed_and_is_then_kept_nowhere(newcomer: Shell) -> None:
    typed = b"typed by a person\ntyped by a person\n"
    newcomer.does("init", "--organisation", NAME, "--ask-passphrase", stdin=typed)
    assert not (newcomer.data / "passphrase").exists()
    assert "not kept here" in newcomer.refused("keys", "list")
    assert "not kept here" in newcomer.refused("init", "--organisation", NAME)
    assert not (newcomer.data / "passphrase").exists()


@pytest.mark.parametrize("left", ["passphrase", "passphrase keys", "passphrase keys " + DATABASE])
def test_an_init_that_was_cut_off_is_finished_by_the_next(newcomer: Shell, left: str) -> None:
    newcomer.does("init", "--organisation", NAME)
    for path in newcomer.data.iterdir():
        if path.name not in left.split():
            shutil.rmtree(path) if path.is_dir() else path.unlink()
    newcomer.does("init", "--organisation", NAME)
    newcomer.does("issuer", "create")


def test_a_passphrase_that_does_not_open_the_keystore_is_refused(shell: Shell) -> None:
    before = contents(shell.data)
    (shell.data / "passphrase").write_text("another passphrase\n")
    for command in (("init", "--organisation", NAME), ("keys", "list"), ("issuer", "show")):
        assert shell.refused(*command, code=3) == "the passphrase does not open this keystore"
    assert contents(shell.data) == before | {"passphrase": b"another passphrase\n"}


@pytest.mark.parametrize(
    "command",
    [
        ("issuer", "create"),
        ("issuer", "show"),
        ("keys", "list"),
        ("keys", "generate"),
        ("keys", "import-seed", "00" * 32),
        ("badge-classes", "import"),
        ("award", "wiki-friend", "--to", "a@example.org"),
        ("revoke", "1", "--reason", "a mistake"),
        ("status", "publish"),
    ],
    ids=" ".join,
)
def test_without_an_installation_a_person_is_told_to_make_one(
    newcomer: Shell, command: tuple[str, ...]
) -> None:
    sentence = newcomer.refused(*command)
    assert sentence == (
        f"there is no installation in {newcomer.data}/; make one with `insignia init`"
    )
    assert not newcomer.data.exists()


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        pytest.param("nonsense", "this is not JSON", id="nonsense"),
        pytest.param("", "this is not JSON", id="empty"),
        pytest.param("[]", "must be a JSON object; found an array", id="a list"),
        pytest.param("{}", "must be an address", id="without an address"),
    ],
)
def test_a_description_that_cannot_be_read_is_named(
    shell: Shell, content: str, reason: str
) -> None:
    path = shell.data / "installation.json"
    path.write_text(content)
    for command in (("keys", "list"), ("init", "--organisation", NAME)):
        sentence = shell.refused(*command)
        assert str(path) in sentence
        assert reason in sentence


@pytest.mark.parametrize("name", SETTINGS)
def test_a_misspelt_setting_stops_every_command_by_name(newcomer: Shell, name: str) -> None:
    wrong = f"{name}S".removeprefix("INSIGNIA_")
    for command in (CATALOGUE, ("init", "--organisation", NAME), ("verify", "-"), ("demo",)):
        code = 2 if command[0] == "verify" else 1  # 1 would be a verdict
        sentence = newcomer.having(**{wrong: "x"}).refused(*command, code=code)
        assert sentence.startswith(f"{name}S is not a setting; did you mean {name}")


@pytest.mark.parametrize(
    "data",
    [pytest.param("/proc/insignia", id="not writable"), pytest.param("file", id="a file")],
)
def test_a_data_folder_that_cannot_be_made_is_named(
    newcomer: Shell, tmp_path: Path, data: str
) -> None:
    (tmp_path / "file").write_text("")
    folder = str(tmp_path / data)
    sentence = newcomer.having(DATA=folder).refused("init", "--organisation", NAME, code=3)
    assert sentence.startswith(f"{folder} cannot be used: ")


def test_the_database_is_checked_and_upgraded(shell: Shell) -> None:
    checked = shell.json("db", "check")
    assert checked == {
        "database": f"sqlite:///{shell.data / DATABASE}",
        "schema": schema.newest(),
    }
    assert shell.json("db", "upgrade") == checked


def test_a_database_without_tables_is_refused_until_it_is_upgraded(shell: Shell) -> None:
    path = shell.data / DATABASE
    path.unlink()
    path.touch(mode=0o600)
    for command in (("db", "check"), ("issuer", "show")):
        sentence = shell.refused(*command)
        assert sentence.endswith("has no tables yet: run `insignia db upgrade`")
    shell.does("db", "upgrade")
    shell.does("db", "check")


def test_an_older_database_is_refused_until_it_is_upgraded(newcomer: Shell) -> None:
    newcomer.does("init", "--organisation", NAME)
    path = newcomer.data / DATABASE
    path.unlink()
    # the first step alone, as an earlier program left it
    newcomer.does("db", "upgrade")
    with closing(sqlite3.connect(path)) as connection, connection:
        tables = [
            name
            for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type='table'")
        ]
        for name in tables:
            connection.execute(f"DROP TABLE {name}")
        connection.execute("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL)")
        connection.execute("INSERT INTO alembic_version VALUES ('0000')")
    sentence = newcomer.refused("db", "check")
    assert "0000" in sentence


def test_a_newer_database_is_refused_and_not_touched(shell: Shell) -> None:
    path = shell.data / DATABASE
    set_revision(path, "9999")
    for command in (
        ("db", "check"),
        ("db", "upgrade"),
        ("init", "--organisation", NAME),
        ("award", "wiki-friend", "--to", "a@example.org"),
    ):
        sentence = shell.refused(*command)
        assert "is newer (9999) than this program" in sentence
        assert sentence.endswith("update the program")


def test_a_database_that_is_gone_is_not_made_anew(shell: Shell) -> None:
    (shell.data / DATABASE).unlink()
    for command in (("init", "--organisation", NAME), ("issuer", "show"), ("db", "check")):
        sentence = shell.refused(*command, code=3)
        assert sentence == f"the database {shell.data / DATABASE} does not exist"


@pytest.mark.parametrize(
    "damage",
    [
        pytest.param(lambda data: b"junk" * len(data), id="junk"),
        pytest.param(lambda data: data[:100] + b"\xff" * 9000 + data[9100:], id="a torn page"),
    ],
)
def test_a_corrupted_database_is_refused_and_left_for_who_can_mend_it(
    shell: Shell, damage: Callable[[bytes], bytes]
) -> None:
    path = shell.data / DATABASE
    path.write_bytes(damage(path.read_bytes()))
    before = path.read_bytes()
    for command in (("db", "check"), ("issuer", "show"), ("init", "--organisation", NAME)):
        sentence = shell.refused(*command)
        assert sentence.startswith(f"the database {path} is damaged or no SQLite database")
        assert sentence.endswith("restore a backup with `insignia restore`")
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    "url", ["nonsense", "oracle://host/name", "sqlite://", "sqlite:///", "postgresql://host"]
)
def test_a_database_that_we_do_not_speak_to_is_refused(newcomer: Shell, url: str) -> None:
    sentence = newcomer.having(DATABASE_URL=url).refused("db", "check")
    assert sentence.startswith("a database URL is sqlite:///path, postgresql://user@host/database")


def test_a_database_url_file_is_read_and_must_be_private(newcomer: Shell, tmp_path: Path) -> None:
    file = tmp_path / "url"
    file.write_text(f"sqlite:///{tmp_path / 'elsewhere'}\n")
    file.chmod(0o600)
    shell = newcomer.having(DATABASE_URL_FILE=str(file))
    shell.does("init", "--organisation", NAME)
    assert shell.json("db", "check")["database"] == f"sqlite:///{tmp_path / 'elsewhere'}"
    file.chmod(0o640)
    assert shell.refused("db", "check") == f"{file} has mode 0640; expected 0600"


def test_a_password_in_a_database_url_is_never_repeated(newcomer: Shell, tmp_path: Path) -> None:
    file = tmp_path / "url"
    file.touch(mode=0o600)
    for url in ("oracle://u:hunter2@host/d", "postgresql://u:hunter2@127.0.0.1:1/d"):
        file.write_text(url)
        result = newcomer.having(DATABASE_URL_FILE=str(file)).run("db", "check")
        assert result.exit_code in (1, 3)
        assert "hunter2" not in result.output


@pytest.fixture
def server_url(server: Server) -> Iterator[str]:
    with server.empty() as url:
        yield url


@pytest.mark.parametrize("server", SERVERS, indirect=True)
def test_everything_works_on_a_server_too(newcomer: Shell, server_url: str) -> None:
    shell = newcomer.having(DATABASE_URL=server_url)
    shell.does("init", "--organisation", NAME, "--address", "https://badges.example")
    shell.does("issuer", "create")
    awarded = shell.json("award", "wiki-friend", "--to", "a@example.org", "--out", str(shell.data))
    file = str(shell.data / "badge.png")
    assert shell.json("verify", file)["verdict"] == "VERIFIED"
    shell.does("revoke", awarded["id"], "--reason", "a mistake")
    shell.does("status", "publish")
    assert shell.json("verify", file, code=1)["verdict"] == "REJECTED"
    assert not (shell.data / DATABASE).exists()
