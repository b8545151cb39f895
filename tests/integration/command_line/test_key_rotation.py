"""`keys rotate`: another key follows, and the badges of the one before stay valid."""

import warnings
from datetime import timedelta

import pytest

from keys.encryption import InsecureCostWarning
from openbadges.strict import Document, parse_json_object, parse_timestamp
from service.due import turn_keys
from service.installation import Installation
from service.settings import Settings
from tests.shell import AWARD, Shell


def installation_of(shell: Shell) -> Installation:
    environment = {"INSIGNIA_DATA": str(shell.data), **shell.settings}
    return Installation.open(Settings.from_environment(environment))


def public_methods(shell: Shell) -> list[str]:
    path = shell.data / "public" / ".well-known" / "did.json"
    document = parse_json_object(path.read_bytes(), what="the DID document")
    return list(document["assertionMethod"])


def states(shell: Shell) -> dict[str, str]:
    return {key["id"]: key["state"] for key in shell.json("keys", "list")}


def test_a_rotation_is_published_as_files_and_said(awarded: Shell) -> None:
    before = awarded.json("issuer", "show")
    (made,) = awarded.json("keys", "rotate", "--purpose", "credential")
    assert (made["issuer"], made["purpose"]) == (before["did"], "credential")
    assert before["keys"]["credential"].endswith(f"#{made['signs']}")
    assert f"{before['did']}#{made['next']}" in public_methods(awarded)
    assert awarded.json("issuer", "show")["keys"] == before["keys"]
    said = awarded.does("keys", "rotate", "--purpose", "credential")
    assert said == (
        f"credential: {made['signs']} signs; {made['next']} is published, and signs from"
        f" {made['due']} on\n"
    )
    assert states(awarded)[made["next"]] == "pending"


def test_without_an_overlap_the_next_badge_is_signed_with_the_new_key(awarded: Shell) -> None:
    before = awarded.json("issuer", "show")["keys"]
    made: list[Document] = awarded.json("keys", "rotate", "--now")
    assert {one["purpose"] for one in made} == set(before)
    assert all(one["next"] is None for one in made)
    after = awarded.json("issuer", "show")["keys"]
    assert not set(before.values()) & set(after.values())
    out = awarded.data / "new"
    awarded.does(*AWARD, "--out", str(out))
    document = parse_json_object((out / "credential.json").read_bytes(), what="a credential")
    assert document["proof"]["verificationMethod"] == after["credential"]
    for folder in ("out", "new"):
        for name in ("credential.json", "credential.jws", "badge.png"):
            report = awarded.json("verify", str(awarded.data / folder / name))
            assert report["verdict"] == "VERIFIED"


def test_the_service_ends_a_rotation_and_begins_one_where_days_are_set(shell: Shell) -> None:
    (made,) = shell.json("keys", "rotate", "--purpose", "status-list", "--overlap", "2")
    due = parse_timestamp(made["due"], what="due")
    installation = installation_of(shell.having(KEY_ROTATION_DAYS="30"))
    with warnings.catch_warnings(action="ignore", category=InsecureCostWarning):
        assert installation.keystore.list()
    for moment in (due - timedelta(seconds=1), due, due + timedelta(minutes=1)):
        assert states(shell)[made["signs"]] == "active"
        turn_keys(installation, now=moment)
    assert (states(shell)[made["signs"]], states(shell)[made["next"]]) == ("retired", "active")
    assert "pending" not in states(shell).values()
    turn_keys(installation, now=due + timedelta(days=31))
    assert list(states(shell).values()).count("pending") == 3
    installation.close()


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("--issuer", "did:web:other.example"), "there is no issuer 'did:web:other.example' here"),
        (("--purpose", "receipt"), "there is no key for receipt yet, so none follows it"),
    ],
)
def test_what_cannot_be_rotated_is_refused(
    shell: Shell, arguments: tuple[str, ...], sentence: str
) -> None:
    assert shell.refused("keys", "rotate", *arguments) == sentence
    assert set(states(shell).values()) == {"active"}


def test_the_one_key_of_a_did_key_is_not_rotated(keyless: Shell) -> None:
    did = keyless.json("issuer", "create")["did"]
    assert keyless.refused("keys", "rotate").startswith(
        f"the issuer {did} is a did:key: its key is"
    )
    assert "has no key for status-list" in keyless.refused(
        "keys", "rotate", "--purpose", "status-list"
    )
