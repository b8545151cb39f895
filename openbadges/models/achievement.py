"""What was achieved: an achievement, its criteria, its alignments and the results it can have.

The words are those of Open Badges 3.0; the results that one learner has are in `subject`.

Spec: ob-v3p0#achievement
"""

from dataclasses import dataclass

from openbadges.models.model import Model
from openbadges.models.profile import IdentifierEntry, Image, Profile
from openbadges.models.readers import Uri
from openbadges.strict import Document


@dataclass(frozen=True, slots=True, kw_only=True)
class Alignment(Model):
    """An entry of a framework that an achievement, a result or a level corresponds to.

    Spec: ob-v3p0#alignment
    """

    needed_types = (frozenset({"Alignment"}),)

    type: tuple[str, ...]
    target_name: str
    target_url: str
    target_code: str | None
    target_description: str | None
    target_framework: str | None
    target_type: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Criteria(Model):
    """What has to be done to earn the achievement.

    Spec: ob-v3p0#criteria
    """

    text_member = "id"

    id: Uri | None
    narrative: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Related(Model):
    """Another version or another language of the same achievement.

    Spec: ob-v3p0#related
    """

    needed_types = (frozenset({"Related"}),)

    id: Uri
    type: tuple[str, ...]
    in_language: str | None
    version: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RubricCriterionLevel(Model):
    """One step of a rubric.

    Spec: ob-v3p0#rubriccriterionlevel
    """

    needed_types = (frozenset({"RubricCriterionLevel"}),)

    id: Uri
    type: tuple[str, ...]
    name: str
    alignment: tuple[Alignment, ...]
    description: str | None
    level: str | None
    points: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultDescription(Model):
    """A kind of result that a learner can have, and the values that it can take.

    Spec: ob-v3p0#resultdescription
    """

    needed_types = (frozenset({"ResultDescription"}),)

    id: Uri
    type: tuple[str, ...]
    name: str
    result_type: str
    alignment: tuple[Alignment, ...]
    allowed_value: tuple[str, ...]
    required_level: str | None
    required_value: str | None
    rubric_criterion_level: tuple[RubricCriterionLevel, ...]
    value_max: str | None
    value_min: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Achievement(Model):
    """An accomplishment that can be awarded to many.

    Spec: ob-v3p0#achievement
    """

    needed_types = (frozenset({"Achievement"}),)

    id: Uri
    type: tuple[str, ...]
    name: str
    description: str
    criteria: Criteria
    achievement_type: str | None
    alignment: tuple[Alignment, ...]
    creator: Profile | None
    credits_available: float | None
    field_of_study: str | None
    human_code: str | None
    image: Image | None
    in_language: str | None
    other_identifier: tuple[IdentifierEntry, ...]
    related: tuple[Related, ...]
    result_description: tuple[ResultDescription, ...]
    specialization: str | None
    tag: tuple[str, ...]
    version: str | None
    endorsement: tuple[Document, ...]
    endorsement_jwt: tuple[str, ...]
