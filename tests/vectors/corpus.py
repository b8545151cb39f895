"""The corpus of `tests/vectors/verify`: one folder a case, which any verifier can be run on.

A case is what is presented, the moment, every document that may be asked for, and the verdict with
the codes that explain it. `case.json` names the documents by their URL; they lie in `documents/`,
since many cases share them.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from openbadges.errors import UnavailableError
from openbadges.strict import format_timestamp, parse_json_object, parse_timestamp

FOLDER: Final = Path(__file__).parent / "verify"
DOCUMENTS: Final = FOLDER / "documents"


@dataclass(frozen=True, slots=True)
class Case:
    """One case; `refusals` are check and code of everything that stands against it."""

    about: str
    test: str  # where it was recorded: the test that says why
    now: datetime
    recipient: str | None
    verdict: str
    refusals: tuple[tuple[str, str], ...]
    world: Mapping[str, bytes]
    presented: bytes

    def fetch(self, url: str, *, maximum_bytes: int) -> bytes:
        """Answer as the world of the case does.

        Raises:
            UnavailableError: nothing is there, or more than was asked for.
        """
        found = self.world.get(url)
        if found is None or len(found) > maximum_bytes:
            raise UnavailableError(f"nothing that can be read is at {url:.200}")
        return found


def read_case(folder: Path) -> Case:
    """Read the case in a folder."""
    said = parse_json_object((folder / "case.json").read_bytes(), what="the case")
    return Case(
        about=said["about"],
        test=said["test"],
        now=parse_timestamp(said["now"], what="now"),
        recipient=said["recipient"],
        verdict=said["verdict"],
        refusals=tuple((check, code) for check, code in said["refusals"]),
        world={url: (DOCUMENTS / name).read_bytes() for url, name in said["world"].items()},
        presented=(folder / "presented").read_bytes(),
    )


def write_case(folder: Path, case: Case, documents: Mapping[str, str]) -> None:
    """Write a case; `documents` are the names of those in its world, by URL."""
    folder.mkdir(parents=True)
    (folder / "presented").write_bytes(case.presented)
    said = {
        "about": case.about,
        "test": case.test,
        "now": format_timestamp(case.now),
        "recipient": case.recipient,
        "verdict": case.verdict,
        "refusals": case.refusals,
        "world": dict(sorted(documents.items())),
    }
    text = json.dumps(said, ensure_ascii=False, indent=2)
    (folder / "case.json").write_text(text + "\n", encoding="utf-8")
