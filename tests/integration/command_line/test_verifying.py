"""`verify`: whatever somebody sends, an answer with its exit code."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from openbadges import status_list
from openbadges.data_integrity import CRYPTOSUITES, create_proof
from openbadges.strict import parse_json, parse_json_object
from tests.credentials import valid_credential
from tests.given import encoded, qr_image
from tests.presentations import presented
from tests.shell import Shell
from tests.signing import Ed25519TestSigner

JUNK = [
    pytest.param(b"", "NO_CREDENTIAL", id="nothing"),
    pytest.param(b" \n\t", "NO_CREDENTIAL", id="blanks"),
    pytest.param(b"hello", "NO_CREDENTIAL", id="a word"),
    pytest.param(bytes(range(256)), "NO_CREDENTIAL", id="bytes"),
    pytest.param(b"\x89PNG\r\n\x1a\n" + b"x" * 100, "MALFORMED", id="half a PNG"),
    pytest.param(b"<svg></svg>", "MALFORMED", id="half an SVG"),
    pytest.param(b"{", "MALFORMED", id="half an object"),
    pytest.param(b"{}", "MALFORMED", id="an empty object"),
    pytest.param(b'{"a":1,"a":2}', "DUPLICATE_KEY", id="a key twice"),
    pytest.param(b"[" * 100_000, "NO_CREDENTIAL", id="a list"),
    pytest.param(b'{"a":' * 100_000, "TOO_DEEP", id="too deep"),
    pytest.param(b"ey.ey.ey", "MALFORMED", id="no JWS"),
    pytest.param(b"x" * 10_000_000, "TOO_LARGE", id="ten megabytes"),
]


@pytest.fixture
def badge(awarded: Shell) -> Path:
    """The JSON file of an awarded badge."""
    return awarded.data / "out" / "credential.json"


@pytest.fixture
def stranger(newcomer: Shell, tmp_path: Path) -> Shell:
    """A shell of somebody who has no installation."""
    return Shell(tmp_path / "stranger", newcomer.settings)


def codes(report: dict[str, list[dict[str, str]]]) -> set[str]:
    return {finding["code"] for finding in report["findings"]}


def test_a_good_badge_is_verified_line_by_line(awarded: Shell, badge: Path) -> None:
    said = awarded.does("verify", str(badge))
    lines = said.splitlines()
    assert lines[-1].strip() == "VERIFIED"
    assert lines[-2].strip() == "It says: Wiki friend, issued by Example Learning Circle"
    assert [line.split()[1] for line in lines[:-2]] == [
        *("unwrap", "conformance", "proof", "issuer", "validity", "status", "trust")
    ]
    assert all("✔" in line for line in lines[:-2])


def test_a_badge_comes_through_a_pipe_too(awarded: Shell, badge: Path) -> None:
    assert "VERIFIED" in awarded.does("verify", "-", stdin=badge.read_bytes())


def test_a_changed_badge_is_rejected(awarded: Shell, badge: Path) -> None:
    badge.write_bytes(badge.read_bytes().replace(b"Wiki friend", b"Wiki fiend"))
    report = awarded.json("verify", str(badge), code=1)
    assert report["verdict"] == "REJECTED"
    assert report["credential"] is None
    assert codes(report) >= {"PROOF", "DEPENDS_ON_PROOF"}


def test_a_person_is_named_as_in_the_award(shell: Shell) -> None:
    out = shell.data / "out"
    shell.does(
        "award", "brief", "--to", "user:example_learner@meta.wikimedia.org", "--out", str(out)
    )
    file = str(out / "badge.png")
    for person, code in (
        ("user:example_learner@meta.wikimedia.org", 0),
        ("User:Example learner", 0),
        ("Example learner", 0),
        ("user:Bea@meta.wikimedia.org", 1),
    ):
        shell.json("verify", file, "--expect-recipient", person, code=code)
    sentence = shell.refused("verify", file, "--expect-recipient", "user:a|b@x.org", code=2)
    assert sentence.startswith("a user name has")


@pytest.mark.parametrize(
    ("person", "code"),
    [
        ("", 2),
        ("user:", 2),
        ("bob@", 2),
        ("mailto:learner@example.org", 2),
        ("did:", 2),
        ("https://example.org/@learner", 1),
        (" learner@example.org ", 0),
    ],
)
def test_whom_to_expect_is_an_identifier_or_wrong_usage(
    awarded: Shell, badge: Path, person: str, code: int
) -> None:
    assert awarded.run("verify", str(badge), "--expect-recipient", person).exit_code == code


def test_the_wrong_person_is_rejected(awarded: Shell, badge: Path) -> None:
    for person, code in (
        ("learner@example.org", 0),
        ("LEARNER@example.org", 0),
        ("other@example.org", 1),
    ):
        awarded.json("verify", str(badge), "--expect-recipient", person, code=code)


def test_a_badge_in_words_that_we_do_not_know_is_inconclusive(stranger: Shell, badge: Path) -> None:
    document = parse_json_object(badge.read_bytes(), what="the badge")
    document["@context"].append("https://elsewhere.example/context.json")
    badge.write_text(json.dumps(document))
    report = stranger.json("verify", str(badge), code=3)
    assert report["verdict"] == "INCONCLUSIVE"
    assert "CONTEXT_UNKNOWN" in codes(report)


@pytest.mark.parametrize("left", ["did", "url"])
def test_documents_that_are_supplied_take_the_place_of_the_network(
    awarded: Shell, stranger: Shell, badge: Path, left: str
) -> None:
    public = awarded.data / "public"
    status_list = parse_json_object(badge.read_bytes(), what="it")["credentialStatus"][
        "statusListCredential"
    ]
    list_file = public / status_list.removeprefix("https://badges.example/")
    name = {"did": "did:web:badges.example", "url": "https://badges.example/.well-known/did.json"}
    supplied = (
        *("--document", f"{name[left]}={public / '.well-known' / 'did.json'}"),
        *("--document", f"{status_list}={list_file}"),
    )
    report = stranger.json("verify", str(badge), *supplied)
    assert report["verdict"] == "VERIFIED"
    assert "ISSUER_UNKNOWN" in codes(report)


def test_a_url_with_an_equals_sign_is_split_at_the_last(stranger: Shell, tmp_path: Path) -> None:
    url = "https://lists.example/list?a=b&c=d"
    signer = Ed25519TestSigner(bytes(32))
    did = signer.verification_method.partition("#")[0]
    always = (datetime(2026, 1, 1, tzinfo=UTC), datetime(2999, 1, 1, tzinfo=UTC))
    documents = {
        "badge": valid_credential(
            issuer={"id": did, "type": ["Profile"], "name": "Example"},
            validUntil="2999-01-01T00:00:00Z",
            credentialStatus=status_list.status_list_entry(list_id=url, index=1),
        ),
        "list": status_list.status_list_credential(
            id=url,
            issuer=did,
            encoded_list=status_list.encode(bytes(status_list.MINIMUM_ENTRIES // 8)),
            valid_from=always[0],
            valid_until=always[1],
            ttl_milliseconds=1,
        ),
    }
    for name, document in documents.items():
        suite = CRYPTOSUITES["eddsa-rdfc-2022"]
        proof = create_proof(document, suite=suite, signer=signer, created=always[0])
        (tmp_path / name).write_text(json.dumps(document | {"proof": proof}))
    supplied = ("--document", f"{url}={tmp_path / 'list'}")
    assert stranger.json("verify", str(tmp_path / "badge"), *supplied)["verdict"] == "VERIFIED"


@pytest.mark.parametrize(("content", "code"), JUNK)
def test_junk_is_rejected_with_a_report(
    stranger: Shell, tmp_path: Path, content: bytes, code: str
) -> None:
    file = tmp_path / "junk"
    file.write_bytes(content)
    for result in (
        stranger.run("verify", str(file), "--json"),
        stranger.run("verify", "-", "--json", stdin=content),
    ):
        assert (result.exit_code, result.stderr) == (1, "")
        report = parse_json(result.stdout)
        assert report["verdict"] == "REJECTED"
        assert code in codes(report)
        assert all(len(finding["sentence"]) < 400 for finding in report["findings"])


@pytest.mark.parametrize(
    "document",
    [
        pytest.param({"@context": "\x1b[2J"}, id="a context"),
        pytest.param({"@context": [], "type": "\x1b[2J"}, id="a type"),
        pytest.param({"\x1b[2J": 1}, id="a name"),
        pytest.param({"issuer": "did:\x1b[2J", "proof": {"type": "\x1b[2J"}}, id="an issuer"),
    ],
)
def test_no_badge_gives_orders_to_a_terminal(
    stranger: Shell, badge: Path, document: dict[str, object]
) -> None:
    good = parse_json_object(badge.read_bytes(), what="the badge")
    for hostile in (document, good | document):
        result = stranger.run("verify", "-", stdin=json.dumps(hostile).encode())
        assert result.exit_code in (1, 3)
        assert "\x1b" not in result.output


def test_a_presentation_is_told_with_each_credential(
    awarded: Shell, badge: Path, tmp_path: Path
) -> None:
    file = tmp_path / "presentation.json"
    credential = parse_json_object(badge.read_bytes(), what="the badge")
    file.write_text(json.dumps(presented(credential)))
    said = awarded.does("verify", str(file)).splitlines()
    assert said[0] == "Presentation"
    assert "Credential 1" in said
    assert said[-2:] == ["All together", "  VERIFIED"]
    report = awarded.json("verify", str(file))
    assert [one["verdict"] for one in report["credentials"]] == ["VERIFIED"]
    other = ("--expect-recipient", "other@example.org")
    assert awarded.json("verify", str(file), *other, code=1)["verdict"] == "REJECTED"


def test_a_picture_of_a_qr_code_is_read(stranger: Shell, tmp_path: Path) -> None:
    file = tmp_path / "photo"
    file.write_bytes(encoded(qr_image("https://127.0.0.1/s/x"), "JPEG"))
    assert codes(stranger.json("verify", str(file), code=1)) == {"URL_NOT_ALLOWED"}


@pytest.mark.parametrize("link", ["https://127.0.0.1/x", "http://badges.example/x"])
def test_a_link_is_followed_and_one_that_never_is_gets_a_report(stranger: Shell, link: str) -> None:
    for result in (stranger.run("verify", link), stranger.run("verify", "-", stdin=link.encode())):
        assert result.exit_code == 1
        assert "is never fetched" in result.stdout


def test_a_policy_says_what_must_hold(
    awarded: Shell, stranger: Shell, badge: Path, tmp_path: Path
) -> None:
    did = f"did:web:badges.example={awarded.data / 'public' / '.well-known' / 'did.json'}"
    entry = parse_json_object(badge.read_bytes(), what="it")["credentialStatus"]
    no_list = tmp_path / "excuse"
    no_list.write_text("out of order")
    supplied = ("--document", did, "--document", f"{entry['statusListCredential']}={no_list}")
    elsewhere = ("verify", str(badge), *supplied)
    assert stranger.json(*elsewhere, code=3)["verdict"] == "INCONCLUSIVE"
    assert stranger.json(*elsewhere, "--policy", "proof")["verdict"] == "VERIFIED"
    assert awarded.json("verify", str(badge), "--policy", "known-issuer")["verdict"] == "VERIFIED"
    for name, text in (
        ("policy.yaml", "required:\n  - validity\n  - trust\n"),
        ("policy.json", '{"required": ["validity", "trust"]}'),
    ):
        file = tmp_path / name
        file.write_text(text)
        assert awarded.json("verify", str(badge), "--policy", str(file))["verdict"] == "VERIFIED"
        assert stranger.json(*elsewhere, "--policy", str(file), code=3)["verdict"] == "INCONCLUSIVE"


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b'{"required": ["everything"]}', "a policy may require"),
        (b'{"required": []', "this is not JSON"),
        (b"required: [proof, proof", ""),
        (b"- proof", ""),
        (b"", ""),
        (b"required: &x [proof]\n", ""),
    ],
)
def test_a_policy_that_cannot_be_read_is_named_and_no_verdict(
    stranger: Shell, tmp_path: Path, content: bytes, reason: str
) -> None:
    file = tmp_path / "policy"
    file.write_bytes(content)
    result = stranger.run("verify", "-", "--policy", str(file), stdin=b"{}")
    assert (result.exit_code, result.stdout) == (2, "")
    assert str(file) in result.stderr
    assert reason in result.stderr


def test_the_help_says_how_it_ends(stranger: Shell) -> None:
    said = stranger.does("verify", "--help")
    for line in ("0  verified", "1  rejected", "2  wrong usage", "3  inconclusive"):
        assert f"\n    {line}" in said


WRONG = [
    pytest.param(("-", "--policy", "lax"), "--policy takes a file, or one of", id="a policy"),
    pytest.param(("-", "--policy", "/"), "--policy: / cannot be read", id="a folder of them"),
    pytest.param(("missing",), "'missing': No such file", id="a missing file"),
    pytest.param(("/",), "Is a directory", id="a folder"),
    pytest.param((), "Missing argument 'FILE'", id="nothing"),
    pytest.param(("-", "b"), "unexpected extra argument", id="two files"),
    pytest.param(("-", "--document", "x"), "--document takes URL=FILE, where", id="no pair"),
    pytest.param(("-", "--document", "=x"), "--document takes URL=FILE", id="no URL"),
    pytest.param(("-", "--document", "x="), "--document takes URL=FILE", id="no file"),
    pytest.param(
        ("-", "--document", "https://x=missing"), "missing cannot be read: No such", id="not there"
    ),
    pytest.param(("-", "--document", "https://x=/"), "Is a directory", id="a folder for it"),
    pytest.param(("-", "--jsn"), "Did you mean '--json'", id="a misspelt option"),
]


@pytest.mark.parametrize(("arguments", "reason"), WRONG)
def test_wrong_usage_is_no_verdict(
    stranger: Shell, arguments: tuple[str, ...], reason: str
) -> None:
    sentence = stranger.refused("verify", *arguments, code=2)
    assert reason in sentence
    assert sentence.endswith("(see `insignia verify --help`)")


@pytest.mark.parametrize("content", [b"", b"nonsense", b"[]"])
def test_a_supplied_did_document_that_is_none_is_named(
    stranger: Shell, badge: Path, tmp_path: Path, content: bytes
) -> None:
    file = tmp_path / "did.json"
    file.write_bytes(content)
    pair = f"did:web:badges.example={file}"
    sentence = stranger.refused("verify", str(badge), "--document", pair, code=2)
    assert sentence.startswith(f"{file}: ")


def test_a_registry_that_cannot_be_read_is_named(awarded: Shell, badge: Path) -> None:
    registry = awarded.data / "trusted-issuers.json"
    for content in (b"nonsense", b"{}", b'{"issuers": {"did:web:x": 1}}'):
        registry.write_bytes(content)
        assert awarded.refused("verify", str(badge), code=2).startswith(f"{registry}: ")


def test_verifying_needs_no_passphrase_and_no_database(awarded: Shell, badge: Path) -> None:
    for name in ("passphrase", "insignia.sqlite3"):
        (awarded.data / name).unlink()
    assert awarded.json("verify", str(badge))["verdict"] == "VERIFIED"
