"""Disks that a test may fill or take writing from: small ones of its own, where it may mount."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import pytest

BLOCK: Final = bytes(4096)


@contextmanager
def small_disk(folder: Path, mebibytes: int) -> Iterator[Path]:
    """A disk of its own with little room, mounted in a folder as long as the block runs."""
    folder.mkdir()
    if not _did("mount", "-t", "tmpfs", "-o", f"size={mebibytes}m,mode=0700", "tmpfs", str(folder)):
        pytest.skip("no disk can be mounted here: it takes the rights of an administrator")
    try:
        yield folder
    finally:
        assert _did("umount", "--lazy", str(folder))


@contextmanager
def read_only(disk: Path) -> Iterator[None]:
    """Let a disk be for reading alone as long as the block runs; no file of it may be open."""
    assert _did("mount", "-o", "remount,ro", str(disk))
    try:
        yield
    finally:
        assert _did("mount", "-o", "remount,rw", str(disk))


@contextmanager
def full(disk: Path) -> Iterator[None]:
    """Let no byte be free on a disk as long as the block runs."""
    filler = disk / "filler"
    try:
        with filler.open("wb", buffering=0) as file:
            try:
                while file.write(BLOCK):
                    pass
            except OSError:
                pass
        yield
    finally:
        filler.unlink()


def _did(*command: str) -> bool:
    found = shutil.which(command[0], path=f"{os.defpath}:/usr/sbin:/sbin")
    if found is None:
        return False
    done = subprocess.run([found, *command[1:]], check=False, capture_output=True)  # noqa: S603 -- of our own
    return done.returncode == 0
