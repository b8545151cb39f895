"""Badges with a status, and worlds in which its list answers so or so."""

from collections.abc import Callable
from typing import Any

from openbadges import status_list
from openbadges.strict import Document
from tests.credentials import (
    CONTEXTS_OF_VERSION_1,
    STATUS_LIST,
    valid_credential,
    valid_credential_of_version_1,
)
from tests.world import BADGES, Internet, Issuer, honest_internet, status_list_document

DATA_INTEGRITY = "https://w3id.org/security/data-integrity/v2"
INDEX = 94567
SIGNED = BADGES.sign(valid_credential())
ENTRY: Document = SIGNED["credentialStatus"]
PLAIN_BITS = bytes(status_list.MINIMUM_ENTRIES // 8)
REVOKING: Document = {"revoked": [INDEX]}


def in_a_world_with(answer: Document | bytes | Callable[[], bytes]) -> Internet:
    """Give a world in which the status list's address answers so."""
    internet = honest_internet()
    internet.publish(STATUS_LIST, answer)
    return internet


def listed(by: Issuer = BADGES, **changes: Any) -> Document:  # noqa: ANN401 -- any JSON value
    """Give a signed list; `changes` are those of `status_list_document`."""
    return by.sign(status_list_document(**changes))


def badge_of_version_1(context: str, status: Document) -> Document:
    """Give a signed badge of version 1.1, with what its Open Badges context has terms for."""
    badge = valid_credential_of_version_1()
    badge["@context"] = [*CONTEXTS_OF_VERSION_1, context, DATA_INTEGRITY]
    achievement = badge["credentialSubject"]["achievement"]
    for later in ("inLanguage", "version", "related"):
        del achievement[later]
    del badge["awardedDate"]
    return BADGES.sign(badge | {"credentialStatus": status})
