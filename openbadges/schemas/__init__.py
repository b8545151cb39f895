"""The published JSON Schemas of Open Badges 3.0, carried offline, and the check against them.

`manifest.json` says where each file comes from, how it was made from its source, and its SHA-256.
There is no schema for EndorsementCredential. What JSON Schema cannot say is in
`openbadges.models.data_model`.
"""

from openbadges.schemas.validation import check_achievement_credential, check_profile

__all__ = ["check_achievement_credential", "check_profile"]
