"""G12 and G19: pictures inside credentials, and who may draw what strangers send."""

import ast
import json
from pathlib import Path

import pytest

from openbadges.errors import Code
from openbadges.strict import MAXIMUM_DOCUMENT_BYTES
from tests.credentials import replace, valid_credential
from tests.world import BADGES, assert_refused, assert_verified, honest_internet
from verifier import Verdict

ROOT = Path(__file__).parents[2]
IMAGE = "credentialSubject.achievement.image.id"
# What meets the bytes of strangers; `issuer.pictures` draws our own art, and only that.
READERS = ("openbadges", "verifier", "service/verifying")
RENDERERS = {"resvg_py", "cairosvg", "wand", "skia", "issuer.pictures"}


def with_picture(size: int) -> bytes:
    badge = replace(valid_credential(), IMAGE, "data:image/png;base64," + "A" * size)
    return json.dumps(BADGES.sign(badge)).encode()


@pytest.mark.parametrize("size", [MAXIMUM_DOCUMENT_BYTES, 3 * 2**20])
def test_g19_a_picture_in_a_credential_counts_with_it(size: int) -> None:
    internet = honest_internet()
    forged = json.dumps(valid_credential(image="A" * size)).encode()
    assert_refused(internet.verify(forged), Verdict.REJECTED, Code.TOO_LARGE)
    assert not internet.fetched


def test_a_picture_of_half_a_megabyte_is_one_that_a_badge_may_have() -> None:
    assert_verified(honest_internet().verify(with_picture(500 * 1024)))


def test_g12_nothing_that_reads_what_strangers_send_can_draw_an_svg() -> None:
    drawing = {
        f"{source.relative_to(ROOT)} imports {name}"
        for room in READERS
        for source in (ROOT / room).rglob("*.py")
        for name in imported(source)
        if name in RENDERERS
    }
    assert drawing == set()
    assert "resvg_py" in imported(ROOT / "issuer" / "pictures.py")


def imported(source: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(source.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names |= {node.module or ""}
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
    return names
