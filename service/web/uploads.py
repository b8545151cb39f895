"""Files that somebody sends are kept in memory, and never touch a disk (J11).

A request is bounded by `MAX_CONTENT_LENGTH`, so memory is too; and what is verified needs no room
on a disk that may be full or read-only (R12, R13).
"""

from io import BytesIO
from typing import IO

from flask import Request


class RequestInMemory(Request):
    """A request whose files are not written to a temporary folder, however large they are."""

    def _get_file_stream(
        self,
        total_content_length: int | None,
        content_type: str | None,
        filename: str | None = None,
        content_length: int | None = None,
    ) -> IO[bytes]:
        del total_content_length, content_type, filename, content_length
        return BytesIO()
