"""What is installed for these tests is pinned by hash and bound to no address."""

import re
from typing import Final

from openbadges.strict import parse_json_object
from tests.node import INTEROP

LOCK: Final = INTEROP / "package-lock.json"


def test_the_lock_has_a_hash_for_every_package_and_no_address() -> None:
    text = LOCK.read_text(encoding="utf-8")
    assert "://" not in text, "write it with `npm run lock` in tests/interop"
    lock = parse_json_object(text, what="package-lock.json")
    assert lock["lockfileVersion"] == 3
    packages = [entry for path, entry in lock["packages"].items() if path]
    assert packages
    for entry in packages:
        assert entry["integrity"].startswith("sha512-")
        assert "resolved" not in entry


def test_every_package_asked_for_is_asked_for_in_one_version() -> None:
    text = (INTEROP / "package.json").read_text(encoding="utf-8")
    wanted = parse_json_object(text, what="package.json")["dependencies"]
    locked = parse_json_object(LOCK.read_text(encoding="utf-8"), what="the lock")["packages"]
    for name, version in wanted.items():
        assert re.fullmatch(r"\d+\.\d+\.\d+", version)
        assert locked[f"node_modules/{name}"]["version"] == version
