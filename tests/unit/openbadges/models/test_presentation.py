"""What the data model asks of a presentation, and what an envelope holds."""

import pytest

from openbadges.errors import Code, MalformedError, UnsupportedError
from openbadges.models.presentation import (
    check_presentation,
    enveloped_credential,
    holder_of,
    is_enveloped,
)
from openbadges.models.versions import VERSION_1_CONTEXT
from openbadges.strict import Document
from tests.presentations import enveloped, unsigned


@pytest.mark.parametrize(
    "presentation",
    [
        pytest.param(unsigned(), id="with a holder"),
        pytest.param(unsigned(holder=None), id="without a holder"),
        pytest.param(unsigned(holder={"id": "did:example:a", "name": "A"}), id="a holder object"),
        pytest.param(unsigned(type="VerifiablePresentation"), id="one type"),
        pytest.param(unsigned(type=["VerifiablePresentation", "Other"]), id="two types"),
        pytest.param(unsigned(contexts=[VERSION_1_CONTEXT]), id="version 1.1"),
        pytest.param(unsigned(id="urn:uuid:1"), id="an id"),
        pytest.param(unsigned(termsOfUse={"type": "Terms"}), id="terms of use"),
    ],
)
def test_a_presentation_as_the_data_model_writes_it_is_read(presentation: Document) -> None:
    check_presentation(presentation)


@pytest.mark.parametrize(
    ("presentation", "code"),
    [
        pytest.param(unsigned(contexts="https://a.example/"), Code.DATA_MODEL, id="context"),
        pytest.param(unsigned(type=None), Code.DATA_MODEL, id="no type"),
        pytest.param(unsigned(type="VerifiableCredential"), Code.DATA_MODEL, id="another type"),
        pytest.param(unsigned(type=["VerifiablePresentation", 1]), Code.DATA_MODEL, id="a number"),
        pytest.param(unsigned(holder={}), Code.DATA_MODEL, id="a holder without an id"),
        pytest.param(unsigned(holder=["did:example:a"]), Code.DATA_MODEL, id="an array of holders"),
        pytest.param(unsigned(holder="a"), Code.RELATIVE_IRI, id="a relative holder"),
        pytest.param(unsigned(id="a"), Code.RELATIVE_IRI, id="a relative id"),
        pytest.param(unsigned(id="urn:a b"), Code.INVALID_IRI, id="a blank in the id"),
        pytest.param(unsigned(termsOfUse={"id": "urn:a"}), Code.DATA_MODEL, id="untyped terms"),
    ],
)
def test_any_other_is_refused(presentation: Document, code: Code) -> None:
    with pytest.raises(MalformedError) as caught:
        check_presentation(presentation)
    assert caught.value.code is code


@pytest.mark.parametrize(
    ("holder", "found"),
    [(None, None), ("did:example:a", "did:example:a"), ({"id": "did:example:a"}, "did:example:a")],
)
def test_the_holder_is_found_however_it_is_written(holder: object, found: str | None) -> None:
    assert holder_of({"holder": holder}) == found


def test_an_envelope_is_known_by_its_type_and_gives_what_it_holds() -> None:
    envelope = enveloped("ey.J.A")
    assert is_enveloped(envelope, "EnvelopedVerifiableCredential")
    assert not is_enveloped(unsigned(), "EnvelopedVerifiableCredential")
    assert enveloped_credential(envelope) == "ey.J.A"
    assert enveloped_credential(enveloped("ey.J.A", "Application/VC+JWT")) == "ey.J.A"


def test_an_envelope_of_another_kind_is_not_supported_and_not_wrong() -> None:
    with pytest.raises(UnsupportedError):
        enveloped_credential(enveloped("x", "application/vc+cose"))


@pytest.mark.parametrize("changes", [{"id": "ey.J.A"}, {"id": None}, {"@context": []}], ids=str)
def test_what_is_no_envelope_is_refused(changes: Document) -> None:
    with pytest.raises(MalformedError) as caught:
        enveloped_credential(enveloped("ey.J.A") | changes)
    assert caught.value.code is Code.DATA_MODEL
