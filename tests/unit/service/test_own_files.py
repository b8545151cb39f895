"""The installation's own files: replaced whole, and named when they cannot be read."""

from pathlib import Path

import pytest

from openbadges.errors import Code, MalformedError
from service.own_files import naming, read_own, write_own


def test_what_was_written_is_read(tmp_path: Path) -> None:
    path = tmp_path / "own.json"
    write_own(path, {"name": "«ñ» 🎓"})
    write_own(path, {"name": "another"})
    assert read_own(path) == {"name": "another"}
    assert [file.name for file in tmp_path.iterdir()] == ["own.json"]


@pytest.mark.parametrize("content", [b"", b"nonsense", b"[]", b'{"a":1,"a":2}', b"\xff\xfe"])
def test_a_file_that_cannot_be_read_is_named(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "own.json"
    path.write_bytes(content)
    with pytest.raises(MalformedError) as refusal:
        read_own(path)
    assert str(refusal.value).startswith(f"{path}: ")


def test_a_refusal_keeps_its_code() -> None:
    with pytest.raises(MalformedError) as refusal, naming(Path("file")):
        raise MalformedError("twice", code=Code.DUPLICATE_KEY)
    assert (str(refusal.value), refusal.value.code) == ("file: twice", Code.DUPLICATE_KEY)
