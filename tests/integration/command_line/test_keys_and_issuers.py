"""`keys` and `issuer`: what signs, and under which name."""

import json
from pathlib import Path

import pytest

from openbadges.strict import Document, parse_json_object
from tests.shell import AWARD, NAME, Shell

SEED = "6241a409e6707bb640a0140a8a32bc3d193c33a661747284d6adfa4ed4180be4"
KEY_OF_SEED = "z6MkjZRZv3aez3r18pB1RBFJR1kwUVJ5jHt92JmQwXbd5hwi"


def key_files(shell: Shell) -> list[Path]:
    return sorted((shell.data / "keys").glob("key-*"))


def test_a_key_is_made_listed_and_told_by_its_id(keyless: Shell) -> None:
    assert "no keys yet" in keyless.does("keys", "list")
    made = {
        keyless.does("keys", "generate").strip(): ("EdDSA", "credential"),
        keyless.does("keys", "generate", "--kind", "p-256").strip(): ("ES256", "credential"),
        keyless.does("keys", "generate", "--kind", "rsa", "--purpose", "credential-jws").strip(): (
            "RS256",
            "credential-jws",
        ),
    }
    listed = keyless.json("keys", "list")
    assert {key["id"]: (key["algorithm"], key["purpose"]) for key in listed} == made
    assert {key["state"] for key in listed} == {"active"}
    for key_id in made:
        assert key_id in keyless.does("keys", "list")


def test_a_kind_that_does_not_suit_the_purpose_is_refused(keyless: Shell) -> None:
    sentence = keyless.refused("keys", "generate", "--kind", "rsa")
    assert sentence == "a key for credential is one of ES256, ES384, EdDSA; RS256 is not"
    assert key_files(keyless) == []


@pytest.mark.parametrize("arguments", [(SEED,), (SEED.upper(),), ("-",)])
def test_a_seed_gives_its_key(keyless: Shell, arguments: tuple[str, ...]) -> None:
    stdin = f"{SEED}\n".encode()
    assert keyless.does("keys", "import-seed", *arguments, stdin=stdin).strip() == KEY_OF_SEED
    assert keyless.json("issuer", "create", "--key", KEY_OF_SEED)["did"] == f"did:key:{KEY_OF_SEED}"


@pytest.mark.parametrize(
    "seed",
    [SEED[:-1], SEED + "00", SEED[:-1] + "g", "secret words that are none", " ", "٣" * 64],
)
def test_a_bad_seed_is_refused_and_never_repeated(keyless: Shell, seed: str) -> None:
    for arguments, stdin in (((seed,), b""), (("-",), seed.encode())):
        sentence = keyless.refused("keys", "import-seed", *arguments, stdin=stdin)
        assert sentence.startswith("a seed is 32 bytes as 64 hexadecimal digits; found ")
        assert seed[:8] not in sentence or seed == " "


def test_bytes_on_stdin_that_are_no_text_are_no_seed(keyless: Shell) -> None:
    sentence = keyless.refused("keys", "import-seed", "-", stdin=b"\xff\xfe" * 32)
    assert sentence.startswith("a seed is 32 bytes")


def test_the_same_seed_twice_is_a_conflict(keyless: Shell) -> None:
    keyless.does("keys", "import-seed", SEED)
    sentence = keyless.refused("keys", "import-seed", SEED)
    assert KEY_OF_SEED in sentence
    assert SEED not in sentence


def test_an_issuer_without_https_is_on_trial_and_says_so(keyless: Shell) -> None:
    result = keyless.run("issuer", "create", "--json")
    made = parse_json_object(result.stdout, what="it")
    assert made["trial"] is True
    assert made["did"].startswith("did:key:z6Mk")
    assert result.stderr.startswith("note: this is a trial issuer")
    assert keyless.json("issuer", "show") == made
    assert "(trial)" in keyless.does("issuer", "show")


def test_an_issuer_with_https_is_a_did_web(shell: Shell) -> None:
    shown = shell.json("issuer", "show")
    assert (shown["did"], shown["name"]) == ("did:web:badges.example", NAME)
    assert shown["trial"] is False
    assert len(shown["verificationMethods"]) == 3
    published = shell.data / "public" / ".well-known" / "did.json"
    document = parse_json_object(published.read_bytes(), what="the DID document")
    assert document["assertionMethod"] == shown["verificationMethods"]


def test_a_did_web_without_https_is_refused_with_the_ways_out(keyless: Shell) -> None:
    sentence = keyless.refused("issuer", "create", "--did", "web")
    assert "http://localhost:8000" in sentence
    assert "use --did key, or make another data folder" in sentence
    assert key_files(keyless) == []


def test_a_second_issuer_awards_from_then_on_unless_the_first_is_named(shell: Shell) -> None:
    first = shell.json("issuer", "show")["did"]
    second = shell.json("issuer", "create", "--did", "key", "--name", "The other one")["did"]
    assert shell.json(*AWARD)["issuer"] == second
    assert shell.json(*AWARD, "--issuer", first)["issuer"] == first
    assert shell.json("issuer", "show", "--did", first)["did"] == first
    assert shell.refused(*AWARD, "--issuer", "did:web:x") == "there is no issuer 'did:web:x' here"


def seed_file(shell: Shell, text: str = SEED, mode: int = 0o600) -> str:
    path = shell.data.parent / "seed"
    path.write_text(text + "\n")
    path.chmod(mode)
    return str(path)


def test_a_generic_issuer_is_made_from_a_seed_and_its_did_printed(shell: Shell) -> None:
    arguments = ("issuer", "create", "--profile", "generic", "--seed-file", seed_file(shell))
    said = shell.does(*arguments, "--status")
    assert said.splitlines()[0] == f"{NAME} (generic, eddsa-rdfc-2022)"
    assert f"did:key:{KEY_OF_SEED}" in said.splitlines()
    shown = shell.json("issuer", "show")
    assert (shown["profile"], shown["addsStatus"]) == ("generic", True)
    assert shown["did"] == f"did:key:{KEY_OF_SEED}"


SCALAR_P256 = "00" + "5a" * 31
DID_OF_P256 = "did:key:zDnaetK9huxJ4iBr1XKaMj2Z1AAE8W7JsQN83RMrAK62d94V6"
SCALAR_P384 = "00" + "5a" * 47
DID_OF_P384 = "did:key:z82Lm48qcX67LxtU8wEE4sD1WavbeCrfwC9ZhnCHeH2WHXvhcjGu1JQwME2DSFQm9RfYHNS"


@pytest.mark.parametrize(
    ("arguments", "seed", "did"),
    [
        pytest.param(("eddsa-jcs-2022",), SEED, f"did:key:{KEY_OF_SEED}", id="Ed25519"),
        pytest.param(("ecdsa-rdfc-2019",), SCALAR_P256, DID_OF_P256, id="P-256"),
        pytest.param(("ecdsa-jcs-2019", "--curve", "P-384"), SCALAR_P384, DID_OF_P384, id="P-384"),
    ],
)
def test_a_generic_issuer_signs_with_the_suite_that_it_was_made_for(
    shell: Shell, arguments: tuple[str, ...], seed: str, did: str
) -> None:
    create = ("issuer", "create", "--profile", "generic", "--cryptosuite", *arguments)
    made = shell.json(*create, "--seed-file", seed_file(shell, seed))
    assert made["did"] == did
    assert made["cryptosuite"] == arguments[0]
    assert shell.json("issuer", "show") == made
    other = shell.json(*create)
    assert other["did"] != did
    assert other["did"][:12] == did[:12]
    badges = shell.json("issuer", "show", "--did", "did:web:badges.example")
    assert badges["cryptosuite"] == "eddsa-rdfc-2022"


@pytest.mark.parametrize(
    ("arguments", "seed", "sentence"),
    [
        (("ecdsa-rdfc-2019",), SCALAR_P384, "a seed is 32 bytes as 64 hexadecimal digits"),
        (("ecdsa-rdfc-2019", "--curve", "p-384"), SCALAR_P256, "a seed is 48 bytes as 96"),
        (("ecdsa-jcs-2019",), "00" * 32, "the private scalar of a P-256 key is"),
        (("ecdsa-jcs-2019",), "ff" * 32, "the private scalar of a P-256 key is"),
        (("ecdsa-jcs-2019",), "00" * 31 + "07", "the private scalar of a P-256 key is"),
        (("eddsa-jcs-2022", "--curve", "P-256"), SEED, "eddsa-jcs-2022 is made with an Ed25519"),
    ],
)
def test_a_seed_that_does_not_suit_the_suite_is_refused_and_never_repeated(
    keyless: Shell, arguments: tuple[str, ...], seed: str, sentence: str
) -> None:
    create = ("issuer", "create", "--profile", "generic", "--cryptosuite", *arguments)
    refusal = keyless.refused(*create, "--seed-file", seed_file(keyless, seed))
    assert refusal.startswith(sentence)
    assert seed[-8:] not in refusal
    assert key_files(keyless) == []


def test_a_suite_that_is_only_verified_is_not_offered(keyless: Shell) -> None:
    for name in ("ecdsa-sd-2023", "Ed25519Signature2020"):
        arguments = ("issuer", "create", "--profile", "generic", "--cryptosuite", name)
        assert f"'{name}' is not one of" in keyless.run(*arguments).stderr
    assert key_files(keyless) == []


def test_a_generic_issuer_makes_a_key_where_it_brings_none(keyless: Shell) -> None:
    made = keyless.json("issuer", "create", "--profile", "generic")
    assert (made["profile"], made["addsStatus"]) == ("generic", False)
    assert [key["id"] for key in keyless.json("keys", "list")] == [made["did"].rpartition(":")[2]]


def test_a_generic_issuer_awards_nothing_and_does_not_stand_in_anothers_way(shell: Shell) -> None:
    badges = shell.json("issuer", "show")["did"]
    generic = shell.json("issuer", "create", "--profile", "generic")["did"]
    assert shell.refused(*AWARD, "--issuer", generic) == (
        f"the issuer {generic} signs what clients of the VC API send; expected one that awards"
        " badges"
    )
    assert shell.json(*AWARD)["issuer"] == badges
    assert shell.json("issuer", "show", "--did", generic)["did"] == generic


def test_what_a_generic_issuer_signs_is_not_known_by_our_name(shell: Shell) -> None:
    generic = shell.json("issuer", "create", "--profile", "generic")["did"]
    known = parse_json_object((shell.data / "trusted-issuers.json").read_bytes(), what="it")
    assert list(known["issuers"]) == ["did:web:badges.example"]
    assert (
        generic.encode() not in (shell.data / "public" / ".well-known" / "jwks.json").read_bytes()
    )


def test_a_seed_that_others_can_read_is_refused(keyless: Shell) -> None:
    arguments = ("issuer", "create", "--profile", "generic", "--seed-file")
    assert "has mode 0644; expected 0600" in keyless.refused(
        *arguments, seed_file(keyless, mode=0o644)
    )
    bad = seed_file(keyless, text="secret words")
    assert keyless.refused(*arguments, bad).startswith("a seed is 32 bytes")
    assert keyless.refused(*arguments, str(keyless.data / "none")).endswith("is missing")
    assert key_files(keyless) == []


def test_a_key_is_never_shared_between_two_issuers(shell: Shell) -> None:
    shell.does("issuer", "create", "--profile", "generic", "--seed-file", seed_file(shell))
    sentence = shell.refused("issuer", "create", "--did", "key", "--key", KEY_OF_SEED)
    assert sentence == f"there is an issuer did:key:{KEY_OF_SEED} already"
    first = shell.json("issuer", "show", "--did", "did:web:badges.example")
    key = first["keys"]["credential"].rpartition("#")[2]
    for profile in ("badges", "generic"):
        arguments = ("--profile", profile, "--did", "key", "--key", key)
        assert shell.refused("issuer", "create", *arguments) == (
            f"the key {key} is that of the issuer did:web:badges.example, and no two issuers share"
            " a key"
        )


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("--profile", "generic", "--did", "web"), "a generic issuer is a did:key"),
        (("--status",), "badges always have a status entry"),
        (("--cryptosuite", "eddsa-jcs-2022"), "badges are signed with eddsa-rdfc-2022"),
        (("--did", "key", "--curve", "P-256"), "eddsa-rdfc-2022 is made with an Ed25519 key"),
    ],
)
def test_options_of_an_issuer_that_do_not_go_together_are_refused(
    shell: Shell, arguments: tuple[str, ...], sentence: str
) -> None:
    before = key_files(shell)
    assert shell.refused("issuer", "create", *arguments).startswith(sentence)
    assert key_files(shell) == before


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("--key", "z6Mk"), "there is no key 'z6Mk' in the keystore"),
        (("--name", " "), "an issuer's name must be one line of 1 to 300 characters"),
        (("--name", "two\nlines"), "an issuer's name must be one line of 1 to 300 characters"),
        (("--url", "https://example.org/\udcff"), "the issuer's page must be a link"),
        (("--url", "example"), "the issuer's page must be a link"),
        (("--url", "javascript:alert(1)"), "the issuer's page must be a link"),
        (("--email", "nobody"), "the issuer's e-mail address cannot be used"),
    ],
)
def test_what_every_badge_would_say_wrongly_is_refused(
    keyless: Shell, arguments: tuple[str, ...], sentence: str
) -> None:
    assert keyless.refused("issuer", "create", *arguments).startswith(sentence)
    assert key_files(keyless) == []


def test_what_an_operator_wrote_of_other_issuers_stays_as_it_was(keyless: Shell) -> None:
    listed: Document = {
        "issuers": {"did:web:other.example": {"name": "Other", "colour": "#336699", "note": "x"}},
        "registries": [{"name": "Consortium", "url": "https://registry.example/registry.json"}],
    }
    path = keyless.data / "trusted-issuers.json"
    path.write_text(json.dumps(listed))
    made = keyless.json("issuer", "create", "--did", "key")
    listed["issuers"][made["did"]] = made["name"]
    assert parse_json_object(path.read_bytes(), what="it") == listed


def test_a_damaged_registry_is_told_before_an_issuer_is_made(keyless: Shell) -> None:
    (keyless.data / "trusted-issuers.json").write_text("{")
    assert "trusted-issuers.json" in keyless.refused("issuer", "create")
    assert key_files(keyless) == []


def test_an_issuer_that_no_text_can_name_is_missing(shell: Shell) -> None:
    sentence = shell.refused("issuer", "show", "--did", "did:web:\udcff")
    assert sentence == "there is no issuer 'did:web:\\udcff' here"


def test_the_same_issuer_twice_is_refused_and_makes_no_keys(shell: Shell) -> None:
    before = key_files(shell)
    assert shell.refused("issuer", "create") == "there is an issuer did:web:badges.example already"
    assert key_files(shell) == before


def test_without_an_issuer_nothing_is_awarded(keyless: Shell) -> None:
    assert keyless.refused(*AWARD) == (
        "there is no issuer yet; make one with `insignia issuer create`"
    )


def test_a_key_file_that_others_can_read_is_refused(shell: Shell) -> None:
    for path in key_files(shell):
        path.chmod(0o644)
    assert "has mode 0644; expected 0600" in shell.refused(*AWARD)
    for path in key_files(shell):
        path.chmod(0o600)
    (shell.data / "keys").chmod(0o755)
    assert shell.refused("keys", "list") == "keys has mode 0755; expected 0700"


def test_a_damaged_key_file_is_refused_and_its_name_told(shell: Shell) -> None:
    for path in key_files(shell):
        content = path.read_bytes()
        path.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
    sentence = shell.refused(*AWARD)
    assert "key-z" in sentence
    assert "damaged" in sentence
    assert shell.json("status", "publish") == {"published": 0}


def test_a_key_file_that_is_gone_is_named(shell: Shell) -> None:
    for path in key_files(shell):
        path.unlink()
    assert shell.refused(*AWARD).endswith("is missing")


@pytest.mark.parametrize("name", ["index.json", "keystore.json"])
def test_a_keystore_that_was_changed_by_hand_is_refused(shell: Shell, name: str) -> None:
    path = shell.data / "keys" / name
    path.write_bytes(path.read_bytes().replace(b'"', b"'", 1))
    assert name in shell.refused("keys", "list")
