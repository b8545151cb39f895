"""Frozen views of the documents: credentials, achievements, profiles, status entries.

The words are those of https://www.imsglobal.org/spec/ob/v3p0 and of the Verifiable Credentials
Data Model. A view never replaces its document: nothing is verified, published or signed from a
view. JSON Schemas are in `openbadges.schemas`.
"""

from openbadges.models.achievement import Achievement
from openbadges.models.credential import (
    AchievementCredential,
    EndorsementCredential,
    VerifiableCredential,
    credential_class,
)
from openbadges.models.data_model import check_credential
from openbadges.models.profile import Profile
from openbadges.models.status import StatusListEntry

__all__ = [
    "Achievement",
    "AchievementCredential",
    "EndorsementCredential",
    "Profile",
    "StatusListEntry",
    "VerifiableCredential",
    "check_credential",
    "credential_class",
]
