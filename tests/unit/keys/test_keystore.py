"""A keystore in a real folder: made, opened, shared, damaged, and never giving itself away."""

import base64
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor, wait
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from keys.encryption import InsecureCost
from keys.index import KeyRecord
from keys.keystore import Keystore, unauthenticated_list
from keys.passphrase import Passphrase
from keys.policy import Purpose, SecretPurpose, State
from keys.private_files import PrivateFolder
from openbadges.errors import ConflictError, ExplainedError, MissingError, RefusedError
from openbadges.public_key import Algorithm
from openbadges.strict import encode_base58btc

pytestmark = pytest.mark.filterwarnings("ignore::keys.encryption.InsecureCostWarning")

ROOT = Path(__file__).parents[3]
METHOD = "did:web:badges.example#key"
SEED = bytes.fromhex("6241a409e6707bb640a0140a8a32bc3d193c33a661747284d6adfa4ed4180be4")


@pytest.fixture
def key(keystore: Keystore, now: datetime) -> KeyRecord:
    return keystore.generate(Algorithm.EDDSA, purpose=Purpose.CREDENTIAL, now=now)


def sign(keystore: Keystore, record: KeyRecord) -> None:
    signer = keystore.signer(record.key_id, verification_method=METHOD)
    record.public_key.verify(signer.sign(b"a badge"), b"a badge")


@pytest.mark.parametrize(
    ("algorithm", "purpose"),
    [
        (Algorithm.EDDSA, Purpose.CREDENTIAL),
        (Algorithm.ES256, Purpose.STATUS_LIST),
        (Algorithm.RS256, Purpose.CREDENTIAL_JWS),
    ],
)
def test_a_key_that_was_made_signs_after_the_keystore_is_opened_again(
    folder: Path,
    passphrase: Passphrase,
    now: datetime,
    algorithm: Algorithm,
    purpose: Purpose,
) -> None:
    keystore = Keystore.create(folder, passphrase, cost=InsecureCost(2))
    record = keystore.generate(algorithm, purpose=purpose, now=now)
    opened = Keystore.open(folder, passphrase)
    assert opened.list() == (record,)
    assert record.state is State.ACTIVE
    assert record.created == now
    sign(opened, record)


def test_a_new_keystore_costs_the_safe_scrypt(folder: Path, passphrase: Passphrase) -> None:
    Keystore.create(folder, passphrase)
    assert '"n": 32768' in (folder / "keystore.json").read_text()


def test_an_existing_keystore_is_never_overwritten(
    keystore: Keystore, key: KeyRecord, folder: Path, passphrase: Passphrase
) -> None:
    with pytest.raises(ConflictError, match=r"^the folder keystore is not empty; nothing was"):
        Keystore.create(folder, passphrase, cost=InsecureCost(2))
    (folder / "keystore.json").unlink()
    with pytest.raises(ConflictError):
        Keystore.create(folder, passphrase, cost=InsecureCost(2))
    assert keystore.list() == (key,)


def test_a_folder_with_other_things_is_left_as_it_was(folder: Path, passphrase: Passphrase) -> None:
    folder.mkdir(mode=0o700)
    (folder / "letters").write_bytes(b"")
    with pytest.raises(ConflictError, match="is not empty"):
        Keystore.create(folder, passphrase, cost=InsecureCost(2))
    assert [path.name for path in folder.iterdir()] == ["letters"]


def test_a_keystore_whose_making_was_cut_off_is_made(folder: Path, passphrase: Passphrase) -> None:
    Keystore.create(folder, passphrase, cost=InsecureCost(2))
    (folder / "keystore.json").rename(folder / ".keystore.json.0123456789abcdef")
    Keystore.create(folder, passphrase, cost=InsecureCost(2))
    assert Keystore.open(folder, passphrase).list() == ()


def test_of_two_that_make_a_keystore_at_once_one_is_told(
    folder: Path, passphrase: Passphrase
) -> None:
    folder.mkdir(mode=0o700)
    with ThreadPoolExecutor(2) as threads:
        with PrivateFolder(folder).locked():
            made = [
                threads.submit(Keystore.create, folder, passphrase, cost=InsecureCost(2))
                for _ in range(2)
            ]
            assert not wait(made, timeout=0.1).done
        troubles = [answer.exception(timeout=10) for answer in made]
    assert sorted(type(trouble).__name__ for trouble in troubles) == ["ConflictError", "NoneType"]
    assert Keystore.open(folder, passphrase).list() == ()


def test_a_keystore_is_not_made_in_a_folder_open_to_others(
    folder: Path, passphrase: Passphrase
) -> None:
    folder.mkdir(mode=0o755)
    with pytest.raises(RefusedError, match=r"^keystore has mode 0755; expected 0700$"):
        Keystore.create(folder, passphrase, cost=InsecureCost(2))


def test_a_wrong_passphrase_opens_nothing(keystore: Keystore, folder: Path) -> None:
    assert keystore.list() == ()
    with pytest.raises(RefusedError, match=r"^the passphrase does not open this keystore$"):
        Keystore.open(folder, Passphrase("correct horse battery stapler"))


def test_no_keystore_is_a_missing_one(folder: Path, passphrase: Passphrase) -> None:
    with pytest.raises(MissingError, match=r"^keystore is missing$"):
        Keystore.open(folder, passphrase)
    folder.mkdir(mode=0o700)
    with pytest.raises(MissingError, match=r"^keystore.json is missing$"):
        Keystore.open(folder, passphrase)


def test_the_published_seed_gives_the_published_key(
    keystore: Keystore, key_pair_vector: Mapping[str, str], now: datetime
) -> None:
    record = keystore.import_seed(
        key_pair_vector["privateSeedHex"], purpose=Purpose.CREDENTIAL, now=now
    )
    assert record.key_id == key_pair_vector["publicKeyMultibase"]
    sign(keystore, record)


def test_a_p384_key_of_a_seed_is_sealed_and_signs_again(
    keystore: Keystore, folder: Path, passphrase: Passphrase, now: datetime
) -> None:
    seed = "5a" * 48
    record = keystore.import_seed(
        seed, purpose=Purpose.CREDENTIAL, algorithm=Algorithm.ES384, now=now
    )
    assert record.key_id.startswith("z82L")
    reopened = Keystore.open(folder, passphrase)
    assert reopened.list() == (record,)
    sign(reopened, record)
    with pytest.raises(RefusedError, match=r"ES384 is not$"):
        keystore.import_seed(
            "5b" * 48, purpose=Purpose.STATUS_LIST, algorithm=Algorithm.ES384, now=now
        )
    assert keystore.list() == (record,)


def test_a_seed_is_imported_once(keystore: Keystore, now: datetime) -> None:
    keystore.import_seed(SEED.hex(), purpose=Purpose.CREDENTIAL, now=now)
    with pytest.raises(ConflictError, match=r"already, for credential$"):
        keystore.import_seed(SEED.hex(), purpose=Purpose.STATUS_LIST, now=now)
    assert len(keystore.list()) == 1


def test_an_algorithm_that_does_not_suit_the_purpose_makes_no_key(
    keystore: Keystore, folder: Path, now: datetime
) -> None:
    with pytest.raises(RefusedError, match=r"RS256 is not$"):
        keystore.generate(Algorithm.RS256, purpose=Purpose.CREDENTIAL, now=now)
    assert keystore.list() == ()
    assert not list(folder.glob("key-*"))


def test_keys_are_listed_by_purpose_in_every_state(
    keystore: Keystore, key: KeyRecord, now: datetime
) -> None:
    retired = keystore.retire(key.key_id, now=now)
    pending = keystore.generate(Algorithm.ES256, purpose=Purpose.CREDENTIAL, now=now, due=now)
    other = keystore.generate(Algorithm.EDDSA, purpose=Purpose.STATUS_LIST, now=now)
    assert keystore.listed(Purpose.CREDENTIAL) == (retired, pending)
    assert keystore.listed(*Purpose) == keystore.list() == (retired, pending, other)
    with pytest.raises(ValueError, match="at least one purpose"):
        keystore.listed()


def test_the_index_is_listed_without_the_passphrase(
    keystore: Keystore, key: KeyRecord, folder: Path
) -> None:
    assert unauthenticated_list(folder) == keystore.list() == (key,)


def test_a_pending_key_signs_once_it_is_active(keystore: Keystore, now: datetime) -> None:
    record = keystore.generate(Algorithm.EDDSA, purpose=Purpose.CREDENTIAL, now=now, due=now)
    with pytest.raises(RefusedError, match=r"is pending, and only an active key signs$"):
        keystore.signer(record.key_id, verification_method=METHOD)
    active = keystore.activate(record.key_id, now=now + timedelta(days=1))
    assert [change.state for change in active.history] == [State.PENDING, State.ACTIVE]
    assert active.created == now
    sign(keystore, active)


def test_times_are_aware_and_kept_to_the_second(keystore: Keystore, now: datetime) -> None:
    with pytest.raises(ValueError, match="without a zone"):
        keystore.generate(Algorithm.EDDSA, purpose=Purpose.CREDENTIAL, now=now.replace(tzinfo=None))
    record = keystore.generate(
        Algorithm.EDDSA, purpose=Purpose.CREDENTIAL, now=now.replace(microsecond=999_999)
    )
    assert keystore.list() == (record,)
    assert record.created == now


def test_a_retired_key_never_signs_again(keystore: Keystore, key: KeyRecord, now: datetime) -> None:
    held = keystore.signer(key.key_id, verification_method=METHOD)
    keystore.retire(key.key_id, now=now)
    refusal = f"^the key {key.key_id} is retired, and only an active key signs$"
    with pytest.raises(RefusedError, match=refusal):
        held.sign(b"a badge")
    with pytest.raises(RefusedError, match=refusal):
        keystore.signer(key.key_id, verification_method=METHOD)
    with pytest.raises(ConflictError, match="is retired and can become compromised, not active"):
        keystore.activate(key.key_id, now=now)


def test_a_compromised_key_never_signs_again_and_tells_since_when(
    keystore: Keystore, key: KeyRecord, now: datetime
) -> None:
    held = keystore.signer(key.key_id, verification_method=METHOD)
    since = now - timedelta(days=2)
    keystore.mark_compromised(key.key_id, since=since, now=now)
    (record,) = keystore.list()
    assert (record.state, record.compromised_since) == (State.COMPROMISED, since)
    assert record.history[-1].at == now
    with pytest.raises(RefusedError, match="is compromised, and only"):
        held.sign(b"a badge")
    with pytest.raises(RefusedError, match="is compromised, and only"):
        keystore.signer(key.key_id, verification_method=METHOD)


def test_a_compromise_in_the_future_is_refused(
    keystore: Keystore, key: KeyRecord, now: datetime
) -> None:
    with pytest.raises(RefusedError, match="2026-03-01T12:00:01Z is in the future; it is 2026-03"):
        keystore.mark_compromised(key.key_id, since=now + timedelta(seconds=1), now=now)
    assert keystore.list() == (key,)


def test_a_key_that_is_not_here_is_missing(keystore: Keystore, now: datetime) -> None:
    for use in (
        lambda: keystore.signer("z6MkNobody", verification_method=METHOD),
        lambda: keystore.retire("z6MkNobody", now=now),
    ):
        with pytest.raises(MissingError, match=r"^this keystore has no key z6MkNobody$"):
            use()


def test_what_another_process_changed_is_seen_at_once(
    keystore: Keystore, key: KeyRecord, folder: Path, passphrase: Passphrase, now: datetime
) -> None:
    other = Keystore.open(folder, passphrase)
    held = other.signer(key.key_id, verification_method=METHOD)
    keystore.mark_compromised(key.key_id, since=now, now=now)
    with pytest.raises(RefusedError, match="is compromised"):
        held.sign(b"a badge")


def test_a_retired_keys_file_may_be_deleted(
    keystore: Keystore, key: KeyRecord, folder: Path, passphrase: Passphrase, now: datetime
) -> None:
    retired = keystore.retire(key.key_id, now=now)
    (folder / f"key-{key.key_id}").unlink()
    assert Keystore.open(folder, passphrase).list() == (retired,)


# Secrets


def test_a_secret_is_made_once_and_stays(
    keystore: Keystore, folder: Path, passphrase: Passphrase
) -> None:
    secrets = {purpose: keystore.secret(purpose) for purpose in SecretPurpose}
    assert {len(secret) for secret in secrets.values()} == {32}
    assert len(set(secrets.values())) == len(SecretPurpose)
    opened = Keystore.open(folder, passphrase)
    assert {purpose: opened.secret(purpose) for purpose in SecretPurpose} == secrets


def test_two_threads_that_need_a_secret_at_once_get_the_same_one(
    keystore: Keystore, folder: Path
) -> None:
    with ThreadPoolExecutor(2) as threads:
        with PrivateFolder(folder).locked():
            asked = [
                threads.submit(keystore.secret, SecretPurpose.RECIPIENT_HASH) for _ in range(2)
            ]
            # Both have seen that there is none, and wait for the lock in order to make one.
            assert not wait(asked, timeout=0.1).done
        first, second = (answer.result(timeout=10) for answer in asked)
    assert first == second == keystore.secret(SecretPurpose.RECIPIENT_HASH)


def test_a_lost_secret_is_never_replaced_by_a_new_one(keystore: Keystore, folder: Path) -> None:
    keystore.secret(SecretPurpose.RECIPIENT_HASH)
    (folder / "secret-recipient-hash").unlink()
    with pytest.raises(MissingError, match=r"^secret-recipient-hash is missing$"):
        keystore.secret(SecretPurpose.RECIPIENT_HASH)


def test_two_keystores_have_different_secrets(
    keystore: Keystore, tmp_path: Path, passphrase: Passphrase
) -> None:
    other = Keystore.create(tmp_path / "other", passphrase, cost=InsecureCost(2))
    assert keystore.secret(SecretPurpose.RECIPIENT_HASH) != other.secret(
        SecretPurpose.RECIPIENT_HASH
    )


# Damage and tampering (R20): every use ends in a refusal that names the file


def use_everything(folder: Path, passphrase: Passphrase) -> None:
    keystore = Keystore.open(folder, passphrase)
    for record in keystore.list():
        sign(keystore, record)
    for purpose in SecretPurpose:
        keystore.secret(purpose)


@pytest.fixture
def full(keystore: Keystore, key: KeyRecord, now: datetime) -> Keystore:
    """Return a keystore with two keys and every secret."""
    assert key.state is State.ACTIVE
    keystore.generate(Algorithm.ES256, purpose=Purpose.CREDENTIAL_JWS, now=now)
    for purpose in SecretPurpose:
        keystore.secret(purpose)
    return keystore


def _flip(data: bytes, position: int) -> bytes:
    return data[:position] + bytes([data[position] ^ (1 << (position % 8))]) + data[position + 1 :]


def test_damage_anywhere_in_any_file_is_refused_by_the_files_name(
    full: Keystore, folder: Path, passphrase: Passphrase
) -> None:
    assert len(full.list()) == 2
    use_everything(folder, passphrase)
    files = sorted(path for path in folder.iterdir() if path.name != "lock")
    assert len(files) == 4 + len(SecretPurpose)
    for path in files:
        data = path.read_bytes()
        positions = range(0, len(data), max(1, len(data) // 12))
        damages = [_flip(data, position) for position in positions]
        damages += [data[:length] for length in (0, 1, len(data) // 2, len(data) - 1)]
        damages += [data + b"\0", b"\0" * len(data)]
        for damage in damages:
            path.write_bytes(damage)
            with pytest.raises(RefusedError, match=f"^{path.name} is damaged"):
                use_everything(folder, passphrase)
        path.write_bytes(data)
    use_everything(folder, passphrase)


@pytest.mark.parametrize("damage", [b"", b"{}\n"])
def test_an_open_keystore_sees_a_damaged_index_too(
    keystore: Keystore, key: KeyRecord, folder: Path, damage: bytes
) -> None:
    held = keystore.signer(key.key_id, verification_method=METHOD)
    (folder / "index.json").write_bytes(damage)
    uses: list[Callable[[], object]] = [
        keystore.list,
        lambda: held.sign(b"a badge"),
        lambda: keystore.secret(SecretPurpose.RECIPIENT_HASH),
    ]
    for use in uses:
        with pytest.raises(RefusedError, match=r"^index.json is damaged"):
            use()


def test_files_that_were_swapped_are_refused(
    full: Keystore, folder: Path, passphrase: Passphrase
) -> None:
    assert len(full.list()) == 2
    sealed = sorted(path for path in folder.iterdir() if path.name.startswith(("key-", "secret-")))
    contents = {path: path.read_bytes() for path in sealed}
    for path in sealed:
        for other in sealed:
            if other != path:
                path.write_bytes(contents[other])
                with pytest.raises(RefusedError, match=f"^{path.name} is damaged"):
                    use_everything(folder, passphrase)
        path.write_bytes(contents[path])


@pytest.mark.parametrize("name", ["keystore.json", "index.json", "key", "secret-recipient-hash"])
def test_files_of_another_keystore_are_refused(
    folder: Path, tmp_path: Path, passphrase: Passphrase, now: datetime, name: str
) -> None:
    key_ids = set()
    for place in (folder, tmp_path / "other"):
        keystore = Keystore.create(place, passphrase, cost=InsecureCost(2))
        record = keystore.import_seed(SEED.hex(), purpose=Purpose.CREDENTIAL, now=now)
        keystore.secret(SecretPurpose.RECIPIENT_HASH)
        key_ids.add(record.key_id)
    name = f"key-{key_ids.pop()}" if name == "key" else name
    shutil.copy(tmp_path / "other" / name, folder / name)
    with pytest.raises(RefusedError, match="is damaged or was changed by hand"):
        use_everything(folder, passphrase)


def test_an_index_that_names_another_public_key_is_refused(
    keystore: Keystore, key: KeyRecord, folder: Path
) -> None:
    text = (folder / "index.json").read_text()
    assert key.key_id in text
    (folder / "index.json").write_text(text.replace('"active"', '"pending"'))
    for use in (keystore.list, lambda: keystore.signer(key.key_id, verification_method=METHOD)):
        with pytest.raises(RefusedError, match=r"^index.json is damaged or was changed by hand"):
            use()


def test_a_sealed_key_that_is_not_the_listed_one_is_refused(
    keystore: Keystore, key: KeyRecord, folder: Path, now: datetime
) -> None:
    """Who holds the data key could seal another key in the place; the public half tells."""
    other = keystore.generate(Algorithm.EDDSA, purpose=Purpose.CREDENTIAL, now=now)
    data_key = keystore._data_key  # noqa: SLF001 -- plays someone who has the data key
    middle = "EdDSA\ncredential"
    plain = data_key.unseal(
        (folder / f"key-{other.key_id}").read_bytes(),
        bound_to=f"insignia-keystore-1\nkey\n{other.key_id}\n{middle}".encode(),
        name="other",
    )
    (folder / f"key-{key.key_id}").write_bytes(
        data_key.seal(plain, bound_to=f"insignia-keystore-1\nkey\n{key.key_id}\n{middle}".encode())
    )
    with pytest.raises(RefusedError, match=f"^key-{key.key_id} is damaged"):
        keystore.signer(key.key_id, verification_method=METHOD)


@pytest.mark.parametrize("mode", [0o640, 0o604])
def test_any_file_open_to_others_is_refused_by_name_and_mode(
    full: Keystore, folder: Path, passphrase: Passphrase, mode: int
) -> None:
    for record in full.list():
        sign(full, record)
    for path in sorted(folder.iterdir()):
        if path.name == "lock":
            continue
        path.chmod(mode)
        with pytest.raises(RefusedError, match=f"^{path.name} has mode {mode:04o}; expected 0600$"):
            use_everything(folder, passphrase)
        path.chmod(0o600)
    folder.chmod(0o755)
    with pytest.raises(RefusedError, match=r"^keystore has mode 0755; expected 0700$"):
        unauthenticated_list(folder)


def test_any_file_behind_a_link_is_refused(
    full: Keystore, folder: Path, tmp_path: Path, passphrase: Passphrase
) -> None:
    assert len(full.list()) == 2
    for path in sorted(folder.iterdir()):
        if path.name == "lock":
            continue
        elsewhere = tmp_path / "elsewhere"
        path.rename(elsewhere)
        path.symlink_to(elsewhere)
        with pytest.raises(RefusedError, match=f"^{path.name} is a link or no file"):
            use_everything(folder, passphrase)
        path.unlink()
        elsewhere.rename(path)


# What can be found on the disk or in a traceback (D16)


def spellings(secret: bytes) -> list[bytes]:
    """Return the ways in which 32 bytes could lie in a file, PEM of PKCS #8 included."""
    pkcs8 = bytes.fromhex("302e020100300506032b657004220420") + secret
    return [
        secret,
        secret.hex().encode(),
        secret.hex().upper().encode(),
        base64.b64encode(secret).rstrip(b"="),
        base64.urlsafe_b64encode(secret).rstrip(b"="),
        base64.b64encode(pkcs8),
        encode_base58btc(secret).encode(),
        b"PRIVATE KEY",
    ]


def test_no_file_holds_a_private_key_a_secret_or_the_passphrase_in_clear(
    keystore: Keystore, folder: Path, passphrase: Passphrase, now: datetime
) -> None:
    keystore.import_seed(SEED.hex(), purpose=Purpose.CREDENTIAL, now=now)
    secret = keystore.secret(SecretPurpose.RECIPIENT_ENCRYPTION)
    needles = [*spellings(SEED), *spellings(secret), passphrase.encoded()]
    files = [path.read_bytes() for path in folder.iterdir()]
    assert len(files) == 5
    for needle in needles:
        assert all(needle not in data for data in files)


def test_no_refusal_carries_a_seed_or_a_passphrase_in_its_frames(
    keystore: Keystore, folder: Path, passphrase: Passphrase, now: datetime
) -> None:
    record = keystore.import_seed(SEED.hex(), purpose=Purpose.CREDENTIAL, now=now)
    path = folder / f"key-{record.key_id}"
    path.write_bytes(_flip(path.read_bytes(), 20))
    uses: list[Callable[[], object]] = [
        lambda: keystore.import_seed(SEED.hex(), purpose=Purpose.CREDENTIAL, now=now),
        lambda: keystore.signer(record.key_id, verification_method=METHOD),
        lambda: Keystore.open(folder, Passphrase("another passphrase")),
        lambda: Keystore.create(folder, passphrase, cost=InsecureCost(2)),
    ]
    for use in uses:
        with pytest.raises(ExplainedError) as trouble:
            use()
        shown = shown_by(trouble.value)
        assert "keys.keystore" in shown
        for needle in [*spellings(SEED)[1:7], passphrase.encoded(), b"another passphrase"]:
            assert needle.decode() not in shown


def shown_by(trouble: BaseException | None) -> str:
    """Return all that a traceback which prints variables would show of our own frames."""
    shown = ""
    while trouble is not None:
        shown += repr(trouble)
        frame = trouble.__traceback__
        while frame is not None:
            module = frame.tb_frame.f_globals["__name__"]
            if module.startswith("keys."):
                shown += f"{module} {frame.tb_frame.f_locals!r}"
            frame = frame.tb_next
        trouble = trouble.__context__
    return shown


# Processes


GENERATE = """
import sys, warnings
from datetime import UTC, datetime
from pathlib import Path
from keys.keystore import Keystore, Purpose, SecretPurpose
from keys.passphrase import Passphrase
from openbadges.public_key import Algorithm
warnings.simplefilter("ignore")
keystore = Keystore.open(Path(sys.argv[1]), Passphrase("correct horse battery staple"))
print("ready", flush=True)
sys.stdin.readline()
for _ in range(int(sys.argv[2])):
    keystore.generate(
        Algorithm.EDDSA, purpose=Purpose.CREDENTIAL, now=datetime(2026, 3, 1, tzinfo=UTC)
    )
print(keystore.secret(SecretPurpose.RECIPIENT_HASH).hex(), flush=True)
"""


def start_generating(folder: Path, count: int) -> subprocess.Popen[str]:
    return subprocess.Popen(  # noqa: S603 -- our own script
        [sys.executable, "-c", GENERATE, str(folder), str(count)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )


def wait_until_ready(process: subprocess.Popen[str]) -> None:
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"


def test_two_processes_that_make_keys_at_once_lose_none(keystore: Keystore, folder: Path) -> None:
    processes = [start_generating(folder, 15) for _ in range(2)]
    for process in processes:
        wait_until_ready(process)
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    secrets = {process.communicate(timeout=60)[0].strip() for process in processes}
    assert [process.returncode for process in processes] == [0, 0]
    assert secrets == {keystore.secret(SecretPurpose.RECIPIENT_HASH).hex()}
    assert len(keystore.list()) == 30
    for record in keystore.list():
        sign(keystore, record)


def test_a_process_killed_while_making_keys_leaves_a_whole_keystore(
    keystore: Keystore, folder: Path, passphrase: Passphrase, now: datetime
) -> None:
    process = start_generating(folder, 100_000)
    wait_until_ready(process)
    assert process.stdin is not None
    process.stdin.write("go\n")
    process.stdin.flush()
    deadline = time.monotonic() + 30
    while len(keystore.list()) < 5 and time.monotonic() < deadline:
        time.sleep(0.005)
    process.kill()
    process.communicate(timeout=30)
    survivors = keystore.list()
    assert len(survivors) >= 5
    use_everything(folder, passphrase)
    keystore.generate(Algorithm.EDDSA, purpose=Purpose.CREDENTIAL, now=now)
    assert len(keystore.list()) == len(survivors) + 1
