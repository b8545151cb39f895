"""`keys compromise`: what it says of the badges that a key signed, and what it makes of them."""

import time
from datetime import timedelta
from pathlib import Path

from openbadges.strict import Document, format_timestamp, parse_json_object, parse_timestamp
from service.cli.door import read_clock
from tests.shell import AWARD, Shell

LONG_AGO = "2026-01-01T00:00:00Z"


def credential_key(shell: Shell) -> str:
    return str(shell.json("issuer", "show")["keys"]["credential"]).partition("#")[2]


def compromised(shell: Shell, key: str, *options: str, since: str = LONG_AGO) -> Document:
    answer: Document = shell.json("keys", "compromise", key, "--since", since, "--yes", *options)
    return answer


def verdict(shell: Shell, path: Path) -> str:
    code = 0 if (result := shell.run("verify", str(path), "--json")).exit_code == 0 else 1
    assert result.exit_code == code, result.output
    return str(parse_json_object(result.stdout, what="the report")["verdict"])


def test_it_says_what_falls_and_changes_no_badge_by_itself(awarded: Shell) -> None:
    key = credential_key(awarded)
    done = compromised(awarded, key)
    assert (done["key"], done["purpose"], done["since"]) == (key, "credential", LONG_AGO)
    assert done["signs"] == credential_key(awarded) != key
    assert (done["stayValid"], done["rejected"], done["mended"]) == (0, 1, {})
    published = awarded.data / "public" / ".well-known" / "did.json"
    methods = parse_json_object(published.read_bytes(), what="it")["verificationMethod"]
    assert [one.get("revoked") for one in methods if one["id"].endswith(key)] == [LONG_AGO]
    assert verdict(awarded, awarded.data / "out" / "credential.json") == "REJECTED"
    said = awarded.does("keys", "compromise", key, "--since", LONG_AGO, "--yes")
    assert said.splitlines() == [
        f"{key} (credential) is compromised since {LONG_AGO}.",
        f"{done['signs']} signs from now on.",
        "Status lists signed anew: 0.",
        "Signed before, valid for every reader: 0.",
        "Signed from then on, rejected by every reader: 1.",
        (
            "What is made with this key and dated back, other verifiers believe; ours does not,"
            " because it is not in the log of what was issued here."
        ),
        "Call this again with --reissue to sign those anew, or with --revoke-after.",
    ]


def test_what_was_signed_before_stays_valid(awarded: Shell) -> None:
    document = parse_json_object(
        (awarded.data / "out" / "credential.json").read_bytes(), what="a badge"
    )
    since = parse_timestamp(document["proof"]["created"], what="created") + timedelta(seconds=1)
    while read_clock() < since:
        time.sleep(0.05)
    done = compromised(awarded, credential_key(awarded), since=format_timestamp(since))
    assert (done["stayValid"], done["rejected"]) == (1, 0)
    assert verdict(awarded, awarded.data / "out" / "credential.json") == "VERIFIED"


def test_what_fell_is_reissued_once(awarded: Shell) -> None:
    key = credential_key(awarded)
    done = compromised(awarded, key, "--reissue")
    ((_, (url,)),) = done["mended"].items()
    assert compromised(awarded, key, "--reissue")["mended"] == {"reissued": []}
    out = awarded.data / "new"
    awarded.does("files", url, "--out", str(out))
    for name in ("credential.json", "credential.jws", "badge.png"):
        assert verdict(awarded, out / name) == "VERIFIED"
    assert verdict(awarded, awarded.data / "out" / "credential.jws") == "REJECTED"
    assert verdict(awarded, awarded.data / "out" / "credential.json") == "REJECTED"


def test_what_fell_is_revoked(awarded: Shell) -> None:
    key = credential_key(awarded)
    said = awarded.does("keys", "compromise", key, "--since", LONG_AGO, "--yes", "--revoke-after")
    assert "Of those revoked now: 1." in said.splitlines()
    assert verdict(awarded, awarded.data / "out" / "credential.jws") == "REJECTED"
    awarded.does(*AWARD)  # with the key that follows


def test_it_is_confirmed_or_nothing_is_done(awarded: Shell) -> None:
    key = credential_key(awarded)
    before = awarded.json("keys", "list")
    sentence = awarded.refused("keys", "compromise", key, "--since", LONG_AGO)
    assert sentence == "nothing was changed; there is no way back, so confirm it, or give --yes"
    for arguments in ((key, "--since", "2100-01-01T00:00:00Z"), ("z6MkNone", "--since", LONG_AGO)):
        awarded.refused("keys", "compromise", *arguments, "--yes", code=1)
    assert awarded.json("keys", "list") == before


def test_a_did_key_that_is_compromised_signs_no_more_and_says_what_to_do(keyless: Shell) -> None:
    key = keyless.json("issuer", "create")["did"].removeprefix("did:key:")
    done = compromised(keyless, key)
    assert done["signs"] is None
    said = keyless.does("keys", "compromise", key, "--since", LONG_AGO, "--yes")
    assert "make another issuer, and tell those who trust this one." in said
    assert "is compromised, and only an active key signs" in keyless.refused(*AWARD)
