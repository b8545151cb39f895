"""The six methods, and what an award of each asks for.

A definition may make a field required or switch it off (its `fields`). What a form calls a field,
in which language, is in `service`; what becomes of its value is in `issuer`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final


class Method(StrEnum):
    """How people learned, helped or took part."""

    TRAINING = "training"
    MENTORING = "mentoring"
    CONSULTING = "consulting"
    ONLINE_LEARNING = "online-learning"
    PEER_SUPPORT = "peer-support"
    EVENT = "event"


class Asking(StrEnum):
    """Whether the form asks for a field."""

    REQUIRED = "required"
    OPTIONAL = "optional"
    OFF = "off"


@dataclass(frozen=True, slots=True)
class Field:
    """One thing that an award asks for; `meaning` is for people who write definitions."""

    name: str
    meaning: str
    required: bool = False


_PERIOD: Final = ("period", "from which day to which day")
_HOURS: Final = ("hours", "how many hours of work it was")

FIELDS: Final[Mapping[Method, tuple[Field, ...]]] = MappingProxyType(
    {
        Method.TRAINING: (Field(*_HOURS), Field(*_PERIOD)),
        Method.MENTORING: (
            Field("partner", "with whom, as that person wishes to be named"),
            Field("sessions", "how many times they met"),
            Field(*_PERIOD),
        ),
        Method.CONSULTING: (
            Field("organisation", "for whom"),
            Field("outcome", "what came of it, in a sentence"),
            Field(*_PERIOD),
        ),
        Method.ONLINE_LEARNING: (Field("score", "the result of the course"), Field(*_HOURS)),
        Method.PEER_SUPPORT: (
            Field("question", "what was asked, or a link to it"),
            Field("helped", "who or how many were helped"),
        ),
        Method.EVENT: (
            Field("role", "what the person did there"),
            Field("attendance", "on which days the person was there"),
        ),
    }
)


def fields_of(method: Method, asking: Mapping[str, Asking]) -> tuple[Field, ...]:
    """Give the fields that an award asks for, once a definition has had its say.

    Raises:
        ValueError: `asking` names a field that the method does not have.
    """
    names = {field.name for field in FIELDS[method]}
    if unknown := asking.keys() - names:
        raise ValueError(f"{method} has no field {', '.join(sorted(unknown))}")
    return tuple(
        Field(field.name, field.meaning, required=asking.get(field.name) is Asking.REQUIRED)
        for field in FIELDS[method]
        if asking.get(field.name) is not Asking.OFF
    )
