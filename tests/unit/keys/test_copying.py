"""A keystore's files are copied as they lie, and put back where no other keystore is."""

import stat
from datetime import datetime
from pathlib import Path

import pytest

from keys.copying import read_sealed, write_sealed
from keys.keystore import Keystore
from keys.passphrase import Passphrase
from keys.policy import Purpose, SecretPurpose
from openbadges.errors import ConflictError, MalformedError, MissingError
from openbadges.public_key import Algorithm

pytestmark = pytest.mark.filterwarnings("ignore::keys.encryption.InsecureCostWarning")


def test_a_copy_opens_with_the_same_passphrase_and_signs(
    keystore: Keystore, folder: Path, passphrase: Passphrase, tmp_path: Path, now: datetime
) -> None:
    record = keystore.generate(Algorithm.EDDSA, purpose=Purpose.CREDENTIAL, now=now)
    secret = keystore.secret(SecretPurpose.RECIPIENT_HASH)
    files = read_sealed(folder)
    there = tmp_path / "there"
    write_sealed(there, files)
    write_sealed(there, files)  # what is there already stays
    copy = Keystore.open(there, passphrase)
    assert copy.secret(SecretPurpose.RECIPIENT_HASH) == secret
    signer = copy.signer(record.key_id, verification_method="did:web:badges.example#key")
    record.public_key.verify(signer.sign(b"a badge"), b"a badge")
    assert {stat.S_IMODE(path.stat().st_mode) for path in there.iterdir()} == {0o600}


def test_another_keystore_is_never_replaced(
    keystore: Keystore, folder: Path, now: datetime
) -> None:
    older = read_sealed(folder)
    keystore.generate(Algorithm.EDDSA, purpose=Purpose.CREDENTIAL, now=now)
    newer = read_sealed(folder)
    with pytest.raises(ConflictError, match="another keystore is in"):
        write_sealed(folder, older)
    assert read_sealed(folder) == newer


def test_a_copy_that_was_cut_off_is_no_keystore_and_can_be_made_again(
    keystore: Keystore, folder: Path, passphrase: Passphrase, tmp_path: Path, now: datetime
) -> None:
    keystore.generate(Algorithm.EDDSA, purpose=Purpose.CREDENTIAL, now=now)
    files = read_sealed(folder)
    there = tmp_path / "there"
    write_sealed(there, files)
    (there / "keystore.json").unlink()  # it is written last
    with pytest.raises(MissingError):
        Keystore.open(there, passphrase)
    write_sealed(there, files)
    assert Keystore.open(there, passphrase).list() == keystore.list()


@pytest.mark.parametrize("name", ["../escaped", "key-../x", "key-a/b", ".bashrc", "passphrase"])
def test_no_other_file_is_written(
    keystore: Keystore, folder: Path, tmp_path: Path, name: str
) -> None:
    files = {**read_sealed(folder), name: b"x"}
    assert keystore.list() == ()
    with pytest.raises(MalformedError, match="not the files of a keystore"):
        write_sealed(tmp_path / "there", files)
    with pytest.raises(MalformedError, match="not the files of a keystore"):
        write_sealed(tmp_path / "there", {"index.json": files["index.json"]})
    assert not (tmp_path / "there").exists()
