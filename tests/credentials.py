"""A valid credential, and one named deviation per call."""

from typing import Any

from openbadges.strict import Document

CONTEXTS = [
    "https://www.w3.org/ns/credentials/v2",
    "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json",
]
CONTEXTS_OF_VERSION_1 = [
    "https://www.w3.org/2018/credentials/v1",
    "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.1.json",
]
ISSUER = "did:web:badges.example"
STATUS_LIST = "https://badges.example/status/1"
# "a@example.com" and the salt "Kosher", a published example.
HASHED_ADDRESS = "sha256$b5809d8a92f8858436d7e6b87c12ebc0ae1eac4baecc2c0b913aee2c922ef399"

_ISSUER: Document = {
    "id": ISSUER,
    "type": ["Profile"],
    "name": "Example User Group",
    "url": "https://group.example",
    "email": "badges@group.example",
}

_ACHIEVEMENT: Document = {
    "id": "https://badges.example/achievements/citing-sources/1",
    "type": ["Achievement"],
    "achievementType": "Badge",
    "name": "Citing sources",
    "description": "Finds, judges and cites reliable sources.",
    "criteria": {"narrative": "Add ten citations to articles, reviewed by a mentor."},
    # Repeated alike: a node that says less in one place than in another is split (SPLIT_NODE).
    "creator": _ISSUER,
    "image": {
        "id": "https://badges.example/achievements/citing-sources/1.png",
        "type": "Image",
        "caption": "An open book",
    },
    "inLanguage": "en",
    "tag": ["citations", "sources"],
    "version": "1",
    "alignment": [
        {
            "type": ["Alignment"],
            "targetName": "information literacy",
            "targetUrl": "https://www.wikidata.org/entity/Q1662673",
            "targetFramework": "Wikidata",
            "targetType": "ext:WikidataItem",
        },
        {
            "type": ["Alignment"],
            "targetName": "citation",
            "targetUrl": "https://www.wikidata.org/entity/Q1713",
        },
    ],
    "related": [
        {
            "id": "https://badges.example/achievements/citing-sources/1/ca",
            "type": ["Related"],
            "inLanguage": "ca",
        }
    ],
    "resultDescription": [
        {
            "id": "https://badges.example/achievements/citing-sources/1#citations",
            "type": ["ResultDescription"],
            "name": "Citations added",
            "resultType": "RawScore",
            "valueMin": "0",
            "valueMax": "1000",
        },
        {
            "id": "https://badges.example/achievements/citing-sources/1#level",
            "type": ["ResultDescription"],
            "name": "Level",
            "resultType": "RubricCriterionLevel",
            "requiredLevel": "https://badges.example/achievements/citing-sources/1#solid",
            "rubricCriterionLevel": [
                {
                    "id": "https://badges.example/achievements/citing-sources/1#solid",
                    "type": ["RubricCriterionLevel"],
                    "name": "Solid",
                    "level": "2",
                    "points": "10",
                }
            ],
        },
    ],
}

_CREDENTIAL: Document = {
    "@context": CONTEXTS,
    "id": "urn:uuid:5a3b1c9e-0c6f-4f6b-9a53-6d1f7b0a2c11",
    "type": ["VerifiableCredential", "OpenBadgeCredential"],
    "name": "Citing sources",
    "issuer": _ISSUER,
    "validFrom": "2026-02-01T12:00:00Z",
    "validUntil": "2029-02-01T12:00:00Z",
    "awardedDate": "2026-01-31T18:00:00+01:00",
    "credentialSubject": {
        "id": "urn:uuid:0f4cf7b9-9f0d-4f1c-8a54-7d7b6f0c9d22",
        "type": ["AchievementSubject"],
        "identifier": [
            {
                "type": "IdentityObject",
                "hashed": True,
                "identityHash": HASHED_ADDRESS,
                "identityType": "emailAddress",
                "salt": "Kosher",
            }
        ],
        "achievement": _ACHIEVEMENT,
        "activityStartDate": "2026-01-10T09:00:00Z",
        "activityEndDate": "2026-01-31T17:00:00Z",
        "creditsEarned": 1.5,
        "narrative": "Helped others in the same workshop.",
        "result": [
            {
                "type": ["Result"],
                "resultDescription": _ACHIEVEMENT["resultDescription"][0]["id"],
                "value": "14",
            },
            {
                "type": ["Result"],
                "resultDescription": _ACHIEVEMENT["resultDescription"][1]["id"],
                "achievedLevel": _ACHIEVEMENT["resultDescription"][1]["requiredLevel"],
            },
        ],
    },
    "evidence": [
        {
            "id": "https://en.wikipedia.org/wiki/Special:Contributions/Example",
            "type": ["Evidence"],
            "name": "Contributions",
            "narrative": "The edits of the workshop.",
        }
    ],
    "credentialStatus": {
        "id": f"{STATUS_LIST}#94567",
        "type": "BitstringStatusListEntry",
        "statusPurpose": "revocation",
        "statusListIndex": "94567",
        "statusListCredential": STATUS_LIST,
    },
}


def valid_credential(**changes: Any) -> Document:  # noqa: ANN401 -- JSON is any JSON value
    """Give an unsigned badge that breaks no rule, with top-level members changed."""
    return _copy(_CREDENTIAL | changes)


def valid_endorsement(**changes: Any) -> Document:  # noqa: ANN401 -- JSON is any JSON value
    """Give an unsigned endorsement of the badge's achievement, with members changed."""
    endorsement = {
        "@context": CONTEXTS,
        "id": "urn:uuid:2d0c4c0e-7a39-4d57-8f0d-0f2b8a0c6f33",
        "type": ["VerifiableCredential", "EndorsementCredential"],
        "name": "Endorsed by a library",
        "issuer": {"id": "https://library.example", "type": ["Profile"], "name": "A library"},
        "validFrom": "2026-01-01T00:00:00Z",
        "credentialSubject": {
            "id": _ACHIEVEMENT["id"],
            "type": ["EndorsementSubject"],
            "endorsementComment": "We accept it as a prerequisite of our course.",
        },
    }
    return _copy(endorsement | changes)


def valid_credential_of_version_1() -> Document:
    """Give the same badge as version 1.1 of the data model writes it."""
    credential = valid_credential()
    credential["@context"] = CONTEXTS_OF_VERSION_1
    credential["issuanceDate"] = credential.pop("validFrom")
    credential["expirationDate"] = credential.pop("validUntil")
    return credential


def plain_credential(**changes: Any) -> Document:  # noqa: ANN401 -- JSON is any JSON value
    """Give a credential that is no badge, with members changed."""
    credential = {
        "@context": CONTEXTS[:1],
        "type": ["VerifiableCredential"],
        "issuer": ISSUER,
        "credentialSubject": {"id": "did:example:subject"},
    }
    return _copy(credential | changes)


def replace(document: Document, path: str, value: Any) -> Document:  # noqa: ANN401 -- any JSON value
    """Give a copy in which `path` ("credentialSubject.result.0.value") holds `value`."""
    changed = _copy(document)
    place, last = _place(changed, path)
    place[last] = _copy_value(value)
    return changed


def remove(document: Document, path: str) -> Document:
    """Give a copy that lacks what stands at `path`."""
    changed = _copy(document)
    place, last = _place(changed, path)
    del place[last]
    return changed


def _copy(document: Document) -> Document:
    return {name: _copy_value(member) for name, member in document.items()}


def _copy_value(value: Any) -> Any:  # noqa: ANN401 -- JSON is any JSON value
    """Copy so that no two places share an object, as in parsed JSON; deepcopy keeps sharing."""
    if isinstance(value, dict):
        return _copy(value)
    if isinstance(value, list):
        return [_copy_value(member) for member in value]
    return value


def _place(document: Document, path: str) -> tuple[Any, Any]:
    """Find the object or array that holds the last step of `path`, and that step."""
    *steps, last = (int(step) if step.isdigit() else step for step in path.split("."))
    place: Any = document
    for step in steps:
        place = place[step]
    return place, last
