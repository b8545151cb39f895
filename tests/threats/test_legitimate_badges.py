"""What looks like an attack of section A and is none must be verified."""

import pytest

from openbadges.strict import Document
from tests.credentials import (
    CONTEXTS,
    CONTEXTS_OF_VERSION_1,
    ISSUER,
    remove,
    replace,
    valid_credential,
    valid_endorsement,
)
from tests.rewriting import (
    ACHIEVEMENT,
    CONTEXT_FOLDER,
    DATA_INTEGRITY,
    SUBJECT,
    changed,
    renamed,
    rich_badge,
    then,
)
from tests.world import (
    BADGES,
    LIBRARY,
    assert_verified,
    honest_internet,
)


def in_version_1(badge: Document) -> Document:
    """Write a badge as version 1.1 does, without what its contexts do not define."""
    badge = renamed("", {"validFrom": "issuanceDate", "validUntil": "expirationDate"})(badge)
    return remove(remove(badge, "credentialStatus"), f"{ACHIEVEMENT}.inLanguage")


def with_place(badge: Document) -> Document:
    place = {"type": "GeoCoordinates", "latitude": 41.5, "longitude": 2}
    address = {"type": ["Address"], "addressCountry": "ES", "geo": place}
    badge = replace(badge, "issuer.address", address)
    return replace(badge, f"{ACHIEVEMENT}.creator", badge["issuer"])


def signed_under(*contexts: str, but: tuple[str, ...] = ()) -> Document:
    badge = with_place(valid_credential())
    badge = badge | {"@context": list(contexts)}
    if contexts[0] == CONTEXTS_OF_VERSION_1[0]:
        badge = in_version_1(badge)
    for path in but:
        badge = remove(badge, path)
    return badge


NOT_IN_OLD_CONTEXTS = ("awardedDate", f"{ACHIEVEMENT}.related.0.inLanguage")
VERSION_1 = (CONTEXTS_OF_VERSION_1[0],)
UNVERSIONED = CONTEXT_FOLDER + "context.json"

LEGITIMATE = [
    pytest.param(valid_credential(), id="the issuer repeated alike as creator"),
    pytest.param(
        then(
            lambda badge: replace(badge, "issuer.image", badge[SUBJECT]["achievement"]["image"]),
            lambda badge: replace(badge, f"{ACHIEVEMENT}.creator", badge["issuer"]),
        )(valid_credential()),
        id="an image repeated alike",
    ),
    pytest.param(
        changed(
            ACHIEVEMENT, lambda node: node | {"criteria": {"id": node["id"], "narrative": "x"}}
        )(valid_credential()),
        id="criteria at the achievement's id",
    ),
    pytest.param(
        replace(valid_credential(), f"{ACHIEVEMENT}.criteria", {"id": "https://x.example/c"}),
        id="criteria that are a link",
    ),
    pytest.param(rich_badge(), id="a refresh service at the credential's id, and endorsements"),
    pytest.param(
        replace(valid_credential(), f"{SUBJECT}.id", ISSUER),
        id="a badge that the issuer gave itself",
    ),
    pytest.param(
        replace(
            valid_credential(), f"{ACHIEVEMENT}.endorsement", [LIBRARY.sign(valid_endorsement())]
        ),
        id="an endorsement in the achievement",
    ),
    pytest.param(
        valid_credential(
            endorsement=[BADGES.sign(valid_endorsement(issuer=valid_credential()["issuer"]))]
        ),
        id="an endorsement by the issuer itself",
    ),
    pytest.param(with_place(valid_credential()), id="a place on the Earth"),
    pytest.param(
        replace(valid_credential(), f"{SUBJECT}.creditsEarned", 42.0), id="a number such as 42.0"
    ),
    pytest.param(
        replace(valid_credential(), f"{ACHIEVEMENT}.humanCode", None), id="A18 a null member"
    ),
    pytest.param(
        replace(valid_credential(), f"{ACHIEVEMENT}.tag", ["a", "a", None]),
        id="A18 an array with null and a value twice",
    ),
    pytest.param(
        remove(valid_credential(issuer=ISSUER), f"{ACHIEVEMENT}.creator"),
        id="the issuer's id alone",
    ),
    pytest.param(remove(valid_credential(), "credentialStatus"), id="no status"),
    pytest.param(remove(valid_credential(), "credentialStatus.id"), id="a status without an id"),
    pytest.param(
        valid_credential(type=["VerifiableCredential", "AchievementCredential"]),
        id="A26 the other name of the type",
    ),
    pytest.param(
        replace(
            signed_under(*VERSION_1, UNVERSIONED, DATA_INTEGRITY, but=NOT_IN_OLD_CONTEXTS),
            f"{SUBJECT}.narrative",
            "x",
        ),
        id="version 1.1 and the context without a version",
    ),
    pytest.param(
        remove(
            signed_under(*CONTEXTS_OF_VERSION_1, DATA_INTEGRITY),
            f"{ACHIEVEMENT}.related.0.inLanguage",
        ),
        id="version 1.1 and context 3.0.1",
    ),
    pytest.param(
        remove(
            signed_under(
                CONTEXTS[0], f"{CONTEXT_FOLDER}context-3.0.2.json", but=NOT_IN_OLD_CONTEXTS
            ),
            f"{ACHIEVEMENT}.inLanguage",
        ),
        id="version 2 and context 3.0.2",
    ),
    pytest.param(signed_under(*CONTEXTS), id="version 2 and context 3.0.3"),
]


@pytest.mark.parametrize("badge", LEGITIMATE)
def test_a_legitimate_badge_is_verified(badge: Document) -> None:
    report = honest_internet().verify(BADGES.sign(badge))
    assert_verified(report)
    # and reads, under whatever contexts, by the names of the specification
    assert report.credential[SUBJECT]["achievement"]["name"] == "Citing sources"
