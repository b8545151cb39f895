"""Nothing is wrong with any page for people who use it by keyboard, by ear, enlarged or in the dark."""

import pytest

from tests.browser.axe import violations
from tests.browser.kinds import KINDS, reach
from tests.browser.scene import Scene


@pytest.mark.parametrize("language", ["en", "ar"])
@pytest.mark.parametrize("kind", KINDS)
def test_axe_finds_nothing(scene: Scene, kind: str, language: str) -> None:
    assert violations(reach(kind, scene, language)) == []
