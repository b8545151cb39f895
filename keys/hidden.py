"""What holds private material shows nothing of it and cannot be carried off in a pickle.

This keeps secrets out of logs and tracebacks that print objects; it is no wall against code
that runs in the same process.
"""

from typing import NoReturn


class Hidden:
    """An object whose text is only the name of its class, and which refuses to be copied."""

    __slots__ = ()

    def __repr__(self) -> str:
        return f"<{type(self).__name__}: hidden>"

    def __reduce__(self) -> NoReturn:
        raise TypeError(f"a {type(self).__name__} holds private material and is never copied")

    def __getstate__(self) -> NoReturn:
        self.__reduce__()
