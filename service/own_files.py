"""The installation's own small JSON files: replaced whole, and named when they cannot be read.

What stands in them is the business of `installation`, `public_view` and the registry of issuers.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from openbadges.errors import MalformedError
from openbadges.strict import Document, parse_json_object


def read_own(path: Path) -> Document:
    """Read a JSON object.

    Raises:
        MalformedError: it is none; the sentence begins with the file's name.
    """
    with naming(path):
        return parse_json_object(path.read_bytes(), what="its content")


def write_own(path: Path, document: Document) -> None:
    """Write a JSON object, wholly or not at all."""
    new = path.with_name(f".{path.name}.new")
    new.write_text(json.dumps(document, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    new.replace(path)


@contextmanager
def naming(path: Path) -> Iterator[None]:
    """Let a refusal say which file it is about.

    Raises:
        MalformedError: what the block raised, after the file's name.
    """
    try:
        yield
    except MalformedError as error:
        raise MalformedError(f"{path}: {error}", code=error.code) from error
