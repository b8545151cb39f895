"""Who someone is: the profile of an issuer or creator, with its picture and addresses.

Open Badges 3.0 defines every member here. Who is believed to be whom is decided in
`verifier.trust`, and none of the URLs is vetted here.

Spec: ob-v3p0#profile
"""

from dataclasses import dataclass
from datetime import date

from openbadges.models.model import Model
from openbadges.models.readers import Uri
from openbadges.strict import Document


@dataclass(frozen=True, slots=True, kw_only=True)
class Image(Model):
    """A picture, by its URL or as a data URL.

    Spec: ob-v3p0#image
    """

    needed_types = (frozenset({"Image"}),)
    text_member = "id"

    id: Uri
    type: tuple[str, ...]
    caption: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class IdentifierEntry(Model):
    """An identifier that others gave, with its kind.

    Spec: ob-v3p0#identifierentry
    """

    needed_types = (frozenset({"IdentifierEntry"}),)

    type: tuple[str, ...]
    identifier: str
    identifier_type: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GeoCoordinates(Model):
    """A point on the Earth, in degrees.

    Spec: ob-v3p0#geocoordinates
    """

    needed_types = (frozenset({"GeoCoordinates"}),)

    type: tuple[str, ...]
    latitude: float
    longitude: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Address(Model):
    """A postal address.

    Spec: ob-v3p0#address
    """

    needed_types = (frozenset({"Address"}),)

    type: tuple[str, ...]
    address_country: str | None
    address_country_code: str | None
    address_region: str | None
    address_locality: str | None
    street_address: str | None
    post_office_box_number: str | None
    postal_code: str | None
    geo: GeoCoordinates | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile(Model):
    """A person or an organisation.

    `endorsement` and `endorsement_jwt` are kept as they are: each is a credential of its own.

    Spec: ob-v3p0#profile
    """

    needed_types = (frozenset({"Profile"}),)
    text_member = "id"

    id: Uri
    type: tuple[str, ...]
    name: str | None
    url: str | None
    phone: str | None
    description: str | None
    image: Image | None
    email: str | None
    address: Address | None
    other_identifier: tuple[IdentifierEntry, ...]
    official: str | None
    parent_org: "Profile | None"
    family_name: str | None
    given_name: str | None
    additional_name: str | None
    patronymic_name: str | None
    honorific_prefix: str | None
    honorific_suffix: str | None
    family_name_prefix: str | None
    date_of_birth: date | None
    endorsement: tuple[Document, ...]
    endorsement_jwt: tuple[str, ...]
