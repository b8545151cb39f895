"""R20 and R22: a key that is damaged, gone or another than the public one signs nothing.

Each file of each key, and the index, are damaged at many places. Pages and verification go on.
"""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from accounts.tables import Scope
from issuer.key_check import check_keys
from issuer.publication import publish
from issuer.published_keys import DID_DOCUMENT
from openbadges.errors import Code, ExplainedError, MissingError, RefusedError
from openbadges.strict import parse_json_object
from tests.amounts import amount
from tests.issuing import NOW, ON_SQLITE, House, make_cheap_keystore
from tests.programs import problem, program
from tests.reliability.served import running
from tests.serving import installed
from tests.shell import AWARD, Shell
from tests.site import Site

BITS = amount(25, 400)  # of each file, spread over it


def key_files(folder: Path) -> list[Path]:
    return sorted(folder.glob("key-*"))


def flipped(data: bytes, bit: int) -> bytes:
    place, shift = divmod(bit, 8)
    return data[:place] + bytes([data[place] ^ 1 << shift]) + data[place + 1 :]


def spread(data: bytes) -> range:
    return range(0, 8 * len(data), max(1, 8 * len(data) // BITS))


DAMAGES: dict[str, Callable[[bytes], bytes]] = {
    "cut in half": lambda data: data[: len(data) // 2],
    "one byte short": lambda data: data[:-1],
    "one byte more": lambda data: data + b"\n",
    "empty": lambda _: b"",
    "zeroes": lambda data: bytes(len(data)),
}


@ON_SQLITE
def test_one_bit_anywhere_in_a_key_file_and_nothing_is_signed(house: House) -> None:
    folder = house.keystore._folder.path  # noqa: SLF001 -- the files are what is damaged
    for path in key_files(folder):
        data = path.read_bytes()
        for bit in spread(data):
            path.write_bytes(flipped(data, bit))
            refuses(house, path.name)
        for damage in DAMAGES.values():
            path.write_bytes(damage(data))
            refuses(house, path.name)
        path.unlink()
        refuses(house, path.name)
        path.write_bytes(data)
        path.chmod(0o600)
    with house.database.read() as session:
        check_keys(session, house.issuer, house.keystore, NOW)
    house.issue()


def refuses(house: House, name: str) -> None:
    """Keys are found to be wrong by the file's name, and signing says the same or nothing else."""
    with (
        pytest.raises(ExplainedError) as told,
        house.database.read() as session,
    ):
        check_keys(session, house.issuer, house.keystore, NOW)
    assert told.value.code is Code.CANNOT_SIGN
    assert str(told.value).startswith(f"{name} ")


@ON_SQLITE
def test_the_file_of_another_key_in_its_place_signs_nothing(house: House) -> None:
    folder = house.keystore._folder.path  # noqa: SLF001 -- the files are what is damaged
    first, second, *_ = key_files(folder)
    first.write_bytes(second.read_bytes())
    refuses(house, first.name)


@ON_SQLITE
def test_a_keystore_of_somebody_else_signs_nothing(house: House, tmp_path: Path) -> None:
    other = make_cheap_keystore(tmp_path / "others", "for tests only")
    with pytest.raises(MissingError, match="this keystore has no key") as told:
        House(house.issuer, house.database, other, house.catalogue).issue()
    assert told.value.code is Code.CANNOT_SIGN


@ON_SQLITE
@pytest.mark.parametrize("change", ["left out", "another key", "gone"])
def test_a_key_that_is_not_the_one_in_the_public_did_document_signs_nothing(
    house: House, change: str
) -> None:
    url = house.issuer.did_document_url
    assert url is not None
    document = parse_json_object(house.published(url), what="the DID document")
    first, second, *_ = document["verificationMethod"]
    if change == "left out":
        document["assertionMethod"] = []
    elif change == "another key":
        first["publicKeyMultibase"] = second["publicKeyMultibase"]
    else:
        document["verificationMethod"] = [{**second, "id": f"{house.issuer.did}#another"}]
    with house.database.write() as session:
        publish(
            session,
            url,
            json.dumps(document).encode(),
            media_type=DID_DOCUMENT,
            issuer_id=house.issuer.id,
            now=NOW,
        )
    with pytest.raises(RefusedError, match="do not fit, so nothing is signed") as told:
        house.issue()
    assert told.value.code is Code.CANNOT_SIGN


def test_a_service_whose_key_file_was_damaged_awards_nothing_and_goes_on(site: Site) -> None:
    learner, manage = site.claimed()
    badge = learner.get(f"{manage}/plain.json").data
    awarding = program(site, Scope.AWARD)
    [path, *_] = key_files(site.shell.data / "keys")
    data = path.read_bytes()
    path.write_bytes(flipped(data, 100))
    for other in key_files(site.shell.data / "keys"):
        if other != path:
            other.write_bytes(b"")
    award = {"badgeClass": "wiki-friend", "recipient": "learner2@example.org"}
    refused = awarding.send("/api/awards", award, Idempotency_Key="first")
    assert "is damaged or was changed by hand" in problem(refused, 503, "CANNOT_SIGN")
    visitor = site.browser()
    assert visitor.get("/readyz").json == {"status": "not ready", "troubles": ["keys"]}
    assert visitor.get("/").status_code == 200
    assert visitor.get("/.well-known/did.json").status_code == 200
    assert learner.get(f"{manage}/plain.json").data == badge


def test_a_service_with_a_damaged_key_file_starts_and_says_so(
    tmp_path: Path, catalogue_folder: Path
) -> None:
    shell = installed(tmp_path, BADGE_CLASSES=str(catalogue_folder))
    shell.does("issuer", "create")
    shell.does(*AWARD, "--out", str(tmp_path / "out"))
    [path] = key_files(shell.data / "keys")
    path.write_bytes(flipped(path.read_bytes(), 100))
    badge = (tmp_path / "out" / "credential.json").read_bytes()
    with running(shell, tmp_path / "log", badge) as service:
        assert f"note: {path.name} is damaged" in service.log.read_text()
        assert service.ask("GET", "/readyz")[0] == 503
        assert service.verify(badge)["verdict"] == "VERIFIED"


@pytest.mark.parametrize("name", ["index.json", "keystore.json"])
def test_a_damaged_index_or_header_opens_nothing(shell: Shell, name: str) -> None:
    path = shell.data / "keys" / name
    data = path.read_bytes()
    for bit in spread(data)[:: amount(5, 1)]:
        path.write_bytes(flipped(data, bit))
        assert shell.refused(*AWARD).startswith(f"{name} is ")
    path.write_bytes(data)
    shell.does(*AWARD)
