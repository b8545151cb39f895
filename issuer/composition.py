"""From an award to the document that will be signed, in one of its editions.

The plain edition says what everyone may see: achievement, issuer, dates, and a hash of the
recipient. The full one also has the evidence. A signature covers all of a document, so what is to
be hidden must not be in it.
"""

from secrets import token_urlsafe
from typing import Final
from uuid import uuid4

from issuer.award import Award, Evidence, Recipient
from issuer.tables import Edition, RecipientKind
from openbadges.identity import identity_object
from openbadges.strict import Document, format_timestamp

CONTEXTS: Final = (
    "https://www.w3.org/ns/credentials/v2",
    "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json",
)
SALT_BYTES: Final = (
    16  # 128 bits, new for each credential: no two hashes of one person agree (J1, J2)
)

_IDENTITY_TYPES: Final = {
    RecipientKind.EMAIL: "emailAddress",
    RecipientKind.USER_NAME: "userName",
}


def editions_of(award: Award) -> tuple[Edition, ...]:
    """Return the editions an award has: the full one only where there is more to say."""
    return (Edition.PLAIN, Edition.FULL) if award.evidence else (Edition.PLAIN,)


def compose(
    award: Award, *, edition: Edition, credential_url: str, profile: Document, base_url: str
) -> Document:
    """Compose the unsigned credential, all but its status entry.

    Spec: ob-v3p0#achievementcredential
    """
    achievement = award.badge_class.render_achievement(base_url=base_url, language=award.language)
    document: Document = {
        "@context": list(CONTEXTS),
        "id": credential_url,
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "issuer": profile,
        "validFrom": format_timestamp(award.valid_from),
    }
    if award.valid_until is not None:
        document["validUntil"] = format_timestamp(award.valid_until)
    document["name"] = achievement["name"]
    # the creator repeats the issuer alike: two places of one id must not differ
    document["credentialSubject"] = _subject(award.recipient) | {
        "achievement": achievement | {"creator": profile}
    }
    if edition is Edition.FULL:
        document["evidence"] = [_evidence(evidence) for evidence in award.evidence]
    return document


def _subject(recipient: Recipient) -> Document:
    """Name the recipient by a DID, or by a salted hash beside an id that means nothing else."""
    if recipient.kind is RecipientKind.DID:
        return {"id": recipient.identifier, "type": ["AchievementSubject"]}
    identity = identity_object(
        recipient.identifier,
        identity_type=_IDENTITY_TYPES[recipient.kind],
        salt=token_urlsafe(SALT_BYTES),
    )
    # a VC-JWT must have a `sub`, which is the subject's id
    return {"id": uuid4().urn, "type": ["AchievementSubject"], "identifier": [identity]}


def _evidence(evidence: Evidence) -> Document:
    members = {"id": evidence.url, "type": ["Evidence"], "narrative": evidence.narrative}
    return {name: value for name, value in members.items() if value is not None}
