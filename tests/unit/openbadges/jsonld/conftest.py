"""The published documents that this room's tests stand on."""

from pathlib import Path

import pytest

from openbadges.jsonld.contexts import BUNDLED_FOLDER, ContextLoader
from openbadges.strict import Document, parse_json_object

VECTORS = Path(__file__).parents[3] / "vectors"


@pytest.fixture
def badge(shared_vectors: Path) -> Document:
    """1EdTech's example badge, without its proof; the test may change it."""
    return parse_json_object(
        (shared_vectors / "ob-v3p0" / "unsigned.json").read_bytes(), what="the example badge"
    )


@pytest.fixture(scope="session")
def citizenship() -> ContextLoader:
    """Our contexts, and the one of the published "employ" vectors."""
    return ContextLoader(BUNDLED_FOLDER, VECTORS / "contexts")
